"""The Embedding Projector's pair: vectors.tsv, numbers between tabs, and metadata.tsv."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.sources.context import Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.gather import check_dim
from embeddings.sources.heads import is_number, lines_of
from embeddings.sources.pairing import add_paired, word_list
from embeddings.sources.problems import refuse
from embeddings.sources.stream import Block, head


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: nothing but numbers, as many in each line."""
    lines = [line for line in lines_of(head)[:50] if line.strip()]
    if not lines:
        return 0.0
    rows = [line.split("\t") for line in lines]
    numbers = sum(len(row) == len(rows[0]) and all(map(is_number, row)) for row in rows)
    if numbers < 0.9 * len(rows) or (len(rows[0]) < 2 and not named(name, (".tsv",))):
        return 0.0
    # One number a line may be the other file, of labels that are numbers.
    return 0.5 if len(rows[0]) == 1 else 0.94 if numbers == len(rows) else 0.85


def read(reading: Reading) -> None:
    """Read the vectors beside their words, and what is said of each."""
    words = word_list(reading)
    start = lines_of(head(reading.path))
    first = next((line for line in start if line.strip()), "")
    dim = len(first.split("\t")) if first else 0
    check_dim(dim, reading.limits)
    add_paired(reading, words, _rows(reading, dim))


def _rows(reading: Reading, dim: int) -> Iterator[NDArray[Any]]:
    for block in reading.lines():
        filled = [line for line in block.lines if line.strip()]
        right = all(line.count(b"\t") == dim - 1 for line in filled)
        found = _parse(b"\t".join(filled)) if right else None
        if found is None or found.size != len(filled) * dim:
            yield _each(reading, block, dim)
        else:
            yield found.reshape(-1, dim)


def _parse(text: bytes) -> NDArray[np.float32] | None:
    try:
        found: NDArray[np.float32] = np.fromstring(text.replace(b"\t", b" "), np.float32, sep=" ")
    except ValueError:
        return None
    return found


def _each(reading: Reading, block: Block, dim: int) -> NDArray[np.float32]:
    """Read line by line, to tell which one is wrong."""
    rows = []
    for number, line in enumerate(block.lines, block.first):
        if not line.strip():
            continue
        row = _parse(line)
        if row is None:
            refuse(
                f"Line {number:,} of the vectors holds something that is no number.",
                "Correct it: the words of the other file belong to the lines of this one.",
                number,
            )
        if row.size != dim:
            refuse(
                f"Line {number:,} of the vectors has {row.size:,} numbers instead of {dim:,}.",
                "Correct it: the words of the other file belong to the lines of this one.",
                number,
            )
        rows.append(row)
    return np.stack(rows) if rows else np.empty((0, dim), np.float32)


FORMAT = Format(
    key="projector",
    label="Embedding Projector: vectors.tsv and metadata.tsv",
    kinds=("vectors",),
    endings=(".tsv",),
    recognise=recognise,
    read=read,
    pair="always",
)
