"""Hover, search, pan and zoom on a drawn map, and what of it asks the server.

Hover and search are the script time of the page's own handlers, for real events over many places
and many typed letters. Panning and zooming are done with a real mouse for some seconds, on our map
and on a plain Plotly chart of the same 10,000 words.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import browsing
from benchmarks.common import is_shipped, machine, note, plain_data, show, table

HOVER = """(maps, places) => {
  const { view, state } = maps;
  const box = view.root.getBoundingClientRect();
  const times = [];
  let before = state.hover;
  for (const [x, y] of places) {
    const event = new PointerEvent("pointermove", {
      clientX: box.left + x * box.width, clientY: box.top + y * box.height,
      pointerType: "mouse", bubbles: true, cancelable: true, isPrimary: true,
    });
    const start = performance.now();
    view.root.dispatchEvent(event);
    const took = performance.now() - start;
    if (state.hover >= 0 && state.hover !== before) times.push(took);
    before = state.hover;
  }
  return times;
}"""

TYPE = """(maps, typed) => typed.map((text) => {
  const input = maps.search;
  input.focus({ preventScroll: true });
  input.value = text;
  const start = performance.now();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  return performance.now() - start;
})"""

CLEAR = (
    """(maps) => { maps.search.value = ""; maps.search.blur(); maps.state.set({ hover: -1 }); }"""
)

# Counts the frames in which the browser let the page draw, and those in which the map did: our
# view counts its own, a Plotly chart tells of each step of a drag or zoom.
COUNT = """() => {
  const view = document.querySelector(".lm-root")?.linkedMaps.view;
  const bench = window.bench;
  const count = { frames: 0, redraws: 0, moves: 0, script: [], longest: 0, running: true };
  bench.count = count;
  const before = view?.timings.frames ?? 0;
  let drawn = before;
  let last = performance.now();
  document.querySelector(".js-plotly-plot")?.on("plotly_relayouting", () => bench.count.redraws++);
  for (const type of ["pointermove", "wheel"]) {
    addEventListener(type, () => count.moves++, { capture: true, passive: true });
  }
  const step = () => {
    if (!count.running) return;
    const now = performance.now();
    count.longest = Math.max(count.longest, now - last);
    last = now;
    count.frames++;
    if (view && view.timings.frames > drawn) {
      drawn = view.timings.frames;
      count.redraws = drawn - before;
      count.script.push(view.timings.frame);
    }
    requestAnimationFrame(step);
  };
  count.start = performance.now();
  requestAnimationFrame(step);
}"""
COUNTED = """() => {
  const { count } = window.bench;
  count.running = false;
  const seconds = (performance.now() - count.start) / 1000;
  return { frames: count.frames / seconds, redraws: count.redraws / seconds,
           moves: count.moves / seconds,
           script: count.script, longest: count.longest };
}"""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browse", description=__doc__)
    parser.add_argument("--places", type=int, default=2000, help="to hover over (default 2000)")
    parser.add_argument(
        "--seconds", type=float, default=4, help="to pan and to zoom, each (default 4)"
    )
    parser.add_argument("--repeats", type=int, default=3, help="of each pan and zoom (default 3)")
    parser.add_argument("--no-big", action="store_true", help="leave out the 400,000 words")
    return parser.parse_args()


def spots(n: int) -> list[list[float]]:
    """Return places on the map as shares of its width and height, by a seeded draw."""
    return np.random.default_rng(42).uniform((0.05, 0.1), (0.95, 0.9), (n, 2)).tolist()


def typed_words(words: list[str]) -> list[str]:
    """Return what a search box holds while these words are typed letter by letter."""
    return [word[:n] for word in words for n in range(1, len(word) + 1)]


def percentiles(times: list[float]) -> list[str]:
    """Return median, 95th percentile and number of times, in milliseconds."""
    if not times:
        return ["not measured", "", "0"]
    return [f"{np.median(times):.2f}", f"{np.percentile(times, 95):.2f}", f"{len(times):,}"]


def middle_of(page: Any) -> tuple[float, float]:
    """Return the middle of our map or of a Plotly chart."""
    box = page.locator(".lm-map, .js-plotly-plot .nsewdrag").first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pan(page: Any, seconds: float) -> None:
    """Drag with the mouse, around in circles."""
    x, y = middle_of(page)
    page.mouse.move(x, y)
    page.mouse.down()
    end, angle = time.monotonic() + seconds, 0.0
    while time.monotonic() < end:
        angle += 0.9
        page.mouse.move(x + 150 * math.cos(angle), y + 100 * math.sin(angle), steps=20)
    page.mouse.up()


def zoom(page: Any, seconds: float) -> None:
    """Turn the wheel, in and out again."""
    page.mouse.move(*middle_of(page))
    end, turn = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        page.mouse.wheel(0, -40 if turn % 60 < 30 else 40)
        turn += 1


def smoothness(page: Any, move: Callable[[Any, float], None], seconds: float) -> dict[str, Any]:
    """Return frames and redraws a second while something is done with the mouse."""
    page.evaluate(COUNT)
    move(page, seconds)
    found = page.evaluate(COUNTED)
    page.wait_for_timeout(500)
    return found


def smooth_row(label: str, page: Any, move: Any, options: argparse.Namespace) -> list[str]:
    """Return a row of the table of frames: medians over the repeats."""
    found = [smoothness(page, move, options.seconds) for _ in range(options.repeats)]
    script = [time for each in found for time in each["script"]]
    return [
        label,
        f"{np.median([each['frames'] for each in found]):.0f}",
        f"{np.median([each['redraws'] for each in found]):.0f}",
        f"{np.median([each['moves'] for each in found]):.0f}",
        f"{np.median(script):.1f}" if script else "-",
        f"{np.median([each['longest'] for each in found]):.0f}",
    ]


def handlers(page: Any, label: str, options: argparse.Namespace) -> list[list[str]]:
    """Return the script times of hover and search on the map of a page."""
    words = typed_words(["king", "washington", "beautiful", "xenophobia", "quick", "the"])
    wrong = ["kingg", "washingtn", "beautifull", "zzzzqq", "qqqqqqq"]
    browsing.call(page, HOVER, spots(50))  # the first events are compiled, not measured
    rows = [
        [
            f"hover to highlight, {label}",
            *percentiles(browsing.call(page, HOVER, spots(options.places))),
        ]
    ]
    for name, typed in (("search, a letter typed", words), ("search, no such word", wrong)):
        browsing.call(page, TYPE, typed[:2])
        rows.append([f"{name}, {label}", *percentiles(browsing.call(page, TYPE, typed))])
        browsing.call(page, CLEAR)
    return rows


def lasso(page: Any) -> None:
    """Draw around words in the middle of the map."""
    x, y = middle_of(page)
    page.keyboard.down("Shift")
    page.mouse.move(x - 80, y - 60)
    page.mouse.down()
    for dx, dy in ((80, -60), (80, 60), (-80, 60), (-80, -50)):
        page.mouse.move(x + dx, y + dy, steps=5)
    page.mouse.up()
    page.keyboard.up("Shift")


def asked_of_server(page: Any, sockets: list[Any]) -> list[list[str]]:
    """Return how many requests and socket messages each way of browsing costs."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append("request"))
    for socket in sockets:
        socket.on("framesent", lambda _: seen.append("message"))
        socket.on("framereceived", lambda _: seen.append("message"))
    x, y = middle_of(page)

    def hover() -> None:
        for dx, dy in (np.array(spots(60)) * (500, 300) - (250, 150)).tolist():
            page.mouse.move(x + dx, y + dy)

    def search() -> None:
        page.keyboard.press("/")
        page.keyboard.type("queen", delay=30)
        page.keyboard.press("Escape")

    ways = {"hover": hover, "zoom": lambda: zoom(page, 1.5), "pan": lambda: pan(page, 1.5)}
    rows = []
    for name, way in (ways | {"search": search, "lasso": lambda: lasso(page)}).items():
        page.get_by_role("button", name="Show the whole map").click()
        page.wait_for_timeout(1000)
        seen.clear()
        way()
        page.wait_for_timeout(1500)
        rows.append([name, str(seen.count("request")), str(seen.count("message"))])
    chosen = browsing.call(page, "(maps) => maps.state.selection.size")
    rows[-1][0] += f" (chose {chosen} words)"
    return rows


def measure(page: Any, label: str, options: argparse.Namespace) -> tuple[list, list]:
    """Return the rows of handlers and of frames for our map."""
    note(label)
    moves = [smooth_row(f"{name}, {label}", page, move, options) for name, move in MOVES.items()]
    return handlers(page, label, options), moves


MOVES = {"pan": pan, "zoom": zoom}


def main() -> None:
    """Measure and print."""
    options = arguments()
    script_rows, frame_rows, server_rows = [], [], []
    with tempfile.TemporaryDirectory() as folder, browsing.chromium() as browser:
        line = machine("streamlit", "plotly", browser=browser.version)
        with browsing.ours(LSE_WARM_UP="0") as app, browsing.fresh_context(browser) as context:
            browsing.settle(app)
            sockets: list[Any] = []
            context.on("page", lambda page: page.on("websocket", lambda each: sockets.append(each)))
            with browsing.page_of(context, app.url) as page:
                script_rows, frame_rows = measure(page, "our map, 10,000 words", options)
                server_rows = asked_of_server(page, sockets)
            if not options.no_big and is_shipped("glove", "glove-400k"):
                big = f"{app.url}/?method=glove&vocabulary=glove-400k"
                with browsing.page_of(context, big) as page:
                    more, moves = measure(page, "our map, 400,000 words", options)
                    script_rows, frame_rows = script_rows + more, frame_rows + moves
            else:
                note("left out: the map of 400,000 words")
        with (
            browsing.plain("plain_coordinates", plain_data(Path(folder))) as app,
            browsing.fresh_context(browser) as context,
            browsing.page_of(context, app.url) as page,
        ):
            note("plain Plotly chart")
            frame_rows += [
                smooth_row(f"{name}, plain Plotly chart, 10,000 words", page, move, options)
                for name, move in MOVES.items()
            ]
    columns = ["milliseconds of script", "median", "95 %", "n"]
    show("Hover and search", line, "", table(columns, script_rows))
    columns = [
        "",
        "frames a second",
        "redraws a second",
        "moves of the mouse a second",
        "script per redraw, ms",
        "longest gap, ms",
    ]
    show("Pan and zoom", line, "", table(columns, frame_rows))
    columns = ["on our map of 10,000 words", "requests", "socket messages"]
    show("What browsing asks of the server", table(columns, server_rows))


if __name__ == "__main__":
    main()
