"""What is behind an answer: the steps between the words, and what would have won otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings import methods, recipes
from embeddings.probes import analogy, formula, reasons
from embeddings.probes import words as lookup
from embeddings.probes.reasons import Reasons
from embeddings.types import EmbeddingTable, Spec


def behind(method: str, text: str, **options: object) -> Reasons:
    table = recipes.fetch(methods.get(method).spec("common-10k"))
    assert isinstance(table, EmbeddingTable)
    return reasons.reasons(table, analogy.answer(table, formula.parse(text), **options))


def test_the_cosines_are_those_of_the_plain_differences():
    table = recipes.fetch(methods.get("glove").spec("common-10k"))
    found = behind("glove", "man : king :: woman : queen")
    a, b, c, d = (
        table.vector(word) / np.linalg.norm(table.vector(word))
        for word in ("man", "king", "woman", "queen")
    )
    step, other = b - a, d - c
    assert found.start == pytest.approx(float(a @ b), abs=1e-5)
    expected = step @ other / np.linalg.norm(step) / np.linalg.norm(other)
    assert found.parallel == pytest.approx(float(expected), abs=1e-5)
    assert found.fourth == "queen" and found.tied == 0


def test_it_says_what_would_win_with_the_inputs_let_in():
    assert behind("glove", "man : king :: woman : queen").let_in == "king"
    assert behind("cooccurrence", "man : king :: woman : queen").let_in == "queen"


def test_an_answer_that_needs_no_arithmetic_is_known():
    assert behind("glove", "walk : walking :: swim : swimming").is_nearest
    assert not behind("glove", "man : king :: woman : queen").is_nearest


def test_ties_are_counted_where_the_answer_is_drawn_by_lot():
    assert behind("one_hot", "man : king :: woman : queen").tied >= analogy.MOST
    table = EmbeddingTable(
        tuple("abcdef"),
        np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [0, 1, 1], [1, 0, 0.5]]),
        Spec("made", "v"),
    )
    found = analogy.answer(table, formula.analogy("a", "b", "c"))
    assert set(found.words[:2]) == {"d", "e"}
    assert reasons.reasons(table, found).tied == 2


def test_a_step_that_leads_nowhere_has_no_direction():
    found = behind("glove", "man : man :: woman : girl")
    assert found.parallel is None and found.start == pytest.approx(1)


def test_a_formula_without_c_has_no_steps():
    found = behind("glove", "paris + france")
    assert found.start is None and found.parallel is None and found.fourth is None


def test_the_expected_word_is_named_as_the_table_spells_it():
    assert behind("glove", "MAN : King :: woman : QUEEN").fourth == "queen"
    table = recipes.fetch(methods.get("glove").spec("common-10k"))
    assert lookup.find(table, "QUEEN") == table.index["queen"]
