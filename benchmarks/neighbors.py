"""All pairs of nearest neighbours: ours, scikit-learn's brute force, faiss and pynndescent.

By cosine, the word itself left out. Recall counts whoever is as near as the last true neighbour.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from benchmarks.common import (
    machine,
    median,
    note,
    ratio,
    recall,
    show,
    spread,
    table,
    timed,
    vectors,
)
from embeddings import neighbors
from embeddings.types import EmbeddingTable

Find = Callable[[], np.ndarray]

BASE = "scikit-learn NearestNeighbors(algorithm='brute', metric='cosine')"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.neighbors", description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="of each (default 5)")
    parser.add_argument("--method", default="bert", help="whose vectors (default bert)")
    parser.add_argument("--vocabulary", default="common-10k", help="(default common-10k)")
    parser.add_argument("-k", type=int, default=50, help="how many neighbours (default 50)")
    return parser.parse_args()


def without_self(found: np.ndarray) -> np.ndarray:
    """Leave each row's own number out, or the last one where it is not among them."""
    own = found == np.arange(len(found))[:, None]
    own[~own.any(axis=1), -1] = True
    return found[~own].reshape(len(found), -1)


def ways(words: EmbeddingTable, k: int) -> dict[str, Find]:
    """Return the ways to find neighbours, by name."""
    import faiss
    from pynndescent import NNDescent
    from sklearn.neighbors import NearestNeighbors

    def own() -> np.ndarray:
        return neighbors.nearest(words, k)[0]

    def brute() -> np.ndarray:
        model = NearestNeighbors(n_neighbors=k + 1, algorithm="brute", metric="cosine")
        return without_self(model.fit(words.vectors).kneighbors(words.vectors)[1])

    def flat() -> np.ndarray:
        index = faiss.IndexFlatIP(words.dim)
        unit = words.vectors / np.linalg.norm(words.vectors, axis=1, keepdims=True)
        index.add(unit)
        return without_self(index.search(unit, k + 1)[1])

    def descent() -> np.ndarray:
        model = NNDescent(words.vectors, metric="cosine", n_neighbors=k + 1)
        return without_self(model.neighbor_graph[0])

    return {
        BASE: brute,
        "faiss IndexFlatIP": flat,
        "pynndescent NNDescent(metric='cosine'), compiled": descent,
        "neighbors.nearest": own,
    }


def main() -> None:
    """Measure and print."""
    options = arguments()
    line = machine("scikit-learn", "pynndescent", "faiss-cpu", "numpy")
    words = vectors(options.method, options.vocabulary)
    finds = ways(words, options.k)
    times: dict[str, list[float]] = defaultdict(list)
    found = {name: find() for name, find in finds.items()}  # compiled, not measured
    for turn in range(options.repeats):
        note(f"turn {turn + 1} of {options.repeats}")
        for name, find in finds.items():
            times[name].append(timed(find))
    rows = [
        [
            name,
            spread(times[name]),
            ratio(median(times[name]), median(times[BASE])),
            f"{recall(words, found[name], found[BASE]):.4f}",
        ]
        for name in finds
    ]
    columns = ["", "seconds: median (least-greatest)", "x base", f"recall@{options.k}"]
    title = f"All pairs of {len(words):,} x {words.dim} ({options.method}), k = {options.k}"
    show(title, line, "", table(columns, rows))


if __name__ == "__main__":
    main()
