// What the colours mean, and a filter: a click hides a group, "only" leaves nothing else.

import { h } from "./dom.js";
import { asksForTrust, colouring, colourings } from "./palette.js";
import { AGREEMENT_K } from "./compare.js";
import { shorten } from "./labels.js";

/** The Colours section of the panel. */
export function colourSection(state, vocabulary, maps, theme) {
  const [map] = maps;
  const ways = colourings(vocabulary, maps);
  const choose = h(
    "div",
    { class: "lm-choice", role: "group", "aria-label": "Colour by" },
    ...ways.map(([key, label]) =>
      h(
        "button",
        {
          type: "button",
          "data-key": `by-${key}`,
          "aria-pressed": String(state.colourBy === key),
          onclick: () => state.set({ hidden: new Set(), emphasis: -1, colourBy: key }),
        },
        label,
      ),
    ),
  );
  const colours = colouring(state.colourBy, vocabulary, map, theme);
  const counts = countBy(colours, vocabulary, map);
  const entries = colours.names.map((name, at) => ({ name, at, css: colours.css[at], count: counts[at] }));
  if (counts[-1]) entries.push({ name: noneName(state.colourBy), at: -1, css: theme.none, count: counts[-1] });
  const present = entries.filter((entry) => entry.count);
  const all = h(
    "button",
    { type: "button", class: "lm-link", "data-key": "all", onclick: () => state.set({ hidden: new Set() }) },
    "Show all",
  );
  return [
    h("h3", {}, "Colour by"),
    choose,
    meaningOf(state.colourBy, map) ? h("p", { class: "lm-quiet lm-meaning" }, meaningOf(state.colourBy, map)) : null,
    h(
      "div",
      { class: "lm-columns" },
      h("h3", {}, maps.length > 1 && asksForTrust(state.colourBy) ? `Words on the map of ${map.source.name}` : "Click to hide or show"),
      state.hidden.size ? all : null,
    ),
    h("ul", { class: "lm-legend" }, ...present.map((entry) => row(state, entry, present))),
  ].filter(Boolean);
}

function noneName(by) {
  const names = { topic: "no topic", cluster: "no cluster", part_of_speech: "not in the dictionary", frequency: "never" };
  return names[by] ?? "not measured";
}

/** What a measure means, for the ways to colour that are one. */
const MEANING = {
  agreement:
    `How far the methods agree on a word: the overlap (Jaccard) of its ${AGREEMENT_K} nearest neighbours in the ` +
    "original space, the mean over all pairs of these maps. 1: the same neighbours.",
  trust:
    "Trustworthiness of each dot: 1 where the dots around it are true neighbours; less the farther they really are " +
    "(Venna and Kaski 2001). Point at a word: rings are close on the map only.",
  continuity:
    "Continuity of each dot: 1 where its true neighbours are close on the map; less the farther the map has put them " +
    "(Venna and Kaski 2001). Point at a word: dashed lines run to true neighbours that are far on the map.",
};

const meaningOf = (by, map) => (by === "measure" ? map.measure?.meaning : MEANING[by]);

const MOST_SWATCHES = 9;

/** The colours in one line, for maps without a panel: what is coloured by, and what each colour means. */
export class ColourLine {
  constructor(state, vocabulary) {
    Object.assign(this, { state, vocabulary });
    this.choice = h("select", { class: "lm-by", "aria-label": "Colour by" });
    this.choice.addEventListener("change", () => state.set({ hidden: new Set(), colourBy: this.choice.value }));
    this.marks = h("span", { class: "lm-swatches" });
    this.root = h("div", { class: "lm-colours", role: "note" }, this.choice, this.marks);
    this.stop = state.on(["colourBy"], () => this.show(this.maps, this.theme));
  }

  destroy() {
    this.stop();
    this.root.remove();
  }

  show(maps, theme) {
    if (!maps || !theme) return;
    Object.assign(this, { maps, theme });
    const { state, vocabulary } = this;
    const ways = colourings(vocabulary, maps);
    this.choice.replaceChildren(...ways.map(([key, label]) => h("option", { value: key }, label)));
    this.choice.value = state.colourBy;
    const map = maps.find((each) => each.measure) ?? maps[0];
    const colours = colouring(state.colourBy, vocabulary, map, theme);
    const few = colours.names.length <= MOST_SWATCHES ? colours.names : [];
    this.root.title = meaningOf(state.colourBy, map) ?? "";
    this.marks.replaceChildren(
      ...few.map((name, i) =>
        h("span", { class: "lm-swatched" }, h("span", { class: "lm-swatch", style: { background: colours.css[i] } }), name),
      ),
    );
  }
}

function countBy({ category }, vocabulary, map) {
  const counts = { "-1": 0 };
  for (let word = 0; word < vocabulary.size; word++) {
    if (map.has(word)) counts[category[word]] = (counts[category[word]] ?? 0) + 1;
  }
  return counts;
}

function row(state, { name, at, css, count }, all) {
  const shown = !state.hidden.has(at);
  const toggle = () => {
    const hidden = new Set(state.hidden);
    if (!hidden.delete(at)) hidden.add(at);
    state.set({ emphasis: -1, hidden });
  };
  const others = all.map((each) => each.at).filter((each) => each !== at);
  const only = () => state.set({ emphasis: -1, hidden: new Set(others) });
  return h(
    "li",
    {
      class: shown ? null : "lm-off",
      onpointerenter: () => at >= 0 && shown && state.set({ emphasis: at }),
      onpointerleave: () => state.set({ emphasis: -1 }),
    },
    h(
      "button",
      { type: "button", class: "lm-entry", "data-key": `group-${at}`, "aria-pressed": String(shown), onclick: toggle },
      h("span", { class: "lm-swatch", style: { background: css } }),
      h("span", { class: "lm-name" }, shorten(name, 30)),
      h("span", { class: "lm-number" }, count.toLocaleString("en")),
    ),
    h("button", { type: "button", class: "lm-link", "data-key": `only-${at}`, "aria-label": `Only ${name}`, onclick: only }, "only"),
  );
}
