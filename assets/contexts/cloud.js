// One word in many sentences: each occurrence a dot, the same dots in every layer. The slider moves
// them without the server; what the reader selects and the layer are kept in the address's fragment.

const SHAPES = ["circle", "square", "triangle", "diamond", "cross", "star"];
const ONE = -1; // the stop before layer 0: all dots in one, as a static method has them
const MOVE = 420; // milliseconds from one layer to the next
const PLAY = 900;
const NEAR = 12; // pixels

/** Coordinates as they travel: 16 bits each, over the square from -low to low. */
export function places(text, reach) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const steps = new Int16Array(bytes.buffer);
  return Float32Array.from(steps, (step) => (step / 32767) * reach);
}

const smooth = (t) => t * t * (3 - 2 * t);

function inside(x, y, path) {
  let within = false;
  for (let i = 0, j = path.length - 1; i < path.length; j = i++) {
    const [ax, ay] = path[i];
    const [bx, by] = path[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

export function readFragment(hash, layers, n) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const layer = said.get("layer") === "one" ? ONE : Number(said.get("layer") ?? layers - 1);
  const chosen = (said.get("selected") ?? "").split(".").filter(Boolean).map(Number);
  return {
    layer: Number.isInteger(layer) && layer >= ONE && layer < layers ? layer : layers - 1,
    selected: chosen.filter((i) => Number.isInteger(i) && i >= 0 && i < n),
  };
}

class Cloud {
  constructor(root) {
    this.root = root;
    this.selected = new Set();
    this.hover = -1;
    this.focus = -1;
    this.at = ONE; // where the dots are: between two stops while they move
    this.canvas = make("canvas", {
      tabindex: "0", role: "application",
      "aria-label": "Occurrences of the word, one dot each. Arrow keys go from dot to dot, Enter selects, Escape clears.",
    });
    this.tip = make("div", { class: "lse-tip", hidden: true });
    this.stage = make("div", { class: "lse-stage" }, this.canvas, this.tip);
    this.key = make("div", { class: "lse-key", role: "group", "aria-label": "Colours" });
    this.play = make("button", { type: "button", class: "lse-play", onclick: () => this.toggle() }, "▶ Play");
    this.slider = make("input", { type: "range", min: String(ONE), step: "1", "aria-label": "Layer" });
    this.slider.addEventListener("input", () => { this.stop(); this.go(Number(this.slider.value)); });
    this.ticks = make("div", { class: "lse-ticks", "aria-hidden": "true" });
    this.said = make("p", { class: "lse-layer", role: "status" });
    this.list = make("section", { class: "lse-selected", "aria-label": "Selected sentences" });
    root.replaceChildren(
      this.key, this.stage,
      make("div", { class: "lse-layers" }, this.play, make("div", {}, this.slider, this.ticks)),
      this.said, this.list,
    );
    this.listen();
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.stage);
    this.theme = new MutationObserver(() => this.draw());
    const app = document.querySelector(".stApp");
    if (app) this.theme.observe(app, { attributes: true });
    this.heard = () => {
      if (!this.root.isConnected) return removeEventListener("hashchange", this.heard);
      const { layer } = readFragment(location.hash, this.data.layers, this.data.n);
      if (layer !== this.layer) this.go(layer);
    };
    addEventListener("hashchange", this.heard);
  }

  update(data, send) {
    const isNew = this.data?.key !== data.key;
    const turned = this.data?.places !== data.places;
    this.data = data;
    this.send = send;
    if (turned || isNew) this.xy = places(data.places, data.reach);
    if (isNew) {
      const first = readFragment(location.hash, data.layers, data.n);
      const again = this.layer !== undefined;
      this.layer = again ? this.layer : first.layer;
      this.at = this.layer;
      this.selected = new Set(again ? [] : first.selected);
      this.hover = this.focus = -1;
      this.slider.max = String(data.layers - 1);
      this.slider.value = String(this.layer);
      this.ticks.replaceChildren(
        ...[...Array(data.layers + 1).keys()].map((i) => make("span", {}, i ? String(i - 1) : "one dot")),
      );
      this.write();
    }
    this.legend();
    this.say();
    this.show();
    this.draw();
  }

  // -------------------------------------------------------------------------------- the layers

  go(layer, time = MOVE) {
    this.layer = layer;
    this.slider.value = String(layer);
    this.say();
    this.write();
    const from = this.at;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const began = performance.now();
    cancelAnimationFrame(this.frame);
    const step = (now) => {
      const t = still ? 1 : Math.min(1, (now - began) / time);
      this.at = t === 1 ? layer : from + (layer - from) * smooth(t);
      this.draw();
      if (t < 1) this.frame = requestAnimationFrame(step);
    };
    step(began);
  }

  toggle() {
    if (this.timer) return this.stop();
    this.play.textContent = "■ Stop";
    const last = this.data.layers - 1;
    const next = () => {
      if (this.layer >= last) return this.stop();
      this.go(this.layer + 1, PLAY * 0.75);
      this.timer = setTimeout(next, PLAY);
    };
    this.at = this.layer = ONE;
    this.go(ONE);
    this.timer = setTimeout(next, PLAY / 2);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.play.textContent = "▶ Play";
  }

  say() {
    this.slider.setAttribute("aria-valuetext", this.layer === ONE ? "one dot" : `layer ${this.layer}`);
    this.said.textContent = this.data.said[this.layer + 1] ?? "";
  }

  write() {
    const said = new URLSearchParams({ layer: this.layer === ONE ? "one" : String(this.layer) });
    if (this.selected.size && this.selected.size <= 200) said.set("selected", [...this.selected].join("."));
    const url = new URL(location.href);
    url.hash = said.toString();
    if (url.href !== location.href) history.replaceState(history.state, "", url);
  }

  /** Where a dot is now, from -1 to 1: between two layers on the straight way from one to the other. */
  place(i) {
    const { n } = this.data;
    const low = Math.floor(this.at);
    const part = this.at - low;
    const of = (layer, axis) => (layer < 0 ? 0 : this.xy[(layer * n + i) * 2 + axis]);
    const high = Math.min(low + 1, this.data.layers - 1);
    return [0, 1].map((axis) => of(low, axis) * (1 - part) + of(high, axis) * part);
  }

  // --------------------------------------------------------------------------------- drawing

  draw() {
    if (!this.data) return;
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height) return;
    const ratio = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const style = getComputedStyle(this.root);
    this.scheme = style.colorScheme.includes("dark") ? "dark" : "light";
    const ink = this.resolve("--lse-ink");
    const accent = this.resolve("--lse-accent");
    const reach = this.data.reach;
    const scale = Math.min(width, height) / 2 - 16;
    const wide = Math.max(1, Math.min(1.5, width / height));
    this.dots = [...Array(this.data.n).keys()].map((i) => {
      const [x, y] = this.place(i);
      return [width / 2 + (x / reach) * scale * wide, height / 2 - (y / reach) * scale];
    });
    const classes = this.data.classes;
    const shades = this.data.colours[this.scheme];
    const some = this.selected.size > 0;
    const quiet = this.resolve("--lse-quiet");
    const order = [...this.dots.keys()].sort((a, b) => this.data.own[a] - this.data.own[b]);
    for (const i of order) {
      const [x, y] = this.dots[i];
      const group = classes[i];
      const own = this.data.own[i];
      pen.globalAlpha = some && !this.selected.has(i) ? 0.28 : group < 0 ? 0.5 : 0.85;
      pen.fillStyle = group < 0 ? quiet : shades[group % shades.length];
      this.shape(pen, SHAPES[Math.max(0, group) % SHAPES.length], x, y, own ? 6 : 4);
      pen.fill();
      if (own || this.selected.has(i)) {
        pen.lineWidth = this.selected.has(i) ? 2 : 1.4;
        pen.strokeStyle = this.selected.has(i) ? accent : ink;
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    this.letter(pen, ink, style.fontFamily, width, height);
    for (const i of [this.hover, this.focus]) {
      if (i < 0) continue;
      pen.lineWidth = 2;
      pen.strokeStyle = accent;
      pen.beginPath();
      pen.arc(...this.dots[i], 9, 0, 7);
      pen.stroke();
    }
    if (this.lasso?.length > 1) {
      pen.strokeStyle = accent;
      pen.setLineDash([4, 3]);
      pen.beginPath();
      this.lasso.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.closePath();
      pen.stroke();
      pen.setLineDash([]);
    }
    if (this.at < -0.5) this.word(pen, ink, style.fontFamily, width, height);
    this.root.dataset.drawn = String(this.at);
  }

  resolve(name) {
    const probe = (this.probe ??= this.root.appendChild(make("i", { hidden: true })));
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  }

  shape(pen, name, x, y, r) {
    pen.beginPath();
    if (name === "circle") pen.arc(x, y, r, 0, 7);
    else if (name === "square") pen.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
    else if (name === "cross") {
      const a = r * 0.38;
      for (const [dx, dy] of [[-a, -r], [a, -r], [a, -a], [r, -a], [r, a], [a, a], [a, r], [-a, r], [-a, a], [-r, a], [-r, -a], [-a, -a]]) pen.lineTo(x + dx, y + dy);
      pen.closePath();
    } else {
      const corners = { triangle: 3, diamond: 4, star: 10 }[name];
      for (let i = 0; i < corners; i++) {
        const far = name === "star" && i % 2 ? r * 0.5 : r * 1.2;
        const angle = -Math.PI / 2 + (2 * Math.PI * i) / corners;
        pen.lineTo(x + far * Math.cos(angle), y + far * Math.sin(angle));
      }
      pen.closePath();
    }
  }

  // The labels of labelled sentences, where they do not lie on each other.
  letter(pen, ink, font, width, height) {
    if (this.at < -0.2) return;
    pen.font = `600 12px ${font}`;
    pen.textBaseline = "middle";
    const taken = [];
    const paper = this.resolve("--lse-panel");
    this.data.labels.forEach((label, i) => {
      if (!label) return;
      const [x, y] = this.dots[i];
      const long = pen.measureText(label).width;
      const left = x + 9 + long > width ? x - 9 - long : x + 9;
      const box = [left - 2, y - 8, left + long + 2, y + 8];
      if (y < 8 || y > height - 8 || taken.some((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) return;
      taken.push(box);
      pen.lineWidth = 3;
      pen.strokeStyle = paper;
      pen.strokeText(label, left, y);
      pen.fillStyle = ink;
      pen.fillText(label, left, y);
    });
  }

  word(pen, ink, font, width, height) {
    pen.font = `700 20px ${font}`;
    pen.textAlign = "center";
    pen.fillStyle = ink;
    pen.fillText(this.data.word, width / 2, height / 2 - 20);
    pen.textAlign = "left";
  }

  // -------------------------------------------------------------------------------- the legend

  legend() {
    const shades = this.data.colours[this.isDark() ? "dark" : "light"];
    const entries = this.data.names.map((name, group) => {
      const size = this.data.classes.filter((each) => each === group).length;
      const mark = make("canvas", { width: "28", height: "28", "aria-hidden": "true" });
      const pen = mark.getContext("2d");
      pen.fillStyle = shades[group % shades.length];
      this.shape(pen, SHAPES[group % SHAPES.length], 14, 14, 10);
      pen.fill();
      return make("button", {
        type: "button", title: "Select these occurrences",
        onclick: () => this.select(this.data.classes.flatMap((each, i) => (each === group ? [i] : []))),
      }, mark, `${name} `, make("small", {}, String(size)));
    });
    this.key.replaceChildren(...entries, make("span", {}, this.data.hint));
  }

  isDark() {
    return getComputedStyle(this.root).colorScheme.includes("dark");
  }

  // ------------------------------------------------------------------------------ the sentences

  sentence(i, tag = "p") {
    const [before, word, after] = this.data.sentences[i];
    return make(tag, { dir: "auto" }, before, make("mark", {}, word), after);
  }

  about(i) {
    const group = this.data.groups[i];
    const name = this.data.group_names[group];
    const parts = [this.data.own[i] ? this.data.own_name : "", this.data.labels[i], name ? `group ${group + 1}: ${name}` : ""];
    return parts.filter(Boolean).join(" · ");
  }

  point(i, byKey = false) {
    if (i === this.hover && !byKey) return;
    this.hover = byKey ? -1 : i;
    if (byKey) this.focus = i;
    this.tip.hidden = i < 0;
    if (i >= 0) {
      this.tip.replaceChildren(this.sentence(i), make("small", {}, this.about(i)));
      const [x, y] = this.dots[i];
      const { clientWidth: width, clientHeight: height } = this.stage;
      const left = Math.min(Math.max(8, x - 150), Math.max(8, width - 328));
      Object.assign(this.tip.style, { left: `${left}px`, top: "", bottom: "" });
      if (y > height / 2) this.tip.style.bottom = `${height - y + 14}px`;
      else this.tip.style.top = `${y + 14}px`;
      this.tip.setAttribute("role", byKey ? "status" : "tooltip");
    }
    this.draw();
  }

  select(rows) {
    this.selected = new Set(rows);
    this.write();
    this.show();
    this.draw();
  }

  show() {
    const rows = [...this.selected];
    if (!rows.length) {
      this.list.replaceChildren(make("p", { class: "lse-none" }, this.data.invite));
      return;
    }
    const shades = this.data.colours[this.isDark() ? "dark" : "light"];
    const items = rows.slice(0, 100).map((i) => {
      const remove = make("button", {
        type: "button", "aria-label": "Take out of the list", title: "Take out of the list",
        onclick: () => this.select(rows.filter((each) => each !== i)),
      }, "×");
      const item = make("li", {}, this.sentence(i, "span"), make("small", {}, this.about(i)), remove);
      const group = this.data.classes[i];
      item.style.setProperty("--shade", group < 0 ? "var(--lse-line)" : shades[group % shades.length]);
      item.addEventListener("pointerenter", () => { this.hover = i; this.draw(); });
      item.addEventListener("pointerleave", () => { this.hover = -1; this.draw(); });
      return item;
    });
    const head = make("p", {}, make("b", {}, rows.length === 1 ? "1 sentence selected" : `${rows.length} sentences selected`));
    if (rows.length === 2) {
      head.append(make("button", { type: "button", onclick: () => this.send(rows) }, "Compare these two layer by layer"));
    }
    head.append(make("button", { type: "button", onclick: () => this.select([]) }, "Clear"));
    const more = rows.length > 100 ? [make("p", { class: "lse-none" }, `and ${rows.length - 100} more`)] : [];
    this.list.replaceChildren(head, make("ol", {}, ...items), ...more);
  }

  // --------------------------------------------------------------------------- pointer and keys

  nearest(x, y) {
    let best = -1;
    let least = NEAR ** 2;
    this.dots?.forEach(([a, b], i) => {
      const far = (a - x) ** 2 + (b - y) ** 2;
      if (far <= least) [best, least] = [i, far];
    });
    return best;
  }

  listen() {
    const where = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.began = where(event);
      this.lasso = [this.began];
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const [x, y] = where(event);
      if (!this.lasso) return this.point(this.nearest(x, y));
      this.lasso.push([x, y]);
      this.tip.hidden = true;
      this.draw();
    });
    this.canvas.addEventListener("pointerup", (event) => {
      const path = this.lasso ?? [];
      this.lasso = null;
      const adds = event.shiftKey ? [...this.selected] : [];
      const [x, y] = where(event);
      const far = this.began ? Math.hypot(x - this.began[0], y - this.began[1]) : 0;
      if (path.length < 4 || (far < 6 && path.length < 8)) {
        const i = this.nearest(x, y);
        if (i < 0) return this.select(adds);
        return this.flip(i);
      }
      const caught = this.dots.flatMap(([a, b], i) => (inside(a, b, path) ? [i] : []));
      this.select([...new Set([...adds, ...caught])]);
    });
    this.canvas.addEventListener("pointerleave", () => { if (!this.lasso) this.point(-1); });
    this.canvas.addEventListener("blur", () => { this.focus = -1; this.tip.hidden = true; this.draw(); });
    this.canvas.addEventListener("keydown", (event) => this.pressed(event));
  }

  flip(i) {
    const rows = new Set(this.selected);
    if (!rows.delete(i)) rows.add(i);
    this.select([...rows]);
  }

  pressed(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && this.data.n) {
      // From left to right, as the dots lie now.
      const order = [...this.dots.keys()].sort((a, b) => this.dots[a][0] - this.dots[b][0] || a - b);
      const at = order.indexOf(this.focus);
      this.point(order[at < 0 ? (step > 0 ? 0 : order.length - 1) : (at + step + order.length) % order.length], true);
    } else if ((event.key === "Enter" || event.key === " ") && this.focus >= 0) this.flip(this.focus);
    else if (event.key === "Escape") { this.select([]); this.point(-1, true); }
    else return;
    event.preventDefault();
  }

  destroy() {
    this.stop();
    cancelAnimationFrame(this.frame);
    this.sizes.disconnect();
    this.theme.disconnect();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-contexts]");
  root.cloud ??= new Cloud(root);
  root.cloud.update(data, (rows) => setTriggerValue("pair", rows));
}
