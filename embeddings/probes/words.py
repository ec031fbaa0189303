"""Looking words up in a table as people write them: capital letters or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UnknownName, UserError
from embeddings.sources import called
from embeddings.types import EmbeddingTable

SUGGEST_FROM = 20_000
"""The frequent words are enough to suggest from; comparing with all would take seconds."""


def find(table: EmbeddingTable, word: str) -> int | None:
    """Return the row of a word, None where the table has no vector for it.

    The word as it is written comes first, then in small letters, then the first word that differs
    from it in capital letters alone.
    """
    word = word.strip()
    for form in (word, word.lower(), word.upper().lower()):
        if form in table.index:
            return table.index[form]
    return table.capitals.get(word.upper())


def row(table: EmbeddingTable, word: str) -> int:
    """Return the row of a word.

    Raises
    ------
    UserError
        If the table has no vector for it.
    UnknownName
        If its vocabulary has no such word; the message offers the nearest spellings.
    """
    found = find(table, word)
    if found is not None:
        return found
    if {word.strip(), word.strip().lower()} & set(table.missing):
        raise UserError(
            f"{called(table.spec.method)} has no vector for {word!r}: choose another one."
        )
    raise UnknownName("word", word, table.words[:SUGGEST_FROM])


def sort_out(table: EmbeddingTable, words: Iterable[str]) -> tuple[list[int], tuple[str, ...]]:
    """Return the rows of the words that the table knows, each once, and the words it does not."""
    rows: dict[int, None] = {}
    missing: dict[str, None] = {}
    for word in words:
        found = find(table, word)
        if found is None:
            missing[word] = None
        else:
            rows[found] = None
    return list(rows), tuple(missing)


def units(table: EmbeddingTable, rows: Iterable[int]) -> NDArray[np.float32]:
    """Return the unit vectors of some rows as a dense array of shape (n_rows, dim).

    Nothing but these rows is copied; a zero vector stays zero.
    """
    chosen = list(rows)
    vectors: Any = table.vectors[chosen]
    dense = vectors.toarray() if table.is_sparse else np.asarray(vectors)
    lengths = table.lengths[chosen]
    return np.asarray(dense / np.where(lengths > 0, lengths, np.float32(1))[:, None], np.float32)
