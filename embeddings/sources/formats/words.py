"""Words alone: one a line, or many in a line where something plainly separates them."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.sources.context import Reading
from embeddings.sources.formats import Format, named
from embeddings.sources.heads import lines_of
from embeddings.sources.problems import refuse
from embeddings.sources.stream import head

SEPARATORS = ("\t", ";", ",")


def separator(lines: Sequence[str]) -> str:
    """Return what separates words within a line: "" where there is one a line."""
    filled = [line for line in lines if line.strip()]
    for sign in SEPARATORS:
        parts = [part for line in filled for part in line.split(sign) if part.strip()]
        separated = sum(sign in line.strip().rstrip(sign) for line in filled)
        # Plainly so: in most lines, and what it leaves is short.
        if filled and separated > 0.5 * len(filled) and _are_short(parts):
            return sign
    return ""


def _are_short(parts: Sequence[str]) -> bool:
    return sum(part.strip().count(" ") <= 3 for part in parts) >= 0.9 * len(parts)


def recognise(head: bytes, name: str) -> float:
    """Return how sure it is: most lines are short, and end without a full stop."""
    lines = [line for line in lines_of(head) if line.strip()]
    if not lines:
        return 0.0
    if separator(lines):
        return 0.6
    short = sum(line.strip().count(" ") <= 3 and len(line) <= 80 for line in lines)
    ends = sum(line.rstrip().endswith((".", "!", "?", ":")) for line in lines)
    # Phrases are fewer words than sentences are; a sentence ends.
    share = short / len(lines) - ends / len(lines)
    if len(lines) == 1 and not named(name, (".txt",)):
        share /= 2
    return 0.3 + 0.3 * max(0.0, share) if share > 0.3 else 0.2


def read(reading: Reading) -> None:
    """Read the words."""
    reading.kind = "words"
    sign = separator(lines_of(head(reading.path)))
    if sign:
        name = {"\t": "tabs", ";": "semicolons", ",": "commas"}[sign]
        reading.notes.append(f"Words are separated by {name}.")
    n = 0
    for block in reading.lines():
        words: list[str] = []
        numbers: list[int] = []
        for number, line in enumerate(block.lines, block.first):
            text = line.decode()
            parts = text.split(sign) if sign else [text]
            # An empty line between words says nothing.
            filled = [part for part in parts if part.strip()]
            words += filled
            numbers += [number] * len(filled)
        n += len(words)
        reading.gather.add(words, numbers)
    if not n:
        refuse("There are no words.", "Write one a line, or separate them by commas.")


FORMAT = Format(
    key="words",
    label="List of words",
    kinds=("words",),
    endings=(".txt",),
    recognise=recognise,
    read=read,
)
