"""The quality of a map, against scikit-learn and against maps that are known to be good or bad."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import neighbors
from embeddings.methods import glove
from embeddings.probes import trust
from embeddings.types import EmbeddingTable, Neighbors, Projection, ProjectionSpec, Spec

REQUEST = ProjectionSpec(Spec("glove"))


@pytest.fixture(scope="module")
def real() -> EmbeddingTable:
    return EmbeddingTable(glove.glove_words()[:500], np.array(glove.matrix()[:500]), Spec("glove"))


def near(table: EmbeddingTable, metric: str = "cosine", k: int = 20) -> Neighbors:
    return neighbors.find(table, neighbors.spec(table.spec, k, metric))


@pytest.mark.parametrize("metric", neighbors.METRICS)
@pytest.mark.parametrize("k", [5, 15])
def test_trustworthiness_is_that_of_scikit_learn(
    real: EmbeddingTable, metric: str, k: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sklearn.manifold import trustworthiness

    monkeypatch.setattr(trust, "BLOCK_BYTES", 8 * 500 * 130)
    coordinates = real.vectors[:, :2]
    expected = trustworthiness(real.vectors, coordinates, n_neighbors=k, metric=metric)
    quality = trust.quality(real, near(real, metric), Projection(coordinates, REQUEST), k)
    assert quality.trustworthiness == pytest.approx(expected, abs=1e-6)
    assert quality.rows.shape == quality.recall_by_word.shape == quality.penalty_by_word.shape


def test_a_faithful_map_is_trusted_entirely() -> None:
    plane = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    table = EmbeddingTable(tuple(map(str, range(200))), plane, Spec("glove"))
    quality = trust.quality(table, near(table, "euclidean"), Projection(plane * 7, REQUEST))
    assert (quality.trustworthiness, quality.recall) == (1, 1)
    assert (quality.penalty_by_word == 0).all()


def test_chance_is_half_whatever_the_order_of_tied_words() -> None:
    table = EmbeddingTable(tuple(map(str, range(300))), sp.csr_array(np.eye(300)), Spec("one_hot"))
    coordinates = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    quality = trust.quality(table, near(table), Projection(coordinates, REQUEST), 15)
    assert quality.trustworthiness == pytest.approx(0.5, abs=0.03)
    assert quality.recall == pytest.approx(15 / 299, abs=0.02)


def test_a_long_table_is_judged_by_a_sample(
    real: EmbeddingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, drawn = near(real), Projection(real.vectors[:, :2], REQUEST)
    every = trust.quality(real, found, drawn)
    monkeypatch.setattr(trust, "EVERY_WORD_UP_TO", 100)
    monkeypatch.setattr(trust, "SAMPLE", 250)
    sampled = trust.quality(real, found, drawn)
    assert len(sampled.rows) == 250
    assert sampled.trustworthiness == pytest.approx(every.trustworthiness, abs=0.03)
    assert np.array_equal(sampled.recall_by_word, every.recall_by_word[sampled.rows])


def test_k_must_fit(real: EmbeddingTable) -> None:
    with pytest.raises(ValueError, match="k is 30"):
        trust.quality(real, near(real), Projection(real.vectors[:, :2], REQUEST), 30)


def test_recall_by_a_few_words_is_that_of_the_same_words(
    real: EmbeddingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, drawn = near(real), Projection(real.vectors[:, :2], REQUEST)
    asked = np.random.default_rng(7).choice(500, 60, replace=False)
    every = trust.quality(real, found, drawn)
    monkeypatch.setattr(trust, "ASKED", 60)
    monkeypatch.setattr(trust, "BLOCK_BYTES", 8 * 500 * 25)
    recall = trust.sampled_recall(real, drawn, seed=7)
    assert recall == pytest.approx(every.recall_by_word[asked].mean(), abs=1e-9)


def test_the_summary_says_what_can_be_measured(
    real: EmbeddingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, drawn = near(real), Projection(real.vectors[:, :2], REQUEST)
    assert set(trust.summary(real, found, drawn)) == {"recall_15", "trustworthiness"}
    monkeypatch.setattr(trust, "EVERY_WORD_UP_TO", 100)
    assert set(trust.summary(real, None, drawn)) == {"recall_15"}
    tiny = real.take(real.words[:30], real.spec)
    assert trust.summary(tiny, None, Projection(tiny.vectors[:, :2], REQUEST)) == {}
