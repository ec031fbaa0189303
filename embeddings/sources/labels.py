"""Labels are data: brought to one spelling and onto one line, and otherwise left as they are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Control characters, the line ends of Unicode, and halves of surrogate pairs, which no file holds.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HALF = re.compile("[\ud800-\udfff]")
# The same but \n, which stands between the labels of many, and spaces at either end of one.
_SUSPECT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|^\\s|\\s$|\n\\s|\\s\n"
)
_SPACES = re.compile(r"(\s+)")
LONG = 256
_PARAGRAPH = re.compile(r"\n\s*\n")
_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def clean(label: str) -> str:
    """Return one label in NFC, with spaces for control characters and line ends, and stripped."""
    spaced = _CONTROL.sub(" ", _HALF.sub("\ufffd", label))
    return _normal(spaced).strip()


def _normal(text: str) -> str:
    """Return a text in NFC, but for words of more than 256 characters.

    What NFC takes grows with the square of how many accents stand on one letter: text made of
    nothing else would take hours.
    """
    if len(text) <= LONG or text.isascii():
        return unicodedata.normalize("NFC", text)
    pieces = _SPACES.split(text)
    return "".join(p if len(p) > LONG else unicodedata.normalize("NFC", p) for p in pieces)


def clean_all(labels: Sequence[str], lower: bool = False) -> list[str]:
    """Return many labels as `clean` does, in one go where they are clean already."""
    together, joined = "".join(labels), "\n".join(labels)
    if together.isascii() or (
        max(map(len, labels)) <= LONG and unicodedata.is_normalized("NFC", joined)
    ):
        # Of all that is printable, only a space has to be looked at.
        if " " not in together and together.isprintable():
            return _lower(labels, together) if lower else list(labels)
        if joined.count("\n") == len(labels) - 1 and not _SUSPECT.search(joined):
            return _lower(labels, joined) if lower else list(labels)
    cleaned = [clean(label) for label in labels]
    return _lower(cleaned, joined) if lower else cleaned


def _lower(labels: Sequence[str], joined: str) -> list[str]:
    if joined.isascii():
        return [label.lower() for label in labels]
    return [clean(label.lower()) for label in labels]


def clean_document(text: str) -> str:
    """Return a document without empty lines, control characters or spaces at its ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    spaced = _IN_TEXT.sub(" ", _HALF.sub("\ufffd", lines))
    return _PARAGRAPH.sub("\n", _normal(spaced)).strip()
