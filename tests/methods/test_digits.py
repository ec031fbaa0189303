"""Methods for pictures: each is what its library computes, and a page can do the same in numpy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from embeddings import collections, methods
from embeddings.errors import Cancelled, UserError
from embeddings.methods.digits import hog, network, pca, pixels
from embeddings.methods.digits._pictures import greys_of, kinds_of, n_training
from embeddings.types import EmbeddingTable, Spec

KEYS = ("digits-pixels", "digits-pca", "digits-network", "digits-hog")
FEW = {"digits-network": {"epochs": 2}}
RANDOM = np.random.default_rng(0).random((40, 8, 8), np.float32)


def spec_of(key: str) -> Spec:
    return methods.get(key).spec("digits", parameters=FEW.get(key))


@pytest.fixture(scope="module")
def labels() -> tuple[str, ...]:
    return collections.read("digits").labels


@pytest.fixture(scope="module")
def greys() -> np.ndarray:
    return greys_of("digits")


@pytest.fixture(scope="module", params=KEYS)
def table(request: pytest.FixtureRequest, labels: tuple[str, ...]) -> EmbeddingTable:
    return methods.embed(spec_of(request.param), labels)


def test_they_are_there_in_order_of_year() -> None:
    assert tuple(methods.available("digits")) == KEYS


def test_every_picture_has_a_vector(table: EmbeddingTable, labels: tuple[str, ...]) -> None:
    assert table.words == labels and not table.missing
    assert table.vectors.dtype == np.float32 and np.isfinite(table.vectors).all()
    assert table.vectors.any(axis=1).all()
    declared = methods.get(table.spec.method)
    assert declared.dim in (0, table.dim)


def test_the_same_spec_gives_the_same_vectors(table: EmbeddingTable) -> None:
    again = methods.embed(table.spec, table.words)
    assert np.array_equal(again.vectors, table.vectors)
    other = methods.embed(replace(table.spec, seed=43), table.words)
    by_lot = methods.get(table.spec.method).by_lot
    assert np.array_equal(other.vectors, table.vectors) != by_lot


def test_work_stops_when_told_to(table: EmbeddingTable) -> None:
    def stop(fraction: float, message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        methods.embed(table.spec, table.words, stop)


def test_progress_goes_from_0_to_1(table: EmbeddingTable) -> None:
    seen: list[float] = []
    methods.embed(table.spec, table.words, lambda fraction, _: seen.append(fraction))
    assert seen == sorted(seen) and seen[-1] == 1


def test_words_are_refused() -> None:
    with pytest.raises(UserError, match="PCA embeds digits, and topics has words"):
        methods.embed(methods.get("digits-pca").spec("topics"), ("king",))


def test_pixels_are_the_greys(greys: np.ndarray) -> None:
    vectors = pixels.embed(greys)
    assert vectors.shape == (1797, 64) and vectors.min() == 0 and vectors.max() == 1
    assert np.array_equal(vectors[5].reshape(8, 8), greys[5])


def test_pca_is_that_of_scikit_learn(greys: np.ndarray) -> None:
    from sklearn.decomposition import PCA

    first = pixels.embed(greys)[: n_training(len(greys))]
    known = PCA(20, svd_solver="full").fit(first)
    vectors = pca.embed(greys, pca.learn(greys[: len(first)], 20, 42))
    np.testing.assert_allclose(vectors, known.transform(pixels.embed(greys)), atol=1e-5)


@pytest.mark.parametrize("pictures", [RANDOM, np.zeros((2, 8, 8), np.float32)])
def test_hog_in_numpy_is_that_of_scikit_image(pictures: np.ndarray) -> None:
    from skimage.feature import hog as known

    settings = {
        "orientations": hog.ORIENTATIONS,
        "pixels_per_cell": (hog.CELL, hog.CELL),
        "cells_per_block": (hog.BLOCK, hog.BLOCK),
        "block_norm": "L2-Hys",
    }
    expected = [known(picture.astype(np.float64), **settings) for picture in pictures]
    np.testing.assert_allclose(hog.embed(pictures), expected, atol=1e-6)


def test_hog_of_the_collection_is_the_same_both_ways(
    greys: np.ndarray, labels: tuple[str, ...]
) -> None:
    made = methods.embed(spec_of("digits-hog"), labels)
    np.testing.assert_allclose(hog.embed(greys), made.vectors, atol=1e-6)


def test_the_network_in_numpy_is_that_of_torch(greys: np.ndarray) -> None:
    import torch

    weights, notes = network.learn(greys, kinds_of("digits"), 2, 42, lambda *_: None)
    model = network._model((8, 8), 10)
    model.load_state_dict({name: torch.tensor(values) for name, values in weights.items()})
    pictures = np.concatenate([greys[:300], RANDOM])
    with torch.no_grad():
        known = model[:8](torch.tensor(pictures)[:, None]).numpy()
        named = model(torch.tensor(greys)[:, None]).argmax(dim=1).numpy()
    np.testing.assert_allclose(network.embed(pictures, weights), known, rtol=1e-4, atol=1e-5)
    right = named == kinds_of("digits")
    assert notes["accuracy"] == pytest.approx(right[n_training(len(greys)) :].mean())
    assert notes["accuracy"] > 0.5 and notes["epochs"] == 2


def test_what_is_held_out_is_not_learned_from(greys: np.ndarray) -> None:
    n, kinds = n_training(len(greys)), kinds_of("digits")
    other = greys.copy()
    other[n:] = np.random.default_rng(1).random(other[n:].shape, np.float32)
    first, _ = network.learn(greys, kinds, 1, 42, lambda *_: None)
    again, _ = network.learn(other, kinds, 1, 42, lambda *_: None)
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_training_leaves_torch_as_it_was(greys: np.ndarray) -> None:
    import torch

    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    threads = torch.get_num_threads()
    network.learn(greys, kinds_of("digits"), 1, 42, lambda *_: None)
    assert torch.equal(torch.rand(3), expected) and torch.get_num_threads() == threads
