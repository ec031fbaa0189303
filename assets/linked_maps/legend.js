// What the colours mean, and a filter: a click hides a group, "only" leaves nothing else.

import { h } from "./dom.js";
import { asksForTrust, colouring, colourings, columnOf } from "./palette.js";
import { AGREEMENT_K } from "./compare.js";
import { filtersSection, ownLegend } from "./own.js";
import { capital, shorten } from "./text.js";

/** With more columns than this a list offers them, and no row of buttons. */
const MOST_BUTTONS = 3;

/** The Colours section of the panel. */
export function colourSection(state, vocabulary, maps, theme) {
  const [map] = maps;
  const ways = colourings(vocabulary, maps);
  const choose = choiceOf(state, vocabulary, ways);
  const colours = colouring(state.colourBy, vocabulary, map, theme);
  const column = columnOf(state.colourBy, vocabulary);
  const filters = filtersSection(state, vocabulary, maps);
  if (column) {
    return [h("h3", {}, "Colour by"), ...choose, ...ownLegend(column, { state, vocabulary, map, theme, colours, row }), filters];
  }
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
    ...choose,
    meaningOf(state.colourBy, map) ? h("p", { class: "lm-quiet lm-meaning" }, meaningOf(state.colourBy, map)) : null,
    h(
      "div",
      { class: "lm-columns" },
      h("h3", {}, maps.length > 1 && asksForTrust(state.colourBy) ? `${capital(vocabulary.nouns)} on the map of ${map.source.name}` : "Click to hide or show"),
      state.hidden.size ? all : null,
    ),
    h("ul", { class: "lm-legend" }, ...present.map((entry) => groupRow(state, entry, present))),
    filters,
  ].filter(Boolean);
}

/** What the map can be coloured by: buttons, and a list of the reader's own columns where they are many. */
function choiceOf(state, vocabulary, ways) {
  const choose = (key) => state.set({ hidden: new Set(), emphasis: -1, colourBy: key });
  const many = vocabulary.columns.length > MOST_BUTTONS;
  const isListed = ([key]) => many && columnOf(key, vocabulary) !== null;
  const buttons = ways.filter((way) => !isListed(way)).map(([key, label]) =>
    h(
      "button",
      {
        type: "button",
        "data-key": `by-${key}`,
        "aria-pressed": String(state.colourBy === key),
        title: label.length > 20 ? label : null,
        onclick: () => choose(key),
      },
      h("bdi", {}, shorten(label, 20)),
    ),
  );
  const group = h("div", { class: "lm-choice", role: "group", "aria-label": "Colour by" }, ...buttons);
  if (!many) return [group];
  const own = columnOf(state.colourBy, vocabulary);
  const list = h(
    "select",
    { class: "lm-by lm-own-columns", "aria-label": "Colour by a column of yours", "data-key": "by-own", onchange: () => list.value && choose(list.value) },
    h("option", { value: "" }, `One of ${vocabulary.isOwn ? "your " : ""}${vocabulary.columns.length} columns …`),
    ...ways.filter(isListed).map(([key, label]) => h("option", { value: key, selected: key === own?.key }, shorten(label, 40))),
  );
  list.classList.toggle("lm-on", own !== null);
  return buttons.length ? [group, list] : [list];
}

function noneName(by) {
  const names = { topic: "no topic", cluster: "no cluster", part_of_speech: "not in the dictionary", frequency: "never" };
  return Object.hasOwn(names, by) ? names[by] : "not measured";
}

/** What a measure means, for the ways to colour that are one. */
const MEANING = {
  agreement:
    `How far the methods agree on one: the overlap (Jaccard) of its ${AGREEMENT_K} nearest neighbours in the ` +
    "original space, the mean over all pairs of these maps. 1: the same neighbours.",
  trust:
    "Trustworthiness of each dot: 1 where the dots around it are true neighbours; less the farther they really are " +
    "(Venna and Kaski 2001). Point at one: rings are close on the map only.",
  continuity:
    "Continuity of each dot: 1 where its true neighbours are close on the map; less the farther the map has put them " +
    "(Venna and Kaski 2001). Point at one: dashed lines run to true neighbours that are far on the map.",
};

const PLAIN = "Nothing is known of them to colour them by.";

const meaningOf = (by, map) => (by === "measure" ? map.measure?.meaning : by === "plain" ? PLAIN : MEANING[by]);

const MOST_SWATCHES = 10;

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
    this.choice.replaceChildren(...ways.map(([key, label]) => h("option", { value: key }, shorten(label, 40))));
    this.choice.value = state.colourBy;
    const map = maps.find((each) => each.measure) ?? maps[0];
    const colours = colouring(state.colourBy, vocabulary, map, theme);
    const named = colours.key ?? colours.names.map((name, i) => ({ name, css: colours.css[i] }));
    const few = named.length <= MOST_SWATCHES ? named : [];
    this.root.title = meaningOf(state.colourBy, map) ?? "";
    this.marks.replaceChildren(
      ...few.map(({ name, css }) =>
        h("span", { class: "lm-swatched" }, h("span", { class: "lm-swatch", style: { background: css } }), h("bdi", {}, shorten(name, 40))),
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

function groupRow(state, { name, at, css, count }, all) {
  const shown = !state.hidden.has(at);
  const toggle = () => {
    const hidden = new Set(state.hidden);
    if (!hidden.delete(at)) hidden.add(at);
    state.set({ emphasis: -1, hidden });
  };
  const others = all.map((each) => each.at).filter((each) => each !== at);
  const only = () => state.set({ emphasis: -1, hidden: new Set(others) });
  return row(state, { name, key: at, css, count, shown, emphasis: at, toggle, only });
}

/** One line of a legend: a colour, a name, a number of words; `only` may be missing. */
function row(state, { name, key, css, count, shown, emphasis, toggle, only }) {
  return h(
    "li",
    {
      class: shown ? null : "lm-off",
      onpointerenter: () => emphasis >= 0 && shown && state.set({ emphasis }),
      onpointerleave: () => state.set({ emphasis: -1 }),
    },
    h(
      "button",
      { type: "button", class: "lm-entry", "data-key": `group-${key}`, "aria-pressed": String(shown), title: name.length > 30 ? name.slice(0, 2000) : null, onclick: toggle },
      h("span", { class: "lm-swatch", style: { background: css } }),
      h("span", { class: "lm-name", dir: "auto" }, shorten(name, 30)),
      h("span", { class: "lm-number" }, count.toLocaleString("en")),
    ),
    only ? h("button", { type: "button", class: "lm-link", "data-key": `only-${key}`, "aria-label": `Only ${shorten(name, 60)}`, onclick: only }, "only") : null,
  );
}
