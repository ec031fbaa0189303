// All layers and heads as small pictures, each with a sign of what it favours.

import { h } from "./dom.js";
import { shade, themeOf } from "./look.js";

/** The sign and the name of what a head may favour. */
export const KINDS = {
  previous: ["←", "the previous token"],
  next: ["→", "the next token"],
  itself: ["○", "the token itself"],
  same: ["=", "the same word elsewhere"],
  start: ["C", "[CLS]"],
  separator: ["S", "[SEP]"],
};
export const SPREADS = ["·", "nothing of these"];

/** Pixels of a small picture; of longer texts each shows the greatest of several numbers. */
const MOST_PIXELS = 34;

export function signOf(kind) {
  return KINDS[kind] ?? SPREADS;
}

export class Grid {
  constructor(state) {
    this.state = state;
    this.root = h("div", { class: "lse-grid", role: "grid", "aria-label": "Heads by layer",
      onkeydown: (event) => this.key(event) });
    this.legend = h("p", { class: "lse-grid-legend" });
  }

  show(reading) {
    this.reading = reading;
    const { layers, heads } = reading;
    this.root.style.setProperty("--heads", heads);
    const numbers = Array.from({ length: heads }, (_, i) => h("span", { role: "columnheader" }, String(i + 1)));
    const rows = [h("div", { role: "row", class: "lse-grid-head" }, h("span", { role: "columnheader" }, "head"), ...numbers)];
    this.cells = [];
    for (let layer = 1; layer <= layers; layer++) {
      const cells = Array.from({ length: heads }, (_, i) => this.cell(layer, i + 1));
      this.cells.push(cells);
      rows.push(h("div", { role: "row" }, h("span", { role: "rowheader" }, `layer ${layer}`), ...cells));
    }
    this.root.replaceChildren(...rows);
    this.count();
    this.retheme();
    this.choose();
  }

  cell(layer, head) {
    const [sign, name] = signOf(this.reading.favourites[layer - 1][head - 1]);
    const n = Math.min(this.reading.n, MOST_PIXELS);
    return h("button", { type: "button", role: "gridcell", tabindex: "-1", "data-layer": layer, "data-head": head,
      "aria-label": `Layer ${layer}, head ${head}, favours ${name}`, title: `Layer ${layer}, head ${head}: favours ${name}`,
      onclick: () => this.state.set({ layer, head, shown: "head" }) },
      h("canvas", { width: n, height: n, "aria-hidden": "true" }), h("i", { "aria-hidden": "true" }, sign));
  }

  /** Say how many heads favour what. */
  count() {
    const found = new Map();
    for (const favourite of this.reading.favourites.flat()) {
      const kind = favourite ?? "spreads";
      found.set(kind, (found.get(kind) ?? 0) + 1);
    }
    const all = this.reading.layers * this.reading.heads;
    const parts = [...found].sort((a, b) => b[1] - a[1]).map(([kind, n]) => {
      const [sign, name] = signOf(kind);
      return h("span", {}, h("i", {}, sign), ` ${name} ${n}`);
    });
    this.legend.replaceChildren(h("b", {}, `What ${all} heads favour in this text:`), ...parts);
  }

  retheme() {
    const theme = themeOf(this.root);
    const { n, top } = this.reading;
    const side = Math.min(n, MOST_PIXELS);
    const pixel = Uint8Array.from({ length: n }, (_, i) => Math.floor((i * side) / n));
    this.cells.flat().forEach((cell, number) => {
      const weights = this.reading.arrays.weights.subarray(number * n * n, (number + 1) * n * n);
      const greatest = new Float32Array(side * side);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const at = pixel[i] * side + pixel[j];
          greatest[at] = Math.max(greatest[at], weights[i * n + j]);
        }
      }
      const context = cell.firstChild.getContext("2d");
      const image = context.createImageData(side, side);
      greatest.forEach((value, at) => image.data.set([...shade(theme, value, top), 255], at * 4));
      context.putImageData(image, 0, 0);
    });
  }

  choose() {
    const { layer, head, shown } = this.state;
    this.cells.forEach((row, l) => row.forEach((cell, i) => {
      const isIt = l === layer - 1 && i === head - 1;
      cell.setAttribute("aria-selected", String(shown === "head" ? isIt : l === layer - 1));
      cell.tabIndex = isIt ? 0 : -1;
    }));
  }

  key(event) {
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -99], End: [0, 99] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const within = (value, most) => Math.min(most, Math.max(1, value));
    const layer = within(this.state.layer + step[0], this.reading.layers);
    const head = within(this.state.head + step[1], this.reading.heads);
    this.state.set({ layer, head });
    this.cells[layer - 1][head - 1].focus();
  }
}
