"""Analogies by the thousand: the plain way's answers, whatever is left out, and however cut."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embeddings.methods import glove
from embeddings.probes import arithmetic, tests_of_meaning

N = 4000


def plain(
    units: NDArray[Any], rows: NDArray[np.intp], others: dict[int, list[int]]
) -> NDArray[np.intp]:
    """Answer one question after the other, in double precision; the first of equals counts."""
    found = []
    double = np.asarray(units, np.float64)
    for a, b, c in rows[:, :3].tolist():
        scores = double @ (double[b] - double[a] + double[c])
        scores[[row for word in (a, b, c) for row in (word, *others.get(word, ()))]] = -np.inf
        found.append(int(scores.argmax()) if np.isfinite(scores).any() else -1)
    return np.array(found, np.intp)


@st.composite
def asked_of(draw: st.DrawFn) -> tuple[NDArray[Any], NDArray[np.intp], dict[int, list[int]]]:
    """Return unit vectors whose sums are exact, so that ties are many, and questions."""
    n = draw(st.integers(4, 40))
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    units = random.choice([-0.5, 0.5], (n, 4)).astype(np.float32)
    units[random.random(n) < 0.1] = 0
    pairs = random.integers(0, n, (draw(st.integers(1, 9)), 2))
    cs = random.integers(0, n, draw(st.integers(1, 9)))
    asked = draw(st.integers(0, 60))
    rows = np.column_stack(
        (
            pairs[random.integers(0, len(pairs), asked)],
            random.choice(cs, asked),
            random.integers(0, n, asked),
        )
    )
    others = {int(row): random.integers(0, n, 2).tolist() for row in random.integers(0, n, 3)}
    return (
        units,
        rows,
        {row: [other for other in same if other != row] for row, same in others.items()},
    )


@settings(max_examples=150, deadline=None)
@given(asked_of(), st.integers(1, 12), st.integers(1, 12), st.integers(1, 5), st.integers(1, 50))
def test_however_it_is_cut_the_answers_are_the_plain_ones(
    test: tuple[NDArray[Any], NDArray[np.intp], dict[int, list[int]]],
    words: int,
    tile: int,
    tiles: int,
    kept: int,
) -> None:
    units, rows, others = test
    # A guess is a row that stands for its word: what may not be an answer is none.
    spelled = {other for same in others.values() for other in same}
    stands = np.array([row for row in range(len(units)) if row not in spelled] or [0])
    guess = rows[:, 3] if not spelled else stands[rows[:, 3] % len(stands)]
    rows = np.column_stack((rows[:, :3], guess))
    with patch.multiple(
        arithmetic, WORDS_AT_ONCE=words, TILE=tile, TILES_AT_ONCE=tiles, KEPT_AT_ONCE=kept
    ):
        found = arithmetic.best(units, rows, others)
    assert found.tolist() == plain(units, rows, others).tolist()


@pytest.fixture(scope="module")
def real() -> tuple[NDArray[Any], NDArray[np.intp]]:
    """GloVe's first words, and Google's questions about them."""
    names = glove.glove_words()[:N]
    vectors = np.array(glove.matrix()[:N])
    row = {word: i for i, word in enumerate(names)}
    rows = np.array(
        [
            [row.get(word.lower(), -1) for word in words]
            for words in tests_of_meaning.google_analogies().questions
        ]
    )
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), rows[(rows >= 0).all(axis=1)]


def test_google_s_questions(real: tuple[NDArray[Any], NDArray[np.intp]]) -> None:
    units, rows = real
    assert len(rows) > 2000 and arithmetic.pays(rows)
    found = arithmetic.best(units, rows, {})
    assert found.tolist() == plain(units, rows, {}).tolist()
    # Bad guesses change nothing.
    rows = np.column_stack((rows[:, :3], np.roll(rows[:, 3], 100)))
    assert arithmetic.best(units, rows, {}).tolist() == found.tolist()


def test_it_says_how_far_it_is(real: tuple[NDArray[Any], NDArray[np.intp]]) -> None:
    units, rows = real
    said: list[tuple[float, str]] = []
    arithmetic.best(units, rows[:50], {}, lambda done, text: said.append((done, text)))
    shares = [done for done, _ in said]
    assert shares == sorted(shares) and shares[-1] == 1 and "50 questions" in said[0][1]


def test_all_words_alike_or_none_left() -> None:
    same = np.full((6, 4), 0.5, np.float32)
    rows = np.array([[0, 1, 2, 5], [3, 4, 0, 0], [0, 1, 0, 2]])
    assert arithmetic.best(same, rows, {}).tolist() == [3, 1, 2]
    assert arithmetic.best(same, rows, {0: [5, 1, 2, 3, 4]}).tolist() == [-1, -1, -1]
    assert arithmetic.best(same[:3], rows[:1, [0, 1, 2, 2]], {}).tolist() == [-1]
    assert arithmetic.best(same, rows[:0], {}).tolist() == []


def test_questions_of_their_own_do_not_pay() -> None:
    rows = np.random.default_rng(0).integers(0, 1000, (500, 4))
    assert not arithmetic.pays(rows)
    assert arithmetic.pays(np.array([[0, 1, c, 5] for c in (2, 3) for _ in range(6)]))
    assert arithmetic.pays(rows[:0])
