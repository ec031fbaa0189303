"""The address of a search: ``?q=Who walked on the moon?&in=paragraphs``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from embeddings.applications import search
from embeddings.errors import UnknownName

USUAL = {
    "paragraphs": "How do plants and animals live together in the sea?",
    "definitions": "a person who makes barrels",
}
"""What is asked where nothing is."""

EXAMPLES = {
    "paragraphs": (
        ("Who was the first man on the moon?", "half of the answers are the same"),
        (
            "Why did the colonies fight the king?",
            "they agree on the first; of the words, some find Achilles",
        ),
        ("a machine that thinks like a human being", "words: androids; meaning: algorithms"),
        ("Ethnologue", "a rare name: only the words find it"),
        ("books about a society without government", "meaning finds anarchism"),
    ),
    "definitions": (
        ("a person who makes barrels", "cooper"),
        ("when the moon hides the sun", "eclipse, which does not come first"),
        ("the noise after lightning", "thunder"),
        ("when the ground suddenly trembles and houses fall down", "earthquake"),
        ("a mountain that spits out lava", "volcano"),
    ),
}
"""Questions worth asking, each with what to look for."""


@dataclass(frozen=True)
class Asking:
    """What somebody asks, and of what."""

    question: str
    over: str


def read(query: Mapping[str, str]) -> tuple[Asking, tuple[str, ...]]:
    """Return what a query asks, and one line for each thing wrong in it."""
    problems = []
    over = query.get("in", "paragraphs")
    if over not in search.SOURCES:
        error = UnknownName("source to search", over, search.SOURCES)
        problems.append(f"{error} Searching paragraphs.")
        over = "paragraphs"
    question = search.clean(query["q"]) if "q" in query else USUAL[over]
    return Asking(question[: search.LONGEST], over), tuple(problems)


def write(asking: Asking) -> dict[str, str]:
    """Return the query that stands for a question; the usual source is left out."""
    over = {} if asking.over == "paragraphs" else {"in": asking.over}
    return {"q": asking.question, **over}
