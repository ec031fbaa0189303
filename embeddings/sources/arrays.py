"""Arrays in files, read a few rows at a time: what a header announces is never reserved."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from embeddings.sources.limits import Limits
from embeddings.sources.problems import refuse, short

PIECE = 2**20
NUMBERS = "fiub"
STRINGS = "US"


@dataclass(frozen=True)
class Shape:
    """What a header says: the name of an array, its type, its shape, its order."""

    name: str
    dtype: np.dtype
    shape: tuple[int, ...]
    by_columns: bool = False

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def row(self) -> int:
        """Bytes that one row of it takes."""
        return math.prod(self.shape[1:]) * self.dtype.itemsize

    @property
    def is_vectors(self) -> bool:
        """Whether it can be the vectors."""
        return len(self.shape) == 2 and self.dtype.kind in NUMBERS


def npy_header(file: IO[bytes], name: str) -> Shape:
    """Read the header of an array as NumPy writes it.

    Raises
    ------
    Refused
        If it is damaged, or the array is of objects.
    """
    try:
        version = np.lib.format.read_magic(file)
        reader = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with warnings.catch_warnings():
            # That Python 2 wrote it is no news to whoever brought it.
            warnings.simplefilter("ignore")
            shape, by_columns, dtype = reader(file, max_header_size=10_000)
    except Exception:
        # It is text that is parsed as Python's literals are: what that can raise has no end.
        refuse(f"The header of the array “{short(name)}” is damaged.", "Write it again: np.save.")
    if dtype.hasobject:
        refuse(
            f"The array “{short(name)}” is of Python objects, which only a pickle can hold.",
            "Save words with np.array(words, dtype=str), and vectors with dtype=np.float32.",
        )
    if not all(type(n) is int and 0 <= n < 2**60 for n in shape):
        refuse(
            f"The array “{short(name)}” has the shape {short(shape)}.", "Write it again: np.save."
        )
    return Shape(name, dtype, shape, by_columns)


def check_vectors(array: Shape, limits: Limits) -> None:
    """Check that an array can be the vectors, before anything of it is read.

    Raises
    ------
    Refused
        If it has other than two dimensions, no numbers, or too many.
    """
    name = short(array.name)
    if not array.is_vectors:
        refuse(
            f"The array “{name}” has the shape {short(array.shape)} and the type {array.dtype}.",
            "Vectors are an array of shape (words, numbers) of float32.",
        )
    rows, dim = array.shape
    if rows > limits.rows or dim > limits.dim or rows * dim > limits.numbers:
        refuse(
            f"The array “{name}” announces {rows:,} x {dim:,} numbers.",
            f"At most {limits.rows:,} rows of {limits.dim:,} and {limits.numbers:,} numbers fit: "
            "bring a part of it, or raise LSE_SOURCE_ROWS, _DIM or _NUMBERS.",
        )
    if not rows or not dim:
        refuse(f"The array “{name}” is empty: {rows:,} x {dim:,}.", "Bring at least two vectors.")


def pieces(file: IO[bytes], array: Shape) -> Iterator[NDArray[np.generic]]:
    """Yield some rows at a time, as many as there are.

    Raises
    ------
    Refused
        If the file ends before they do.
    """
    if array.by_columns and len(array.shape) > 1:
        yield from _by_columns(file, array)
        return
    rows, step = array.shape[0], max(1, PIECE // max(1, array.row))
    for start in range(0, rows, step):
        n = min(step, rows - start)
        data = _exactly(file, n * array.row, array.name)
        yield np.frombuffer(data, array.dtype).reshape(n, *array.shape[1:])


def _by_columns(file: IO[bytes], array: Shape) -> Iterator[NDArray[np.generic]]:
    # It grows with what arrives, and is turned when all of it is there.
    data = bytearray()
    while len(data) < array.size:
        data += _exactly(file, min(PIECE, array.size - len(data)), array.name)
    whole = np.frombuffer(data, array.dtype).reshape(array.shape, order="F")
    step = max(1, PIECE // max(1, array.row))
    for start in range(0, array.shape[0], step):
        yield np.ascontiguousarray(whole[start : start + step])


def _exactly(file: IO[bytes], n: int, name: str) -> bytes:
    parts, left = [], n
    while left:
        part = file.read(min(left, PIECE))
        if not part:
            refuse(
                f"The array “{short(name)}” ends before all of its numbers are there.",
                "The file is cut off, or its header lies: write or upload it again.",
            )
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def strings(piece: NDArray[np.generic]) -> list[str]:
    """Return some rows of an array of strings as text."""
    if piece.dtype.kind == "S":
        return [bytes(value).decode(errors="replace") for value in piece]
    try:
        return [str(value) for value in piece]
    except ValueError:
        refuse(
            "An array of words holds what is no text.", "Save it again: np.array(words, dtype=str)."
        )
