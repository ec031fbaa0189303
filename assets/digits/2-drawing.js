// A square to draw a digit on, and its nearest pictures by each method, while one draws. The answer
// comes over HTTP: no page is run. What was found is told to the maps on the page ("lse-light").

const LINE = 20; // of SIZE: how thick a stroke is drawn
const SIZE = 280; // units across the square, however large it is shown
const LEAST = 10; // extent below which strokes are a dot
const PICTURE = 42;
const LIGHT = "lse-light";
const DRAWN = "lse-drawn";
const EMPTY = "Draw a digit from 0 to 9 here, with the mouse or a finger; or take one of the collection.";
const DOT = "That is a dot: draw a digit.";

class Drawing {
  constructor(root) {
    this.root = root;
    this.strokes = [];
    this.turns = new Map();
    this.canvas = make("canvas", { class: "lse-pad", width: SIZE * 2, height: SIZE * 2, role: "img", "aria-label": "A square to draw a digit on" });
    this.seen = make("canvas", { class: "lse-seen", width: 8, height: 8, role: "img", "aria-label": "The drawing in 8 by 8 greys, as the methods see it" });
    this.undo = make("button", { type: "button", onclick: () => this.take() }, "Undo");
    this.clear = make("button", { type: "button", onclick: () => this.empty() }, "Clear");
    this.kinds = make("select", { "aria-label": "A digit of the collection", onchange: () => this.choose() });
    this.another = make("button", { type: "button", onclick: () => this.choose() }, "Take one");
    this.line = make("p", { class: "lse-drawn-line", role: "status" }, EMPTY);
    this.rows = make("div", { class: "lse-found-rows" });
    this.root.replaceChildren(
      make(
        "div",
        { class: "lse-pad-side" },
        make("div", { class: "lse-pad-frame" }, this.canvas),
        make("div", { class: "lse-pad-row" }, this.undo, this.clear, make("span", { class: "lse-pad-seen" }, "seen as", this.seen)),
        make("div", { class: "lse-pad-row" }, make("label", {}, "or a digit ", this.kinds), this.another),
      ),
      make("div", { class: "lse-pad-found" }, this.line, this.rows),
    );
    this.listen();
    this.onDrawn = () => this.tell();
    document.addEventListener(DRAWN, this.onDrawn);
    this.theme = new MutationObserver(() => this.retheme());
    const app = document.querySelector(".stApp");
    if (app) this.theme.observe(app, { attributes: true, subtree: false });
  }

  destroy() {
    document.removeEventListener(DRAWN, this.onDrawn);
    this.theme.disconnect();
    clearTimeout(this.waiting);
  }

  async update(data) {
    this.data = data;
    if (!this.kinds.options.length) {
      this.kinds.replaceChildren(...data.kinds.map((name, i) => make("option", { value: String(i) }, name)));
    }
    if (this.from !== data.module) {
      this.from = data.module;
      const { Sprites, fetchSheet } = await import(new URL(data.module, location.origin).href);
      const sheet = await fetchSheet(data.sheet);
      this.sprites = sheet && new Sprites(sheet, data.layout);
    }
    this.paint();
    this.ask();
  }

  get ink() {
    const style = getComputedStyle(this.root);
    return style.color;
  }

  retheme() {
    this.paint();
    if (this.answer) this.show(this.answer);
  }

  // -------------------------------------------------------------------------------- drawing

  listen() {
    const at = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * SIZE, ((event.clientY - box.top) / box.height) * SIZE];
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      this.canvas.setPointerCapture(event.pointerId);
      if (this.picture) this.picture = null;
      this.pen = event.pointerId;
      this.strokes.push([at(event)]);
      this.changed();
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.pen) return;
      const some = event.getCoalescedEvents?.() ?? [];
      for (const each of some.length ? some : [event]) this.strokes.at(-1).push(at(each));
      this.changed();
    });
    for (const name of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(name, (event) => {
        if (event.pointerId !== this.pen) return;
        this.pen = null;
        this.changed();
      });
    }
  }

  take() {
    if (this.picture) this.picture = null;
    else this.strokes.pop();
    this.changed();
  }

  empty() {
    this.picture = null;
    this.strokes = [];
    this.changed();
  }

  /** The next picture of the chosen digit, without a mouse. */
  choose() {
    const kind = Number(this.kinds.value);
    const turn = this.turns.get(kind) ?? 0;
    this.turns.set(kind, turn + 1);
    this.strokes = [];
    this.picture = { kind, turn };
    this.changed();
  }

  changed() {
    this.paint();
    this.ask();
  }

  paint() {
    const context = this.canvas.getContext("2d");
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.clearRect(0, 0, SIZE, SIZE);
    Object.assign(context, { lineWidth: LINE, lineCap: "round", lineJoin: "round", strokeStyle: this.ink });
    for (const stroke of this.strokes) {
      context.beginPath();
      stroke.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      if (stroke.length === 1) context.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
      context.stroke();
    }
    if (this.picture && this.answer?.picture) this.sprites?.draw(context, this.answer.picture[0], SIZE / 2, SIZE / 2, SIZE - 40, this.ink);
    this.undo.disabled = this.clear.disabled = !this.strokes.length && !this.picture;
  }

  // -------------------------------------------------------------------------------- answers

  /** Asks for the nearest of what is drawn now; one question at a time, the last one always. */
  async ask() {
    const query = this.query();
    if (query === this.asked) return;
    if (this.asking) return (this.again = true);
    this.asked = query;
    if (!query.startsWith("?")) return this.nothing(query);
    this.asking = true;
    this.root.setAttribute("aria-busy", "true");
    const began = performance.now();
    try {
      const response = await fetch(this.data.near + query);
      const answer = await response.json();
      if (response.ok) this.show({ ...answer, took: performance.now() - began });
      else this.nothing(answer.error);
    } catch {
      this.nothing("The app does not answer. Is it still running?");
      this.asked = null;
    }
    this.asking = false;
    if (!this.again) return this.root.setAttribute("aria-busy", "false");
    this.again = false;
    this.ask();
  }

  /** The address of the answer; or a line where there is nothing to ask for. */
  query() {
    if (this.picture) return `?kind=${this.picture.kind}&turn=${this.picture.turn}`;
    if (!this.strokes.length) return EMPTY;
    const ink = inkOf(this.strokes, LEAST);
    return ink ? `?ink=${ink.join(".")}` : DOT;
  }

  nothing(line) {
    this.answer = null;
    this.line.textContent = line;
    this.rows.replaceChildren();
    this.seen.getContext("2d").clearRect(0, 0, 8, 8);
    this.paint();
    this.tell();
  }

  show(answer) {
    this.answer = answer;
    this.sees(answer.seen);
    const source = answer.picture ? `${answer.picture[1]} of the collection` : "Your drawing";
    this.line.textContent = `${source} and its nearest by each method, answered in ${Math.max(1, Math.round(answer.took))} ms:`;
    this.rows.replaceChildren(...this.data.methods.map((method) => this.row(method, answer.nearest[method.key])));
    this.paint();
    this.tell();
  }

  sees(greys) {
    const context = this.seen.getContext("2d");
    const image = context.createImageData(8, 8);
    const [r, g, b] = this.ink.match(/[\d.]+/g).map(Number);
    greys.forEach((grey, i) => image.data.set([r, g, b, (grey / 16) * 255], i * 4));
    context.putImageData(image, 0, 0);
  }

  row({ label, said }, found) {
    const counts = new Map();
    for (const [, , kind] of found) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const [most, n] = [...counts].sort((a, b) => b[1] - a[1])[0];
    const verdict = `${n} of ${found.length} are ${this.data.kinds[most]}`;
    return make(
      "div",
      { class: "lse-found-row" },
      make("div", { class: "lse-found-method" }, make("strong", {}, label), make("span", {}, verdict), make("small", {}, said)),
      make("ol", { "aria-label": `Nearest by ${label}` }, ...found.map((each) => this.near(each, most))),
    );
  }

  near([row, label, kind, cosine], most) {
    const picture = this.sprites?.element(row, PICTURE, this.ink) ?? "";
    const name = `${label}, cosine ${cosine.toFixed(2)}`;
    const point = (word) => this.send("lse-point", { word });
    return make(
      "li",
      {},
      make(
        "button",
        {
          type: "button", class: kind === most ? "" : "lse-other", title: name, "aria-label": name,
          onclick: () => this.send("lse-go", { word: label }),
          onpointerenter: () => point(label), onpointerleave: () => point(null),
          onfocus: () => point(label), onblur: () => point(null),
        },
        picture,
        make("span", {}, this.data.kinds[kind]),
      ),
    );
  }

  /** Tells the maps what to light: each the nearest by its own method. */
  tell() {
    const each = Object.entries(this.answer?.nearest ?? {}).map(([method, found]) => [method, found.map((near) => near[1])]);
    this.send(LIGHT, { each: Object.fromEntries(each) });
  }

  send(type, detail) {
    document.dispatchEvent(new CustomEvent(type, { detail: { ...detail, from: this.root } }));
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("[data-drawing]");
  const own = (root.drawing ??= { turn: 0, instance: null });
  const turn = ++own.turn;
  own.instance ??= new Drawing(root);
  own.instance.update(data).catch(console.error);
  return () => {
    if (own.turn !== turn) return;
    own.instance?.destroy();
    own.instance = null;
  };
}
