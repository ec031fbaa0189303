"""Many pictures in one file: each lies where the layout says, and paper is nothing at all."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from embeddings.figures import sheets

PICTURES = np.random.default_rng(0).integers(0, 256, (7, 5, 4), dtype=np.uint8)


def cut(file: bytes, i: int, about: dict) -> np.ndarray:
    """Return one picture of a sheet, as a browser cuts it out."""
    whole = np.asarray(Image.open(io.BytesIO(file)))
    seam, width, height = about["seam"], about["width"], about["height"]
    top = i // about["columns"] * (height + 2 * seam) + seam
    left = i % about["columns"] * (width + 2 * seam) + seam
    return whole[top : top + height, left : left + width]


def test_ink_is_opaque_and_paper_is_not_there():
    about = sheets.layout(PICTURES)
    assert about == {"width": 4, "height": 5, "seam": 1, "columns": 3, "coloured": False}
    file = sheets.sheet(PICTURES)
    for i, picture in enumerate(PICTURES):
        assert np.array_equal(cut(file, i, about)[..., 3], picture)


def test_pictures_in_colour_keep_it():
    colours = np.random.default_rng(1).integers(0, 256, (3, 6, 6, 3), dtype=np.uint8)
    about = sheets.layout(colours)
    assert about["coloured"]
    file = sheets.sheet(colours)
    for i, picture in enumerate(colours):
        assert np.array_equal(cut(file, i, about)[..., :3], picture)
        assert (cut(file, i, about)[..., 3] == 255).all()


@pytest.mark.parametrize("n", [1, 2, 1797])
def test_pictures_do_not_touch(n):
    ink = np.full((n, 8, 8), 255, np.uint8)
    whole = np.asarray(Image.open(io.BytesIO(sheets.sheet(ink))))[..., 3]
    assert (whole == 255).sum() == n * 64
    assert not whole[0].any() and not whole[:, 0].any()
    assert not whole[9].any() and not whole[:, 9].any()
