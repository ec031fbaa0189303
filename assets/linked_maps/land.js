// The quiet relief under the dots: where words lie close, the ground is a little darker.

const CELLS = 220;
const MARGIN = 0.25;

/** Draws the relief of one flat map once; returns {image, reach}: it covers [-reach, reach]². */
export function drawLand(map, theme) {
  const reach = 1 + MARGIN;
  const density = new Float32Array(CELLS * CELLS);
  const c = map.coordinates;
  let n = 0;
  for (let i = 0; i < c.length; i += 2) {
    const x = Math.floor(((c[i] + reach) / (2 * reach)) * CELLS);
    const y = Math.floor(((reach - c[i + 1]) / (2 * reach)) * CELLS);
    if (!(x >= 0 && y >= 0 && x < CELLS && y < CELLS)) continue;
    density[y * CELLS + x] += 1;
    n++;
  }
  const smooth = blur(blur(blur(density, 3), 3), 2);
  const shore = (n / (CELLS * CELLS)) * 0.16;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = CELLS;
  const context = canvas.getContext("2d");
  const image = context.createImageData(CELLS, CELLS);
  const [r, g, b] = theme.land;
  for (let i = 0; i < smooth.length; i++) {
    const level = smooth[i] / shore;
    // The first step is a coast line, the second a hill.
    const coast = step(level, 0.8, 1.3);
    const hill = step(level, 14, 24);
    const alpha = coast * 0.042 + hill * 0.035;
    image.data.set([r, g, b, alpha * 255], i * 4);
  }
  context.putImageData(image, 0, 0);
  return { image: canvas, reach };
}

function step(value, from, to) {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}

// A box blur along both axes.
function blur(field, radius) {
  return transpose(blurRows(transpose(blurRows(field, radius)), radius));
}

function blurRows(field, radius) {
  const out = new Float32Array(field.length);
  const span = 2 * radius + 1;
  for (let y = 0; y < CELLS; y++) {
    let sum = 0;
    for (let x = -radius; x < CELLS; x++) {
      if (x + radius < CELLS) sum += field[y * CELLS + x + radius];
      if (x - radius - 1 >= 0) sum -= field[y * CELLS + x - radius - 1];
      if (x >= 0) out[y * CELLS + x] = sum / span;
    }
  }
  return out;
}

function transpose(field) {
  const out = new Float32Array(field.length);
  for (let y = 0; y < CELLS; y++) {
    for (let x = 0; x < CELLS; x++) out[x * CELLS + y] = field[y * CELLS + x];
  }
  return out;
}

/** Where the words of each group lie densest: its coordinates, or null for a group without words. */
export function regionCentres(map, labels, groups) {
  const d = map.dimensions;
  const members = Array.from({ length: groups }, () => []);
  labels.forEach((label, word) => {
    if (label >= 0 && map.has(word)) members[label].push(word);
  });
  return members.map((words) => (words.length ? densest(map.coordinates, d, words) : null));
}

// Mean shift from the median: ends on the cluster's thickest part, not between two parts of it.
function densest(c, d, words) {
  const at = [];
  for (let axis = 0; axis < d; axis++) {
    const values = words.map((word) => c[word * d + axis]).sort((a, b) => a - b);
    at.push(values[values.length >> 1]);
  }
  const width = 0.12;
  for (let round = 0; round < 12; round++) {
    const sum = at.map(() => 0);
    let total = 0;
    for (const word of words) {
      let squared = 0;
      for (let axis = 0; axis < d; axis++) squared += (c[word * d + axis] - at[axis]) ** 2;
      const weight = Math.exp(-squared / (2 * width * width));
      total += weight;
      for (let axis = 0; axis < d; axis++) sum[axis] += weight * c[word * d + axis];
    }
    if (total === 0) break;
    at.forEach((_, axis) => (at[axis] = sum[axis] / total));
  }
  return at;
}
