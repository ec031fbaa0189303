// What the panel says of one word.

import { h, counted } from "./dom.js";
import { fetchJson } from "./packs.js";
import { ownFacts } from "./own.js";
import { isolated, shorten, visible } from "./text.js";

const NEIGHBOURS = 10;
const TRUE_WITHIN = 15;
const DOTS_WITHIN = 50;
const TRY_FIRST = ["violin", "king", "paris", "rose", "java", "monday", "swimming", "happy"];

/** What stands in the panel before a word was chosen: what to try first. */
export function startSection(vocabulary, maps, actions) {
  const several = maps.length > 1;
  const { noun } = vocabulary;
  const everywhere = (word) => maps.every((map) => map.has(word));
  const known = TRY_FIRST.map((word) => vocabulary.indexOf(word)).filter(everywhere);
  const first = known.length ? known : firstFew(vocabulary, everywhere);
  const chips = first.slice(0, 6).map((word) =>
    h(
      "button",
      { type: "button", class: "lm-chip", dir: "auto", onclick: () => actions.go(word) },
      shorten(vocabulary.words[word], 24),
    ),
  );
  return [
    h("h2", {}, `Point at a ${noun}, then click it`),
    h(
      "p",
      {},
      several
        ? `The ${noun} lights up on every map, with lines to the neighbours that each map's own method ` +
            "gives it, measured in the original space. A click lists them here, side by side."
        : `Each ${vocabulary.pictures ? "picture" : "dot"} is a ${noun}. Lines run to its nearest neighbours in the ` +
            `original space, wherever the map put them. A click shows the ${noun} here; arrow keys walk from ` +
            "neighbour to neighbour.",
    ),
    h("div", { class: "lm-chips" }, h("span", { class: "lm-quiet" }, "Try "), ...chips),
    h("h3", {}, several ? "These maps" : "This map"),
    ...maps.map((map) => h("p", { class: "lm-quiet" }, `${map.source.caption}.`)),
    ...missingNotes(maps, vocabulary),
  ];
}

/** The first short labels that every map shows; long ones where there are no others. */
function firstFew(vocabulary, everywhere) {
  const some = [...vocabulary.words.slice(0, 500).keys()].filter(everywhere);
  const short = some.filter((word) => vocabulary.words[word].length <= 24);
  return (short.length ? short : some).slice(0, 4);
}

/** Which words have no place: said once for all maps that lack the same ones. */
function missingNotes(maps, vocabulary) {
  const lacking = new Map();
  for (const map of maps) {
    const key = map.missing.join("\n");
    if (key) lacking.set(key, [...(lacking.get(key) ?? []), map]);
  }
  return [...lacking.values()].flatMap((some) => {
    const { missing } = some[0];
    const who = some.map((map) => map.source.name ?? map.source.title).join(" and ");
    const shown = missing.slice(0, 12).map((word) => isolated(shorten(word))).join(", ");
    const more = missing.length > 12 ? ` and ${missing.length - 12} more` : "";
    return [
      h("h3", {}, `${vocabulary.counted(missing.length)} without a vector`),
      h("p", { class: "lm-quiet" }, `${who} ${some.length > 1 ? "do" : "does"} not know ${shown}${more}.`),
    ];
  });
}

/** The word itself, with a button that lets go of it. */
export function headOf(text, actions, vocabulary) {
  const size = text.length > 400 ? " lm-text" : text.length > 40 ? " lm-phrase" : "";
  const heading = h("h2", { class: `lm-word${size}`, dir: "auto" }, visible(text));
  const close = h(
    "button",
    { type: "button", class: "lm-close", "aria-label": `Close this ${vocabulary.noun} (Escape)`, onclick: actions.clear },
    "×",
  );
  return h("div", { class: "lm-head" }, heading, close);
}

/** The picture of a word beside its name, where it has one. */
export const pictureOf = (word, vocabulary, theme, side = 22, name = "") =>
  vocabulary.pictures?.element(word, side, theme.text, name) ?? null;

/** The large picture of the word that the panel is about. */
export const portraitOf = (word, vocabulary, theme) =>
  pictureOf(word, vocabulary, theme, 112, `Picture of ${vocabulary.words[word]}`);

/** One word: its meanings, its true neighbours, its vector, and how far its dot can be trusted. */
export function wordSection({ word, vocabulary, map, theme, actions, signal }) {
  const text = vocabulary.words[word];
  const meanings = h("div", { class: "lm-meanings" });
  showMeanings(meanings, text, vocabulary, word, actions, signal);
  const head = h("div", {}, headOf(text, actions, vocabulary), portraitOf(word, vocabulary, theme));
  if (!map.has(word)) {
    const why = `${map.source.title} has no vector for “${isolated(shorten(text, 60))}”, so it is not on this map.`;
    return [head, ownFacts(vocabulary, word), meanings, h("p", { class: "lm-notice" }, why)].filter(Boolean);
  }
  if (map.known < 2) {
    return [head, ownFacts(vocabulary, word), meanings, h("p", { class: "lm-quiet" }, `There is no other ${vocabulary.noun} on this map to compare it with.`)].filter(Boolean);
  }
  const list = h("div", { class: "lm-neighbours" });
  const trust = h("p", {});
  const fill = () => {
    showNeighbours(list, word, vocabulary, map, theme, actions);
    showTrust(trust, word, map);
  };
  if (map.neighborsOf(word)) fill();
  else askNeighbours(word, map, list, fill, signal, actions);
  const strip = h("div", { class: "lm-vector" });
  const stripTitle = h("h3", {}, "Its vector");
  showVector(strip, stripTitle, word, map, theme, signal);
  const inSpace = "Nearest in space";
  return [
    head,
    ownFacts(vocabulary, word),
    meanings,
    h("div", { class: "lm-columns" }, h("h3", {}, inSpace), h("span", {}, "cosine"), h("span", { title: "Its place among all by distance on this map: 1 is the closest dot" }, "on map")),
    list,
    map.source.vector ? stripTitle : null,
    strip,
    h("h3", {}, "Can I trust this dot?"),
    trust,
  ].filter(Boolean);
}

function askNeighbours(word, map, list, fill, signal, actions) {
  if (!map.source.nearest) return list.append(h("p", { class: "lm-quiet" }, "Not known here."));
  list.append(h("div", { class: "lm-skeleton" }));
  fetchJson(`${map.source.nearest}${word}`, signal)
    .then((answer) => {
      if (!answer) return list.replaceChildren(h("p", { class: "lm-notice" }, "The neighbours could not be fetched. Click it again."));
      map.rememberNeighbors(word, answer.neighbors);
      fill();
      actions.highlight();
    })
    .catch(() => {});
}

function showNeighbours(list, word, vocabulary, map, theme, actions) {
  const found = map.neighborsOf(word, NEIGHBOURS);
  const ranks = map.mapRanks(word, found.map((each) => each.word));
  const rows = found.map(({ word: other, similarity }, i) => {
    const name = vocabulary.words[other];
    const rank = map.has(other) ? ranks[i] : null;
    const bar = h("span", { class: "lm-bar", "aria-hidden": "true" }, h("span", { style: { width: `${Math.max(0, similarity) * 100}%` } }));
    const place = rank === null ? "–" : `#${rank.toLocaleString("en")}`;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          "data-key": `near-${i}`,
          onclick: () => actions.go(other, { fly: false }),
          onpointerenter: () => actions.point(other),
          onpointerleave: () => actions.point(-1),
          "aria-label": `${isolated(shorten(name, 60))}, cosine ${similarity.toFixed(2)}, ${rank === null ? "not on this map" : `dot number ${rank} by distance on this map`}`,
        },
        pictureOf(other, vocabulary, theme),
        h("span", { class: "lm-name", dir: "auto" }, shorten(name, 40)),
        bar,
        h("span", { class: "lm-number" }, similarity.toFixed(2)),
        h("span", { class: rank !== null && rank <= DOTS_WITHIN ? "lm-rank lm-near" : "lm-rank" }, place),
      ),
    );
  });
  const equal = found.length > 1 && found.every((each) => each.similarity === found[0].similarity);
  const select = h(
    "button",
    {
      type: "button",
      class: "lm-link lm-select",
      "data-key": "select",
      onclick: () => actions.select([word, ...found.map((each) => each.word)]),
    },
    `Select these ${vocabulary.nouns}`,
  );
  list.replaceChildren(
    h("ol", {}, ...rows),
    select,
    ...(equal
      ? [h("p", { class: "lm-quiet" }, `All ${vocabulary.nouns} are equally far away: these ten were drawn by lot.`)]
      : []),
  );
}

/** Says how many of a word's neighbours the map keeps, and how many it makes up. */
export function showTrust(trust, word, map) {
  const k = NEIGHBOURS;
  const near = map.neighborsOf(word, TRUE_WITHIN) ?? [];
  const dots = map.closestDots(word, DOTS_WITHIN);
  const within = new Set(dots);
  const truths = new Set(near.map((each) => each.word));
  const kept = near.slice(0, k).filter((each) => within.has(each.word)).length;
  const right = dots.slice(0, k).filter((dot) => truths.has(dot)).length;
  const asked = Math.min(k, near.length);
  if (!asked) {
    trust.textContent = "Its neighbours are not known here.";
    return;
  }
  const chance = ((asked * Math.min(DOTS_WITHIN, map.known - 1)) / Math.max(1, map.known - 1)).toFixed(1);
  trust.textContent =
    `${kept} of its ${asked} nearest neighbours are among the ${Math.min(DOTS_WITHIN, map.known - 1)} closest dots ` +
    `(chance: ${chance}). Of the ${Math.min(k, dots.length)} closest dots, ${right} are true neighbours ` +
    `(its ${near.length} nearest of ${(map.known - 1).toLocaleString("en")}).`;
}

const LONGEST_ENTRY = 64;
const ONE_WORD = /^\p{Ll}+(?:['’-]\p{Ll}+)*$/u;

/** Whether a dictionary of words is worth asking: not for a phrase, a name or a tweet. */
const mayBeDefined = (text, vocabulary) =>
  text.length <= LONGEST_ENTRY && visible(text) === text && (!vocabulary.isOwn || ONE_WORD.test(text));

export async function showMeanings(into, text, vocabulary, word, actions, signal) {
  const topic = vocabulary.topic[word];
  if (topic >= 0) into.append(h("span", { class: "lm-tag" }, vocabulary.topics[topic]));
  if (actions.texts?.()) return showText(into, actions.texts(), word, signal);
  if (!actions.definitions || !vocabulary.areWords || !mayBeDefined(text, vocabulary)) return into.classList.add("lm-unasked");
  try {
    const answer = await fetchJson(actions.definitions + encodeURIComponent(text), signal);
    if (!answer) {
      into.append(h("p", { class: "lm-quiet" }, "The dictionary could not be asked. Click the word again."));
      return;
    }
    const found = answer.definitions;
    if (!found.length) {
      into.append(h("p", { class: "lm-quiet" }, "No entry in the dictionary (GCIDE)."));
      return;
    }
    const [first, ...others] = found;
    into.append(meaning(first, text, answer.source));
    if (others.length) {
      const more = h(
        "details",
        {},
        h("summary", {}, counted(others.length, "more meaning")),
        ...others.map((each) => meaning(each, text)),
      );
      into.append(more);
    }
  } catch {
    /* another word was chosen meanwhile */
  }
}

/** What the dot stands for, where that is a text: its title says little. */
async function showText(into, address, word, signal) {
  try {
    const answer = await fetchJson(`${address}${word}`, signal);
    into.append(
      answer
        ? h("p", { class: "lm-whole-text", dir: "auto", tabindex: "0" }, answer.text)
        : h("p", { class: "lm-quiet" }, "Its text could not be fetched. Click it again."),
    );
  } catch {
    /* another one was chosen meanwhile */
  }
}

// Regular forms are found under their base word ("cats" under "cat"): then that is said.
function meaning(definition, word, source) {
  const { text } = definition;
  const entry = definition.entry && definition.entry !== word ? ` (${definition.entry})` : "";
  return h(
    "p",
    {},
    h("em", {}, definition.part_of_speech + entry),
    " ",
    text,
    source ? h("span", { class: "lm-quiet" }, ` (${source})`) : null,
  );
}

async function showVector(into, title, word, map, theme, signal) {
  if (!map.source.vector) return;
  try {
    const answer = await fetchJson(`${map.source.vector}${word}`, signal);
    if (!answer) {
      into.append(h("p", { class: "lm-quiet" }, "It could not be fetched. Click it again."));
      return;
    }
    title.textContent = `Its vector, ${answer.dim.toLocaleString("en")} numbers`;
    if (answer.kind === "dense") {
      into.append(heatStrip(answer.values, theme), h("p", { class: "lm-quiet" }, answer.sentence ?? ""));
    } else {
      into.append(h("p", {}, answer.sentence ?? ""));
      if (answer.labels?.length) into.append(strongest(answer));
    }
  } catch {
    /* another word was chosen meanwhile */
  }
}

function strongest(answer) {
  const parts = answer.labels.slice(0, 6).map((label, i) => `${shorten(label)} ${formatNumber(answer.values[i])}`);
  return h("p", { class: "lm-quiet" }, `Largest: ${parts.join(" · ")}`);
}

function formatNumber(value) {
  return Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(2);
}

/** A row of cells: blue below zero, red above, pale near it. */
function heatStrip(values, theme) {
  const canvas = h("canvas", { class: "lm-strip", width: values.length, height: 1, role: "img" });
  const most = Math.max(1e-9, ...values.map(Math.abs));
  const low = Math.min(...values).toFixed(2);
  const high = Math.max(...values).toFixed(2);
  canvas.setAttribute("aria-label", `${values.length} numbers from ${low} to ${high}`);
  canvas.title = `from ${low} (blue) to ${high} (red)`;
  const context = canvas.getContext("2d");
  values.forEach((value, i) => {
    const strength = Math.abs(value) / most;
    const far = value < 0 ? [58, 110, 175] : [214, 84, 48];
    const pale = theme.dark ? [28, 34, 50] : [243, 241, 236];
    const colour = pale.map((c, axis) => Math.round(c + (far[axis] - c) * strength));
    context.fillStyle = `rgb(${colour})`;
    context.fillRect(i, 0, 1, 1);
  });
  return canvas;
}
