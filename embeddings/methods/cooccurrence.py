"""Word x word counts: a word is known by the company it keeps; raw or PPMI, whole or by SVD."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from embeddings import corpus
from embeddings.errors import UserError
from embeddings.methods import Method, Parameter
from embeddings.types import Matrix, Progress, Spec, no_progress


def counts(
    text: corpus.Corpus,
    window: int,
    n_words: int,
    n_contexts: int,
    progress: Progress = no_progress,
) -> sp.csr_array:
    """Count how often words occur at most ``window`` words apart in one sentence.

    Parameters
    ----------
    n_words, n_contexts : how many rows and columns, each from the most frequent word

    Returns
    -------
    CSR array of shape (n_words, n_contexts); a word beside itself counts as well
    """
    tokens = text.tokens
    sentence = np.repeat(
        np.arange(len(text.sentence_starts) - 1, dtype=np.int32), np.diff(text.sentence_starts)
    )
    total = sp.csr_array((n_words, n_contexts), dtype=np.float32)
    for distance in range(1, window + 1):
        progress((distance - 1) / window, f"Counting words {distance} apart")
        left, right = tokens[:-distance], tokens[distance:]
        together = sentence[:-distance] == sentence[distance:]
        for row, column in ((left, right), (right, left)):
            kept = together & (row < n_words) & (column < n_contexts)
            ones = np.ones(np.count_nonzero(kept), dtype=np.float32)
            pairs = sp.coo_array((ones, (row[kept], column[kept])), shape=total.shape)
            total += pairs.tocsr()
    return total


def ppmi(table: sp.csr_array, smoothing: float = 0.75) -> sp.csr_array:
    """Weight counts by positive pointwise mutual information.

    ``PPMI(w, c) = max(0, ln(P(w, c) / (P(w) P(c))))``, where P(c) is taken from the contexts'
    counts raised to the power ``smoothing``, so that rare contexts are not overrated.

    Returns
    -------
    CSR array of the same shape, without stored zeros

    References
    ----------
    Church and Hanks 1990; Levy, Goldberg and Dagan 2015, on context distribution smoothing.
    """
    of_word = np.asarray(table.sum(axis=1), dtype=np.float64).ravel()
    of_context = np.asarray(table.sum(axis=0), dtype=np.float64).ravel() ** smoothing
    pairs = table.tocoo()
    row, column = pairs.coords
    expected = of_word[row] * (of_context / of_context.sum())[column]
    values = np.maximum(np.log(pairs.data / expected), 0).astype(np.float32)
    weighted = sp.csr_array(sp.coo_array((values, (row, column)), shape=table.shape))
    weighted.eliminate_zeros()
    return weighted


def svd(table: sp.csr_array, dimensions: int, seed: int) -> NDArray[np.float32]:
    """Squeeze the rows to few dimensions by a truncated singular value decomposition.

    The decomposition ``U S V`` is fitted to the rows of the context words themselves, the most
    frequent ones; then every row is expressed in it as ``row V' / S``, which for the fitted rows
    is ``U``. Against a fit to all words and against the weights ``U S`` and ``U sqrt(S)`` this
    came out best on WordSim-353 (.69; .66 with all words, .67 with ``U sqrt(S)``).

    Returns
    -------
    float32 array of shape (n_rows, dimensions); fewer columns if the rank of the table is lower

    References
    ----------
    Deerwester et al. 1990, Indexing by Latent Semantic Analysis (also on folding rows in); Levy,
    Goldberg and Dagan 2015, on the power of S (eigenvalue weighting).
    """
    from sklearn.utils.extmath import randomized_svd

    fitted = table[: table.shape[1]]
    _, s, v = randomized_svd(fitted, dimensions, n_iter=8, random_state=seed)
    solid = s > s[0] * 1e-5  # a table of lower rank has no further patterns, only rounding
    return np.asarray(table @ (v[solid].T / s[solid]), dtype=np.float32)


def cooccurrence(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], Matrix]:
    """Return the words' rows of the word x word table of the corpus.

    Returns
    -------
    words : those that occur at least ``min_count`` times and keep any company at all
    vectors : float32 array of shape (n_words, dimensions), or, where ``dimensions`` is 0,
        CSR array of shape (n_words, contexts)
    """
    dimensions = spec["dimensions"]
    if dimensions == 1:
        raise UserError("dimensions is 1; it must be 0 (no SVD) or a whole number from 2 to 300.")
    progress(0.0, "Reading the corpus")
    text = corpus.read(spec.corpus)
    # Weights and SVD come from all words that occur min_count times, never from the words asked
    # for alone: so a word's vector is the same in every vocabulary.
    n_words = int(np.count_nonzero(text.counts >= spec["min_count"]))
    n_contexts = min(spec["contexts"], len(text.types))
    table = counts(
        text,
        spec["window"],
        n_words,
        n_contexts,
        lambda fraction, message: progress(0.1 + 0.5 * fraction, message),
    )
    if spec["weighting"] == "ppmi":
        progress(0.6, "Weighting by PPMI")
        table = ppmi(table, spec["smoothing"])
    company = np.diff(table.indptr) > 0
    rows = {w: text.index[w] for w in words if text.index.get(w, n_words) < n_words}
    known = tuple(word for word, row in rows.items() if company[row])
    chosen = [rows[word] for word in known]
    if not dimensions:
        return known, table[chosen]
    progress(0.7, f"Squeezing {n_contexts:,} numbers to {dimensions} by SVD")
    dimensions = min(dimensions, min(table.shape) - 1)
    return known, svd(table, dimensions, spec.seed)[chosen]


METHOD = Method(
    key="cooccurrence",
    label="Co-occurrence",
    year=1990,
    reference="Church and Hanks 1990, Word Association Norms, Mutual Information, and Lexicography",
    reference_url="https://aclanthology.org/J90-1003/",
    summary="A word is the company it keeps: counts of the words around it.",
    explanation=(
        "Slide a window over the text and tally for each word which words stand near it. The row "
        "of tallies is its vector: cat and dog need never meet to become alike; it is enough that "
        "both stand near eats, tail and fur. Raw tallies are ruled by the and of, which keep "
        "company with everything. Pointwise mutual information (Church and Hanks 1990) repairs "
        "this: it is the logarithm of how much more often two words meet than chance would have "
        "it. PPMI keeps of it what is positive, and 0 where they meet less. Last, a singular value "
        "decomposition (Deerwester et al. 1990) squeezes the thousands of columns to a hundred, so "
        "that words which never shared an exact neighbour, only like ones, come near too. Done "
        "with care this old way rivals Word2Vec (Levy, Goldberg and Dagan 2015)."
    ),
    numbers=(
        "With SVD: how far the word follows each pattern of company, the strongest pattern first; "
        "the patterns have no names. "
        "Without: one number for each context word, a count or its PPMI; most are 0."
    ),
    sees="Words used in like company, topics above all, even from a text of modest size.",
    misses=(
        "Senses: one row sums all uses of a word. Opposites keep the same company, so good "
        "stands by bad; rare words have too few tallies."
    ),
    learns_from="corpus",
    columns="contexts",
    compute=cooccurrence,
    further=(
        (
            "Deerwester, Dumais, Furnas, Landauer and Harshman 1990, Indexing by Latent Semantic "
            "Analysis (SVD)",
            "https://doi.org/10.1002/%28SICI%291097-4571%28199009%2941:6%3C391::AID-ASI1%3E3.0.CO;2-9",
        ),
        (
            "Levy, Goldberg and Dagan 2015, Improving Distributional Similarity with Lessons "
            "Learned from Word Embeddings (smoothing, and PPMI with SVD beside Word2Vec)",
            "https://aclanthology.org/Q15-1016/",
        ),
    ),
    parameters=(
        Parameter(
            "window",
            "Window",
            5,
            "How many words to each side count as company, within the sentence.",
            low=1,
            high=15,
        ),
        Parameter(
            "weighting",
            "Weighting",
            "ppmi",
            "Plain counts, or PPMI: how much more often than by chance two words meet.",
            choices=("ppmi", "raw"),
        ),
        Parameter(
            "smoothing",
            "Smoothing of PPMI",
            0.75,
            "The power to which the contexts' counts are raised: below 1, rare contexts count "
            "for less.",
            low=0.1,
            high=1.0,
        ),
        Parameter(
            "dimensions",
            "Dimensions by SVD",
            100,
            "How many numbers the SVD leaves, from 2; 0 keeps every context word as a column.",
            low=0,
            high=300,
        ),
        Parameter(
            "min_count",
            "Minimum count",
            5,
            "Words that the corpus has fewer times are reported missing.",
            low=1,
            high=1000,
        ),
        Parameter(
            "contexts",
            "Context words",
            10_000,
            "How many of the corpus's most frequent words count as company.",
            low=100,
            high=20_000,
        ),
    ),
    needs=("sklearn",),
)
