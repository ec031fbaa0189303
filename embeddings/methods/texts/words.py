"""Counting: a text is the list of its words, each weighed by BM25."""

from __future__ import annotations

from collections.abc import Sequence

import scipy.sparse as sp

from embeddings import collections
from embeddings.errors import UserError
from embeddings.methods import Method
from embeddings.methods.texts._bm25 import weigh
from embeddings.types import Matrix, Progress, Spec


def compute(spec: Spec, words: Sequence[str], progress: Progress) -> tuple[Sequence[str], Matrix]:
    """Weigh the words of each text; a column is a word, in the order of the alphabet."""
    items = collections.read(spec.vocabulary)
    if items.texts is None:
        raise UserError(f"{spec.vocabulary} has no texts that could be read.")
    found = weigh(items.texts, progress)
    shape = (found.n_texts, len(found.words))
    entries = sp.csc_array((found.scores, found.rows, found.columns), shape=shape)
    return items.labels, sp.csr_array(entries)


METHOD = Method(
    key="texts-bm25",
    kind="texts",
    label="Words (BM25)",
    year=1994,
    reference="Robertson and Walker 1994, Some Simple Effective Approximations to the 2-Poisson "
    "Model for Probabilistic Weighted Retrieval",
    reference_url="https://doi.org/10.1007/978-1-4471-2099-5_24",
    summary="A text is the list of its words; rare words count more than common ones.",
    explanation=(
        "One number for every word there is, nearly all of them 0. A word that few texts have "
        "weighs much (inverse document frequency); its third occurrence in a text adds less than "
        "its first, and a long text counts for less than a short one. These are the scores of "
        "BM25, by which most search engines still rank: a question's score is the sum of the "
        "numbers of its words. Two texts are near where they share rare words."
    ),
    numbers="The BM25 score of each word in the text, 0 where it has it not.",
    sees="The same words, above all names and rare terms.",
    misses="That two words can mean the same: car and automobile have nothing in common.",
    learns_from="collection",
    compute=compute,
    needs=("bm25s",),
    dense=False,
    by_lot=False,
    further=(
        (
            "Lù 2024, BM25S: Orders of magnitude faster lexical search via eager sparse scoring "
            "(the library)",
            "https://arxiv.org/abs/2407.03618",
        ),
    ),
    own_words="paragraphs",
)
