"""Groups of uses are found where there are some and not where there are none; numbers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import silhouette_score

from embeddings.inside import senses


def clouds(n: int, centres: int, dim: int = 50, apart: float = 4.0, seed: int = 0):
    random = np.random.default_rng(seed)
    middle = random.normal(size=(centres, dim)) * apart / np.sqrt(dim)
    which = np.arange(n) % centres
    return middle[which] + random.normal(size=(n, dim)) / np.sqrt(dim), which


@pytest.mark.parametrize("centres", [2, 3, 4])
def test_as_many_groups_are_found_as_there_are(centres: int) -> None:
    points, which = clouds(120, centres)
    found = senses.group(points, 42)
    assert found.n == centres and found.silhouette > found.chance
    for number in range(centres):
        assert len(set(found.labels[which == number])) == 1


@pytest.mark.parametrize("seed", range(4))
def test_a_single_cloud_is_one_group(seed: int) -> None:
    points, _ = clouds(200, 1, seed=seed)
    found = senses.group(points, 42)
    assert found.n == 1 and not found.labels.any()
    assert found.silhouette <= found.chance


def test_the_largest_group_comes_first() -> None:
    points, which = clouds(100, 2)
    rows = np.concatenate([np.flatnonzero(which == 0)[:15], np.flatnonzero(which == 1)])
    found = senses.group(points[rows], 1)
    assert (found.labels[:15] == 1).all() and (found.labels[15:] == 0).all()


@pytest.mark.parametrize(
    "points", [np.zeros((0, 8)), np.ones((1, 8)), np.ones((40, 8)), np.zeros((40, 8))]
)
def test_too_few_or_all_the_same_are_one_group(points) -> None:
    found = senses.group(points, 42)
    assert found.n == min(len(points), 1) and found.silhouette is None


def test_the_silhouette_is_that_of_scikit_learn() -> None:
    points, which = clouds(61, 3, apart=1)
    which[0] = 9  # alone in its group
    units = senses.unit(points)
    distances = np.clip(1 - units @ units.T, 0, 2)
    np.fill_diagonal(distances, 0)
    expected = silhouette_score(distances, which, metric="precomputed")
    assert senses.silhouette(distances, which) == pytest.approx(expected, abs=1e-9)
    assert senses.apart(points, which)["silhouette"] == pytest.approx(expected, abs=1e-9)


def test_within_between_and_nearest_of_four_known_vectors() -> None:
    points = np.array([[1, 0], [1, 1], [0, 1], [0, 2]])
    found = senses.apart(points, ["a", "a", "b", "b"])
    half = np.sqrt(0.5)
    assert found["within"] == pytest.approx((half + 1) / 2)
    assert found["between"] == pytest.approx((0 + 0 + half + half) / 4)
    assert found["nearest"] == 1.0


@given(arrays(np.float64, (7, 3), elements=st.floats(-5, 5)))
@settings(max_examples=50)
def test_alike_is_the_mean_of_all_cosines(points) -> None:
    units = senses.unit(points)
    cosines = units @ units.T
    expected = cosines[~np.eye(7, dtype=bool)].mean()
    assert senses.alike(points) == pytest.approx(expected, abs=1e-9)


def test_what_cannot_be_measured_is_none() -> None:
    assert senses.alike(np.ones((1, 3))) is None
    assert set(senses.apart(np.ones((3, 2)), ["a", "a", "a"]).values()) == {None}
    assert set(senses.apart(np.ones((0, 2)), []).values()) == {None}
    single = senses.apart(np.eye(2), ["a", "b"])
    assert single["within"] is None and single["between"] == 0 and single["silhouette"] == 0


def test_words_that_tell_groups_apart_come_first() -> None:
    table = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], float)
    means = np.array([[1, 0.5, 0], [0.5, 1, 0]])
    assert senses.telling_words(means, table, 2) == [[1, 0], [2, 0]]
    assert senses.telling_words(means[:1], table, 2)[0] == [0, 1]
