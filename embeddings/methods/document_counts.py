"""Word x document counts: in which texts a word occurs, and how often."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from embeddings import corpus
from embeddings.methods import Method, Parameter
from embeddings.types import Matrix, Progress, Spec


def counts(text: corpus.Corpus, n_words: int) -> sp.csr_array:
    """Count the most frequent words in every document.

    Parameters
    ----------
    n_words : how many words, from the most frequent one

    Returns
    -------
    CSR array of shape (n_words, n_documents); row i is the word with id i
    """
    tokens_before = text.sentence_starts[text.document_starts]
    document = np.repeat(np.arange(len(tokens_before) - 1), np.diff(tokens_before))
    kept = text.tokens < n_words
    pairs = (text.tokens[kept], document[kept])
    ones = np.ones(len(pairs[0]), dtype=np.float32)
    return sp.csr_array(sp.coo_array((ones, pairs), shape=(n_words, len(tokens_before) - 1)))


def tfidf(table: sp.csr_array) -> sp.csr_array:
    """Weight the counts by TF-IDF and bring every document to length 1.

    With n the number of documents and df(w) the number of those that contain the word w,
    ``weight(w, d) = count(w, d) * (ln((1 + n) / (1 + df(w))) + 1)``; then every column is
    divided by its Euclidean length, so that a long document does not outweigh many short ones.
    Without that division the rows of one word would only be stretched, and no cosine would change.

    References
    ----------
    Sparck Jones 1972, A Statistical Interpretation of Term Specificity and its Application in
    Retrieval; Salton and Buckley 1988, Term-Weighting Approaches in Automatic Text Retrieval.
    """
    from sklearn.feature_extraction.text import TfidfTransformer

    return sp.csr_array(TfidfTransformer().fit_transform(table.T).T)


def document_counts(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], Matrix]:
    """Return the words' rows of the word x document table of the corpus.

    Returns
    -------
    words : those that the corpus has at least ``min_count`` times
    vectors : CSR array of shape (n_words, n_documents)
    """
    progress(0.0, "Reading the corpus")
    text = corpus.read(spec.corpus)
    progress(0.5, "Counting words in documents")
    # Weights come from all words that occur min_count times, never from the words asked for
    # alone: so a word's vector is the same in every vocabulary. Rarer words are cut before the
    # documents are scaled to length 1: they are no part of that length.
    n_words = int(np.count_nonzero(text.counts >= spec["min_count"]))
    table = counts(text, n_words)
    if spec["weighting"] == "tfidf":
        progress(0.8, "Weighting by TF-IDF")
        table = tfidf(table)
    known = tuple(word for word in words if text.index.get(word, n_words) < n_words)
    return known, table[[text.index[word] for word in known]].astype(np.float32)


METHOD = Method(
    key="document_counts",
    label="Document counts",
    year=1972,
    reference="Sparck Jones 1972, A Statistical Interpretation of Term Specificity and its "
    "Application in Retrieval",
    reference_url="https://doi.org/10.1108/eb026526",
    summary="A word is the list of the documents that it occurs in.",
    explanation=(
        "Make a table with one row for each word and one column for each document (here each entry "
        "of a dictionary and each article of an encyclopedia) and tally how often the word occurs "
        "in the document. The row is the word's vector. Words that turn up in the same documents "
        "get like rows. Search engines began with this table, read the other way round. TF-IDF "
        "weighs the tally: a word that few documents contain tells more about them than one that "
        "is everywhere, so each count is multiplied by ln((1 + n) / (1 + df)) + 1, where n is the "
        "number of documents and df the number that contain the word; then every document is "
        "scaled to length 1, so that long ones do not drown the short ones. Words rarer than the "
        "minimum count are left out of all this."
    ),
    numbers=(
        "One number for each document: how often the word occurs in it, raw or weighted by "
        "TF-IDF. Nearly all are 0."
    ),
    sees="Shared topics: words that are written about in the same documents.",
    misses=(
        "Words of like meaning that are seldom used in the same document, and everything about "
        "the order of words."
    ),
    learns_from="corpus",
    compute=document_counts,
    further=(
        (
            "Salton and Buckley 1988, Term-Weighting Approaches in Automatic Text Retrieval "
            "(documents of length 1)",
            "https://doi.org/10.1016/0306-4573%2888%2990021-0",
        ),
    ),
    parameters=(
        Parameter(
            "weighting",
            "Weighting",
            "tfidf",
            "Plain counts, or TF-IDF: words that few documents contain count for more.",
            choices=("tfidf", "raw"),
        ),
        Parameter(
            "min_count",
            "Minimum count",
            5,
            "Words that the corpus has fewer times are reported missing.",
            low=1,
            high=1000,
        ),
    ),
    needs=("sklearn",),
    dense=False,
    by_lot=False,
    columns="documents",
)
