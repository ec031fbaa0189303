// What the panel says of one word where several maps show it: each method's neighbours beside the
// others', those that more than one names marked, and how far the methods agree.

import { h } from "./dom.js";
import { fetchJson } from "./packs.js";
import { isolated, shorten } from "./text.js";
import { AGREEMENT_K } from "./compare.js";
import { ownFacts } from "./own.js";
import { headOf, pictureOf, portraitOf, showMeanings, showTrust } from "./word.js";

/** The sections on a word of several maps. */
export function comparedSection({ word, vocabulary, maps, theme, actions, signal }) {
  const meanings = h("div", { class: "lm-meanings lm-short" });
  showMeanings(meanings, vocabulary.words[word], vocabulary, word, actions, signal);
  const lists = h("div", { class: "lm-lists" });
  const agreed = h("div", { class: "lm-agreed" });
  const trusts = h("div", {});
  const fill = () => {
    lists.replaceChildren(...maps.map((map) => listOf(word, vocabulary, maps, map, theme, actions)));
    agreed.replaceChildren(...agreementOf(word, maps));
    trusts.replaceChildren(...maps.filter((map) => map.has(word)).map((map) => trustOf(word, map)));
  };
  fill();
  for (const map of maps) if (isUnknown(word, map)) ask(word, map, signal, fill, actions);
  const shown = () => [word, ...maps.flatMap((map) => near(word, map).map((each) => each.word))];
  return [
    headOf(vocabulary.words[word], actions, vocabulary),
    portraitOf(word, vocabulary, theme),
    ownFacts(vocabulary, word),
    meanings,
    h("div", { class: "lm-columns lm-marks" }, h("h3", {}, `${AGREEMENT_K} nearest in space`), h("span", { title: "Neighbours by several maps, and by one alone" }, "● shared  ○ own")),
    lists,
    h("button", { type: "button", class: "lm-link lm-select", "data-key": "select", onclick: () => actions.select(shown()) }, `Select these ${vocabulary.nouns}`),
    h("h3", {}, "Do the methods agree on it?"),
    agreed,
    h("h3", {}, "Can I trust its dots?"),
    trusts,
  ].filter(Boolean);
}

const near = (word, map) => (map.has(word) ? (map.neighborsOf(word, AGREEMENT_K) ?? []) : []);
const isUnknown = (word, map) => map.has(word) && map.source.nearest && !map.neighborsOf(word);

function ask(word, map, signal, fill, actions) {
  fetchJson(`${map.source.nearest}${word}`, signal)
    .then((answer) => {
      if (!answer) return;
      map.rememberNeighbors(word, answer.neighbors);
      fill();
      actions.highlight();
    })
    .catch(() => {
      /* another word was chosen meanwhile */
    });
}

function listOf(word, vocabulary, maps, map, theme, actions) {
  const at = maps.indexOf(map);
  const title = h("h4", { title: map.source.name }, map.source.name);
  if (!map.has(word)) return h("div", {}, title, h("p", { class: "lm-quiet" }, `has no vector for this ${vocabulary.noun}`));
  const shared = map.comparison.shared(word);
  const rows = near(word, map).map(({ word: other, similarity }, i) => {
    const name = vocabulary.words[other];
    const several = shared.get(other) > 1;
    return h(
      "li",
      { class: several ? "lm-shared" : "lm-own" },
      h(
        "button",
        {
          type: "button",
          "data-key": `near-${at}-${i}`,
          onclick: () => actions.go(other, { fly: false }),
          onpointerenter: () => actions.point(other),
          onpointerleave: () => actions.point(-1),
          "aria-label": `${isolated(shorten(name, 60))}, cosine ${similarity.toFixed(2)}, ${several ? "on several maps" : "on this map alone"}`,
        },
        h("span", { class: "lm-mark", "aria-hidden": "true" }, several ? "●" : "○"),
        pictureOf(other, vocabulary, theme),
        h("span", { class: "lm-name", dir: "auto" }, shorten(name, 30)),
        h("span", { class: "lm-number" }, similarity.toFixed(2)),
      ),
    );
  });
  return h("div", {}, title, rows.length ? h("ol", {}, ...rows) : h("div", { class: "lm-skeleton" }));
}

function agreementOf(word, maps) {
  const { comparison } = maps[0];
  const rows = comparison.pairs.map(([i, j]) => {
    const overlap = comparison.overlap(word, i, j);
    const known = !Number.isNaN(overlap);
    const names = `${maps[i].source.name} – ${maps[j].source.name}`;
    return h(
      "div",
      { class: "lm-pair", title: names },
      h("span", { class: "lm-name" }, names),
      h("span", { class: "lm-bar", "aria-hidden": "true" }, h("span", { style: { width: `${known ? overlap * 100 : 0}%` } })),
      h("span", { class: "lm-number" }, known ? overlap.toFixed(2) : "–"),
    );
  });
  const note =
    `Overlap of the ${AGREEMENT_K} nearest: the share of words in both lists among those in either ` +
    `(Jaccard). 1 is the same list. What chance and another seed give is under Differences.`;
  return [...rows, h("p", { class: "lm-quiet" }, note)];
}

function trustOf(word, map) {
  const said = h("p", {});
  showTrust(said, word, map);
  said.prepend(h("strong", {}, `${map.source.name}: `));
  return said;
}
