// A training as the browser has it: what was seen at each moment, and where one is on the way.
// The files of this folder are joined in order and make one module.

/** A run: its words, its moments and what stands between them. */
class Run {
  constructor(name, { meta, arrays }) {
    Object.assign(this, meta, { name });
    this.words = new TextDecoder().decode(arrays.words).split("\n");
    this.shown = arrays.shown; // rows of words
    this.topic = arrays.topic;
    this.near = arrays.neighbors;
    this.closeness = arrays.closeness;
    this.places = arrays.coordinates; // 0 to 65535 along each axis
    this.size = this.shown.length;
    this.k = this.near.shape[2];
    this.moments = this.epochs.length;
    this.at = new Map([...this.shown].map((row, i) => [this.words[row], i]));
  }

  word(i) {
    return this.words[this.shown[i]];
  }

  /** The neighbours of a shown word at a moment, nearest first. */
  neighbours(i, moment) {
    const from = (moment * this.size + i) * this.k;
    return [...this.near.subarray(from, from + this.k)].map((row) => this.words[row]);
  }

  /** Cosines of a shown word and the one that is its nearest at the end, at every moment. */
  closenessOf(i) {
    return this.epochs.map((_, moment) => this.closeness[moment * this.size + i] / 32767);
  }

  /** Where each word lies at a place between moments, 0 to 1: [x0, y0, x1, ...]. */
  lay(place, into) {
    const last = this.moments - 1;
    const from = Math.min(last, Math.floor(place));
    const to = Math.min(last, from + 1);
    const share = place - from;
    const n = 2 * this.size;
    const a = from * n;
    const b = to * n;
    for (let i = 0; i < n; i++) {
      into[i] = (this.places[a + i] * (1 - share) + this.places[b + i] * share) / 65535;
    }
    return into;
  }

  /** The place among its moments that belongs to a number of passes over the text. */
  placeAt(epochs) {
    const all = this.epochs;
    if (epochs >= all[all.length - 1]) return all.length - 1;
    let i = 0;
    while (all[i + 1] <= epochs) i++;
    return i + (epochs - all[i]) / (all[i + 1] - all[i]);
  }
}

/** The moments of the slider: those of the run that reads the text most often. */
class Timeline {
  constructor(runs) {
    const longest = runs.reduce((a, b) => (b.epochs.at(-1) > a.epochs.at(-1) ? b : a));
    this.epochs = longest.epochs;
    this.last = this.epochs.length - 1;
  }

  /** Passes over the text at a place of the slider. */
  epochsAt(place) {
    const i = Math.min(this.last, Math.floor(place));
    const next = this.epochs[Math.min(this.last, i + 1)];
    return this.epochs[i] + (place - i) * (next - this.epochs[i]);
  }

  /** The place of the slider that belongs to a number of passes. */
  placeAt(epochs) {
    let i = 0;
    while (i < this.last && this.epochs[i + 1] <= epochs) i++;
    if (i === this.last) return i;
    return i + (epochs - this.epochs[i]) / (this.epochs[i + 1] - this.epochs[i]);
  }
}

/** Passes in words: "the random start", "1/8 of the text", "2 passes". */
function inPasses(epochs) {
  if (epochs < 0.004) return "at the random start";
  if (epochs < 0.995) return `after ${Math.max(1, Math.round(100 * epochs))} % of the text`;
  const passes = Math.round(10 * epochs) / 10;
  return `after ${passes} ${passes === 1 ? "pass" : "passes"}`;
}
