// What is said of a head, in sentences, with its number and that of a uniform head beside it.

import { written } from "./data.js";
import { h } from "./dom.js";
import { KINDS, signOf } from "./grid.js";

const GETS = {
  previous: "the token before it",
  next: "the token after it",
  itself: "itself",
  same: "the same word elsewhere in the text",
  separator: "[SEP]",
};

export function nameOf({ shown, layer, head }) {
  if (shown === "head") return `Layer ${layer}, head ${head}`;
  return shown === "mean" ? `Layer ${layer}, mean of its heads` : `Rollout up to layer ${layer}`;
}

const per = (value) => `${(100 * value).toFixed(0)}%`;

/** Says what the chosen head favours. */
export function favour(reading, state) {
  const { layer, head, shown } = state;
  if (shown === "mean") return `How much each token takes from each other one when the ${reading.heads} heads of layer ${layer} are averaged. What one head does sharply may vanish here.`;
  if (shown === "rollout") return `How much of what stands at a token after layer ${layer} comes from each token of the input, if every layer keeps half and mixes half by the mean of its heads (attention rollout, Abnar and Zuidema 2020). It leaves out what the layers do with what they take.`;
  const kind = reading.favourites[layer - 1][head - 1];
  const column = reading.kinds.indexOf(kind);
  const about = reading.favours[layer - 1][head - 1];
  const at = (name) => reading.kinds.indexOf(name);
  const share = (name) => `${per(about[at(name)])} (uniform ${per(reading.uniform[at(name)])})`;
  const rests = `[CLS], where heads rest that find nothing to look for, gets ${share("start")}`;
  if (!kind) {
    const best = about.reduce((found, value, i) => (value !== null && value > (about[found] ?? -1) ? i : found), 0);
    return `This head favours nothing of what is measured here. Most goes to ${KINDS[reading.kinds[best]][1]}: ${share(reading.kinds[best])}, less than a quarter or than twice that of a uniform head.`;
  }
  if (kind === "start") return `This head rests on [CLS]: the tokens give it ${share("start")} of their attention on average, and nothing else that is measured gets a quarter. Single tokens may still look elsewhere.`;
  const one = reading.asked[column] === 1;
  const who = one ? "The one token that has such a target gives" : `The ${reading.asked[column]} tokens that have such a target give`;
  const whose = one ? "its attention" : "their attention on average";
  return `This head favours ${KINDS[kind][1]}. ${who} ${GETS[kind]} ${per(about[column])} of ${whose}; a uniform head would give ${per(reading.uniform[column])}. ${rests}.`;
}

/** What the chosen head gives to each of the things measured, beside a uniform head. */
export function table(reading, { layer, head }) {
  const favourite = reading.favourites[layer - 1][head - 1];
  const rows = reading.kinds.map((kind, i) => h("tr", { "data-favourite": kind === favourite },
    h("th", { scope: "row" }, h("i", { "aria-hidden": "true" }, signOf(kind)[0]), ` ${KINDS[kind][1]}`),
    h("td", {}, written(reading.favours[layer - 1][head - 1][i])),
    h("td", {}, written(reading.uniform[i])),
    h("td", {}, String(reading.asked[i]))));
  return h("table", { class: "lse-favours" },
    h("caption", {}, "Mean share of a token's attention"),
    h("thead", {}, h("tr", {}, ...["given to", "this head", "uniform", "tokens"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...rows));
}

/** Says where the token that is lit looks. */
export function readout(reading, state) {
  const { active, column } = state;
  const matrix = reading.matrix(state);
  const label = (at) => `“${reading.tokens[at].label}”`;
  if (active >= 0 && column >= 0) return `${label(active)} → ${label(column)}: ${matrix[active * reading.n + column].toFixed(3)}; uniform ${(1 / reading.n).toFixed(3)}`;
  if (active >= 0) {
    const shown = reading.visible(state.hidesMarks);
    const most = [...shown].sort((a, b) => matrix[active * reading.n + b] - matrix[active * reading.n + a]).slice(0, 3);
    return `${label(active)} looks at ${most.map((at) => `${label(at)} ${written(matrix[active * reading.n + at])}`).join(", ")}`;
  }
  if (column >= 0) {
    let sum = 0;
    for (let i = 0; i < reading.n; i++) sum += matrix[i * reading.n + column];
    return `${label(column)} receives ${per(sum / reading.n)} of all attention; uniform ${per(1 / reading.n)}`;
  }
  return "Point at a token or a cell, or use the arrow keys.";
}

/** Says what hiding the marks does. */
export function hiding(reading, state) {
  const marks = reading.tokens.filter((token) => token.isMark).length;
  if (!state.hidesMarks) return "Each row sums to 1.";
  const matrix = reading.matrix(state);
  const shown = reading.visible(true);
  const left = shown.map((from) => shown.reduce((sum, to) => sum + matrix[from * reading.n + to], 0));
  const mean = left.reduce((a, b) => a + b, 0) / left.length;
  return `${marks} marks are hidden. Nothing is scaled up: what is left of a row sums to ${mean.toFixed(2)} on average (${Math.min(...left).toFixed(2)} to ${Math.max(...left).toFixed(2)}); the rest goes to the marks.`;
}
