// Places names like an atlas: regions first, then words in order of frequency, never overlapping.

import { fitted, isRightToLeft, shorten } from "./text.js";

const WORD_SIZE = 11;
const REGION_SIZE = 11.5;
const ABOVE = -9; // from a dot to the middle of its name
const LIT = 7; // width of the dot of a word that is lit
const SMALL = 0.86; // of a map that shares the stage
const MOST_WIDTH = 180; // of the name of a word, in CSS pixels; longer ones are cut
const BESIDE = 130; // CSS pixels between the middles of groups, within which one name is enough
const REGION_WIDTH = 420;
const NAME_WIDTH = 320; // of the names that must be seen

/** Remembers which parts of the screen are taken. */
class Taken {
  constructor(width, height) {
    this.columns = Math.ceil(width / 64) + 1;
    this.rows = Math.ceil(height / 32) + 1;
    this.cells = new Map();
  }

  *around(box) {
    for (let y = Math.max(0, box.top >> 5); y <= Math.min(this.rows, box.bottom >> 5); y++) {
      for (let x = Math.max(0, box.left >> 6); x <= Math.min(this.columns, box.right >> 6); x++) {
        yield y * this.columns + x;
      }
    }
  }

  isFree(box) {
    for (const cell of this.around(box)) {
      for (const other of this.cells.get(cell) ?? []) {
        if (
          box.left < other.right &&
          box.right > other.left &&
          box.top < other.bottom &&
          box.bottom > other.top
        ) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a box covers a place: then no name can stand around it, and none need be measured. */
  covers(x, y) {
    const boxes = this.cells.get((y >> 5) * this.columns + (x >> 6));
    if (!boxes) return false;
    for (const box of boxes) {
      if (x > box.left && x < box.right && y > box.top && y < box.bottom) return true;
    }
    return false;
  }

  add(box) {
    for (const cell of this.around(box)) {
      if (!this.cells.has(cell)) this.cells.set(cell, []);
      this.cells.get(cell).push(box);
    }
  }
}

function boxAround(x, y, width, height, margin) {
  return {
    left: x - width / 2 - margin,
    right: x + width / 2 + margin,
    top: y - height / 2 - margin / 2,
    bottom: y + height / 2 + margin / 2,
  };
}

// Where a name may stand: above its dot, and where words are few also below, right and left; a
// little farther from the larger dot of a word that is lit.
function sides(width, few, lit) {
  if (lit) {
    const aside = width / 2 + 10;
    return [[0, ABOVE - 4], [0, 14], [aside, 0], [-aside, 0], [aside, 10], [aside, -9], [-aside, 10], [-aside, -9]];
  }
  const above = [0, ABOVE];
  return few ? [above, [0, 10], [width / 2 + 7, 0], [-width / 2 - 7, 0]] : [above];
}

/** Chooses and draws the names on one map. */
export class LabelLayer {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.names = new Map();
    this.placed = [];
  }

  resize(width, height, ratio) {
    Object.assign(this, { width, height, ratio });
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
  }

  /** What stands for a word on the map: its text, cut where it is wide, and its width. */
  nameOf(word, text, font) {
    if (this.font !== font) {
      this.names.clear();
      this.font = font;
    }
    let name = this.names.get(word);
    if (name === undefined) {
      this.context.font = `${WORD_SIZE}px ${font}`;
      const measure = (each) => this.context.measureText(each).width;
      const cut = fitted(text, MOST_WIDTH, measure);
      name = { text: cut, width: measure(cut), rtl: isRightToLeft(cut) };
      this.names.set(word, name);
    }
    return name;
  }

  /**
   * Decides which names are shown. `keepFree`: boxes of controls that lie over the map;
   * `regions`: [{name, x, y}] on the screen; `order`: words, the most important first; `lit`: words
   * that come even before the regions; `aside`: how far the name of a region stands from its middle.
   */
  place({ words, sx, sy, alpha, order, lit = [], regions, regionAlpha, theme, keepFree, density = 1, small = false, aside = 0 }) {
    this.regionSize = REGION_SIZE * (small ? SMALL : 1);
    const taken = new Taken(this.width, this.height);
    keepFree.forEach((box) => taken.add(box));
    this.placed = [];
    const at = { words, sx, sy, alpha, theme, taken };
    const first = new Set();
    for (const i of lit) if (Number.isFinite(sx[i])) taken.add(boxAround(sx[i], sy[i], LIT, LIT, 0));
    for (const i of lit) if (this.placeWord(i, at, true, true)) first.add(i);
    if (regionAlpha > 0.05) this.placeRegions(regions, taken, theme, regionAlpha, aside);
    const few = order.length <= 2500;
    const most = Math.round((this.width * this.height * density) / (few ? 2600 : 4600));
    let count = first.size;
    for (let m = 0; m < order.length && count < most; m++) {
      if (!first.has(order[m]) && this.placeWord(order[m], at, few)) count++;
    }
  }

  /** Finds room for the name of a word; returns whether there was any. */
  placeWord(i, { words, sx, sy, alpha, theme, taken }, few, lit = false) {
    const x = sx[i];
    const y = sy[i];
    if (!(x > 8 && y > 12 && x < this.width - 8 && y < this.height - 8) || alpha[i] < 70) return false;
    if (!few && taken.covers(x, y + ABOVE)) return false;
    const name = this.nameOf(i, words[i], theme.font);
    const width = name.width * (lit ? 1.08 : 1);
    for (const [dx, dy] of sides(width, few, lit)) {
      const box = boxAround(x + dx, y + dy, width, WORD_SIZE + 2, few ? 3 : 7);
      if (box.left < 0 || box.right > this.width || !taken.isFree(box)) continue;
      taken.add(box);
      this.placed.push({ word: i, text: name.text, rtl: name.rtl, dx, dy, lit });
      return true;
    }
    return false;
  }

  placeRegions(regions, taken, theme, regionAlpha, aside) {
    const named = [];
    regions.forEach((region, at) => {
      if (!region) return;
      // Groups of things may have one name: it stands once where they lie beside each other.
      if (named.some((other) => other.name === region.name && Math.hypot(other.x - region.x, other.y - region.y) < BESIDE)) return;
      const { text, width, rtl } = this.regionName(region.name, theme.font);
      for (const dy of aside ? [-aside, aside, 0] : [0, -16, 16]) {
        const box = boxAround(region.x, region.y + dy, width, this.regionSize + 4, 6);
        const inside = box.left > 0 && box.right < this.width && box.top > 0 && box.bottom < this.height;
        if (!inside || !taken.isFree(box)) continue;
        taken.add(box);
        this.placed.push({ region: at, text, rtl, dy, alpha: regionAlpha });
        named.push(region);
        break;
      }
    });
  }

  regionName(name, font) {
    const key = `${this.regionSize}${name}`;
    let found = this.names.get(key);
    if (found === undefined) {
      this.context.font = `${this.regionSize}px ${font}`;
      const measure = (text) => this.context.measureText(text).width * 1.08 + text.length * 1.2;
      const text = fitted(name.toUpperCase(), REGION_WIDTH, measure);
      found = { text, width: measure(text), rtl: isRightToLeft(text) };
      this.names.set(key, found);
    }
    return found;
  }

  /** Draws the chosen names where their words are now. */
  draw({ sx, sy, depth, regions, theme, skip }) {
    const c = this.context;
    c.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineJoin = "round";
    c.lineWidth = 3;
    c.strokeStyle = theme.background;
    c.letterSpacing = "0px";
    for (const label of this.placed) {
      if (label.word === undefined || label.word === skip) continue;
      c.globalAlpha = depth ? 1 - 0.7 * depth[label.word] : 1;
      c.font = `${label.lit ? "600 " : ""}${WORD_SIZE}px ${theme.font}`;
      c.fillStyle = label.lit ? theme.text : theme.quiet;
      c.direction = label.rtl ? "rtl" : "ltr";
      c.strokeText(label.text, sx[label.word] + label.dx, sy[label.word] + label.dy);
      c.fillText(label.text, sx[label.word] + label.dx, sy[label.word] + label.dy);
    }
    c.font = `600 ${this.regionSize ?? REGION_SIZE}px ${theme.font}`;
    c.letterSpacing = "1.2px";
    c.fillStyle = theme.region;
    for (const label of this.placed) {
      if (label.region === undefined || !regions[label.region]) continue;
      const { x, y } = regions[label.region];
      c.globalAlpha = label.alpha;
      c.direction = label.rtl ? "rtl" : "ltr";
      c.strokeText(label.text, x, y + label.dy);
      c.fillText(label.text, x, y + label.dy);
    }
    c.globalAlpha = 1;
    c.letterSpacing = "0px";
  }
}

/** Draws a few names that must be seen, away from each other where there is room. */
export function drawProminent(context, names, theme, width, height) {
  const taken = new Taken(width, height);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.strokeStyle = theme.background;
  const most = Math.min(NAME_WIDTH, width - 16);
  const measure = (text) => context.measureText(text).width;
  for (const { word, x, y, size, weight, must, colour } of names) {
    context.font = `${weight} ${size}px ${theme.font}`;
    let text = shorten(word, 60);
    let w = measure(text);
    if (w > most) {
      text = fitted(word, most, measure);
      w = measure(text);
    }
    context.direction = isRightToLeft(text) ? "rtl" : "ltr";
    const middle = Math.min(width - w / 2 - 4, Math.max(w / 2 + 4, x));
    const level = Math.min(height - 2 * size, Math.max(2 * size, y));
    const tries = [-size * 0.95, size * 1.05, -size * 2, size * 2.1];
    for (const dy of must ? tries.slice(0, 2) : tries) {
      const box = boxAround(middle, level + dy, w, size, 3);
      const last = must && dy === tries[1];
      if (!last && (!taken.isFree(box) || box.top < 0 || box.bottom > height)) continue;
      taken.add(box);
      context.lineWidth = 4;
      context.strokeText(text, middle, level + dy);
      context.fillStyle = colour;
      context.fillText(text, middle, level + dy);
      break;
    }
  }
}
