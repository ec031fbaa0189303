// What the colours mean, and a filter: a click hides a group, "only" leaves nothing else.

import { h } from "./dom.js";
import { colouring, colourings } from "./palette.js";
import { shorten } from "./labels.js";

/** The Colours section of the panel. */
export function colourSection(state, vocabulary, map, theme) {
  const ways = colourings(vocabulary, map);
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
    h(
      "div",
      { class: "lm-columns" },
      h("h3", {}, "Click to hide or show"),
      state.hidden.size ? all : null,
    ),
    h("ul", { class: "lm-legend" }, ...present.map((entry) => row(state, entry, present))),
  ];
}

function noneName(by) {
  return { topic: "no topic", cluster: "no cluster", part_of_speech: "not in the dictionary" }[by] ?? "never";
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
