"""The answer to a drawing: its nearest pictures by each method, without running a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from embeddings.applications import visual
from embeddings.errors import UserError
from embeddings.types import VisualSearchSpec, Vocabulary
from pages.shared import access

LONGEST = 400
"""Letters that a drawing has in an address, at most."""


def answer(query: Mapping[str, str], request: VisualSearchSpec | None = None) -> dict[str, Any]:
    """Return what is nearest to a drawing, or to a picture of the collection.

    Parameters
    ----------
    query : ``ink``, 64 greys from 0 to 16 with dots between; or ``kind`` and ``turn``, for one
        picture of a kind

    Returns
    -------
    ``seen``, the greys; ``picture``, its number and label, where it is one of the collection; and
    ``nearest``: for each method [number, label, kind, cosine] of each picture, the nearest first

    Raises
    ------
    UserError
        If it is no drawing, or what is needed is not built.
    """
    request = request or visual.spec()
    found, of = access.visual_search(request), access.word_list(request.collection)
    kinds = kinds_of(of)
    row = -1 if "ink" in query else _row(query, kinds)
    greys = visual.drawing(_numbers(query["ink"])) if row < 0 else _picture(of, row)
    vectors = visual.embed(greys, found)
    nearest = {}
    for spec in visual.tables(request):
        rows, cosines = visual.nearest(vectors[spec.method][0], access.table(spec), without=row)
        nearest[spec.method] = [
            [int(i), of.words[i], int(kinds[i]), round(float(cosine), 4)]
            for i, cosine in zip(rows, cosines, strict=True)
        ]
    return {
        "seen": np.rint(greys[0] * visual.GREYS).astype(int).ravel().tolist(),
        "picture": [row, of.words[row]] if row >= 0 else None,
        "nearest": nearest,
    }


def kinds_of(of: Vocabulary) -> np.ndarray:
    """Return what each picture shows, as a number."""
    return next(column.values for column in of.columns if not column.is_number)


def names_of(of: Vocabulary) -> tuple[str, ...]:
    """Return what the kinds of pictures are called."""
    return next(column.categories for column in of.columns if not column.is_number)


def _row(query: Mapping[str, str], kinds: np.ndarray) -> int:
    """Return the picture of a kind whose turn it is, over and over."""
    given = [query.get(name, "") for name in ("kind", "turn")]
    if not all(each.isascii() and each.isdigit() and len(each) < 7 for each in given):
        raise UserError("Ask for a drawing, or for a picture by its kind and its turn.")
    kind, turn = map(int, given)
    rows = np.flatnonzero(kinds == kind)
    if not len(rows):
        raise UserError(f"There is no picture of kind {kind}.")
    return int(rows[turn % len(rows)])


def _numbers(text: str) -> list[int]:
    parts = text[:LONGEST].split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 3 for part in parts):
        raise UserError(f"A drawing is 64 numbers from 0 to {visual.GREYS}, with dots between.")
    return [int(part) for part in parts]


def _picture(of: Vocabulary, row: int) -> np.ndarray:
    assert of.pictures is not None
    return (of.pictures[row : row + 1] / np.float32(255)).astype(np.float32)
