// One map that flows from method to method and back: a slider, and a button that plays it.

import { h } from "./dom.js";

const LEG_MS = 2200; // from one map to the next
const REST_MS = 700; // at each map
const STEPS = 1000; // of the slider between two maps

/** The bar under the map. `onPlace(at)`: 0 is the first map, 1 the second, 0.5 half way. */
export class MorphBar {
  constructor(names, onPlace) {
    Object.assign(this, { names, onPlace, at: 0, forward: true });
    this.slider = h("input", {
      type: "range",
      min: "0",
      max: String((names.length - 1) * STEPS),
      step: "1",
      value: "0",
      "aria-label": "From map to map",
      oninput: () => {
        this.stop();
        this.go(Number(this.slider.value) / STEPS);
      },
    });
    this.button = h("button", { type: "button", class: "lm-play", onclick: () => (this.playing ? this.stop() : this.play()) });
    this.stops = names.map((name, i) =>
      h("button", { type: "button", class: "lm-stop", title: name, onclick: () => (this.stop(), this.flowTo(i)) }, name),
    );
    this.root = h(
      "div",
      { class: "lm-morph lm-over", role: "group", "aria-label": "Morph" },
      this.button,
      h("div", { class: "lm-way" }, this.slider, h("div", { class: "lm-stops" }, ...this.stops)),
    );
    this.mark();
  }

  destroy() {
    this.stop();
    this.root.remove();
  }

  /** Shows a place between the maps, and tells of it. */
  go(at) {
    this.at = Math.min(this.names.length - 1, Math.max(0, at));
    this.slider.value = String(Math.round(this.at * STEPS));
    this.slider.setAttribute("aria-valuetext", this.said);
    this.stops.forEach((stop, i) => stop.setAttribute("aria-pressed", String(Math.abs(this.at - i) < 0.005)));
    this.onPlace(this.at);
  }

  get said() {
    const from = Math.floor(this.at);
    const share = this.at - from;
    if (share < 0.005) return this.names[from];
    return `${Math.round(share * 100)} % of the way from ${this.names[from]} to ${this.names[from + 1]}`;
  }

  mark() {
    this.button.textContent = this.playing ? "❚❚" : "▶";
    this.button.setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.playing = false;
    this.mark();
  }

  /** Plays from map to map, back from the last, until stopped. */
  play() {
    this.playing = true;
    this.mark();
    const last = this.names.length - 1;
    if (this.at >= last) this.forward = false;
    if (this.at <= 0) this.forward = true;
    const next = this.forward ? Math.floor(this.at + 1e-9) + 1 : Math.ceil(this.at - 1e-9) - 1;
    this.flowTo(Math.min(last, Math.max(0, next)), () => this.playing && this.play(), REST_MS);
  }

  flowTo(to, then = () => {}, rest = 0) {
    const from = this.at;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const length = still ? 1 : LEG_MS * Math.min(1, Math.abs(to - from));
    const start = performance.now();
    cancelAnimationFrame(this.frame);
    const step = (now) => {
      const passed = Math.max(0, now - start);
      const t = Math.min(1, passed / length || 1);
      if (t < 1 || this.at !== to) this.go(from + (to - from) * t * t * (3 - 2 * t));
      if (t === 1 && this.at !== to) this.go(to);
      if (passed >= length + rest) return then();
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }
}
