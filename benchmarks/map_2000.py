"""A new UMAP map of 2,000 words: ours from known neighbours, and plain ``umap.UMAP()``.

All in warm processes, in turns, each repeat with another seed. How far the maps can be trusted is
measured by cosine, and by Euclidean distance because that is what ``umap.UMAP()`` goes by.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from benchmarks.common import (
    load,
    machine,
    median,
    neighbors_of,
    note,
    ratio,
    show,
    spread,
    table,
    timed,
    vectors,
)
from embeddings import jobs, neighbors, projection
from embeddings.probes import trust
from embeddings.types import EmbeddingTable, Projection, ProjectionSpec

Draw = Callable[[int], np.ndarray]

VOCABULARY = "common-2k"
BASE = "umap.UMAP().fit_transform"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.map_2000", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="of each (default 5)")
    parser.add_argument("--method", default="glove", help="whose vectors (default glove)")
    parser.add_argument("--no-jobs", action="store_true", help="leave out the worker processes")
    return parser.parse_args()


def request(words: EmbeddingTable, seed: int) -> ProjectionSpec:
    """Return the request for a map that nobody has drawn yet."""
    return projection.spec(words.spec, seed=seed)


def ways(words: EmbeddingTable) -> dict[str, Draw]:
    """Return the ways to draw a map in this process, by name."""
    import umap

    warnings.filterwarnings("ignore", "n_jobs value", UserWarning)
    near = load(neighbors_of(words.spec, 50, "cosine"))

    def own(seed: int) -> np.ndarray:
        return projection.project(words, near, request(words, seed)).coordinates

    def plain(_: int) -> np.ndarray:
        return umap.UMAP().fit_transform(words.vectors)

    def cosine(_: int) -> np.ndarray:
        return umap.UMAP(metric="cosine").fit_transform(words.vectors)

    def seeded(seed: int) -> np.ndarray:
        return umap.UMAP(metric="cosine", random_state=seed).fit_transform(words.vectors)

    return {
        BASE: plain,
        "umap.UMAP(metric='cosine')": cosine,
        "umap.UMAP(metric='cosine', random_state=seed)": seeded,
        "projection.project, neighbours known": own,
    }


def through_jobs(words: EmbeddingTable, running: jobs.Jobs) -> Draw:
    """Return the way through a worker process: ask, wait, read the result."""

    def draw(seed: int) -> np.ndarray:
        wanted = request(words, seed)
        status = running.wait(running.submit(wanted), timeout=600)
        if status.state != "done":
            raise SystemExit(f"The job ended as {status.state}: {status.message}")
        return running.result(wanted).coordinates

    return draw


def warm(running: jobs.Jobs, words: EmbeddingTable) -> None:
    """Have every worker draw such a map once."""
    keys = [running.submit(request(words, 900 + i)) for i in range(2 * running.settings.workers)]
    for key in keys:
        running.wait(key, timeout=600)


def race(draws: dict[str, Draw], repeats: int) -> tuple[dict, dict]:
    """Draw in turns; return the times and the maps of each way."""
    times, maps = defaultdict(list), defaultdict(list)
    for draw in draws.values():
        draw(1)  # compiled and read into memory, not measured
    for turn in range(repeats):
        note(f"turn {turn + 1} of {repeats}")
        for name, draw in draws.items():
            times[name].append(timed(lambda: maps[name].append(draw(100 + turn))))  # noqa: B023
    return times, maps


def qualities(words: EmbeddingTable, maps: list[np.ndarray]) -> list[str]:
    """Return mean trustworthiness and recall of maps, by cosine and by Euclidean distance."""
    cells = []
    for metric in ("cosine", "euclidean"):
        near = neighbors.find(words, neighbors_of(words.spec, 15, metric))
        drawn = [Projection(each.astype(np.float32), request(words, 0)) for each in maps]
        found = [trust.quality(words, near, each) for each in drawn]
        cells += [f"{np.mean([each.trustworthiness for each in found]):.3f}"]
        cells += [f"{np.mean([each.recall for each in found]):.3f}"]
    return cells


def main() -> None:
    """Measure and print."""
    options = arguments()
    line = machine("umap-learn", "numba", "pynndescent", "numpy", "distributed")
    with tempfile.TemporaryDirectory() as cache:
        os.environ.update(LSE_CACHE=cache, LSE_WARM_DELAY="0")
        words = vectors(options.method, VOCABULARY)
        draws = ways(words)
        with jobs.Jobs() as running:
            if not options.no_jobs:
                warm(running, words)
                draws["the same through a warm worker"] = through_jobs(words, running)
            times, maps = race(draws, options.repeats)
    base = median(times[BASE])
    rows = [
        [name, spread(times[name]), ratio(median(times[name]), base), *qualities(words, maps[name])]
        for name in draws
    ]
    columns = ["", "seconds: median (least-greatest)", "x base"]
    columns += [f"{what}, {by}" for by in ("cosine", "Euclid") for what in ("trust", "recall@15")]
    title = f"A new map of {len(words):,} words ({options.method})"
    show(title, line, "", table(columns, rows))


if __name__ == "__main__":
    main()
