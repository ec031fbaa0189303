"""A training that is watched beside the same call of gensim alone, and a step of its slider.

The vectors are compared to the last bit. "Watched" is everything up to the last vector: snapshots,
their neighbours and tests of meaning included; the maps are drawn afterwards, and timed apart.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from typing import Any

import numpy as np

from benchmarks import browsing
from benchmarks.common import machine, median, note, ratio, show, spread, table
from embeddings import corpus, projection, recipes
from embeddings.inside import training
from embeddings.methods import word2vec
from embeddings.types import TrainingSpec, no_progress

PLAYER = "document.querySelector('[data-training]').training.player"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training", description=__doc__)
    parser.add_argument("--text", default="dictionary", help="packaged, dictionary or wikipedia")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--no-browser", action="store_true")
    return parser.parse_args()


def alone(request: TrainingSpec) -> tuple[float, float, Any]:
    """Train as gensim does and nothing else; return seconds, those of the processor, vectors."""
    text = corpus.read(request.table.corpus)
    start, used = time.perf_counter(), time.process_time()
    vectors = word2vec.train(request.table, word2vec.Sentences(text), no_progress)
    return time.perf_counter() - start, time.process_time() - used, vectors.vectors


def watched(request: TrainingSpec) -> tuple[float, float, float, Any]:
    """Train and watch; return seconds until the maps, of the processor, of the maps, vectors."""
    times = {}

    def draw(*given: Any) -> Any:
        times["drawing"] = time.perf_counter()
        times["used"] = time.process_time()
        return projection.in_turn(*given)

    start, used = time.perf_counter(), time.process_time()
    _, final = training.train(request, recipes.score_of_training, draw)
    end = time.perf_counter()
    seconds = times["drawing"] - start
    return seconds, times["used"] - used, end - times["drawing"], final.vectors


def measure(request: TrainingSpec, repeats: int) -> list[list[str]]:
    """Train in turns."""
    projection.warm()  # a worker of the app has compiled before somebody waits
    seconds: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        wall, used, theirs = alone(request)
        seconds["alone"].append(wall)
        seconds["alone, processor"].append(used)
        note(f"gensim alone {wall:.1f} s")
        wall, used, maps, ours = watched(request)
        seconds["watched"].append(wall)
        seconds["watched, processor"].append(used)
        seconds["maps"].append(maps)
        note(f"watched {wall:.1f} s, maps {maps:.1f} s")
        assert sorted(map(bytes, theirs)) == sorted(map(bytes, np.asarray(ours)))
    base, busy = median(seconds["alone"]), median(seconds["alone, processor"])
    whole = [a + b for a, b in zip(seconds["watched"], seconds["maps"], strict=True)]
    rows = [
        ("gensim alone", seconds["alone"], base),
        ("watched, until the last vector", seconds["watched"], base),
        ("watched, and the maps drawn", whole, base),
        ("gensim alone: seconds of the processor", seconds["alone, processor"], busy),
        ("watched: seconds of the processor", seconds["watched, processor"], busy),
    ]
    return [[name, spread(times, 1), ratio(median(times), of)] for name, times, of in rows]


def slider() -> tuple[str, list[list[str]]]:
    """Move the slider of the shipped training through its moments, one and two runs."""
    rows = []
    with browsing.ours(LSE_WORKERS="1") as app, browsing.chromium() as browser:
        for name, query in (
            ("one run", ""),
            ("two runs", "?beside=text:dictionary,algorithm:cbow,epochs:5"),
        ):
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{app.url}/training{query}")
            page.locator("[data-training][data-drawn]").wait_for(timeout=60_000)
            times = page.evaluate(
                f"""async () => {{
                  const player = {PLAYER}, times = [];
                  for (let turn = 0; turn < 60; turn++) {{
                    const start = performance.now();
                    player.go(turn % (player.timeline.last + 1));
                    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
                    times.push(performance.now() - start);
                  }}
                  return times;
                }}"""
            )
            drawing = page.evaluate(
                f"""() => {{
                  const player = {PLAYER}, times = [];
                  for (let turn = 0; turn < 60; turn++) {{
                    const start = performance.now();
                    player.go(turn % (player.timeline.last + 1));
                    times.push(performance.now() - start);
                  }}
                  return times;
                }}"""
            )
            rows.append([f"{name}: script", spread(drawing, 1)])
            rows.append([f"{name}: until the next frame is drawn", spread(times, 1)])
            page.close()
        version = browser.version
    return version, rows


def main() -> None:
    """Measure and print."""
    options = arguments()
    line = machine("gensim", "numpy", "umap-learn")
    request = training.spec(options.text, {"epochs": options.epochs})
    rows = measure(request, options.repeats)
    columns = ["", "seconds: median (least-greatest)", "x gensim"]
    show(
        f"{options.epochs} epochs of the {options.text}, skip-gram", line, "", table(columns, rows)
    )
    if not options.no_browser:
        version, rows = slider()
        columns = ["", "milliseconds: median (least-greatest)"]
        show("A step of the slider", f"Chromium {version}", "", table(columns, rows))


if __name__ == "__main__":
    main()
