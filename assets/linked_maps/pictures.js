// What the screen shows, as a PNG or an SVG with its captions and its key: one map, or several beside
// each other.

import { saveFile } from "./dom.js";
import { KINDS, kindsShown, relatedTo } from "./highlight.js";
import { columnOf } from "./palette.js";
import { isRightToLeft, shorten } from "./text.js";

const PNG_SCALE = 2;
const MOST_IN_KEY = 40;
const KEY_ROW = 18;
const KEY_COLUMN = 215;

/** Saves what the screen shows, twice as fine: land, dots, names, highlight, key, captions. */
export function savePng(views) {
  const plan = planOf(views);
  const canvas = document.createElement("canvas");
  canvas.width = plan.width * PNG_SCALE;
  canvas.height = plan.height * PNG_SCALE;
  const context = canvas.getContext("2d");
  const { theme } = views[0];
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const { view, x, y } of plan.places) {
    drawAt(view, PNG_SCALE);
    for (const layer of view.root.querySelectorAll("canvas")) {
      context.globalAlpha = Number(layer.style.opacity || 1);
      context.drawImage(layer, x * PNG_SCALE, y * PNG_SCALE, view.width * PNG_SCALE, view.height * PNG_SCALE);
    }
    context.globalAlpha = 1;
    drawAt(view, null);
  }
  context.scale(PNG_SCALE, PNG_SCALE);
  for (const { text, x, y, strong } of plan.captions) {
    context.font = `${strong ? "bold " : ""}12px ${theme.font}`;
    context.fillStyle = strong ? theme.text : theme.quiet;
    context.fillText(text, x, y);
  }
  context.font = `12px ${theme.font}`;
  for (const { name, css, mark, x, y } of plan.key) {
    context.font = `${mark ? "" : "bold "}12px ${theme.font}`;
    if (mark) drawMark(context, mark, css, x + 6, y - 4);
    context.fillStyle = theme.text;
    context.fillText(name, mark ? x + 20 : x, y);
  }
  canvas.toBlob((blob) => saveFile(`${fileName(views)}.png`, "image/png", blob), "image/png");
}

function drawMark(context, mark, css, x, y) {
  context.fillStyle = context.strokeStyle = css;
  context.lineWidth = 1.6;
  context.beginPath();
  if (mark === "dot" || mark === "ring") context.arc(x, y, 4.5, 0, 2 * Math.PI);
  else {
    context.moveTo(x - 8, y);
    context.lineTo(x + 8, y);
  }
  context.setLineDash(mark === "dashes" ? [4, 3] : []);
  if (mark === "dot") context.fill();
  else context.stroke();
  context.setLineDash([]);
}

/** Where everything of the picture stands: {width, height, places, captions, key}. */
function planOf(views) {
  const boxes = views.map((view) => view.root.getBoundingClientRect());
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
  const width = Math.round(Math.max(...boxes.map((box) => box.right)) - left);
  const drawn = Math.round(Math.max(...boxes.map((box) => box.bottom)) - top);
  const places = views.map((view, i) => ({ view, x: Math.round(boxes[i].left - left), y: Math.round(boxes[i].top - top) }));
  const captions = places.flatMap(({ view, x, y }) => captionsOf(view, views.length > 1, x + 16, y + view.height - 14));
  const colours = coloursOf(views);
  const few = colours.length > MOST_IN_KEY ? [...colours.slice(0, MOST_IN_KEY - 1), more(colours.length - MOST_IN_KEY + 1)] : colours;
  const entries = [...few, ...marksOf(views)];
  const alone = views.length === 1;
  const columns = alone ? 1 : Math.max(1, Math.floor((width - 20) / KEY_COLUMN));
  const from = alone ? 0 : drawn;
  const key = entries.map((entry, i) => ({
    ...entry,
    name: shorten(entry.name),
    x: 14 + (i % columns) * KEY_COLUMN,
    y: from + 26 + Math.floor(i / columns) * KEY_ROW,
  }));
  const height = alone || !key.length ? drawn : drawn + 24 + Math.ceil(key.length / columns) * KEY_ROW;
  return { width, height, places, captions, key };
}

const more = (n) => ({ name: `and ${n.toLocaleString("en")} more`, css: "transparent", mark: "dot" });

function captionsOf(view, several, x, y) {
  const { name, caption } = view.map.source;
  const shown = view.shown === null || view.shown === undefined ? "" : ` · ${view.shown.toLocaleString("en")} of ${view.map.known.toLocaleString("en")} ${view.vocabulary.nouns} shown`;
  const lines = wrapped(caption + shown, view.width - 24, view.theme.font);
  const first = y - 15 * (lines.length - 1);
  const captions = lines.map((text, i) => ({ text, x, y: first + 15 * i }));
  return several ? [{ text: name, x, y: first - 15, strong: true }, ...captions] : captions;
}

/** A text in as many lines as it takes to fit into a width. */
function wrapped(text, width, font) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = `12px ${font}`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (context.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** What the colours mean, where names on the map do not say it: [{name, css, mark}]; a title has no mark. */
function coloursOf(views) {
  const [view] = views;
  const { colourBy } = view.state;
  if (colourBy === "plain" || (views.length === 1 && colourBy === view.regionsBy)) return [];
  const { names, css, key, category, none: quiet } = view.colours;
  const named = (key ?? names.map((name, i) => ({ name, css: css[i] }))).map((each) => ({ ...each, mark: "dot" }));
  const column = columnOf(colourBy, view.vocabulary);
  if (!column) return named;
  const lacks = category.some((each, word) => each < 0 && views.some(({ map }) => map.has(word)));
  const none = lacks ? [{ name: "not given", css: quiet, mark: "dot" }] : [];
  return [{ name: column.label, css: "", mark: null }, ...named, ...none];
}

/** What the lines of the chosen word mean, where there are several kinds. */
function marksOf(views) {
  const [{ state, theme }] = views;
  if (state.focus < 0) return [];
  return kindsShown(state.colourBy, views.length > 1).map((kind) => {
    const { colour, line, label } = KINDS[kind];
    return { name: label, css: theme[colour], mark: line === null ? "ring" : line.length ? "dashes" : "line" };
  });
}

// Draws the view at once with so many pixels a CSS pixel; null: as the screen has them.
function drawAt(view, ratio) {
  view.wantedRatio = ratio;
  view.resize({ draw: false });
  view.draw({ names: false });
}

/** Saves the same as shapes and text that can be edited. */
export function saveSvg(views) {
  saveFile(`${fileName(views)}.svg`, "image/svg+xml", svgOf(views));
}

function fileName(views) {
  const [{ vocabulary, map }] = views;
  const methods = views.map((view) => view.map.source.method).join("-");
  return `map-${methods}-${vocabulary.name}-${map.dimensions}d`;
}

function escape(text) {
  const clean = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "�");
  return clean.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** The SVG text of what the screen shows. */
export function svgOf(views) {
  const { width, height, places, captions, key } = planOf(views);
  const { theme } = views[0];
  const said = views.map((view) => view.map.source.caption).join("; ");
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif">`,
    `<title>${escape(`Map of ${views[0].vocabulary.nouns}: ${said}`)}</title>`,
    `<rect width="100%" height="100%" fill="${escape(theme.background)}"/>`,
  ];
  for (const { view, x, y } of places) {
    parts.push(`<svg x="${x}" y="${y}" width="${view.width}" height="${view.height}">`, ...shapesOf(view), "</svg>");
  }
  for (const { text, x, y, strong } of captions) {
    const look = strong ? `font-weight="bold" fill="${escape(theme.text)}"` : `fill="${escape(theme.quiet)}"`;
    parts.push(`<text x="${x}" y="${y}" font-size="12" ${look}>${escape(text)}</text>`);
  }
  for (const { name, css, mark, x, y } of key) {
    if (mark) parts.push(svgMark(mark, escape(css), x + 6, y - 4));
    const look = mark ? "" : ` font-weight="bold"`;
    parts.push(`<text x="${mark ? x + 20 : x}" y="${y}" font-size="12"${look} fill="${escape(theme.text)}">${escape(name)}</text>`);
  }
  return [...parts, "</svg>"].join("\n");
}

function svgMark(mark, css, x, y) {
  if (mark === "dot") return `<circle cx="${x}" cy="${y}" r="4.5" fill="${css}"/>`;
  if (mark === "ring") return `<circle cx="${x}" cy="${y}" r="4.5" fill="none" stroke="${css}" stroke-width="1.6"/>`;
  const dashes = mark === "dashes" ? ` stroke-dasharray="4 3"` : "";
  return `<path d="M${x - 8} ${y}h16" stroke="${css}" stroke-width="1.6"${dashes}/>`;
}

// The dots, names and highlight of one view.
function shapesOf(view) {
  const { sx, sy, width, height, theme, colours, colour, alpha, radius } = view;
  const parts = [];
  const byColour = new Map();
  if (view.pictured) parts.push(`<image href="${view.points.canvas.toDataURL()}" width="${width}" height="${height}"/>`);
  for (let i = 0; i < view.vocabulary.size && !view.pictured; i++) {
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
      ? `font-size="${view.labels.regionSize.toFixed(1)}" font-weight="600" letter-spacing="1.2" fill="${theme.region}"`
      : `font-size="11" fill="${escape(theme.quiet)}"`;
    const way = label.rtl ? ` direction="rtl"` : "";
    parts.push(`<text x="${x.toFixed(1)}" y="${(y + 4).toFixed(1)}"${way} ${style} ${halo}>${escape(label.text)}</text>`);
  }
  parts.push(...highlighted(view, halo));
  return parts;
}

function highlighted(view, halo) {
  const { sx, sy, theme, state, map, vocabulary } = view;
  const word = state.focus;
  if (!map.has(word)) return [];
  const related = relatedTo(view, word);
  const at = (w) => `${sx[w].toFixed(1)} ${sy[w].toFixed(1)}`;
  const accent = escape(theme.accent);
  const name = shorten(vocabulary.words[word], 48);
  const way = isRightToLeft(name) ? ` direction="rtl"` : "";
  const lines = related.map((each) => {
    const { line, colour } = KINDS[each.kind];
    const dashes = line?.length ? ` stroke-dasharray="${line.join(" ")}"` : "";
    return line ? `<path d="M${at(word)}L${at(each.word)}" stroke="${escape(theme[colour])}" stroke-opacity=".7"${dashes}/>` : "";
  });
  const dots = related.map((each) => {
    const css = escape(theme[KINDS[each.kind].colour]);
    const look = KINDS[each.kind].line ? `fill="${css}"` : `fill="none" stroke="${css}"`;
    return `<circle cx="${sx[each.word].toFixed(1)}" cy="${sy[each.word].toFixed(1)}" r="3" ${look}/>`;
  });
  return [
    ...lines,
    ...dots,
    `<circle cx="${sx[word].toFixed(1)}" cy="${sy[word].toFixed(1)}" r="5" fill="${accent}"/>`,
    `<text x="${sx[word].toFixed(1)}" y="${(sy[word] - 10).toFixed(1)}" font-size="15" font-weight="700"${way} fill="${accent}" ${halo}>${escape(name)}</text>`,
  ];
}
