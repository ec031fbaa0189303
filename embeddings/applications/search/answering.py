"""What a question finds by words and by meaning, each the best first, and what both find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.applications.search import meaning
from embeddings.applications.search.texts import best_of
from embeddings.corpus import tokenize
from embeddings.methods.texts import _bm25
from embeddings.types import Found, Hit, Progress, SearchSpec, TextIndex, no_progress

TELLING = 0.1
"""A word that more of the texts have than this share says little: it counts, but is not marked."""

Cosines = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From a question's unit vector to its cosine with each text that is searched."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """Labels by one way of searching.

    Attributes
    ----------
    order : int64 array, the labels that were found, the best first
    best : float32 array of shape (n_labels,), the best score of each
    rank : int32 array of shape (n_labels,), from 1; 0 where it was not found
    scores : float32 array of shape (n_searched,)
    """

    order: NDArray[np.int64]
    best: NDArray[np.float32]
    rank: NDArray[np.int32]
    scores: NDArray[np.float32]


def answer(
    request: SearchSpec, index: TextIndex, cosines: Cosines, progress: Progress = no_progress
) -> Found:
    """Search texts by words and by meaning."""
    searched = min(request.searched or len(index), len(index))
    vector, read, pieces = meaning.read_question(request.question, progress)
    progress(0.5, "Searching")
    tokens = tokenize(request.question)
    words = by_words(tokens, index, searched)
    near = by_meaning(vector, index, cosines) if read else _nothing(len(index.labels))
    asked = tuple(dict.fromkeys(tokens))
    known = tuple(word for word in asked if word in _numbers(index))
    telling = tuple(word for word in known if _is_telling(word, index))
    return Found(
        _hits(words, near, index, telling, request.k),
        _hits(near, words, index, telling, request.k),
        known,
        tuple(word for word in asked if word not in _numbers(index)),
        read,
        pieces,
        searched,
        len(index),
        request,
    )


def by_words(tokens: list[str], index: TextIndex, searched: int) -> Ranking:
    """Rank labels by BM25; what has none of the words is not found."""
    known = [word for word in tokens if word in _numbers(index)]
    if not known:
        return _nothing(len(index.labels))
    scores: Any = _searcher(index).get_scores(known)
    return _rank(np.asarray(scores[:searched], np.float32), index, least=0.0)


def by_meaning(vector: NDArray[np.float32], index: TextIndex, cosines: Cosines) -> Ranking:
    """Rank labels by the cosine with a question."""
    return _rank(cosines(vector), index, least=-np.inf)


def _rank(scores: NDArray[np.float32], index: TextIndex, least: float) -> Ranking:
    best = best_of(scores, index.label, len(index.labels))
    # What scores the same stands in the order of the texts: common words before others.
    order = np.argsort(-best, kind="stable")
    order = order[: int((best > least).sum())]
    rank = np.zeros(len(best), dtype=np.int32)
    rank[order] = np.arange(1, len(order) + 1)
    return Ranking(order, best, rank, scores)


def _nothing(n: int) -> Ranking:
    best = np.full(n, -np.inf, np.float32)
    none = np.zeros(0, np.int64)
    return Ranking(none, best, np.zeros(n, np.int32), np.zeros(0, np.float32))


def _is_telling(word: str, index: TextIndex) -> bool:
    start, end = index.columns[_numbers(index)[word] :][:2].tolist()
    return bool(end - start <= TELLING * len(index))


def _hits(
    ranking: Ranking, other: Ranking, index: TextIndex, telling: tuple[str, ...], k: int
) -> tuple[Hit, ...]:
    found = []
    for label in ranking.order[:k].tolist():
        rows = np.flatnonzero(index.label[: len(ranking.scores)] == label)
        row = int(rows[np.argmax(ranking.scores[rows])])
        text = index.text(row)
        has = set(tokenize(text))
        found.append(
            Hit(
                index.labels[label],
                text,
                float(ranking.best[label]),
                tuple(word for word in telling if word in has),
                int(other.rank[label]),
                row,
            )
        )
    return tuple(found)


@lru_cache(maxsize=2)
def _searcher(index: TextIndex) -> Any:
    n = len(index)
    return _bm25.searcher(index.words, index.scores, index.rows, index.columns, n)


def _numbers(index: TextIndex) -> dict[str, int]:
    found: dict[str, int] = _searcher(index).vocab_dict
    return found
