// The linked-maps component: mount(element, data, host) draws the maps that `data` names.
//
// data: {vocabulary, definitions, dimensions, maps: [{id, method, title, caption, projection,
// neighbors, clusters, vector, nearest, csv, html}]}; every value is a URL or a short text.
// Browsing (hover, search, zoom, labels, selection, colours) happens here, without the server.

import { fetchJson, fetchPack } from "./packs.js";
import { MapData, Vocabulary } from "./model.js";
import { MapView } from "./view.js";
import { Panel } from "./panel.js";
import { State, readFragment, writeFragment } from "./state.js";
import { colourings, themeOf } from "./palette.js";
import { searchBox } from "./search.js";
import { toolButtons, viewButtons } from "./tools.js";
import { h } from "./dom.js";

const packs = new Map(); // url -> promise; the few that were used last, the latest at the end
const PACKS_KEPT = 24;

function pack(url) {
  if (!url) return Promise.resolve(null);
  let promise = packs.get(url);
  if (promise) packs.delete(url);
  else {
    promise = fetchPack(url);
    promise.catch(() => packs.delete(url));
  }
  packs.set(url, promise);
  if (packs.size > PACKS_KEPT) packs.delete(packs.keys().next().value);
  return promise;
}

/** One component on the page. */
class LinkedMaps {
  constructor(element, host) {
    this.host = host;
    this.root = h("div", { class: "lm-root" });
    this.stage = h("div", { class: "lm-stage" });
    this.message = h("div", { class: "lm-message", role: "status", hidden: true });
    this.skeleton = h("div", { class: "lm-waiting", "aria-hidden": "true" });
    this.stage.append(this.skeleton, this.message);
    this.root.append(this.stage);
    element.append(this.root);
    this.root.linkedMaps = this;
    this.watchTheme();
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.turn = 0;
  }

  destroy() {
    document.removeEventListener("keydown", this.onKey);
    clearTimeout(this.writing);
    clearTimeout(this.asking);
    this.clear();
    this.root.remove();
  }

  clear() {
    this.view?.destroy();
    this.panel?.destroy();
    this.stage.querySelectorAll(".lm-over").forEach((node) => node.remove());
    this.view = this.panel = this.state = null;
  }

  // The theme's colours arrive as CSS variables; a transition on one of them tells of a change.
  watchTheme() {
    this.root.addEventListener("transitionend", (event) => {
      if (event.target !== this.root || !this.view) return;
      this.theme = themeOf(this.root);
      this.view.retheme(this.theme);
      this.panel.show(this.panel.map, this.theme);
    });
  }

  /** Draws what `data` names; what is on the screen stays until the new is there. */
  async update(data) {
    const turn = ++this.turn;
    const [source] = data.maps;
    try {
      const [words, projection, neighbors, clusters] = await Promise.all([
        pack(data.vocabulary),
        pack(source.projection),
        pack(source.neighbors),
        pack(source.clusters),
      ]);
      if (turn !== this.turn) return;
      if (!projection.meta.n && !projection.arrays.coordinates.length) {
        throw new Error(`${source.title} knows none of these words: choose another vocabulary.`);
      }
      this.say(null);
      if (this.data?.vocabulary !== data.vocabulary) this.start(words, data);
      this.data = data;
      const map = new MapData(source, this.vocabulary, projection, neighbors, clusters);
      this.show(map);
    } catch (error) {
      if (turn === this.turn) this.say(error.message);
    }
  }

  start(words, data) {
    const before = this.state;
    const lastWord = before?.focus >= 0 ? this.vocabulary.words[before.focus] : null;
    this.clear();
    this.vocabulary = new Vocabulary(words);
    this.state = new State();
    this.theme = themeOf(this.root);
    this.actions = {
      definitions: data.definitions,
      go: (word, { fly = true } = {}) => {
        this.state.set({ focus: word, hover: -1, tab: "word" });
        if (fly) this.view.flyTo(word);
      },
      point: (word) => this.state.set({ hover: word }),
      clear: () => this.state.set({ focus: -1, hover: -1 }),
      highlight: () => this.view.highlight(),
    };
    this.view = new MapView(this.stage, this.state, this.vocabulary);
    this.panel = new Panel(this.root, this.state, this.vocabulary, this.actions);
    this.addControls();
    const kept = { tab: before?.tab ?? "word" };
    const { found, unknown } = before ? { found: kept, unknown: [] } : readFragment(this.vocabulary);
    this.wanted = found.colourBy ?? this.wanted;
    if (lastWord !== null) found.focus = this.vocabulary.indexOf(lastWord);
    this.restored = found.view;
    delete found.view;
    this.state.set(found);
    if (unknown.length) this.say(`The word “${unknown[0].slice(0, 40)}” of this address is not in this vocabulary.`, 8000);
    this.view.onView = () => this.remember();
    this.state.on(["focus", "selection", "colourBy", "hidden", "tab"], () => this.remember());
    this.state.on(["colourBy"], () => (this.wanted = this.state.colourBy));
    this.state.on(["focus", "hover"], () => this.wantNeighbors());
  }

  addControls() {
    const { box, input } = searchBox(this.vocabulary, {
      onGo: (word) => {
        this.actions.go(word);
        this.view.root.focus({ preventScroll: true });
      },
      has: (word) => this.view.map?.has(word) ?? false,
      onPoint: (word) => this.state.set({ hover: word }),
    });
    this.search = input;
    const links = () => ({ csv: this.view.map.source.csv, html: this.view.map.source.html });
    this.stage.append(box, toolButtons(this.state), viewButtons(this.view, links));
  }

  show(map) {
    const ways = colourings(this.vocabulary, map).map(([key]) => key);
    const preferred = this.vocabulary.size > 1000 && ways.includes("cluster") ? "cluster" : ways[0];
    // A map without clusters must not take the reader's colours from the maps after it.
    const { wanted } = this;
    const before = this.state.colourBy;
    const by = ways.includes(wanted) ? wanted : preferred;
    this.state.set({ colourBy: by });
    this.wanted = wanted;
    // What is hidden are groups of one colouring: in another the same numbers are other groups.
    const otherGroups = by === "cluster" && this.view.map && this.view.map.clusterNames.join() !== map.clusterNames.join();
    const other = (before !== null && before !== by) || otherGroups;
    if (other && this.state.hidden.size) this.state.set({ hidden: new Set() });
    this.skeleton.hidden = true;
    this.view.show(map, this.theme);
    if (this.restored) {
      this.view.viewNumbers = this.restored;
      this.restored = null;
    }
    this.panel.show(map, this.theme);
    this.remember();
  }

  // The map of 400,000 words does not bring its neighbours along: a word that one stays on for a
  // moment is asked of the server, and its lines appear when they came.
  wantNeighbors() {
    clearTimeout(this.asking);
    const { map } = this.view;
    const word = this.state.active;
    if (!map?.source.nearest || !map.has(word) || map.neighborsOf(word)) return;
    this.asking = setTimeout(async () => {
      const answer = await fetchJson(`${map.source.nearest}${word}`);
      if (!answer) return;
      map.rememberNeighbors(word, answer.neighbors);
      if (this.state?.active === word) this.view.highlight();
    }, 120);
  }

  remember() {
    if (this.data?.standalone) return;
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      if (this.state) writeFragment(this.state, this.vocabulary, this.view.viewNumbers);
    }, 250);
  }

  key(event) {
    if (!this.state || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
    if (event.key === "/" && !typing) {
      this.search.focus();
      event.preventDefault();
    } else if (event.key === "Escape" && !typing) {
      if (this.state.tool !== "move") this.state.set({ tool: "move" });
      else if (this.state.focus >= 0) this.actions.clear();
      else if (this.state.selection.size) this.state.set({ selection: new Set() });
      else if (this.state.hidden.size) this.state.set({ hidden: new Set() });
    }
  }

  say(text, ms = 0) {
    this.message.hidden = !text;
    this.message.textContent = text ?? "";
    if (text && ms) setTimeout(() => this.message.textContent === text && this.say(null), ms);
    if (text && !this.view?.map) this.skeleton.hidden = false;
  }
}

/** Mounts the component; the app calls `update` when what is to be drawn changes. */
export function mount(element, data, host = {}) {
  const maps = new LinkedMaps(element, host);
  maps.update(data);
  return { update: (next) => maps.update(next), destroy: () => maps.destroy(), maps };
}
