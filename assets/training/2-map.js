// One run's map at one moment, on a canvas: dots, the watched word with its neighbours, names.

const TAU = 2 * Math.PI;
const MARGIN = 18;
const FOOT = 18; // of the map, where its line stands
const CLOSE = 14; // pixels from which a word can be pointed at
const NAMED = 46;

class MomentMap {
  constructor(player, run) {
    Object.assign(this, { player, run });
    this.places = new Float32Array(2 * run.size);
    this.canvas = make("canvas", { tabindex: "-1", role: "img" });
    this.caption = make("p", { class: "lt-caption" });
    this.hint = make("p", { class: "lt-hint" }, "Press ▶ or move the slider, and watch the topics gather. Click a word to watch it.");
    this.root = make("div", { class: "lt-map" }, this.canvas, this.hint, this.caption);
    this.canvas.addEventListener("pointermove", (event) => player.point(this.find(event)));
    this.canvas.addEventListener("pointerleave", () => player.point(null));
    this.canvas.addEventListener("click", (event) => {
      const word = this.find(event);
      if (word) player.watch(word);
    });
    this.topical = [...run.topic.keys()].filter((i) => run.topic[i] >= 0);
    this.plain = [...run.topic.keys()].filter((i) => run.topic[i] < 0);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.root;
    const scale = window.devicePixelRatio || 1;
    Object.assign(this, { width, height, scale });
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    // As long one way as the other: what is round on the map is round.
    const [across, up] = this.run.spans.map((span) => Math.max(span, 1e-6));
    const unit = Math.min((width - 2 * MARGIN) / across, (height - FOOT - 2 * MARGIN) / up);
    this.wide = across * unit;
    this.high = up * unit;
  }

  x(i) {
    return this.width / 2 + (this.places[2 * i] - 0.5) * this.wide;
  }

  y(i) {
    return (this.height - FOOT) / 2 - (this.places[2 * i + 1] - 0.5) * this.high;
  }

  find(event) {
    const box = this.canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    let best = null;
    let least = CLOSE ** 2;
    for (let i = 0; i < this.run.size; i++) {
      if (this.player.topic >= 0 && this.run.topic[i] !== this.player.topic) continue;
      const away = (this.x(i) - px) ** 2 + (this.y(i) - py) ** 2;
      if (away < least) [best, least] = [i, away];
    }
    return best === null ? null : this.run.word(best);
  }

  draw(epochs) {
    const { run, player, theme = player.theme } = this;
    this.hint.hidden = player.touched || player.views[0] !== this;
    const place = run.placeAt(epochs);
    const moment = Math.round(place);
    this.moment = moment;
    run.lay(place, this.places);
    const c = this.canvas.getContext("2d");
    c.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    this.dots(c, this.plain, theme.none, 1.5, player.topic >= 0 ? 0.2 : 0.5);
    for (const [topic, colour] of player.colours.entries()) {
      const words = this.topical.filter((i) => run.topic[i] === topic);
      const faded = player.topic >= 0 && player.topic !== topic;
      this.dots(c, words, colour, 3, faded ? 0.12 : 0.9);
    }
    const word = player.hover ?? player.word;
    const i = run.at.get(word);
    const near = i === undefined ? [] : run.neighbours(i, moment);
    this.name(c, i, near);
    const kept = `the map keeps ${Math.round(100 * run.kept[moment])} % of the true neighbours`;
    const who = player.runs.length > 1 ? `${run.name} · ` : "";
    this.caption.textContent = `${who}${inPasses(Math.min(epochs, run.epochs.at(-1)))} · ${kept}`;
    this.canvas.setAttribute("aria-label", `Map of ${run.size} words ${this.caption.textContent}`);
  }

  dots(c, words, colour, radius, alpha) {
    c.globalAlpha = alpha;
    c.fillStyle = colour;
    c.beginPath();
    for (const i of words) {
      const [x, y] = [this.x(i), this.y(i)];
      c.moveTo(x + radius, y);
      c.arc(x, y, radius, 0, TAU);
    }
    c.fill();
    c.globalAlpha = 1;
  }

  // Lines to the neighbours that are on the map, then names: the word, its neighbours, others.
  name(c, i, near) {
    const { run, player } = this;
    const taken = [];
    const on = near.map((word) => run.at.get(word)).filter((at) => at !== undefined);
    if (i !== undefined) {
      c.strokeStyle = player.theme.accent;
      c.lineWidth = 1;
      c.globalAlpha = 0.55;
      c.beginPath();
      for (const at of on) {
        c.moveTo(this.x(i), this.y(i));
        c.lineTo(this.x(at), this.y(at));
      }
      c.stroke();
      this.dots(c, on, player.theme.accent, 3, 1);
      this.dots(c, [i], player.theme.accent, 5, 1);
      this.put(c, taken, i, run.word(i), 700, 14, player.theme.accent, true);
      for (const at of on) this.put(c, taken, at, run.word(at), 600, 12, player.theme.text);
    }
    const dimmed = i !== undefined && player.hover ? 0.35 : 0.85;
    c.globalAlpha = dimmed;
    for (const at of this.named) {
      if (player.topic >= 0 && run.topic[at] !== player.topic) continue;
      this.put(c, taken, at, run.word(at), 400, 11, player.theme.quiet);
    }
    c.globalAlpha = 1;
  }

  /** The words that are named where there is room: frequent ones of every topic. */
  get named() {
    if (this.chosen?.topic === this.player.topic) return this.chosen.list;
    const most = this.player.topic >= 0 ? NAMED : 3;
    const seen = new Map();
    const list = this.topical.filter((i) => {
      const so = seen.get(this.run.topic[i]) ?? 0;
      seen.set(this.run.topic[i], so + 1);
      return so < most;
    });
    this.chosen = { topic: this.player.topic, list };
    return list;
  }

  put(c, taken, i, text, weight, size, colour, always = false) {
    c.font = `${weight} ${size}px ${this.player.theme.font}`;
    const half = c.measureText(text).width / 2;
    const x = Math.min(this.width - half - 2, Math.max(half + 2, this.x(i)));
    const y = this.y(i) - size * 0.75 < size ? this.y(i) + size : this.y(i) - size * 0.75;
    const box = [x - half - 2, y - size * 0.6, x + half + 2, y + size * 0.6];
    const hit = taken.some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1]);
    if (hit && !always) return;
    taken.push(box);
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineWidth = 3;
    c.lineJoin = "round";
    c.strokeStyle = this.player.theme.background;
    c.strokeText(text, x, y);
    c.fillStyle = colour;
    c.fillText(text, x, y);
  }
}
