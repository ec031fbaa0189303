"""Indexes of vectors by cosine similarity: how each is built, searched, and how large it is.

HNSW is the graph of Malkov and Yashunin (2018, https://arxiv.org/abs/1603.09320); IVF and product
quantisation are those of Jégou, Douze and Schmid (2011, https://doi.org/10.1109/TPAMI.2010.57).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.types import Progress, no_progress

LINKS = 16
"""Links of a vector of an HNSW graph in each upper level; twice as many in the lowest."""

WHILE_BUILDING = 80
"""Places of the graph that are looked through for a new vector's links."""

PER_CENTROID = 64
"""Vectors that the centre of a list is learned from."""

CODE = 256
"""Values of one part of a product-quantised vector: a byte."""

ID = 8
STEP = 1_000


@dataclass(frozen=True)
class Kind:
    """One kind of index.

    Attributes
    ----------
    label : its name for people
    effort : what is looked through, for a sentence
    efforts : how much of it, the least first
    bytes_per_vector : from how many vectors and numbers each, computed
    law : how the time of a search grows with the number of vectors: "n", "log n" or "sqrt n"
    """

    key: str
    label: str
    effort: str
    efforts: tuple[int, ...]
    bytes_per_vector: Callable[[float, int], float]
    law: str


def lists(n: float) -> int:
    """Return into how many lists vectors are sorted: four times the root of their number."""
    return max(1, round(4 * sqrt(n)))


def parts(dim: int) -> int:
    """Return how many parts a product-quantised vector has: of two numbers each where it can be."""
    return dim // 2 if dim % 2 == 0 else dim


def _hnsw_bytes(n: float, dim: int) -> float:
    """Count numbers, links (4 bytes each) and the vector's places in the lists of links."""
    # A vector reaches level l with the probability LINKS ** -l, so 1 / (LINKS - 1) upper ones.
    links = 2 * LINKS + LINKS / (LINKS - 1)
    return 4 * dim + 4 * links + 4 + 8


def _sq_bytes(n: float, dim: int) -> float:
    return dim + ID + 4 * dim * lists(n) / n


def _pq_bytes(n: float, dim: int) -> float:
    return parts(dim) + ID + 4 * dim * (lists(n) + CODE) / n


KINDS = {
    kind.key: kind
    for kind in (
        Kind("exact", "Exact pass", "", (0,), lambda n, dim: 4.0 * dim, "n"),
        Kind(
            "hnsw",
            "HNSW graph",
            "places of the graph",
            (16, 24, 32, 64, 128, 256),
            _hnsw_bytes,
            "log n",
        ),
        Kind(
            "ivf-sq8",
            "Lists, 8-bit numbers (IVF-SQ8)",
            "lists",
            (1, 4, 16, 32, 64, 128, 256),
            _sq_bytes,
            "sqrt n",
        ),
        Kind(
            "ivf-pq",
            "Lists, product-quantised (IVF-PQ)",
            "lists",
            (1, 4, 16, 32, 64, 128, 256),
            _pq_bytes,
            "sqrt n",
        ),
    )
}


def build(
    kind: str, vectors: NDArray[np.float32], seed: int = 42, progress: Progress = no_progress
) -> Any:
    """Build an index of unit vectors, on one thread.

    Parameters
    ----------
    kind : one of ``KINDS``
    vectors : float32 array of shape (n, dim), unit length

    Returns
    -------
    faiss.Index
    """
    n = len(vectors)
    index = _empty(kind, n, vectors.shape[1], seed)
    if not index.is_trained:
        progress(0.0, f"{KINDS[kind].label}: learning where the lists of {n:,} vectors lie")
        index.train(vectors)
    step = n if kind == "exact" else STEP
    for start in range(0, n, step):
        progress(0.2 + 0.8 * start / n, f"{KINDS[kind].label}: vector {start:,} of {n:,}")
        index.add(vectors[start : start + step])
    return index


def _empty(kind: str, n: int, dim: int, seed: int) -> Any:
    import faiss

    if kind == "exact":
        return faiss.IndexFlatIP(dim)
    if kind == "hnsw":
        graph = faiss.IndexHNSWFlat(dim, LINKS, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = WHILE_BUILDING
        return graph
    index: Any
    coarse, metric = faiss.IndexFlatIP(dim), faiss.METRIC_INNER_PRODUCT
    if kind == "ivf-sq8":
        eight = faiss.ScalarQuantizer.QT_8bit
        index = faiss.IndexIVFScalarQuantizer(coarse, dim, lists(n), eight, metric)
    else:
        index = faiss.IndexIVFPQ(coarse, dim, lists(n), parts(dim), 8, metric)
        index.pq.cp.seed, index.pq.cp.niter = seed, 8
        index.pq.cp.max_points_per_centroid = PER_CENTROID
        index.pq.cp.min_points_per_centroid = 1
    index.cp.seed, index.cp.max_points_per_centroid = seed, PER_CENTROID
    index.cp.min_points_per_centroid = 1  # or faiss warns on stderr of small sets
    return index


def set_effort(index: Any, kind: str, effort: int) -> None:
    """Say how much is looked through in a search."""
    if kind == "hnsw":
        index.hnsw.efSearch = effort
    elif kind != "exact":
        index.nprobe = effort


def size_of(index: Any) -> int:
    """Return how many bytes an index has, counted as it would be written."""
    import faiss

    library: Any = faiss
    total = 0

    def count(block: bytes) -> int:
        nonlocal total
        total += len(block)
        return len(block)

    library.write_index(index, library.PyCallbackIOWriter(count))
    return total
