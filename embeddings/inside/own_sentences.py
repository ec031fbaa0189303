"""Sentences that people bring, and those that are packaged: each with a label if one is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from embeddings import corpus
from embeddings.errors import UserError
from embeddings.methods.bert_in_context import spans

MOST = 500
"""Own sentences that are read."""

LONGEST = 100_000
"""Characters of all of them together."""

LONGEST_LABEL = 24
"""Characters; a label has three words at most."""

LONGEST_WORD = 40

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "contexts" / "sentences.txt"


@dataclass(frozen=True)
class Problem:
    """A line that is no sentence with the word."""

    line: int
    text: str
    problem: str


@dataclass(frozen=True)
class OwnSentences:
    """What was brought: the sentences that can be read, and what is wrong with the others."""

    sentences: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...] = ()


def check_word(text: str) -> str:
    """Return the one word that somebody typed, as the corpus spells it.

    Raises
    ------
    UserError
        If it is none, or more than one.
    """
    shown = " ".join(text.split())
    if not shown:
        raise UserError("There is no word: type one, such as bank.")
    short = shown if len(shown) <= LONGEST_WORD else shown[: LONGEST_WORD - 1] + "…"
    words = corpus.tokenize(shown, every_script=True)
    if len(words) > 1:
        raise UserError(f"{short!r} is {len(words):,} words: type one, such as {words[0][:40]}.")
    if not words:
        raise UserError(f"{short!r} is no word: type letters alone, such as bank.")
    if len(words[0]) > LONGEST_WORD:
        raise UserError(f"{short!r} is too long: a word has {LONGEST_WORD} letters at most.")
    return words[0]


def read(text: str, word: str) -> OwnSentences:
    """Read one sentence a line, "label: sentence" where it has a label.

    What is not read is said, and why: empty lines alone are passed over silently. A label has up
    to three words, and the word that is asked for is none of them.

    Raises
    ------
    UserError
        If there is far too much text.
    """
    if len(text) > LONGEST:
        raise UserError(
            f"The sentences have {len(text):,} characters, and may have {LONGEST:,}: "
            "give fewer of them."
        )
    found: dict[tuple[str, str], None] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        line = clean(line)
        if not line:
            continue
        label, sentence = split_label(line, word)
        problem = problem_of(sentence, word)
        if (label, sentence) in found:
            problem = "It is there already."
        elif not problem and len(found) == MOST:
            problem = f"There are {MOST} before it, and more are not read."
        if problem:
            problems.append(Problem(number, line, problem))
        else:
            found[label, sentence] = None
    return OwnSentences(tuple(found), tuple(problems))


def clean(text: str) -> str:
    """Return a text in one line; what is no character by itself is replaced."""
    return " ".join(text.encode("utf-8", "replace").decode().replace("\x00", " ").split())


def problem_of(sentence: str, word: str) -> str:
    """Say why a sentence cannot be read for a word; empty where it can."""
    words = [each for each, _, _ in spans(sentence, not word.isascii())]
    if word in words:
        return ""
    forms = [each for each in words if each.startswith(word)]
    if forms:
        return f"The word {word} is not in it as it stands ({forms[0][:40]} is another form)."
    return f"The word {word} is not in it."


def split_label(line: str, word: str) -> tuple[str, str]:
    """Split "label: sentence"; a beginning that is long or has the word in it is no label."""
    before, colon, after = line.partition(":")
    label = before.strip()
    is_label = (
        colon
        and after.strip()
        and 0 < len(label) <= LONGEST_LABEL
        and len(label.split()) <= 3
        and word not in corpus.tokenize(label, every_script=True)
    )
    return (label, after.strip()) if is_label else ("", line)


@cache
def packaged() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return for each suggested word ten sentences in two senses, as (label, sentence)."""
    found: dict[str, list[tuple[str, str]]] = {}
    word = ""
    for line in EXAMPLES.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        label, colon, sentence = line.partition(": ")
        if colon:
            found[word].append((label, sentence))
        else:
            word = line
            found[word] = []
    return {word: tuple(sentences) for word, sentences in found.items()}


def pair(word: str) -> tuple[str, str] | None:
    """Return two packaged sentences in which the word has different senses."""
    sentences = packaged().get(word, ())
    first = sentences[0] if sentences else None
    other = next((s for label, s in sentences if first and label != first[0]), None)
    return (first[1], other) if first and other else None
