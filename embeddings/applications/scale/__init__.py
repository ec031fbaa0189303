"""How search grows with the number of vectors: requests, checked and complete."""

from __future__ import annotations

from embeddings import methods
from embeddings.errors import UserError
from embeddings.types import NearbySpec, ScaleSpec, Spec

SIZES = (10_000, 100_000, 400_000)
"""How many vectors are measured; the last is all that are packaged."""

RECALLS = (0.9, 0.95, 0.99)
"""Shares of the true neighbours that can be demanded."""

K = 10
LONGEST_WORD = 60


def table() -> Spec:
    """Return the request for the packaged vectors that are searched."""
    return methods.get("glove").spec("glove-400k")


def spec(size: int, turn: int = 1, of: Spec | None = None) -> ScaleSpec:
    """Return the request to measure the indexes of so many vectors.

    Raises
    ------
    UserError
        If the number is not from 1,000 to 400,000, or the turn not from 1 to 1,000.
    """
    if not 1_000 <= size <= SIZES[-1]:
        raise UserError(f"The size is {size:,}; it must be from 1,000 to {SIZES[-1]:,} vectors.")
    if not 1 <= turn <= 1_000:
        raise UserError(f"The turn is {turn}; it must be a whole number from 1 to 1000.")
    return ScaleSpec(of or table(), size, K, turn=turn)


def nearby_spec(word: str, of: Spec | None = None) -> NearbySpec:
    """Return the request for a word's neighbours by each way of searching.

    Raises
    ------
    UserError
        If there is no word, or one that is too long to be any.
    """
    plain = " ".join(word.split()).lower()
    if not plain:
        raise UserError("There is no word to look for: type one, such as piano.")
    if len(plain) > LONGEST_WORD:
        raise UserError(f"A word has at most {LONGEST_WORD} letters; this has {len(plain):,}.")
    return NearbySpec(of or table(), plain, K)
