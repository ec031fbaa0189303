// The player: one or two runs with one slider, one hover and one watched word. Nothing here asks
// the server once the runs are there.

const PER_MOMENT = 850; // milliseconds of playing from one moment to the next
const STEP = 220; // of a step by keyboard or click

class Player {
  constructor(root, tools) {
    Object.assign(this, { root, tools, place: 0, hover: null, topic: -1, playing: 0, runs: [] });
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.button = make("button", { type: "button", class: "lt-play", onclick: () => this.toggle() });
    this.slider = make("input", { type: "range", min: "0", step: "any", "aria-label": "Moment of the training" });
    this.slider.addEventListener("input", () => { this.stop(); this.go(Number(this.slider.value)); });
    this.slider.addEventListener("keydown", (event) => this.key(event));
    this.told = make("output", { class: "lt-told" });
    this.marks = make("div", { class: "lt-marks", "aria-hidden": "true" });
    this.field = make("input", { type: "text", "aria-label": "Watched word", autocomplete: "off", spellcheck: "false", maxlength: "40", list: "lt-words" });
    this.field.addEventListener("change", () => this.watch(this.field.value.trim().toLowerCase()));
    this.list = make("datalist", { id: "lt-words" });
    this.lists = make("div", { class: "lt-lists" });
    this.legend = make("ul", { class: "lt-legend", "aria-label": "Topics" });
    this.maps = make("div", { class: "lt-maps" });
    this.curves = new Curves(this);
    const watched = make("label", { class: "lt-field" }, make("span", {}, "Watched word"), this.field, this.list);
    const panel = make("aside", { class: "lt-panel" }, watched, this.lists, this.legend);
    const track = make("div", { class: "lt-track" }, this.slider, this.marks);
    root.replaceChildren(
      make("div", { class: "lt-stage" }, this.maps, panel),
      make("div", { class: "lt-slide" }, this.button, track, this.told),
      this.curves.root,
    );
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(root);
    this.sign(false);
  }

  async update(data) {
    this.theme = this.tools.themeOf(this.root);
    const wanted = data.runs.map((run) => run.address).join(" ");
    if (wanted !== this.wanted) {
      this.wanted = wanted;
      const packs = await Promise.all(data.runs.map((run) => this.tools.fetchPack(new URL(run.address, location.origin).href)));
      if (this.wanted !== wanted) return;
      const epochs = this.timeline ? this.timeline.epochsAt(this.place) : null;
      this.show(packs.map((pack, i) => new Run(data.runs[i].name, pack)), epochs);
    } else if (this.runs.length) {
      this.show(this.runs, this.timeline.epochsAt(this.place));
    }
  }

  show(runs, epochs) {
    this.runs = runs;
    this.timeline = new Timeline(runs);
    const kept = new URLSearchParams(location.hash.slice(1));
    const asked = Number(kept.get("at"));
    const start = kept.has("at") && Number.isFinite(asked) ? asked : this.timeline.epochs.at(-1);
    this.place = this.timeline.placeAt(epochs ?? start);
    this.slider.max = String(this.timeline.last);
    const known = (word) => runs.some((run) => run.at.has(word));
    this.word = [this.word, kept.get("word"), "king"].find(known) ?? runs[0].word(0);
    this.field.value = this.word;
    const words = [...new Set(runs.flatMap((run) => [...run.at.keys()]))].sort();
    this.list.replaceChildren(...words.map((word) => make("option", { value: word })));
    const names = runs[0].topics;
    const n = this.theme.categories.length;
    this.colours = names.map((_, i) => this.theme.categories[i % n]);
    this.legend.replaceChildren(...names.map((name, i) => this.entry(name, i)));
    this.views = runs.map((run) => new MomentMap(this, run));
    this.maps.dataset.maps = runs.length;
    this.maps.replaceChildren(...this.views.map((view) => view.root));
    this.fit();
    this.root.dataset.drawn = runs.map((run) => run.key).join(" ");
  }

  entry(name, i) {
    const dot = make("i", {});
    dot.style.background = this.colours[i];
    const press = () => {
      this.topic = this.topic === i ? -1 : i;
      [...this.legend.children].forEach((item, at) => item.firstChild.setAttribute("aria-pressed", String(at === this.topic)));
      this.draw();
    };
    return make("li", {}, make("button", { type: "button", title: name, "aria-pressed": String(this.topic === i), onclick: press }, dot, name));
  }

  // Moments that are named under the slider and the curves: as many as there is room for.
  get ticks() {
    const found = [];
    this.timeline.epochs.forEach((epochs, place) => {
      const whole = Number.isInteger(Math.round(epochs * 1000) / 1000);
      const early = place > 0 && epochs < 1 && place === Math.round(this.timeline.placeAt(1) / 2);
      if (whole || early) found.push([place, whole ? String(Math.round(epochs)) : epochs.toFixed(2).replace(/0+$/, "")]);
    });
    return found.filter(([place], i) => i === 0 || i === found.length - 1 || place - found[i - 1][0] >= 1);
  }

  fit() {
    if (!this.views) return;
    for (const view of this.views) view.resize();
    this.curves.lay();
    const last = Math.max(1, this.timeline.last);
    this.marks.replaceChildren(...this.ticks.map(([place, name]) => {
      const mark = make("span", {}, name);
      mark.style.left = `${(100 * place) / last}%`;
      return mark;
    }));
    this.draw();
  }

  draw() {
    if (!this.views) return;
    const epochs = this.timeline.epochsAt(this.place);
    for (const view of this.views) view.draw(epochs);
    this.curves.move(this.place);
    this.slider.value = String(this.place);
    const said = `${inPasses(epochs)} of ${Math.round(this.timeline.epochs.at(-1))}`;
    this.told.textContent = inPasses(epochs);
    this.slider.setAttribute("aria-valuetext", said);
    this.write();
  }

  // The neighbours of the watched word now; what is among them at the end too is set in bold.
  write() {
    const word = this.hover ?? this.word;
    const state = `${word} ${this.views.map((view) => view.moment).join(" ")}`;
    if (this.written === state) return;
    this.written = state;
    this.lists.replaceChildren(...this.views.map(({ run, moment }) => this.ladder(run, moment, word)));
  }

  ladder(run, moment, word) {
    const i = run.at.get(word);
    const head = make("p", {}, this.runs.length > 1 ? `${run.name}: ` : "", make("b", {}, word));
    if (i === undefined) return make("div", {}, head, make("p", { class: "lt-about" }, "is not shown of this text"));
    const last = new Set(run.neighbours(i, run.moments - 1));
    const items = run.neighbours(i, moment).map((near) =>
      make("li", last.has(near) ? { "data-stays": "", title: "among them at the end too" } : {}, near));
    return make("div", {}, head, make("ol", {}, ...items));
  }

  point(word) {
    if (this.hover === word) return;
    this.hover = word;
    for (const view of this.views) view.canvas.style.cursor = word ? "pointer" : "";
    this.draw();
  }

  watch(word) {
    if (!this.runs.some((run) => run.at.has(word))) {
      this.field.setCustomValidity("This word is not among those shown.");
      this.field.reportValidity();
      this.field.setAttribute("aria-invalid", "true");
      return;
    }
    this.field.setCustomValidity("");
    this.field.removeAttribute("aria-invalid");
    this.word = word;
    this.field.value = word;
    this.curves.lay();
    this.draw();
    this.remember();
  }

  // What is watched, and when, stays in the address; the server is not told.
  remember() {
    const kept = new URLSearchParams(location.hash.slice(1));
    kept.set("word", this.word);
    kept.set("at", String(Math.round(1000 * this.timeline.epochsAt(this.place)) / 1000));
    history.replaceState(history.state, "", `${location.pathname}${location.search}#${kept}`);
  }

  go(place, remember = true) {
    this.touched = true;
    this.place = Math.min(this.timeline.last, Math.max(0, place));
    this.draw();
    if (remember) this.remember();
  }

  key(event) {
    const now = this.target ?? this.place;
    const to = {
      ArrowRight: Math.floor(now + 1 + 1e-6), ArrowUp: Math.floor(now + 1 + 1e-6),
      ArrowLeft: Math.ceil(now - 1 - 1e-6), ArrowDown: Math.ceil(now - 1 - 1e-6),
      PageUp: now + 4, PageDown: now - 4, Home: 0, End: this.timeline.last,
    }[event.key];
    if (event.key === " ") this.toggle();
    else if (to === undefined) return;
    else this.flow(to);
    event.preventDefault();
  }

  /** Move to a moment; the eye can follow the words there. */
  flow(to) {
    this.stop();
    this.target = Math.min(this.timeline.last, Math.max(0, to));
    if (this.calm.matches) return this.arrive();
    this.run(this.target, STEP, () => this.arrive());
  }

  arrive() {
    const to = this.target;
    this.target = null;
    this.go(to);
  }

  toggle() {
    if (this.playing) return this.stop();
    if (this.place >= this.timeline.last - 1e-6) this.go(0);
    this.sign(true);
    this.run(this.timeline.last, PER_MOMENT * (this.timeline.last - this.place), () => { this.stop(); this.remember(); }, true);
  }

  run(to, duration, done, steady = false) {
    const from = this.place;
    const start = performance.now();
    const frame = (now) => {
      const share = Math.min(1, Math.max(0, (now - start) / Math.max(1, duration)));
      const eased = steady ? share : 1 - (1 - share) ** 3;
      this.go(from + (to - from) * eased, false);
      this.playing = share < 1 ? requestAnimationFrame(frame) : 0;
      if (share === 1) done();
    };
    frame(start + 16); // the first picture at once
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.target = null;
    this.sign(false);
  }

  sign(playing) {
    this.button.textContent = playing ? "❚❚" : "▶";
    this.button.setAttribute("aria-label", playing ? "Pause" : "Play");
  }

  destroy() {
    this.stop();
    this.sizes.disconnect();
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("[data-training]");
  const own = (root.training ??= { turn: 0, player: null });
  const turn = ++own.turn;
  const draw = async () => {
    const at = (path) => import(new URL(path, location.origin).href);
    const [palette, packs] = await Promise.all([at(data.palette), at(data.packs)]);
    if (own.turn !== turn) return;
    own.player ??= new Player(root, { ...palette, ...packs });
    await own.player.update(data);
  };
  draw().catch((error) => {
    console.error(error);
    own.player?.destroy();
    own.player = null;
    const line = document.createElement("p");
    line.className = "lse-skeleton";
    line.setAttribute("role", "alert");
    line.textContent = "The training could not be drawn. Reload the page to try again.";
    root.replaceChildren(line);
  });
  return () => {
    if (own.turn !== turn) return;
    own.turn++;
    own.player?.destroy();
    own.player = null;
  };
}
