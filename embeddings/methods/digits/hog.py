"""HOG: a picture is which way its edges run, counted in small cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.methods import Method
from embeddings.methods.digits._pictures import Greys, greys_of
from embeddings.types import Progress, Spec

ORIENTATIONS = 6
CELL = 2
"""Pixels on each side of a cell."""

BLOCK = 3
"""Cells on each side of a block, in which counts are normalised.

With 6 directions this finds the most of the same digits among the first half of the collection,
of the settings that leave more than one pixel to a cell.
"""

TINY = 1e-5
CLIPPED = 0.2
"""The share of a block that one count may have (Lowe 2004)."""

REPORT_EVERY = 200


def embed(greys: Greys) -> NDArray[np.float32]:
    """Count the edges of pictures as scikit-image does, in numpy: so no page must import it.

    Each pixel's gradient is that of its two neighbours along each axis, none at the border. It
    counts with its length for one of the directions between 0 and 180 degrees. The counts of a
    block are divided by their length, clipped, and divided again (L2-Hys).

    Returns
    -------
    float32 array of shape (n, blocks down * blocks across * 3 * 3 * 6)
    """
    images = greys.astype(np.float64)
    n, height, width = images.shape
    down, across = np.zeros_like(images), np.zeros_like(images)
    down[:, 1:-1] = images[:, 2:] - images[:, :-2]
    across[:, :, 1:-1] = images[:, :, 2:] - images[:, :, :-2]
    length = np.hypot(across, down)
    direction = np.rad2deg(np.arctan2(down, across)) % 180
    rows, columns = height // CELL, width // CELL
    counts = np.zeros((n, rows, columns, ORIENTATIONS))
    step = 180 / ORIENTATIONS
    for i in range(ORIENTATIONS):
        inside = (direction >= step * i) & (direction < step * (i + 1))
        cells = np.where(inside, length, 0)[:, : rows * CELL, : columns * CELL]
        cells = cells.reshape(n, rows, CELL, columns, CELL)
        counts[..., i] = cells.sum(axis=(2, 4)) / CELL**2
    blocks = np.lib.stride_tricks.sliding_window_view(counts, (BLOCK, BLOCK), axis=(1, 2))
    flat = np.moveaxis(blocks, 3, 5).reshape(n, rows - BLOCK + 1, columns - BLOCK + 1, -1)
    flat = np.minimum(_normalised(flat), CLIPPED)
    return _normalised(flat).reshape(n, -1).astype(np.float32)


def _normalised(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(blocks / np.sqrt((blocks**2).sum(axis=-1, keepdims=True) + TINY**2))


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Count the edges of each picture by scikit-image."""
    from skimage.feature import hog

    rows = []
    greys = greys_of(spec.vocabulary)
    for i, picture in enumerate(greys):
        if i % REPORT_EVERY == 0:
            progress(i / len(greys), f"Counting edges, picture {i:,} of {len(greys):,}")
        rows.append(
            hog(
                picture.astype(np.float64),
                orientations=ORIENTATIONS,
                pixels_per_cell=(CELL, CELL),
                cells_per_block=(BLOCK, BLOCK),
                block_norm="L2-Hys",
            )
        )
    progress(1.0, "Done")
    return words, np.array(rows, dtype=np.float32)


METHOD = Method(
    key="digits-hog",
    kind="digits",
    label="HOG",
    year=2005,
    reference="Dalal and Triggs 2005: Histograms of oriented gradients for human detection",
    reference_url="https://doi.org/10.1109/CVPR.2005.177",
    further=(
        (
            "Lowe 2004: Distinctive image features from scale-invariant keypoints",
            "https://doi.org/10.1023/B:VISI.0000029664.99615.94",
        ),
    ),
    summary="A picture is which way its edges run, and where.",
    explanation=(
        "At every pixel it is asked which way it gets darker, and how fast. The answers are "
        "counted in cells of 2 x 2 pixels, by 6 directions; 3 x 3 neighbouring cells are brought "
        "to the same strength together, so that a faint stroke counts as much as a heavy one. "
        "Nothing is learned: people chose what is counted."
    ),
    numbers="How much of the edges in each cell runs each way, 6 numbers a cell in each block.",
    sees="Shapes, however thick or faint they are drawn.",
    misses="Where strokes are joined over a distance; on 8 x 8 pixels cells are very small.",
    learns_from="collection",
    compute=compute,
    needs=("skimage",),
    by_lot=False,
    dim=216,
    own_words="digits",
)
