"""word2vec's text format: a header of two numbers, then a word and its numbers in each line."""

from __future__ import annotations

from embeddings.sources.context import Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.heads import header, lines_of, usual_dim
from embeddings.sources.rows import read_rows


def has_header(head: bytes) -> bool:
    """Whether the first line announces rows and numbers, and rows follow, or nothing does."""
    lines = lines_of(head)
    announced = header(lines[0]) if lines else None
    if announced is None:
        return False
    dim, share = usual_dim(lines[1:51])
    return len(lines) == 1 or announced[1] == dim or (dim > 1 and share > 0.5)


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is; fastText's files are the same, and told apart by their ending."""
    return 0.95 if has_header(head) and not named(name, (".vec",)) else 0.0


def read(reading: Reading) -> None:
    """Read the rows behind the header."""
    read_rows(reading, has_header=True)


FORMAT = Format(
    key="word2vec-text",
    label="word2vec, text",
    kinds=("vectors",),
    endings=(".txt", ".w2v"),
    recognise=recognise,
    read=read,
)
