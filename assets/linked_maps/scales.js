// Words along one direction (strips, one method below the other), or in the plane of two (panels).
// What is pointed at is told to the other parts of the page, and heard from them, as in main.js.
//
// data: {strips: {low, high, from, to, unit, rows: [{name, note, density, above, below}]}} or
// {plane: {across: [low, high], up: [low, high], panels: [{name, note, range, density, points}]}}.
// A word is [word, x, (y,) class, sure, said]: class 0 to 6 from the low to the high end; sure is null
// for words that the direction is made of.

import { h } from "./dom.js";
import { shorten } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const POINTED = "lse-point";
const GONE = "lse-go";
const REACH = 16;
const TIER = 13;
const TIERS = { above: 6, below: 3 };
const INK = document.createElement("canvas").getContext("2d");

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function widthOf(text, font) {
  INK.font = `11.5px ${font}`;
  return INK.measureText(text).width;
}

/**
 * A word's dot: a ring where its side is not sure, a square where the direction is made of it. A word
 * that lies beyond the edge is an arrow there; `out` says which ways, as [1, 0] to the right.
 */
function dotOf(x, y, sure, out) {
  if (out) {
    const [a, b] = out.map((each) => each / Math.hypot(...out));
    const corners = [[a * 6, b * 6], [-a * 3 - b * 5, -b * 3 + a * 5], [-a * 3 + b * 5, -b * 3 - a * 5]];
    const points = corners.map(([dx, dy]) => `${x + dx},${y + dy}`).join(" ");
    return svg("polygon", { points, class: sure === false ? "lm-dot lm-out lm-unsure" : "lm-dot lm-out" });
  }
  if (sure === null) return svg("rect", { x: x - 3.5, y: y - 3.5, width: 7, height: 7, class: "lm-dot lm-made" });
  return svg("circle", { cx: x, cy: y, r: 4, class: sure ? "lm-dot" : "lm-dot lm-unsure" });
}

const signed = (value) => `${Math.abs(value) < 0.05 ? "" : value > 0 ? "+" : "−"}${Math.abs(value).toFixed(1)}`;

/** A word's name; where it lies beyond the edge, so that it is not drawn where it is, with its place. */
function nameOf(word, places, out) {
  return shorten(word, 22) + (out ? ` ${places.map(signed).join(" / ")}` : "");
}

/** Which ways a place lies beyond an edge; null where it does not. */
function beyond(places, from, to) {
  const out = places.map((value) => (value > to ? 1 : value < from ? -1 : 0));
  return out.some(Boolean) ? out : null;
}

/** Takes room for boxes; `free` says whether a box touches none that was taken. */
class Room {
  constructor() {
    this.boxes = [];
  }

  take(box) {
    const free = this.boxes.every(
      (other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom,
    );
    if (free) this.boxes.push(box);
    return free;
  }
}

class Scales {
  constructor(element) {
    this.root = h("div", { class: "lm-scales" });
    this.body = h("div", { class: "lm-scales-body" });
    this.tip = h("div", { class: "lm-tip", role: "status", hidden: true });
    this.root.append(this.body, this.tip);
    element.append(this.root);
    this.onWord = ({ type, detail }) => detail?.from !== this.root && this.mark(type, detail?.word ?? null);
    for (const name of [POINTED, GONE]) document.addEventListener(name, this.onWord);
    this.resizes = new ResizeObserver(() => {
      const width = this.root.clientWidth;
      if (width && width !== this.width && this.data) this.draw();
    });
    this.resizes.observe(this.root);
  }

  destroy() {
    this.resizes.disconnect();
    for (const name of [POINTED, GONE]) document.removeEventListener(name, this.onWord);
    this.root.remove();
  }

  update(data) {
    this.data = data;
    this.draw();
  }

  draw() {
    this.width = this.root.clientWidth;
    if (!this.width) return;
    this.font = getComputedStyle(this.root).fontFamily;
    this.marks = new Map();
    this.hovered = null;
    const { strips, plane } = this.data;
    this.body.replaceChildren(...(strips ? this.strips(strips) : this.panels(plane)));
    this.root.dataset.drawn = "yes";
    if (this.gone) this.mark(GONE, this.gone);
  }

  /** The mark of a word: a dot and its name, which is shown where there is room, or when pointed at. */
  word([word, ...rest], { x, y, named, dx = 0, dy = 0, line = null, out = null }) {
    const said = rest.at(-1);
    const [kind, sure] = rest.slice(-3);
    const name = svg("text", { x: x + dx, y: y + dy, "text-anchor": "middle", class: "lm-label" });
    name.textContent = nameOf(word, rest.slice(0, -3), out);
    const group = svg(
      "g",
      { class: named ? "lm-mark-word" : "lm-mark-word lm-unnamed", "data-word": word, style: `--lm-class: var(--lm-d${kind})` },
      line ? svg("line", { x1: x, y1: y, x2: x + dx, y2: line, class: "lm-leader" }) : null,
      dotOf(x, y, sure, out && [out[0], -(out[1] ?? 0)]),
      name,
    );
    const mark = { word, x, y, nx: x + dx, ny: y + dy, half: widthOf(name.textContent, this.font) / 2, named, said, group };
    if (!this.marks.has(word)) this.marks.set(word, []);
    this.marks.get(word).push(mark);
    return [group, mark];
  }

  listen(picture, marks) {
    const at = (event) => {
      const box = picture.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      let [best, least] = [null, REACH];
      for (const mark of marks) {
        const onName = mark.named && Math.abs(x - mark.nx) < mark.half && y < mark.ny + 3 && y > mark.ny - 11;
        const distance = onName ? 0.5 : Math.hypot(x - mark.x, y - mark.y);
        if (distance < least) [best, least] = [mark, distance];
      }
      return best;
    };
    picture.addEventListener("pointermove", (event) => this.point(at(event), picture));
    picture.addEventListener("pointerleave", () => this.point(null));
    picture.addEventListener("click", (event) => {
      const mark = at(event);
      this.gone = mark?.word ?? null;
      this.mark(GONE, this.gone);
      this.tell(GONE, this.gone);
    });
  }

  point(mark, picture) {
    const word = mark?.word ?? null;
    if (word !== this.hovered) {
      this.hovered = word;
      this.mark(POINTED, word);
      this.tell(POINTED, word);
    }
    this.tip.hidden = !mark;
    if (!mark) return;
    this.tip.textContent = mark.said;
    const [own, box] = [this.root.getBoundingClientRect(), picture.getBoundingClientRect()];
    const x = box.left - own.left + mark.x;
    const width = Math.min(340, this.tip.offsetWidth);
    this.tip.style.left = `${Math.max(0, Math.min(own.width - width, x - width / 2))}px`;
    this.tip.style.top = `${box.top - own.top + mark.y + 12}px`;
  }

  mark(type, word) {
    const name = type === POINTED ? "lm-on" : "lm-chosen";
    this.body.querySelectorAll(`.${name}`).forEach((node) => node.classList.remove(name));
    if (type === GONE) this.gone = word;
    for (const { group } of this.marks?.get(word) ?? []) {
      group.classList.add(name);
      group.parentNode.append(group); // over the others
    }
  }

  tell(type, word) {
    document.dispatchEvent(new CustomEvent(type, { detail: { word, from: this.root } }));
  }

  // ------------------------------------------------------------------------------------ strips

  strips({ low, high, from, to, unit, rows }) {
    return rows.map((row, i) => {
      const title = h("p", { class: "lm-strip-title" }, h("strong", {}, row.name), row.note ? ` · ${row.note}` : "");
      return h("figure", { class: "lm-scale" }, title, this.strip(row, { low, high, from, to, unit, last: i === rows.length - 1 }));
    });
  }

  strip(row, { low, high, from, to, unit, last }) {
    const [width, edge] = [this.width, 12];
    const x = (value) => edge + ((Math.min(to, Math.max(from, value)) - from) / (to - from)) * (width - 2 * edge);
    const out = (point) => beyond([point[1]], from, to);
    const [above, over] = this.named(row.above, x, TIERS.above, width, out);
    const [below, under] = this.named(row.below, x, TIERS.below, width, out);
    const axis = 22 + TIER * over;
    const height = axis + 14 + TIER * under + (under ? 4 : 0) + (last ? 18 : 6);
    const names = [...row.above].sort((a, b) => a[1] - b[1]).map((each) => each[0]);
    const ends = `${names.slice(0, 5).join(", ")} … ${names.slice(-5).join(", ")}`;
    const picture = svg("svg", { width, height, role: "img", "aria-label": `${row.name}, from ${low} to ${high}: ${ends}` });
    picture.append(this.hill(row.density, { from, to, x, axis }));
    for (let tick = Math.ceil(from / unit.step) * unit.step; tick <= to + 1e-9; tick += unit.step) {
      const value = Math.abs(tick) < 1e-9 ? 0 : tick;
      picture.append(svg("line", { x1: x(value), x2: x(value), y1: axis - 3, y2: axis + 3, class: value ? "lm-tick" : "lm-tick lm-zero" }));
      if (!last) continue;
      const said = svg("text", { x: x(value), y: height - 3, "text-anchor": "middle", class: "lm-tick-label" });
      said.textContent = value === 0 ? unit.zero : `${value > 0 ? "+" : "−"}${+Math.abs(value).toFixed(2)}`;
      picture.append(said);
    }
    picture.append(svg("line", { x1: edge, x2: width - edge, y1: axis, y2: axis, class: "lm-axis" }));
    const end = (text, at, anchor, kind) => {
      const made = svg("text", { x: at, y: 12, "text-anchor": anchor, class: "lm-end", style: `fill: var(--lm-d${kind})` });
      made.textContent = text;
      return made;
    };
    picture.append(end(`◂ ${low}`, edge, "start", 0), end(`${high} ▸`, width - edge, "end", 6));
    const marks = [];
    const put = (placed, y, direction) => {
      for (const { point, at, tier, shift } of placed) {
        const name = y + direction * (direction < 0 ? 11 + TIER * tier : 20 + TIER * tier);
        const line = tier > 0 ? name + (direction < 0 ? 3 : -10) : null;
        const [group, mark] = this.word(point, { x: at, y, named: tier >= 0, dx: shift, dy: tier < 0 ? direction * 11 : name - y, line, out: out(point) });
        marks.push(mark);
        picture.append(group);
      }
    };
    put(below, axis + 7, 1);
    put(above, axis, -1);
    this.listen(picture, marks);
    return picture;
  }

  /** Finds a tier for the names of words, the farthest out first; returns also how many tiers it took. */
  named(points, x, tiers, width, out) {
    const rooms = Array.from({ length: tiers }, () => new Room());
    let most = 0;
    const placed = [...points]
      .sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))
      .map((point) => {
        const at = x(point[1]);
        const half = widthOf(nameOf(point[0], [point[1]], out(point)), this.font) / 2 + 4;
        const middle = Math.min(width - half, Math.max(half, at));
        const box = { left: middle - half, right: middle + half, top: 0, bottom: 1 };
        const tier = rooms.findIndex((room) => room.take(box));
        most = Math.max(most, tier + 1);
        return { point, at, tier, shift: middle - at };
      });
    return [placed.reverse(), most];
  }

  /** How many words of all lie where, as a quiet hill behind the dots. */
  hill(density, { from, to, x, axis }) {
    if (!density?.length) return svg("g");
    const step = (to - from) / density.length;
    const places = density.map((value, i) => `${x(from + (i + 0.5) * step)},${axis - 30 * value}`);
    return svg("polygon", { points: [`${x(from)},${axis}`, ...places, `${x(to)},${axis}`].join(" "), class: "lm-hill" });
  }

  // ------------------------------------------------------------------------------------- plane

  panels(plane) {
    const { panels } = plane;
    const columns = panels.length > 1 && this.width > 700 ? 2 : 1;
    const width = Math.floor((this.width - 18 * (columns - 1)) / columns);
    this.body.style.setProperty("--lm-columns", columns);
    return panels.map((panel) => {
      const title = h("p", { class: "lm-strip-title" }, h("strong", {}, panel.name), panel.note ? ` · ${panel.note}` : "");
      return h("figure", { class: "lm-scale lm-plane" }, title, this.panel(panel, plane, width, columns > 1 ? 430 : 520));
    });
  }

  panel({ name, range, density, points }, { across, up }, width, height) {
    const edge = 16;
    const place = (value, size, turn) => {
      const share = (Math.min(range, Math.max(-range, value)) + range) / (2 * range);
      return edge + (turn ? 1 - share : share) * (size - 2 * edge);
    };
    const picture = svg("svg", { width, height, role: "img", "aria-label": `${name}: words between ${across.join(" and ")}, and between ${up.join(" and ")}` });
    picture.append(svg("rect", { x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 8, class: "lm-frame" }));
    const n = Math.round(Math.sqrt(density.length));
    const [w, t] = [(width - 2 * edge) / n, (height - 2 * edge) / n];
    density.forEach((value, i) => {
      if (value <= 0.004) return;
      const [column, row] = [i % n, Math.floor(i / n)];
      picture.append(svg("rect", { x: edge + column * w, y: height - edge - (row + 1) * t, width: w, height: t, class: "lm-cloud", "fill-opacity": Math.min(0.3, 0.04 + 0.26 * value) }));
    });
    const [middle, level] = [place(0, width), place(0, height, true)];
    picture.append(
      svg("line", { x1: edge, x2: width - edge, y1: level, y2: level, class: "lm-axis" }),
      svg("line", { x1: middle, x2: middle, y1: edge, y2: height - edge, class: "lm-axis" }),
    );
    const room = new Room();
    const said = (text, x, y, anchor) => {
      const made = svg("text", { x, y, "text-anchor": anchor, class: "lm-end" });
      made.textContent = text;
      const wide = widthOf(text, this.font) * 1.1;
      const left = anchor === "start" ? x : anchor === "end" ? x - wide : x - wide / 2;
      room.take({ left, right: left + wide, top: y - 12, bottom: y + 3 });
      picture.append(made);
    };
    said(`◂ ${across[0]}`, 10, level - 6, "start");
    said(`${across[1]} ▸`, width - 10, level - 6, "end");
    said(`▾ ${up[0]}`, middle, height - 6, "middle");
    said(`▴ ${up[1]}`, middle, 16, "middle");
    const placed = points.map((point) => {
      const places = [point[1], point[2]];
      return { point, places, out: beyond(places, -range, range), x: place(point[1], width), y: place(point[2], height, true) };
    });
    for (const { x, y } of placed) room.boxes.push({ left: x - 3, right: x + 3, top: y - 3, bottom: y + 3 });
    placed.sort((a, b) => Math.hypot(b.point[1], b.point[2]) - Math.hypot(a.point[1], a.point[2]));
    const marks = [];
    for (const { point, places, out, x, y } of placed) {
      const half = widthOf(nameOf(point[0], places, out), this.font) / 2 + 1;
      const tries = [[0, -8], [0, 16], [half + 8, 4], [-half - 8, 4], [half + 6, -6], [-half - 6, -6]];
      if (out) tries.push([half + 6, 16], [-half - 6, 16]);
      const found = tries.find(([dx, dy]) => {
        const box = { left: x + dx - half, right: x + dx + half, top: y + dy - 9, bottom: y + dy + 2 };
        return box.left > 4 && box.right < width - 4 && box.top > 2 && box.bottom < height - 2 && room.take(box);
      });
      const [dx, dy] = found ?? [0, -8];
      const [group, mark] = this.word(point, { x, y, named: Boolean(found), dx, dy, out });
      marks.push(mark);
      picture.append(group);
    }
    this.listen(picture, marks);
    return picture;
  }
}

/** Mounts the component; the app calls `update` when what is to be drawn changes. */
export function mount(element, data) {
  const scales = new Scales(element);
  scales.update(data);
  return { update: (next) => scales.update(next), destroy: () => scales.destroy(), scales };
}
