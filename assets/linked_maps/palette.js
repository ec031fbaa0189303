import { inShort, SHADES } from "./column.js";

// Colours. The first ten of the light theme are nine of Paul Tol's "muted" scheme and one of his
// "bright"; the others were searched so that any two of the sixteen differ by at least 10 (CIE76)
// for people with and without the common colour-vision deficiencies. A test holds that. With more
// groups than colours, names and the legend tell them apart: nothing relies on colour alone.

const LIGHT = [
  "#4477aa", "#ddcc77", "#882255", "#44aa99", "#332288", "#999933", "#cc6677", "#117733",
  "#88ccee", "#aa4499", "#a08ef1", "#f1b297", "#853410", "#b28ebb", "#1058b2", "#6a3d34",
];
const DARK = [
  "#a0bbf1", "#e8f185", "#bb6a85", "#bbf1d6", "#616af1", "#c4b22b", "#df9797", "#85b261",
  "#a9e8f1", "#b25897", "#8585f1", "#f1cda0", "#b26a22", "#bba0bb", "#7c85cd", "#977358",
];
// Cividis (Nunez, Anderton and Renslow 2018), from rare to frequent.
const CIVIDIS = ["#00224e", "#2b446e", "#575d6d", "#7d7c78", "#a59c74", "#d2c060", "#fee838"];

// From one end of a measure to the other, seen with any colour vision: blue, a quiet middle, orange.
const DIVERGING_LIGHT = ["#0b4f9e", "#4f8ac0", "#a5b4bd", "#bcb5a6", "#cf9f5e", "#c4701c", "#8c3f04"];
const DIVERGING_DARK = ["#6fb7ff", "#5a92c8", "#56708d", "#6b6a66", "#977246", "#d1904a", "#ffb55c"];

/** Colours of the theme that belongs to a background. */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const value = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = value("--lm-background", "#fbfaf7");
  const dark = luminance(background) < 0.4;
  return {
    dark,
    background,
    text: value("--lm-text", dark ? "#e8e6e1" : "#22242b"),
    quiet: value("--lm-quiet", dark ? "#9097a6" : "#6d6f76"),
    region: dark ? "#d3d6de" : "#3b3d45",
    accent: value("--lm-accent", "#e4572e"),
    second: dark ? "#6cb4f5" : "#1f6fb2", // what only one method says, or what the map has lost
    third: dark ? "#dc97e6" : "#8a2f8f", // what only the map says
    land: dark ? [205, 215, 240] : [70, 60, 40],
    none: dark ? "#6a7180" : "#a9a7a1",
    other: dark ? "#8d94a4" : "#7c7a74", // groups for which there is no colour
    categories: dark ? DARK : LIGHT,
    font: style.fontFamily || "sans-serif",
  };
}

function luminance(colour) {
  const [r, g, b] = toRgb(colour).map((c) => c / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** [r, g, b] of "#rgb", "#rrggbb" or "rgb(...)". */
export function toRgb(colour) {
  if (colour.startsWith("#")) {
    const hex = colour.length < 7 ? [...colour.slice(1, 4)].map((c) => c + c).join("") : colour.slice(1, 7);
    return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
  }
  const parts = colour.match(/[\d.]+/g);
  return parts ? parts.slice(0, 3).map(Number) : [255, 255, 255];
}

function ramp(stops, t) {
  const at = Math.min(stops.length - 1.001, Math.max(0, t * (stops.length - 1)));
  const [a, b] = [toRgb(stops[Math.floor(at)]), toRgb(stops[Math.floor(at) + 1])];
  return a.map((c, i) => Math.round(c + (b[i] - c) * (at - Math.floor(at))));
}

const FREQUENCY_STEPS = 6;

/** Measures of a word, by the name of the colouring: the map's array, and the edges of classes. */
const MEASURES = {
  agreement: { values: (map) => map.comparison?.agreement, edges: [0, 0.05, 0.1, 0.2, 0.35, 0.5, 1] },
  trust: { values: (map) => map.trustworthiness, edges: [0, 0.6, 0.8, 0.9, 0.95, 0.99, 1] },
  continuity: { values: (map) => map.continuity, edges: [0, 0.6, 0.8, 0.9, 0.95, 0.99, 1] },
};

/** The ways in which a map can be coloured, those that apply first. */
export function colourings(vocabulary, maps) {
  const ways = [];
  const measure = maps.find((map) => map.measure)?.measure;
  if (measure) ways.push(["measure", measure.label]);
  if (vocabulary.topics.length) ways.push(["topic", "Topic"]);
  if (maps[0].clusterNames.length) ways.push(["cluster", "Cluster"]);
  for (const column of vocabulary.columns) ways.push([column.key, column.label]);
  if (vocabulary.hasPartsOfSpeech) ways.push(["part_of_speech", "Part of speech"]);
  if (vocabulary.hasCounts) ways.push(["frequency", "Frequency"]);
  if (maps.length > 1 && maps.every((map) => map.indices)) ways.push(["agreement", "Agreement"]);
  if (maps.some((map) => map.source.trust)) ways.push(["trust", "Trust"], ["continuity", "Continuity"]);
  return ways.length ? ways : [["plain", "One colour"]];
}

/** The reader's own column that a map is coloured by, if it is one. */
export const columnOf = (by, vocabulary) => vocabulary.columns.find((column) => column.key === by) ?? null;

/** Whether lines to neighbours are to say what the map keeps, loses and makes up. */
export const asksForTrust = (by) => by === "trust" || by === "continuity";

/**
 * What each word is coloured by: {category: Int16Array (-1: none), names, rgb (3 bytes per
 * category, the last for none), css}; and key, [{name, css}], where not every category is named in one.
 */
export function colouring(by, vocabulary, map, theme) {
  const column = columnOf(by, vocabulary);
  if (column) return column.isNumber ? byNumber(column, theme) : byCategory(column, theme);
  if (by === "plain") {
    const category = new Int16Array(vocabulary.size);
    return coloured(category, [`all ${vocabulary.nouns}`], [toRgb(theme.categories[0])], theme);
  }
  if (by === "frequency") return byFrequency(vocabulary, theme);
  if (by === "measure") return byClass(map.measure, vocabulary, theme);
  if (MEASURES[by]) return byMeasure(MEASURES[by], vocabulary, map, theme);
  const [category, names] =
    by === "topic"
      ? [vocabulary.topic, vocabulary.topics]
      : by === "cluster"
        ? [map.cluster, map.clusterNames]
        : [vocabulary.partOfSpeech, vocabulary.partsOfSpeech];
  const css = names.map((_, i) => theme.categories[i % theme.categories.length]);
  return { category, names, css, rgb: table([...css, theme.none].map(toRgb)) };
}

/**
 * The categories of a column in groups of one colour: each alone, or where there are more than
 * colours, the most frequent alone and the others in one: [[code], ..., [code, code, ...]].
 */
export function groupsOf(column, theme) {
  const most = theme.categories.length;
  const { frequent } = column;
  if (frequent.length <= most) return frequent.map((code) => [code]);
  return [...frequent.slice(0, most - 1).map((code) => [code]), frequent.slice(most - 1)];
}

function byCategory(column, theme) {
  const groups = groupsOf(column, theme);
  const groupOf = new Int16Array(column.categories.length).fill(-1);
  groups.forEach((codes, group) => codes.forEach((code) => (groupOf[code] = group)));
  const category = Int16Array.from(column.values, (code) => (code < 0 ? -1 : groupOf[code]));
  const others = groups.at(-1)?.length > 1;
  const names = groups.map((codes) => (codes.length > 1 ? otherName(codes.length) : column.categories[codes[0]]));
  const rgb = groups.map((_, i) => toRgb(others && i === groups.length - 1 ? theme.other : theme.categories[i]));
  return coloured(category, names, rgb, theme);
}

const otherName = (n) => `${n.toLocaleString("en")} others`;

function byNumber(column, theme) {
  const names = Array.from({ length: SHADES }, () => "");
  // The middle of the scale is grey: what is not known must be paler than that.
  const made = inSteps(column.shades, names, theme, faint(theme));
  made.key = marksOf(column).map(({ name, share }) => ({ name, css: made.css[shadeAt(share)] }));
  return made;
}

const shadeAt = (share) => Math.min(SHADES - 1, Math.floor(share * SHADES));

/** What is written at the scale of a column of numbers: its ends, its median, and where they are. */
export function marksOf(column) {
  const { low, high, median, sorted } = column;
  if (!sorted.length) return [];
  if (low === high) return [{ name: inShort(low), share: 0.5 }];
  return [
    { name: inShort(low), share: 0 },
    { name: `${inShort(median)} (median)`, share: column.shareOf(median) },
    { name: inShort(high), share: 1 },
  ];
}

// Words in six classes of equal ratio by how often the corpus has them.
function byFrequency(vocabulary, theme) {
  const counts = vocabulary.count;
  const most = Math.log(Math.max(2, counts.reduce((a, b) => Math.max(a, b), 0)));
  const category = new Int16Array(vocabulary.size);
  for (let i = 0; i < category.length; i++) {
    const share = counts[i] > 0 ? Math.log(counts[i]) / most : -1;
    category[i] = share < 0 ? -1 : Math.min(FREQUENCY_STEPS - 1, Math.floor(share * FREQUENCY_STEPS));
  }
  const edge = (i) => Math.round(Math.exp((most * i) / FREQUENCY_STEPS)).toLocaleString("en");
  const names = [...Array(FREQUENCY_STEPS).keys()].map((i) => `${edge(i)} to ${edge(i + 1)} times`);
  return inSteps(category, names, theme);
}

// Words in classes by a measure from 0 to 1; no class where it is not known.
function byMeasure({ values, edges }, vocabulary, map, theme) {
  const category = new Int16Array(vocabulary.size).fill(-1);
  const measured = values(map) ?? [];
  for (let i = 0; i < measured.length; i++) {
    if (Number.isNaN(measured[i])) continue;
    let at = 0;
    while (at < edges.length - 2 && measured[i] >= edges[at + 1]) at++;
    category[i] = at;
  }
  const said = (edge) => (edge === 0 || edge === 1 ? String(edge) : String(edge).slice(1));
  const names = edges.slice(1).map((to, i) => `${said(edges[i])} to ${said(to)}`);
  return inSteps(category, names, theme);
}

// What the page around the maps has measured, in the classes that it gives.
function byClass(measure, vocabulary, theme) {
  const unknown = { category: new Int16Array(vocabulary.size).fill(-1), names: [], diverging: false };
  const { category, names, diverging } = measure ?? unknown;
  if (!diverging) return inSteps(category, names, theme);
  const stops = theme.dark ? DIVERGING_DARK : DIVERGING_LIGHT;
  const rgb = names.map((_, i) => ramp(stops, names.length > 1 ? i / (names.length - 1) : 0.5));
  return coloured(category, names, rgb, theme);
}

const faint = (theme) => toRgb(theme.none).map((c, axis) => Math.round(0.45 * c + 0.55 * toRgb(theme.background)[axis]));

function inSteps(category, names, theme, none = toRgb(theme.none)) {
  const from = theme.dark ? 0.22 : 0;
  const rgb = names.map((_, i) => ramp(CIVIDIS, from + (1 - from) * (i / Math.max(1, names.length - 1)) * 0.97));
  return coloured(category, names, rgb, theme, none);
}

function coloured(category, names, rgb, theme, none = toRgb(theme.none)) {
  const css = [...rgb, none].map((c) => `rgb(${c.join(", ")})`);
  return { category, names, css: css.slice(0, -1), none: css.at(-1), rgb: table([...rgb, none]) };
}

function table(colours) {
  return Uint8Array.from(colours.flat());
}
