// Mouse, touch and keyboard on one map.

const CLICK_SLOP = 4;
const SETTLE_MS = 120;

/** Wires a MapView to its element; returns a function that takes the wires out. */
export function listen(view) {
  const { root, state } = view;
  const heard = [];
  const on = (type, handler, options) => {
    root.addEventListener(type, handler, options);
    heard.push(() => root.removeEventListener(type, handler, options));
  };
  const fingers = new Map();
  let grip = null;
  let settle = 0;

  const place = (event) => {
    const box = root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const settleSoon = () => {
    clearTimeout(settle);
    // Drawn in full only when the reader pauses; a very full map takes longer than that pause, and
    // must not be drawn so in the middle of a drag.
    settle = setTimeout(() => {
      if (grip?.moved) return settleSoon();
      view.redraw({ settle: true });
      view.onView();
    }, SETTLE_MS);
  };
  let lastNames = 0;
  const move = (change) => {
    const before = view.camera.view;
    change(view.camera);
    const now = performance.now();
    // Names are chosen anew a few times a second while moving; in between they travel along.
    const names = now - lastNames > 160 && view.timings.labels < 25;
    if (names) lastNames = now;
    view.redraw({ settle: names, moving: true });
    view.onMove(before);
    settleSoon();
  };

  on("pointerdown", (event) => {
    if (event.target.closest("button, input, a, select, [role=listbox]")) return;
    const [x, y] = place(event);
    fingers.set(event.pointerId, [x, y]);
    view.stopFlight?.();
    const selecting = state.tool !== "move" || event.shiftKey;
    grip = { x, y, fromX: x, fromY: y, moved: false, kind: selecting ? state.tool : "move" };
    if (event.shiftKey && state.tool === "move") grip.kind = "lasso";
    if (grip.kind !== "move") {
      view.path = [x, y];
      state.set({ hover: -1 });
    }
    grip.pan = event.button === 1 || event.button === 2 || event.ctrlKey;
    root.setPointerCapture(event.pointerId);
    root.focus({ preventScroll: true, focusVisible: false });
  });

  on("pointermove", (event) => {
    const [x, y] = place(event);
    if (!grip) {
      const word = event.pointerType === "touch" ? -1 : view.map ? view.wordAt(x, y) : -1;
      state.set({ hover: word });
      root.style.cursor = state.tool !== "move" ? "crosshair" : word >= 0 ? "pointer" : "grab";
      return;
    }
    if (fingers.size === 2) return pinch(event, x, y);
    const [dx, dy] = [x - grip.x, y - grip.y];
    if (Math.hypot(x - grip.fromX, y - grip.fromY) > CLICK_SLOP) grip.moved = true;
    if (!grip.moved) return;
    Object.assign(grip, { x, y });
    if (grip.kind === "move") {
      move((camera) => (view.flat || grip.pan ? camera.drag(dx, dy) : camera.turn(dx, dy)));
      root.style.cursor = "grabbing";
    } else if (grip.kind === "box") {
      view.path = [grip.fromX, grip.fromY, x, grip.fromY, x, y, grip.fromX, y];
      view.highlight();
    } else {
      view.path.push(x, y);
      view.highlight();
    }
  });

  function pinch(event, x, y) {
    const [a, b] = [...fingers.values()];
    const before = Math.hypot(a[0] - b[0], a[1] - b[1]);
    fingers.set(event.pointerId, [x, y]);
    const [c, d] = [...fingers.values()];
    const after = Math.hypot(c[0] - d[0], c[1] - d[1]);
    grip.moved = true;
    if (!(before > 0)) return;
    move((camera) => camera.zoomAt(after / before, (c[0] + d[0]) / 2, (c[1] + d[1]) / 2));
  }

  const release = (event) => {
    fingers.delete(event.pointerId);
    if (!grip) return;
    if (fingers.size) {
      // A finger that stays after a pinch goes on from where it is.
      [grip.x, grip.y] = [...fingers.values()][0];
      return;
    }
    const [x, y] = place(event);
    const { kind, moved: wasMoved } = grip;
    grip = null;
    root.style.cursor = "";
    if (!wasMoved) {
      view.path = null;
      const word = view.map ? view.wordAt(x, y, event.pointerType === "touch" ? 24 : 14) : -1;
      if (word >= 0) state.set({ focus: word, tab: "word" });
    } else if (kind !== "move") {
      const inside = view.wordsInside(view.path);
      view.path = null;
      state.set({ selection: inside, ...(inside.size ? { tab: "selection" } : {}) });
    }
    view.highlight();
    settleSoon();
  };
  on("pointerup", release);
  on("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    grip = null;
    view.path = null;
  });
  on("pointerleave", () => {
    if (!grip) state.set({ hover: -1 });
  });
  on("contextmenu", (event) => !view.flat && event.preventDefault());
  on(
    "wheel",
    (event) => {
      // A map inside a page lets the page scroll until somebody uses it.
      if (view.embedded && !event.ctrlKey && !view.root.contains(document.activeElement)) return;
      event.preventDefault();
      if (!view.map) return;
      view.stopFlight?.();
      const lines = event.deltaMode === 1 ? 30 : 1;
      move((camera) => camera.zoomAt(Math.exp(-event.deltaY * lines * 0.0016), ...place(event)));
    },
    { passive: false },
  );
  on("dblclick", (event) => {
    if (!view.map || event.target.closest("button, input")) return;
    const [x, y] = place(event);
    move((camera) => camera.zoomAt(2, x, y));
  });
  on("keydown", (event) => {
    if (event.target !== root || !view.map) return;
    const steps = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const middle = [view.width / 2, view.height / 2];
    if (steps[event.key]) walk(view, ...steps[event.key]);
    else if (event.key === "+" || event.key === "=") move((camera) => camera.zoomAt(1.4, ...middle));
    else if (event.key === "-") move((camera) => camera.zoomAt(1 / 1.4, ...middle));
    else if (event.key === "0") view.onHome();
    else return;
    event.preventDefault();
    settleSoon();
  });
  return () => {
    clearTimeout(settle);
    heard.forEach((stop) => stop());
  };
}

/** Goes to the true neighbour that lies that way on the screen; the closest dot if none does. */
function walk(view, dx, dy) {
  const { state, map } = view;
  if (state.focus < 0 || !map.has(state.focus)) {
    const word = view.order.find((each) => map.has(each) && view.alpha[each] > 40);
    if (word !== undefined) state.set({ focus: word, hover: -1, tab: "word" });
    return;
  }
  const from = state.focus;
  const onward = (word) => {
    if (!map.has(word) || view.alpha[word] <= 40 || word === from) return false;
    const x = view.sx[word] - view.sx[from];
    const y = view.sy[word] - view.sy[from];
    return (x * dx + y * dy) / (Math.hypot(x, y) || 1) > 0.5;
  };
  const near = (map.neighborsOf(from, 15) ?? []).map((each) => each.word);
  const next = near.find(onward) ?? map.closestDots(from, 60).find(onward);
  if (next === undefined) return;
  state.set({ focus: next, hover: -1, tab: "word" });
  view.onWalk(next);
}
