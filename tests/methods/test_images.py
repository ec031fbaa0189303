"""Methods for images, against numbers worked out by hand and scikit-image's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings import methods, recipes, sources, vocabulary
from embeddings.errors import UserError
from embeddings.methods.images import colours, pixels
from embeddings.sources.content import Content
from embeddings.store import Store
from embeddings.types import VocabularySpec

NAMES = ("halves.png", "flat.png", "noise.png")
KEYS = ("images-pixels", "images-colours", "images-hog")


def shown() -> np.ndarray:
    found = np.zeros((3, 64, 64, 3), np.uint8)
    found[0, :, :32] = (255, 0, 0)
    found[0, :, 32:] = (0, 0, 255)
    found[1] = (0, 128, 63)
    found[2] = np.random.default_rng(0).integers(0, 256, (64, 64, 3))
    return found


@pytest.fixture
def store(monkeypatch, tmp_path: Path) -> Store:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    there = Store(None, tmp_path)
    monkeypatch.setattr(recipes.stores, "default", lambda: there)
    return there


@pytest.fixture
def name(store: Store) -> str:
    return sources.put(Content("images", NAMES, pictures=shown()), "mine")


def test_three_methods_see_images() -> None:
    assert tuple(methods.available("images")) == KEYS


def test_images_are_a_vocabulary_with_pictures(name: str) -> None:
    of = recipes.fetch(VocabularySpec(name))
    assert of.words == NAMES and (of.noun, of.nouns) == ("picture", "pictures")
    np.testing.assert_array_equal(of.pictures, shown())
    assert (vocabulary.kind(name), vocabulary.nouns(name)) == ("images", "pictures")
    assert vocabulary.label(name) == "mine"


def test_half_red_half_blue_is_two_halves(name: str) -> None:
    table = recipes.fetch(methods.get("images-colours").spec(name))
    expected = np.zeros(64)
    expected[3 * 16] = expected[3] = 0.5
    np.testing.assert_array_equal(table.vector("halves.png"), expected)
    flat = np.zeros(64)
    flat[2 * 4] = 1  # 0 of 4 red, 128 is the third part of green, 63 the first of blue
    np.testing.assert_array_equal(table.vector("flat.png"), flat)
    np.testing.assert_allclose(table.vectors.sum(axis=1), 1, rtol=1e-6)


def test_pixels_are_the_colours_of_each_place(name: str) -> None:
    table = recipes.fetch(methods.get("images-pixels").spec(name))
    rows = table.vector("halves.png").reshape(16, 16, 3)
    assert (rows[:, :8] == (1, -1, -1)).all() and (rows[:, 8:] == (-1, -1, 1)).all()
    corner = shown()[2, :4, :4].mean(axis=(0, 1)) / 127.5 - 1
    np.testing.assert_allclose(table.vector("noise.png")[:3], corner, atol=1e-6)
    assert table.dim == pixels.METHOD.dim


def test_hog_is_that_of_scikit_image_and_needs_an_edge(name: str) -> None:
    from skimage.color import rgb2gray
    from skimage.feature import hog

    table = recipes.fetch(methods.get("images-hog").spec(name))
    assert table.words == ("halves.png", "noise.png") and table.missing == ("flat.png",)
    for row, picture in ((0, shown()[0]), (1, shown()[2])):
        expected = hog(rgb2gray(picture), 9, (8, 8), (2, 2), "L2-Hys")
        np.testing.assert_allclose(table.vectors[row], expected, atol=1e-5)
    assert table.dim == methods.get("images-hog").dim == 1764


@pytest.mark.parametrize("key", KEYS)
def test_the_order_of_the_words_asked_for_is_kept(name: str, key: str) -> None:
    method = methods.get(key)
    table = methods.embed(method.spec(name), ("noise.png", "no.png", "halves.png"))
    assert table.words == ("noise.png", "halves.png") and table.missing == ("no.png",)
    assert table.vectors.dtype == np.float32 and table.dim == method.dim


def test_methods_for_words_do_not_see_images_nor_these_words(name: str) -> None:
    with pytest.raises(UserError, match=r"embeds words, and .* has images"):
        methods.embed(methods.get("glove").spec(name), NAMES)
    with pytest.raises(UserError, match="embeds images, and topics has words"):
        methods.embed(colours.METHOD.spec("topics"), ("king",))
