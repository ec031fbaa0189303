"""HOG of images: an image is which way its edges run, counted in cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.methods import Method
from embeddings.methods.images._pictures import Pictures, pictures_of
from embeddings.types import Progress, Spec

ORIENTATIONS, CELL, BLOCK = 9, 8, 2
"""Directions up to 180 degrees, pixels along a cell, cells along a block: as in the paper."""

LIGHT = (0.2125, 0.7154, 0.0721)
"""How bright red, green and blue are (ITU-R BT.709), as scikit-image turns colours into greys."""

REPORT_EVERY = 50


def greys_of(pictures: Pictures) -> NDArray[np.float64]:
    """Return how bright each pixel is, from 0 to 1."""
    return np.asarray(pictures / 255 @ np.array(LIGHT))


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Count the edges of each image by scikit-image; one without an edge is not known."""
    from skimage.feature import hog

    known, pictures = pictures_of(spec, words)
    rows, greys = [], greys_of(pictures)
    for i, grey in enumerate(greys):
        if i % REPORT_EVERY == 0:
            progress(i / len(greys), f"Counting edges, image {i:,} of {len(greys):,}")
        rows.append(
            hog(
                grey,
                orientations=ORIENTATIONS,
                pixels_per_cell=(CELL, CELL),
                cells_per_block=(BLOCK, BLOCK),
                block_norm="L2-Hys",
            )
        )
    vectors = np.array(rows, dtype=np.float32).reshape(len(rows), -1)
    # What has one colour everywhere has no edge, and so no direction to be near in.
    has_edges = (vectors != 0).any(axis=1)
    progress(1.0, "Done")
    return [known[row] for row in np.flatnonzero(has_edges)], vectors[has_edges]


METHOD = Method(
    key="images-hog",
    kind="images",
    label="HOG",
    year=2005,
    reference="Dalal and Triggs 2005: Histograms of oriented gradients for human detection",
    reference_url="https://doi.org/10.1109/CVPR.2005.177",
    summary="An image is which way its edges run, and where.",
    explanation=(
        "At every pixel of 64 x 64 greys it is asked which way it gets darker, and how fast. The "
        "answers are counted in cells of 8 x 8 pixels, by 9 directions; 2 x 2 neighbouring cells "
        "are brought to the same strength together, so that what stands in the shade counts as "
        "much as what stands in the sun. Nothing is learned. What has no edge at all has no vector."
    ),
    numbers="How much of the edges in each cell runs each way: 7 x 7 blocks of 4 cells, 9 each.",
    sees="Outlines, in whatever colour and light.",
    misses="Colours; and that a thing may stand elsewhere, or be seen from another side.",
    learns_from="collection",
    compute=compute,
    needs=("skimage",),
    by_lot=False,
    dim=7 * 7 * BLOCK**2 * ORIENTATIONS,
    own_words="",
)
