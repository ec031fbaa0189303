"""Analogies: known answers, gensim's, chance, and the plane of a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import methods, recipes
from embeddings.errors import UnknownName, UserError
from embeddings.methods import glove
from embeddings.probes import analogy, formula
from embeddings.probes.analogy import Answer
from embeddings.types import EmbeddingTable, Spec

RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def words() -> EmbeddingTable:
    """GloVe's vectors of the common words."""
    return _fetch("glove")


def _fetch(method: str) -> EmbeddingTable:
    found = recipes.fetch(methods.get(method).spec("common-10k"))
    assert isinstance(found, EmbeddingTable)
    return found


def made(vectors: object, seed: int = 42) -> EmbeddingTable:
    names = tuple(f"w{i}" for i in range(np.shape(vectors)[0]))
    return EmbeddingTable(names, vectors, Spec("made", "v", seed=seed))


def ask(table: EmbeddingTable, text: str, **options: Any) -> Answer:
    return analogy.answer(table, formula.parse(text), **options)


# Known answers --------------------------------------------------------------------------------


def test_glove_knows_king_and_queen(words: EmbeddingTable) -> None:
    found = ask(words, "man : king :: woman : queen")
    assert found.words[0] == "queen" and found.rank == 1 and len(found.words) == 10
    assert found.scores[0] == pytest.approx(0.852, abs=1e-3)
    assert found.margin == pytest.approx(found.scores[0] - found.scores[1])
    assert set(found.excluded) == {"man", "king", "woman"} and found.searched == len(words) - 3
    assert found.nearest == "girl" and found.way == "add"
    free = ask(words, "king - man + woman")
    assert free.words == found.words and free.scores == pytest.approx(found.scores, abs=1e-6)
    assert free.rank is None and free.nearest is None


@pytest.mark.parametrize("way", analogy.WAYS)
def test_blocks_change_nothing(
    words: EmbeddingTable, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    text = "man : king :: woman : queen"
    whole = ask(words, text, way=way)
    monkeypatch.setattr(analogy, "NUMBERS_AT_ONCE", 1)
    cut = ask(words, text, way=way)
    assert (cut.words, cut.rank, cut.nearest) == (whole.words, whole.rank, whole.nearest)
    assert cut.scores == pytest.approx(whole.scores, abs=1e-6)


def test_with_the_inputs_let_in_king_is_its_own_answer(words: EmbeddingTable) -> None:
    found = ask(words, "man : king :: woman : queen", allow_inputs=True)
    assert found.words[:2] == ("king", "queen") and found.rank == 2
    assert found.excluded == () and found.searched == len(words)


LESSONS = [
    ("france : paris :: germany : berlin", 1, None),
    ("boy : girl :: son : daughter", 1, None),
    ("man : doctor :: woman : nurse", 1, None),
    ("one : two :: three : four", 2, "eight"),
    ("spain : madrid :: portugal : lisbon", 2, "barcelona"),
    ("slow : slowly :: quick : quickly", 3, "away"),
    ("monday : tuesday :: friday : saturday", 5, "wednesday"),
]


@pytest.mark.parametrize(("text", "rank", "first"), LESSONS)
def test_glove_answers_as_the_lessons_say(
    words: EmbeddingTable, text: str, rank: int, first: str | None
) -> None:
    found = ask(words, text)
    assert found.rank == rank
    assert found.words[0] == (first or found.question.expected)


@pytest.mark.parametrize(
    ("method", "text", "rank"),
    [
        ("word2vec", "man : king :: woman : queen", 1),
        ("word2vec", "hand : finger :: foot : toe", 1),
        ("cooccurrence", "boy : girl :: son : daughter", 1),
        ("cooccurrence", "walk : walking :: swim : swimming", 1),
        ("bert", "france : paris :: italy : rome", 2),
        ("bert", "man : doctor :: woman : nurse", 13),
    ],
)
def test_other_methods_answer_as_the_lessons_say(method: str, text: str, rank: int) -> None:
    assert ask(_fetch(method), text).rank == rank


@pytest.mark.parametrize("way", analogy.WAYS)
def test_everything_is_searched_where_the_table_lies_on_disk(way: str) -> None:
    spec = methods.get("glove").spec("glove-400k")
    table = EmbeddingTable(glove.glove_words(), glove.matrix(), spec)
    assert table.vectors.flags.f_contiguous
    found = ask(table, "walking : swimming :: swam : walked", way=way)
    assert found.words[0] != "walked" and found.rank is not None and found.rank > 1
    assert found.searched == 399_997


# The same as others ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def slice_of_glove(words: EmbeddingTable) -> EmbeddingTable:
    return EmbeddingTable(words.words[:3000], words.vectors[:3000], words.spec)


@pytest.fixture(scope="module")
def vectors(slice_of_glove: EmbeddingTable) -> Any:
    from gensim.models import KeyedVectors

    found = KeyedVectors(slice_of_glove.dim)
    found.add_vectors(list(slice_of_glove.words), np.array(slice_of_glove.vectors))
    return found


FORMULAS = [
    "king - man + woman",
    "paris - france + germany + water",
    "0.5*london + music - 2.5*war",
    "better - good",
    "river",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_adding_is_most_similar(slice_of_glove: EmbeddingTable, vectors: Any, text: str) -> None:
    found = ask(slice_of_glove, text)
    positive = [(t.word, t.weight) for t in found.question.terms if t.weight > 0]
    negative = [(t.word, t.weight) for t in found.question.terms if t.weight < 0]
    expected = vectors.most_similar(positive, negative, topn=10)
    assert found.words == tuple(word for word, _ in expected)
    assert found.scores == pytest.approx([score for _, score in expected], abs=1e-5)


@pytest.mark.parametrize("text", [f for f in FORMULAS if "*" not in f])
def test_multiplying_is_most_similar_cosmul(
    slice_of_glove: EmbeddingTable, vectors: Any, text: str
) -> None:
    found = ask(slice_of_glove, text, way="mul")
    positive = [t.word for t in found.question.terms if t.weight > 0]
    negative = [t.word for t in found.question.terms if t.weight < 0]
    expected = vectors.most_similar_cosmul(positive, negative, topn=10)
    assert found.words == tuple(word for word, _ in expected)
    assert found.scores == pytest.approx([score for _, score in expected], abs=1e-5)


def test_pair_direction_is_the_cosine_of_differences(slice_of_glove: EmbeddingTable) -> None:
    found = ask(slice_of_glove, "man : king :: woman : ?", way="pair", k=200)
    units = slice_of_glove.unit_vectors.astype(float)
    a, b, c = (units[slice_of_glove.index[word]] for word in ("man", "king", "woman"))
    others = [w for w in slice_of_glove.words if w not in ("man", "king", "woman")]
    differences = units[[slice_of_glove.index[w] for w in others]] - c
    cosines = differences @ (b - a) / np.linalg.norm(differences, axis=1) / np.linalg.norm(b - a)
    order = np.argsort(-cosines)[:200]
    assert found.words[:20] == tuple(others[i] for i in order[:20])
    assert found.scores == pytest.approx(cosines[order], abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), way=st.sampled_from(analogy.WAYS), allow=st.booleans())
def test_dense_and_sparse_and_any_order_in_memory_are_the_same(
    seed: int, way: str, allow: bool
) -> None:
    points = np.random.default_rng(seed).integers(-3, 4, size=(40, 6)).astype(np.float32)
    points[0] = 0
    ways: list[Callable[[Any], Any]] = [np.asarray, np.asfortranarray, sp.csr_array]
    found = []
    for make in ways:
        try:
            text = "w1 : w2 :: w3 : w4"
            found.append(ask(made(make(points)), text, way=way, allow_inputs=allow, k=40))
        except UserError:
            assert way == "pair" and np.linalg.matrix_rank(points[1:3]) < 2
            return
    for other in found[1:]:
        scores = [dict(zip(each.words, each.scores, strict=True)) for each in (found[0], other)]
        assert scores[1] == pytest.approx(scores[0], rel=1e-5, abs=2e-6)
    assert list(found[0].words).index("w4") == (found[0].rank or 0) - 1
    assert np.isfinite(found[0].scores).all()


# Chance ---------------------------------------------------------------------------------------


def test_one_hot_answers_by_chance() -> None:
    table = made(sp.csr_array(sp.eye_array(60, format="csr")))
    ranks, firsts = [], set()
    for a in range(20):
        for c in range(20, 40):
            found = ask(table, f"w{a} : w{a + 40} :: w{c} : w{(c + 7) % 20 + 20}", k=3)
            assert set(found.scores) == {0} and found.margin == 0
            ranks.append(found.rank)
            firsts.add(found.words[0])
    assert np.mean(ranks) == pytest.approx(29, abs=3.5) and len(firsts) == 60
    once = ask(table, "w1 : w2 :: w3 : ?")
    assert once == ask(table, "w1 : w2 :: w3 : ?")
    assert once.words != ask(table, "w1 : w2 :: w3 : ?", seed=43).words
    assert ask(table, "w1 : w2 :: w3 : ?", allow_inputs=True).words[-1] not in ("w2", "w3")


# Few words, odd words -------------------------------------------------------------------------


def test_capital_letters_make_no_other_word(words: EmbeddingTable) -> None:
    loud = ask(words, "MAN : King :: woman : QUEEN")
    assert loud.words == ask(words, "man : king :: woman : ?").words and loud.rank == 1
    names = ("Paris", "paris", "ROME", "x", "y")
    table = EmbeddingTable(names, RANDOM.normal(size=(5, 3)), Spec("made", "v"))
    assert ask(table, "rome + Paris - x").inputs == ("ROME", "Paris", "x")


def test_more_than_there_are_and_only_one(words: EmbeddingTable) -> None:
    table = made(RANDOM.normal(size=(5, 3)))
    found = ask(table, "w0 : w1 :: w2 : w4", k=10)
    assert set(found.words) == {"w3", "w4"} and found.searched == 2
    only = ask(table, "w0 : w1 :: w2 : w4", k=1)
    assert only.margin == pytest.approx(found.margin) and only.rank == found.rank
    few = ask(made(RANDOM.normal(size=(3, 3))), "w0 : w1 :: w2 : ?")
    assert (few.words, few.margin, few.nearest, few.searched) == ((), None, None, 0)
    four = ask(made(RANDOM.normal(size=(4, 3))), "w0 : w1 :: w2 : w3")
    assert (four.words, four.margin, four.rank) == (("w3",), None, 1)


def test_an_input_that_is_left_out_has_no_rank(words: EmbeddingTable) -> None:
    assert ask(words, "man : king :: woman : king").rank is None
    assert ask(words, "man : king :: woman : king", allow_inputs=True).rank == 1


def test_the_same_word_twice(words: EmbeddingTable) -> None:
    found = ask(words, "man : man :: woman : girl")
    assert found.rank == 1 and found.nearest == "girl"
    with pytest.raises(UserError, match="man and man are the same here"):
        ask(words, "man : man :: woman : girl", way="pair")
    with pytest.raises(UserError, match="PairDirection compares two pairs"):
        ask(words, "king - man + woman", way="pair")


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("kingg - man", {}, "no word called 'kingg'. Did you mean king"),
        ("man : king :: woman : queeen", {}, "queeen"),
        ("king - man", {"way": "ad"}, "no way to answer called 'ad'. Did you mean add"),
        ("king - man", {"k": 0}, "k is 0"),
        ("king - man", {"k": 1001}, "from 1 to 1000"),
    ],
)
def test_wrong_input(words: EmbeddingTable, text: str, options: Any, said: str) -> None:
    with pytest.raises(UserError, match=said):
        ask(words, text, **options)


def test_a_word_without_a_vector_is_not_misspelled(words: EmbeddingTable) -> None:
    table = replace(words, missing=("zyzzyva",))
    with pytest.raises(UserError, match="glove has no vector for 'zyzzyva'") as caught:
        ask(table, "zyzzyva - man")
    assert not isinstance(caught.value, UnknownName)


# The plane of a question ----------------------------------------------------------------------


def test_the_plane_keeps_what_lies_in_it(words: EmbeddingTable) -> None:
    names = ("man", "king", "woman", "queen", "prince", "throne")
    drawn = analogy.plane(words, names)
    units = np.stack([words.unit_vectors[words.index[name]] for name in names]).astype(float)
    a, b, c = units[:3]
    assert drawn.words == names
    # The plane itself keeps the distances of a, b, c and the target.
    assert np.linalg.norm(drawn.coordinates[1]) == pytest.approx(np.linalg.norm(b - a))
    assert np.linalg.norm(drawn.coordinates[2]) == pytest.approx(np.linalg.norm(c - a))
    assert drawn.coordinates[1, 1:] == pytest.approx([0, 0]) and drawn.coordinates[2, 1] > 0
    assert drawn.target == pytest.approx(drawn.coordinates[1] + drawn.coordinates[2])
    assert drawn.in_plane[:3] == pytest.approx([1, 1, 1])
    # The others are projected, and how much of them is kept is said.
    assert ((drawn.in_plane[3:] > 0) & (drawn.in_plane[3:] < drawn.in_space[3:])).all()
    basis, _ = np.linalg.qr(np.stack([b - a, c - a]).T)
    kept = np.linalg.norm((units[3] - a) @ basis) ** 2 / np.linalg.norm(units[3] - a) ** 2
    assert drawn.in_plane[3] == pytest.approx(kept)
    assert drawn.distances == pytest.approx(np.linalg.norm(units - (b - a + c), axis=1))
    # The third axis is the main direction of what is left.
    rest = (units - a) - (units - a) @ basis @ basis.T
    most = np.linalg.svd(rest)[1][0] ** 2
    assert np.square(drawn.coordinates[:, 2]).sum() == pytest.approx(most)


@pytest.mark.parametrize("names", [("man", "man", "woman"), ("man", "king", "king"), ("man",) * 3])
def test_a_plane_of_words_that_coincide(words: EmbeddingTable, names: tuple[str, ...]) -> None:
    drawn = analogy.plane(words, (*names, "queen", "prince", "apple"))
    assert np.isfinite(drawn.coordinates).all() and (drawn.in_space <= 1).all()
    assert (drawn.in_plane <= drawn.in_space + 1e-12).all()
    assert np.abs(drawn.coordinates[-1]).sum() > 0
    assert not analogy.plane(words, ("man",) * 4).coordinates.any()


def test_a_plane_of_sparse_vectors_and_of_too_few_words() -> None:
    points = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], dtype=np.float32)
    dense, sparse = (analogy.plane(made(x), ("w0", "w1", "w2", "w3")) for x in
                     (points, sp.csr_array(points)))  # fmt: skip
    assert dense.coordinates == pytest.approx(sparse.coordinates)
    with pytest.raises(UserError, match="takes three words"):
        analogy.plane(made(points), ("w0", "w1"))


def test_capital_letters_are_found_without_looking_through_all_words() -> None:
    from embeddings.probes import words as lookup

    names = ("Paris", "paris", "PARIS", "IBM", "Stra\u00dfe", "iPhone")
    table = EmbeddingTable(names, np.eye(6), Spec("made", "v"))
    assert lookup.find(table, "paris") == 1 and lookup.find(table, "PARIS") == 2
    assert lookup.find(table, "ibm") == 3 and lookup.find(table, "IPHONE") == 5
    assert lookup.find(table, "STRASSE") == 4 and lookup.find(table, "rome") is None


def test_a_product_of_many_words_is_that_of_all_at_once(words: EmbeddingTable) -> None:
    text = "king - 2*man + 0.5*woman + queen - prince"
    found = ask(words, text, way="mul", k=5)
    rows = [words.index[word] for word in ("king", "man", "woman", "queen", "prince")]
    weights = np.array([1, -2, 0.5, 1, -1])
    units = np.asarray(words.unit_vectors, np.float64)
    powers = ((1 + np.clip(units @ units[rows].T, -1, 1)) / 2) ** np.abs(weights)
    scores = powers[:, weights > 0].prod(axis=1) / (powers[:, weights < 0].prod(axis=1) + 1e-6)
    scores[rows] = -np.inf
    order = np.argsort(-scores)[:5]
    assert found.words == tuple(words.words[i] for i in order)
    assert found.scores == pytest.approx(scores[order], rel=1e-4)
