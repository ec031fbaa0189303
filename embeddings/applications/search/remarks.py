"""What has to be said of an answer: what was cut off, what nobody knows, what was not searched."""

from __future__ import annotations

from embeddings.applications.search.questions import LONGEST, clean
from embeddings.applications.search.texts import SOURCES
from embeddings.types import Found

FEW = 6
"""So many unknown words are named."""


def remarks(found: Found, question: str) -> list[str]:
    """Return one line for each thing that somebody who reads the answer must know.

    Parameters
    ----------
    question : as it was asked, before it was cut
    """
    said = []
    nouns = SOURCES[found.spec.over].nouns
    asked = clean(question)
    if len(asked) > LONGEST:
        said.append(
            f"The question has {len(asked):,} characters; only the first {LONGEST:,} are read."
        )
    if 0 < found.read < found.pieces:
        said.append(
            f"By meaning only its first {found.read} word pieces of {found.pieces} are read: the "
            "model was trained for no more."
        )
    if not found.known:
        which = (
            f"None of the {nouns} has any of these words"
            if found.unknown
            else ("The question has no words of the letters a to z")
        )
        said.append(f"{which}: nothing is found by words.")
    elif found.unknown:
        named = ", ".join(found.unknown[:FEW])
        more = f" and {len(found.unknown) - FEW} more" if len(found.unknown) > FEW else ""
        said.append(f"In none of the {nouns}: {named}{more}.")
    if not found.read:
        said.append("The model knows none of these characters: nothing is found by meaning.")
    elif not (found.known or found.unknown):
        said.append("The model learned from English: what it finds for other scripts means little.")
    elif not found.known:
        said.append(
            "By meaning something is always nearest, even to words that nobody knows: mind how "
            "low the cosines are."
        )
    return said
