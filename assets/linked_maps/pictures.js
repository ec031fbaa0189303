// The map as it is seen now, as a PNG or an SVG with its caption.

import { saveFile } from "./dom.js";
import { shorten } from "./labels.js";

/** Saves what the screen shows: land, dots, names, highlight, caption. */
export function savePng(view) {
  const scale = 2;
  const canvas = document.createElement("canvas");
  canvas.width = view.width * scale;
  canvas.height = view.height * scale;
  const context = canvas.getContext("2d");
  context.fillStyle = view.theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const layer of view.root.querySelectorAll("canvas")) {
    context.drawImage(layer, 0, 0, canvas.width, canvas.height);
  }
  context.scale(scale, scale);
  context.fillStyle = view.theme.quiet;
  context.font = `12px ${view.theme.font}`;
  context.fillText(view.map.source.caption, 16, view.height - 14);
  canvas.toBlob((blob) => saveFile(`${fileName(view)}.png`, "image/png", blob), "image/png");
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
    `<title>${escape(view.describe())}</title>`,
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
