"""A column has the name of what it counts, and none where that is not known."""

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import corpus, methods
from embeddings.types import EmbeddingTable
from pages.shared import access, peek

TYPES = ("the", "of", "and", "to")


@pytest.fixture(autouse=True)
def afresh():
    peek._names.clear()
    yield
    peek._names.clear()


@pytest.fixture
def kept(monkeypatch):
    """A corpus that has been read before."""
    monkeypatch.setattr(corpus, "kept_titles", lambda name: ("a", "aback", "abacus"))
    monkeypatch.setattr(corpus, "kept_types", lambda name: TYPES)


def table(method, dim, vocabulary="topics", **parameters):
    spec = methods.get(method).spec(vocabulary, parameters=parameters)
    vectors = sp.csr_array(np.eye(2, dim, dtype=np.float32))
    return EmbeddingTable(access.word_list(vocabulary).words[:2], vectors, spec)


def test_columns_are_named_by_what_the_method_counts(small_map, kept):
    assert peek.column_names(table("document_counts", 3)) == ("a", "aback", "abacus")
    # As many columns as the vocabulary has words, and yet they are not its words.
    count = len(access.word_list("topics"))
    assert peek.column_names(table("one_hot", count)) == access.word_list("topics").words
    assert peek.column_names(table("cooccurrence", 3, dimensions=0))[:3] == TYPES[:3]


def test_columns_of_a_corpus_that_is_not_at_hand_have_no_names(small_map, monkeypatch):
    monkeypatch.setattr(corpus, "kept_titles", lambda name: None)
    monkeypatch.setattr(corpus, "kept_types", lambda name: None)
    for method in ("document_counts", "cooccurrence"):
        assert peek.column_names(table(method, 3)) is None


def test_columns_of_another_corpus_than_is_kept_have_no_names(small_map, kept):
    assert peek.column_names(table("document_counts", 9)) is None
