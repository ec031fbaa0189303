"""What the methods for pictures share: the greys as numbers, and what may be learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embeddings import collections
from embeddings.types import Column

INK = np.float32(255)
"""What stands for the darkest grey in a picture."""

Greys = NDArray[np.float32]
"""Pictures with greys from 0 (paper) to 1 (ink): float32 array of shape (n, height, width)."""


def greys_of(collection: str) -> Greys:
    """Return the pictures of a collection."""
    pictures = collections.read(collection).pictures
    assert pictures is not None
    return (pictures / INK).astype(np.float32)


def kinds_of(collection: str) -> NDArray[np.int32]:
    """Return what each picture shows, as a number: the first category of its collection."""
    column: Column = next(c for c in collections.read(collection).columns if not c.is_number)
    return np.asarray(column.values, dtype=np.int32)


def n_training(n: int) -> int:
    """Return how many pictures, from the first on, may be learned from; the others are held out."""
    return n // 2
