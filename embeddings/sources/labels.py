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
_PARAGRAPH = re.compile(r"\n\s*\n")
_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def clean(label: str) -> str:
    """Return one label in NFC, with spaces for control characters and line ends, and stripped."""
    spaced = _CONTROL.sub(" ", _HALF.sub("\ufffd", label))
    return unicodedata.normalize("NFC", spaced).strip()


def clean_all(labels: Sequence[str], lower: bool = False) -> list[str]:
    """Return many labels as `clean` does, in one go where they are clean already."""
    together = "".join(labels)
    if " " not in together and together.isprintable() and _is_normal(together):
        # Of all that is printable, only a space has to be looked at.
        return _lower(labels, together) if lower else list(labels)
    joined = "\n".join(labels)
    whole = joined.count("\n") == len(labels) - 1
    if not (whole and _is_normal(joined)) or _SUSPECT.search(joined):
        cleaned = [clean(label) for label in labels]
    else:
        cleaned = list(labels)
    return _lower(cleaned, joined) if lower else cleaned


def _is_normal(text: str) -> bool:
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def _lower(labels: Sequence[str], joined: str) -> list[str]:
    if joined.isascii():
        return [label.lower() for label in labels]
    return [clean(label.lower()) for label in labels]


def clean_document(text: str) -> str:
    """Return a document without empty lines, control characters or spaces at its ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    spaced = _IN_TEXT.sub(" ", _HALF.sub("\ufffd", lines))
    return _PARAGRAPH.sub("\n", unicodedata.normalize("NFC", spaced)).strip()
