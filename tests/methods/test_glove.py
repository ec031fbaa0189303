from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from embeddings import methods
from embeddings.methods import glove
from embeddings.vocabulary import glove_words


def test_the_neighbours_of_king_are_those_of_the_published_vectors() -> None:
    words = glove_words()[:15_000]
    table = methods.embed(methods.get("glove").spec(), words)
    similarities = table.unit_vectors @ table.unit_vectors[table.index["king"]]
    order = np.argsort(-similarities)[1:6]
    assert [words[i] for i in order] == ["prince", "queen", "ii", "emperor", "son"]


def test_all_words_are_the_whole_file() -> None:
    table = methods.embed(methods.get("glove").spec("glove-400k"), glove_words())
    assert table.vectors.shape == (400_000, 50)
    assert np.array_equal(table.vectors, glove.matrix())


def test_a_vector_is_its_row_of_the_file() -> None:
    table = methods.embed(methods.get("glove").spec(), ("puppy", "the"))
    assert np.array_equal(table.vector("the"), glove.matrix()[0])
    assert np.array_equal(table.vector("puppy"), glove.matrix()[glove_words().index("puppy")])


def test_agreement_with_people_is_the_known_one(wordsim: Any) -> None:
    table = methods.embed(methods.get("glove").spec(), wordsim.words)
    assert wordsim.correlation(table) == pytest.approx(0.503, abs=0.003)
