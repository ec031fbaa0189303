// Labels as they are shown. A label may be a word, a phrase or a tweet, in any script, and whatever
// it holds, it must not disturb what stands around it.

// Breaks, controls and overrides of direction are seen as a mark; marks of direction are left out.
const PLAIN = /^[\x20-\x7e]*$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;
const DIRECTION = /[\u061c\u200e\u200f]/g;
const STACK = /(\p{M}{6})\p{M}+/gu;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const STRONG = /\p{L}/u;

/** The most of one letter with its marks, or of one emoji, that is looked at, in UTF-16 units. */
const LONGEST_LETTER = 16;

/** Letters of a label that a map has room for at most, however narrow they are. */
const LONGEST_NAME = 60;

const segmenter = Intl.Segmenter ? new Intl.Segmenter("en", { granularity: "grapheme" }) : null;

/** The first letters of a text as readers count them: an emoji, or a letter with its accents, is one. */
function letters(text, most) {
  const some = text.slice(0, most * LONGEST_LETTER);
  if (!segmenter) return Array.from(some).slice(0, most);
  const found = [];
  for (const { segment } of segmenter.segment(some)) {
    found.push(segment);
    if (found.length === most) break;
  }
  return found;
}

/** The whole of a label, with what cannot be seen made visible, and no towers of accents. */
export function visible(text) {
  if (PLAIN.test(text)) return text;
  return text.replace(CONTROL, "�").replace(DIRECTION, "").replace(STACK, "$1");
}

/** A label as it is shown in a line: what is longer than so many letters is cut. */
export function shorten(text, most = 28) {
  if (text.length <= most) return visible(text);
  const whole = visible(text);
  const found = letters(whole, most + 1);
  if (found.length <= most && whole.length <= (most + 1) * LONGEST_LETTER) return found.join("");
  return `${found.slice(0, Math.min(most, found.length) - 1).join("").trimEnd()}…`;
}

/** A label cut so that `measure` finds it no wider than `most`. */
export function fitted(text, most, measure) {
  const whole = shorten(text, LONGEST_NAME);
  if (measure(whole) <= most) return whole;
  const found = letters(whole.replace(/…$/, ""), LONGEST_NAME);
  const cut = (n) => `${found.slice(0, n).join("").trimEnd()}…`;
  let [fits, not] = [0, found.length];
  while (not - fits > 1) {
    const middle = (fits + not) >> 1;
    if (measure(cut(middle)) <= most) fits = middle;
    else not = middle;
  }
  return cut(fits);
}

/** Whether a label is written from right to left: its first letter says so. */
export function isRightToLeft(text) {
  if (PLAIN.test(text)) return false;
  const first = text.match(STRONG);
  return first !== null && RIGHT_TO_LEFT.test(first[0]);
}

/** A word at the beginning of a sentence. */
export const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A label among other text: where it is written from right to left, the text around it stays. */
export function isolated(text) {
  return PLAIN.test(text) || !RIGHT_TO_LEFT.test(text) ? text : `\u2068${text}\u2069`;
}
