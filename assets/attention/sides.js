// The same word in two texts: where it looks in each, by the head that is chosen.

import { written } from "./data.js";
import { h } from "./dom.js";
import { css, needsGround, shade, themeOf } from "./look.js";

const LISTED = 6;

/** Words that both texts have, in the order of the first; those with letters alone. */
export function shared([first, second]) {
  const other = new Set(second.words);
  return [...new Set(first.words)].filter((word) => other.has(word) && /[\p{L}\p{N}]/u.test(word));
}

/** Where a word looks: the mean over its pieces of what each gives to every token. */
export function looksOf(reading, state, word) {
  const from = reading.tokensOf(word);
  const matrix = reading.matrix(state);
  return Float32Array.from({ length: reading.n }, (_, to) => from.reduce((sum, i) => sum + matrix[i * reading.n + to], 0) / (from.length || 1));
}

export class Sides {
  constructor(state) {
    this.state = state;
    this.root = h("div", { class: "lse-sides" });
    this.words = h("div", { class: "lse-shared", role: "radiogroup", "aria-label": "Word that both sentences have" });
    this.said = h("p", { class: "lse-sides-said", "aria-live": "polite" });
  }

  show(readings) {
    this.readings = readings;
    this.shared = shared(readings);
    if (!this.shared.includes(this.state.word)) this.state.word = this.shared.find((word) => [...word].length > 3) ?? this.shared[0] ?? "";
    this.words.replaceChildren(h("span", {}, "Word:"), ...this.shared.map((word) => h("button", { type: "button", role: "radio", dir: "auto",
      "aria-checked": "false", onclick: () => this.state.set({ word }) }, word)));
    this.draw();
  }

  draw() {
    const { word } = this.state;
    [...this.words.querySelectorAll("button")].forEach((button) => button.setAttribute("aria-checked", String(button.textContent === word)));
    if (!word) {
      this.root.replaceChildren();
      this.said.textContent = "The two sentences have no word in common. Write a word into both.";
      return;
    }
    this.root.replaceChildren(...this.readings.map((reading, i) => this.side(reading, i)));
    const tops = this.readings.map((reading) => this.ranked(reading)[0]);
    const [a, b] = tops.map(({ token, value }) => `“${token.label}” (${written(value)})`);
    this.said.replaceChildren(h("b", {}, word), ` looks most at ${a} in the first sentence and at ${b} in the second, marks and itself left out.`);
  }

  /** Tokens by how much the word gives them, without marks and the word itself. */
  ranked(reading) {
    const looks = looksOf(reading, this.state, this.state.word);
    const own = new Set(reading.tokensOf(this.state.word));
    const rest = reading.tokens.filter((token) => !token.isMark && !own.has(token.at)).map((token) => ({ token, value: looks[token.at] }));
    return rest.sort((x, y) => y.value - x.value).length ? rest : [{ token: { label: "nothing" }, value: 0 }];
  }

  side(reading, number) {
    const { word, hidesMarks } = this.state;
    const theme = themeOf(document.querySelector(".lse-heads"));
    const looks = looksOf(reading, this.state, word);
    const own = new Set(reading.tokensOf(word));
    const tokens = reading.visible(hidesMarks).map((at) => {
      const token = reading.tokens[at];
      const value = looks[at];
      const style = { background: css(shade(theme, value, reading.top)), color: needsGround(value, reading.top) ? theme.ground : theme.ink };
      return h("span", { dir: "auto", style, "data-own": own.has(at), "data-mark": token.isMark, title: `${token.label}: ${value.toFixed(3)}` }, token.label);
    });
    const marks = reading.tokens.filter((token) => token.isMark).reduce((sum, token) => sum + looks[token.at], 0);
    const itself = [...own].reduce((sum, at) => sum + looks[at], 0);
    const top = this.ranked(reading).slice(0, LISTED);
    const most = Math.max(0.05, ...top.map(({ value }) => value));
    const again = reading.words.filter((each) => each === word).length;
    const times = again > 1 ? ` The first of ${again} times that it comes.` : "";
    const pieces = own.size > 1 ? ` The mean over its ${own.size} pieces.` : "";
    return h("section", { "aria-label": `Sentence ${number + 1}` },
      h("p", { class: "lse-flow" }, ...tokens.flatMap((token) => [token, " "])),
      h("ol", {}, ...top.map(({ token, value }) => h("li", { style: {} , dir: "auto" }, h("span", {}, token.label), bar(value / most), h("b", {}, written(value))))),
      h("p", { class: "lse-aside" }, `Besides: [CLS] and [SEP] ${written(marks)}, itself ${written(itself)}; uniform ${written(1 / reading.n)} a token.${times}${pieces}`));
  }
}

function bar(share) {
  const inside = h("i");
  inside.style.width = `${Math.round(100 * share)}%`;
  return h("span", { class: "lse-bar", "aria-hidden": "true" }, inside);
}
