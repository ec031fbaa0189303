"""How far a map can be trusted: how many neighbours it keeps, and how many it makes up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.types import (
    EmbeddingTable,
    Neighbors,
    Progress,
    Projection,
    Scalar,
    no_progress,
)

BLOCK_BYTES = 48 * 2**20
"""Size of one block of distances; a few arrays of this size are alive at a time."""

SAMPLE = 2_000
"""How many words stand for all when a table is too long to ask every one."""

EVERY_WORD_UP_TO = 20_000

ASKED = 100
"""How many words stand for all where only recall is measured, in tables longer than that."""


@dataclass(frozen=True)
class Quality:
    """How well a map keeps neighbours.

    Attributes
    ----------
    trustworthiness : 0 to 1, Venna and Kaski 2001: are words that the map puts close really near?
    recall : 0 to 1: the share of the k true nearest neighbours among the k nearest on the map
    k : number of neighbours that were looked at
    rows : int array of shape (n_asked,): the words that were asked, all or a random sample
    recall_by_word : array of shape (n_asked,)
    penalty_by_word : array of shape (n_asked,)
        How many places too far the map's neighbours really are, in sum; 0 if none is false.
    """

    trustworthiness: float
    recall: float
    k: int
    rows: NDArray[np.int64]
    recall_by_word: NDArray[np.float64]
    penalty_by_word: NDArray[np.float64]


def quality(
    table: EmbeddingTable,
    neighbors: Neighbors,
    projection: Projection,
    k: int = 15,
    seed: int = 42,
    progress: Progress = no_progress,
) -> Quality:
    """Measure how well a map keeps the neighbours of the original space.

    Both numbers are by cosine or Euclidean distance, as the neighbours are. Trustworthiness is
    that of ``sklearn.manifold.trustworthiness``; tables of more than `EVERY_WORD_UP_TO` words are
    judged by a sample of words, each compared with all others.

    Raises
    ------
    ValueError
        If k is not below half the number of words, or the neighbours are fewer than k.
    """
    n = len(table)
    if not 1 <= k < n / 2 or neighbors.k < k:
        raise ValueError(f"k is {k}, expected 1 to {min(neighbors.k, (n - 1) // 2)}")
    rows = np.arange(n)
    if n > EVERY_WORD_UP_TO:
        rows = np.sort(np.random.default_rng(seed).choice(n, SAMPLE, replace=False))
    recalls, penalties = np.empty(len(rows)), np.empty(len(rows))
    for part in _parts(len(rows), n):
        progress(part.start / len(rows), "Comparing the map with the vectors")
        shown = _nearest_on_map(projection.coordinates, rows[part], k)
        true = neighbors.indices[rows[part], :k]
        recalls[part] = (shown[:, :, None] == true[:, None]).any(axis=2).mean(axis=1)
        ranks = _ranks(table, neighbors.spec.metric, rows[part], shown)
        penalties[part] = np.maximum(ranks - k, 0).sum(axis=1)
    worst = k * (2 * n - 3 * k - 1) / 2
    trustworthiness = 1 - float(penalties.mean()) / worst
    return Quality(trustworthiness, float(recalls.mean()), k, rows, recalls, penalties)


def summary(
    table: EmbeddingTable,
    neighbors: Neighbors | None,
    projection: Projection,
    k: int = 15,
    progress: Progress = no_progress,
) -> dict[str, Scalar]:
    """Measure a map in one or two numbers, for its notes.

    Parameters
    ----------
    neighbors : Neighbors or None
        Needed for tables of up to `EVERY_WORD_UP_TO` words.

    Returns
    -------
    dict
        ``recall_15`` (by k), and ``trustworthiness`` where every word can be asked (0 to 1); empty
        where there are too few words.
    """
    if len(table) <= 2 * k:
        return {}
    if len(table) > EVERY_WORD_UP_TO:
        return {f"recall_{k}": round(sampled_recall(table, projection, k), 4)}
    if neighbors is None:
        raise ValueError(f"a map of {len(table)} words is judged by their neighbours")
    found = quality(table, neighbors, projection, k, progress=progress)
    return {
        f"recall_{k}": round(found.recall, 4),
        "trustworthiness": round(found.trustworthiness, 4),
    }


def sampled_recall(
    table: EmbeddingTable, projection: Projection, k: int = 15, seed: int = 42
) -> float:
    """Return the share of true neighbours by cosine that a map keeps, for `ASKED` words of many.

    Both are searched exactly, among all words of the table.
    """
    n = len(table)
    rows = np.random.default_rng(seed).choice(n, min(ASKED, n), replace=False)
    shown = _nearest_on_map(projection.coordinates, rows, k)
    kept = []
    for part in _parts(len(rows), n):
        distances = _distances(table, "cosine", rows[part])
        distances[np.arange(len(distances)), rows[part]] = np.inf
        true = np.argpartition(distances, k, axis=1)[:, :k]
        kept.append((shown[part, :, None] == true[:, None]).any(axis=2).mean(axis=1))
    return float(np.concatenate(kept).mean())


def _nearest_on_map(
    coordinates: NDArray[np.float32], rows: NDArray[np.int64], k: int
) -> NDArray[np.intp]:
    from scipy.spatial import KDTree

    _, found = KDTree(coordinates).query(coordinates[rows], k=k + 1)
    is_self = found == rows[:, None]
    # Among points in one place the word itself may be missed: then the last one is too many.
    is_self[~is_self.any(axis=1), -1] = True
    return np.asarray(found[~is_self].reshape(len(rows), k))


def _ranks(
    table: EmbeddingTable, metric: str, rows: NDArray[np.int64], shown: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the place, 1 the nearest, that each shown word has in the original space.

    Words that are equally near share the middle of their places, as one-hot's all do.
    """
    distances = _distances(table, metric, rows)
    distances[np.arange(len(rows)), rows] = -np.inf
    limits = np.take_along_axis(distances, shown, axis=1)
    distances.sort(axis=1)
    first = [np.searchsorted(*pair) for pair in zip(distances, limits, strict=True)]
    last = [np.searchsorted(*pair, side="right") for pair in zip(distances, limits, strict=True)]
    return (np.array(first) + np.array(last) - 1) / 2


def _distances(table: EmbeddingTable, metric: str, rows: NDArray[np.int64]) -> NDArray[Any]:
    vectors: Any = table.unit_vectors if metric == "cosine" else table.vectors
    products = vectors[rows] @ vectors.T
    products = products.toarray() if hasattr(products, "toarray") else products
    if metric == "cosine":
        return -products
    squares = table.lengths.astype(np.float64) ** 2
    return squares[rows, None] + squares - 2.0 * products


def _parts(n_asked: int, n: int) -> Iterator[slice]:
    rows = max(1, BLOCK_BYTES // (8 * n))
    for start in range(0, n_asked, rows):
        yield slice(start, min(start + rows, n_asked))
