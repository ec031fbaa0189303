"""The address of a word's contexts: ``?word=bank&algorithm=pca&colour=labels&own=none``.

The layer and the selected sentences are kept in the fragment, by the component itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from embeddings.errors import UserError
from embeddings.inside import own_sentences
from pages.shared import offers

PAGE = "contexts"
ALGORITHMS = {"umap": "UMAP", "pca": "PCA"}
COLOURS = {"groups": "Groups found", "labels": "Labels given"}
OWN = {"examples": "Ten packaged", "mine": "My own", "none": "None"}
CORPUS = "packaged"
LONGEST = 300
"""Characters of a sentence in the address."""


@dataclass(frozen=True)
class Asking:
    """What somebody wants to see.

    Attributes
    ----------
    word : as it was typed
    algorithm, colour : how the map is drawn, and what its colours say
    own : which sentences are read beside the corpus's
    text : the corpus that the word is read in
    first, second : the two sentences that are compared; empty for the packaged ones
    """

    word: str = "bank"
    algorithm: str = "umap"
    colour: str = "groups"
    own: str = "examples"
    text: str = CORPUS
    first: str = ""
    second: str = ""


def texts() -> dict[str, str]:
    """Return the texts that a word can be read in, and what people read for them."""
    own = {name: offers.label(name) for name in offers.of_kind("text")}
    return {CORPUS: "Dictionary and Wikipedia"} | own


def read(query: Mapping[str, str]) -> tuple[Asking, tuple[str, ...]]:
    """Return what a query asks for, and one line for each thing wrong in it."""
    problems: list[str] = []
    default = Asking()

    def pick(name: str, valid: Mapping[str, str], kind: str) -> str:
        usual = getattr(default, name)
        value = query.get(name, usual)
        if value in valid:
            return value
        problems.append(f"{offers.unknown(kind, value, tuple(valid))} Showing {usual}.")
        return usual

    return (
        Asking(
            query.get("word", default.word)[:2000],
            pick("algorithm", ALGORITHMS, "way to draw a map"),
            pick("colour", COLOURS, "colouring"),
            pick("own", OWN, "choice of sentences"),
            pick("text", texts(), "text"),
            query.get("first", "")[:LONGEST],
            query.get("second", "")[:LONGEST],
        ),
        tuple(problems),
    )


def write(asking: Asking) -> dict[str, str]:
    """Return the query that stands for it; what is as usual is left out."""
    default = Asking()
    query = {"word": asking.word}
    for name in ("algorithm", "colour", "own", "text", "first", "second"):
        value = getattr(asking, name)
        if value != getattr(default, name):
            query[name] = value
    return query


def word_of(asking: Asking) -> tuple[str | None, str]:
    """Return the word as the corpus spells it; or None, and why it is none."""
    try:
        return own_sentences.check_word(asking.word), ""
    except UserError as error:
        return None, str(error)
