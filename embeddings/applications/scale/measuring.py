"""Recall, time and memory of every kind of index, measured where this runs."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.applications.scale import indexes
from embeddings.types import Cost, EmbeddingTable, Progress, ScaleSpec, Scaling, no_progress

SAME = 1e-6
"""Whoever is as near as the last true neighbour, to so much, counts as one."""

SHARES = {"exact": 0.02, "ivf-sq8": 0.15, "ivf-pq": 0.3, "hnsw": 0.53}
"""In this order; and about how much of the whole time each takes."""

DRAWS = 1_000


def measure(
    table: EmbeddingTable,
    request: ScaleSpec,
    progress: Progress = no_progress,
    keep: Callable[[str, Any], None] | None = None,
) -> Scaling:
    """Measure the indexes of a table's first vectors, one search at a time on one thread.

    Words drawn by lot are asked for their neighbours; a word is not its own.

    Parameters
    ----------
    table : with at least ``request.size`` words
    keep : is given the kind of each index and the index, once it is measured
    """
    vectors = unit(table.vectors[: request.size])
    n = len(vectors)
    costs: dict[str, list[Cost]] = {}
    rng = np.random.default_rng(request.seed)
    rows = np.sort(rng.choice(n, min(request.asked, n), replace=False))
    true: NDArray[np.int64] | None = None
    done = 0.0
    with one_thread():
        for kind, share in SHARES.items():
            part = _part(progress, done, done + share)
            start = time.perf_counter()
            index = indexes.build(kind, vectors, request.seed, _part(part, 0, 0.9))
            seconds = time.perf_counter() - start
            size, costs[kind] = indexes.size_of(index), []
            for effort in indexes.KINDS[kind].efforts:
                if kind.startswith("ivf") and effort > indexes.lists(n):
                    continue
                part(0.95, f"{indexes.KINDS[kind].label}: asking {len(rows)} words")
                indexes.set_effort(index, kind, effort)
                found, times = ask(index, vectors, rows, request.k)
                true = found if true is None else true
                shares = recalls(vectors, rows, found, true)
                low, high = interval(shares, request.seed)
                middle, slow = np.percentile(times, [50, 95]) * 1e3
                costs[kind].append(
                    Cost(
                        *(kind, effort, float(shares.mean()), low, high),
                        *(float(middle), float(slow), size, seconds),
                    )
                )
            if keep is not None:
                keep(kind, index)
            done += share
    progress(1.0, "Measured")
    ordered = tuple(cost for kind in indexes.KINDS for cost in costs[kind])
    return Scaling(ordered, vectors.shape[1], machine(), request)


def ask(
    index: Any, vectors: NDArray[np.float32], rows: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Search the neighbours of some rows one by one, each row itself left out.

    Returns
    -------
    found : int64 array of shape (n_rows, k), -1 where too few were found
    seconds : float64 array of shape (n_rows,)
    """
    found = np.full((len(rows), k), -1, np.int64)
    seconds = np.empty(len(rows))
    index.search(vectors[rows[:1]], k + 1)  # what is read for the first time is slower
    for at, row in enumerate(rows):
        question = vectors[row : row + 1]
        start = time.perf_counter()
        near = index.search(question, k + 1)[1][0]
        seconds[at] = time.perf_counter() - start
        others = near[near != row][:k]
        found[at, : len(others)] = others
    return found, seconds


def recalls(
    vectors: NDArray[np.float32],
    rows: NDArray[np.int64],
    found: NDArray[np.int64],
    true: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return for each row which share of its true neighbours was found."""
    shares = np.empty(len(rows))
    for at, row in enumerate(rows):
        last = (vectors[true[at]] @ vectors[row]).min() - SAME
        there = np.unique(found[at][found[at] >= 0])
        shares[at] = np.count_nonzero(vectors[there] @ vectors[row] >= last) / len(true[at])
    return np.minimum(shares, 1.0)


def interval(shares: NDArray[np.float64], seed: int) -> tuple[float, float]:
    """Return the 95 % interval of a mean, by bootstrap over the words asked."""
    rng = np.random.default_rng(seed)
    means = shares[rng.integers(0, len(shares), (DRAWS, len(shares)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def unit(vectors: Any) -> NDArray[np.float32]:
    """Return a copy of vectors, each of length 1; a zero vector stays as it is."""
    found = np.array(vectors, dtype=np.float32, order="C")
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    found /= np.where(lengths > 0, lengths, np.float32(1))
    return found


def machine() -> dict[str, str | int]:
    """Return what this runs on, and how busy it was: others' work makes every search slower."""
    import faiss

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else -1.0
    return {
        "processor": _processor(),
        "processors": os.cpu_count() or 1,
        "load": f"{load:.1f}" if load >= 0 else "",
        "faiss": faiss.__version__,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


class one_thread:  # noqa: N801 - it is used as a statement
    """Let faiss and what multiplies matrices for it use one thread meanwhile."""

    def __enter__(self) -> None:
        import faiss
        from threadpoolctl import threadpool_limits

        self.before = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)
        self.limits = threadpool_limits(1)

    def __exit__(self, *_: object) -> None:
        import faiss

        self.limits.restore_original_limits()
        faiss.omp_set_num_threads(self.before)


def _part(progress: Progress, low: float, high: float) -> Progress:
    return lambda fraction, message: progress(low + (high - low) * fraction, message)
