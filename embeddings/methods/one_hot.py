"""One-hot vectors: every word owns one axis. The baseline that knows nothing but names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from embeddings.methods import Method
from embeddings.types import Matrix, Progress, Spec


def one_hot(spec: Spec, words: Sequence[str], progress: Progress) -> tuple[Sequence[str], Matrix]:
    """Return the identity: row i has its single 1 in column i.

    Returns
    -------
    words : the same words
    vectors : CSR array of shape (n_words, n_words)
    """
    progress(1.0, "Numbering the words")
    return tuple(words), sp.csr_array(sp.eye_array(len(words), format="csr", dtype=np.float32))


METHOD = Method(
    key="one_hot",
    label="One-hot",
    year=1957,
    reference="Suits 1957, Use of Dummy Variables in Regression Equations",
    reference_url="https://doi.org/10.1080/01621459.1957.10501412",
    summary="Every word has an axis of its own.",
    explanation=(
        "Number the words of the vocabulary. The vector of a word is a list of zeros, one place "
        "for each word, with a single 1 at the word's own number. Statisticians code categories "
        "in this way, as dummy variables, because a computer needs numbers and a name is none. "
        "Every word is then exactly as far from every other: the cosine of any two is 0. The map "
        "of these vectors has no structure, and that is what it shows: here a word is a label "
        "and nothing more. All other methods start from this and look for something to put in "
        "place of the zeros."
    ),
    numbers="1 in the word's own place, 0 in the place of every other word of the vocabulary.",
    sees="Which words are the same word.",
    misses="Any likeness: cat is as far from dog as from petrol.",
    learns_from="nothing",
    compute=one_hot,
    dense=False,
    own_vocabulary=True,
    by_lot=False,
    columns="words",
)
