"""What the methods for images share: the small squares that are kept of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embeddings import sources
from embeddings.types import Spec

Pictures = NDArray[np.uint8]
"""Pictures in red, green and blue: uint8 array of shape (n, side, side, 3)."""


def pictures_of(spec: Spec, names: Sequence[str]) -> tuple[list[str], Pictures]:
    """Return those of the names that are images of the vocabulary, and the picture of each."""
    content = sources.get(spec.vocabulary).content
    assert content.pictures is not None
    rows = {label: row for row, label in enumerate(content.labels)}
    known = [name for name in names if name in rows]
    return known, np.asarray(content.pictures[[rows[name] for name in known]])
