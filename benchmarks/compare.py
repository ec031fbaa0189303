"""Linked maps: hover, lasso and morph on several maps at once, and how soon they are drawn.

Four shipped maps of 10,000 words in the app; four maps of GloVe's 100,000 most frequent words (UMAP
with two seeds and two settings, computed first) in a saved page; and beside them the same link as
Streamlit makes it, four ``st.plotly_chart(on_select="rerun")`` of the same 10,000 words.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import browsing
from benchmarks.browse import HOVER, spots
from benchmarks.common import load, machine, note, show, spread, table
from embeddings import methods, neighbors, projection, vocabulary
from embeddings.figures import packs, standalone
from embeddings.types import EmbeddingTable, Spec, Vocabulary
from pages.shared.comparison import FIRST

MAPS = 4
WORDS = 100_000
ARE_DRAWN = (
    "() => new Set(bench.drawn.filter((mark) => mark.painted).map((mark) => mark.value)).size"
    f" >= {MAPS}"
)
LAST = "() => Math.max(...bench.drawn.filter((mark) => mark.painted).map((mark) => mark.painted))"

# Draws a circle around n words of the first map and lets go: which words lie inside, all that the
# state tells, and every map drawn anew. "Screen" is until the frame after that.
LASSO = """async (maps, n) => {
  const { state, views } = maps;
  const [view] = views;
  state.set({ selection: new Set() });
  await new Promise((done) => setTimeout(done, 400));
  const [x, y] = [view.width / 2, view.height / 2];
  const away = [...view.sx].map((sx, i) => Math.hypot(sx - x, view.sy[i] - y));
  const far = away.filter((each) => !Number.isNaN(each)).sort((a, b) => a - b);
  const path = [];
  for (let i = 0; i < 40; i++) {
    path.push(x + far[n] * Math.cos(i * Math.PI / 20), y + far[n] * Math.sin(i * Math.PI / 20));
  }
  const frames = views.map((each) => each.timings.frames);
  const start = performance.now();
  const selection = view.wordsInside(path);
  state.set({ selection });
  const handled = performance.now() - start;
  let drawn = 0;
  while (views.some((each, i) => each.timings.frames === frames[i])) {
    await new Promise(requestAnimationFrame);
  }
  drawn = views.reduce((sum, each) => sum + each.timings.frame, 0);
  await new Promise(requestAnimationFrame);
  return { n: selection.size, script: handled + drawn, screen: performance.now() - start };
}"""

MORPH = """async (maps, ms) => {
  const { view, morphBar, state } = maps;
  state.set({ morph: true });
  await new Promise((done) => setTimeout(done, 600));
  const draw = [];
  const before = view.timings.frames;
  let last = before;
  morphBar.go(0);
  morphBar.flowTo(1);
  const start = performance.now();
  while (performance.now() - start < ms) {
    await new Promise(requestAnimationFrame);
    if (view.timings.frames > last) draw.push(view.timings.frame);
    last = view.timings.frames;
  }
  const seconds = (performance.now() - start) / 1000;
  state.set({ morph: false });
  return { frames: (last - before) / seconds, script: draw };
}"""

# The page says how many are selected, and every other chart has been given them and drawn them.
SHOWN = """(before) => {
  const n = document.querySelector("#selected")?.dataset.selected;
  const plots = [...document.querySelectorAll(".js-plotly-plot")];
  return n !== before && plots.slice(1).every(
    (plot) => plot._fullData?.[0].selectedpoints?.length === Number(n));
}"""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="of each (default 5)")
    parser.add_argument("--places", type=int, default=1500, help="to hover over (default 1500)")
    parser.add_argument("--no-big", action="store_true", help="leave out the 100,000 words")
    parser.add_argument("--no-plain", action="store_true", help="leave out the plain charts")
    return parser.parse_args()


def visit(page: Any, url: str) -> float:
    """Open an address; return the seconds until all maps are on the screen."""
    page.goto(url, wait_until="commit")
    page.wait_for_function(ARE_DRAWN)
    return page.evaluate(LAST) / 1000


def browse(page: Any, label: str, options: argparse.Namespace) -> list[list[str]]:
    """Return rows on hover and lasso."""
    page.wait_for_timeout(1500)
    browsing.call(page, HOVER, spots(60))  # the first events are compiled, not measured
    hover = browsing.call(page, HOVER, spots(options.places))
    lasso = [browsing.call(page, LASSO, 3000) for _ in range(options.repeats + 1)][1:]
    chosen = f"{lasso[0]['n']:,} words"
    return [
        [f"hover to {MAPS} maps lit, {label}: script", *milliseconds(hover)],
        [f"lasso of {chosen} to {MAPS} maps drawn, {label}: script", *of(lasso, "script")],
        [f"lasso of {chosen} to {MAPS} maps on the screen, {label}", *of(lasso, "screen")],
    ]


def of(found: list[dict[str, float]], name: str) -> list[str]:
    """Return the row of one number of several runs."""
    return milliseconds([each[name] for each in found])


def milliseconds(times: list[float]) -> list[str]:
    """Return median, 95th percentile and number of times, in milliseconds."""
    return [f"{np.median(times):.1f}", f"{np.percentile(times, 95):.1f}", f"{len(times):,}"]


def large_maps(folder: Path) -> Path:
    """Write the page of four maps of GloVe's most frequent words; return its path."""
    words = vocabulary.glove_words()[:WORDS]
    from embeddings.methods import glove

    table = EmbeddingTable(
        words, np.ascontiguousarray(glove.matrix()[:WORDS]), Spec("glove", "benchmark")
    )
    nothing = np.full(WORDS, -1)
    of = Vocabulary(
        "benchmark",
        words,
        (),
        nothing.astype(np.int16),
        (),
        nothing.astype(np.int8),
        np.zeros(WORDS, np.int64),
    )
    near = neighbors.find(table, neighbors.spec(table.spec))
    near_pack = packs.neighbors_pack(near, words, of)
    maps, first = [], None
    for seed in (42, 43):
        for n_neighbors in (15, 30):
            note(f"computing: UMAP of {WORDS:,} words, {n_neighbors} neighbours, seed {seed}")
            settings = {"n_neighbors": n_neighbors, "n_epochs": 100}
            drawn = projection.project(
                table, near, projection.spec(table.spec, seed=seed, parameters=settings)
            )
            first = drawn if first is None else first
            turn = projection.align(drawn.coordinates, first.coordinates)
            name = f"{n_neighbors} neighbours, seed {seed}"
            about = {
                "id": drawn.spec.key,
                "method": "glove",
                "title": "GloVe",
                "name": name,
                "caption": f"{WORDS:,} words · GloVe · UMAP, {name}",
                "align": {
                    "matrix": turn.matrix.tolist(),
                    "scale": turn.scale,
                    "from": turn.source.tolist(),
                    "to": turn.target.tolist(),
                },
            }
            maps.append(standalone.Map(about, packs.projection_pack(drawn, words, of), near_pack))
    path = folder / "maps.html"
    path.write_text(standalone.standalone("100,000 words", of, maps), "utf-8")
    return path


def plain_selection(page: Any, repeats: int) -> list[float]:
    """Draw a lasso on the first plain chart; return the seconds until the others show it."""
    times = []
    for repeat in range(repeats + 1):
        box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        reach = min(box["width"], box["height"]) * (0.3 + 0.02 * repeat)
        before = page.evaluate("() => document.querySelector('#selected').dataset.selected")
        page.mouse.move(x + reach, y)
        page.mouse.down()
        for step in range(1, 24):
            angle = step * math.pi / 12
            page.mouse.move(x + reach * math.cos(angle), y + reach * math.sin(angle))
        start = time.perf_counter()
        page.mouse.up()
        page.wait_for_function(SHOWN, arg=before)
        if repeat:
            times.append(1000 * (time.perf_counter() - start))
    return times


def plain_charts(browser: Any, folder: Path, options: argparse.Namespace) -> list[list[str]]:
    """Return the row on the charts that a rerun links."""
    drawn = [load(projection.spec(methods.get(key).spec())) for key in FIRST]
    least = min(len(each.coordinates) for each in drawn)
    path = folder / "linked.npz"
    places = {f"xy{i}": each.coordinates[:least] for i, each in enumerate(drawn)}
    np.savez(path, words=np.array([f"word {i}" for i in range(least)]), **places)
    with (
        browsing.plain("plain_linked", path) as app,
        browsing.fresh_context(browser) as context,
        context.new_page() as page,
    ):
        page.goto(app.url, wait_until="commit")
        page.wait_for_function("() => document.querySelectorAll('.gl-canvas').length >= 4")
        page.wait_for_timeout(4000)
        times = plain_selection(page, options.repeats)
        chosen = int(page.evaluate("() => document.querySelector('#selected').dataset.selected"))
    label = f"lasso of {chosen:,} words to {MAPS} charts drawn, st.plotly_chart and a rerun"
    return [[label, *milliseconds(times)]]


def main() -> None:
    """Measure and print."""
    options = arguments()
    rows: list[list[str]] = []
    opened: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name, browsing.chromium() as browser:
        folder = Path(name)
        line = machine("streamlit", "plotly", "numpy", browser=browser.version)
        with browsing.ours(LSE_WARM_UP="0") as app, browsing.fresh_context(browser) as context:
            browsing.settle(app)
            note("our app")
            times = {"empty": [], "warm": []}
            for repeat in range(options.repeats + 1):
                with context.new_page() as page:
                    times["warm" if repeat else "empty"].append(visit(page, app.url + "/compare"))
            opened += [
                [f"{MAPS} shipped maps of 10,000 words, browser cache {cache}", spread(each)]
                for cache, each in times.items()
            ]
            with context.new_page() as page:
                visit(page, app.url + "/compare")
                rows += browse(page, "10,000 words each", options)
                morphs = [browsing.call(page, MORPH, 2200) for _ in range(options.repeats)]
        if not options.no_big:
            path = large_maps(folder)
            note("the saved page")
            took = []
            with browsing.fresh_context(browser) as context:
                for _ in range(options.repeats):
                    with context.new_page() as page:
                        took.append(visit(page, path.as_uri()))
                with context.new_page() as page:
                    visit(page, path.as_uri())
                    rows += browse(page, f"{WORDS:,} words each", options)
            size = path.stat().st_size / 1e6
            label = f"{MAPS} maps of {WORDS:,} words, a saved page of {size:.0f} MB"
            opened.append([label, spread(took)])
        if not options.no_plain:
            note("plain charts")
            rows += plain_charts(browser, folder, options)
    show("Linked maps", line, "", table(["milliseconds", "median", "95 %", "n"], rows))
    columns = ["from opening until all maps are drawn", "seconds: median (least-greatest)"]
    show("Opening them", line, "", table(columns, opened))
    frames = [each["frames"] for each in morphs]
    script = [took for each in morphs for took in each["script"]]
    told = [spread(frames, 0), f"{np.median(script):.1f}", f"{np.percentile(script, 95):.1f}"]
    columns = ["", "redraws a second", "script per redraw, ms: median", "95 %"]
    show("Morph", table(columns, [["10,000 words from Co-occurrence to Word2Vec", *told]]))


if __name__ == "__main__":
    main()
