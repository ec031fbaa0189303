"""safetensors: a header of JSON and the numbers; one tensor is the vectors, the words lie beside.

The header is read here, with every bound checked: it is 8 bytes of length, JSON, and numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.sources.arrays import Shape, check_vectors, pieces
from embeddings.sources.context import Found, Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.pairing import add_paired, watched, word_list
from embeddings.sources.problems import refuse, short

HEADER = 10 * 2**20
TYPES = {"F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8"}
BITS = {"BOOL": 8, "U8": 8, "I8": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16}
BITS |= {"I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64}


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: eight bytes of length, then a JSON object."""
    if head[8:9] == b"{" and b"\0" in head[:8]:
        return 0.95
    return 0.9 if named(name, (".safetensors",)) else 0.0


def read(reading: Reading) -> None:
    """Read one tensor beside its words."""
    tensors, start = tensors_of(reading.path)
    array, begin, kind = _choose(tensors, reading)
    check_vectors(array, reading.limits)
    n = array.shape[0]
    words = word_list(reading, n)
    add_paired(
        reading, words, watched(reading, _rows(reading.path, array, start + begin, kind), n), n
    )
    reading.found = (Found(array.name, "vector"), *reading.found)


Tensors = dict[str, tuple[str, tuple[int, ...], int, int]]


def tensors_of(path: Path) -> tuple[Tensors, int]:
    """Return each tensor's type, shape, begin and end, and where the numbers start.

    Raises
    ------
    Refused
        If the header is damaged, or what it announces is not there.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(size - 8, HEADER):
            refuse(
                f"The header announces {length:,} bytes of itself; the file has {size:,}.",
                "It is no safetensors file, or it is cut off: write or upload it again.",
            )
        text = file.read(length)
    try:
        if text.count(b"[") + text.count(b"{") > 200_000:
            raise ValueError
        found = json.loads(text)
        tensors = {
            str(name): _entry(entry) for name, entry in found.items() if name != "__metadata__"
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        refuse("The header is damaged.", "Write the file again with safetensors.")
    _check_bounds(tensors, size - 8 - length)
    return tensors, 8 + length


def _entry(entry: dict[str, Any]) -> tuple[str, tuple[int, ...], int, int]:
    shape = tuple(entry["shape"])
    begin, end = entry["data_offsets"]
    if not all(type(n) is int and 0 <= n < 2**48 for n in (*shape, begin, end)) or len(shape) > 16:
        raise ValueError
    return str(entry["dtype"]), shape, begin, end


def _check_bounds(tensors: Tensors, size: int) -> None:
    before = 0
    for name, (kind, shape, begin, end) in sorted(tensors.items(), key=lambda t: t[1][2:]):
        n = 1
        for length in shape:
            n *= length
        if begin != before or end > size or (kind in BITS and end - begin != n * BITS[kind] // 8):
            refuse(
                f"The tensor “{short(name)}” does not lie where the header says.",
                "The header lies, or the file is cut off: write or upload it again.",
            )
        before = end
    if before != size:
        refuse(f"There are {size - before:,} bytes of no tensor.", "Write or upload it again.")


def _choose(tensors: Tensors, reading: Reading) -> tuple[Shape, int, str]:
    able = {n: t for n, t in tensors.items() if t[0] in TYPES and len(t[1]) == 2}
    chosen = reading.options.tensor
    shown = ", ".join(f"“{short(n, 30)}” {short(t[1])}" for n, t in list(tensors.items())[:5])
    if chosen and chosen not in able:
        refuse(f"There is no tensor “{short(chosen)}” of vectors.", f"There are {shown}.")
    if not able:
        refuse(
            f"No tensor is of vectors; there are {shown or 'none'}.",
            "Save one of shape (words, numbers) and type float32, float16 or bfloat16.",
        )
    if len(able) > 1 and not chosen:
        reading.ambiguous.append(f"Several tensors can be the vectors: {shown}.")
    named_so = [n for n in able if "embed" in n.lower() or "vector" in n.lower()]
    name = chosen or max(named_so or able, key=lambda n: able[n][1][0])
    kind, shape, begin, _ = able[name]
    return Shape(name, np.dtype(TYPES[kind]), shape), begin, kind


def _rows(path: Path, array: Shape, start: int, kind: str) -> Iterator[NDArray[Any]]:
    with path.open("rb") as file:
        file.seek(start)
        for piece in pieces(file, array):
            if kind == "BF16":
                # The upper half of a float32.
                yield (piece.astype(np.uint32) << 16).view(np.float32)
            else:
                yield piece


FORMAT = Format(
    key="safetensors",
    label="safetensors with a list of words",
    kinds=("vectors",),
    endings=(".safetensors",),
    recognise=recognise,
    read=read,
    pair="always",
)
