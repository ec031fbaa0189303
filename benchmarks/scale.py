"""Exact search against indexes and the vector database, on GloVe's 400,000 vectors.

One search at a time. faiss uses one thread, as does the database where --threads says so.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from benchmarks.common import machine, note, ratio, show, spread, table


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--size", type=int, default=400_000, help="vectors (default 400000)")
    parser.add_argument("--recall", type=float, default=0.95, help="demanded (default 0.95)")
    parser.add_argument("--threads", type=int, default=1, help="of the database (default 1)")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = arguments()
    os.environ.setdefault("LANCE_CPU_THREADS", str(options.threads))
    from embeddings.applications import scale
    from embeddings.applications.scale import measuring
    from embeddings.methods.glove import matrix

    line = machine("faiss-cpu", "lancedb", "numpy")
    vectors = matrix()[: options.size]
    note("measuring the indexes")
    seen = measuring.measure(SimpleNamespace(vectors=vectors), scale.spec(options.size))
    exact = seen.exact
    rows = []
    for index in dict.fromkeys(cost.index for cost in seen.costs):
        cost = seen.cheapest(index, options.recall)
        rows.append(
            [
                f"{index}, effort {cost.effort}" if cost.effort else index,
                f"{cost.recall:.3f} ({cost.low:.3f}-{cost.high:.3f})",
                f"{cost.milliseconds:.3f}",
                ratio(exact.milliseconds, cost.milliseconds),
                f"{cost.size / 1e6:.1f}",
                f"{cost.seconds:.1f}",
            ]
        )
    rows.append(database(measuring.unit(vectors), exact.milliseconds))
    columns = ["", "recall@10", "ms, median", "x faster", "MB", "seconds to build"]
    title = f"{len(vectors):,} vectors of {vectors.shape[1]}, recall {options.recall:g} demanded"
    show(title, line, "", table(columns, rows))


def database(vectors: np.ndarray, base: float) -> list[object]:
    """Fill an embedded database and ask it what the indexes were asked."""
    from embeddings.applications.scale import indexes, measuring
    from embeddings.applications.scale.database import embedded

    note("filling the database")
    asked = np.sort(np.random.default_rng(42).choice(len(vectors), 200, replace=False))
    true, _ = measuring.ask(indexes.build("exact", vectors), vectors, asked, 10)
    with tempfile.TemporaryDirectory() as folder:
        base_here = embedded(Path(folder))
        start = time.perf_counter()
        base_here.put("words", np.arange(len(vectors)), vectors)
        seconds = time.perf_counter() - start
        found = np.full_like(true, -1)
        times = []
        base_here.nearest("words", vectors[0], 11)
        for at, row in enumerate(asked):
            start = time.perf_counter()
            near, _ = base_here.nearest("words", vectors[row], 11)
            times.append(1e3 * (time.perf_counter() - start))
            others = near[near != row][:10]
            found[at, : len(others)] = others
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    shares = measuring.recalls(vectors, asked, found, true)
    low, high = measuring.interval(shares, 42)
    return [
        "LanceDB, embedded (on disk)",
        f"{shares.mean():.3f} ({low:.3f}-{high:.3f})",
        spread(times, 1),
        ratio(base, float(np.median(times))),
        f"{size / 1e6:.1f}",
        f"{seconds:.1f}",
    ]


if __name__ == "__main__":
    main()
