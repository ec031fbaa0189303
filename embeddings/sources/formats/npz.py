"""NumPy's .npz: arrays of words and of vectors in one file, and never a pickle."""

from __future__ import annotations

import zipfile
import zlib
from typing import Any

import numpy as np

from embeddings.errors import UserError
from embeddings.sources.arrays import (
    NUMBERS,
    STRINGS,
    Shape,
    check_vectors,
    npy_header,
    pieces,
    strings,
)
from embeddings.sources.context import Found, Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.pairing import WordList, add_paired, watched, word_list
from embeddings.sources.problems import refuse, short

WORDS = ("words", "labels", "vocab", "vocabulary", "tokens", "keys", "index")
VECTORS = ("vectors", "embeddings", "embedding", "vecs", "weights", "matrix", "x")
MOST = 1_000
# What zipfile raises where a file is not as it says, is locked or packed in another way: found by
# damaging files at random. That a kind of packing is unknown is a RuntimeError too.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, UnicodeDecodeError)


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: a zip file whose first name ends with .npy."""
    if head.startswith(b"PK\x03\x04"):
        first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
        return 1.0 if first.endswith(b".npy") else 0.0
    return 0.5 if named(name, (".npz",)) else 0.0


def read(reading: Reading) -> None:
    """Read the vectors, their words, and what other arrays say of each word."""
    try:
        with zipfile.ZipFile(reading.path) as archive:
            _read(archive, reading)
    except UserError:
        raise
    except DAMAGED:
        refuse("The .npz file is damaged or cut off.", "Write it again with np.savez.")


def _read(archive: zipfile.ZipFile, reading: Reading) -> None:
    arrays = _headers(archive, reading)
    vectors = _vectors(arrays, reading)
    check_vectors(vectors, reading.limits)
    n = vectors.shape[0]
    beside = [a for a in arrays.values() if a.shape == (n,) and a is not vectors]
    texts = [a for a in beside if a.dtype.kind in STRINGS]
    words = _words(texts, reading.options.word)
    if words is None:
        if len(reading.files) < 2:
            _explain_no_words(arrays, n)
        found = word_list(reading, n)
    else:
        found = WordList(_strings(archive, words, reading), {}, list(range(1, n + 1)))
        reading.ledger.unit = "row"
    kept = reading.options.columns
    for array in beside:
        if array is not words and (kept is None or array.name in kept):
            found.columns[array.name] = _cells(archive, array, reading)
    with archive.open(vectors.name + ".npy") as file:
        npy_header(file, vectors.name)
        add_paired(reading, found, watched(reading, pieces(file, vectors), n), n)
    used = [Found(vectors.name, "vector")]
    used += [Found(words.name, "word")] if words else []
    reading.found = (*used, *reading.found)


def _headers(archive: zipfile.ZipFile, reading: Reading) -> dict[str, Shape]:
    """Return what each array is; nothing is written anywhere, and no name is a path."""
    members = archive.infolist()
    if len(members) > MOST:
        refuse(f"The file holds {len(members):,} arrays.", f"At most {MOST:,} can be read.")
    arrays = {}
    for member in members:
        if not member.filename.endswith(".npy"):
            refuse(
                f"The file holds “{short(member.filename)}”, which is no array.",
                "Bring a file that np.savez has written.",
            )
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            refuse("The file is packed as np.savez never does.", "Write it again with np.savez.")
        name = member.filename.removesuffix(".npy")
        with archive.open(member) as file:
            arrays[name] = npy_header(file, name)
        if arrays[name].size > min(member.file_size, reading.limits.expanded):
            refuse(
                f"The array “{short(name)}” announces {arrays[name].size:,} bytes and has "
                f"{member.file_size:,}; {reading.limits.expanded:,} can be read.",
                "Its header lies, or it is too large: write it again with np.savez.",
            )
    return arrays


def _vectors(arrays: dict[str, Shape], reading: Reading) -> Shape:
    chosen = reading.options.tensor
    if chosen:
        if chosen not in arrays:
            refuse(f"There is no array “{short(chosen)}”.", f"There are {_names(arrays)}.")
        return arrays[chosen]
    able = {name: array for name, array in arrays.items() if array.is_vectors}
    if not able:
        refuse(
            f"No array is of vectors; there are {_names(arrays)}.",
            "Save one of shape (words, numbers): np.savez(file, words=words, vectors=vectors).",
        )
    if len(able) > 1:
        reading.ambiguous.append(f"Several arrays can be the vectors: {_names(able)}.")
    by_name = next((able[n] for n in able if n.lower() in VECTORS), None)
    return by_name or max(able.values(), key=lambda array: array.size)


def _words(texts: list[Shape], chosen: str) -> Shape | None:
    names = {array.name: array for array in texts}
    if chosen:
        return names.get(chosen)
    found = next((array for array in texts if array.name.lower() in WORDS), None)
    return found or (texts[0] if texts else None)


def _explain_no_words(arrays: dict[str, Shape], n: int) -> None:
    refuse(
        f"No array holds {n:,} words; there are {_names(arrays)}.",
        "Save them too: np.savez(file, words=np.array(words, dtype=str), vectors=vectors).",
    )


def _names(arrays: dict[str, Shape]) -> str:
    shown = [f"“{short(name, 20)}” {short(array.shape)}" for name, array in arrays.items()]
    return ", ".join(shown[:5]) or "none"


def _strings(archive: zipfile.ZipFile, array: Shape, reading: Reading) -> list[str]:
    found: list[str] = []
    with archive.open(array.name + ".npy") as file:
        npy_header(file, array.name)
        for piece in pieces(file, array):
            found += strings(piece)
            reading.moved(0.0)
    return found


def _cells(archive: zipfile.ZipFile, array: Shape, reading: Reading) -> list[Any]:
    if array.dtype.kind in STRINGS:
        return _strings(archive, array, reading)
    if array.dtype.kind not in NUMBERS:
        return [None] * array.shape[0]
    with archive.open(array.name + ".npy") as file:
        npy_header(file, array.name)
        numbers = np.concatenate([piece.astype(np.float64) for piece in pieces(file, array)])
    return [float(x) if np.isfinite(x) else None for x in numbers]


FORMAT = Format(
    key="npz",
    label="NumPy .npz",
    kinds=("vectors",),
    endings=(".npz",),
    recognise=recognise,
    read=read,
    pair="may",
)
