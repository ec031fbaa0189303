// The same numbers as a matrix: a row for each token that looks, a column for each looked at.

import { h } from "./dom.js";
import { css, needsGround, shade, themeOf } from "./look.js";

const ROOM = 600;

export class Matrix {
  constructor(state) {
    this.state = state;
    this.canvas = h("canvas", { tabindex: "0", role: "img",
      onpointermove: (event) => this.point(event), onpointerleave: () => state.set({ row: -1, column: -1 }),
      onclick: (event) => { const [row] = this.cellAt(event); if (row >= 0) state.set({ held: state.held === row ? -1 : row }); },
      onkeydown: (event) => this.key(event), onblur: () => state.set({ row: -1, column: -1 }) });
    this.root = h("div", { class: "lse-matrix" }, this.canvas);
  }

  show(reading) {
    this.reading = reading;
    this.shown = reading.visible(this.state.hidesMarks);
    this.draw();
  }

  /** Places of everything, in pixels. */
  measure(context, room) {
    const n = this.shown.length;
    const font = getComputedStyle(this.root).fontFamily;
    const labels = this.shown.map((position) => this.reading.tokens[position].label);
    context.font = `12px ${font}`;
    const widest = Math.min(110, Math.max(30, ...labels.map((label) => context.measureText(label).width)));
    const cell = Math.max(4, Math.min(34, Math.floor((room - widest - 10) / n)));
    const size = Math.max(8, Math.min(12, cell - 1));
    return { n, font, labels, cell, size, left: widest + 8, top: widest + 8, every: Math.ceil(9 / cell) };
  }

  draw() {
    const { reading, shown, state } = this;
    const theme = themeOf(this.root);
    const context = this.canvas.getContext("2d");
    const ratio = window.devicePixelRatio || 1;
    const room = Math.min(ROOM, (this.root.clientWidth || ROOM) - 4);
    const place = (this.place = this.measure(context, room));
    const { n, cell, left, top } = place;
    const [wide, tall] = [left + n * cell + 2, top + n * cell + 2];
    Object.assign(this.canvas, { width: wide * ratio, height: tall * ratio });
    Object.assign(this.canvas.style, { width: `${wide}px`, height: `${tall}px` });
    context.scale(ratio, ratio);
    const matrix = reading.matrix(state);
    shown.forEach((from, i) => shown.forEach((to, j) => {
      const value = matrix[from * reading.n + to];
      context.fillStyle = css(shade(theme, value, reading.top));
      context.fillRect(left + j * cell, top + i * cell, cell - (cell > 8 ? 1 : 0), cell - (cell > 8 ? 1 : 0));
      if (cell >= 26 && value >= 0.005) {
        context.fillStyle = needsGround(value, reading.top) ? theme.ground : theme.ink;
        context.font = `10px ${place.font}`;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillText(value.toFixed(2).replace(/^0/, ""), left + (j + 0.5) * cell - 0.5, top + (i + 0.5) * cell);
      }
    }));
    this.label(context, theme, place);
    this.cross(context, theme, place);
    const { shown: what, layer, head } = state;
    const named = what === "head" ? `layer ${layer}, head ${head}` : what === "mean" ? `the mean of layer ${layer}` : `the rollout up to layer ${layer}`;
    this.canvas.setAttribute("aria-label", `Matrix of ${named}: ${n} tokens that look by ${n} looked at. Arrow keys read single values.`);
  }

  label(context, theme, { n, font, labels, cell, size, left, top, every }) {
    const { active, column } = this.state;
    for (let i = 0; i < n; i++) {
      const isRow = this.shown[i] === active;
      const isColumn = this.shown[i] === column;
      const middle = (i + 0.5) * cell;
      const write = (isLit) => {
        context.font = `${isLit ? "bold " : ""}${isLit ? Math.max(size, 11) : size}px ${font}`;
        context.fillStyle = isLit ? theme.accent : this.reading.tokens[this.shown[i]].isMark ? theme.quiet : theme.ink;
      };
      const near = (at) => at >= 0 && Math.abs(this.shown.indexOf(at) - i) * cell < 11;
      context.textBaseline = "middle";
      if (isRow || (i % every === 0 && !near(active))) {
        write(isRow);
        context.textAlign = "right";
        context.fillText(labels[i], left - 6, top + middle, left - 8);
      }
      if (isColumn || (i % every === 0 && !near(column))) {
        write(isColumn);
        context.save();
        context.translate(left + middle, top - 6);
        context.rotate(-Math.PI / 2);
        context.textAlign = "left";
        context.fillText(labels[i], 0, 0, top - 8);
        context.restore();
      }
    }
  }

  cross(context, theme, { n, cell, left, top }) {
    const i = this.shown.indexOf(this.state.active);
    const j = this.shown.indexOf(this.state.column);
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    if (i >= 0) context.strokeRect(left - 1, top + i * cell - 1, n * cell + 1, cell + 1);
    if (j >= 0) context.strokeRect(left + j * cell - 1, top - 1, cell + 1, n * cell + 1);
  }

  cellAt(event) {
    const { n, cell, left, top } = this.place;
    const box = this.canvas.getBoundingClientRect();
    const i = Math.floor((event.clientY - box.top - top) / cell);
    const j = Math.floor((event.clientX - box.left - left) / cell);
    return i >= 0 && j >= 0 && i < n && j < n ? [this.shown[i], this.shown[j]] : [-1, -1];
  }

  point(event) {
    const [row, column] = this.cellAt(event);
    this.state.set({ row, column });
  }

  key(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    const most = this.shown.length - 1;
    const within = (value) => this.shown[Math.min(most, Math.max(0, value))];
    const [i, j] = [this.shown.indexOf(this.state.active), this.shown.indexOf(this.state.column)];
    this.state.set({ row: within(i < 0 ? 0 : i + step[0]), column: within(j < 0 ? 0 : j + step[1]) });
  }
}

/** The numbers that are shown, as rows of a table. */
export function rows(reading, state) {
  const shown = reading.visible(state.hidesMarks);
  const matrix = reading.matrix(state);
  const label = (at) => reading.tokens[at].label;
  return [
    ["looks from \\ to", ...shown.map(label)],
    ...shown.map((from) => [label(from), ...shown.map((to) => matrix[from * reading.n + to])]),
  ];
}
