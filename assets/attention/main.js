// The heads of a text: all of them small, one large, as lines and as a matrix; or a word in two.

import { Reading } from "./data.js";
import { h } from "./dom.js";
import { saveCsv, savePng, saveSvg } from "./files.js";
import { Grid } from "./grid.js";
import { LEAST, Lines } from "./lines.js";
import { along, css, shade, themeOf, TICKS, topOf } from "./look.js";
import { Matrix, rows } from "./matrix.js";
import { Sides } from "./sides.js";
import { markOf, readFragment, State, writeFragment } from "./state.js";
import * as words from "./words.js";

const SHOWN = { head: "One head", mean: "Mean of the layer", rollout: "Rollout" };
const TABLE_UP_TO = 40; // tokens; longer texts are taken along as CSV

class Heads {
  constructor(root) {
    this.root = root;
    this.state = new State();
    this.state.addEventListener("change", (event) => this.changed(event.detail));
    this.grid = new Grid(this.state);
    this.lines = new Lines(this.state);
    this.matrix = new Matrix(this.state);
    this.sides = new Sides(this.state);
    this.resize = new ResizeObserver(() => this.reading && this.matrix.shown && this.drawLarge());
    // A change of theme changes the ink, and with it the end of a transition is heard.
    root.addEventListener("transitionend", (event) => event.target === root && this.retheme());
    this.turn = 0;
    this.heard = this.heard.bind(this);
    addEventListener("hashchange", this.heard);
  }

  async show(data) {
    const mark = markOf(data);
    const turn = ++this.turn;
    if (mark === this.mark && data.packs.join() === this.packs) return;
    const readings = await Promise.all(data.packs.map((url) => Reading.fetch(url)));
    if (turn !== this.turn) return;
    Object.assign(this, { data, mark, readings, packs: data.packs.join() });
    this.reading = readings[0];
    const top = Math.max(...readings.map((each) => topOf(each.n)));
    readings.forEach((each) => { each.top = top; });
    Object.assign(this.state, { row: -1, column: -1, held: -1, ...data.start, ...readFragment(mark) });
    this.keepWithin();
    this.build();
  }

  keepWithin() {
    const { state, reading } = this;
    state.layer = Math.min(state.layer, reading.layers);
    state.head = Math.min(state.head, reading.heads);
    if (state.held >= reading.n) state.held = -1;
  }

  /** The address was changed by hand, or by the way back. */
  heard() {
    if (!this.reading) return;
    const { layer, head, shown, hidesMarks, word, held } = { held: -1, hidesMarks: false, ...this.data.start, ...readFragment(this.mark) };
    const most = (value, limit) => Math.min(value, limit);
    this.state.set({ layer: most(layer, this.reading.layers), head: most(head, this.reading.heads), shown, hidesMarks, word, held: held < this.reading.n ? held : -1 });
  }

  build() {
    const { state } = this;
    const isSides = this.data.view === "sides";
    this.title = h("h3", { "aria-live": "polite" });
    this.switch = h("div", { class: "lse-switch", role: "radiogroup", "aria-label": "What is shown large" },
      ...Object.entries(SHOWN).map(([name, label]) => h("button", { type: "button", role: "radio", "data-shown": name,
        onclick: () => state.set({ shown: name }) }, label)));
    this.said = h("p", { class: "lse-favour", "aria-live": "polite" });
    this.table = h("div", { class: "lse-favours-box" });
    const hide = h("input", { type: "checkbox", onchange: (event) => state.set({ hidesMarks: event.target.checked }) });
    hide.checked = state.hidesMarks;
    this.hide = hide;
    this.sums = h("span", { class: "lse-sums" });
    this.readout = h("p", { class: "lse-readout", "aria-live": "polite" });
    const button = (label, act) => h("button", { type: "button", onclick: act }, label);
    const title = () => `${words.nameOf(state)} · ${this.reading.model}`;
    const save = h("div", { class: "lse-save", role: "group", "aria-label": "Download the matrix" }, h("span", {}, "Matrix:"),
      button("CSV", () => saveCsv(this.reading, state)),
      button("PNG", () => savePng(this.reading, state, this.root, title())),
      button("SVG", () => saveSvg(this.reading, state, this.root, title())));
    const marks = h("label", { class: "lse-marks" }, hide, " Hide [CLS] and [SEP]");
    const all = h("div", { class: "lse-all" }, this.grid.root, this.grid.legend);
    const about = [this.title, this.said];
    if (isSides) {
      const said = h("p", { class: "lse-quiet" }, "The small pictures are of the first sentence. A click or the arrow keys choose the head for both.");
      this.root.replaceChildren(this.sides.words, this.sides.said, this.sides.root, h("div", { class: "lse-bar-line" }, this.switch, marks, this.legend()),
        h("div", { class: "lse-columns" }, h("div", { class: "lse-left" }, all, said), h("div", { class: "lse-right" }, ...about, this.table)));
    } else {
      this.asTable = h("details", { class: "lse-as-table", ontoggle: () => this.fillTable() }, h("summary", {}, "The matrix as a table"));
      const lines = h("figure", {}, h("figcaption", {}, `Lines run from each token to those that it looks at, from ${LEAST} on; thicker is more.`), this.lines.root);
      const matrix = h("figure", {}, this.matrix.root, h("figcaption", {}, "A row for each token that looks, a column for each looked at. ", this.sums));
      this.root.replaceChildren(
        h("div", { class: "lse-columns" },
          h("div", { class: "lse-left" }, all, lines),
          h("div", { class: "lse-right" }, h("div", { class: "lse-line" }, this.switch, save), ...about,
            h("div", { class: "lse-line" }, marks, this.legend()), this.readout, matrix, this.table)),
        this.asTable);
    }
    this.grid.show(this.reading);
    if (isSides) this.sides.show(this.readings);
    else {
      this.lines.show(this.reading);
      this.matrix.show(this.reading);
      this.resize.disconnect();
      this.resize.observe(this.matrix.root);
    }
    this.say();
    this.root.dataset.drawn = this.mark;
  }

  legend() {
    this.ramp = h("span", { class: "lse-ramp", role: "img", "aria-label": "Shades, from nothing to much" });
    this.paintRamp();
    return this.ramp;
  }

  paintRamp() {
    const theme = themeOf(this.root);
    const stops = Array.from({ length: 21 }, (_, i) => css(shade(theme, (i / 20) ** (1 / 0.6)))).join(", ");
    const scale = h("span", { class: "lse-scale" });
    scale.style.background = `linear-gradient(to right, ${stops})`;
    const { top } = this.reading;
    const ticks = TICKS.map((part) => {
      const value = +(part * top).toFixed(3);
      const tick = h("span", {}, part === 1 && top < 1 ? `≥${value}` : String(value));
      tick.style.left = `${100 * along(part)}%`;
      return tick;
    });
    this.ramp.replaceChildren(scale, ...ticks);
  }

  changed(names) {
    if (!this.reading) return;
    const has = (...those) => those.some((name) => names.has(name));
    if (has("layer", "head", "shown")) this.grid.choose();
    if (this.data.view === "sides") {
      if (has("layer", "head", "shown", "word", "hidesMarks")) this.sides.draw();
    } else if (has("hidesMarks")) {
      if (this.state.hidesMarks && this.reading.tokens[this.state.held]?.isMark) this.state.held = -1;
      this.lines.show(this.reading);
      this.matrix.show(this.reading);
    } else this.drawLarge();
    this.say(has("layer", "head", "shown", "hidesMarks"));
    if (has("layer", "head", "shown", "hidesMarks", "word", "held")) {
      writeFragment(this.state, this.mark, this.data.start);
      this.fillTable();
    }
  }

  drawLarge() {
    this.lines.draw();
    this.matrix.draw();
  }

  say(everything = true) {
    const { reading, state } = this;
    if (everything) {
      this.title.textContent = words.nameOf(state);
      this.said.textContent = words.favour(reading, state);
      this.table.replaceChildren(state.shown === "head" ? words.table(reading, state) : "");
      [...this.switch.children].forEach((each) => each.setAttribute("aria-checked", String(each.dataset.shown === state.shown)));
      this.sums.textContent = words.hiding(reading, state);
      this.hide.checked = state.hidesMarks;
    }
    this.readout.textContent = words.readout(reading, state);
  }

  fillTable() {
    if (!this.asTable?.open) return;
    const summary = this.asTable.firstChild;
    if (this.reading.n > TABLE_UP_TO) {
      this.asTable.replaceChildren(summary, h("p", {}, `The text has ${this.reading.n} tokens: download the CSV.`));
      return;
    }
    const [head, ...body] = rows(this.reading, this.state);
    const table = h("table", {}, h("thead", {}, h("tr", {}, ...head.map((label) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, ...body.map(([label, ...values]) => h("tr", {}, h("th", { scope: "row" }, label), ...values.map((value) => h("td", {}, value.toFixed(2)))))));
    this.asTable.replaceChildren(summary, h("div", { class: "lse-wide", tabindex: "0", role: "region", "aria-label": "The matrix as a table" }, table));
  }

  retheme() {
    if (!this.reading) return;
    this.grid.retheme();
    this.paintRamp();
    if (this.data.view === "sides") this.sides.draw();
    else this.drawLarge();
  }

  destroy() {
    this.turn++;
    this.resize.disconnect();
    removeEventListener("hashchange", this.heard);
    this.root.replaceChildren();
  }
}

export function mount(root) {
  return new Heads(root);
}
