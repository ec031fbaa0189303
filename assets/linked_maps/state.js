// What the reader does, shared by every map on the page: one hover, one word in focus, one
// selection, one colouring. It is kept in the URL's fragment, so browsing needs no server.

const MOST_IN_URL = 1500;

/** Tells its listeners what changed: hover, focus, selection, colour, filter, emphasis, tool. */
export class State extends EventTarget {
  constructor() {
    super();
    this.hover = -1;
    this.focus = -1;
    this.selection = new Set();
    this.colourBy = null;
    this.hidden = new Set();
    this.emphasis = -1;
    this.tool = "move";
    this.tab = "word";
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

let left = ""; // what the address said before the reader went to another page

/** Reads what a copied URL says; what it does not know it leaves out. */
export function readFragment(vocabulary, hash = window.location.hash || left) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const found = {};
  const unknown = [];
  const word = given.get("word");
  if (word) {
    const at = vocabulary.indexOf(word);
    if (at >= 0) found.focus = at;
    else unknown.push(word);
  }
  if (given.get("colour")) found.colourBy = given.get("colour");
  if (given.get("tab")) found.tab = given.get("tab");
  if (given.get("hide")) {
    found.hidden = new Set(given.get("hide").split(".").map(Number).filter(Number.isInteger));
  }
  if (given.get("selected")) found.selection = decodeSelection(given.get("selected"), vocabulary.size);
  if (given.get("view")) {
    const view = given.get("view").split(",").map(Number);
    if (view.length >= 3 && view.every(Number.isFinite)) found.view = view;
  }
  return { found, unknown };
}

/** Writes the state into the URL's fragment without a new entry in the history. */
export function writeFragment(state, vocabulary, view) {
  const said = new URLSearchParams();
  if (state.focus >= 0) said.set("word", vocabulary.words[state.focus]);
  if (state.colourBy) said.set("colour", state.colourBy);
  if (state.tab !== "word") said.set("tab", state.tab);
  if (state.hidden.size) said.set("hide", [...state.hidden].sort((a, b) => a - b).join("."));
  if (state.selection.size && state.selection.size <= MOST_IN_URL) {
    said.set("selected", encodeSelection(state.selection));
  }
  if (view) said.set("view", view.map((value) => +value.toFixed(4)).join(","));
  const url = new URL(window.location.href);
  url.hash = left = said.toString();
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
