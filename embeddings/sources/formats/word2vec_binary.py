"""word2vec's binary format: a header, then each word, a space, and its float32 numbers."""

from __future__ import annotations

from typing import IO

import numpy as np
from numpy.typing import NDArray

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
        size = reading.path.stat().st_size
        reading.gather.expect(announced[0], size, 4 * announced[1] + 2)
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
        words, end = _split(data, size, 4 * reading.limits.label, n)
        _add(words, _vectors(data, words, size), n, reading)
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


def _split(data: bytes, size: int, longest: int, before: int) -> tuple[list[bytes], int]:
    """Return the words whose vectors are whole, and where the last of these ends."""
    words: list[bytes] = []
    position, last = 0, len(data) - size
    find, append, step = data.find, words.append, size + 1
    space = find(b" ")
    while 0 <= space < last:
        append(data[position:space])
        position = space + step
        space = find(b" ", position)
    if (space if space >= 0 else len(data)) - position > longest:
        _no_word(before + len(words) + 1)
    return words, position


def _vectors(data: bytes, words: list[bytes], size: int) -> NDArray[np.float32]:
    """Return the vectors that stand behind those words, each of so many bytes."""
    if not words:
        return np.empty((0, size // 4), np.float32)
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    starts = np.cumsum(lengths + 1 + size) - size
    # A view of as many bytes from every place on, of which those of the vectors are taken.
    places = np.lib.stride_tricks.sliding_window_view(np.frombuffer(data, np.uint8), size)
    return places[starts].view("<f4")


def _add(words: list[bytes], vectors: NDArray[np.float32], before: int, reading: Reading) -> None:
    if not words:
        return
    numbers = range(before + 1, before + 1 + len(words))
    try:
        joined = b"\0".join(words).decode()
        labels = joined.split("\0")
        if len(labels) != len(words):
            raise ValueError
    except ValueError:
        pairs = zip(words, numbers, strict=True)
        labels = [_decoded(word, number, reading) for word, number in pairs]
        joined = "\n"
    if "\n" in joined:
        # What stands before a word may be the end of the line before it.
        labels = [label.lstrip("\n") for label in labels]
    reading.gather.add(labels, numbers, vectors)


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
