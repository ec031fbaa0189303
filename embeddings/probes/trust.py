"""How far a map can be trusted, dot by dot: which neighbours it keeps, and which it makes up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings import neighbors as nearest_neighbors
from embeddings.errors import UserError
from embeddings.types import (
    EmbeddingTable,
    Neighbors,
    Progress,
    Projection,
    ProjectionSpec,
    Scalar,
    Trust,
    TrustSpec,
    no_progress,
)

BLOCK_BYTES = 48 * 2**20
"""Size of one block of distances; a few arrays of this size are alive at a time."""

SAMPLE = 2_000
"""How many words stand for all when a table is too long to ask every one."""

EVERY_WORD_UP_TO = 20_000

ASKED = 100
"""How many words stand for all where only recall is measured, in tables longer than that."""

PAIRS = 100_000
"""How many pairs of words stand for all pairs, where distances are compared."""

LARGEST_K = 50
"""As many neighbours are kept of each word."""

LEAST = 5
"""Words without which there is no neighbourhood to keep."""


def spec(projection: ProjectionSpec, k: int = 15, seed: int = 42) -> TrustSpec:
    """Return the request for how far each dot of a map can be trusted.

    Raises
    ------
    UserError
        If k is not from 1 to 50.
    """
    if not isinstance(k, int) or not 1 <= k <= LARGEST_K:
        raise UserError(f"k is {k!r}; it must be a whole number from 1 to {LARGEST_K}.")
    return TrustSpec(projection, k, seed)


def judge(
    table: EmbeddingTable,
    neighbors: Neighbors | None,
    projection: Projection,
    request: TrustSpec,
    again: Projection | None = None,
    progress: Progress = no_progress,
) -> Trust:
    """Measure how far each dot of a map can be trusted, by cosine in the original space.

    Where k is not below half the number of words it is lowered until it is; the summary says to
    what.

    Parameters
    ----------
    neighbors : Neighbors or None
        By cosine; not needed in tables of more than `EVERY_WORD_UP_TO` words, where a sample of
        words is judged and their neighbours are looked for.
    again : Projection or None
        The same map by another seed, for maps that hang on one.

    Returns
    -------
    Trust
        Its summary has, besides the means, the recall that a map drawn by lot would have
        (``chance_recall``); Spearman's correlation of cosine distance and distance on the map over
        random pairs of words (``distance_correlation``, over ``pairs`` of them); and the mean share
        of the k closest dots that are among the closest again by the other seed
        (``seeds_shared``).

    Raises
    ------
    UserError
        If there are fewer than five words.
    """
    n = len(table)
    if n < LEAST:
        raise UserError(
            f"The map has {n} words, and judging how it keeps neighbours takes at least {LEAST}: "
            "choose a larger vocabulary."
        )
    k = min(request.k, (n - 1) // 2)
    found = quality(
        table,
        neighbors,
        projection,
        k,
        request.seed,
        lambda done, message: progress(0.9 * done, message),
    )
    progress(0.9, "Comparing distances")
    correlation, pairs = distance_correlation(table, projection, request.seed)
    summary: dict[str, Scalar] = {
        "trustworthiness": found.trustworthiness,
        "continuity": found.continuity,
        "recall": found.recall,
        "chance_recall": k / (n - 1),
        "distance_correlation": correlation,
        "n": n,
        "k": k,
        "asked": len(found.rows),
        "pairs": pairs,
    }
    if again is not None:
        progress(0.95, "Comparing two seeds")
        summary["seeds_shared"] = seeds_shared(projection, again, k, found.rows)
    progress(1.0, "Comparing distances")
    return Trust(
        _of_all(found.trustworthiness_by_word, found.rows, n),
        _of_all(found.continuity_by_word, found.rows, n),
        _of_all(found.recall_by_word, found.rows, n),
        summary,
        request,
    )


def _of_all(values: NDArray[np.float64], rows: NDArray[np.int64], n: int) -> NDArray[np.float32]:
    """Return the numbers of all words: NaN where a word was not asked."""
    found = np.full(n, np.nan, np.float32)
    found[rows] = values
    return found


@dataclass(frozen=True, eq=False)
class Quality:
    """How well a map keeps neighbours.

    Attributes
    ----------
    k : number of neighbours that were looked at
    rows : int array of shape (n_asked,): the words that were asked, all or a random sample
    trustworthiness_by_word, continuity_by_word, recall_by_word : arrays of shape (n_asked,)
    """

    k: int
    rows: NDArray[np.int64]
    trustworthiness_by_word: NDArray[np.float64]
    continuity_by_word: NDArray[np.float64]
    recall_by_word: NDArray[np.float64]

    @property
    def trustworthiness(self) -> float:
        """Whether words that the map puts close are really near, 0 to 1."""
        return float(self.trustworthiness_by_word.mean())

    @property
    def continuity(self) -> float:
        """Whether words that are really near are close on the map, 0 to 1."""
        return float(self.continuity_by_word.mean())

    @property
    def recall(self) -> float:
        """The share of the k true nearest neighbours among the k nearest on the map, 0 to 1."""
        return float(self.recall_by_word.mean())


def quality(
    table: EmbeddingTable,
    neighbors: Neighbors | None,
    projection: Projection,
    k: int = 15,
    seed: int = 42,
    progress: Progress = no_progress,
) -> Quality:
    """Measure how well a map keeps the neighbours of the original space.

    By cosine or Euclidean distance, as the neighbours are. Trustworthiness is that of
    ``sklearn.manifold.trustworthiness``, continuity the same with the two spaces exchanged (Venna
    and Kaski 2001): k neighbours in one space are looked up in the other, and each place by which
    they lie behind the k-th there costs, so that the worst that can be is 0. Tables of more than
    `EVERY_WORD_UP_TO` words are judged by a sample of words, each compared with all others.

    Parameters
    ----------
    neighbors : Neighbors or None
        If None, those of the words that are asked are looked for, by cosine.

    Raises
    ------
    ValueError
        If k is not below half the number of words, or the neighbours are fewer than k.
    """
    n = len(table)
    enough = k if neighbors is None else neighbors.k
    if not 1 <= k < n / 2 or enough < k:
        raise ValueError(f"k is {k}, expected 1 to {min(enough, (n - 1) // 2)}")
    rows = np.arange(n)
    if n > EVERY_WORD_UP_TO:
        rows = np.sort(np.random.default_rng(seed).choice(n, SAMPLE, replace=False))
    if neighbors is None:
        metric, (true, _) = "cosine", nearest_neighbors.of_rows(table, rows, k)
    else:
        metric, true = neighbors.spec.metric, neighbors.indices[rows, :k]
    shown = _nearest_on_map(projection.coordinates, rows, k)
    made_up, torn = np.empty(len(rows)), np.empty(len(rows))
    for part in _parts(len(rows), n):
        progress(part.start / len(rows), "Comparing the map with the vectors")
        really = _distances(table, metric, rows[part])
        made_up[part] = _places_behind(really, rows[part], shown[part])
        on_map = _map_distances(projection.coordinates, rows[part])
        torn[part] = _places_behind(on_map, rows[part], true[part])
    worst = k * (2 * n - 3 * k - 1) / 2
    return Quality(k, rows, 1 - made_up / worst, 1 - torn / worst, _shares(true, shown))


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
        As in `quality`; not looked at in tables of more than `EVERY_WORD_UP_TO` words.

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
        kept.append(_shares(true, shown[part]))
    return float(np.concatenate(kept).mean())


def distance_correlation(
    table: EmbeddingTable, projection: Projection, seed: int = 42
) -> tuple[float, int]:
    """Return how alike the order of distances is in the original space and on the map.

    Returns
    -------
    correlation : Spearman's, of cosine distances and Euclidean distances on the map, -1 to 1; 0
        where all are the same in one of the two
    pairs : of how many pairs of words: all, or `PAIRS` random ones
    """
    n = len(table)
    if n * (n - 1) // 2 <= PAIRS:
        left, right = np.triu_indices(n, 1)
    else:
        random = np.random.default_rng(seed)
        left, step = random.integers(n, size=PAIRS), random.integers(1, n, size=PAIRS)
        right = (left + step) % n
    units: Any = table.unit_vectors
    cosines = []
    for part in _parts(len(left), units.nnz // n + 1 if table.is_sparse else table.dim):
        products = units[left[part]] * units[right[part]]
        cosines.append(np.asarray(products.sum(axis=1)).ravel())
    distances = -np.round(np.concatenate(cosines), nearest_neighbors.DECIMALS)
    apart = projection.coordinates[left] - projection.coordinates[right]
    return _spearman(distances, np.sum(apart**2, axis=1)), len(left)


def seeds_shared(one: Projection, other: Projection, k: int, rows: NDArray[np.int64]) -> float:
    """Return the mean share of the k closest dots of some words that two maps have in common."""
    closest = [_nearest_on_map(each.coordinates, rows, k) for each in (one, other)]
    return float(_shares(*closest).mean())


def _shares(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    """Return which share of each row's numbers is in the same row of the other array too."""
    width = max(one.max(initial=0), other.max(initial=0)) + 1
    both = [np.arange(len(each))[:, None] * width + each for each in (one, other)]
    return np.asarray(np.isin(both[0], both[1]).mean(axis=1))


def _spearman(a: NDArray[Any], b: NDArray[Any]) -> float:
    ranks = [_middle_ranks(each) for each in (a, b)]
    spreads = [each - each.mean() for each in ranks]
    length = np.sqrt(np.sum(spreads[0] ** 2) * np.sum(spreads[1] ** 2))
    return float(spreads[0] @ spreads[1] / length) if length else 0.0


def _middle_ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the place of each value; equal ones share the middle of their places."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[which])


def _nearest_on_map(
    coordinates: NDArray[np.float32], rows: NDArray[np.int64], k: int
) -> NDArray[np.intp]:
    from scipy.spatial import KDTree

    _, found = KDTree(coordinates).query(coordinates[rows], k=k + 1)
    is_self = found == rows[:, None]
    # Among points in one place the word itself may be missed: then the last one is too many.
    is_self[~is_self.any(axis=1), -1] = True
    return np.asarray(found[~is_self].reshape(len(rows), k))


def _places_behind(
    distances: NDArray[Any], rows: NDArray[np.int64], found: NDArray[Any]
) -> NDArray[np.float64]:
    """Return by how many places, in sum, k words each lie behind the k-th nearest.

    Words that are equally near share the middle of their places, as one-hot's all do.

    Parameters
    ----------
    distances : array of shape (n_rows, n_words), overwritten
    rows : array of shape (n_rows,), each row's own column
    found : array of shape (n_rows, k), the columns of the k words
    """
    distances[np.arange(len(rows)), rows] = -np.inf
    limits = np.take_along_axis(distances, found, axis=1)
    distances.sort(axis=1)
    first = [np.searchsorted(*pair) for pair in zip(distances, limits, strict=True)]
    last = [np.searchsorted(*pair, side="right") for pair in zip(distances, limits, strict=True)]
    places = (np.array(first) + np.array(last) - 1) / 2
    return np.asarray(np.maximum(places - found.shape[1], 0).sum(axis=1))


def _map_distances(coordinates: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[Any]:
    """Return the squared distances of some dots to all."""
    total = np.zeros((len(rows), len(coordinates)), np.float32)
    for axis in coordinates.T:
        total += (axis[rows, None] - axis) ** 2
    return total


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
