"""Taking a direction out: what changes, what stays, and beside what."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import methods, recipes
from embeddings.errors import UserError
from embeddings.probes import removal, scales
from embeddings.probes.scales import Question
from embeddings.types import EmbeddingTable, Spec

RANDOM = np.random.default_rng(0)


def table_of(vectors: object) -> EmbeddingTable:
    n = vectors.shape[0]  # type: ignore[attr-defined]
    return EmbeddingTable(tuple(f"w{i}" for i in range(n)), vectors, Spec("made", "v"))


def test_removing_gender_is_not_curing() -> None:
    """Words of both sides stay apart, far above chance; those of other directions do so too."""
    table = recipes.fetch(methods.get("glove").spec("common-10k"))
    assert isinstance(table, EmbeddingTable)
    found = removal.measure(table, scales.find(table, scales.get("gender").question()))
    assert found.before > 0.99
    assert found.after == pytest.approx(0.93, abs=0.02)
    assert 0.9 < found.control[0] <= found.control[1] <= found.control[2] < 1
    assert 0.03 < found.changed < 0.15
    assert (found.asked, found.words, found.side, found.k) == (500, 10_000, 500, 15)


def test_what_only_the_direction_tells_apart_is_left_to_chance() -> None:
    """Noise with one axis added: when that axis is gone, neighbours know nothing of the sides."""
    points = RANDOM.normal(size=(4000, 60))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    side = np.where(np.arange(4000) % 2, 1.0, -1.0)
    points = np.hstack([points, (1.5 * side)[:, None]])
    points[:2, :60] = 0
    found = removal.measure(
        table_of(points), scales.find(table_of(points), Question("a", "b", (("w0", "w1"),)))
    )
    assert found.before == 1
    assert found.after == pytest.approx(0.5, abs=0.06)
    assert found.changed > 0.7


def test_what_lies_in_two_directions_stays() -> None:
    """The sides differ along two axes; taking out the one leaves the other."""
    points = 0.2 * RANDOM.normal(size=(2000, 30))
    side = np.where(np.arange(2000) % 2, 1.0, -1.0)
    points[:, 0] += side
    points[:, 1] += side
    points[0], points[1] = -np.eye(30)[0], np.eye(30)[0]
    question = Question("a", "b", (("w0", "w1"),))
    found = removal.measure(table_of(points), scales.find(table_of(points), question))
    assert found.after > 0.99


@pytest.mark.parametrize("n", [4, 9, 40])
def test_few_words_are_enough_or_refused_plainly(n: int) -> None:
    table = table_of(RANDOM.normal(size=(n, 5)))
    question = Question("a", "b", (("w0", "w1"),))
    found = removal.measure(table, scales.find(table, question))
    assert found.side == n // 4 and found.asked == n and found.k % 2 == 1
    assert all(0 <= value <= 1 for value in (found.changed, found.before, found.after))


def test_sparse_vectors_are_not_filled() -> None:
    table = table_of(sp.csr_array(sp.eye_array(20, format="csr")))
    direction = scales.find(table, Question("a", "b", (("w0", "w1"),)))
    with pytest.raises(UserError, match="choose a method with dense vectors"):
        removal.measure(table, direction)
