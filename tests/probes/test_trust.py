"""How far maps can be trusted, against scikit-learn and maps that are known to be good or bad."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import neighbors
from embeddings.errors import UserError
from embeddings.methods import glove
from embeddings.probes import trust
from embeddings.types import EmbeddingTable, Neighbors, Projection, ProjectionSpec, Spec

REQUEST = ProjectionSpec(Spec("glove"))
ARRAYS = ("trustworthiness", "continuity", "recall")


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
    quality = trust.quality(real, near(real, metric), Projection(coordinates, REQUEST), k)
    expected = trustworthiness(real.vectors, coordinates, n_neighbors=k, metric=metric)
    assert quality.trustworthiness == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("metric", neighbors.METRICS)
@pytest.mark.parametrize("k", [5, 15])
def test_continuity_is_the_same_with_the_spaces_exchanged(metric: str, k: int) -> None:
    from sklearn.manifold import trustworthiness

    points = np.random.default_rng(0).normal(size=(400, 6)).astype(np.float32)
    table = EmbeddingTable(tuple(map(str, range(400))), points, Spec("glove"))
    quality = trust.quality(table, near(table, metric), Projection(points[:, :2], REQUEST), k)
    # Scikit-learn takes no metric for the second space; unit vectors are as near by either.
    vectors = table.unit_vectors if metric == "cosine" else points
    expected = trustworthiness(points[:, :2], vectors, n_neighbors=k)
    assert quality.continuity == pytest.approx(expected, abs=1e-6)
    assert abs(quality.continuity - quality.trustworthiness) > 0.01


def test_each_dot_has_its_share_of_the_whole(real: EmbeddingTable) -> None:
    shown = Projection(real.vectors[:, :2], REQUEST)
    found = trust.judge(real, near(real), shown, trust.spec(REQUEST))
    for name in ARRAYS:
        values = getattr(found, name)
        assert values.shape == (500,) and values.min() >= 0 and values.max() <= 1
        assert values.mean() == pytest.approx(found.summary[name], abs=1e-6)
    one = np.argmin(found.trustworthiness)
    apart = np.linalg.norm(shown.coordinates - shown.coordinates[one], axis=1)
    closest = np.argsort(apart, kind="stable")[1:16]
    places = np.argsort(np.argsort(-real.unit_vectors @ real.unit_vectors[one]))[closest]
    cost = np.maximum(places - 15, 0).sum()
    assert found.trustworthiness[one] == pytest.approx(1 - cost / (15 * 477), abs=1e-5)
    assert found.recall[one] == pytest.approx(np.mean(places <= 15))


@pytest.mark.parametrize("seed", [0, 1])
def test_a_torn_neighbourhood_costs_continuity_and_a_folded_one_trustworthiness(seed: int) -> None:
    random = np.random.default_rng(seed)
    angle = random.uniform(0, 2 * np.pi, 300)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    line = np.stack([angle, np.zeros(300)], axis=1).astype(np.float32)
    words = tuple(map(str, range(300)))
    # Cut open at one place, the circle becomes a line; pressed flat, its two halves fall together.
    table = EmbeddingTable(words, circle, Spec("glove"))
    torn = trust.quality(table, near(table), Projection(line, REQUEST))
    folded = trust.quality(table, near(table), Projection(circle * [1, 0], REQUEST))
    assert torn.trustworthiness > 0.999 > torn.continuity
    assert folded.continuity > 0.98 > folded.trustworthiness + 0.1


def test_a_faithful_map_is_trusted_entirely() -> None:
    plane = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32)
    table = EmbeddingTable(tuple(map(str, range(200))), plane, Spec("glove"))
    quality = trust.quality(table, near(table, "euclidean"), Projection(plane * 7, REQUEST))
    assert (quality.trustworthiness, quality.continuity, quality.recall) == (1, 1, 1)
    assert (quality.trustworthiness_by_word == 1).all()


def test_chance_is_half_whatever_the_order_of_tied_words() -> None:
    table = EmbeddingTable(tuple(map(str, range(300))), sp.csr_array(np.eye(300)), Spec("one_hot"))
    coordinates = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)
    quality = trust.quality(table, near(table), Projection(coordinates, REQUEST), 15)
    assert quality.trustworthiness == pytest.approx(0.5, abs=0.03)
    assert quality.continuity == pytest.approx(0.5, abs=0.03)
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
    assert sampled.continuity == pytest.approx(every.continuity, abs=0.03)
    assert sampled.trustworthiness == pytest.approx(every.trustworthiness, abs=0.03)
    assert np.array_equal(sampled.recall_by_word, every.recall_by_word[sampled.rows])
    judged = trust.judge(real, None, drawn, trust.spec(REQUEST))
    assert np.array_equal(np.flatnonzero(judged.asked), sampled.rows)
    assert np.isnan(judged.recall[~judged.asked]).all()
    assert judged.summary["asked"] == 250 and judged.summary["n"] == 500
    assert judged.summary["recall"] == pytest.approx(sampled.recall)


def test_k_must_fit(real: EmbeddingTable) -> None:
    with pytest.raises(ValueError, match="k is 30"):
        trust.quality(real, near(real), Projection(real.vectors[:, :2], REQUEST), 30)


def test_distances_are_compared_as_scipy_does(
    real: EmbeddingTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scipy.spatial.distance import pdist
    from scipy.stats import spearmanr

    shown = Projection(real.vectors[:, :2], REQUEST)
    few = real.take(real.words[:300], real.spec)
    found, pairs = trust.distance_correlation(few, Projection(shown.coordinates[:300], REQUEST))
    expected = spearmanr(pdist(few.vectors, "cosine"), pdist(shown.coordinates[:300])).statistic
    assert pairs == 300 * 299 / 2 and found == pytest.approx(expected, abs=1e-5)
    every = spearmanr(pdist(real.vectors, "cosine"), pdist(shown.coordinates)).statistic
    monkeypatch.setattr(trust, "BLOCK_BYTES", 8 * 50 * 1000)
    sampled, pairs = trust.distance_correlation(real, shown)
    assert pairs == 100_000 and sampled == pytest.approx(every, abs=0.01)
    sparse = EmbeddingTable(real.words, sp.csr_array(real.vectors), real.spec)
    assert trust.distance_correlation(sparse, shown)[0] == pytest.approx(sampled, abs=1e-5)


def test_where_all_are_equally_far_there_is_no_order_of_distances() -> None:
    table = EmbeddingTable(tuple(map(str, range(30))), sp.csr_array(np.eye(30)), Spec("one_hot"))
    shown = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    assert trust.distance_correlation(table, Projection(shown, REQUEST)) == (0, 435)


def test_two_seeds_share_all_or_next_to_nothing(real: EmbeddingTable) -> None:
    shown = Projection(real.vectors[:, :2], REQUEST)
    turned = Projection(-3 * shown.coordinates, REQUEST)
    shuffled = Projection(np.random.default_rng(0).permutation(shown.coordinates), REQUEST)
    request, found = trust.spec(REQUEST), near(real)
    assert "seeds_shared" not in trust.judge(real, found, shown, request).summary
    assert trust.judge(real, found, shown, request, turned).summary["seeds_shared"] == 1
    by_chance = trust.judge(real, found, shown, request, shuffled).summary
    assert by_chance["seeds_shared"] == pytest.approx(by_chance["chance_recall"], abs=0.01)
    assert by_chance["chance_recall"] == pytest.approx(15 / 499)


@pytest.mark.parametrize(("n", "k"), [(5, 2), (20, 9), (31, 15), (32, 15)])
def test_few_words_are_judged_by_fewer_neighbours(real: EmbeddingTable, n: int, k: int) -> None:
    few = real.take(real.words[:n], real.spec)
    found = trust.judge(
        few, near(few), Projection(few.vectors[:, :2], REQUEST), trust.spec(REQUEST)
    )
    assert found.summary["k"] == k and found.asked.all()


def test_what_cannot_be_judged_is_said(real: EmbeddingTable) -> None:
    few = real.take(real.words[:4], real.spec)
    with pytest.raises(UserError, match="has 4 words"):
        trust.judge(few, near(few), Projection(few.vectors[:, :2], REQUEST), trust.spec(REQUEST))
    for k in (0, 51, 1.5):
        with pytest.raises(UserError, match="from 1 to 50"):
            trust.spec(REQUEST, k)


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
