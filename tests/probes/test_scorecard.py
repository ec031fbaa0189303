"""The scorecard: gensim's own figures on a real slice, and what it says besides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import methods, neighbors
from embeddings.corpus import package_folder
from embeddings.errors import UnknownName, UserError
from embeddings.methods import glove
from embeddings.probes import analogy, formula, scorecard, tests_of_meaning
from embeddings.probes.scorecard import Scorecard
from embeddings.probes.tests_of_meaning import Analogies
from embeddings.store import Store
from embeddings.types import Answers, EmbeddingTable, Spec, request_from_json

RANDOM = np.random.default_rng(0)
DATA = package_folder("gensim", "gensim", "These tests") / "test" / "test_data"
N = 3000


@pytest.fixture(scope="module")
def words() -> EmbeddingTable:
    """GloVe's 6,000 most frequent words, of which 3,000 are searched."""
    spec = methods.get("glove").spec("glove-400k")
    return EmbeddingTable(glove.glove_words()[: 2 * N], glove.matrix()[: 2 * N], spec)


@pytest.fixture(scope="module")
def card(words: EmbeddingTable) -> Scorecard:
    return scorecard.score(words, N)


@pytest.fixture(scope="module")
def vectors(words: EmbeddingTable) -> Any:
    from gensim.models import KeyedVectors

    found = KeyedVectors(words.dim)
    found.add_vectors(list(words.words), np.array(words.vectors))
    return found


# The same as gensim ---------------------------------------------------------------------------


def test_analogies_are_gensims_to_the_last_digit(card: Scorecard, vectors: Any) -> None:
    path = DATA / tests_of_meaning.ANALOGIES
    accuracy, sections = vectors.evaluate_word_analogies(str(path), restrict_vocab=N)
    assert card.overall.accuracy == accuracy and card.searched == N
    for ours, theirs in zip((*card.sections, card.overall), sections, strict=True):
        right = [tuple(word.upper() for word in each.words) for each in ours.right]
        wrong = [tuple(word.upper() for word in each.words) for each in ours.wrong]
        assert right == theirs["correct"] and wrong == theirs["incorrect"]
        assert (ours.correct, ours.attempted) == (len(right), len(right) + len(wrong))
    assert card.overall.attempted > 1000


def test_correlations_are_gensims_to_the_last_digit(card: Scorecard, vectors: Any) -> None:
    for ours in card.pairs:
        path = DATA / tests_of_meaning.FILES[ours.name]
        pearson, spearman, unknown = vectors.evaluate_word_pairs(str(path), restrict_vocab=N)
        assert ours.spearman == spearman[0]
        assert ours.pearson == pytest.approx(pearson[0], abs=1e-7)
        assert unknown == pytest.approx(100 * (1 - ours.attempted / ours.total))


# Kept and found again --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(words: EmbeddingTable) -> Answers:
    return scorecard.measure(words, scorecard.spec(words.spec, N))


def test_what_is_kept_gives_the_same_card(kept: Answers, card: Scorecard, tmp_path: Path) -> None:
    assert scorecard.read(kept) == card
    store = Store(None, tmp_path)
    assert store.save(kept.spec, kept, compact=True)
    again = store.load(kept.spec)
    assert isinstance(again, Answers) and scorecard.read(again) == card
    sent = store.loads(kept.spec, store.dumps(kept))
    assert isinstance(sent, Answers) and scorecard.read(sent) == card
    size = sum(path.stat().st_size for path in tmp_path.glob("scorecard/*"))
    assert size < 12_000
    assert request_from_json(kept.spec.canonical) == kept.spec


def test_without_its_questions_a_card_says_the_same(kept: Answers, card: Scorecard) -> None:
    short = scorecard.read(kept, with_questions=False)
    assert not short.overall.questions
    assert replace(short.overall, questions=card.overall.questions) == card.overall
    assert short.pairs == card.pairs


def test_every_question_has_a_reply(kept: Answers, card: Scorecard) -> None:
    every = scorecard.replies(kept)
    assert len(every) == 19_544 and sum(each.attempted for each in every) == card.overall.attempted
    family = scorecard.replies(kept, "family")
    section = card.sections[4]
    assert len(family) == section.total
    answered = [each for each in family if each.attempted]
    assert [(e.words, e.answer, e.right) for e in answered] == [
        (e.words, e.answer, e.right) for e in section.questions
    ]
    assert sum(each.nearest for each in family) == section.nearest
    assert not any(e.answer or e.right or e.nearest for e in family if not e.attempted)
    with pytest.raises(UnknownName, match="family"):
        scorecard.replies(kept, "famly")


def test_answers_to_another_test_are_refused(
    kept: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Analogies(("s",), (("a", "b", "c", "d"),), (0,))
    monkeypatch.setattr(tests_of_meaning, "google_analogies", lambda: few)
    with pytest.raises(UserError, match="19,544 questions in 14 sections"):
        scorecard.read(kept)


def test_what_does_not_fit_together_is_no_result(kept: Answers) -> None:
    for wrong in (
        {"right": kept.right[:-1]},
        {"nearest": ~kept.attempted},
        {"answer": np.where(kept.attempted, len(kept.words), -1)},
        {"answer": np.zeros(len(kept.answer))},
    ):
        with pytest.raises(ValueError, match=r"must be|none was attempted"):
            replace(kept, **wrong)


# What it says besides -------------------------------------------------------------------------


def test_every_question_of_the_papers_is_there(card: Scorecard) -> None:
    assert [each.name for each in card.sections][:5] == [
        *("capital-common-countries", "capital-world", "currency", "city-in-state", "family"),
    ]
    assert len(card.sections) == 14 and card.overall.total == 19_544
    assert sum(each.total for each in card.sections) == 19_544
    assert {each.name: each.total for each in card.pairs} == {"wordsim353": 353, "simlex999": 999}
    assert card.overall.accuracy_on_all == card.overall.correct / 19_544


def test_answers_are_those_of_a_single_analogy(words: EmbeddingTable, card: Scorecard) -> None:
    table = EmbeddingTable(words.words[:N], words.vectors[:N], words.spec)
    asked = card.overall.questions[::97]
    for each in asked:
        a, b, c, expected = each.words
        found = analogy.answer(table, formula.analogy(a, b, c, expected))
        assert found.words[0] == each.answer and (found.rank == 1) == each.right
    nearest = sum(
        analogy.answer(table, formula.analogy(*each.words[:3])).nearest == each.words[3].lower()
        for each in card.sections[4].questions
    )
    assert nearest == card.sections[4].nearest


def test_intervals_hold_the_value(card: Scorecard) -> None:
    for each in (*card.sections, card.overall):
        if each.interval is None:
            assert each.accuracy is None and each.attempted == 0
        else:
            assert each.accuracy is not None
            assert each.interval.low <= each.accuracy <= each.interval.high
    share, n = card.overall.accuracy, card.overall.attempted
    assert share is not None and card.overall.interval is not None
    width = card.overall.interval.high - card.overall.interval.low
    assert width == pytest.approx(2 * 1.96 * np.sqrt(share * (1 - share) / n), rel=0.1)
    for pair in card.pairs:
        assert pair.interval is not None and pair.spearman is not None
        assert pair.interval.low < pair.spearman < pair.interval.high


def test_the_same_seed_the_same_card(words: EmbeddingTable, card: Scorecard) -> None:
    assert scorecard.score(words, N) == card
    other = scorecard.score(words, N, seed=1)
    assert other.overall.accuracy == card.overall.accuracy
    assert other.overall.interval != card.overall.interval


def table_of(names: list[str], vectors: object) -> EmbeddingTable:
    return EmbeddingTable(tuple(names), vectors, Spec("made", "v"))


def test_blocks_and_sparse_vectors_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"w{i}" for i in range(50)]
    points = RANDOM.normal(size=(50, 6)).astype(np.float32)
    asked = [tuple(RANDOM.choice(names, 4)) for _ in range(80)]
    test = Analogies(("one",), tuple(asked), (0,) * 80)
    whole = scorecard.answer_all(table_of(names, points), test)
    assert scorecard.answer_all(table_of(names, sp.csr_array(points)), test) == whole
    monkeypatch.setattr(scorecard, "WORDS_AT_ONCE", 7)
    monkeypatch.setattr(scorecard, "QUESTIONS_AT_ONCE", 11)
    assert scorecard.answer_all(table_of(names, points), test) == whole
    assert scorecard.answer_all(table_of(names, sp.csr_array(points)), test) == whole


def test_one_hot_is_right_by_chance() -> None:
    names = [f"w{i}" for i in range(12)]
    table = table_of(names, sp.csr_array(sp.eye_array(12, format="csr")))
    asked = [tuple(RANDOM.choice(names, 4, replace=False)) for _ in range(4000)]
    _, found = scorecard.answer_all(table, Analogies(("one",), tuple(asked), (0,) * 4000))
    assert found.accuracy == pytest.approx(1 / 9, abs=0.02)
    assert len({each.answer for each in found.questions}) == 12
    pairs = scorecard.correlate(table, tests_of_meaning.Pairs("p", (("w1", "w2"),) * 3, (1, 2, 3)))
    assert (pairs.attempted, pairs.spearman, pairs.interval) == (3, None, None)


def test_capital_letters_make_no_other_word(tmp_path: Path) -> None:
    """As in gensim: the first of several stands for all, and none of them answers itself."""
    from gensim.models import KeyedVectors

    names = ["Man", "king", "KING", "woman", "Queen", "queen", *(f"w{i}" for i in range(20))]
    points = RANDOM.normal(size=(26, 4)).astype(np.float32)
    points[5], points[2] = points[4] + 0.1, points[1]
    theirs = KeyedVectors(4)
    theirs.add_vectors(names, points)
    path = tmp_path / "questions.txt"
    asked = [" ".join(RANDOM.choice(names, 4)) for _ in range(60)]
    path.write_text("\n".join([": s", *asked, *("man KING woman queen", "w1 w2 QUEEN king")]))
    accuracy, sections = theirs.evaluate_word_analogies(str(path))
    test = tests_of_meaning.read_analogies(path)
    ours = scorecard.answer_all(table_of(names, points), test)[1]
    assert ours.accuracy == accuracy
    right = [tuple(word.upper() for word in each.words) for each in ours.right]
    assert right == sections[0]["correct"]


def test_nothing_to_attempt() -> None:
    table = table_of(["xx", "yy", "zz"], np.eye(3))
    card = scorecard.score(table)
    kept = scorecard.measure(table, scorecard.spec(table.spec))
    sent = Store().loads(kept.spec, Store().dumps(kept))
    assert isinstance(sent, Answers) and scorecard.read(sent) == card
    assert card.overall.attempted == 0 and card.overall.accuracy is None
    assert card.overall.accuracy_on_all == 0 and card.overall.total == 19_544
    assert all(each.spearman is None and each.attempted == 0 for each in card.pairs)


def test_limits(words: EmbeddingTable, card: Scorecard) -> None:
    with pytest.raises(UserError, match="limit is 0"):
        scorecard.score(words, 0)
    with pytest.raises(UserError, match="limit is 0"):
        scorecard.spec(words.spec, 0)
    few = table_of(["man", "woman"], RANDOM.normal(size=(2, 3)))
    assert scorecard.score(few, 30_000).searched == 2


def test_a_vector_of_zeros_is_no_answer_and_no_error() -> None:
    names = ["a", "b", "c", "d", "e"]
    points = np.vstack([np.zeros(3), RANDOM.normal(size=(4, 3))])
    _, found = scorecard.answer_all(
        table_of(names, points), Analogies(("s",), (("a", "b", "c", "d"),), (0,))
    )
    assert found.questions[0].answer in ("d", "e")
    assert neighbors.best(np.array([1.0, 2.0]), 1)[0].tolist() == [1]


def test_broken_lines_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "questions.txt"
    path.write_text(": one\na b c d\na b c\n\n: two\ne f g h\n", encoding="utf-8")
    found = tests_of_meaning.read_analogies(path)
    assert found == Analogies(("one", "two"), (("a", "b", "c", "d"), ("e", "f", "g", "h")), (0, 1))
    path.write_text("a b c d\n", encoding="utf-8")
    with pytest.raises(UserError, match="line 1: no section yet"):
        tests_of_meaning.read_analogies(path)
    path.write_text("# remark\na\tb\t1.5\na\tb\na\tb\tx\n", encoding="utf-8")
    assert tests_of_meaning.read_pairs(path, "p").judged == (1.5,)
