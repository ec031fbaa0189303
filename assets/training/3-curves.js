// What the training can do at every moment, as four small curves with a cursor at the slider.

const SVG = "http://www.w3.org/2000/svg";
const HIGH = 74; // of the drawing, in pixels
const LEFT = 34;
const BELOW = 16;

function draw(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

const decimals = (digits) => (value) => value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1");
const percent = (value) => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;

/** What is drawn: a title, of each run its lines, how a value is written, and the least range. */
function measures(player) {
  const each = (values) => player.runs.map((run, i) => ({ run, values: values(run), dash: i > 0, of: i }));
  const word = player.word;
  const first = player.runs[0];
  const both = (values) => [...new Set(values)].map((value) => value.toLocaleString("en")).join(" and ");
  const questions = both(player.runs.map((run) => run.questions));
  const judged = both(player.runs.map((run) => run.judged));
  const close = player.runs.flatMap((run, i) => {
    const at = run.at.get(word);
    const lines = [{ run, values: run.random, dash: i > 0, of: i, faint: true, name: "random pairs" }];
    if (at === undefined) return lines;
    const partner = run.neighbours(at, run.moments - 1)[0];
    return [...lines, { run, values: run.closenessOf(at), dash: i > 0, of: i, name: partner }];
  });
  const partners = close.filter((line) => !line.faint).map((line) => line.name);
  return [
    {
      title: "Loss of a guess",
      about: `In nats; guessing blindly costs ${first.loss[0].toFixed(2)}. Lower is better.`,
      lines: each((run) => run.loss), write: decimals(2), low: 0,
    },
    {
      title: "Analogies right",
      about: `Of ${questions} questions of Google's set whose words are among the ${first.searched.toLocaleString("en")} searched; by chance about 0.`,
      lines: each((run) => run.analogies), write: percent, low: 0, high: 0.1,
    },
    {
      title: "WordSim-353",
      about: `Rank correlation with what people said of ${judged} pairs of words; 0: none.`,
      lines: each((run) => run.wordsim), write: decimals(2), low: 0, high: 0.5,
    },
    {
      title: partners.length ? `${word} – ${[...new Set(partners)].join(", ")}` : "Random pairs",
      about: "Cosine with the word that is its nearest at the end; thin: the mean of random pairs. Compare the two: at first all words move one way together.",
      lines: close, write: decimals(2), low: 0, high: 1,
    },
  ];
}

class Curves {
  constructor(player) {
    this.player = player;
    this.root = make("div", { class: "lt-curves" });
  }

  /** Draw the lines; the cursor moves by itself. */
  lay() {
    const { player } = this;
    this.panels = measures(player).map((measure) => {
      const value = make("b", {});
      const title = make("p", { title: measure.about }, `${measure.title} `, value);
      const svg = draw("svg", { role: "img", "aria-label": `${measure.title}. ${measure.about}` });
      const root = make("div", { class: "lt-curve" }, title, svg, make("p", { class: "lt-about" }, measure.about));
      return { ...measure, root, svg, value };
    });
    this.root.replaceChildren(...this.panels.map((panel) => panel.root));
    for (const panel of this.panels) this.lines(panel);
  }

  lines(panel) {
    const { svg, lines, write } = panel;
    const { timeline, theme } = this.player;
    const wide = Math.max(120, panel.root.clientWidth);
    svg.setAttribute("viewBox", `0 0 ${wide} ${HIGH + BELOW}`);
    svg.setAttribute("height", HIGH + BELOW);
    const known = lines.flatMap((line) => line.values.filter((v) => v !== null));
    const low = Math.min(panel.low ?? Infinity, ...known);
    const high = Math.max(panel.high ?? -Infinity, ...known, low + 1e-6);
    panel.x = (place) => LEFT + (place / Math.max(1, timeline.last)) * (wide - LEFT - 8);
    panel.y = (value) => 6 + (1 - (value - low) / (high - low)) * (HIGH - 8);
    const parts = [];
    for (const edge of [low, high]) {
      parts.push(draw("line", { x1: LEFT, x2: wide - 8, y1: panel.y(edge), y2: panel.y(edge), class: "lt-rule" }));
      parts.push(draw("text", { x: LEFT - 5, y: panel.y(edge) + 4, class: "lt-tick", "text-anchor": "end" }, write(edge).replace(" %", "%").replace(".0%", "%")));
    }
    for (const [place, name] of this.player.ticks) {
      parts.push(draw("text", { x: panel.x(place), y: HIGH + 13, class: "lt-tick", "text-anchor": "middle" }, name));
    }
    for (const line of lines) {
      let path = "";
      line.values.forEach((value, i) => {
        if (value === null) return;
        const x = panel.x(timeline.placeAt(line.run.epochs[i]));
        path += `${path ? "L" : "M"}${x.toFixed(1)} ${panel.y(value).toFixed(1)}`;
      });
      const stroke = line.of ? theme.second : theme.accent;
      const more = line.dash ? { "stroke-dasharray": "5 3" } : {};
      parts.push(draw("path", { d: path, class: line.faint ? "lt-line lt-faint" : "lt-line", stroke, ...more }));
    }
    panel.cursor = draw("line", { y1: 2, y2: HIGH, class: "lt-cursor" });
    panel.dots = lines.map((line) => draw("circle", { r: line.faint ? 2 : 3.5, fill: line.of ? theme.second : theme.accent }));
    svg.replaceChildren(...parts, panel.cursor, ...panel.dots);
  }

  move(place) {
    const epochs = this.player.timeline.epochsAt(place);
    for (const panel of this.panels) {
      const x = panel.x(place);
      panel.cursor.setAttribute("x1", x);
      panel.cursor.setAttribute("x2", x);
      const said = [];
      panel.lines.forEach((line, i) => {
        const at = line.run.placeAt(epochs);
        const [a, b] = [line.values[Math.floor(at)], line.values[Math.ceil(at)]];
        const value = a === null || b === null ? null : a + (at % 1) * (b - a);
        panel.dots[i].setAttribute("visibility", value === null ? "hidden" : "visible");
        if (value !== null) {
          panel.dots[i].setAttribute("cx", x);
          panel.dots[i].setAttribute("cy", panel.y(value));
        }
        if (!line.faint) said.push(value === null ? "not asked" : panel.write(value));
      });
      panel.value.textContent = said.join(" · ");
    }
  }
}
