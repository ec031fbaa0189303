// Two columns of the same tokens: lines run from each token on the left to those that it looks at.

import { written } from "./data.js";
import { h } from "./dom.js";
import { css, themeOf } from "./look.js";

/** Shares from which on a line is drawn. */
export const LEAST = 0.05;
const WIDTH = 190; // between the columns

export class Lines {
  constructor(state) {
    this.state = state;
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.left = h("div", { class: "lse-tokens", role: "listbox", "aria-label": "Tokens that look", onkeydown: (event) => this.key(event) });
    this.right = h("div", { class: "lse-tokens lse-tokens-right", role: "list", "aria-label": "Tokens looked at" });
    const inside = h("div", { class: "lse-lines-inside" }, this.left, this.canvas, this.right);
    this.root = h("div", { class: "lse-lines", onpointerleave: () => state.set({ row: -1, column: -1 }) }, inside);
  }

  show(reading) {
    this.reading = reading;
    this.shown = reading.visible(this.state.hidesMarks);
    this.height = this.shown.length > 48 ? 16 : 21;
    this.root.style.setProperty("--token", `${this.height}px`);
    const make = (position, isLeft) => {
      const token = reading.tokens[position];
      const about = { "data-at": position, "data-mark": token.isMark, "data-unknown": token.isUnknown, "data-second": token.part === 1,
        title: token.isUnknown ? "The model has no token for this: [UNK]" : null };
      return isLeft
        ? h("span", { ...about, dir: "auto", role: "option", tabindex: "-1", "aria-selected": "false",
            onpointerenter: () => this.state.set({ row: position, column: -1 }),
            onclick: () => this.hold(position),
            onfocus: () => this.state.set({ row: position, column: -1 }),
            onblur: () => this.state.set({ row: -1 }) }, token.label)
        : h("span", { ...about, role: "listitem", onpointerenter: () => this.state.set({ column: position, row: -1 }) }, h("b", { dir: "auto" }, token.label), h("i"));
    };
    this.left.replaceChildren(...this.shown.map((position) => make(position, true)));
    this.right.replaceChildren(...this.shown.map((position) => make(position, false)));
    this.draw();
  }

  hold(position) {
    this.state.set({ held: this.state.held === position ? -1 : position });
  }

  key(event) {
    const at = this.shown.indexOf(this.state.active);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const next = Math.min(this.shown.length - 1, Math.max(0, at + step));
      this.left.children[next].focus();
    } else if (event.key === "Enter" || event.key === " ") {
      if (at >= 0) this.hold(this.shown[at]);
    } else return;
    event.preventDefault();
  }

  draw() {
    const { reading, shown, height, state } = this;
    const theme = themeOf(this.root);
    const matrix = reading.matrix(state);
    const ratio = window.devicePixelRatio || 1;
    const tall = shown.length * height;
    Object.assign(this.canvas, { width: WIDTH * ratio, height: tall * ratio });
    Object.assign(this.canvas.style, { width: `${WIDTH}px`, height: `${tall}px` });
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const { active, column } = state;
    const line = (i, j, value, colour) => {
      const [a, b] = [(i + 0.5) * height, (j + 0.5) * height];
      context.beginPath();
      context.moveTo(0, a);
      context.bezierCurveTo(WIDTH * 0.4, a, WIDTH * 0.6, b, WIDTH, b);
      context.strokeStyle = css(colour, Math.min(1, 0.12 + value));
      context.lineWidth = 0.75 + 3.5 * value;
      context.stroke();
    };
    shown.forEach((from, i) => shown.forEach((to, j) => {
      const value = matrix[from * reading.n + to];
      const isLit = from === active || (active < 0 && to === column);
      if (value >= (isLit ? 0.01 : LEAST) && (isLit || (active < 0 && column < 0))) line(i, j, value, isLit && active >= 0 ? theme.lit : theme.blue);
    }));
    [...this.left.children].forEach((node, i) => {
      const isActive = shown[i] === active;
      node.setAttribute("aria-selected", String(shown[i] === state.held));
      node.toggleAttribute("data-lit", isActive);
      node.tabIndex = isActive || (active < 0 && i === 0) ? 0 : -1;
      node.style.setProperty("--share", active < 0 && column >= 0 ? matrix[shown[i] * reading.n + column] : 0);
    });
    [...this.right.children].forEach((node, j) => {
      const value = active >= 0 ? matrix[active * reading.n + shown[j]] : null;
      node.toggleAttribute("data-lit", shown[j] === column);
      node.style.setProperty("--share", value ?? 0);
      node.lastChild.textContent = value === null ? "" : written(value);
    });
  }
}
