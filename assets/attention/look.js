// Colours: one ramp from nothing to all of a token's attention, for each theme.

const LIGHT = { ramp: ["#f4f2ed", "#c3d3e2", "#6f9cc6", "#2f6aa8", "#0c2c52"], ink: "#23262e", quiet: "#676a72", ground: "#fbfaf7", line: "#e2dfd6", accent: "#d9411e", blue: [47, 106, 168], lit: [217, 65, 30] };
const DARK = { ramp: ["#171d2b", "#294059", "#44719f", "#7fb2ea", "#eef6ff"], ink: "#e8e6df", quiet: "#9aa1b0", ground: "#0f1320", line: "#2a3140", accent: "#ef6a48", blue: [127, 178, 234], lit: [239, 106, 72] };

const STEPS = 256;
const EXPONENT = 0.6;
/** Where the legend stands, of the greatest share that has a shade of its own. */
export const TICKS = [0, 0.05, 0.2, 0.5, 1];

/** The share from which on everything has the full shade: of long texts all shares are small. */
export function topOf(n) {
  return Math.min(1, Math.max(0.1, Math.round(160 / n) / 10));
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function shades({ ramp }) {
  const stops = ramp.map(rgb);
  return Array.from({ length: STEPS }, (_, i) => {
    const at = (i / (STEPS - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    return stops[low].map((c, k) => Math.round(c + (stops[low + 1][k] - c) * (at - low)));
  });
}
LIGHT.shades = shades(LIGHT);
DARK.shades = shades(DARK);

/** The colours of the theme that an element stands in: its ink is light on a dark ground. */
export function themeOf(element) {
  const [r, g, b] = getComputedStyle(element).color.match(/[\d.]+/g).map(Number);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 128 ? DARK : LIGHT;
}

/** How far along the ramp a share lies, from 0 to 1. */
export function along(value, top = 1) {
  return Math.min(1, Math.max(0, value / top)) ** EXPONENT;
}

/** [r, g, b] of a share from 0 to `top`. */
export function shade(theme, value, top = 1) {
  return theme.shades[Math.round(along(value, top) * (STEPS - 1))];
}

export function css([r, g, b], alpha = 1) {
  return alpha === 1 ? `rgb(${r} ${g} ${b})` : `rgb(${r} ${g} ${b} / ${alpha})`;
}

/** Whether letters on that shade must be of the ground's colour. */
export function needsGround(value, top = 1) {
  return along(value, top) > 0.62;
}
