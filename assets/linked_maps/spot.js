// What the page around the maps points at: some words, one of them in focus, and a class for each word
// on each map. Where the page changes it, the maps follow; what the reader does himself stays.

/** The class of a word that has none. */
const NONE = 255;

/**
 * What the page points at: {words, focus, measure}; every part may be missing.
 * measure: {label, meaning, names, diverging, classes}; classes: one text per map, base64 of a byte
 * per word of the vocabulary.
 */
export class Spot {
  constructor(given, vocabulary, maps) {
    const words = given?.words ?? [];
    this.words = words.map((word) => vocabulary.indexOf(word)).filter((word) => word >= 0);
    this.focus = given?.focus ? vocabulary.indexOf(given.focus) : -1;
    this.label = given?.measure?.label ?? null;
    // What tells whether the page points at something else.
    this.lights = JSON.stringify([vocabulary.name, words]);
    this.aims = JSON.stringify([vocabulary.name, given?.focus ?? null]);
    maps.forEach((map, i) => (map.measure = measureOf(given?.measure, i, vocabulary.size)));
  }
}

function measureOf(measure, at, size) {
  if (!measure?.classes[at]) return null;
  const { label, meaning, names, diverging } = measure;
  const bytes = Uint8Array.from(atob(measure.classes[at]), (each) => each.charCodeAt(0));
  const category = new Int16Array(size).fill(-1);
  for (let i = 0; i < Math.min(size, bytes.length); i++) {
    if (bytes[i] !== NONE && bytes[i] < names.length) category[i] = bytes[i];
  }
  return { label, meaning, names, diverging, category };
}
