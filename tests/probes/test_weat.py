"""WEAT: the figures of the lessons, by hand, and what is said of words that are missing."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import methods, recipes
from embeddings.errors import UnknownName, UserError
from embeddings.methods import glove
from embeddings.probes import weat
from embeddings.types import EmbeddingTable, Spec

RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def all_of_glove() -> EmbeddingTable:
    spec = methods.get("glove").spec("glove-400k")
    return EmbeddingTable(glove.glove_words(), glove.matrix(), spec)


@pytest.fixture(scope="module")
def words() -> EmbeddingTable:
    found = recipes.fetch(methods.get("glove").spec("common-10k"))
    assert isinstance(found, EmbeddingTable)
    return found


def terms() -> weat.Test:
    """The lessons' own test: male and female terms with career and family."""
    men, women = weat.get("math-arts").attributes
    career, family = weat.get("names-career").attributes
    return weat.own(men.words, women.words, career.words, family.words)


# Known answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "effect", "p"),
    [
        ("flowers-insects", 1.08, (0, 0.001)),
        ("instruments-weapons", 1.54, (0, 0.001)),
        ("names-career", 1.71, (0, 0.001)),
        ("terms", 1.05, (0.01, 0.02)),
    ],
)
def test_all_of_glove_is_as_the_lessons_say(
    all_of_glove: EmbeddingTable, name: str, effect: float, p: tuple[float, float]
) -> None:
    found = weat.measure(all_of_glove, terms() if name == "terms" else weat.get(name))
    assert found.effect == pytest.approx(effect, abs=0.005)
    assert p[0] < found.p < p[1]


def test_the_common_words_of_glove_are_as_the_lessons_say(words: EmbeddingTable) -> None:
    found = weat.measure(words, terms())
    assert found.effect == pytest.approx(0.99, abs=0.005) and found.p == pytest.approx(
        0.02, abs=5e-3
    )
    assert [len(group.words) for group in found.used[:2]] == [8, 7]
    assert found.missing[1].words == ("hers",) and found.unequal and found.exact
    # Topic words came in after the lessons' vocabulary was drawn: an instrument more.
    found = weat.measure(words, weat.get("instruments-weapons"))
    assert found.effect == pytest.approx(1.44, abs=0.03) and found.p < 0.001


def test_the_ten_tests_of_the_paper_are_whole() -> None:
    tests = weat.tests()
    sizes = [tuple(len(group.words) for group in test.groups) for test in tests.values()]
    assert sizes == [
        *[(25, 25, 25, 25)] * 2,
        *((50, 50, 25, 25), (18, 18, 25, 25), (18, 18, 8, 8)),
        *[(8, 8, 8, 8)] * 3,
        *((6, 6, 7, 7), (8, 8, 8, 8)),
    ]
    for test in tests.values():
        assert all(len(set(group.words)) == len(group.words) for group in test.groups)
    assert weat.get("science-arts").targets[0].words[4] == "Einstein"
    with pytest.raises(UnknownName, match="Did you mean math-arts"):
        weat.get("maths-arts")


def table_of(vectors: object, names: str) -> EmbeddingTable:
    return EmbeddingTable(tuple(names.split()), vectors, Spec("made", "v"))


NAMES = "x1 x2 x3 y1 y2 y3 a1 a2 b1 b2"
OWN = weat.own(["x1", "x2", "x3"], ["y1", "y2", "y3"], ["a1", "a2"], ["b1", "b2"])


@pytest.mark.parametrize("make", [np.asarray, sp.csr_array])
def test_by_hand(make: type) -> None:
    points = RANDOM.normal(size=(10, 4)).astype(np.float32)
    found = weat.measure(table_of(make(points), NAMES), OWN)
    units = points / np.linalg.norm(points, axis=1, keepdims=True)
    values = [(units[6:8] @ w).mean() - (units[8:] @ w).mean() for w in units[:6]]
    effect = (np.mean(values[:3]) - np.mean(values[3:])) / np.std(values, ddof=1)
    assert found.effect == pytest.approx(effect, abs=1e-5)
    sums = [sum(order[:3]) - sum(order[3:]) for order in permutations(values)]
    true = sum(values[:3]) - sum(values[3:])
    assert found.p == pytest.approx(np.mean([each >= true - 1e-6 for each in sums]))
    assert (found.divisions, found.exact, found.unequal) == (20, True, False)
    spread = np.std(values, ddof=1)
    by_lot = [(np.mean(o[:3]) - np.mean(o[3:])) / spread for o in permutations(values)]
    # Of twenty divisions the outermost: one of them is 5 %, more than what may lie outside.
    assert found.chance == pytest.approx([min(by_lot), max(by_lot)], abs=1e-5)
    assert [each.value for each in found.associations[0]] == pytest.approx(values[:3], abs=1e-5)


def test_drawn_by_lot_it_is_nearly_the_exact_p(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of(RANDOM.normal(size=(10, 4)), NAMES)
    exact = weat.measure(table, OWN)
    monkeypatch.setattr(weat, "EXACT_UP_TO", 19)
    monkeypatch.setattr(weat, "LOTS", 19)
    assert not weat.measure(table, OWN).exact
    many = [weat.measure(table, OWN, seed).p for seed in range(200)]
    assert np.mean(many) == pytest.approx((exact.p * 19 + 1) / 20, abs=0.03)
    assert weat.measure(table, OWN, 7).p == many[7] and len(set(many)) > 1


@pytest.mark.parametrize(("n", "of"), [(3, 7), (4, 7), (1, 2), (2, 40), (38, 40)])
def test_every_division_is_tried_once(n: int, of: int) -> None:
    values = RANDOM.normal(size=of)
    found, is_exact = weat._divided(values, n, 1)
    expected = [values[list(each)].sum() for each in combinations(range(of), n)]
    assert is_exact and np.sort(found) == pytest.approx(np.sort(expected))


def test_one_hot_vectors_have_no_associations() -> None:
    found = weat.measure(table_of(sp.csr_array(sp.eye_array(10, format="csr")), NAMES), OWN)
    assert found.effect is None and found.p == 1 and found.chance is None


def test_of_unequal_groups_an_effect_may_lie_beyond_two(words: EmbeddingTable) -> None:
    """Two targets against fifteen: the most there could be is sqrt(N (N - 1) / n m)."""
    others = "man father son king boy husband brother uncle duke prince lord sir captain men he"
    like, unlike = ["woman", "she", "her", "female"], ["man", "he", "him", "male"]
    found = weat.measure(words, weat.own(["woman", "mother"], others.split(), like, unlike))
    assert found.effect is not None and 2 < found.effect < np.sqrt(17 * 16 / (2 * 15))


# Bad input ------------------------------------------------------------------------------------


def test_missing_words_are_listed_and_too_few_are_refused(words: EmbeddingTable) -> None:
    test = weat.own(["king", "Queen", "zyzzyva"], ["dog", "cat"], ["he", "man"], ["she", "woman"])
    found = weat.measure(words, test)
    assert found.used[0].words == ("king", "queen") and found.missing[0].words == ("zyzzyva",)
    for few in (["king"], ["king", "King"], ["zyzzyva"], []):
        with pytest.raises(UserError, match="at least 2 words in each group") as caught:
            weat.measure(words, weat.own(few, ["dog", "cat"], ["he", "man"], ["she", "woman"]))
        assert "\n" not in str(caught.value)
    with pytest.raises(UserError, match="of Old people's names, glove knows"):
        weat.measure(words, weat.get("young-old"))


def test_a_word_in_both_groups_is_refused(words: EmbeddingTable) -> None:
    with pytest.raises(UserError, match="dog: in first targets and in second targets"):
        weat.measure(
            words, weat.own(["dog", "cat"], ["dog", "king"], ["he", "man"], ["she", "woman"])
        )
    with pytest.raises(UserError, match="he: in first attributes and in second attributes"):
        weat.measure(
            words, weat.own(["dog", "cat"], ["queen", "king"], ["he", "man"], ["she", "he"])
        )
