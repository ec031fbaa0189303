// What is drawn over a map for the word that a reader points at or has chosen: its true neighbours
// with lines to them, in several maps which of them are shared, and what the map has made of them.

import { drawProminent } from "./labels.js";
import { asksForTrust } from "./palette.js";
import { drawCard, drawLarge } from "./sprites.js";

const NEIGHBOURS_SHOWN = 10;

/**
 * What a marked word is: its colour in the theme, the dashes of its line (none for a ring), and what
 * a key calls it, in one word and in full.
 */
export const KINDS = {
  near: { colour: "accent", line: [], short: "true", label: "true neighbours" },
  shared: { colour: "accent", line: [], short: "shared", label: "neighbours by several maps" },
  own: { colour: "second", line: [5, 3], short: "own", label: "neighbours by one map alone" },
  kept: { colour: "accent", line: [], short: "kept", label: "true neighbours, close on the map" },
  missing: { colour: "second", line: [5, 3], short: "lost", label: "true neighbours, far on the map" },
  false: { colour: "third", line: null, short: "false", label: "close on the map only" },
};

/** The kinds that a page shows, for its key; none where there is only one. */
export function kindsShown(colourBy, compares) {
  if (asksForTrust(colourBy)) return ["kept", "missing", "false"];
  return compares ? ["shared", "own"] : [];
}

/**
 * The words that are marked with a word, each with its kind: its true neighbours; where trust is
 * asked for, also the dots that are only close on the map.
 */
export function relatedTo(view, word) {
  const { map, state } = view;
  const listed = map.neighborsOf(word, NEIGHBOURS_SHOWN) ?? [];
  const near = listed.filter((each) => map.has(each.word));
  if (asksForTrust(state.colourBy)) {
    const dots = map.closestDots(word, NEIGHBOURS_SHOWN);
    const close = new Set(dots);
    const truths = new Set(listed.map((each) => each.word));
    return [
      ...near.map((each) => ({ ...each, kind: close.has(each.word) ? "kept" : "missing" })),
      ...dots.filter((dot) => !truths.has(dot)).map((dot) => ({ word: dot, kind: "false" })),
    ];
  }
  const shared = map.comparison?.shared(word);
  const kindOf = (other) => (!shared ? "near" : shared.get(other) > 1 ? "shared" : "own");
  return near.map((each) => ({ ...each, kind: kindOf(each.word) }));
}

/** Draws what belongs over the dots of a view; touches no other layer. */
export function drawHighlight(view) {
  const { map, state, theme } = view;
  const context = view.overlay.getContext("2d");
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  if (!map) return;
  if (view.path?.length) drawPath(context, view.path, theme);
  drawLit(context, view);
  const word = state.active;
  const shown = map.has(word) && view.regions;
  view.labels.canvas.style.opacity = shown ? 0.45 : 1;
  if (!shown) return;
  const related = relatedTo(view, word);
  drawLines(context, view, word, related);
  if (view.pictured) drawPictures(context, view, word, related);
  else drawNames(context, view, word, related);
  if (state.focus >= 0 && state.focus !== word && map.has(state.focus)) {
    context.strokeStyle = theme.accent;
    circle(context, view, state.focus, Math.max(view.radius, view.pictureSide / 2) + 5, 1.5);
  }
}

// Of things with pictures only the one that is pointed at has its name beside it.
function drawPictures(context, view, word, related) {
  const { theme, vocabulary, sx, sy } = view;
  const side = Math.max(18, 1.25 * view.pictureSide);
  for (const each of [...related].reverse()) {
    drawCard(context, view, each.word, sx[each.word], sy[each.word], side, theme[KINDS[each.kind].colour]);
  }
  drawCard(context, view, word, sx[word], sy[word], side, theme.accent, 2.5);
  const at = drawLarge(context, view, word, theme.accent);
  const name = { ...at, word: vocabulary.words[word], size: 14, weight: 700, must: true, colour: theme.accent };
  drawProminent(context, [name], theme, view.width, view.height);
}

function drawNames(context, view, word, related) {
  const { theme, vocabulary, sx, sy } = view;
  const names = [
    { word, size: 15, weight: 700, must: true, colour: theme.accent },
    ...related.map(({ word, kind }) => ({ word, size: 11.5, weight: 500, colour: theme[KINDS[kind].colour] })),
  ];
  const placed = names.map((name) => ({
    ...name,
    word: vocabulary.words[name.word],
    x: sx[name.word],
    y: sy[name.word],
  }));
  drawProminent(context, placed, theme, view.width, view.height);
}

// Words that the page points at: larger dots in their colour, each with a seam of the ground.
function drawLit(context, view) {
  const { map, state, colours, colour, theme, radius } = view;
  const lit = map.lit ?? state.lit;
  // Many small pictures in full strength would hide which of them are lit.
  view.points.canvas.style.opacity = view.pictured && lit.length ? 0.5 : 1;
  for (const word of [...lit].reverse()) {
    if (!map.has(word)) continue;
    if (view.pictured) {
      drawCard(context, view, word, view.sx[word], view.sy[word], Math.max(20, 1.5 * view.pictureSide), theme.accent, 2);
      continue;
    }
    context.fillStyle = theme.background;
    circle(context, view, word, radius + 3.2);
    context.fillStyle = colours.css[colour[word]] ?? theme.none;
    circle(context, view, word, radius + 2.2);
  }
}

function drawLines(context, view, word, related) {
  const { sx, sy, theme, radius } = view;
  context.lineWidth = 1.3;
  for (const { word: other, similarity, kind } of related) {
    const { line, colour } = KINDS[kind];
    if (!line) continue;
    context.strokeStyle = theme[colour];
    context.setLineDash(line);
    context.globalAlpha = 0.25 + 0.6 * Math.max(0, similarity);
    context.beginPath();
    context.moveTo(sx[word], sy[word]);
    context.lineTo(sx[other], sy[other]);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  for (const { word: other, kind } of related) {
    context.fillStyle = context.strokeStyle = theme[KINDS[kind].colour];
    if (KINDS[kind].line) circle(context, view, other, radius + 1.6);
    else circle(context, view, other, radius + 2.2, 1.4);
  }
  context.fillStyle = theme.accent;
  circle(context, view, word, radius + 3);
}

// Filled, or a ring where the line has a width.
function circle(context, view, word, radius, width = 0) {
  context.beginPath();
  context.arc(view.sx[word], view.sy[word], radius, 0, 2 * Math.PI);
  if (!width) return context.fill();
  context.lineWidth = width;
  context.stroke();
}

function drawPath(context, path, theme) {
  context.beginPath();
  for (let i = 0; i < path.length; i += 2) context.lineTo(path[i], path[i + 1]);
  context.closePath();
  context.fillStyle = theme.accent;
  context.strokeStyle = theme.accent;
  context.globalAlpha = 0.08;
  context.fill();
  context.globalAlpha = 0.9;
  context.lineWidth = 1.2;
  context.stroke();
  context.globalAlpha = 1;
}
