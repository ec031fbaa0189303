"""A question as it is asked: cleaned, cut to what is read, and refused where there is none."""

from __future__ import annotations

from embeddings.applications.search.texts import CHUNK, index_spec
from embeddings.errors import UserError
from embeddings.types import SearchSpec

LONGEST = 2_000
"""Characters of a question that are read at most: about 330 words."""


def clean(question: str) -> str:
    """Return a question on one line, without half characters and marks that nobody sees."""
    whole = question.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in whole).split())


def spec(question: str, over: str = "paragraphs", n_chunks: int = 0, k: int = 10) -> SearchSpec:
    """Return the request for what a question finds; what is longer than `LONGEST` is cut off.

    Parameters
    ----------
    n_chunks : how many chunks of definitions are there to be searched; 0 for all
    k : how many answers

    Raises
    ------
    UserError
        If there is no question, or no such source.
    """
    index_spec(over)
    text = clean(question)[:LONGEST].strip()
    if not text:
        raise UserError("There is no question. Write one, or the description of a word.")
    if not 1 <= k <= 100:
        raise UserError(f"{k} answers cannot be shown; ask for 1 to 100.")
    return SearchSpec(text, over, 0 if over == "paragraphs" else n_chunks * CHUNK, k)
