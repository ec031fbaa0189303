// One map on the page: draws land, dots, names and highlights on four canvases, and listens.

import { Camera2D, Camera3D, fly } from "./camera.js";
import { PointLayer, pick, inPolygon } from "./points.js";
import { LabelLayer } from "./labels.js";
import { drawLand, regionCentres } from "./land.js";
import { colouring } from "./palette.js";
import { passing } from "./filters.js";
import { drawHighlight } from "./highlight.js";
import { listen } from "./pointer.js";

const INSET = { left: 34, right: 34, top: 54, bottom: 44 };
const SMALL_INSET = { left: 16, right: 16, top: 18, bottom: 30 };
const MORPH_MS = 420;
const FEW = 30; // words, of which each would be an island of its own

function element(tag, className, parent) {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
}

/**
 * A map that draws itself from a MapData and the shared State. `stage` holds the controls that lie
 * over the maps; `small` maps share the stage with others; `embedded` ones have no panel beside them.
 */
export class MapView {
  constructor(parent, state, vocabulary, { stage = parent, small = false, embedded = false } = {}) {
    Object.assign(this, { stage, small, embedded });
    this.state = state;
    this.vocabulary = vocabulary;
    this.root = element("div", "lm-map", parent);
    this.root.tabIndex = 0;
    this.root.setAttribute("role", "application");
    this.land = element("canvas", "lm-layer", this.root);
    this.points = new PointLayer(element("canvas", "lm-layer", this.root));
    this.labels = new LabelLayer(element("canvas", "lm-layer", this.root));
    this.overlay = element("canvas", "lm-layer", this.root);
    for (const canvas of this.root.querySelectorAll("canvas")) canvas.setAttribute("aria-hidden", "true");
    this.caption = element("div", "lm-caption", this.root);
    this.pictureSide = 0;
    this.timings = { frame: 0, labels: 0, hover: 0, frames: 0 };
    // Called when the reader moves the camera (with its view before), and when it rests; and what
    // "the whole map" is to do.
    Object.assign(this, { onMove: () => {}, onView: () => {}, onHome: () => this.home() });
    this.onWalk = (word) => this.keepInSight(word);
    const n = vocabulary.size;
    this.sx = new Float32Array(n);
    this.sy = new Float32Array(n);
    this.alpha = new Uint8Array(n);
    this.order = Uint32Array.from({ length: n }, (_, i) => i);
    this.resizes = new ResizeObserver(() => this.resize());
    this.resizes.observe(this.root);
    this.stopListening = listen(this);
    this.stops = [
      state.on(["hover", "focus"], () => this.highlight()),
      state.on(["selection", "hidden", "filters", "emphasis", "lit"], () => this.restyle()),
      state.on(["colourBy"], () => this.recolour()),
    ];
  }

  destroy() {
    this.resizes.disconnect();
    this.stopListening();
    this.stops.forEach((stop) => stop());
    this.stopFlight?.();
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.morphing);
    clearTimeout(this.naming);
    this.root.remove();
  }

  /** Shows a map; from another flat map of the same words it flows there. */
  show(map, theme, { still = false } = {}) {
    const before = this.map;
    this.map = map;
    this.theme = theme;
    this.flat = map.dimensions === 2;
    this.depth = this.flat ? null : (this.depth ?? new Float32Array(this.vocabulary.size));
    if (!before || before.dimensions !== map.dimensions) {
      this.camera = this.flat ? new Camera2D() : new Camera3D();
    }
    this.relief = this.flat && map.known > FEW ? drawLand(map, theme) : null;
    this.radius = map.known > 50000 ? 0.75 : map.known > 4000 ? 1.35 : map.known > 1000 ? 2 : 2.6;
    if (this.small) this.radius *= 0.76;
    this.sayCaption();
    this.root.setAttribute("aria-label", this.describe());
    this.root.dataset.drawn = "";
    this.resize({ draw: false });
    this.recolour({ draw: false });
    const from = this.coordinates;
    const flows = !still && before && from?.length === map.coordinates.length && from !== map.coordinates;
    if (flows && this.flat && this.vocabulary.size <= 20000) this.morphFrom(from);
    else this.finish();
  }

  sayCaption() {
    const { name, caption } = this.map.source;
    const { nouns } = this.vocabulary;
    const all = this.map.known.toLocaleString("en");
    const some = this.shown === null || this.shown === undefined ? null : `${this.shown.toLocaleString("en")} of ${all} ${nouns} shown`;
    if (!this.small) return (this.caption.textContent = some ? `${some} · ${caption}` : `${caption}${this.hint()}`);
    const title = document.createElement("strong");
    title.textContent = name ?? this.map.source.title;
    this.caption.replaceChildren(title, ` · ${some ?? `${all} ${nouns}`}`);
    this.caption.title = caption;
  }

  /** Shows words on their way from one map to another: t is 0 at the first, 1 at the second. */
  blend(from, to, t) {
    cancelAnimationFrame(this.morphing);
    const [a, b] = [from.coordinates, to.coordinates];
    if (!this.between || this.between.length !== a.length) this.between = new Float32Array(a.length);
    const out = this.between;
    for (let i = 0; i < a.length; i++) {
      // A word that only one of them has stays where that one has it.
      const [x, y] = [a[i], b[i]];
      out[i] = x !== x ? y : y !== y ? x : x + (y - x) * t;
    }
    const map = t < 0.5 ? from : to;
    const other = map !== this.map;
    this.map = map;
    this.coordinates = t === 0 ? a : t === 1 ? b : out;
    if (other) {
      this.relief = this.flat && map.known > FEW ? drawLand(map, this.theme) : null;
      this.sayCaption();
      this.root.setAttribute("aria-label", this.describe());
      this.recolour({ draw: false });
    }
    this.root.dataset.drawn = map.source.id;
    clearTimeout(this.naming);
    this.naming = setTimeout(() => this.redraw({ settle: true }), 140);
    this.redraw({ moving: true });
  }

  /** Whether pictures are drawn in place of dots. */
  get pictured() {
    return this.vocabulary.pictures !== null;
  }

  hint() {
    const closer = `more ${this.pictured ? "pictures" : this.vocabulary.nouns} appear`;
    return this.flat ? ` · scroll to zoom, ${closer}` : " · drag to turn, scroll to zoom";
  }

  describe() {
    const { title } = this.map.source;
    const known = this.map.known.toLocaleString("en");
    return (
      `Map of ${known} ${this.vocabulary.nouns} by ${title}. Arrow keys walk from neighbour to neighbour, ` +
      `slash searches, Escape clears.` +
      (this.embedded ? "" : ` The Table tab lists the same ${this.vocabulary.nouns} and their neighbours.`)
    );
  }

  finish() {
    this.coordinates = this.map.coordinates;
    this.redraw({ settle: true });
    this.root.dataset.drawn = this.map.source.id;
  }

  morphFrom(from) {
    const to = this.map.coordinates;
    const between = Float32Array.from(to);
    const start = performance.now();
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    cancelAnimationFrame(this.morphing);
    const step = (now) => {
      const t = still ? 1 : Math.min(1, Math.max(0, (now - start) / MORPH_MS));
      const eased = t * t * (3 - 2 * t);
      if (t === 1) return this.finish();
      for (let i = 0; i < to.length; i++) {
        between[i] = Number.isNaN(from[i]) ? to[i] : from[i] + (to[i] - from[i]) * eased;
      }
      this.coordinates = between;
      this.draw({ names: false });
      this.morphing = requestAnimationFrame(step);
    };
    this.morphing = requestAnimationFrame(step);
  }

  retheme(theme) {
    this.theme = theme;
    if (!this.map) return;
    this.relief = this.flat && this.map.known > FEW ? drawLand(this.map, theme) : null;
    this.recolour();
  }

  resize({ draw = true } = {}) {
    const { clientWidth: width, clientHeight: height } = this.root;
    if (!width || !height || !this.map) return;
    const ratio = this.wantedRatio ?? Math.min(2, window.devicePixelRatio || 1);
    Object.assign(this, { width, height, ratio });
    this.points.resize(width, height, ratio);
    this.labels.resize(width, height, ratio);
    for (const canvas of [this.land, this.overlay]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    this.camera.resize(width, height, this.map.extent, this.small ? SMALL_INSET : INSET);
    if (draw) this.redraw({ settle: true });
  }

  recolour({ draw = true } = {}) {
    if (!this.map) return;
    const colours = colouring(this.state.colourBy, this.vocabulary, this.map, this.theme);
    this.colours = colours;
    this.nameRegions();
    const none = colours.names.length;
    this.colour ??= new Uint16Array(this.vocabulary.size);
    for (let i = 0; i < this.colour.length; i++) {
      const category = colours.category[i];
      this.colour[i] = category < 0 ? none : category;
    }
    this.restyle({ draw });
  }

  /** Regions are named after the topics where every word has one and they are what is coloured. */
  nameRegions() {
    const byTopic = this.state.colourBy === "topic" && this.vocabulary.topic.every((topic) => topic >= 0);
    this.regionsBy = byTopic ? "topic" : "cluster";
    this.regionNames = byTopic ? this.vocabulary.topics : this.map.clusterNames;
    this.centres = regionCentres(this.map, byTopic ? this.vocabulary.topic : this.map.cluster, this.regionNames.length);
  }

  /** Recomputes how strongly each dot is drawn: filter, selection, and what the legend points at. */
  restyle({ draw = true } = {}) {
    if (!this.map) return;
    const { hidden, selection, emphasis } = this.state;
    const n = this.vocabulary.size;
    const full = n > 50000 ? 150 : n > 4000 ? 205 : 235;
    const none = this.colours.names.length;
    const passes = passing(this.state.filters, this.vocabulary);
    let out = 0;
    for (let i = 0; i < n; i++) {
      const category = this.colour[i];
      let alpha = category === none ? full * 0.75 : full;
      if (hidden.has(category === none ? -1 : category) || (passes && !passes[i])) {
        alpha = 10;
        if (this.map.has(i)) out++;
      } else if (emphasis >= 0 && category !== emphasis) alpha = 45;
      else if (selection.size && !selection.has(i)) alpha = 60;
      this.alpha[i] = alpha;
    }
    const shown = hidden.size || passes ? this.map.known - out : null;
    if (shown !== (this.shown ?? null)) {
      this.shown = shown;
      this.sayCaption();
    }
    if (draw) this.redraw({ settle: true });
  }

  /** Draws in the next frame; `settle` also chooses names anew. */
  redraw({ settle = false, moving = false } = {}) {
    this.wantsNames ||= settle;
    this.moving = moving;
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const names = this.wantsNames;
      this.wantsNames = false;
      this.draw({ names, coarse: this.moving && this.map?.known > 50000 });
    });
  }

  draw({ names, coarse = false }) {
    if (!this.map || !this.width || !this.coordinates) return;
    const start = performance.now();
    const n = this.vocabulary.size;
    this.camera.project(this.coordinates, n, this.sx, this.sy, this.depth);
    this.drawLand();
    this.pictureSide = this.pictured ? this.vocabulary.pictures.sideOn(this) : 0;
    const dots = {
      n,
      sx: this.sx,
      sy: this.sy,
      colour: this.colour,
      rgb: this.colours.rgb,
      alpha: this.alpha,
      radius: this.radius * Math.min(2.4, Math.max(1, this.camera.zoom ** 0.35)),
      depth: this.depth,
      coarse,
    };
    if (this.pictured) this.vocabulary.pictures.drawAll(this, this.points, dots);
    else this.points.draw(dots);
    this.regions = this.placeRegions();
    const placing = performance.now();
    if (names) {
      this.chooseNames();
      this.timings.labels = performance.now() - placing;
    }
    this.labels.draw({ ...this, skip: this.state.active });
    this.drawOverlay();
    this.timings.frame = performance.now() - start;
    this.timings.frames++;
  }

  drawLand() {
    const context = this.land.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    if (!this.relief || this.coordinates !== this.map.coordinates) return;
    const { image, reach } = this.relief;
    const s = this.camera.scale;
    const x = this.camera.middleX - (this.camera.x + reach) * s;
    const y = this.camera.middleY + (this.camera.y - reach) * s;
    context.imageSmoothingQuality = "high";
    context.globalAlpha = Math.min(1, 3 / this.camera.zoom + 0.2);
    context.drawImage(image, x, y, 2 * reach * s, 2 * reach * s);
    context.globalAlpha = 1;
  }

  placeRegions() {
    const flat = [];
    this.centres.forEach((centre, at) => centre && flat.push({ centre, at }));
    const d = this.map.dimensions;
    const packed = new Float32Array(flat.length * d);
    flat.forEach(({ centre }, i) => packed.set(centre, i * d));
    const [x, y] = [new Float32Array(flat.length), new Float32Array(flat.length)];
    this.camera.project(packed, flat.length, x, y, new Float32Array(flat.length));
    const regions = this.centres.map(() => null);
    flat.forEach(({ at }, i) => {
      const hidden = this.state.colourBy === this.regionsBy && this.state.hidden.has(at);
      if (!hidden) regions[at] = { name: this.regionNames[at], x: x[i], y: y[i] };
    });
    return regions;
  }

  chooseNames() {
    const zoom = this.camera.zoom;
    const selected = this.state.selection;
    this.labels.place({
      words: this.vocabulary.words,
      sx: this.sx,
      sy: this.sy,
      alpha: this.alpha,
      // A picture says what a name would.
      lit: this.pictured ? [] : this.state.lit,
      order: this.pictured ? [] : selected.size ? [...selected].sort((a, b) => a - b) : this.order,
      regions: this.regions,
      regionAlpha: Math.min(1, Math.max(0, (5 - zoom) / 2)),
      theme: this.theme,
      keepFree: this.controls(),
      density: Math.min(1.6, 0.85 + 0.25 * Math.log2(Math.max(1, zoom))),
      small: this.small,
      aside: this.pictured ? 1.9 * this.pictureSide : 0,
    });
  }

  /** Boxes of the controls that lie over the map, so that no name hides under them. */
  controls() {
    const from = this.root.getBoundingClientRect();
    const over = this.stage.querySelectorAll(".lm-over");
    return [...over, this.caption].map((node) => {
      const box = node.getBoundingClientRect();
      return {
        left: box.left - from.left - 6,
        right: box.right - from.left + 6,
        top: box.top - from.top - 4,
        bottom: box.bottom - from.top + 4,
      };
    });
  }

  /** Shows the active word and its true neighbours; touches no other layer. */
  highlight() {
    const start = performance.now();
    this.drawOverlay();
    this.timings.hover = performance.now() - start;
  }

  drawOverlay() {
    drawHighlight(this);
  }

  wordAt(x, y, reach = 14) {
    return pick(this.vocabulary.size, this.sx, this.sy, this.alpha, x, y, Math.max(reach, 0.6 * this.pictureSide));
  }

  /** Words whose dots lie inside a path of screen places; words that a filter hides are left out. */
  wordsInside(path) {
    const inside = new Set();
    for (let i = 0; i < this.vocabulary.size; i++) {
      if (this.alpha[i] <= 10 || !this.map.has(i)) continue;
      if (inPolygon(this.sx[i], this.sy[i], path)) inside.add(i);
    }
    return inside;
  }

  flyTo(word) {
    if (this.map.has(word)) this.moveTo(this.placeToSee(word));
  }

  /** The view with a word in the middle, close enough that about a hundred words surround it. */
  placeToSee(word) {
    const zoom = Math.min(16, Math.max(1.4, Math.sqrt(this.map.known / 500)));
    return this.camera.lookAt(this.map.coordinates, word, Math.max(this.camera.zoom, zoom));
  }

  /** Moves a word that lies at the edge or outside into the middle. */
  keepInSight(word) {
    if (!this.map.has(word)) return;
    const inside = (at, size) => at > 60 && at < size - 60;
    if (inside(this.sx[word], this.width) && inside(this.sy[word], this.height)) return;
    this.moveTo(this.camera.lookAt(this.map.coordinates, word, this.camera.zoom), 300);
  }

  moveTo(view, ms = 450) {
    this.stopFlight?.();
    this.stopFlight = fly(this.camera, view, ms, (done) => {
      this.redraw({ settle: done, moving: !done });
      if (done) this.onView();
    });
  }

  zoomBy(factor) {
    this.camera.zoomAt(factor, this.width / 2, this.height / 2);
    this.redraw({ settle: true });
    this.onView();
  }

  home() {
    const camera = new this.camera.constructor();
    this.moveTo(camera.view);
  }

  /** The view as numbers for the URL, null while it is the whole map. */
  get viewNumbers() {
    if (!this.camera) return null;
    const view = Object.values(this.camera.view);
    const start = Object.values(new this.camera.constructor().view);
    return view.every((value, i) => Math.abs(value - start[i]) < 1e-4) ? null : view;
  }

  set viewNumbers(numbers) {
    const names = Object.keys(this.camera.view);
    if (numbers.length !== names.length) return;
    const view = Object.fromEntries(names.map((name, i) => [name, numbers[i]]));
    view.zoom = Math.min(400, Math.max(0.4, view.zoom));
    this.camera.view = view;
    this.redraw({ settle: true });
  }
}
