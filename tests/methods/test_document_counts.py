from __future__ import annotations

from itertools import pairwise

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from embeddings import methods
from embeddings.corpus import Corpus, tokenize
from embeddings.methods import document_counts


def texts_of(corpus: Corpus) -> list[str]:
    starts = corpus.document_starts
    return [" ".join(corpus.text[a:b]) for a, b in pairwise(starts)]


def test_counts_of_a_corpus_small_enough_to_count_by_hand(toy: Corpus) -> None:
    table = document_counts.counts(toy, len(toy.types)).toarray()
    rows = {word: table[toy.index[word]].tolist() for word in ("the", "eats", "petrol", "cat")}
    assert rows == {
        "the": [1, 1, 1, 1],
        "eats": [1, 1, 0, 0],
        "petrol": [0, 0, 1, 1],
        "cat": [1, 0, 0, 0],
    }


def test_counts_equal_those_of_scikit_learn(wikipedia: Corpus) -> None:
    reference = CountVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False)
    expected = reference.fit_transform(texts_of(wikipedia))
    columns = [reference.vocabulary_[word] for word in wikipedia.types[:3000]]
    ours = document_counts.counts(wikipedia, 3000)
    assert abs(ours - expected.T.tocsr()[columns]).nnz == 0


def test_tfidf_equals_that_of_scikit_learn_on_the_texts(toy: Corpus) -> None:
    reference = TfidfVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False)
    expected = reference.fit_transform(texts_of(toy)).T.toarray()
    ours = document_counts.tfidf(document_counts.counts(toy, len(toy.types))).toarray()
    columns = [reference.vocabulary_[word] for word in toy.types]
    np.testing.assert_allclose(ours, expected[columns], rtol=1e-6)


def test_tfidf_is_the_formula_that_it_states(toy: Corpus) -> None:
    table = document_counts.counts(toy, len(toy.types)).toarray()
    frequency = (table > 0).sum(axis=1, keepdims=True)
    weights = table * (np.log((1 + 4) / (1 + frequency)) + 1)
    expected = weights / np.linalg.norm(weights, axis=0)
    ours = document_counts.tfidf(document_counts.counts(toy, len(toy.types))).toarray()
    np.testing.assert_allclose(ours, expected, rtol=1e-6)


def test_rare_words_are_missing(wikipedia: Corpus) -> None:
    rare = wikipedia.types[int(np.flatnonzero(wikipedia.counts == 4)[0])]
    method = methods.get("document_counts")
    table = methods.embed(method.spec(corpus="wikipedia"), ("king", rare))
    assert table.words == ("king",) and table.missing == (rare,)
    lower = method.spec(corpus="wikipedia", parameters={"min_count": 4})
    assert methods.embed(lower, ("king", rare)).missing == ()


def test_raw_rows_add_up_to_the_words_count(wikipedia: Corpus) -> None:
    spec = methods.get("document_counts").spec(corpus="wikipedia", parameters={"weighting": "raw"})
    table = methods.embed(spec, ("king", "music"))
    counts = [wikipedia.counts[wikipedia.index[word]] for word in table.words]
    assert table.vectors.sum(axis=1).tolist() == counts
    assert table.dim == wikipedia.n_documents
