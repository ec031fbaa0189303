"""The named vocabularies are nested, of the promised size, and true to GloVe and the corpus."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings import corpus, vocabulary
from embeddings.errors import UnknownName
from embeddings.store import Store
from embeddings.types import Vocabulary, VocabularySpec

COMMON = ("topics", "common-2k", "common-10k")


@pytest.fixture(scope="session")
def built() -> dict[str, Vocabulary]:
    return {name: vocabulary.build(name) for name in vocabulary.all_names()}


@pytest.fixture(scope="session")
def rank() -> dict[str, int]:
    return {word: i for i, word in enumerate(vocabulary.glove_words())}


def test_names_have_labels_and_parents():
    assert vocabulary.names() == ("topics", "common-2k", "common-10k", "glove-400k")
    assert all(vocabulary.label(name) for name in vocabulary.names())
    parents = [vocabulary.parent(name) for name in vocabulary.names()]
    assert parents == ["common-10k", "common-10k", None, None]


def test_two_vocabularies_are_searched_and_have_no_maps():
    assert vocabulary.all_names() == (*vocabulary.names(), "corpus", "wordpieces")
    assert all(vocabulary.label(name) for name in vocabulary.all_names())
    assert vocabulary.parent("corpus") is None and vocabulary.parent("wordpieces") is None


def test_every_word_of_the_corpus_that_is_frequent_enough(built):
    words = built["corpus"]
    assert len(words) == 37_727 and words.words[:3] == ("the", "of", "a")
    assert words.count.min() == 5 and (np.diff(words.count) <= 0).all()


def test_the_words_that_bert_keeps_whole_in_its_order(built):
    words = built["wordpieces"].words
    assert len(words) == 21_721 and words[:4] == ("a", "i", "the", "of")
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert {"athens", "yen", "tokyo"} <= set(words) and "pence" not in words


@pytest.mark.parametrize(
    "function", [vocabulary.check, vocabulary.label, vocabulary.parent, vocabulary.build]
)
def test_an_unknown_name_is_told_the_nearest(function):
    with pytest.raises(UnknownName, match="Did you mean common-10k"):
        function("comon-10k")


def test_topics_are_about_600_words_in_12_to_16_topics():
    topics = vocabulary.topics()
    words = [word for group in topics.values() for word in group]
    assert 12 <= len(topics) <= 16
    assert 550 <= len(words) <= 650
    assert min(map(len, topics.values())) >= 15
    assert next(iter(topics)) == "Family and royalty"


def test_a_topic_word_stands_in_one_topic_and_is_a_plain_word_of_glove(rank):
    words = [word for group in vocabulary.topics().values() for word in group]
    assert len(words) == len(set(words))
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert [word for word in words if word not in rank] == []


@pytest.mark.parametrize(
    "words",
    [
        "king queen man woman boy girl son daughter prince princess uncle aunt he she",
        "paris france rome italy berlin germany madrid spain lisbon portugal tokyo japan",
        "walk walks walked walking swim swam swimming small smaller smallest",
        "python puppy kitten apple guitar violin doctor nurse monday tuesday red rose",
    ],
)
def test_topics_hold_the_words_that_lessons_need(built, words):
    assert [word for word in words.split() if word not in built["topics"].index] == []


def test_vocabularies_are_nested_and_of_their_size(built):
    topics, small, large, all_words = (set(built[name].words) for name in vocabulary.names())
    assert topics < small < large < all_words
    assert [len(built[name]) for name in vocabulary.names()[1:]] == [2_000, 10_000, 400_000]


@pytest.mark.parametrize("name", vocabulary.names())
def test_words_are_in_gloves_order(built, rank, name):
    ranks = [rank[word] for word in built[name].words]
    assert ranks == sorted(ranks)


def test_common_words_are_plain_and_frequent_unless_a_topic_wants_them(built):
    words = built["common-10k"]
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words.words)
    assert {word for word in words.words if len(word) == 1} == {"a", "i"}
    assert words.count[words.topic == -1].min() >= 10


def test_the_large_vocabulary_is_all_of_glove(built):
    assert built["glove-400k"].words == vocabulary.glove_words()
    assert built["glove-400k"].words[:4] == ("the", ",", ".", "of")


@pytest.mark.parametrize("name", vocabulary.all_names())
def test_counts_are_those_of_the_corpus(built, name):
    text = corpus.read()
    words = built[name]
    for i in range(0, len(words), max(1, len(words) // 500)):
        known = text.index.get(words.words[i])
        assert words.count[i] == (0 if known is None else text.counts[known])


@pytest.mark.parametrize("name", vocabulary.all_names())
def test_topics_are_marked(built, name):
    words = built[name]
    assert words.topics == tuple(vocabulary.topics())
    for i, group in enumerate(vocabulary.topics().values()):
        marked = {words.words[j] for j in np.flatnonzero(words.topic == i)}
        assert marked == (set(group) if name in vocabulary.names() else {*group} & {*words.words})


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("violin", "noun"),
        ("japan", "noun"),
        ("ate", "verb"),
        ("walked", "verb"),
        ("are", "verb"),
        ("smallest", "adjective"),
        ("happy", "adjective"),
        ("quickly", "adverb"),
        ("the", "other"),
    ],
)
def test_parts_of_speech(built, word, part):
    words = built["common-10k"]
    assert words.parts_of_speech[words.part_of_speech[words.index[word]]] == part


def test_most_common_words_have_a_part_of_speech(built):
    assert (built["common-10k"].part_of_speech >= 0).mean() > 0.9


def test_building_tells_how_far_it_is():
    told: list[float] = []
    vocabulary.build("topics", lambda fraction, message: told.append(fraction))
    assert told == sorted(told)
    assert told[0] == 0 and told[-1] == 1


def test_the_rows_of_words_are_their_places_in_glove(rank):
    words = ["the", "zzqqzz", "king", "sandberger"]
    assert vocabulary.glove_rows(words).tolist() == [rank.get(word, -1) for word in words]
    assert vocabulary.glove_rows([]).shape == (0,)


def test_things_of_a_collection_keep_their_names_and_pictures(tmp_path):
    made = vocabulary.build("digits")
    assert (made.noun, made.nouns, made.are_words) == ("digit", "digits", False)
    assert made.pictures.shape == (1797, 8, 8) and made.pictures.max() == 255
    store = Store(None, tmp_path)
    store.save(VocabularySpec("digits"), made)
    again = store.load(VocabularySpec("digits"))
    assert np.array_equal(again.pictures, made.pictures)
    assert (again.noun, again.nouns) == ("digit", "digits")
    assert not again.pictures.flags.writeable
