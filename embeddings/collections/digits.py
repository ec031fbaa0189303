"""1,797 handwritten digits of 8 x 8 pixels, as scikit-learn carries them."""

from __future__ import annotations

import numpy as np

from embeddings.collections import Collection, Items
from embeddings.types import Column, Progress

SIDE = 8
"""Pixels on each side of a picture."""

GREYS = 16
"""How dark a pixel can be; 0 is paper."""


def read(progress: Progress) -> Items:
    """Read the pictures and which digit each is, in the order of the package."""
    from sklearn.datasets import load_digits

    progress(0.0, "Reading the digits")
    data = load_digits()
    kinds = np.asarray(data.target, dtype=np.int32)
    seen = np.zeros(10, dtype=int)
    labels = []
    for kind in kinds:
        seen[kind] += 1
        labels.append(f"{kind} no. {seen[kind]}")
    pictures = np.rint(data.images * (255 / GREYS)).astype(np.uint8)
    progress(1.0, "Done")
    digit = Column("Digit", kinds, tuple("0123456789"))
    return Items(tuple(labels), (digit,), pictures)


COLLECTION = Collection(
    key="digits",
    label="1,797 handwritten digits",
    kind="digits",
    noun="digit",
    nouns="digits",
    source="Alpaydin and Kaynak 1998: Optical Recognition of Handwritten Digits (the test set)",
    source_url="https://archive.ics.uci.edu/dataset/80",
    terms="Creative Commons Attribution 4.0; the app reads them from scikit-learn.",
    read=read,
    first="digits-pixels",
    needs=(("sklearn", "scikit-learn"),),
    has_pictures=True,
)
