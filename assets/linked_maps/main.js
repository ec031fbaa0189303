// The linked-maps component: mount(element, data, host) draws the maps that `data` names.
//
// data: {vocabulary, pictures, definitions, texts, dimensions, maps: [{id, method, name, title, caption, projection,
// neighbors, clusters, trust, align, vector, nearest, csv, parquet, html}]}; every value is a URL, a short
// text, or (align) a few numbers; the number of an earlier map stands for the same pack as that
// one's. One map fills the stage; several share it and are linked: hover,
// search, selection and colours are one State. Browsing happens here, without the server.
//
// `opens` is the fragment that a saved file opens with where its own address has none.
//
// `embedded` maps stand inside a page: without a panel, and without a part in its address. `spot` is
// what the page points at, see spot.js.

import { fetchJson, fetchPack } from "./packs.js";
import { MapData, Vocabulary } from "./model.js";
import { MapView } from "./view.js";
import { Panel } from "./panel.js";
import { State, fragmentOf, readFragment, writeFragment } from "./state.js";
import { asksForTrust, colourings, themeOf } from "./palette.js";
import { searchBox } from "./search.js";
import { togetherButtons, toolButtons, viewButtons } from "./tools.js";
import { arrange, Comparison } from "./compare.js";
import { ColourLine } from "./legend.js";
import { Spot } from "./spot.js";
import { fetchSheet, Sprites } from "./sprites.js";
import { KINDS, kindsShown } from "./highlight.js";
import { MorphBar } from "./morph.js";
import { isolated, shorten } from "./text.js";
import { h } from "./dom.js";

// How the parts of a page tell each other of words: {word, from}, word null for none.
const POINTED = "lse-point";
const GONE = "lse-go";
const WORD_EVENTS = [POINTED, GONE];
// What each map is to light, {each: {method: labels}}; and that maps were drawn, who would light them.
const LIGHT = "lse-light";
const DRAWN = "lse-drawn";

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
    this.views = [];
    this.watchTheme();
    this.onKey = (event) => this.key(event);
    this.onWord = (event) => this.hearWord(event);
    this.onFragment = () => this.hearFragment();
    addEventListener("hashchange", this.onFragment);
    this.onLight = ({ detail }) => this.hearLight(detail);
    this.turn = 0;
  }

  /** The first map; the only one on the page of one map. */
  get view() {
    return this.views[0];
  }

  /** The views that are on the screen: while maps flow into each other it is one. */
  get seen() {
    return this.state?.morph ? this.views.slice(0, 1) : this.views;
  }

  destroy() {
    this.hearer?.removeEventListener("keydown", this.onKey);
    for (const name of WORD_EVENTS) document.removeEventListener(name, this.onWord);
    removeEventListener("hashchange", this.onFragment);
    document.removeEventListener(LIGHT, this.onLight);
    clearTimeout(this.writing);
    clearTimeout(this.asking);
    this.clear();
    this.root.remove();
  }

  clear() {
    this.morphBar?.destroy();
    this.views.forEach((view) => view.destroy());
    this.panel?.destroy();
    this.colourLine?.destroy();
    this.stage.querySelectorAll(".lm-over, .lm-cells").forEach((node) => node.remove());
    this.views = [];
    this.panel = this.state = this.morphBar = this.colourLine = null;
  }

  // The theme's colours arrive as CSS variables; a transition on one of them tells of a change.
  watchTheme() {
    this.root.addEventListener("transitionend", (event) => {
      if (event.target !== this.root || !this.view) return;
      this.theme = themeOf(this.root);
      this.views.forEach((view) => view.retheme(this.theme));
      this.panel.show(this.maps, this.theme);
      this.colourLine?.show(this.maps, this.theme);
      this.showKey();
    });
  }

  /** Keys are heard everywhere on a page of maps, and in embedded maps only where they are. */
  hearKeys(embedded) {
    const hearer = embedded ? this.root : document;
    if (hearer === this.hearer) return;
    this.hearer?.removeEventListener("keydown", this.onKey);
    hearer.addEventListener("keydown", this.onKey);
    this.hearer = hearer;
    for (const name of WORD_EVENTS) {
      if (embedded) document.addEventListener(name, this.onWord);
      else document.removeEventListener(name, this.onWord);
    }
    if (embedded) document.addEventListener(LIGHT, this.onLight);
  }

  /** Another part of the page points at a word, or goes to it. */
  hearWord({ type, detail }) {
    if (!this.state || detail?.from === this.root) return;
    const word = detail?.word ? this.vocabulary.indexOf(detail.word) : -1;
    this.hearing = true;
    this.state.set(type === POINTED ? { hover: word } : { focus: word, hover: -1 });
    this.hearing = false;
  }

  /** Another part of the page lights words, on each map those of its own method. */
  hearLight({ each }) {
    if (!this.state) return;
    for (const map of this.maps ?? []) {
      map.lit = (each[map.source.method] ?? []).map((word) => this.vocabulary.indexOf(word)).filter((word) => word >= 0);
    }
    this.views.forEach((view) => view.highlight());
  }

  /** Tells the other parts of the page which word the reader points at here, or has gone to. */
  tellWord(type) {
    if (!this.data?.embedded || this.hearing) return;
    const word = this.vocabulary.words[type === POINTED ? this.state.hover : this.state.focus] ?? null;
    document.dispatchEvent(new CustomEvent(type, { detail: { word, from: this.root } }));
  }

  /** Draws what `data` names; what is on the screen stays until the new is there. */
  async update(data) {
    const turn = ++this.turn;
    this.hearKeys(Boolean(data.embedded));
    this.root.classList.toggle("lm-embedded", Boolean(data.embedded));
    if (this.maps && this.state && drawn(this.data) === drawn(data)) {
      const texts = this.data.texts;
      this.data = data;
      if (data.texts !== texts) this.panel.show(this.maps, this.theme);
      return this.light(data.spot);
    }
    try {
      const [words, sheet, ...each] = await Promise.all([
        pack(data.vocabulary),
        fetchSheet(data.pictures),
        ...data.maps.map((source) => {
          const of = (name) => pack(typeof source[name] === "number" ? data.maps[source[name]][name] : source[name]);
          return Promise.all([of("projection"), of("neighbors"), of("clusters")]);
        }),
      ]);
      if (turn !== this.turn) return;
      each.forEach(([projection], i) => {
        if (projection.meta.n || projection.arrays.coordinates.length) return;
        throw new Error(`${data.maps[i].title} knows none of these ${words.meta.nouns ?? "words"}: choose another vocabulary.`);
      });
      this.say(null);
      const other = this.data?.vocabulary !== data.vocabulary || this.views.length !== data.maps.length;
      if (other) this.start(words, data, sheet);
      this.data = data;
      // In several maps a word keeps the colour that the first map with groups gives it.
      const several = data.maps.length > 1;
      const groups = each.map(([, , clusters]) => clusters).find((found) => found?.meta.names.length);
      const maps = data.maps.map((source, i) => {
        const [projection, neighbors, clusters] = each[i];
        return new MapData(source, this.vocabulary, projection, neighbors, several ? groups : clusters);
      });
      const spot = new Spot(data.spot, this.vocabulary, maps);
      if (spot.label && spot.label !== this.spot?.label) this.wanted = "measure";
      this.show(maps);
      this.pointTo(spot);
      if (data.embedded) document.dispatchEvent(new CustomEvent(DRAWN, { detail: { from: this.root } }));
    } catch (error) {
      if (turn === this.turn) this.say(error.message);
    }
  }

  start(words, data, sheet = null) {
    const before = this.state;
    const lastWord = before?.focus >= 0 ? this.vocabulary.words[before.focus] : null;
    const sameWords = before && this.data.vocabulary === data.vocabulary;
    const several = data.maps.length > 1;
    this.clear();
    this.vocabulary = sameWords ? this.vocabulary : new Vocabulary(words);
    if (sheet && words.meta.pictures) this.vocabulary.pictures ??= new Sprites(sheet, words.meta.pictures);
    this.state = new State();
    this.theme = themeOf(this.root);
    this.actions = {
      definitions: data.definitions,
      texts: () => this.data?.texts,
      go: (word, { fly = true } = {}) => {
        this.state.set({ focus: word, hover: -1, tab: "word" });
        if (fly) this.flyTo(word);
      },
      point: (word) => this.state.set({ hover: word }),
      clear: () => this.state.set({ focus: -1, hover: -1 }),
      highlight: () => this.views.forEach((view) => view.highlight()),
    };
    this.addViews(data);
    this.panel = new Panel(this.root, this.state, this.vocabulary, this.actions, { silent: Boolean(data.embedded) });
    if (data.embedded) {
      this.colourLine = new ColourLine(this.state, this.vocabulary);
      this.root.append(this.colourLine.root);
    }
    // Of the same words all that the reader has set still means the same.
    const kept = { tab: before?.tab ?? "word" };
    if (sameWords) {
      for (const name of ["selection", "lit", "hidden", "filters", "aligned", "linked", "morph", "place"]) kept[name] = before[name];
      kept.place = Math.min(before.place, Math.max(0, data.maps.length - 1));
    }
    const { found, unknown } = before || data.embedded
      ? { found: kept, unknown: [] }
      : readFragment(this.vocabulary, data.maps.length, window.location.hash || data.opens || "");
    // Another vocabulary has other columns by the same number.
    if (before && !sameWords && this.wanted?.startsWith("own-")) this.wanted = null;
    this.wanted = found.colourBy ?? this.wanted;
    if (lastWord !== null) found.focus = this.vocabulary.indexOf(lastWord);
    this.restored = found.views;
    delete found.views;
    if (!several) found.morph = false;
    this.controlled = null;
    this.state.set(found);
    if (unknown.length) this.say(`The ${this.vocabulary.noun} “${isolated(shorten(unknown[0], 40))}” of this address is not in this vocabulary.`, 8000);
    const remembered = ["focus", "selection", "colourBy", "hidden", "filters", "tab", "aligned", "linked", "morph", "place"];
    this.state.on(remembered, () => this.remember());
    this.state.on(["colourBy"], () => (this.wanted = this.state.colourBy));
    this.state.on(["colourBy"], () => (this.showKey(), this.wantTrust()));
    this.state.on(["focus", "hover"], () => this.wantNeighbors());
    this.state.on(["hover"], () => this.tellWord(POINTED));
    this.state.on(["focus"], () => this.tellWord(GONE));
    this.state.on(["aligned"], () => this.realign());
    this.state.on(["morph"], () => this.arrangeStage());
  }

  /** Shows what the address says once it has been changed by hand, or by a lesson. */
  hearFragment() {
    if (!this.state || !this.vocabulary || this.root.closest(".lse-embedded")) return;
    const { found } = readFragment(this.vocabulary, this.maps.length);
    delete found.views;
    this.state.set({ focus: -1, ...found });
  }

  /** Lights what the page points at now; the maps themselves are the same. */
  light(given) {
    const spot = new Spot(given, this.vocabulary, this.maps);
    const ways = colourings(this.vocabulary, this.maps).map(([key]) => key);
    const isNew = spot.label && spot.label !== this.spot?.label;
    const by = isNew ? "measure" : ways.includes(this.state.colourBy) ? this.state.colourBy : this.preferred(ways);
    if (by !== this.state.colourBy) this.state.set({ hidden: new Set(), colourBy: by });
    else if (by === "measure") this.views.forEach((view) => view.recolour());
    this.colourLine?.show(this.maps, this.theme);
    this.panel.refresh("colours");
    this.pointTo(spot);
  }

  /** Selects the words of a spot and looks at its word, where the page has changed them. */
  pointTo(spot) {
    const before = this.spot;
    this.spot = spot;
    const changes = {};
    if (before?.lights !== spot.lights && (spot.words.length || before)) {
      Object.assign(changes, { lit: spot.words, selection: new Set(spot.words) });
    }
    if (before?.aims !== spot.aims && (spot.focus >= 0 || before)) changes.focus = spot.focus;
    this.state.set(changes);
  }

  addViews(data) {
    const n = data.maps.length;
    this.cells = h("div", { class: "lm-cells", "data-maps": String(n) });
    this.stage.classList.toggle("lm-several", n > 1);
    this.stage.insertBefore(this.cells, this.skeleton);
    // Every cell first: a map measures the room that it has.
    const cells = Array.from({ length: n }, () => h("div", { class: "lm-cell" }));
    this.cells.append(...cells);
    this.views = cells.map(
      (cell) => new MapView(cell, this.state, this.vocabulary, {
          stage: this.stage,
          small: n > 1 || Boolean(data.embedded),
          embedded: Boolean(data.embedded),
        }),
    );
    for (const view of this.views) {
      view.onView = () => this.rested(view);
      view.onMove = (before) => this.follow(view, before);
      view.onWalk = (word) => this.moved.forEach((each) => each.keepInSight(word));
      view.root.addEventListener("pointerdown", () => (this.used = view));
      view.root.addEventListener("wheel", () => (this.used = view), { passive: true });
      view.root.addEventListener("focus", () => (this.used = view));
      view.onHome = () => this.seen.forEach((each) => each.home());
    }
  }

  /** Puts the controls over the maps, anew where other maps want others. */
  addControls(data) {
    const trusts = data.maps.some((source) => source.trust);
    const wanted = JSON.stringify([data.maps.map((source) => source.name), data.dimensions, trusts]);
    if (wanted === this.controlled) return;
    this.controlled = wanted;
    this.morphBar?.destroy();
    this.morphBar = null;
    this.stage.querySelectorAll(".lm-over").forEach((node) => node.remove());
    const { box, input } = searchBox(this.vocabulary, {
      onGo: (word) => {
        this.actions.go(word);
        this.view.root.focus({ preventScroll: true });
      },
      has: (word) => this.maps?.some((map) => map.has(word)) ?? false,
      onPoint: (word) => this.state.set({ hover: word }),
    });
    this.search = input;
    const several = data.maps.length > 1;
    const links = () => this.withState(several ? this.data.together ?? {} : this.view.map.source);
    const together = several ? togetherButtons(this.state, data.dimensions === 2) : null;
    this.legend = several || trusts ? h("div", { class: "lm-key lm-over", role: "note", hidden: true }) : null;
    const tools = data.embedded ? null : toolButtons(this.state);
    const bar = [box, tools, together, this.legend, viewButtons(() => this.seen, () => this.moved, links)];
    this.stage.append(...bar.filter(Boolean));
    if (several) {
      const names = data.maps.map((source) => source.name ?? source.title);
      this.morphBar = new MorphBar(names, (place) => this.flow(place));
      this.morphBar.root.hidden = true;
      this.stage.append(this.morphBar.root);
    }
  }

  /** The addresses of files; the one that can be opened opens with what the reader sees now. */
  withState({ csv, parquet, html }) {
    const opens = encodeURIComponent(fragmentOf(this.state, this.vocabulary, this.places()));
    return { csv, parquet, html: html && `${html}${html.includes("?") ? "&" : "?"}opens=${opens}` };
  }

  preferred(ways) {
    // What a collection says of its things is what they are; groups of words are what there is to see.
    const { areWords, columns } = this.vocabulary;
    const said = areWords ? null : columns.find((column) => !column.isNumber)?.key;
    return said ?? (this.vocabulary.size > 1000 && ways.includes("cluster") ? "cluster" : ways[0]);
  }

  /** The maps that the zoom buttons move: all that move together, else the one used last. */
  get moved() {
    const together = this.state.linked || !this.view.flat;
    return together || !this.seen.includes(this.used) ? this.seen : [this.used];
  }

  show(maps) {
    const comparison = maps.length > 1 ? new Comparison(maps, this.vocabulary.size) : null;
    for (const map of maps) map.comparison = comparison;
    this.addControls(this.data);
    const ways = colourings(this.vocabulary, maps).map(([key]) => key);
    const preferred = this.preferred(ways);
    // A map without clusters must not take the reader's colours from the maps after it.
    const { wanted } = this;
    const before = this.state.colourBy;
    const by = ways.includes(wanted) ? wanted : preferred;
    const last = this.view.map;
    this.state.set({ colourBy: by });
    this.wanted = wanted;
    // What is hidden are groups of one colouring: in another the same numbers are other groups.
    const otherGroups = by === "cluster" && last && last.clusterNames.join() !== maps[0].clusterNames.join();
    const other = (before !== null && before !== by) || otherGroups;
    if (other && this.state.hidden.size) this.state.set({ hidden: new Set() });
    this.skeleton.hidden = true;
    this.maps = maps;
    this.comparison = comparison;
    if (maps.length > 1) arrange(maps, this.state.aligned);
    this.arrangeStage({ draw: false });
    maps.forEach((map, i) => this.views[i].show(map, this.theme));
    this.restored?.forEach((numbers, i) => this.views[i] && (this.views[i].viewNumbers = numbers));
    if (this.restored?.length === 1) this.views.slice(1).forEach((view) => (view.viewNumbers = this.restored[0]));
    this.restored = null;
    if (this.state.morph) this.morphBar.go(this.state.place);
    this.panel.show(maps, this.theme);
    this.colourLine?.show(maps, this.theme);
    this.showKey();
    this.wantTrust();
    this.remember();
  }

  // What the lines and rings of a word mean, where there is more than one kind.
  showKey() {
    if (!this.legend || !this.theme) return;
    const kinds = kindsShown(this.state.colourBy, this.views.length > 1);
    this.legend.hidden = !kinds.length;
    const marks = kinds.map((kind) => {
      const { colour, line, short, label } = KINDS[kind];
      const look = line === null ? "ring" : line.length ? "dashes" : "line";
      const mark = h("span", { class: `lm-kind lm-${look}`, role: "img", title: label, "aria-label": label }, short);
      mark.style.setProperty("--lm-kind", this.theme[colour]);
      return mark;
    });
    // With more than two there is no room for a title beside the other controls.
    this.legend.replaceChildren(...(marks.length < 3 ? ["Neighbours:"] : []), ...marks);
  }

  // -------------------------------------------------------------------------- several maps

  /** Side by side, or one map that flows. */
  arrangeStage({ draw = true } = {}) {
    const morphs = Boolean(this.state.morph && this.morphBar);
    this.cells.classList.toggle("lm-morphs", morphs);
    if (!this.morphBar) return;
    this.morphBar.root.hidden = !morphs;
    if (!morphs) {
      this.morphBar.stop();
      if (draw && this.maps) this.maps.forEach((map, i) => this.views[i].show(map, this.theme, { still: true }));
    } else if (draw && this.maps) this.morphBar.go(this.state.place);
  }

  /** Shows the words between two maps: 0 is the first, 1 the second, 0.5 half way. */
  flow(place) {
    const from = Math.min(this.maps.length - 2, Math.floor(place));
    this.view.blend(this.maps[from], this.maps[from + 1], place - from);
    this.state.set({ place });
  }

  realign() {
    if (!this.maps || this.maps.length < 2) return;
    arrange(this.maps, this.state.aligned);
    this.maps.forEach((map, i) => this.views[i].show(map, this.theme));
    if (this.state.morph) this.morphBar.go(this.state.place);
    this.remember();
  }

  /** Every map goes to its own place of the word; in space, where there is one camera, to the first's. */
  flyTo(word) {
    if (this.view.flat) return this.seen.forEach((view) => view.flyTo(word));
    const leader = this.seen.find((view) => view.map?.has(word));
    const to = leader?.placeToSee(word);
    if (to) this.seen.forEach((view) => view.moveTo(to));
  }

  // The others move by as much as the one that the reader moves: so each may look at its own place
  // of a word and still zoom with the others. In space there is one camera.
  follow(leader, before) {
    if (!this.state.linked && leader.flat) return;
    const now = leader.camera.view;
    for (const view of this.seen) {
      if (view === leader || !view.map) continue;
      const next = leader.flat ? view.camera.view : now;
      for (const name of leader.flat ? Object.keys(next) : []) {
        if (name === "zoom") next.zoom = Math.min(400, Math.max(0.4, (next.zoom * now.zoom) / before.zoom));
        else next[name] += now[name] - before[name];
      }
      view.camera.view = next;
      view.redraw({ moving: true });
    }
  }

  rested(leader) {
    if (this.state.linked || !leader.flat) {
      for (const view of this.seen) if (view !== leader) view.redraw({ settle: true });
    }
    this.remember();
  }

  // ---------------------------------------------------------------- what is asked of the server

  // The map of 400,000 words does not bring its neighbours along: a word that one stays on for a
  // moment is asked of the server, and its lines appear when they came.
  wantNeighbors() {
    clearTimeout(this.asking);
    const word = this.state.active;
    const wanting = this.maps?.filter((map) => map.source.nearest && map.has(word) && !map.neighborsOf(word));
    if (!wanting?.length) return;
    this.asking = setTimeout(() => {
      for (const map of wanting) {
        fetchJson(`${map.source.nearest}${word}`).then((answer) => {
          if (!answer) return;
          map.rememberNeighbors(word, answer.neighbors);
          if (this.state?.active === word) this.actions.highlight();
        });
      }
    }, 120);
  }

  // How far each dot can be trusted is fetched when somebody colours by it.
  async wantTrust() {
    if (!asksForTrust(this.state.colourBy)) return;
    const untold = (this.maps ?? []).filter((map) => !map.source.trust);
    if (untold.length) {
      const who = untold.map((map) => map.source.name ?? map.source.title).join(" and ");
      this.say(`How far the dots of ${who} can be trusted is not measured yet: open Trust once, and it will be.`, 9000);
    }
    const wanting = (this.maps ?? []).filter((map) => map.source.trust && !map.trustworthiness);
    if (!wanting.length) return;
    try {
      const packs = await Promise.all(wanting.map((map) => pack(map.source.trust)));
      wanting.forEach((map, i) => map.readTrust(packs[i], this.vocabulary.size));
    } catch (error) {
      return this.say(error.message, 8000);
    }
    this.views.forEach((view) => wanting.includes(view.map) && view.recolour());
    this.panel?.refresh("colours");
  }

  remember() {
    if (this.data?.standalone || this.data?.embedded) return;
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      if (this.state && this.maps) writeFragment(this.state, this.vocabulary, this.places(), this.views.length);
    }, 250);
  }

  /** The views as numbers, one list where all are alike; null while each shows the whole map. */
  places() {
    const all = this.seen.map((view) => view.viewNumbers);
    if (all.every((numbers) => !numbers)) return null;
    const start = Object.values(new this.view.camera.constructor().view);
    const full = all.map((numbers) => numbers ?? start);
    return full.every((numbers) => numbers.join() === full[0].join()) ? full.slice(0, 1) : full;
  }

  key(event) {
    if (!this.state || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
    if (event.key === "/" && !typing) {
      this.search.focus();
      event.preventDefault();
    } else if (event.key === "Escape" && !typing) {
      if (this.state.tool !== "move") this.state.set({ tool: "move" });
      else if (this.state.focus >= 0) this.actions.clear();
      else if (this.state.selection.size) this.state.set({ selection: new Set() });
      else if (this.state.hidden.size) this.state.set({ hidden: new Set() });
      else if (this.state.filters.size) this.state.set({ filters: new Map() });
    }
  }

  say(text, ms = 0) {
    this.message.hidden = !text;
    this.message.textContent = text ?? "";
    if (text && ms) setTimeout(() => this.message.textContent === text && this.say(null), ms);
    if (text && !this.view?.map) this.skeleton.hidden = false;
  }
}

/** What decides which maps are drawn: all of `data` but what the page points at. */
const drawn = (data) => JSON.stringify({ ...data, spot: null });

/** Mounts the component; the app calls `update` when what is to be drawn changes. */
export function mount(element, data, host = {}) {
  const maps = new LinkedMaps(element, host);
  maps.update(data);
  return { update: (next) => maps.update(next), destroy: () => maps.destroy(), maps };
}
