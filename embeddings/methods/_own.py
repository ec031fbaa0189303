"""Vectors that somebody brought, as a method like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from embeddings import sources
from embeddings.errors import UserError
from embeddings.methods import Method
from embeddings.types import Progress, Spec

LEARNS_FROM = "yours"


def declare(name: str) -> Method:
    """Return the declaration of the vectors that somebody brought.

    Raises
    ------
    UserError
        If they are not here any more, or what was brought has no vectors.
    """
    source = sources.get(name)
    if source.kind != "vectors":
        raise UserError(f"{source.title} has no vectors: choose a method for its words.")
    form = str(source.content.origin.get("format", "a file"))
    n, dim = len(source.content), source.dim
    return replace(
        DECLARATION,
        key=name,
        label=source.title,
        explanation=f"{n:,} vectors of {dim:,} numbers, brought as {form}.",
        dim=dim,
        own_words=name,
    )


def compute(
    spec: Spec, words: Sequence[str], progress: Progress
) -> tuple[Sequence[str], NDArray[np.float32]]:
    """Look words up; where all are wanted, the vectors stay in their file."""
    source = sources.get(spec.method)
    vectors, labels = source.content.vectors, source.content.labels
    if vectors is None:
        raise UserError(f"{source.title} has no vectors: choose a method for its words.")
    if spec.vocabulary == spec.method or tuple(words) == labels:
        return labels, vectors
    rows = {label: row for row, label in enumerate(labels)}
    known = [word for word in words if word in rows]
    progress(1.0, "Done")
    return known, np.asarray(vectors[[rows[word] for word in known]])


DECLARATION = Method(
    key="own",
    label="Own vectors",
    year=0,
    reference="",
    reference_url="",
    summary="Vectors that you brought.",
    explanation="",
    numbers="What they were trained to say.",
    sees="What they were trained on.",
    misses="Every word that the file does not have.",
    learns_from=LEARNS_FROM,
    compute=compute,
    by_lot=False,
)
