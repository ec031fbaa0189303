// The colours of what readers say of their own words, and the filters by it: categories to click, and
// numbers on a scale with two handles.

import { h } from "./dom.js";
import { groupsOf, marksOf } from "./palette.js";
import { passing, said, withFilter } from "./filters.js";
import { isolated, shorten } from "./text.js";

const STEPS = 200; // of a handle along the scale
const MOST_ROWS = 1000;

/** The text of a column's name where there is little room. */
export const nameOf = (column, most = 40) => isolated(shorten(column.label, most));

/**
 * The part of the Colours section on a reader's own column: rows are made by `row`, as for every
 * other colouring.
 */
export function ownLegend(column, { state, vocabulary, map, theme, colours, row }) {
  const known = wordsOf(column, map);
  const rows = column.isNumber ? [] : categoryRows(column, { state, theme, colours, known, row });
  const none = noneRow(column, { state, css: colours.none, known, row });
  const scale = column.isNumber ? scaleOf(column, { state, colours }) : [];
  const reset = state.filters.has(column.at)
    ? h("button", { type: "button", class: "lm-link", "data-key": "all", onclick: () => put(state, column, null) }, "Show all")
    : null;
  const title = column.isNumber ? "Drag the ends to filter" : "Click to hide or show";
  return [
    h("div", { class: "lm-columns" }, h("h3", {}, title), reset),
    ...scale,
    ...rows.length || none ? [h("ul", { class: "lm-legend" }, ...rows, none)] : [],
    ...notesOf(column, { state, theme }),
  ].filter(Boolean);
}

const put = (state, column, filter) =>
  state.set({ emphasis: -1, filters: withFilter(state.filters, column.at, filter) });

/** How many words of a map are in each category, and how many are in none, as Map of code to number. */
function wordsOf(column, map) {
  const counts = new Map();
  for (let word = 0; word < column.values.length; word++) {
    if (!map.has(word)) continue;
    const code = column.has(word) ? (column.isNumber ? 0 : column.values[word]) : -1;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return counts;
}

function categoryRows(column, { state, theme, colours, known, row }) {
  const hidden = state.filters.get(column.at)?.hidden ?? new Set();
  const groups = groupsOf(column, theme);
  const alone = [...groups.entries()].flatMap(([at, codes]) => {
    const listed = codes.length > 1 && state.listsAll ? codes.slice(0, MOST_ROWS).map((code) => [code]) : [codes];
    return listed.map((each) => ({ at, codes: each, several: codes.length > 1 }));
  });
  const all = [...column.frequent, -1];
  return alone.map(({ at, codes, several }) => {
    const shown = codes.some((code) => !hidden.has(code));
    const toggle = () => {
      const next = new Set(hidden);
      for (const code of codes) {
        if (shown) next.add(code);
        else next.delete(code);
      }
      put(state, column, { hidden: next });
    };
    const only = () => {
      const kept = new Set(codes);
      put(state, column, { hidden: new Set(all.filter((code) => !kept.has(code))) });
    };
    const count = codes.reduce((sum, code) => sum + (known.get(code) ?? 0), 0);
    if (!count) return null;
    const name = codes.length > 1 ? colours.names[at] : column.categories[codes[0]];
    // Of a category among others no dot can be told apart by its colour.
    const emphasis = several && codes.length === 1 ? -1 : at;
    return row(state, { name, key: `${at}-${codes[0]}`, css: colours.css[at], count, shown, emphasis, toggle, only });
  });
}

/** Words of which the column says nothing. */
function noneRow(column, { state, css, known, row }) {
  const count = known.get(-1);
  if (!count) return null;
  const { at } = column;
  const filter = state.filters.get(at);
  const look = { name: "not given", key: "none", css, count, emphasis: -1 };
  if (column.isNumber) {
    const { from, to, none } = filter ?? { from: null, to: null, none: true };
    const toggle = () => put(state, column, { from, to, none: !none });
    return row(state, { ...look, shown: none, toggle, only: null });
  }
  const hidden = new Set(filter?.hidden ?? []);
  const shown = !hidden.has(-1);
  const toggle = () => {
    if (!hidden.delete(-1)) hidden.add(-1);
    put(state, column, { hidden });
  };
  return row(state, { ...look, shown, toggle, only: () => put(state, column, { hidden: new Set(column.frequent) }) });
}

/** The scale of numbers: its shades, its ends and its median, two handles, and two fields. */
function scaleOf(column, { state, colours }) {
  const marks = marksOf(column);
  if (!marks.length) return [h("p", { class: "lm-quiet" }, "Nothing here has a number.")];
  if (column.low === column.high) {
    return [h("p", {}, `All that have a number have the same: ${marks[0].name}.`)];
  }
  const filter = state.filters.get(column.at) ?? { from: null, to: null, none: true };
  const shadesLine = `linear-gradient(90deg, ${colours.css.join(", ")})`;
  const field = (end, label) => {
    const placed = h("input", {
      type: "number",
      step: "any",
      class: "lm-field",
      "data-key": end,
      "aria-label": `${shorten(column.label)}, ${label}`,
      placeholder: marks[end === "from" ? 0 : 2].name,
      value: filter[end] === null ? null : String(filter[end]),
      onchange: (event) => {
        const text = event.target.value.trim();
        narrow({ [end]: text === "" || !Number.isFinite(Number(text)) ? null : Number(text) });
      },
    });
    return placed;
  };
  // Who asks for some numbers does not ask for words without one.
  const narrow = (changes) => {
    const now = { ...(state.filters.get(column.at) ?? { from: null, to: null, none: true }), ...changes };
    if (now.from !== null && now.to !== null && now.from > now.to) [now.from, now.to] = [now.to, now.from];
    const first = !state.filters.has(column.at);
    put(state, column, { ...now, none: first ? false : now.none || (now.from === null && now.to === null) });
  };
  const [from, to] = [field("from", "from"), field("to", "to")];
  const handle = (end, at) => {
    const value = filter[end];
    const start = value === null ? at : column.shareOf(value) * STEPS;
    return h("input", {
      type: "range",
      class: "lm-handle",
      min: "0",
      max: String(STEPS),
      step: "1",
      value: String(Math.round(start)),
      "data-key": `${end}-handle`,
      "aria-label": `${shorten(column.label)}, ${end === "from" ? "lowest" : "highest"} shown`,
      oninput: (event) => {
        const least = end === "from" ? 0 : Number(low.value);
        const most = end === "from" ? Number(high.value) : STEPS;
        const place = Math.min(most, Math.max(least, Number(event.target.value)));
        event.target.value = String(place);
        const number = place === at ? null : tidy(column.valueAt(place / STEPS), column);
        (end === "from" ? from : to).value = number === null ? "" : String(number);
        mark();
        narrow({ [end]: number });
      },
    });
  };
  const low = handle("from", 0);
  const high = handle("to", STEPS);
  const cover = h("span", { class: "lm-range" });
  const mark = () => {
    cover.style.left = `${(Number(low.value) / STEPS) * 100}%`;
    cover.style.right = `${100 - (Number(high.value) / STEPS) * 100}%`;
  };
  mark();
  const bar = h("div", { class: "lm-bar-of-numbers", style: { background: shadesLine } }, cover, low, high);
  const words = marks.map(({ name, share }) =>
    h("span", { class: "lm-tick-name", style: { left: `${share * 100}%`, transform: `translateX(${-share * 100}%)` } }, name),
  );
  const [lowest, median, highest] = words;
  // Where the median lies at an end there is no room for it between the two.
  const crowded = marks[1].share < 0.3 || marks[1].share > 0.7;
  const ticks = h("div", { class: crowded ? "lm-ticks lm-crowded" : "lm-ticks" }, lowest, median, highest);
  const pointer = h("span", { class: "lm-median", style: { left: `${marks[1].share * 100}%` } });
  bar.append(pointer);
  return [
    h("div", { class: "lm-scale-of-numbers" }, bar, ticks),
    h("div", { class: "lm-row lm-fields" }, "from", from, "to", to),
  ];
}

/** A number that a handle stands at, with no more digits than the scale tells apart. */
function tidy(value, column) {
  if (column.byRank) return value;
  const step = (column.high / STEPS - column.low / STEPS) / 2;
  const digits = Math.max(0, Math.min(100, Math.ceil(-Math.log10(step))));
  return Number.isFinite(digits) ? +value.toFixed(digits) : value;
}

function notesOf(column, { state, theme }) {
  const notes = [];
  const n = column.frequent.length;
  if (!column.isNumber && n > theme.categories.length) {
    const alone = theme.categories.length - 1;
    notes.push(
      h(
        "p",
        { class: "lm-quiet lm-meaning" },
        `${n.toLocaleString("en")} categories: the ${alone} most frequent have a colour each, all others share one. `,
        h(
          "button",
          { type: "button", class: "lm-link", "data-key": "list-all", onclick: () => state.set({ listsAll: !state.listsAll }) },
          state.listsAll ? "List the others as one" : "List the others",
        ),
        state.listsAll && n - alone > MOST_ROWS ? ` The first ${MOST_ROWS.toLocaleString("en")} of them are listed.` : "",
      ),
    );
  }
  if (!column.isNumber && !n) notes.push(h("p", { class: "lm-quiet" }, "Nothing here has a category."));
  if (column.isNumber && column.byRank) {
    const why = "Most of these numbers lie close together, so the shades go by rank: half of them lie on either side of the middle.";
    notes.push(h("p", { class: "lm-quiet lm-meaning" }, why));
  }
  return notes;
}

/** How many words a map shows, and all filters that are set, each to be taken away. */
export function filtersSection(state, vocabulary, maps) {
  if (!vocabulary.columns.length) return null;
  const rows = [...state.filters].map(([at, filter]) => {
    const column = vocabulary.columns[at];
    return h(
      "li",
      {},
      h("span", { class: "lm-name", title: column.label }, h("bdi", {}, shorten(column.label, 24)), `: ${said(filter, column)}`),
      h(
        "button",
        { type: "button", class: "lm-link", "data-key": `drop-${at}`, "aria-label": `Take away the filter of ${shorten(column.label)}`, onclick: () => put(state, column, null) },
        "remove",
      ),
    );
  });
  return h(
    "div",
    { class: "lm-filtered" },
    rows.length ? h("h3", {}, "Filters") : null,
    h("p", { class: "lm-shown", role: "status" }, shownLine(state, vocabulary, maps)),
    rows.length ? h("ul", { class: "lm-legend lm-filters" }, ...rows) : null,
  );
}

/** "Shown: 12 of 300 words", of all filters together. */
function shownLine(state, vocabulary, maps) {
  const passes = passing(state.filters, vocabulary);
  let [shown, all] = [0, 0];
  for (let word = 0; word < vocabulary.size; word++) {
    if (!maps.some((map) => map.has(word))) continue;
    all++;
    if (!passes || passes[word]) shown++;
  }
  return `Shown: ${shown.toLocaleString("en")} of ${all.toLocaleString("en")} ${vocabulary.nouns}.`;
}

/** What a reader says of one word in their own columns, as a list of names and values. */
export function ownFacts(vocabulary, word) {
  if (!vocabulary.columns.length) return null;
  const facts = vocabulary.columns.flatMap((column) => {
    const text = column.textOf(word);
    const value = text === "" ? h("dd", { class: "lm-quiet" }, "not given") : h("dd", { dir: "auto" }, shorten(text, 2000));
    return [h("dt", { dir: "auto", title: column.label.length > 60 ? column.label : null }, shorten(column.label, 60)), value];
  });
  return h("dl", { class: "lm-facts" }, ...facts);
}

