"""A word's company, counted for itself, is its row of the whole table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings import corpus, recipes
from embeddings.errors import UnknownName, UserError
from embeddings.inside import company
from embeddings.methods import cooccurrence
from embeddings.store import Store
from embeddings.types import Company, CompanySpec


@pytest.mark.parametrize("word", ["the", "king", "violin"])
def test_it_is_the_words_row_of_the_whole_table(word: str) -> None:
    request = CompanySpec(word, "wikipedia", window=3, contexts=2_000)
    found = company.count(request)
    text = corpus.read("wikipedia")
    n_words = int(np.count_nonzero(text.counts >= 5))
    table = cooccurrence.counts(text, 3, n_words, 2_000)
    row = text.index[word]
    for given, whole in ((found.counts, table), (found.ppmi, cooccurrence.ppmi(table))):
        expected = whole[[row]].toarray().ravel()
        mine = np.zeros(2_000, np.float32)
        mine[found.columns] = given
        assert np.allclose(mine, expected, atol=1e-5)
    assert found.contexts[:1] == (text.types[found.columns[0]],)
    assert found.occurrences == text.counts[row] and found.n_contexts == 2_000


def test_it_is_kept_and_read_again(tmp_path: Path) -> None:
    store = Store(None, tmp_path)
    request = CompanySpec("king", "wikipedia")
    made = recipes.fetch(request, store)
    again = store.load(request)
    assert isinstance(made, Company) and isinstance(again, Company)
    assert again.contexts == made.contexts and np.array_equal(again.ppmi, made.ppmi)


@pytest.mark.parametrize("word", ["", "zzzzz", "<b>", "Η"])
def test_an_unknown_word_is_said(word: str) -> None:
    with pytest.raises(UnknownName):
        company.count(CompanySpec(word, "wikipedia"))


def test_a_rare_word_is_said() -> None:
    text = corpus.read("wikipedia")
    rare = text.types[-1]
    with pytest.raises(UserError, match="too seldom"):
        company.count(CompanySpec(rare, "wikipedia"))
