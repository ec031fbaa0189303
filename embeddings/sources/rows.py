"""Lines of a word and its numbers, as word2vec, GloVe and fastText write them.

A block of lines is read in one go; only where that fails is it read line by line, to tell which
line is wrong. Where a word holds spaces, the numbers are counted from the right.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.sources.context import Reading
from embeddings.sources.gather import check_dim
from embeddings.sources.heads import header, is_number, lines_of, usual_dim
from embeddings.sources.problems import Ledger, refuse
from embeddings.sources.stream import Block, head

# A number that ends a word is a part of its name ("iphone 5"), but hardly one so exact.
_EXACT = re.compile(rb"[ ][+-]?(\d*\.\d{3,}|\d(\.\d+)?e[+-]\d+)$")


def read_rows(reading: Reading, has_header: bool) -> None:
    """Read all rows of the first file.

    Raises
    ------
    Refused
        If there are none, or something would have to be mended and that is not accepted.
    """
    start = lines_of(head(reading.path))
    announced = header(start[0]) if start and has_header else None
    if announced and not any(line.strip() for line in start[1:]):
        refuse("There are no rows behind the header.", "Bring a file with at least two.", 1)
    dim, _ = usual_dim(start[1:51] if announced else start[:50])
    check_dim(dim, reading.limits)
    reading.kind = "vectors"
    if announced and announced[1] != dim:
        saying = f"The header announces {announced[1]:,} numbers a row, and most rows have {dim:,}"
        reading.ledger.note("header", saying, 1)
    if announced:
        # A number takes two bytes at least: a digit and a space.
        reading.gather.expect(announced[0], reading.path.stat().st_size, 2 * dim + 2)
    n = 0
    for block in reading.lines():
        if block.first == 1 and announced:
            block = Block(block.lines[1:], 2)
        labels, vectors, lines = parse(block, dim, reading.ledger)
        n += len(lines)
        reading.gather.add(labels, lines, vectors)
    left_out = sum(reading.ledger.counts().get(key, 0) for key in ("length", "number"))
    if announced and announced[0] != n + left_out:
        saying = f"The header announces {announced[0]:,} rows, and there are {n + left_out:,}"
        reading.ledger.note("header", saying, 1)
    if not n:
        refuse("No line holds a word and its numbers.", "Choose another format.", 1)


def parse(
    block: Block, dim: int, ledger: Ledger
) -> tuple[list[str], NDArray[np.float32], list[int]]:
    """Return the words, the vectors of shape (n, dim) and the line of each row of a block."""
    words, rests = [], []
    clean = True
    for line in block.lines:
        word, _, rest = line.rstrip().partition(b" ")
        if rest.count(b" ") != dim - 1:
            clean = False
            break
        words.append(word)
        rests.append(rest)
    if clean and (found := _numbers(rests, dim)) is not None:
        lines = list(range(block.first, block.first + len(words)))
        return _decoded(words), found, lines
    return _parse_each(block, dim, ledger)


def _parse_each(
    block: Block, dim: int, ledger: Ledger
) -> tuple[list[str], NDArray[np.float32], list[int]]:
    words, rests, lines = [], [], []
    for number, line in enumerate(block.lines, block.first):
        split = _split(line, dim)
        if split is None:
            if line.strip():
                _note(line, dim, number, ledger)
            continue
        words.append(split[0])
        rests.append(b" ".join(split[1]))
        lines.append(number)
    found = _numbers(rests, dim)
    if found is None:
        good, rows = [], []
        for i, rest in enumerate(rests):
            row = _numbers([rest], dim)
            if row is None:
                strange = next(t for t in rest.split() if _numbers([t], 1) is None)
                saying = "A row with something that is no number"
                ledger.note("number", saying, lines[i], strange.decode())
            else:
                good.append(i)
                rows.append(row)
        words, lines = [words[i] for i in good], [lines[i] for i in good]
        found = np.concatenate(rows) if rows else np.empty((0, dim), np.float32)
    return _decoded(words), found, lines


def _split(line: bytes, dim: int) -> tuple[bytes, list[bytes]] | None:
    """Split a line into its word and as many tokens as it should have, None if it has others."""
    parts = line.replace(b"\t", b" ").rsplit(None, dim)
    if len(parts) == dim and line[:1] in b" \t":
        return b"", parts
    if len(parts) != dim + 1 or _EXACT.search(parts[0]):
        return None
    return parts[0], parts[1:]


def _note(line: bytes, dim: int, number: int, ledger: Ledger) -> None:
    text = line.decode()
    if header(text):
        ledger.note("header", "A second header in the middle", number, text)
        return
    have = max(0, len(text.split()) - 1)
    saying = f"A row with another number of numbers than {dim:,}"
    ledger.note("length", saying, number, text.split()[0], f"which has {have:,}")


def _numbers(rests: list[bytes], dim: int) -> NDArray[np.float32] | None:
    """Return the numbers of many rows, None if there is anything else or another number of them."""
    try:
        flat: NDArray[Any] = np.fromstring(b" ".join(rests), np.float32, sep=" ")
    except ValueError:
        return None
    if flat.size != len(rests) * dim:
        return None
    return flat.reshape(-1, dim)


def _decoded(words: list[bytes]) -> list[str]:
    return b"\n".join(words).decode().split("\n") if words else []


def looks_like_rows(lines: list[str]) -> float:
    """Return how much lines look like words with as many numbers each, from 0 to 1."""
    filled = [line for line in lines[:50] if line.strip()]
    if not filled or any("\t" in line and " " not in line for line in filled):
        return 0.0
    dim, share = usual_dim(filled)
    named = sum(not is_number(line.split()[0]) for line in filled) / len(filled)
    return share if dim >= 1 and named > 0.2 else 0.0
