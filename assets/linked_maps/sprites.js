// Small pictures of what a map shows, in place of its dots where there is room for them, as for names:
// all of them come as one picture.
//
// Pictures of ink alone are drawn in any colour: the sheet is tinted once for each.

const LARGE = 20; // CSS pixels of a side on a map that has the page
const SMALL = 17; // on one that shares it
const MOST = 64;
const GROWTH = 0.35; // how fast they grow with the zoom: far slower than the room between them
const CLOSE = 0.92; // of a side: how near two may be
const QUIET = 0.55; // how strong the dots between pictures are
const TINTS_KEPT = 48;

const sheets = new Map(); // url -> promise of an image

/** Fetches a sheet of pictures; null where there is none, or it does not come: dots are drawn then. */
export function fetchSheet(url) {
  if (!url) return Promise.resolve(null);
  if (!sheets.has(url)) {
    const image = new Image();
    image.src = url;
    const promise = image.decode().then(() => image, () => (sheets.delete(url), null));
    sheets.set(url, promise);
    if (sheets.size > 4) sheets.delete(sheets.keys().next().value);
  }
  return sheets.get(url);
}

/** The pictures of a vocabulary, by the number of each word. */
export class Sprites {
  constructor(image, { width, height, seam, columns, coloured }) {
    Object.assign(this, { image, width, height, seam, columns, coloured });
    this.tints = new Map();
  }

  /** The sheet in a colour. */
  sheetIn(css) {
    if (this.coloured) return this.image;
    let tinted = this.tints.get(css);
    if (tinted) return tinted;
    tinted = document.createElement("canvas");
    [tinted.width, tinted.height] = [this.image.naturalWidth, this.image.naturalHeight];
    const context = tinted.getContext("2d");
    context.drawImage(this.image, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = css;
    context.fillRect(0, 0, tinted.width, tinted.height);
    this.tints.set(css, tinted);
    if (this.tints.size > TINTS_KEPT) this.tints.delete(this.tints.keys().next().value);
    return tinted;
  }

  /** Draws one around a place, its longer side so many CSS pixels. */
  draw(context, word, x, y, side, css) {
    this.put(context, this.sheetIn(css), word, x, y, side);
  }

  put(context, sheet, word, x, y, side) {
    const { width, height, seam, columns } = this;
    const left = (word % columns) * (width + 2 * seam) + seam;
    const top = Math.floor(word / columns) * (height + 2 * seam) + seam;
    const scale = side / Math.max(width, height);
    const [w, h] = [width * scale, height * scale];
    context.drawImage(sheet, left, top, width, height, x - w / 2, y - h / 2, w, h);
  }

  /** How large each is drawn on a map. */
  sideOn({ small, camera }) {
    return Math.min(MOST, (small ? SMALL : LARGE) * Math.max(1, camera.zoom) ** GROWTH);
  }

  /** The words of a view whose pictures have room, those first that come first: as names have. */
  withRoom({ sx, sy, alpha, depth, width, height, vocabulary, pictureSide: side, state }) {
    const cells = new Map();
    const near = side * CLOSE;
    const at = (x, y) => `${Math.floor(x / near)},${Math.floor(y / near)}`;
    const isFree = (x, y) => {
      for (const dx of [-near, 0, near]) {
        for (const dy of [-near, 0, near]) {
          for (const [ox, oy] of cells.get(at(x + dx, y + dy)) ?? []) {
            if (Math.abs(ox - x) < near && Math.abs(oy - y) < near) return false;
          }
        }
      }
      return true;
    };
    const found = [];
    const reach = side / 2;
    let order = [...vocabulary.words.keys()];
    if (depth) order.sort((a, b) => depth[a] - depth[b]);
    if (state.selection.size) order = [...order.filter((i) => state.selection.has(i)), ...order.filter((i) => !state.selection.has(i))];
    for (const i of order) {
      const [x, y] = [sx[i], sy[i]];
      if (!(x > -reach && y > -reach && x < width + reach && y < height + reach) || alpha[i] <= 40) continue;
      if (!isFree(x, y)) continue;
      const cell = at(x, y);
      if (!cells.has(cell)) cells.set(cell, []);
      cells.get(cell).push([x, y]);
      found.push(i);
    }
    return found;
  }

  /** Draws dots, and pictures in place of those that have room for one, in the same colours. */
  drawAll(view, layer, dots) {
    const { sx, sy, alpha, colour, colours, depth, ratio, theme, pictureSide: side } = view;
    const shown = this.withRoom(view);
    const quiet = Uint8Array.from(alpha, (each) => each * QUIET);
    for (const i of shown) quiet[i] = 0;
    layer.draw({ ...dots, alpha: quiet });
    const { context } = layer;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.imageSmoothingQuality = "medium";
    const css = Array.from({ length: colours.rgb.length / 3 }, (_, i) => `rgb(${colours.rgb.subarray(3 * i, 3 * i + 3).join(", ")})`);
    const sheet = css.map((each) => this.sheetIn(each));
    context.fillStyle = theme.background;
    for (const i of depth ? shown.reverse() : shown) {
      const far = depth ? 1 - 0.6 * depth[i] : 1;
      context.globalAlpha = 0.8 * far;
      context.beginPath();
      context.roundRect(sx[i] - side / 2, sy[i] - side / 2, side, side, side / 5);
      context.fill();
      context.globalAlpha = (alpha[i] / 255) * far;
      this.put(context, sheet[colour[i]], i, sx[i], sy[i], side);
    }
    context.globalAlpha = 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** A picture in text: an element of so many CSS pixels. */
  element(word, side, css, name = "") {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side * 2;
    canvas.className = "lm-picture";
    Object.assign(canvas.style, { width: `${side}px`, height: `${side}px` });
    if (name) {
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", name);
    } else canvas.setAttribute("aria-hidden", "true");
    this.draw(canvas.getContext("2d"), word, side, side, side * 2, css);
    return canvas;
  }
}

const CARD = 76; // CSS pixels of the picture of the word that is pointed at
const SMALL_CARD = 52;

/** A picture on a card with an edge. */
export function drawCard(context, view, word, x, y, side, edge, width = 1.5) {
  const { theme, vocabulary, colours, colour } = view;
  const half = side / 2 + 2;
  context.beginPath();
  context.roundRect(x - half, y - half, 2 * half, 2 * half, Math.min(6, half / 3));
  context.fillStyle = theme.background;
  context.fill();
  context.lineWidth = width;
  context.strokeStyle = edge;
  context.stroke();
  vocabulary.pictures.draw(context, word, x, y, side, colours.css[colour[word]] ?? theme.text);
}

/** The large picture of a word beside its place: returns where its name can stand. */
export function drawLarge(context, view, word, edge) {
  const side = view.small ? SMALL_CARD : CARD;
  const half = side / 2 + 4;
  const away = half + view.pictureSide / 2 + 6;
  const above = view.sy[word] - away - half - 22 > 0;
  const x = Math.min(view.width - half, Math.max(half, view.sx[word]));
  const y = view.sy[word] + (above ? -away : away);
  drawCard(context, view, word, x, y, side, edge, 2);
  return { x, y: above ? y - half : y + half };
}
