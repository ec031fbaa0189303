// The matrix to take along: as a table (CSV) and as a picture (SVG, PNG).

import { csvLine, saveFile } from "./dom.js";
import { css, shade, themeOf } from "./look.js";
import { rows } from "./matrix.js";

export function nameOf(state) {
  const what = { head: `layer-${state.layer}-head-${state.head}`, mean: `layer-${state.layer}-mean`, rollout: `rollout-to-layer-${state.layer}` };
  return `attention-${what[state.shown]}`;
}

export function saveCsv(reading, state) {
  const lines = rows(reading, state).map((row) => csvLine(row.map((cell) => (typeof cell === "number" ? +cell.toFixed(4) : cell))));
  saveFile(`${nameOf(state)}.csv`, "text/csv;charset=utf-8", `${lines.join("\n")}\n`);
}

const escape = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\ufffd").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** The matrix as an SVG; it needs no file but itself. */
export function svg(reading, state, element, title) {
  const theme = themeOf(element);
  const [head, ...body] = rows(reading, state);
  const n = body.length;
  const cell = n > 60 ? 9 : n > 30 ? 14 : 26;
  const size = Math.min(13, cell - 1);
  const left = Math.min(160, 14 + size * 0.62 * Math.max(5, ...head.slice(1).map((label) => [...label].length)));
  const top = left + 34;
  const [wide, tall] = [left + n * cell + 14, top + n * cell + 14];
  const parts = [`<rect width="${wide}" height="${tall}" fill="${theme.ground}"/>`,
    `<text x="10" y="22" font-size="15" font-weight="bold" fill="${theme.ink}">${escape(title)}</text>`];
  body.forEach(([label, ...values], i) => {
    const y = top + i * cell;
    parts.push(`<text x="${left - 5}" y="${y + cell / 2}" text-anchor="end" dominant-baseline="central" fill="${theme.ink}">${escape(label)}</text>`);
    parts.push(`<text transform="translate(${left + (i + 0.5) * cell} ${top - 5}) rotate(-90)" dominant-baseline="central" fill="${theme.ink}">${escape(label)}</text>`);
    values.forEach((value, j) => {
      parts.push(`<rect x="${left + j * cell}" y="${y}" width="${cell - 1}" height="${cell - 1}" fill="${css(shade(theme, value, reading.top))}"><title>${escape(label)} → ${escape(head[j + 1])}: ${value.toFixed(3)}</title></rect>`);
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${tall}" viewBox="0 0 ${wide} ${tall}" font-family="Helvetica, Arial, sans-serif" font-size="${size}">${parts.join("")}</svg>`;
}

export function saveSvg(reading, state, element, title) {
  saveFile(`${nameOf(state)}.svg`, "image/svg+xml", svg(reading, state, element, title));
}

export async function savePng(reading, state, element, title) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg(reading, state, element, title))}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: picture.width * 2, height: picture.height * 2 });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  saveFile(`${nameOf(state)}.png`, "image/png", blob);
}
