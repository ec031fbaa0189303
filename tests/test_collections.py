"""Collections: things that are no words, with the machinery of words."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings import collections, methods, recipes, vocabulary
from embeddings.collections import Items
from embeddings.errors import UnknownName, UserError
from embeddings.store import Store
from embeddings.types import Column, VocabularySpec


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "packaged", tmp_path / "cache")


@pytest.mark.parametrize("key", list(collections.available()))
def test_every_collection_says_who_made_it_and_has_methods(key):
    about = collections.get(key)
    assert about.key == key == key.lower()
    assert about.source_url.startswith("https://")
    assert about.terms.endswith(".")
    assert about.noun != about.nouns
    known = methods.available(about.kind)
    assert about.first in known
    assert all(method.kind == about.kind for method in known.values())
    assert vocabulary.kind(key) == about.kind
    assert vocabulary.label(key) == about.label
    assert key not in (*vocabulary.all_names(), *methods.available())


def test_methods_of_all_kinds_have_different_keys():
    keys = [key for kind in methods.kinds() for key in methods.available(kind)]
    assert len(keys) == len(set(keys))


def test_methods_for_words_are_those_without_a_kind():
    assert methods.kinds()[0] == methods.WORDS
    assert "glove" in methods.available() and "digits-pixels" not in methods.available()
    assert methods.get("digits-pixels").kind == "digits"
    with pytest.raises(UnknownName):
        methods.available("birds")


def test_things_become_a_vocabulary_with_columns_and_vectors(store):
    things = recipes.fetch(VocabularySpec("digits"), store)
    assert len(things) == 1797 and things.topics == ()
    assert [column.name for column in things.columns] == ["Digit"]
    table = recipes.fetch(methods.get("digits-pixels").spec("digits"), store)
    assert table.words == things.words and table.dim == 64

    from sklearn.datasets import load_digits

    data = load_digits()
    np.testing.assert_allclose(table.vectors, data.data / 16, atol=0.5 / 255)
    assert [int(word[0]) for word in things.words] == data.target.tolist()
    np.testing.assert_array_equal(things.columns[0].values, data.target)


@pytest.mark.parametrize(("method", "words"), [("glove", "digits"), ("digits-pixels", "topics")])
def test_a_method_for_other_things_is_refused_in_a_line(method, words, store):
    with pytest.raises(UserError, match="embeds") as wrong:
        recipes.fetch(methods.get(method).spec(words), store)
    assert "\n" not in str(wrong.value)


def test_an_unknown_collection_offers_the_nearest():
    with pytest.raises(UnknownName, match="digits"):
        vocabulary.check("digit")


def test_items_must_be_distinct_and_of_one_length():
    with pytest.raises(ValueError, match="distinct"):
        Items(("a", "a"))
    with pytest.raises(ValueError, match="shape"):
        Items(("a", "b"), (Column("Size", np.zeros(3)),))
    with pytest.raises(ValueError, match="pictures"):
        Items(("a", "b"), pictures=np.zeros((3, 8, 8), np.uint8))
