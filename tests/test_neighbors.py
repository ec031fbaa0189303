"""Nearest neighbours: exact on real vectors, and fair where words are tied."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings import neighbors
from embeddings.errors import Cancelled, UserError
from embeddings.methods import glove
from embeddings.types import EmbeddingTable, Spec


def make(vectors: object) -> EmbeddingTable:
    return EmbeddingTable(tuple(f"w{i}" for i in range(vectors.shape[0])), vectors, Spec("test"))


@pytest.fixture(scope="module")
def real() -> EmbeddingTable:
    words = glove.glove_words()[:1500]
    return EmbeddingTable(words, np.array(glove.matrix()[:1500]), Spec("glove"))


def slow(table: EmbeddingTable, metric: str) -> np.ndarray:
    """All similarities the plain way, in float64, with a word never near itself."""
    vectors = table.vectors.toarray() if table.is_sparse else table.vectors
    vectors = vectors.astype(np.float64)
    if metric == "cosine":
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        all_pairs = vectors @ vectors.T
    else:
        all_pairs = -np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    np.fill_diagonal(all_pairs, -np.inf)
    return all_pairs


@pytest.mark.parametrize("metric", neighbors.METRICS)
@pytest.mark.parametrize("sparse", [False, True])
def test_they_are_exact(
    real: EmbeddingTable, metric: str, sparse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbors, "BLOCK_BYTES", 4 * 400 * 170)  # a few blocks, the last shorter
    table = make(sp.csr_array(np.maximum(real.vectors[:400], 0)) if sparse else real.vectors[:400])
    indices, similarities = neighbors.nearest(table, 12, metric)
    expected = slow(table, metric)
    assert np.allclose(similarities, -np.sort(-expected, axis=1)[:, :12], atol=2e-5)
    assert np.allclose(np.take_along_axis(expected, indices, 1), similarities, atol=2e-5)
    assert all(len(set(row)) == 12 and i not in row for i, row in enumerate(indices))


def test_they_are_those_of_scikit_learn(real: EmbeddingTable) -> None:
    from sklearn.neighbors import NearestNeighbors

    indices, _ = neighbors.nearest(real, 20)
    model = NearestNeighbors(n_neighbors=21, metric="cosine", algorithm="brute").fit(real.vectors)
    expected = model.kneighbors(real.vectors, return_distance=False)[:, 1:]
    agree = [len(set(a) & set(b)) for a, b in zip(indices, expected, strict=True)]
    assert np.mean(agree) >= 19.99


@pytest.mark.parametrize("metric", neighbors.METRICS)
def test_one_word_has_the_same_neighbours_alone(real: EmbeddingTable, metric: str) -> None:
    indices, similarities = neighbors.nearest(real, 10, metric)
    for row in (0, 700, 1499):
        alone, how_near = neighbors.of_row(real, row, 10, metric)
        assert np.allclose(how_near, similarities[row], atol=1e-5)
        assert len(set(alone) & set(indices[row])) >= 9  # the last place may go either way


def test_some_words_have_the_neighbours_that_they_have_among_all(
    real: EmbeddingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.array([1499, 3, 700, 3])
    one_hot = make(sp.csr_array(sp.eye_array(300, format="csr")))
    few = np.array([299, 0, 7])
    monkeypatch.setattr(neighbors, "BLOCK_BYTES", 4 * 1500 * 2)
    for table, wanted in ((real, rows), (one_hot, few)):
        every, how_near = neighbors.nearest(table, 10)
        indices, similarities = neighbors.of_rows(table, wanted, 10)
        assert np.array_equal(indices, every[wanted])
        assert np.array_equal(similarities, how_near[wanted])
    assert neighbors.of_rows(real, rows[:0], 10)[0].shape == (0, 10)


def test_ties_are_drawn_by_the_seed_of_the_table() -> None:
    assert neighbors.spec(Spec("one_hot")).seed == 42
    assert neighbors.spec(Spec("one_hot", seed=43)).seed == 43
    assert neighbors.spec(Spec("one_hot", seed=43), seed=7).seed == 7


def test_the_neighbours_of_king() -> None:
    table = EmbeddingTable(glove.glove_words(), glove.matrix(), Spec("glove", "glove-400k"))
    indices, similarities = neighbors.of_word(table, "king", 5)
    assert [table.words[i] for i in indices] == ["prince", "queen", "ii", "emperor", "son"]
    assert similarities[0] == pytest.approx(0.8236, abs=1e-3)


def test_ties_are_drawn_by_lot_anew_for_each_word() -> None:
    n, k = 400, 20
    table = make(sp.csr_array(sp.eye_array(n, format="csr")))
    indices, similarities = neighbors.nearest(table, k, seed=7)
    assert (similarities == 0).all()
    assert all(len(set(row)) == k and i not in row for i, row in enumerate(indices))
    chosen = np.bincount(indices.ravel(), minlength=n)
    expected = k * (n - 1) / (n - 1)
    variance = k * (1 - k / (n - 1))
    chi_square = ((chosen - expected) ** 2).sum() / variance
    assert abs(chi_square - n) < 5 * np.sqrt(2 * n)
    # So is every place in a row: the first neighbour is no less random than the last.
    assert len(np.unique(indices[:, 0])) > 0.5 * n
    assert np.corrcoef(np.arange(n), indices[:, 0])[0, 1] < 0.25


def test_ties_do_not_depend_on_the_size_of_blocks_but_on_the_seed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(0)
    # Each vector eight times: the k-th place is shared everywhere.
    table = make(np.repeat(random.normal(size=(60, 20)), 8, axis=0).astype(np.float32))
    first, _ = neighbors.nearest(table, 10)
    again, _ = neighbors.nearest(table, 10)
    other, _ = neighbors.nearest(table, 10, seed=1)
    monkeypatch.setattr(neighbors, "BLOCK_BYTES", 4 * len(table) * 7)
    blocks, _ = neighbors.nearest(table, 10)
    assert np.array_equal(first, again) and np.array_equal(first, blocks)
    assert not np.array_equal(first, other)
    for row, near in enumerate(first):
        assert {i for i in range(len(table)) if i // 8 == row // 8} - {row} == set(near[:7])
        assert len({i // 8 for i in near[7:]}) == 1


@settings(max_examples=60, deadline=None)
@given(
    vectors=hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
        elements=st.integers(-2, 2).map(float),
    ),
    k=st.integers(1, 15),
    metric=st.sampled_from(neighbors.METRICS),
)
def test_no_word_that_is_left_out_is_nearer(vectors: np.ndarray, k: int, metric: str) -> None:
    table = make(vectors)
    indices, similarities = neighbors.nearest(table, k, metric)
    n = len(table)
    assert indices.shape == (n, min(k, n - 1))
    for row in range(n):
        near = indices[row]
        assert len(set(near)) == len(near) and row not in near
        assert (np.diff(similarities[row]) <= 0).all()
        a, b = vectors[row].astype(float), vectors.astype(float)
        if metric == "cosine":
            lengths = np.linalg.norm(a) * np.linalg.norm(b, axis=1)
            every = np.divide(b @ a, lengths, out=np.zeros(n), where=lengths > 0)
        else:
            every = -np.linalg.norm(a - b, axis=1)
        left_out = np.setdiff1d(np.arange(n), [row, *near])
        assert np.allclose(every[near], similarities[row], atol=1e-5)
        assert not len(near) or (every[left_out] <= every[near].min() + 1e-5).all()


def test_a_zero_vector_is_equally_far_from_all() -> None:
    vectors = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    vectors[3] = 0
    _, similarities = neighbors.nearest(make(vectors), 29)
    assert (similarities[3] == 0).all()


def test_a_lone_word_has_no_neighbours() -> None:
    indices, similarities = neighbors.nearest(make(np.ones((1, 3), np.float32)))
    assert indices.shape == similarities.shape == (1, 0)


def test_a_graph_finds_nearly_all(real: EmbeddingTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbors, "EXACT_UP_TO", 1000)
    found = neighbors.find(real, neighbors.spec(real.spec, 15))
    assert found.notes == {"approximate": True}
    monkeypatch.setattr(neighbors, "EXACT_UP_TO", 2000)
    exact = neighbors.find(real, neighbors.spec(real.spec, 15))
    assert not exact.notes
    pairs = zip(found.indices, exact.indices, strict=True)
    assert np.mean([len(set(a) & set(b)) / 15 for a, b in pairs]) > 0.98
    assert all(i not in row for i, row in enumerate(found.indices))
    assert found.indices.min() >= 0


def test_it_can_be_cancelled(real: EmbeddingTable) -> None:
    def cancel(fraction: float, message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        neighbors.nearest(real, 5, progress=cancel)


def test_what_cannot_be_asked_is_said() -> None:
    table = EmbeddingTable(
        ("king", "queen"), np.eye(2, dtype=np.float32), Spec("test"), missing=("tokyo",)
    )
    with pytest.raises(UserError, match="Did you mean king"):
        neighbors.of_word(table, "kign")
    with pytest.raises(UserError, match="no vector for 'tokyo'"):
        neighbors.of_word(table, "tokyo")
    with pytest.raises(UserError, match="Choose one of: cosine, euclidean"):
        neighbors.spec(table.spec, metric="zzz")
    with pytest.raises(UserError, match="from 1 to 1000"):
        neighbors.spec(table.spec, k=0)
