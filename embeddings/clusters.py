"""Groups of words that are close in the original space, named by their most central words.

Groups of things that are no words (`embeddings.collections`) are named by the category that is
most their own, where the collection has categories.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UserError
from embeddings.types import (
    Clusters,
    ClustersSpec,
    EmbeddingTable,
    Progress,
    Spec,
    Vocabulary,
    no_progress,
)

SIZES = {"topics": 12, "common-2k": 20, "glove-400k": 64}
"""How many groups a vocabulary has; all others have the default of `ClustersSpec`."""

LEAST_WORDS = 5
"""Words per group, on average, below which there are fewer groups."""

LARGE = 50_000
"""From this many words on, k-means looks at random batches of them."""

COMPONENTS = 100
"""Sparse vectors are reduced to this many dimensions first (Deerwester et al. 1990)."""


WELL_KNOWN = 50
"""A group is named by words from its frequent half, and from so many at most."""


def spec(table: Spec, n_clusters: int | None = None, seed: int = 42) -> ClustersSpec:
    """Return the request for the groups of a table's words, by default as many as fit its size.

    Raises
    ------
    UserError
        If the number of groups is not from 2 to 200.
    """
    if n_clusters is None:
        n_clusters = SIZES.get(table.vocabulary, ClustersSpec.n_clusters)
    if not isinstance(n_clusters, int) or not 2 <= n_clusters <= 200:
        raise UserError(f"n_clusters is {n_clusters!r}; it must be a whole number from 2 to 200.")
    return ClustersSpec(table, n_clusters, seed)


def find(
    table: EmbeddingTable,
    vocabulary: Vocabulary,
    request: ClustersSpec,
    progress: Progress = no_progress,
) -> Clusters:
    """Group words by k-means on their unit vectors (spherical in effect), the largest group first.

    k-means and not HDBSCAN: on word vectors HDBSCAN leaves two thirds of the words without a group.

    Where every word is equally far from every other, as with one-hot vectors, or where there are
    too few words, there are no groups: all labels are -1, and the notes say why.
    """
    progress(0.0, "Grouping the words")
    wanted = min(request.n_clusters, len(table) // LEAST_WORDS)
    reason = "too few words" if wanted < 2 else "" if has_structure(table) else "no structure"
    if reason:
        labels = np.full(len(table), -1, dtype=np.int16)
        return Clusters(labels, (), request, {"reason": reason})
    progress(0.1, "Grouping the words")
    points = _points(table, request.seed)
    labels = _by_size(_k_means(points, wanted, request.seed))
    progress(0.9, "Naming the groups")
    # By place in the vocabulary, most frequent first: the corpus has few of GloVe's words often.
    places = np.array([vocabulary.index.get(word, len(vocabulary)) for word in table.words])
    groups = [np.flatnonzero(labels == group) for group in range(labels.max() + 1)]
    names = _categories_of(table.words, vocabulary, groups) or tuple(
        _name(table.words, points, places, rows) for rows in groups
    )
    progress(1.0, "Grouping the words")
    return Clusters(labels, names, request)


def has_structure(table: EmbeddingTable) -> bool:
    """Whether any word is nearer to one word than to another, judged by up to 500 of them."""
    units: Any = table.unit_vectors
    rows = np.linspace(0, len(table) - 1, min(500, len(table))).astype(int)
    for start in range(0, len(rows), 50):
        some = rows[start : start + 50]
        cosines = units[some] @ units.T
        cosines = cosines.toarray() if table.is_sparse else cosines
        others = np.ones(cosines.shape, dtype=bool)
        others[np.arange(len(some)), some] = False
        if float(np.ptp(cosines[others])) > 1e-5:
            return True
    return False


def _points(table: EmbeddingTable, seed: int) -> NDArray[np.float32]:
    """Return dense unit vectors to group."""
    units: Any = table.unit_vectors
    if not table.is_sparse:
        return np.asarray(units)
    from sklearn.decomposition import TruncatedSVD

    components = min(COMPONENTS, min(units.shape) - 1)
    reduced = TruncatedSVD(components, random_state=seed).fit_transform(units)
    lengths = np.linalg.norm(reduced, axis=1, keepdims=True)
    return np.asarray(reduced / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def _k_means(points: NDArray[np.float32], n: int, seed: int) -> NDArray[Any]:
    from sklearn.cluster import KMeans, MiniBatchKMeans

    if len(points) > LARGE:
        model = MiniBatchKMeans(n, n_init=3, batch_size=8192, random_state=seed)
    else:
        model = KMeans(n, n_init=3, random_state=seed)
    return np.asarray(model.fit_predict(points))


def _by_size(labels: NDArray[Any]) -> NDArray[np.int16]:
    """Return the labels numbered anew, the largest group first."""
    sizes = np.bincount(labels)
    place = np.empty(len(sizes), dtype=np.int16)
    place[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return np.asarray(place[labels])


def _categories_of(
    words: tuple[str, ...], vocabulary: Vocabulary, groups: list[NDArray[np.intp]]
) -> tuple[str, ...]:
    """Return for each group the category that it has more of than all together, in shares.

    Of equally frequent categories it is the commonest. None where these are words, or where there
    are no categories.
    """
    column = next((each for each in vocabulary.columns if not each.is_number), None)
    if vocabulary.are_words or column is None:
        return ()
    codes = column.values[[vocabulary.index[word] for word in words]]
    n = len(column.categories)

    def shares(some: NDArray[Any]) -> NDArray[np.float64]:
        return np.bincount(some[some >= 0], minlength=n) / max(1, len(some))

    everywhere = shares(codes)
    return tuple(column.categories[int(np.argmax(shares(codes[g]) - everywhere))] for g in groups)


def _name(
    words: tuple[str, ...],
    points: NDArray[np.float32],
    places: NDArray[np.int64],
    rows: NDArray[np.intp],
) -> str:
    """Return the two most central of the frequent words, not two forms of one word."""
    by_place = rows[np.argsort(places[rows], kind="stable")]
    frequent = by_place[: max(4, min(len(rows) // 2, WELL_KNOWN))]
    centrality = points[frequent] @ points[rows].mean(axis=0)
    ranked = [words[row] for row in frequent[np.argsort(-centrality, kind="stable")]]
    first = ranked[0]
    second = next((word for word in ranked[1:] if not _alike(first, word)), None)
    return (first if second is None else f"{first} · {second}").lower()


def _alike(first: str, second: str) -> bool:
    start = min(4, len(first), len(second))
    return first[:start].lower() == second[:start].lower()
