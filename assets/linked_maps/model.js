// The data behind the maps. Every array is in vocabulary order, whatever order a file had,
// so that one number means the same word on every map.

import { Column } from "./column.js";
import { counted } from "./dom.js";

/** The words and what is known of each. */
export class Vocabulary {
  constructor({ meta, arrays }) {
    this.name = meta.name;
    // A label may begin with a byte-order mark: it is a part of it.
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    this.words = arrays.words.length ? decoder.decode(arrays.words).split("\n") : [];
    this.size = this.words.length;
    // What one of them is called, and several: they may be films, or pictures.
    this.noun = meta.noun ?? "word";
    this.nouns = meta.nouns ?? "words";
    /** Their pictures, see sprites.js, where they have any and these have come. */
    this.pictures = null;
    this.topics = meta.topics;
    this.partsOfSpeech = meta.parts_of_speech;
    this.topic = arrays.topic;
    this.partOfSpeech = arrays.part_of_speech;
    this.count = arrays.count;
    this.columns = (meta.columns ?? []).map((about, i) => new Column(about, arrays[`column_${i}`], i));
    // What a reader brought may have none of these.
    this.hasPartsOfSpeech = this.partOfSpeech.some((part) => part >= 0);
    this.hasCounts = this.count.some((count) => count > 0);
  }

  /** Whether a reader brought the words: then they may be phrases, and in capitals. */
  get isOwn() {
    return this.name.startsWith("own-");
  }

  /** Whether these are words, of which a dictionary may know something. */
  get areWords() {
    return this.noun === "word";
  }

  /** Whether labels may be phrases, and in capitals. */
  get hasPhrases() {
    return this.isOwn || !this.areWords;
  }

  /** "1 word", "2,000 words", "3 films". */
  counted(n) {
    return counted(n, this.noun, this.nouns);
  }

  /** The words as a search compares them: case does not count. */
  get folded() {
    this.lowered ??= this.hasPhrases ? this.words.map((word) => this.fold(word)) : this.words;
    return this.lowered;
  }

  /** What was typed, as it is compared: of own words a letter and its accents are one. */
  fold(text) {
    return this.hasPhrases ? text.toLowerCase().normalize("NFC") : text.toLowerCase();
  }

  /** Index of a word, -1 where there is none. */
  indexOf(word) {
    this.lookup ??= new Map(this.words.map((w, i) => [w, i]));
    return this.lookup.get(word) ?? -1;
  }
}

function rowsOf(arrays, n) {
  if (arrays.ids) return arrays.ids;
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return rows;
}

/** One map: where each word lies, its true neighbours and its cluster. */
export class MapData {
  constructor(source, vocabulary, projection, neighbors, clusters) {
    this.source = source;
    this.vocabulary = vocabulary;
    this.dimensions = projection.meta.dimensions;
    this.missing = projection.meta.missing ?? [];
    this.readCoordinates(projection, vocabulary.size);
    this.fit();
    if (neighbors) this.readNeighbors(neighbors, vocabulary.size);
    this.readClusters(clusters, vocabulary.size);
  }

  /** `raw`: the coordinates of the file in vocabulary order; NaN where a word is missing. */
  readCoordinates({ meta, arrays }, size) {
    const d = this.dimensions;
    const given = arrays.coordinates;
    const n = given.length / d;
    const rows = rowsOf(arrays, n);
    const scaleIn = given instanceof Uint16Array;
    const raw = new Float32Array(size * d).fill(NaN);
    for (let axis = 0; axis < d; axis++) {
      const step = scaleIn ? (meta.high[axis] - meta.low[axis]) / 65535 : 1;
      const low = scaleIn ? meta.low[axis] : 0;
      for (let i = 0; i < n; i++) raw[rows[i] * d + axis] = low + given[i * d + axis] * step;
    }
    this.raw = raw;
    this.known = n;
  }

  /**
   * Places the words: `coordinates` are those of the file, turned onto another map where
   * `alignment` says how, and scaled so that the bulk of the words fills [-1, 1].
   * frame: where several maps share one, see `frameOf`; by default the map's own.
   */
  fit(alignment = null, frame = null) {
    const d = this.dimensions;
    const placed = alignment ? turned(this.raw, d, alignment) : this.raw;
    const { middle, half, extent } = frame ?? frameOf([rangesOf(placed, d)]);
    const coordinates = new Float32Array(placed.length);
    for (let i = 0; i < placed.length; i++) coordinates[i] = (placed[i] - middle[i % d]) / half;
    this.extent = extent;
    this.coordinates = coordinates;
  }

  /** The range of the bulk of the words along each axis, turned where `alignment` says how. */
  ranges(alignment, cut) {
    return rangesOf(alignment ? turned(this.raw, this.dimensions, alignment) : this.raw, this.dimensions, cut);
  }

  /** Where a word lies in the coordinates of the file. */
  placeOf(word) {
    const at = word * this.dimensions;
    return [...this.raw.subarray(at, at + this.dimensions)];
  }

  readNeighbors({ arrays }, size) {
    const k = arrays.indices.shape[1];
    const n = arrays.indices.shape[0];
    const rows = rowsOf(arrays, n);
    this.rowOf = new Int32Array(size).fill(-1);
    for (let i = 0; i < n; i++) this.rowOf[rows[i]] = i;
    this.neighborsK = k;
    this.indices = arrays.indices;
    this.similarities = arrays.similarities;
  }

  readClusters(clusters, size) {
    this.cluster = new Int16Array(size).fill(-1);
    this.clusterNames = clusters ? clusters.meta.names : [];
    if (!clusters) return;
    const labels = clusters.arrays.labels;
    const rows = rowsOf(clusters.arrays, labels.length);
    for (let i = 0; i < labels.length; i++) this.cluster[rows[i]] = labels[i];
  }

  has(word) {
    return word >= 0 && !Number.isNaN(this.coordinates[word * this.dimensions]);
  }

  /** True neighbours in the original space, nearest first: [{word, similarity}], null if not here. */
  neighborsOf(word, k = 10) {
    if (!this.indices) return this.asked?.get(word)?.slice(0, k) ?? null;
    const row = this.rowOf[word];
    if (row < 0) return [];
    const found = [];
    for (let j = 0; j < Math.min(k, this.neighborsK); j++) {
      const at = row * this.neighborsK + j;
      found.push({ word: this.indices[at], similarity: this.similarities[at] / 32767 });
    }
    return found;
  }

  /** The words of all neighbours that are known here, nearest first; none where none are. */
  nearestWords(word) {
    if (!this.indices) return (this.asked?.get(word) ?? []).map((each) => each.word);
    const at = this.rowOf[word] * this.neighborsK;
    return at < 0 ? [] : this.indices.subarray(at, at + this.neighborsK);
  }

  /** Keeps how far each dot can be trusted: {trust, continuity}, NaN where nobody has asked. */
  readTrust(pack, size) {
    const rows = rowsOf(pack.arrays, pack.arrays.trustworthiness.length);
    for (const name of ["trustworthiness", "continuity"]) {
      const values = pack.arrays[name];
      this[name] = new Float32Array(size).fill(NaN);
      for (let i = 0; i < values.length; i++) this[name][rows[i]] = values[i] / 65535;
    }
  }

  /** Keeps neighbours that the server was asked for (the map of 400,000 words). */
  rememberNeighbors(word, neighbors) {
    this.asked ??= new Map();
    this.asked.set(word, neighbors);
  }

  squaredDistances(word) {
    const d = this.dimensions;
    const c = this.coordinates;
    const size = this.vocabulary.size;
    const out = new Float32Array(size);
    const x = c[word * d];
    const y = c[word * d + 1];
    const z = d === 3 ? c[word * d + 2] : 0;
    for (let i = 0, j = 0; i < size; i++, j += d) {
      const dx = c[j] - x;
      const dy = c[j + 1] - y;
      const dz = d === 3 ? c[j + 2] - z : 0;
      out[i] = dx * dx + dy * dy + dz * dz;
    }
    out[word] = NaN;
    return out;
  }

  /** Place of each of `others` among all words by distance on this map: 1 is the closest dot. */
  mapRanks(word, others) {
    const distances = this.squaredDistances(word);
    const limits = others.map((other) => distances[other]);
    const ranks = new Array(others.length).fill(1);
    for (let i = 0; i < distances.length; i++) {
      for (let j = 0; j < limits.length; j++) if (distances[i] < limits[j]) ranks[j]++;
    }
    return ranks;
  }

  /** The k closest dots on this map, nearest first; those of the last word are remembered. */
  closestDots(word, k) {
    const seen = this.closest;
    if (seen?.word === word && seen.k === k && seen.coordinates === this.coordinates) return seen.dots;
    const dots = this.searchDots(word, k);
    this.closest = { word, k, coordinates: this.coordinates, dots };
    return dots;
  }

  searchDots(word, k) {
    const distances = this.squaredDistances(word);
    const best = [];
    for (let i = 0; i < distances.length; i++) {
      const distance = distances[i];
      if (Number.isNaN(distance)) continue;
      if (best.length === k && distance >= best[k - 1].distance) continue;
      let at = best.length;
      while (at > 0 && best[at - 1].distance > distance) at--;
      best.splice(at, 0, { word: i, distance });
      if (best.length > k) best.pop();
    }
    return best.map((entry) => entry.word);
  }
}

// Coordinates after (x - from) * matrix * scale + to, see the server's alignment of maps.
function turned(raw, d, { matrix, scale, from, to }) {
  const out = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i += d) {
    for (let axis = 0; axis < d; axis++) {
      let sum = 0;
      for (let each = 0; each < d; each++) sum += (raw[i + each] - from[each]) * matrix[each][axis];
      out[i + axis] = sum * scale + to[axis];
    }
  }
  return out;
}

function rangesOf(coordinates, d, cut) {
  const n = coordinates.length / d;
  return Array.from({ length: d }, (_, axis) => {
    const values = new Float32Array(n);
    let known = 0;
    for (let i = 0; i < n; i++) {
      const value = coordinates[i * d + axis];
      if (!Number.isNaN(value)) values[known++] = value;
    }
    return bulk(values.subarray(0, known), cut);
  });
}

/** A frame that holds the bulk of every map: its middle, its half-width, its extent on each axis. */
export function frameOf(ranges) {
  const axes = ranges[0].map((_, axis) => ranges.map((each) => each[axis]));
  const lows = axes.map((each) => Math.min(...each.map((range) => range[0])));
  const highs = axes.map((each) => Math.max(...each.map((range) => range[1])));
  const middle = lows.map((low, axis) => (low + highs[axis]) / 2);
  const halves = lows.map((low, axis) => (highs[axis] - low) / 2);
  const half = Math.max(...halves) || 1;
  return { middle, half, extent: halves.map((each) => each / half || 1) };
}

// The range that holds nearly all values: a few islands far out must not shrink the map.
function bulk(values, cut = values.length > 4000 ? 0.0015 : 0) {
  if (!values.length) return [-1, 1];
  const sorted = Float32Array.from(values).sort();
  return [
    sorted[Math.floor(cut * (sorted.length - 1))],
    sorted[Math.ceil((1 - cut) * (sorted.length - 1))],
  ];
}
