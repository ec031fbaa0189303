"""Vectors to take along: the text format of word2vec, and npz without a pickle."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np

from embeddings.types import EmbeddingTable

AT_ONCE = 500
"""Words that are written at a time."""


def as_text(table: EmbeddingTable) -> Iterator[bytes]:
    """Yield a dense table as word2vec writes one: a line of sizes, then a word a line.

    Nine digits: read again, every number is the same float32.
    """
    yield f"{len(table)} {table.dim}\n".encode()
    form = " ".join(["%.9g"] * table.dim)
    for start in range(0, len(table), AT_ONCE):
        rows = np.asarray(table.vectors[start : start + AT_ONCE]).tolist()
        words = table.words[start : start + AT_ONCE]
        lines = (f"{word} {form % tuple(row)}\n" for word, row in zip(words, rows, strict=True))
        yield "".join(lines).encode()


def as_npz(table: EmbeddingTable) -> bytes:
    """Return a dense table as an npz: ``words`` (array of strings) and ``vectors`` (float32).

    ``np.load(path, allow_pickle=False)`` reads it.
    """
    buffer = io.BytesIO()
    np.savez(buffer, words=np.array(table.words, dtype=np.str_), vectors=table.vectors)
    return buffer.getvalue()
