// The data behind the maps. Every array is in vocabulary order, whatever order a file had,
// so that one number means the same word on every map.

/** The words and what is known of each. */
export class Vocabulary {
  constructor({ meta, arrays }) {
    this.name = meta.name;
    this.words = arrays.words.length ? new TextDecoder().decode(arrays.words).split("\n") : [];
    this.size = this.words.length;
    this.topics = meta.topics;
    this.partsOfSpeech = meta.parts_of_speech;
    this.topic = arrays.topic;
    this.partOfSpeech = arrays.part_of_speech;
    this.count = arrays.count;
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
    if (neighbors) this.readNeighbors(neighbors, vocabulary.size);
    this.readClusters(clusters, vocabulary.size);
  }

  /** Coordinates scaled so that the bulk of the words fills [-1, 1]; NaN where a word is missing. */
  readCoordinates({ meta, arrays }, size) {
    const d = this.dimensions;
    const raw = arrays.coordinates;
    const n = raw.length / d;
    const rows = rowsOf(arrays, n);
    const scaleIn = raw instanceof Uint16Array;
    const coordinates = new Float32Array(size * d).fill(NaN);
    const middle = [];
    let half = 0;
    this.extent = [];
    for (let axis = 0; axis < d; axis++) {
      const values = new Float32Array(n);
      for (let i = 0; i < n; i++) {
        const value = raw[i * d + axis];
        values[i] = scaleIn
          ? meta.low[axis] + (value / 65535) * (meta.high[axis] - meta.low[axis])
          : value;
      }
      const [low, high] = bulk(values);
      middle[axis] = (low + high) / 2;
      this.extent[axis] = (high - low) / 2;
      half = Math.max(half, this.extent[axis]);
      for (let i = 0; i < n; i++) coordinates[rows[i] * d + axis] = values[i];
    }
    half = half || 1;
    Object.assign(this, { middle, half });
    for (let i = 0; i < coordinates.length; i++) {
      coordinates[i] = (coordinates[i] - middle[i % d]) / half;
    }
    this.extent = this.extent.map((value) => value / half || 1);
    this.coordinates = coordinates;
    this.known = n;
  }

  /** Where a word lies in the coordinates of the file. */
  placeOf(word) {
    const at = word * this.dimensions;
    return this.middle.map((middle, axis) => this.coordinates[at + axis] * this.half + middle);
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

  /** The k closest dots on this map, nearest first. */
  closestDots(word, k) {
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

// The range that holds nearly all values: a few islands far out must not shrink the map.
function bulk(values) {
  if (!values.length) return [-1, 1];
  const sorted = Float32Array.from(values).sort();
  const cut = values.length > 4000 ? 0.0015 : 0;
  return [
    sorted[Math.floor(cut * (sorted.length - 1))],
    sorted[Math.ceil((1 - cut) * (sorted.length - 1))],
  ];
}
