// What readers say of their own words: a category or a number for each, as they brought them.

/** How many shades numbers are drawn in. */
export const SHADES = 32;

/** Numbers whose middle 80 % lie in less than this share of their range are coloured by rank. */
const CROWDED = 0.2;

/** One column: `values` are indices into its categories (-1: none), or numbers (NaN: none). */
export class Column {
  constructor({ name, categories = null, low = null, high = null }, values, at) {
    Object.assign(this, { values, low, high, at });
    this.key = `own-${at}`;
    this.name = name;
    this.label = name.trim() || `column ${at + 1}`;
    this.isNumber = !categories;
    this.categories = categories ?? [];
  }

  has(word) {
    const value = this.values[word];
    return this.isNumber ? value === value : value >= 0;
  }

  /** What is said of a word, as text; nothing where nothing is. */
  textOf(word) {
    if (!this.has(word)) return "";
    return this.isNumber ? String(this.values[word]) : this.categories[this.values[word]];
  }

  /** The categories that words have, by their number, the most frequent first. */
  get frequent() {
    if (this.ordered) return this.ordered;
    const counts = new Uint32Array(this.categories.length);
    for (const code of this.values) if (code >= 0) counts[code]++;
    const found = [...counts.keys()].filter((code) => counts[code]);
    this.ordered = found.sort((a, b) => counts[b] - counts[a] || a - b);
    return this.ordered;
  }

  /** The numbers that are known, in order. */
  get sorted() {
    this.ascending ??= this.values.filter((value) => value === value).sort();
    return this.ascending;
  }

  get median() {
    const { sorted } = this;
    const middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Whether most numbers lie so close together that shades tell them apart only by their rank. */
  get byRank() {
    const { sorted, low, high } = this;
    const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
    return high > low && at(0.9) / 2 - at(0.1) / 2 < CROWDED * (high / 2 - low / 2);
  }

  /** The number at a share, 0 to 1, of the scale. */
  valueAt(share) {
    const { sorted, low, high } = this;
    if (share <= 0) return low;
    if (share >= 1) return high;
    // Not high - low: the difference of two numbers may be too large for one.
    return this.byRank ? sorted[Math.round(share * (sorted.length - 1))] : low * (1 - share) + high * share;
  }

  /** Where a number lies on the scale, 0 to 1: the middle of all places that are the same number. */
  shareOf(value) {
    const { sorted, low, high } = this;
    if (!(high > low)) return 0.5;
    if (!this.byRank) return (value / 2 - low / 2) / (high / 2 - low / 2);
    const last = sorted.length - 1;
    return Math.min(1, Math.max(0, (first(sorted, value, false) + first(sorted, value, true) - 1) / 2 / last));
  }

  /** The shade of each word's number, -1 for none: Int16Array. */
  get shades() {
    if (this.shaded) return this.shaded;
    const edges = Array.from({ length: SHADES - 1 }, (_, i) => this.valueAt((i + 1) / SHADES));
    const same = !(this.high > this.low);
    this.shaded = new Int16Array(this.values.length).fill(-1);
    for (let word = 0; word < this.values.length; word++) {
      const value = this.values[word];
      if (value !== value) continue;
      this.shaded[word] = same ? SHADES >> 1 : (first(edges, value, false) + first(edges, value, true)) >> 1;
    }
    return this.shaded;
  }
}

/** Index of the first of some ascending numbers that is not below a number, or that is above it. */
function first(numbers, value, above) {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] < value || (above && numbers[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A number in few letters. */
export function inShort(value) {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(2).replace("e+", "e").replaceAll("-", "−");
  const rounded = size < 1000 ? +value.toPrecision(4) : Math.round(value);
  // A year is no sum of money: only what is longer is set in groups.
  const text = size < 10_000 ? String(rounded) : rounded.toLocaleString("en");
  return text.replace("-", "−");
}
