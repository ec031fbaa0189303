"""The colour histogram: an image is how much of it has which colour, wherever that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.methods import Method
from embeddings.methods.images._pictures import Pictures, pictures_of
from embeddings.types import Progress, Spec

STEPS = 4
"""Into how many parts each of red, green and blue is divided."""


def embed(pictures: Pictures) -> NDArray[np.float32]:
    """Return the share of the pixels that has each of the colours.

    Returns
    -------
    float32 array of shape (n, STEPS ** 3): the colour with the parts (r, g, b) is number
    r * STEPS ** 2 + g * STEPS + b
    """
    parts = pictures.astype(np.int64) * STEPS // 256
    colours = (parts * (STEPS**2, STEPS, 1)).sum(axis=-1).reshape(len(pictures), -1)
    counts = [np.bincount(row, minlength=STEPS**3) for row in colours]
    return (np.array(counts) / colours.shape[1]).astype(np.float32)


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Count the colours of each image."""
    progress(0.0, "Counting colours")
    known, pictures = pictures_of(spec, words)
    vectors = embed(pictures)
    progress(1.0, "Done")
    return known, vectors


METHOD = Method(
    key="images-colours",
    kind="images",
    label="Colours",
    year=1991,
    reference="Swain and Ballard 1991: Color indexing",
    reference_url="https://doi.org/10.1007/BF00130487",
    summary="An image is how much of it has which colour.",
    explanation=(
        "Red, green and blue are each divided into 4 equal parts, which makes 64 colours; of every "
        "image it is counted which share of its pixels has each of them. Where in the image they "
        "are does not count. Nothing is learned."
    ),
    numbers="64 shares, one a colour, that are 1 together.",
    sees="The same colours, wherever they are and however the image is turned.",
    misses="Every shape; and that two colours are nearly the same, where a border lies between.",
    learns_from="collection",
    compute=compute,
    by_lot=False,
    dim=STEPS**3,
    own_words="",
)
