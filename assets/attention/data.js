// A text's attention as the server packs it: float16 numbers for every head, the mean of each
// layer's heads and the rollout, and what is known of the tokens.

import { fetchPack } from "./packs.js";

const HALF = new Float32Array(65536); // the number that each sixteen bits stand for
for (let bits = 0; bits < 65536; bits++) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : (2 ** -14 * fraction) / 1024;
  HALF[bits] = exponent === 31 ? NaN : bits >> 15 ? -size : size;
}

/** One text, or a pair, and where its tokens look. */
export class Reading {
  constructor({ meta, arrays }) {
    Object.assign(this, meta);
    const [layers, heads, n] = arrays.weights.shape;
    Object.assign(this, { layers, heads, n });
    this.arrays = Object.fromEntries(
      Object.entries(arrays).map(([name, bits]) => [name, Float32Array.from(bits, (each) => HALF[each])]),
    );
    this.tokens.forEach((token, i) => {
      token.at = i;
      token.isMark = token.word < 0;
      const text = this.texts[token.part] ?? "";
      // Characters of a text count as the server's do, whole ones.
      const spelled = token.isMark ? "" : [...text].slice(token.start, token.end).join("");
      token.isUnknown = token.text === "[UNK]";
      token.label = token.isUnknown ? spelled : token.text;
    });
  }

  static async fetch(url) {
    return new Reading(await fetchPack(new URL(url, location.origin).href));
  }

  /** The n x n numbers of a head, of the mean of a layer's heads, or of the rollout up to a layer. */
  matrix({ shown, layer, head }) {
    const size = this.n * this.n;
    const at = shown === "head" ? (layer - 1) * this.heads + head - 1 : layer - 1;
    const array = this.arrays[shown === "head" ? "weights" : shown];
    return array.subarray(at * size, (at + 1) * size);
  }

  /** Positions of the tokens that are shown. */
  visible(hidesMarks) {
    return this.tokens.filter((token) => !(hidesMarks && token.isMark)).map((token) => token.at);
  }

  /** Positions of the tokens of a word's first occurrence. */
  tokensOf(word) {
    const number = this.words.indexOf(word);
    return this.tokens.filter((token) => number >= 0 && token.word === number).map((token) => token.at);
  }
}

/** "0.54", and "<0.01" of what would look like nothing. */
export function written(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return value > 0 && value < 0.005 ? "<0.01" : value.toFixed(2);
}
