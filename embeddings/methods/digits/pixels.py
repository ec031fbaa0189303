"""Raw pixels: a picture is the list of its greys, as one-hot is a word's number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.methods import Method
from embeddings.methods.digits._pictures import Greys, greys_of
from embeddings.types import Progress, Spec


def embed(greys: Greys) -> NDArray[np.float32]:
    """Lay the rows of each picture end to end: float32 array of shape (n, height * width)."""
    return greys.reshape(len(greys), -1)


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Lay the rows of each picture end to end, from 0 (paper) to 1 (ink)."""
    vectors = embed(greys_of(spec.vocabulary))
    progress(1.0, "Done")
    return words, vectors


METHOD = Method(
    key="digits-pixels",
    kind="digits",
    label="Pixels",
    year=1957,
    reference="Kirsch, Cahn, Ray and Urban 1957: Experiments in processing pictorial information",
    reference_url="https://doi.org/10.1145/1457720.1457763",
    summary="A picture is the list of the greys of its pixels.",
    explanation=(
        "The 8 rows of a picture are laid end to end: 64 numbers, from 0 (paper) to 1 (ink). "
        "Nothing is learned. Two pictures are near where ink lies on the same pixels; the same "
        "digit drawn one pixel to the left is another picture."
    ),
    numbers="64 greys, one a pixel.",
    sees="Ink on the same place.",
    misses="That a stroke may lie a little elsewhere.",
    learns_from="collection",
    compute=compute,
    by_lot=False,
    dim=64,
    own_words="digits",
)
