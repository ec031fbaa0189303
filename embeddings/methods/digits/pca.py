"""PCA: a picture is how much it has of each of the patterns in which pictures differ most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings.methods import Method, Parameter
from embeddings.methods.digits import pixels
from embeddings.methods.digits._pictures import Greys, greys_of, n_training
from embeddings.types import Progress, Spec

Weights = Mapping[str, NDArray[np.float32]]


def learn(greys: Greys, dimensions: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Find the mean picture and the patterns, the strongest first, by scikit-learn.

    Returns
    -------
    mean of shape (n_pixels,), components of shape (dimensions, n_pixels)
    """
    from sklearn.decomposition import PCA

    found = PCA(dimensions, svd_solver="full", random_state=seed).fit(pixels.embed(greys))
    return {
        "mean": found.mean_.astype(np.float32),
        "components": found.components_.astype(np.float32),
    }


def embed(greys: Greys, weights: Weights) -> NDArray[np.float32]:
    """Say how much of each pattern pictures have: float32 array of shape (n, dimensions)."""
    return np.asarray((pixels.embed(greys) - weights["mean"]) @ weights["components"].T)


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Find the patterns in the first half of the pictures, and look for them in all."""
    progress(0.0, "Finding the patterns in which pictures differ most")
    greys = greys_of(spec.vocabulary)
    weights = learn(greys[: n_training(len(greys))], spec["dimensions"], spec.seed)
    progress(1.0, "Done")
    return words, embed(greys, weights)


METHOD = Method(
    key="digits-pca",
    kind="digits",
    label="PCA",
    year=1987,
    reference="Sirovich and Kirby 1987: Low-dimensional procedure for human faces",
    reference_url="https://doi.org/10.1364/JOSAA.4.000519",
    further=(
        (
            "Pearson 1901: On lines and planes of closest fit",
            "https://doi.org/10.1080/14786440109462720",
        ),
    ),
    summary="A picture is a mean picture and so much of each of a few patterns.",
    explanation=(
        "From all pictures their mean is taken away. Principal component analysis then looks for "
        "the pattern of pixels along which pictures differ most, the one that explains most of "
        "what is left, and so on. A picture becomes a short list: how much of each pattern it "
        "has. What digit a picture shows is never looked at. The patterns are found in the first "
        "half of the collection."
    ),
    numbers="How much of each pattern a picture has, the strongest pattern first.",
    sees="The strokes that many pictures share, without the noise of single pixels.",
    misses="That the same stroke may lie a little elsewhere: it is another pattern.",
    learns_from="collection",
    compute=compute,
    parameters=(
        Parameter(
            "dimensions",
            "Patterns",
            20,
            "How many patterns are kept; 64 keep everything.",
            low=2,
            high=64,
        ),
    ),
    needs=("sklearn",),
    by_lot=False,
    own_words="digits",
)
