"""GloVe's text format: a word and its numbers in each line, and no header."""

from __future__ import annotations

from embeddings.sources.context import Reading
from embeddings.sources.formats import Format
from embeddings.sources.formats.word2vec_text import has_header
from embeddings.sources.heads import fraction_of_fractions, lines_of, usual_dim
from embeddings.sources.rows import looks_like_rows, read_rows


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: as many numbers behind the word in nearly every line."""
    lines = lines_of(head)
    if has_header(head) or (lines and lines[0].lstrip()[:1] in ("{", "[")):
        return 0.0
    share = looks_like_rows(lines)
    dim, _ = usual_dim(lines[:50])
    if dim < 2 and fraction_of_fractions(lines[:50]) < 0.5:
        return 0.0
    return 0.9 * share if share > 0.5 else 0.0


def read(reading: Reading) -> None:
    """Read the rows."""
    read_rows(reading, has_header=False)


FORMAT = Format(
    key="glove",
    label="GloVe, text",
    kinds=("vectors",),
    endings=(".txt",),
    recognise=recognise,
    read=read,
)
