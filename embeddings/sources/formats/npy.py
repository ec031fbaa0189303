"""NumPy's .npy: the vectors alone, with their words in a second file."""

from __future__ import annotations

from embeddings.sources.arrays import check_vectors, npy_header, pieces
from embeddings.sources.context import Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.pairing import add_paired, watched, word_list
from embeddings.sources.problems import refuse


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: by the first six bytes."""
    return 1.0 if head.startswith(b"\x93NUMPY") else 0.5 if named(name, (".npy",)) else 0.0


def read(reading: Reading) -> None:
    """Read the vectors beside their words."""
    with reading.path.open("rb") as file:
        array = npy_header(file, "vectors")
        check_vectors(array, reading.limits)
        have = reading.path.stat().st_size - file.tell()
        if have != array.size:
            refuse(
                f"The header announces {array.size:,} bytes of numbers, and there are {have:,}.",
                "The file is cut off, or its header lies: write or upload it again.",
            )
        words = word_list(reading, array.shape[0])
        vectors = watched(reading, pieces(file, array), array.shape[0])
        add_paired(reading, words, vectors, array.shape[0])


FORMAT = Format(
    key="npy",
    label="NumPy .npy with a list of words",
    kinds=("vectors",),
    endings=(".npy",),
    recognise=recognise,
    read=read,
    pair="always",
)
