"""Which column of a table holds the words, which the vectors, and which the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from embeddings.sources.columns import MISSING, number
from embeddings.sources.context import Found, Reading
from embeddings.sources.problems import refuse, short

WORDS = (
    *("word", "words", "label", "labels", "token", "tokens", "term", "terms", "vocab", "name"),
    *("vocabulary", "key", "item", "title", "phrase", "index", "__index_level_0__", "unnamed: 0"),
)
TEXTS = (
    *("text", "texts", "sentence", "sentences", "document", "documents", "content", "body"),
    *("tweet", "review", "description", "abstract", "comment", "message"),
)
LISTS = ("vector", "vectors", "embedding", "embeddings")
DIGITS = "0123456789"
SURE = 8
"""Numbered columns from which on they are a vector beyond doubt."""
MOST = 0.8
"""Share of the values of a column that say what it is; the others are flaws."""
_LIST = re.compile(r"^\s*[\[(]?\s*[-+]?[\d.]+(e[-+]?\d+)?([\s,;]+[-+\d.e]+)+\s*[\])]?\s*$", re.I)


@dataclass(frozen=True)
class Roles:
    """What each column is used as; "" and () where there is none."""

    kind: str
    word: str = ""
    vectors: tuple[str, ...] = ()
    list_column: str = ""
    text: str = ""
    columns: tuple[str, ...] = ()


def guess(values: Sequence[Any]) -> str:
    """Return what the values of a column look like, by the first of them."""
    said = [v for v in values if v is not None and not (isinstance(v, str) and _missing(v))]
    if not said:
        return "ignored"
    lists = sum(isinstance(v, list | tuple | np.ndarray) for v in said)
    if lists >= MOST * len(said):
        return "list"
    if any(isinstance(v, dict | list | tuple | np.ndarray) for v in said):
        return "ignored"
    if sum(map(_is_number, said)) >= MOST * len(said):
        return "number"
    texts = [str(v) for v in said]
    looks = sum(bool(_LIST.match(text) or text.lstrip()[:1] == "[") for text in texts[:20])
    if looks >= MOST * len(texts[:20]):
        return "list"
    if sum(len(t) > 60 or t.count(" ") > 7 for t in texts) > 0.3 * len(texts):
        return "text"
    return "word" if len(set(texts)) > 0.5 * len(texts) else "category"


def _missing(text: str) -> bool:
    return text.strip().lower() in MISSING


def decide(names: Sequence[str], columns: Sequence[Sequence[Any]], reading: Reading) -> Roles:
    """Return what each column is used as, by what was chosen, its name, and its first values.

    Raises
    ------
    Refused
        If a column that was chosen is not there, or vectors have no words.
    """
    options = reading.options
    guessed = dict(zip(names, map(guess, columns), strict=True))
    _check_chosen(guessed, reading)
    lists = [n for n in names if guessed[n] == "list"]
    numbers = [n for n in names if guessed[n] == "number"]
    if options.vectors:
        list_column = options.vectors[0] if guessed[options.vectors[0]] == "list" else ""
        vectors = () if list_column else options.vectors
    else:
        list_column = next((n for n in lists if n.lower() in LISTS), lists[0] if lists else "")
        vectors = () if list_column else vector_columns(numbers, columns, names)
        if len(lists) > 1:
            reading.ambiguous.append(f"Several columns hold lists: {_some(lists)}.")
        if not list_column:
            vectors = _either(vectors, numbers, names, guessed, reading)
    word = options.word or _word(names, guessed, vectors)
    text = options.text or _text(names, guessed, word)
    kind = options.kind or _kind(bool(list_column or vectors), word, text, reading)
    if kind == "text" and not text:
        text = options.text or next((n for n in names if guessed[n] in ("word", "category")), "")
    if kind == "text" and not text:
        refuse("No column holds text.", "Choose the column that does, as text.")
    word = word or (text if kind != "text" else "")
    if kind != "text" and not word:
        refuse(f"No column holds words; there are {_some(names)}.", "Choose the column of words.")
    used = {word, list_column, *vectors}
    chosen = names if options.columns is None else options.columns
    kept = tuple(n for n in chosen if n not in used and guessed[n] not in ("list", "ignored"))
    roles = Roles(kind, word, vectors, list_column, text, () if kind == "text" else kept)
    reading.found = tuple(
        Found(n, role_of(n, guessed[n], roles), *_seen(c, guessed[n] in ("list", "ignored")))
        for n, c in zip(names, columns, strict=True)
    )
    return roles


def role_of(name: str, guessed: str, roles: Roles) -> str:
    """Return what a column is used as."""
    if roles.kind == "text":
        return "text" if name == roles.text else "ignored"
    if name == roles.word:
        return "word"
    if name == roles.list_column:
        return "list"
    if name in roles.vectors:
        return "vector"
    return {"word": "category"}.get(guessed, guessed) if name in roles.columns else "ignored"


def _either(
    vectors: tuple[str, ...],
    numbers: Sequence[str],
    names: Sequence[str],
    guessed: dict[str, str],
    reading: Reading,
) -> tuple[str, ...]:
    """Return the columns that are vectors, where a few numbers may as well be about the words.

    Then both ways to read them are offered.
    """
    chosen = reading.options.kind
    able = vectors or tuple(n for n in numbers if n != reading.options.word)
    kinds = {guessed[n] for n in names}
    is_one_or_other = bool(kinds & {"word", "category"}) and "text" not in kinds
    is_plain = len(vectors) >= SURE and vectors[0].rstrip(DIGITS) == vectors[-1].rstrip(DIGITS)
    if is_plain or not is_one_or_other or len(able) < 2:
        return able if chosen == "vectors" else vectors
    reading.either = ("vectors", "words")
    if chosen:
        return able if chosen == "vectors" else ()
    if vectors:
        reading.ambiguous.append(f"Are {_some(able)} one vector, or columns about the words?")
    return vectors


def vector_columns(
    numbers: Sequence[str], columns: Sequence[Sequence[Any]], names: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns of numbers that together are vectors: numbered ones, x and y, or many."""
    groups: dict[str, list[str]] = {}
    for name in numbers:
        before = name.rstrip(DIGITS)
        if before != name:
            groups.setdefault(before, []).append(name)
    best = _numbered_on(max(groups.values(), key=len, default=[]))
    position = {name: i for i, name in enumerate(names)}
    # Columns without names are numbered here: that alone makes no vector of a few.
    is_named = not all(name.startswith("column ") for name in best)
    is_fine = is_named or any(_has_fractions(columns[position[name]]) for name in best)
    if len(best) >= SURE or (len(best) >= 2 and is_fine):
        return tuple(best)
    axes = {name.strip().lower(): name for name in numbers}
    if "x" in axes and "y" in axes:
        return tuple(axes[name] for name in ("x", "y", "z") if name in axes)
    fractions = [n for n in numbers if _has_fractions(columns[position[n]])]
    return tuple(fractions) if len(fractions) >= SURE else ()


def _numbered_on(names: list[str]) -> list[str]:
    """Return the names where their numbers follow each other, none where they do not."""
    numbers = [int(name[len(name.rstrip(DIGITS)) :][:9]) for name in names]
    return names if all(b - a == 1 for a, b in pairwise(numbers)) else []


def _has_fractions(values: Sequence[Any]) -> bool:
    return any(x == x and x != int(x) for x in map(number, filter(_is_number, values)))


def _is_number(value: Any) -> bool:
    try:
        number(value)
    except ValueError:
        return False
    return True


def _word(names: Sequence[str], guessed: dict[str, str], vectors: Sequence[str]) -> str:
    able = [n for n in names if guessed[n] not in ("list", "ignored") and n not in vectors]
    for name in able:
        if name.strip().lower() in WORDS and guessed[name] != "number":
            return name
    for role in ("word", "category"):
        for name in able:
            if guessed[name] == role and name.strip().lower() not in TEXTS:
                return name
    return next((n for n in able if n.strip().lower() in (*WORDS, "")), "")


def _text(names: Sequence[str], guessed: dict[str, str], word: str) -> str:
    texts = [n for n in names if guessed[n] == "text"]
    named = [n for n in names if n.lower() in TEXTS and guessed[n] in ("text", "word", "category")]
    return next(iter([*(n for n in named if n != word), *texts]), "")


def _kind(has_vectors: bool, word: str, text: str, reading: Reading) -> str:
    if has_vectors and (word or text):
        return "vectors"
    if has_vectors:
        refuse("There are vectors, but no column of words.", "Add a column that names each row.")
    if text and word:
        reading.ambiguous.append(f"Are these words (“{word}”), or texts (“{text}”)?")
    return "text" if text else "words"


def _check_chosen(guessed: dict[str, str], reading: Reading) -> None:
    options = reading.options
    chosen = (options.word, options.text, *options.vectors, *(options.columns or ()))
    for name in filter(None, chosen):
        if name not in guessed:
            refuse(f"There is no column “{short(name)}”.", f"There are {_some(list(guessed))}.")


def _some(names: Sequence[str]) -> str:
    shown = [f"“{short(name, 20)}”" for name in names[:4]]
    return ", ".join(shown) + (f" and {len(names) - 4:,} more" if len(names) > 4 else "")


def _seen(values: Sequence[Any], is_long: bool) -> tuple[int, tuple[str, ...]]:
    """Return how many values there are, and the first ones as short texts."""
    said = [value for value in values[:20] if value is not None]
    examples = tuple(dict.fromkeys(short(value, 20) for value in said[: 3 if is_long else 20]))[:3]
    if is_long:
        return 0, examples
    return len({str(value)[:100] for value in values if value is not None}), examples
