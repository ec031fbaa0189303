// Draws the dots straight into pixels. Ten thousand dots take about two milliseconds and four
// hundred thousand about thirty on a processor alone, so no graphics card is needed.

const PHASES = 4; // sub-pixel positions along each axis, so that dots glide when the map moves

// Coverage of a disc of radius r (device pixels) for each sub-pixel position.
function stampsFor(r) {
  const reach = Math.ceil(r + 0.5);
  const stamps = [];
  for (let py = 0; py < PHASES; py++) {
    for (let px = 0; px < PHASES; px++) {
      const dx = [];
      const dy = [];
      const cover = [];
      const ox = (px + 0.5) / PHASES;
      const oy = (py + 0.5) / PHASES;
      for (let y = -reach; y <= reach; y++) {
        for (let x = -reach; x <= reach; x++) {
          const distance = Math.hypot(x + 0.5 - ox, y + 0.5 - oy);
          const c = Math.min(1, Math.max(0, r + 0.5 - distance));
          if (c > (r < 1 ? 0.16 : 0.04)) {
            dx.push(x);
            dy.push(y);
            cover.push(c);
          }
        }
      }
      stamps.push({ dx: Int32Array.from(dx), dy: Int32Array.from(dy), cover, length: dx.length });
    }
  }
  return { stamps, reach };
}

/** A layer of dots on one canvas. */
export class PointLayer {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.stamps = new Map();
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.image = this.context.createImageData(this.canvas.width, this.canvas.height);
    this.pixels = this.image.data;
    this.words32 = new Uint32Array(this.pixels.buffer);
  }

  stampsOf(radius) {
    const key = Math.round(radius * 8) / 8;
    if (!this.stamps.has(key)) this.stamps.set(key, stampsFor(key));
    return this.stamps.get(key);
  }

  /**
   * Draws n dots.
   * sx, sy: CSS pixels (NaN: not there); colour: index into rgb (3 bytes each);
   * alpha: opacity 0-255 of each dot; depth: null, or 0 (near) to 1 (far); coarse: quick
   * and rough, for a very full map while it moves.
   */
  draw({ n, sx, sy, colour, rgb, alpha, radius, depth, coarse = false }) {
    this.words32.fill(0);
    if (coarse && !depth) this.speckle(n, sx, sy, colour, rgb, alpha);
    else if (!depth) this.stampAll(n, sx, sy, colour, rgb, alpha, this.stampsOf(radius * this.ratio), 1);
    else this.drawByDepth({ n, sx, sy, colour, rgb, alpha, radius, depth });
    this.context.putImageData(this.image, 0, 0);
  }

  // One pixel a dot, the last one wins: a fifth of the time of round dots.
  speckle(n, sx, sy, colour, rgb, alpha) {
    const { ratio, words32 } = this;
    const width = this.canvas.width;
    const height = this.canvas.height;
    const packed = new Uint32Array(rgb.length / 3);
    for (let c = 0; c < packed.length; c++) {
      packed[c] = (rgb[c * 3 + 2] << 16) | (rgb[c * 3 + 1] << 8) | rgb[c * 3];
    }
    for (let i = 0; i < n; i++) {
      const x = sx[i] * ratio;
      const y = sy[i] * ratio;
      if (!(x >= 0 && y >= 0 && x < width && y < height)) continue;
      words32[(y | 0) * width + (x | 0)] = (alpha[i] << 24) | packed[colour[i]];
    }
  }

  // Far dots first, smaller and fainter, in eight slices.
  drawByDepth({ n, sx, sy, colour, rgb, alpha, radius, depth }) {
    const SLICES = 8;
    if (!this.order || this.order.length < n) this.order = new Uint32Array(n);
    const start = new Uint32Array(SLICES + 1);
    const slice = (i) => Math.min(SLICES - 1, Math.floor((1 - depth[i]) * SLICES));
    for (let i = 0; i < n; i++) start[slice(i) + 1]++;
    for (let s = 0; s < SLICES; s++) start[s + 1] += start[s];
    const next = start.slice();
    for (let i = 0; i < n; i++) this.order[next[slice(i)]++] = i;
    for (let s = 0; s < SLICES; s++) {
      const near = (s + 0.5) / SLICES;
      const stamps = this.stampsOf(radius * this.ratio * (0.65 + 0.75 * near));
      const part = this.order.subarray(start[s], start[s + 1]);
      this.stampAll(part.length, sx, sy, colour, rgb, alpha, stamps, 0.3 + 0.7 * near, part);
    }
  }

  stampAll(n, sx, sy, colour, rgb, alpha, { stamps, reach }, strength, order = null) {
    const { ratio, pixels, words32 } = this;
    const width = this.canvas.width;
    const height = this.canvas.height;
    for (let m = 0; m < n; m++) {
      const i = order ? order[m] : m;
      const a = (alpha[i] / 255) * strength;
      const x = sx[i] * ratio;
      const y = sy[i] * ratio;
      if (a === 0 || !(x >= -reach && y >= -reach && x < width + reach && y < height + reach)) {
        continue;
      }
      const ix = Math.floor(x);
      const iy = Math.floor(y);
      const stamp =
        stamps[((y - iy) * PHASES | 0) * PHASES + ((x - ix) * PHASES | 0)];
      const c = colour[i] * 3;
      const r = rgb[c];
      const g = rgb[c + 1];
      const b = rgb[c + 2];
      for (let p = 0; p < stamp.length; p++) {
        const qx = ix + stamp.dx[p];
        const qy = iy + stamp.dy[p];
        if (qx < 0 || qy < 0 || qx >= width || qy >= height) continue;
        const at = qy * width + qx;
        const cover = stamp.cover[p] * a;
        if (words32[at] === 0) {
          words32[at] = ((cover * 255) << 24) | (b << 16) | (g << 8) | r;
          continue;
        }
        const q = at * 4;
        const under = (pixels[q + 3] / 255) * (1 - cover);
        const whole = cover + under;
        pixels[q] = (r * cover + pixels[q] * under) / whole;
        pixels[q + 1] = (g * cover + pixels[q + 1] * under) / whole;
        pixels[q + 2] = (b * cover + pixels[q + 2] * under) / whole;
        pixels[q + 3] = whole * 255;
      }
    }
  }
}

/** The dot nearest to (px, py) within `reach` CSS pixels, -1 if none; hidden dots do not count. */
export function pick(n, sx, sy, alpha, px, py, reach) {
  let best = -1;
  let limit = reach * reach;
  for (let i = 0; i < n; i++) {
    const dx = sx[i] - px;
    const dy = sy[i] - py;
    const distance = dx * dx + dy * dy;
    if (distance < limit && alpha[i] > 40) {
      limit = distance;
      best = i;
    }
  }
  return best;
}

/** Whether a point lies in a polygon given as a flat list x, y, x, y ... (even-odd rule). */
export function inPolygon(x, y, polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [polygon[i], polygon[i + 1], polygon[j], polygon[j + 1]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
