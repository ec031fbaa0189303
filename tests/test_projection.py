"""Maps: near words lie near, whatever the input; a seed means something; work can be stopped."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.sparse as sp
import scipy.spatial

from embeddings import neighbors, projection
from embeddings.errors import Cancelled, UserError
from embeddings.methods import glove
from embeddings.probes import trust
from embeddings.types import EmbeddingTable, Neighbors, Projection, Spec


def make(vectors: object) -> EmbeddingTable:
    return EmbeddingTable(tuple(f"w{i}" for i in range(vectors.shape[0])), vectors, Spec("test"))


def draw(table: EmbeddingTable, algorithm: str = "umap", **choices: object) -> Projection:
    dimensions = choices.pop("dimensions", 2)
    seed = choices.pop("seed", 42)
    request = projection.spec(table.spec, algorithm, dimensions, seed, choices)
    wanted = projection.neighbors_spec(request)
    near = None if wanted is None else neighbors.find(table, wanted)
    return projection.project(table, near, request)


@pytest.fixture(scope="module")
def real() -> EmbeddingTable:
    words = glove.glove_words()[:600]
    return EmbeddingTable(words, np.array(glove.matrix()[:600]), Spec("glove"))


@pytest.fixture(scope="module")
def near(real: EmbeddingTable) -> Neighbors:
    return neighbors.find(real, neighbors.spec(real.spec))


@pytest.mark.parametrize(("dimensions", "least"), [(2, 0.85), (3, 0.88)])
def test_a_umap_keeps_neighbours(
    real: EmbeddingTable, near: Neighbors, dimensions: int, least: float
) -> None:
    drawn = draw(real, dimensions=dimensions)
    assert drawn.coordinates.shape == (600, dimensions)
    assert np.allclose(drawn.coordinates.mean(axis=0), 0, atol=1e-4)
    quality = trust.quality(real, near, drawn)
    linear = trust.quality(real, near, draw(real, "pca", dimensions=dimensions))
    assert quality.trustworthiness > max(least, linear.trustworthiness)
    assert quality.recall > linear.recall


def test_a_seed_gives_the_same_map_and_another_seed_another(real: EmbeddingTable) -> None:
    first, again, other = (draw(real, n_epochs=50, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.coordinates, again.coordinates)
    assert not np.allclose(first.coordinates, other.coordinates)


def test_settings_matter(real: EmbeddingTable) -> None:
    plain = draw(real, n_epochs=50)
    changes = {"n_neighbors": 40, "min_dist": 0.9, "metric": "euclidean", "n_epochs": 60}
    for name, value in changes.items():
        changed = draw(real, **({"n_epochs": 50} | {name: value}))
        assert not np.allclose(plain.coordinates, changed.coordinates), name


@pytest.mark.parametrize("n", [1, 2, 3, 4, 10, 11, 12, 20])
@pytest.mark.parametrize("kind", ["normal", "one-hot", "all the same", "zero"])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_smallest_vocabularies_have_maps_and_make_no_noise(
    n: int, kind: str, dimensions: int
) -> None:
    vectors = {
        "normal": np.random.default_rng(0).normal(size=(n, 4)).astype(np.float32),
        "one-hot": sp.csr_array(sp.eye_array(n, format="csr")),
        "all the same": np.ones((n, 4), np.float32),
        "zero": np.zeros((n, 4), np.float32),
    }[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=ImportWarning)
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        for algorithm in projection.algorithms():
            drawn = draw(make(vectors), algorithm, dimensions=dimensions, n_epochs=50)
            assert drawn.coordinates.shape == (n, dimensions)
            by_pca = algorithm == "pca" or n <= projection.TINY
            assert ("variance_kept" in drawn.notes) == by_pca
            if n == 1:
                assert (drawn.coordinates == 0).all()


def test_one_hot_vectors_stay_sparse_and_have_no_structure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = make(sp.csr_array(sp.eye_array(700, format="csr")))
    monkeypatch.setattr(sp.csr_array, "toarray", only_blocks(sp.csr_array.toarray, 700))
    monkeypatch.setattr(neighbors, "BLOCK_BYTES", 4 * 700 * 100)
    near = neighbors.find(table, neighbors.spec(table.spec))
    request = projection.spec(table.spec, parameters={"n_epochs": 50})
    drawn = projection.project(table, near, request)
    monkeypatch.undo()
    quality = trust.quality(table, near, drawn)
    assert abs(quality.trustworthiness - 0.5) < 0.05


def only_blocks(toarray: object, n: int) -> object:
    def checked(self: sp.csr_array) -> np.ndarray:
        assert self.shape[0] < n, "the whole matrix was turned dense"
        return toarray(self)

    return checked


@pytest.mark.parametrize("shape", [(60, 8), (8, 60)])
def test_pca_is_that_of_scikit_learn(shape: tuple[int, int]) -> None:
    from sklearn.decomposition import PCA

    vectors = (np.random.default_rng(0).normal(size=shape) * np.arange(1, shape[1] + 1)) + 5
    model = PCA(3)
    expected = model.fit_transform(vectors)
    coordinates, kept = projection.pca(make(vectors.astype(np.float32)), 3)
    assert np.allclose(np.abs(coordinates), np.abs(expected), atol=1e-3)
    assert kept == pytest.approx(model.explained_variance_ratio_.sum(), abs=1e-5)


def test_pca_of_a_large_sparse_table_is_that_of_the_dense_one() -> None:
    random = np.random.default_rng(0)
    sparse = sp.random_array((700, 600), density=0.05, rng=random, format="csr")
    sparse.data *= 10 ** random.uniform(0, 2, size=600)[sparse.indices]
    coordinates, kept = projection.pca(make(sp.csr_array(sparse)), 2)
    expected, share = projection.pca(make(sparse.toarray().astype(np.float32)), 2)
    assert kept == pytest.approx(share, rel=1e-3)
    assert np.allclose(coordinates, expected, atol=1e-2 * np.abs(expected).max())


def test_progress_tells_the_epoch_and_can_stop_the_work(
    real: EmbeddingTable, near: Neighbors
) -> None:
    request = projection.spec(real.spec, parameters={"n_epochs": 1000})
    heard: list[tuple[float, str]] = []

    def stop(fraction: float, message: str) -> None:
        heard.append((fraction, message))
        if "epoch" in message and "epoch 0 " not in message:
            raise Cancelled

    with pytest.raises(Cancelled):
        projection.project(real, near, request, stop)
    fractions = [fraction for fraction, _ in heard]
    assert fractions == sorted(fractions) and fractions[-1] < 0.9
    assert heard[-1][1].endswith("of 1000")


def test_a_spec_is_complete_and_checked() -> None:
    table = Spec("test")
    request = projection.spec(table, parameters={"n_neighbors": "30"})
    assert dict(request.parameters) == {
        "n_neighbors": 30,
        "min_dist": 0.1,
        "metric": "cosine",
        "n_epochs": 400,
    }
    assert projection.spec(table) == projection.spec(table, parameters={"n_neighbors": 15})
    assert projection.spec(table, "pca", parameters={"min_dist": 0.5}).parameters == ()
    for wrong in (
        {"algorithm": "tsne"},
        {"dimensions": 4},
        {"seed": -1},
        {"parameters": {"n_neighbors": 51}},
        {"parameters": {"min_dist": 1}},
        {"parameters": {"metric": "manhattan"}},
        {"parameters": {"n_epochs": 10}},
        {"parameters": {"perplexity": 30}},
    ):
        with pytest.raises(UserError):
            projection.spec(table, **wrong)


# ---------------------------------------------------------------- maps laid onto each other


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_mirrored_and_scaled_map_is_laid_back_exactly(dimensions, mirrored):
    random = np.random.default_rng(0)
    onto = random.normal(size=(50, dimensions)) * [3, 1, 0.5][:dimensions] + 7
    turn, _ = np.linalg.qr(random.normal(size=(dimensions, dimensions)))
    if (np.linalg.det(turn) < 0) != mirrored:
        turn[:, 0] *= -1
    moving = (onto - 2) @ turn * 0.3 - 5
    found = projection.align(moving, onto)
    np.testing.assert_allclose(found(moving), onto, atol=1e-9)
    np.testing.assert_allclose(found.matrix @ found.matrix.T, np.eye(dimensions), atol=1e-12)


def test_an_alignment_changes_no_shape_and_is_scipys_turn():
    random = np.random.default_rng(1)
    moving, onto = random.normal(size=(2, 40, 2))
    found = projection.align(moving, onto)
    laid = found(moving)
    # Distances only change by one factor, and the map spreads as widely as the other.
    ratio = scipy.spatial.distance.pdist(laid) / scipy.spatial.distance.pdist(moving)
    np.testing.assert_allclose(ratio, found.scale)
    np.testing.assert_allclose(
        np.linalg.norm(laid - laid.mean(0)), np.linalg.norm(onto - onto.mean(0))
    )
    _, best, _ = scipy.spatial.procrustes(onto, moving)
    spread = laid - laid.mean(0)
    np.testing.assert_allclose(
        spread / np.linalg.norm(spread), best / np.linalg.norm(best), atol=1e-9
    )
    # No other turn lays it closer.
    for angle in np.linspace(0.1, 6.2, 30):
        other = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        for mirror in (1, -1):
            tried = (moving - found.source) @ (other * [1, mirror]) * found.scale + found.target
            assert np.linalg.norm(tried - onto) >= np.linalg.norm(laid - onto) - 1e-9


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_shared_words_are_left_where_they_are(n):
    places = np.full((n, 2), 3.0)
    np.testing.assert_array_equal(projection.align(places, places)(places), places)


def test_a_map_in_one_place_is_moved_and_not_scaled():
    found = projection.align(np.ones((5, 2)), np.arange(10.0).reshape(5, 2))
    np.testing.assert_allclose(found(np.ones((5, 2))), np.tile([4, 5], (5, 1)))
