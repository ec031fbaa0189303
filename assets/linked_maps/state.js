// What the reader does, shared by every map on the page: one hover, one word in focus, one
// selection, one colouring. It is kept in the URL's fragment, so browsing needs no server.

import { decode, encode } from "./filters.js";

/** How many selected words an address holds. */
export const MOST_IN_URL = 1500;
const LONGEST_IN_URL = 200;

/** Tells its listeners what changed: hover, focus, selection, colour, filter, emphasis, tool. */
export class State extends EventTarget {
  constructor() {
    super();
    this.hover = -1;
    this.focus = -1;
    this.selection = new Set();
    this.colourBy = null;
    this.hidden = new Set();
    // By what readers say of their own words, whatever the colouring: see filters.js.
    this.filters = new Map();
    this.listsAll = false;
    this.emphasis = -1;
    this.tool = "move";
    this.tab = "word";
    // Words that the page around the maps points at: their dots and names come first.
    this.lit = [];
    // Of several maps: laid onto the first, moved together, one that flows, and how far it has.
    this.aligned = true;
    this.linked = true;
    this.morph = false;
    this.place = 0;
  }

  set(changes) {
    for (const [name, value] of Object.entries(changes)) {
      if (this[name] === value) continue;
      this[name] = value;
      this.dispatchEvent(new CustomEvent("change", { detail: name }));
    }
  }

  on(names, listener) {
    const heard = (event) => names.includes(event.detail) && listener(event.detail);
    this.addEventListener("change", heard);
    return () => this.removeEventListener("change", heard);
  }

  /** The word that lines are drawn for. */
  get active() {
    return this.hover >= 0 ? this.hover : this.focus;
  }
}

// What the address said before the reader went to another page, and of which words and how many
// maps: there the word, the selection and the colours still apply, views and groups may not.
let left = { hash: "", vocabulary: null, maps: 1 };

/** Reads what a copied URL says; what it does not know it leaves out. */
export function readFragment(vocabulary, maps = 1, hash = window.location.hash) {
  const comes = !hash.replace(/^#/, "") && left.hash;
  const given = new URLSearchParams((comes ? left.hash : hash).replace(/^#/, ""));
  const from = comes && left.vocabulary?.name !== vocabulary.name ? left.vocabulary : null;
  const found = {};
  const unknown = [];
  const word = given.get("word");
  const number = given.has("at") && !from ? Number(given.get("at")) : -1;
  if (Number.isInteger(number) && number >= 0 && number < vocabulary.size) found.focus = number;
  if (word) {
    const at = vocabulary.indexOf(word);
    if (at >= 0) found.focus = at;
    else unknown.push(word);
  }
  // Another vocabulary has other columns by the same number.
  if (given.get("colour") && !(from && isOwn(given.get("colour")))) found.colourBy = given.get("colour");
  if (given.get("tab")) found.tab = given.get("tab");
  if (given.get("selected")) {
    const selected = decodeSelection(given.get("selected"), (from ?? vocabulary).size);
    found.selection = from ? translated(selected, from, vocabulary) : selected;
    // A page that points at these words has them named before all others.
    if (given.get("lit") === "1") found.lit = [...found.selection];
  }
  if (!from) found.filters = readFilters(given, vocabulary);
  if (comes && (from || left.maps !== maps)) return { found, unknown: [] };
  if (given.get("hide")) {
    found.hidden = new Set(given.get("hide").split(".").map(Number).filter(Number.isInteger));
  }
  if (given.get("view")) {
    const views = given.get("view").split(";").map((view) => view.split(",").map(Number));
    if (views.every((view) => view.length >= 3 && view.every(Number.isFinite))) found.views = views;
  }
  for (const name of ["aligned", "linked"]) if (given.get(name) === "0") found[name] = false;
  const place = given.has("morph") ? Number(given.get("morph")) : NaN;
  if (place >= 0) Object.assign(found, { morph: true, place: Math.min(place, maps - 1) });
  return { found, unknown };
}

const isOwn = (name) => name.startsWith("own-");

function readFilters(given, vocabulary) {
  const filters = new Map();
  for (const column of vocabulary.columns) {
    const filter = given.has(column.key) ? decode(given.get(column.key), column) : null;
    if (filter) filters.set(column.at, filter);
  }
  return filters;
}

function translated(selected, from, to) {
  const words = [...selected].map((word) => to.indexOf(from.words[word]));
  return new Set(words.filter((word) => word >= 0));
}

/** The state as a URL's fragment holds it. */
export function fragmentOf(state, vocabulary, views) {
  const said = new URLSearchParams();
  // Where a label is as long as a letter, its number stands for it.
  const label = vocabulary.words[state.focus] ?? "";
  if (label.length > LONGEST_IN_URL) said.set("at", String(state.focus));
  else if (label) said.set("word", label);
  if (state.colourBy) said.set("colour", state.colourBy);
  if (state.tab !== "word") said.set("tab", state.tab);
  if (state.hidden.size) said.set("hide", [...state.hidden].sort((a, b) => a - b).join("."));
  for (const [at, filter] of state.filters) {
    const column = vocabulary.columns[at];
    said.set(column.key, encode(filter, column));
  }
  if (state.selection.size && state.selection.size <= MOST_IN_URL) {
    said.set("selected", encodeSelection(state.selection));
  }
  if (!state.aligned) said.set("aligned", "0");
  if (!state.linked) said.set("linked", "0");
  if (state.morph) said.set("morph", String(+state.place.toFixed(3)));
  if (views) said.set("view", views.map((view) => view.map((value) => +value.toFixed(4)).join(",")).join(";"));
  return said.toString();
}

/** Writes the state into the URL's fragment without a new entry in the history. */
export function writeFragment(state, vocabulary, views, maps = 1) {
  const url = new URL(window.location.href);
  const said = fragmentOf(state, vocabulary, views);
  url.hash = said;
  left = { hash: said, vocabulary, maps };
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}

// Differences between sorted word numbers in base 36: about two characters a word.
function encodeSelection(selection) {
  let before = 0;
  return [...selection]
    .sort((a, b) => a - b)
    .map((word) => {
      const step = word - before;
      before = word;
      return step.toString(36);
    })
    .join(".");
}

function decodeSelection(text, size) {
  let at = 0;
  const words = new Set();
  for (const part of text.split(".").slice(0, MOST_IN_URL)) {
    at += parseInt(part, 36);
    if (!(at >= 0 && at < size)) break;
    words.add(at);
  }
  return words;
}
