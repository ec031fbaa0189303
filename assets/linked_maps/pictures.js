// The map as it is seen now, as a PNG or an SVG with its caption.

import { saveFile } from "./dom.js";
import { shorten } from "./labels.js";

const PNG_SCALE = 2;
const MOST_IN_KEY = 16;

/** What the colours mean, where names on the map do not say it: [{name, css}]. */
function keyOf(view) {
  const { colourBy } = view.state;
  if (colourBy === view.regionsBy) return [];
  const { names, css } = view.colours;
  return names.map((name, i) => ({ name, css: css[i] })).slice(0, MOST_IN_KEY);
}

/** Saves what the screen shows, twice as fine: land, dots, names, highlight, key, caption. */
export function savePng(view) {
  const scale = PNG_SCALE;
  drawAt(view, scale);
  const canvas = document.createElement("canvas");
  canvas.width = view.width * scale;
  canvas.height = view.height * scale;
  const context = canvas.getContext("2d");
  context.fillStyle = view.theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const layer of view.root.querySelectorAll("canvas")) {
    context.globalAlpha = Number(layer.style.opacity || 1);
    context.drawImage(layer, 0, 0, canvas.width, canvas.height);
  }
  context.globalAlpha = 1;
  drawAt(view, null);
  context.scale(scale, scale);
  context.font = `12px ${view.theme.font}`;
  keyOf(view).forEach(({ name, css }, i) => {
    const y = 22 + i * 18;
    context.fillStyle = css;
    context.beginPath();
    context.arc(20, y, 4.5, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = view.theme.text;
    context.fillText(shorten(name), 32, y + 4);
  });
  context.fillStyle = view.theme.quiet;
  context.fillText(view.map.source.caption, 16, view.height - 14);
  canvas.toBlob((blob) => saveFile(`${fileName(view)}.png`, "image/png", blob), "image/png");
}

// Draws the view at once with so many pixels a CSS pixel; null: as the screen has them.
function drawAt(view, ratio) {
  view.wantedRatio = ratio;
  view.resize({ draw: false });
  view.draw({ names: false });
}

/** Saves the same as shapes and text that can be edited. */
export function saveSvg(view) {
  saveFile(`${fileName(view)}.svg`, "image/svg+xml", svgOf(view));
}

function fileName(view) {
  return `map-${view.map.source.method}-${view.vocabulary.name}-${view.map.dimensions}d`;
}

function escape(text) {
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "�");
  return clean.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** The SVG text of one view. */
export function svgOf(view) {
  const { sx, sy, width, height, theme, colours, colour, alpha, radius } = view;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif">`,
    `<title>${escape(`Map of words: ${view.map.source.caption}`)}</title>`,
    `<rect width="100%" height="100%" fill="${escape(theme.background)}"/>`,
  ];
  const byColour = new Map();
  for (let i = 0; i < view.vocabulary.size; i++) {
    if (!(sx[i] > -5 && sy[i] > -5 && sx[i] < width + 5 && sy[i] < height + 5)) continue;
    const key = `${colour[i]},${alpha[i]}`;
    if (!byColour.has(key)) byColour.set(key, []);
    byColour.get(key).push(`M${sx[i].toFixed(1)} ${sy[i].toFixed(1)}h0`);
  }
  // A line of no length with round ends is a dot: one path for all dots of a colour.
  for (const [key, dots] of byColour) {
    const [category, opacity] = key.split(",").map(Number);
    const rgb = [0, 1, 2].map((axis) => colours.rgb[category * 3 + axis]).join(",");
    parts.push(
      `<path d="${dots.join("")}" stroke="rgb(${rgb})" stroke-opacity="${(opacity / 255).toFixed(2)}" stroke-width="${(2 * radius).toFixed(1)}" stroke-linecap="round"/>`,
    );
  }
  const halo = `paint-order="stroke" stroke="${escape(theme.background)}" stroke-width="3" stroke-linejoin="round" text-anchor="middle"`;
  for (const label of view.labels.placed) {
    const region = label.region === undefined ? null : view.regions[label.region];
    if (label.region !== undefined && !region) continue;
    const [x, y] = region ? [region.x, region.y + label.dy] : [sx[label.word] + label.dx, sy[label.word] + label.dy];
    const style = region
      ? `font-size="11.5" font-weight="600" letter-spacing="1.2" fill="${theme.region}"`
      : `font-size="11" fill="${escape(theme.quiet)}"`;
    parts.push(`<text x="${x.toFixed(1)}" y="${(y + 4).toFixed(1)}" ${style} ${halo}>${escape(label.text)}</text>`);
  }
  parts.push(...highlighted(view, halo));
  keyOf(view).forEach(({ name, css }, i) => {
    const y = 22 + i * 18;
    parts.push(
      `<circle cx="20" cy="${y}" r="4.5" fill="${escape(css)}"/>`,
      `<text x="32" y="${y + 4}" font-size="12" fill="${escape(theme.text)}">${escape(shorten(name))}</text>`,
    );
  });
  parts.push(
    `<text x="16" y="${height - 14}" font-size="12" fill="${escape(theme.quiet)}">${escape(view.map.source.caption)}</text>`,
    "</svg>",
  );
  return parts.join("\n");
}

function highlighted(view, halo) {
  const { sx, sy, theme, state, map, vocabulary } = view;
  const word = state.focus;
  if (!map.has(word)) return [];
  const near = (map.neighborsOf(word, 10) ?? []).filter((each) => map.has(each.word));
  const at = (w) => `${sx[w].toFixed(1)} ${sy[w].toFixed(1)}`;
  const accent = escape(theme.accent);
  return [
    ...near.map((each) => `<path d="M${at(word)}L${at(each.word)}" stroke="${accent}" stroke-opacity=".7"/>`),
    ...[word, ...near.map((each) => each.word)].map(
      (w) => `<circle cx="${sx[w].toFixed(1)}" cy="${sy[w].toFixed(1)}" r="${w === word ? 5 : 3}" fill="${accent}"/>`,
    ),
    `<text x="${sx[word].toFixed(1)}" y="${(sy[word] - 10).toFixed(1)}" font-size="15" font-weight="700" fill="${accent}" ${halo}>${escape(shorten(vocabulary.words[word]))}</text>`,
  ];
}
