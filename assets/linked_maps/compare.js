// What several maps of the same words have in common: neighbours that more than one method names,
// how far the methods agree on a word, and the places of maps that are laid onto each other.

import { frameOf } from "./model.js";

export const AGREEMENT_K = 10;

/** The share of words on each side that a frame of several maps may leave outside. */
const TAIL = 0.003;

/** Compares the neighbours of some maps of one vocabulary. */
export class Comparison {
  constructor(maps, size) {
    this.maps = maps;
    this.size = size;
    this.seen = { word: -1, shared: new Map() };
    /** Every pair of maps: [[0, 1], [0, 2], ...]. */
    this.pairs = maps.flatMap((_, i) => maps.slice(i + 1).map((_, j) => [i, i + 1 + j]));
  }

  /** The nearest k neighbours of a word in each map; null where a map does not know them (yet). */
  lists(word, k = AGREEMENT_K) {
    return this.maps.map((map) => (map.has(word) ? map.neighborsOf(word, k) : null));
  }

  /** In how many maps each neighbour of a word is among its nearest: Map of word to number. */
  shared(word) {
    const known = this.maps.reduce((sum, map) => sum + (map.neighborsOf(word, 1) ? 1 : 0), 0);
    if (this.seen.word === word && this.seen.known === known) return this.seen.shared;
    const shared = new Map();
    for (const list of this.lists(word)) {
      for (const each of list ?? []) shared.set(each.word, (shared.get(each.word) ?? 0) + 1);
    }
    this.seen = { word, known, shared };
    return shared;
  }

  /** The nearest k words of a word by one map, among those that the other map knows too. */
  nearestOf(word, map, other, k) {
    const found = [];
    const listed = map.nearestWords(word);
    for (let at = 0; at < listed.length && found.length < k; at++) {
      if (other.has(listed[at])) found.push(listed[at]);
    }
    return found;
  }

  /** Jaccard overlap of the nearest neighbours of a word by two maps, NaN where one has none. */
  overlap(word, i, j, k = AGREEMENT_K) {
    const [a, b] = [this.maps[i], this.maps[j]];
    if (!a.has(word) || !b.has(word)) return NaN;
    const near = this.nearestOf(word, a, b, k);
    const other = this.nearestOf(word, b, a, k);
    if (!near.length || !other.length) return NaN;
    // So many words are known to one method alone that too few neighbours are left to compare.
    const enough = Math.min(k, Math.min(a.known, b.known) - 1);
    if (near.length < enough || other.length < enough) return NaN;
    let common = 0;
    for (const each of other) if (near.includes(each)) common++;
    return common / (near.length + other.length - common);
  }

  /** The mean overlap over all pairs of maps that know the word. */
  overlapOf(word) {
    let [sum, n] = [0, 0];
    for (const [i, j] of this.pairs) {
      const overlap = this.overlap(word, i, j);
      if (!Number.isNaN(overlap)) [sum, n] = [sum + overlap, n + 1];
    }
    return n ? sum / n : NaN;
  }

  /** `overlapOf` of every word, computed once; null where the neighbours did not come along. */
  get agreement() {
    if (this.agreed === undefined) {
      const ready = this.maps.length > 1 && this.maps.every((map) => map.indices);
      this.agreed = ready ? Float32Array.from({ length: this.size }, (_, word) => this.overlapOf(word)) : null;
    }
    return this.agreed;
  }
}

/** Lays the maps onto the first one, or each into a frame of its own. */
export function arrange(maps, aligned) {
  if (!aligned || maps.length < 2) return maps.forEach((map) => map.fit());
  const alignments = maps.map((map) => map.source.align ?? null);
  const frame = frameOf(maps.map((map, i) => map.ranges(alignments[i], map.known > 300 ? TAIL : 0)));
  maps.forEach((map, i) => map.fit(alignments[i], frame));
}
