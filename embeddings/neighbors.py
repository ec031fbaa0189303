"""Nearest neighbours in the original space: exact, in blocks, with ties drawn by lot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UnknownName, UserError
from embeddings.sources import called
from embeddings.types import (
    EmbeddingTable,
    Neighbors,
    NeighborsSpec,
    Progress,
    Spec,
    no_progress,
)

METRICS = ("cosine", "euclidean")

EXACT_UP_TO = 50_000
"""Tables of more words than this are searched through an HNSW graph, see `approximate`."""

BLOCK_BYTES = 48 * 2**20
"""Size of one block of similarities; three or four arrays of this size are alive at a time."""

DECIMALS = 6
"""Similarities that agree this far are ties: float32 sums differ beyond, by where they are done."""

GROUPS = 1024
"""Groups of a long row of scores whose maxima are taken, see `_bounds`."""

MANY = 8
"""A row with this many times k candidates has a tie too long to be sorted with the others."""

Scores: TypeAlias = Callable[[NDArray[np.intp]], NDArray[Any]]
"""The similarities of some rows to all rows, at most about 1 in size, as a new array."""


def spec(
    table: Spec, k: int = 50, metric: str = "cosine", seed: int | None = None
) -> NeighborsSpec:
    """Return the request for the neighbours of a table's words.

    Ties are drawn by the table's own seed where no other is given: so the same method with
    another seed has its ties drawn anew too.

    Raises
    ------
    UserError
        If k is not from 1 to 1,000 or the metric is unknown.
    """
    if not isinstance(k, int) or not 1 <= k <= 1000:
        raise UserError(f"k is {k!r}; it must be a whole number from 1 to 1000.")
    return NeighborsSpec(table, k, _check_metric(metric), table.seed if seed is None else seed)


def find(
    table: EmbeddingTable, request: NeighborsSpec, progress: Progress = no_progress
) -> Neighbors:
    """Return the neighbours that a request asks for."""
    indices, similarities = nearest(table, request.k, request.metric, request.seed, progress)
    notes = {"approximate": True} if is_approximate(table) else {}
    return Neighbors(indices, similarities, request, notes)


def is_approximate(table: EmbeddingTable) -> bool:
    """Whether the table is too long for all pairs and its neighbours come from a graph."""
    return len(table) > EXACT_UP_TO and not table.is_sparse


def nearest(
    table: EmbeddingTable,
    k: int = 50,
    metric: str = "cosine",
    seed: int = 42,
    progress: Progress = no_progress,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the nearest neighbours of every word, exactly up to `EXACT_UP_TO` words.

    Words that are equally near (to six decimals) are ordered by lot, drawn from the seed anew for
    each word, also where the k-th place is shared: all neighbours of a one-hot vector are such.
    A zero vector has cosine similarity 0 to everything.

    Returns
    -------
    indices : int32 array of shape (n_words, k), the nearest first; k is at most n_words - 1
    similarities : float32 array of shape (n_words, k)
        Cosine similarity, or minus the Euclidean distance.
    """
    k = min(k, len(table) - 1)
    if is_approximate(table):
        return approximate(table, k, metric, progress)
    return of_rows(table, np.arange(len(table)), k, metric, seed, progress)


def of_rows(
    table: EmbeddingTable,
    rows: NDArray[np.intp],
    k: int = 50,
    metric: str = "cosine",
    seed: int = 42,
    progress: Progress = no_progress,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the nearest neighbours of the words in some rows, exactly; else as `nearest`.

    Returns
    -------
    indices : int32 array of shape (n_rows, k), the nearest first; k is at most n_words - 1
    similarities : float32 array of shape (n_rows, k)
    """
    scores, unit = _scores(table, _check_metric(metric))
    k = min(k, len(table) - 1)
    indices, similarities = _nearest_of(scores, rows, len(table), k, seed, progress)
    return indices, similarities * np.float32(unit)


def of_word(
    table: EmbeddingTable, word: str, k: int = 10, metric: str = "cosine", seed: int = 42
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the nearest neighbours of one word, exactly, whatever the size of the table.

    Returns
    -------
    indices : int32 array of shape (k,), the nearest first; k is at most n_words - 1
    similarities : float32 array of shape (k,)

    Raises
    ------
    UserError
        If the table has no vector for the word.
    """
    return of_row(table, _row(table, word), k, metric, seed)


def of_row(
    table: EmbeddingTable, row: int, k: int = 10, metric: str = "cosine", seed: int = 42
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find the nearest neighbours of the word in one row, as `of_word` does.

    It needs neither the index of the words nor a copy of the vectors.
    """
    scores, unit = _row_scores(table, _check_metric(metric))
    k = min(k, len(table) - 1)
    rows = np.array([row])
    indices, similarities = _nearest_of(scores, rows, len(table), k, seed, no_progress)
    return indices[0], similarities[0] * np.float32(unit)


def approximate(
    table: EmbeddingTable, k: int, metric: str = "cosine", progress: Progress = no_progress
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Find nearly all nearest neighbours through an HNSW graph (Malkov and Yashunin 2018).

    On the 400,000 words of GloVe 15 neighbours are found at a recall of .998. Words for which the
    graph gives too few are searched exactly.
    """
    import faiss

    cosine = _check_metric(metric) == "cosine"
    vectors = np.ascontiguousarray(table.unit_vectors if cosine else table.vectors)
    graph = faiss.IndexHNSWFlat(
        table.dim, 16, faiss.METRIC_INNER_PRODUCT if cosine else faiss.METRIC_L2
    )
    graph.hnsw.efConstruction, graph.hnsw.efSearch = 80, max(128, 2 * k)
    n, step = len(table), 5_000
    for start in range(0, n, step):
        progress(0.8 * start / n, f"Linking word {start:,} of {n:,} to its neighbours")
        graph.add(vectors[start : start + step])
    indices = np.empty((n, k), dtype=np.int32)
    similarities = np.empty((n, k), dtype=np.float32)
    for start in range(0, n, step):
        progress(0.8 + 0.2 * start / n, f"Finding the neighbours of word {start:,} of {n:,}")
        block = slice(start, start + step)
        score, found = graph.search(vectors[block], k + 1)
        score = np.clip(score, -1, 1) if cosine else -np.sqrt(np.maximum(score, 0))
        indices[block], similarities[block] = _without_self(found, score, start)
    for row in np.flatnonzero((indices < 0).any(axis=1)):
        indices[row], similarities[row] = of_row(table, int(row), k, metric)
    progress(1.0, "Finding neighbours")
    return indices, similarities


# One block at a time -------------------------------------------------------------------------


def _nearest_of(
    scores: Scores,
    rows: NDArray[np.intp],
    n: int,
    k: int,
    seed: int,
    progress: Progress,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    if not len(rows):
        return np.empty((0, k), np.int32), np.empty((0, k), np.float32)
    found = []
    size = max(1, BLOCK_BYTES // (4 * n))
    for start in range(0, len(rows), size):
        done = f"word {start:,} of {len(rows):,}"
        progress(start / len(rows), f"Finding the neighbours of {done}")
        block = rows[start : start + size]
        found.append(_top(scores(block), k, seed, block))
    progress(1.0, "Finding neighbours")
    return np.concatenate([i for i, _ in found]), np.concatenate([s for _, s in found])


def _top(
    scores: NDArray[Any], k: int, seed: int, own: NDArray[np.intp]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the k best columns of each row, best first; ``own`` is each row's own column.

    First every row gets a bound that at least k of its scores reach; the few that do are sorted.
    """
    n_rows = len(scores)
    indices = np.empty((n_rows, k), dtype=np.int32)
    similarities = np.empty((n_rows, k), dtype=np.float32)
    if k == 0:
        return indices, similarities
    scores[np.arange(n_rows), own] = -np.inf
    chosen = scores >= _bounds(scores, k)[:, None]
    counts = np.count_nonzero(chosen, axis=1)
    long = counts > MANY * k
    for row in np.flatnonzero(long):
        columns = np.flatnonzero(chosen[row])
        picked = _draw(scores[row, columns], columns, k, seed, int(own[row]))
        indices[row] = columns[picked]
        similarities[row] = np.round(scores[row, columns[picked]], DECIMALS)
    chosen[long] = False
    rows, columns = np.divmod(np.flatnonzero(chosen), scores.shape[1])
    values = np.round(scores[rows, columns], DECIMALS)
    order = np.lexsort((draw_lots(seed, own[rows], columns), -values, rows))
    counts = counts[~long]
    best = order[(np.cumsum(counts) - counts)[:, None] + np.arange(k)]
    indices[~long], similarities[~long] = columns[best], values[best]
    return indices, similarities


def best(
    scores: NDArray[Any], k: int, seed: int = 42, row: int = 0
) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the places of the k best of one row of scores, best first, and their scores.

    Scores are at most about 1 in size; -inf is what nobody wants, and comes last. Ties are drawn
    by lot as in `nearest`; ``row`` is any number that stands for what the scores are of.
    """
    k = min(k, len(scores))
    if k < 1:
        return np.empty(0, np.intp), scores[:0]
    # A bound that a few more reach is found faster than that of the very best.
    columns = np.flatnonzero(scores >= _bounds(scores[None], min(max(k, 10), len(scores)))[0])
    picked = columns[_draw(scores[columns], columns, k, seed, row)]
    return picked, scores[picked]


def place(scores: NDArray[Any], column: int, seed: int = 42, row: int = 0) -> int:
    """Return the place of one column in the order of `best`: 1 for the best."""
    columns = np.flatnonzero(scores >= scores[column] - 2 * 10.0**-DECIMALS)
    values, own = np.round(scores[columns], DECIMALS), np.round(scores[column], DECIMALS)
    lots = draw_lots(seed, np.array(row), columns)
    before = (values > own) | ((values == own) & (lots < lots[columns == column]))
    return 1 + int(np.count_nonzero(before))


def _bounds(scores: NDArray[Any], k: int) -> NDArray[Any]:
    """Return a number per row that at least k scores of the row reach, ties included.

    The k-th largest of the maxima of disjoint groups of scores is such a number, close to the k-th
    largest of all, and far cheaper to find: numpy takes the maxima of many groups at a time.
    """
    n_rows, n = scores.shape
    size = max(1, n // max(4 * k, min(GROUPS, n // 8)))
    groups = n // size
    maxima = scores[:, : groups * size].reshape(n_rows, size, groups).max(axis=1)
    bounds: NDArray[Any] = np.partition(maxima, groups - k, axis=1)[:, groups - k]
    return bounds - 2 * 10.0**-DECIMALS


def _draw(
    scores: NDArray[Any], columns: NDArray[np.intp], k: int, seed: int, row: int
) -> NDArray[np.intp]:
    """Return the positions of the k best of one row's scores, where many are tied for a place."""
    values = np.round(scores, DECIMALS)
    last = np.partition(values, len(values) - k)[len(values) - k]
    above, tied = np.flatnonzero(values > last), np.flatnonzero(values == last)
    lots = draw_lots(seed, np.array(row), columns)
    free = k - len(above)
    drawn = tied[np.argpartition(lots[tied], free - 1)[:free]]
    picked = np.concatenate([above, drawn])
    return picked[np.lexsort((lots[picked], -values[picked]))]


def draw_lots(seed: int, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[np.uint64]:
    """Return a random number for each pair: the same for the same seed, whatever the block.

    The mixing function is that of SplitMix64 (Steele, Lea and Flood 2014).
    """
    with np.errstate(over="ignore"):
        lots: Any = np.uint64(seed % 2**63) * np.uint64(0xD1342543DE82EF95)
        for part in (rows, columns):
            lots = (lots ^ part.astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
            lots = (lots ^ (lots >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            lots = (lots ^ (lots >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            lots = lots ^ (lots >> np.uint64(31))
    return np.asarray(lots)


# Similarities --------------------------------------------------------------------------------


def _scores(table: EmbeddingTable, metric: str) -> tuple[Scores, float]:
    """Return the function that gives the similarities of a block, and their unit."""
    if metric == "euclidean":
        return _distances(table)
    units: Any = table.unit_vectors
    transposed = units.T.tocsr() if table.is_sparse else units.T

    def cosine(rows: NDArray[np.intp]) -> NDArray[Any]:
        return _limited(_dense(units[rows] @ transposed))

    return cosine, 1.0


def _row_scores(table: EmbeddingTable, metric: str) -> tuple[Scores, float]:
    """Return the same for one row: it makes no copy of the vectors, which may lie on disk."""
    vectors: Any = table.vectors
    lengths = np.where(table.lengths > 0, table.lengths, np.float32(1))
    unit = _unit_of_distance(table)

    def cosine(rows: NDArray[np.intp]) -> NDArray[Any]:
        row = _dense(vectors[rows]).ravel() / lengths[rows]
        return _limited(np.asarray(vectors @ row / lengths)[None])

    def minus_distance(rows: NDArray[np.intp]) -> NDArray[Any]:
        return np.linalg.norm(vectors - vectors[rows], axis=1)[None] / -unit

    if metric == "euclidean":
        return _distances(table) if table.is_sparse else (minus_distance, unit)
    return cosine, 1.0


def _distances(table: EmbeddingTable) -> tuple[Scores, float]:
    """Return minus the distances of a block, and their unit.

    They come from products, in float64: in float32 the distances of near pairs would drown.
    """
    vectors: Any = table.vectors
    vectors = vectors.astype(np.float64)
    if table.is_sparse:
        squares = np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel()
        transposed = vectors.T.tocsr()
    else:
        vectors -= vectors.mean(axis=0)
        squares = np.einsum("ij,ij->i", vectors, vectors)
        transposed = vectors.T
    unit = _unit_of_distance(table)

    def minus_distance(rows: NDArray[np.intp]) -> NDArray[Any]:
        products = _dense(vectors[rows] @ transposed)
        return np.sqrt(np.maximum(squares[rows, None] + squares - 2 * products, 0)) / -unit

    return minus_distance, unit


def _unit_of_distance(table: EmbeddingTable) -> float:
    """Return the length of the longest vector: ties are seen relative to it, whatever the scale."""
    return float(table.lengths.max(initial=0)) or 1.0


def _limited(cosines: NDArray[Any]) -> NDArray[Any]:
    return np.clip(cosines, -1, 1, out=cosines)


def _dense(block: Any) -> NDArray[Any]:
    return block.toarray() if hasattr(block, "toarray") else np.asarray(block)


def _without_self(
    found: NDArray[np.int64], scores: NDArray[np.float32], start: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Drop each word from its own neighbours, or the last one where the graph missed the word."""
    is_self = found == np.arange(start, start + len(found))[:, None]
    is_self[~is_self.any(axis=1), -1] = True
    shape = (len(found), found.shape[1] - 1)
    return found[~is_self].reshape(shape), scores[~is_self].reshape(shape)


def _row(table: EmbeddingTable, word: str) -> int:
    row = table.index.get(word)
    if row is not None:
        return row
    if word in table.missing:
        raise UserError(
            f"{called(table.spec.method)} has no vector for {word!r}: choose another one."
        )
    # The frequent words are enough to suggest from; comparing with all would take seconds.
    raise UnknownName("word", word, table.words[:20_000])


def _check_metric(metric: str) -> str:
    if metric not in METRICS:
        raise UnknownName("metric", metric, METRICS)
    return metric
