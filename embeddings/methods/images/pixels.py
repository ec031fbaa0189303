"""Raw pixels of images in colour: an image is the list of what it has in each place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.methods import Method
from embeddings.methods.images._pictures import Pictures, pictures_of
from embeddings.types import Progress, Spec

SIDE = 16
"""Squares along each side of an image, each one colour."""


def embed(pictures: Pictures) -> NDArray[np.float32]:
    """Return the mean colour of every square, from -1 (none) to 1 (full).

    Returns
    -------
    float32 array of shape (n, SIDE * SIDE * 3): row by row, red, green and blue
    """
    n, step = len(pictures), pictures.shape[1] // SIDE
    squares = pictures.reshape(n, SIDE, step, SIDE, step, 3).mean(axis=(2, 4))
    return (squares / 127.5 - 1).reshape(n, -1).astype(np.float32)


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Lay the colours of each image end to end."""
    progress(0.0, "Reading pixels")
    known, pictures = pictures_of(spec, words)
    vectors = embed(pictures)
    progress(1.0, "Done")
    return known, vectors


METHOD = Method(
    key="images-pixels",
    kind="images",
    label="Pixels",
    year=1957,
    reference="Kirsch, Cahn, Ray and Urban 1957: Experiments in processing pictorial information",
    reference_url="https://doi.org/10.1145/1457720.1457763",
    summary="An image is the list of the colours in each place.",
    explanation=(
        "The middle square of an image is divided into 16 x 16 small ones. The mean red, green and "
        "blue of each are laid end to end: 768 numbers, from -1 (none of it) to 1 (as much as can "
        "be), so that black and white are opposites. Nothing is learned."
    ),
    numbers="768 numbers: red, green and blue of 256 places.",
    sees="The same colours and lights in the same places.",
    misses="That a thing may stand a little elsewhere, or be seen from another side.",
    learns_from="collection",
    compute=compute,
    by_lot=False,
    dim=SIDE * SIDE * 3,
    own_words="",
)
