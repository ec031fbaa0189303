"""A training that is watched is the training that gensim does; and what was seen is true."""

from __future__ import annotations

import math
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from embeddings import corpus, methods, neighbors, recipes
from embeddings.corpus import own
from embeddings.errors import Cancelled, UnknownName, UserError
from embeddings.inside import training
from embeddings.methods import word2vec
from embeddings.probes import scorecard, tests_of_meaning
from embeddings.store import Store
from embeddings.types import EmbeddingTable, Training, TrainingSpec, VocabularySpec, no_progress

SMALL = {"epochs": 2, "dimensions": 20}


def spec(**parameters: object) -> TrainingSpec:
    return training.spec("wikipedia", {**SMALL, **parameters})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(None, tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def seen(store: Store) -> Training:
    """Two passes over the Wikipedia text, watched."""
    return recipes.fetch(spec(), store)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def final(seen: Training, store: Store) -> EmbeddingTable:
    """The vectors at its end, as they were kept."""
    return store.load(seen.spec.table)  # type: ignore[return-value]


def test_the_vectors_are_those_of_one_plain_call_of_gensim(final: EmbeddingTable) -> None:
    from gensim.models import Word2Vec

    text = corpus.read("wikipedia")
    plain = Word2Vec(
        sg=1, vector_size=20, window=5, negative=5, sample=1e-4, min_count=5, seed=42, workers=1
    )
    counts = dict(zip(text.types, text.counts.tolist(), strict=True))
    plain.build_vocab_from_freq(counts, corpus_count=text.n_sentences)
    sentences = [list(text.sentence(i)) for i in range(text.n_sentences)]
    plain.train(sentences, total_examples=len(sentences), epochs=2)
    assert set(final.words) == set(plain.wv.index_to_key) and len(final) > 5_000
    assert np.array_equal(final.vectors, np.stack([plain.wv[word] for word in final.words]))


@pytest.mark.parametrize("algorithm", ["skip-gram", "cbow"])
def test_watching_changes_no_bit(algorithm: str) -> None:
    request = spec(algorithm=algorithm, epochs=1).table
    vectors = []
    for watch in (None, lambda *batch: None):
        sentences = word2vec.Sentences(corpus.read("wikipedia"), 4_000)
        vectors.append(word2vec.train(request, sentences, no_progress, watch).vectors)
    assert np.array_equal(*vectors)


def test_more_moments_are_early_and_the_last_is_the_end(seen: Training) -> None:
    assert seen.epochs[0] == 0 and seen.epochs[-1] == 2
    steps = np.diff(seen.epochs)
    assert (steps > 0).all() and (seen.epochs < 1).sum() > (seen.epochs >= 1).sum()
    for epochs in (1, 2, 3, 7, 50):
        plan = training.plan(epochs)
        assert plan[0] == 0 and plan[-1] == epochs and list(plan) == sorted(set(plan))


def test_what_is_seen_at_the_end_is_true_of_the_vectors(
    seen: Training, final: EmbeddingTable
) -> None:
    searched = EmbeddingTable(seen.words, final.vectors[: len(seen.words)], final.spec)
    assert final.words[: len(seen.words)] == seen.words and seen.n_words == len(final)
    row = seen.words.index("king")
    assert row in seen.shown
    found, cosines = neighbors.of_row(searched, row, training.NEIGHBORS)
    at = list(seen.shown).index(row)
    assert seen.neighbors[-1, at].tolist() == found.tolist()
    assert seen.closeness[-1, at] == pytest.approx(cosines[0], abs=1e-3)
    _, scored = scorecard.answer_all(searched, tests_of_meaning.google_analogies())
    pairs = scorecard.correlate(searched, tests_of_meaning.pairs("wordsim353"))
    assert (seen.analogies[-1], seen.questions) == (scored.accuracy, scored.attempted)
    assert (seen.wordsim[-1], seen.judged) == (pairs.spearman, pairs.attempted)
    king, queen = (searched.unit_vectors[seen.words.index(word)] for word in ("king", "queen"))
    assert seen.cosines[-1, seen.pairs.index(("king", "queen"))] == pytest.approx(king @ queen)


def test_it_begins_at_random_and_learns(seen: Training) -> None:
    assert seen.analogies[0] < 0.005 and abs(seen.random[0]) < 0.02
    assert seen.loss[-1] < 0.8 * seen.loss[0]
    assert (seen.speed[1:] > 1_000).all()


@pytest.mark.parametrize(
    "settings", [{}, {"algorithm": "cbow"}, {"window": 1, "negative": 2}, {"sample": 0.0}]
)
def test_a_guess_costs_at_first_what_guessing_blindly_does(settings: dict[str, object]) -> None:
    request = spec(**settings, alpha=0.001, epochs=1)
    text = corpus.read("wikipedia")
    watcher = training._Watcher(text, request.table, text.types[:20])
    word2vec.train(request.table, word2vec.Sentences(text, 2_000), no_progress, watcher)
    blind = (1 + request.table["negative"]) * math.log(2)
    loss, _ = watcher.standing(watcher.since + 1)
    for found in (watcher.moments[0].loss, loss):
        assert found == pytest.approx(blind, rel=0.05)


def test_maps_that_follow_each_other_lie_on_each_other_and_keep_neighbours(seen: Training) -> None:
    places = seen.coordinates.astype(float)
    size = np.sqrt(places[-1].var(axis=0).sum())
    moved = [float(np.median(np.hypot(*(b - a).T)) / size) for a, b in pairwise(places)]
    assert moved[-1] < 0.5 < moved[0]
    by_chance = 14 / len(seen.shown)
    assert seen.kept[-1] > 10 * by_chance


def test_topics_come_first_and_then_the_frequent_words() -> None:
    words = ("the", "of", "king", "xylem", "queen", "and")
    assert training.choose(words, 3).tolist() == [0, 2, 4]
    assert training.choose(words, 100).tolist() == [0, 1, 2, 3, 4, 5]


def test_a_table_of_the_same_training_takes_its_vectors_from_it(
    seen: Training, final: EmbeddingTable, store: Store
) -> None:
    request = methods.get("word2vec").spec("topics", "wikipedia", parameters=SMALL)
    assert recipes.kept_as(request) == seen.spec.table
    recipes.fetch(VocabularySpec("topics"), store)
    heard: list[str] = []
    table = recipes.fetch(request, store, lambda _, message: heard.append(message))
    assert isinstance(table, EmbeddingTable) and table.missing and not heard
    assert np.array_equal(table.vector("king"), final.vector("king"))


def test_another_seed_gives_another_training() -> None:
    assert training.spec("wikipedia", SMALL, seed=1).key != spec().key
    assert recipes.kept_as(training.spec("wikipedia", SMALL, seed=1).table) is not None


def test_it_stops_in_the_middle_and_leaves_nothing(tmp_path: Path) -> None:
    store = Store(None, tmp_path)
    request = spec(epochs=50)

    def stop(fraction: float, message: str) -> None:
        if "words a second" in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        recipes.fetch(request, store, stop)
    assert not store.has(request) and not store.has(request.table)
    assert not any("word2vec" in thread.name for thread in threading.enumerate())


def own_text(text: str, **parameters: object) -> TrainingSpec:
    return training.spec(own.keep(text), {"epochs": 1, "dimensions": 10, **parameters})


def test_an_own_text_is_trained_on(tmp_path: Path) -> None:
    text = " ".join(
        f"The {a} meets the {b} by the sea." for a in "abcdefghij" for b in "klmnopqrst"
    )
    seen = recipes.fetch(own_text(text), Store(None, tmp_path))
    assert isinstance(seen, Training)
    assert {"the", "sea", "a", "t"} <= set(seen.words) and seen.n_tokens == 800
    assert seen.questions == 0 and np.isnan(seen.analogies).all() and not seen.pairs


@pytest.mark.parametrize(
    ("text", "parameters", "said"),
    [
        ("Three words only", {}, "text's 3 words, 0 different ones occur at least 5 times"),
        ("Three words only", {"min_count": 1}, "3 different ones occur at least once"),
        ("word", {"min_count": 1}, "text's 1 word, 1 different one occurs"),
        ("Η θάλασσα είναι βαθιά και γαλάζια", {}, "a training takes 20"),
        ("12 345 !?", {}, "no word"),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z", {"min_count": 2}, "26 words, 0"),
    ],
)
def test_too_little_text_is_said_in_one_line(
    text: str, parameters: dict[str, object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=said) as caught:
        recipes.fetch(own_text(text, **parameters), Store(None, tmp_path))
    assert "\n" not in str(caught.value)


def test_a_minimum_that_no_word_reaches_is_said() -> None:
    with pytest.raises(UserError, match="at least 1000 times"):
        training.trained_words(
            corpus.read(own.keep("a b c " * 30)),
            training.spec("wikipedia", {"min_count": 1000}).table,
        )


@pytest.mark.parametrize("name", ["wiki", "", "own-../../etc/passwd", "own-" + "g" * 20])
def test_an_unknown_text_is_no_text(name: str) -> None:
    with pytest.raises(UnknownName):
        training.spec(name)


def test_a_text_that_is_gone_is_said() -> None:
    with pytest.raises(UserError, match="bring it once more"):
        training.spec("own-" + "0" * 20)
