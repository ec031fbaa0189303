"""The company that one word keeps, step by step: raw counts, then how much more than by chance.

These are the numbers of the method ``cooccurrence`` before its SVD, of one word at a time: its row
of the table costs milliseconds, the whole table seconds and much memory.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings import corpus, methods
from embeddings.corpus import Corpus
from embeddings.errors import UnknownName, UserError
from embeddings.types import Company, CompanySpec, Progress, Spec, no_progress


def spec(word: str, table: Spec | None = None) -> CompanySpec:
    """Return the request for a word's company, counted as the vectors of ``table`` are.

    Parameters
    ----------
    table : of the method ``cooccurrence``; its usual settings if None
    """
    table = table or methods.get("cooccurrence").spec()
    counted = ("window", "contexts", "min_count", "smoothing")
    return CompanySpec(word, table.corpus, **{name: table[name] for name in counted})


def count(request: CompanySpec, progress: Progress = no_progress) -> Company:
    """Count a word's company and weight it.

    Raises
    ------
    UserError
        If the text has the word too seldom, or it never stands near another.
    """
    progress(0.0, "Reading the text")
    text = corpus.read(request.corpus)
    place = text.index.get(request.word)
    if place is None:
        raise UnknownName("word in the text", request.word, text.types[:20_000])
    occurrences = int(text.counts[place])
    if occurrences < request.min_count:
        raise UserError(
            f"The text has {request.word!r} {occurrences} times, fewer than {request.min_count}: "
            "too seldom to be counted."
        )
    n_words = int(np.count_nonzero(text.counts >= request.min_count))
    n_contexts = min(request.contexts, len(text.types))
    row = company(text, place, request.window)[:n_contexts]
    progress(0.2, "Counting the company of all words")
    weights = ppmi(row, _context_totals(text, request.window, n_words, n_contexts), request)
    met = np.flatnonzero(row)
    if not len(met):
        raise UserError(f"{request.word!r} never stands near another word of the text.")
    return Company(
        tuple(text.types[column] for column in met),
        met.astype(np.int32),
        row[met].astype(np.float32),
        weights[met].astype(np.float32),
        occurrences,
        n_contexts,
        request,
    )


def company(text: Corpus, word: int, window: int) -> NDArray[np.int64]:
    """Count what stands at most ``window`` words from a word in one sentence.

    Returns
    -------
    int64 array of shape (n_types,)
    """
    at = np.flatnonzero(text.tokens == word)
    sentence = np.searchsorted(text.sentence_starts, at, side="right") - 1
    first, last = text.sentence_starts[sentence], text.sentence_starts[sentence + 1]
    found = np.zeros(len(text.types), np.int64)
    for distance in range(1, window + 1):
        for near in (at - distance, at + distance):
            inside = (near >= first) & (near < last)
            found += np.bincount(text.tokens[near[inside]], minlength=len(found))
    return found


def ppmi(
    row: NDArray[np.int64], of_context: NDArray[np.float64], request: CompanySpec
) -> NDArray[np.float64]:
    """Weight a row of counts by positive pointwise mutual information, as `cooccurrence.ppmi`.

    Parameters
    ----------
    of_context : array of shape (n_contexts,), how often each context was counted with any word
    """
    smoothed = of_context**request.smoothing
    expected = row.sum() * smoothed / smoothed.sum()
    weights = np.zeros(len(row))
    met = row > 0
    weights[met] = np.maximum(np.log(row[met] / expected[met]), 0)
    return weights


def forget() -> None:
    """Let go of texts that this process holds."""
    _context_totals.cache_clear()


@lru_cache(maxsize=4)
def _context_totals(
    text: Corpus, window: int, n_words: int, n_contexts: int
) -> NDArray[np.float64]:
    """Return how often each context was counted with any of the words; takes a second or two."""
    sentence = np.repeat(
        np.arange(len(text.sentence_starts) - 1, dtype=np.int32), np.diff(text.sentence_starts)
    )
    total = np.zeros(n_contexts)
    for distance in range(1, window + 1):
        left, right = text.tokens[:-distance], text.tokens[distance:]
        together = sentence[:-distance] == sentence[distance:]
        for word, context in ((left, right), (right, left)):
            kept = together & (word < n_words) & (context < n_contexts)
            total += np.bincount(context[kept], minlength=n_contexts)
    return total
