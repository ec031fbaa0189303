"""word2vec's binary format: a header, then each word, a space, and its float32 numbers."""

from __future__ import annotations

from typing import IO

import numpy as np

from embeddings.sources.context import Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.gather import check_dim
from embeddings.sources.heads import header, numbers_at_end
from embeddings.sources.problems import refuse
from embeddings.sources.stream import open_stream

CHUNK = 4 * 2**20


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: two numbers in a line, then what is no text."""
    line, newline, _ = head[:64].partition(b"\n")
    announced = header(line.decode("latin-1")) if newline else None
    if announced is None or not announced[1] >= 1:
        return 0.0
    rest = head[len(line) + 1 :]
    row = rest.partition(b"\n")[0]
    # As text, a row ends with numbers; as float32, hardly ever.
    is_text = b"\0" not in row and numbers_at_end(row.decode("latin-1")) > 0
    if b" " not in rest or is_text or _is_plain(rest):
        return 0.3 if named(name, (".bin",)) else 0.0
    return 0.97


def _is_plain(data: bytes) -> bool:
    return b"\0" not in data and all(byte > 31 or byte in b"\t\r\n" for byte in data[:4096])


def read(reading: Reading) -> None:
    """Read the rows; their number is what there are, whatever the header announces."""
    reading.kind = "vectors"
    reading.ledger.unit = "row"
    with open_stream(reading.path) as file:
        line = file.readline(64)
        announced = header(line.decode("latin-1")) if line.endswith(b"\n") else None
        if announced is None:
            refuse(
                "The first line is not the two numbers of word2vec's header.",
                "Choose another format.",
                1,
            )
        check_dim(announced[1], reading.limits)
        n = _read_rows(file, announced[1], reading)
    reading.encoding = "utf-8"
    if n != announced[0]:
        saying = f"The header announces {announced[0]:,} rows, and there are {n:,}"
        reading.ledger.note("header", saying, None)


def _read_rows(file: IO[bytes], dim: int, reading: Reading) -> int:
    size, n, carry = 4 * dim, 0, b""
    total = max(1, reading.path.stat().st_size)
    done = 0
    while piece := file.read(CHUNK):
        done += len(piece)
        data = carry + piece
        # A word is 4 bytes a character at most.
        words, rows, end = _split(data, size, 4 * reading.limits.label, n)
        _add(words, b"".join(rows), dim, n, reading)
        n += len(words)
        carry = data[end:]
        if done > reading.limits.expanded:
            refuse(
                f"The file grows beyond {reading.limits.expanded:,} bytes when expanded.",
                "Bring a part of it, or raise LSE_SOURCE_EXPANDED_MB.",
            )
        reading.moved(min(1.0, done / total))
    if carry.strip(b"\r\n"):
        reading.ledger.note("cut", "The file ends in the middle of a row", n + 1)
    return n


def _split(
    data: bytes, size: int, longest: int, before: int
) -> tuple[list[bytes], list[bytes], int]:
    """Return the words and the bytes of the vectors that are whole, and where they end."""
    words: list[bytes] = []
    rows: list[bytes] = []
    position, last = 0, len(data) - size
    find = data.find
    while True:
        space = find(b" ", position)
        if space < 0 or space >= last:
            if (space if space >= 0 else len(data)) - position > longest:
                _no_word(before + len(words) + 1)
            return words, rows, position
        words.append(data[position:space])
        position = space + 1 + size
        rows.append(data[space + 1 : position])


def _add(words: list[bytes], rows: bytes, dim: int, before: int, reading: Reading) -> None:
    if not words:
        return
    vectors = np.frombuffer(rows, "<f4").reshape(-1, dim)
    numbers = range(before + 1, before + 1 + len(words))
    try:
        # What stands before a word is the end of the line before it.
        labels = b"\0".join(words).decode().split("\0")
        if len(labels) != len(words):
            raise ValueError
    except ValueError:
        labels = [
            _decoded(word, number, reading) for word, number in zip(words, numbers, strict=True)
        ]
    reading.gather.add([label.lstrip("\n") for label in labels], numbers, vectors)


def _decoded(word: bytes, number: int, reading: Reading) -> str:
    try:
        return word.decode()
    except UnicodeDecodeError:
        if "latin-1" in reading.ledger.accepted:
            return word.decode("latin-1")
        text = word.decode(errors="replace")
        reading.ledger.note("bytes", "A word with bytes that are not UTF-8", number, text)
        return text


def _no_word(row: int) -> None:
    refuse(
        f"Row {row:,} has no word where one must stand.",
        "The numbers may not be float32, or a word before it holds a space: save it as text.",
        row,
    )


FORMAT = Format(
    key="word2vec-binary",
    label="word2vec, binary",
    kinds=("vectors",),
    endings=(".bin",),
    recognise=recognise,
    read=read,
)
