"""What can be told of a text file by its first lines."""

from __future__ import annotations

import math
from collections import Counter

from embeddings.sources.stream import UNREADABLE, encoding_of


def lines_of(head: bytes, most: int = 200) -> list[str]:
    """Return the first whole lines of a head as text; none where it is no text."""
    encoding = encoding_of(head)
    text = head.decode(encoding, errors="replace")
    # A stray NUL is a flaw of a text; where bytes are no text either, it is none.
    if "\0" in text and text.count("\0") + text.count(UNREADABLE) > 0.02 * len(text):
        return []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # The last one may be cut off.
    lines = lines[:-1] if len(lines) > 1 else lines
    return lines[:most]


def is_number(token: str) -> bool:
    """Whether a token is a number as vectors are written with, NaN and infinity among them."""
    try:
        float(token)
    except ValueError:
        return False
    return "_" not in token and token.isascii()


def header(line: str) -> tuple[int, int] | None:
    """Return the two whole numbers of word2vec's first line, None where it is another line."""
    tokens = line.split()
    if len(tokens) != 2 or not all(t.isascii() and t.isdecimal() and len(t) < 19 for t in tokens):
        return None
    return int(tokens[0]), int(tokens[1])


def numbers_at_end(line: str) -> int:
    """Return how many numbers a line ends with; its first token is never one of them."""
    tokens = line.split()
    n = 0
    for token in reversed(tokens[1:]):
        if not is_number(token):
            break
        n += 1
    return n


def usual_dim(lines: list[str]) -> tuple[int, float]:
    """Return how many numbers most lines end with, and the share of lines that do."""
    counts = Counter(numbers_at_end(line) for line in lines if line.strip())
    if not counts:
        return 0, 0.0
    # Of as many, the fewer: what is more may be a word that ends with a number.
    dim, n = max(counts.items(), key=lambda item: (item[1], -item[0]))
    return dim, n / counts.total()


def fraction_of_fractions(lines: list[str]) -> float:
    """Return the share of lines whose last token has a decimal point or an exponent."""
    lasts = [line.split()[-1] for line in lines if line.strip()]
    if not lasts:
        return 0.0
    marked = sum(is_number(t) and not t.lstrip("+-").isdecimal() for t in lasts)
    return marked / len(lasts)


def is_whole(value: float) -> bool:
    """Whether a number is a whole one."""
    return math.isfinite(value) and value == int(value)
