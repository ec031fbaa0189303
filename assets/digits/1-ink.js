// Strokes of a mouse or a finger as a picture of 8 x 8 greys, made as those of the collection were:
// brought to one size on a square of 32 x 32 dots, black or white, whose ink is counted in blocks of
// 4 x 4 (Alpaydin and Kaynak 1998). Their forms were 32 dots high, and about two thirds as wide.

const DOTS = 32;
const BLOCK = 4;
const WIDE = 22; // dots that a wide form has across
const PEN = 4.4; // dots that a stroke is thick: so a drawing has as much ink as a picture
const FLAT = 2; // forms that are so many times as wide as high keep their shape

/** Strokes are lists of [x, y], in any unit. Returns 64 numbers from 0 to 16, or null for no extent. */
export function inkOf(strokes, least = 0) {
  const points = strokes.flat();
  if (!points.length) return null;
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [width, height] = [right - left, bottom - top];
  if (Math.max(width, height) <= least) return null;
  const up = DOTS - PEN;
  const across = WIDE - PEN;
  let [sx, sy] = [up / height, up / height];
  if (width * sx > across) sx = across / width;
  if (width > FLAT * height) sy = sx = across / width;
  const [mx, my] = [(left + right) / 2, (top + bottom) / 2];
  const place = ([x, y]) => [(x - mx) * sx + DOTS / 2, (y - my) * sy + DOTS / 2];
  const dots = new Uint8Array(DOTS * DOTS);
  for (const stroke of strokes) {
    const placed = stroke.map(place);
    placed.forEach((to, i) => draw(dots, placed[Math.max(0, i - 1)], to));
  }
  const ink = new Array((DOTS / BLOCK) ** 2).fill(0);
  dots.forEach((dot, at) => {
    const [x, y] = [at % DOTS, Math.floor(at / DOTS)];
    ink[Math.floor(y / BLOCK) * (DOTS / BLOCK) + Math.floor(x / BLOCK)] += dot;
  });
  return ink;
}

/** Blackens the dots whose middle is within half a pen of a line. */
function draw(dots, [ax, ay], [bx, by]) {
  const reach = PEN / 2;
  const [dx, dy] = [bx - ax, by - ay];
  const long = dx * dx + dy * dy;
  const clip = (value) => Math.min(DOTS - 1, Math.max(0, Math.floor(value)));
  for (let y = clip(Math.min(ay, by) - reach); y <= clip(Math.max(ay, by) + reach); y++) {
    for (let x = clip(Math.min(ax, bx) - reach); x <= clip(Math.max(ax, bx) + reach); x++) {
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      const t = long ? Math.min(1, Math.max(0, (px * dx + py * dy) / long)) : 0;
      if ((px - t * dx) ** 2 + (py - t * dy) ** 2 <= reach * reach) dots[y * DOTS + x] = 1;
    }
  }
}
