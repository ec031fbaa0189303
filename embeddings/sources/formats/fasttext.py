"""fastText's .vec: word2vec's text format, with a space at the end of each line."""

from __future__ import annotations

from embeddings.sources.formats import Format, named
from embeddings.sources.formats.word2vec_text import has_header, read


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: by the header, and by the ending."""
    return 0.95 if has_header(head) and named(name, (".vec",)) else 0.0


FORMAT = Format(
    key="fasttext",
    label="fastText .vec",
    kinds=("vectors",),
    endings=(".vec",),
    recognise=recognise,
    read=read,
)
