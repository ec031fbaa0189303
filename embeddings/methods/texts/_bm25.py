"""The scores that BM25 gives each word of each text, by the library bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.corpus import tokenize
from embeddings.types import Progress

K1, B = 1.5, 0.75
"""How soon a repeated word stops counting, and how much a long text is held against it."""


@dataclass(frozen=True, eq=False)
class Weights:
    """The score of each word in each text; a question's score is their sum over its words.

    Attributes
    ----------
    words : tuple of str, in the order of the alphabet
    scores, rows : arrays of shape (n_entries,), word by word
    columns : int64 array of shape (n_words + 1,), where each word's entries begin
    n_texts : how many texts there are
    """

    words: tuple[str, ...]
    scores: NDArray[np.float32]
    rows: NDArray[np.int32]
    columns: NDArray[np.int64]
    n_texts: int


def weigh(texts: Sequence[str], progress: Progress, k1: float = K1, b: float = B) -> Weights:
    """Count and weigh the words of texts (Robertson and Walker 1994, in the manner of Lucene).

    Words are those of the corpus's own tokenizer: lower case, a to z, not stemmed; none is left
    out for being common, as common ones weigh little.
    """
    import bm25s

    progress(0.0, "Reading the words of the texts")
    split = [tokenize(text) for text in texts]
    words = tuple(sorted({word for tokens in split for word in tokens}))
    number = {word: i for i, word in enumerate(words)}
    progress(0.5, "Weighing the words")
    made = bm25s.BM25(method="lucene", k1=k1, b=b)
    ids = [[number[word] for word in tokens] for tokens in split]
    found: Any = made.build_index_from_ids(list(number.values()), ids, show_progress=False)
    progress(1.0, "Done")
    return Weights(
        words,
        np.asarray(found["data"], np.float32),
        np.asarray(found["indices"], np.int32),
        np.asarray(found["indptr"], np.int64),
        len(texts),
    )


def searcher(
    words: Sequence[str],
    scores: NDArray[np.float32],
    rows: NDArray[np.int32],
    columns: NDArray[np.int64],
    n_texts: int,
) -> Any:
    """Return the library's object that answers questions, from weights that were kept."""
    import bm25s

    made = bm25s.BM25(method="lucene")
    made.scores = {"data": scores, "indices": rows, "indptr": columns, "num_docs": n_texts}
    made.vocab_dict = {word: i for i, word in enumerate(words)}
    made.unique_token_ids_set = set(range(len(words)))
    made.nonoccurrence_array = None
    return made
