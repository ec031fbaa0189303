"""Questions as people write them: "man : king :: woman : ?" and "king - man + woman".

A formula is a sum of words, each with a number before or after it if need be. It is read by a
tokenizer and a parser that know nothing else; nothing of it is ever run as code.

    formula = [sign] term {sign term}        sign = "+" | "-"
    term    = factor {"*" factor}            exactly one factor is a word
    factor  = number | word | '"' any text '"'

A minus between letters belongs to the word (mother-in-law): as a sign it stands between spaces.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from embeddings.errors import UserError

MOST_TERMS = 100
"""A sum of more words than this is nobody's question."""

LONGEST = 10_000
"""Characters of a formula; far more than a hundred words take."""

AROUND = 12
"""Characters shown on each side of the spot where a formula went wrong."""

_SIGNS = {"+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "×": "*", "·": "*"}

_LETTER = r"""[^\s+*×·−–\-"/()\[\]{}<>=^%|\\,;:?]"""

_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
    | (?P<quoted>"[^"]*")
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)(?=[\s+*×·−–]|$)
    | (?P<word>{_LETTER}+(?:-+{_LETTER}+)*)
    | (?P<sign>[-+*×·−–])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


class FormulaError(UserError):
    """A formula cannot be read: ``problem`` says why, ``column`` where, counted from 1."""

    def __init__(self, text: str, start: int, problem: str) -> None:
        before, after = text[max(0, start - AROUND) : start], text[start : start + AROUND]
        near = " ".join(f"{before}{after}".split())
        where = f" near {near!r}" if near else ""
        super().__init__(f"Column {start + 1}{where}: {problem}")
        self.column, self.problem = start + 1, problem


@dataclass(frozen=True)
class Term:
    """A word and how often it is added; less than 0 where it is taken away."""

    word: str
    weight: float


@dataclass(frozen=True)
class Question:
    """A sum of words.

    Attributes
    ----------
    terms : tuple of Term
        Each word once, in the order in which they were named.
    asked : tuple of three str, or None
        a, b and c, where the question is "a is to b as c is to what".
    expected : the answer that is hoped for, where one was named
    """

    terms: tuple[Term, ...]
    asked: tuple[str, str, str] | None = None
    expected: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words that it is made of."""
        return tuple(term.word for term in self.terms)

    def __str__(self) -> str:
        parts: list[str] = []
        for term in self.terms:
            number = "" if abs(term.weight) == 1 else f"{abs(term.weight):.12g}*"
            sign = "-" if term.weight < 0 else "+" if parts else ""
            parts.append(f"{sign} {number}{_quoted(term.word)}".strip())
        return " ".join(parts)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int


def analogy(a: str, b: str, c: str, expected: str | None = None) -> Question:
    """Return the question "a is to b as c is to what", which is b - a + c.

    Raises
    ------
    UserError
        If a word is empty.
    """
    asked = (a.strip(), b.strip(), c.strip())
    for name, word in zip(("first", "second", "third"), asked, strict=True):
        if not word:
            raise UserError(f"The {name} word is empty: a is to b as c is to what takes three.")
    terms = [Term(asked[1], 1.0), Term(asked[0], -1.0), Term(asked[2], 1.0)]
    return Question(_added_up(terms), asked, (expected or "").strip() or None)


def parse(text: str) -> Question:
    """Read a question of either form: "man : king :: woman : ?" or "king - man + woman".

    Raises
    ------
    FormulaError
        Where it cannot be read; it says the spot.
    """
    return parse_analogy(text) if ":" in _without_quotes(text) else parse_formula(text)


def parse_analogy(text: str) -> Question:
    """Read "a : b :: c : ?"; in place of the question mark may stand the answer that is expected.

    Raises
    ------
    FormulaError
        If it is not of that form.
    """
    part = r"((?:\"[^\"]*\"|[^:\"])*)"
    found = re.fullmatch(f"{part}:{part}::{part}(?::{part})?", text, re.DOTALL)
    if found is None:
        raise FormulaError(text, text.find(":"), "write a : b :: c : ?, as man : king :: woman : ?")
    for place in (1, 2, 3):
        if not found[place].strip():
            raise FormulaError(text, found.start(place), "a word is missing here.")
    words = [(word or "").strip().strip('"') for word in found.groups()]
    a, b, c, expected = words
    return analogy(a, b, c, None if expected in ("", "?") else expected)


def parse_formula(text: str) -> Question:
    """Read a sum of words, as "king - man + woman" or "0.5*paris + rome - italy".

    Raises
    ------
    FormulaError
        Where it cannot be read; it says the spot.
    """
    if not text.strip():
        raise UserError("The formula is empty: write words to add, as king - man + woman.")
    if len(text) > LONGEST:
        raise UserError(
            f"The formula has {len(text):,} characters; it may have {LONGEST:,} at most."
        )
    tokens = _tokens(text)
    terms: list[Term] = []
    at = 0
    while tokens[at].kind != "end":
        sign, at = _sign(text, tokens, at, first=not terms)
        if len(terms) == MOST_TERMS:
            raise FormulaError(
                text, tokens[at].start, f"more than {MOST_TERMS} terms; leave some out."
            )
        term, at = _term(text, tokens, at)
        terms.append(Term(term.word, sign * term.weight))
    return Question(_added_up(terms))


def as_analogy(question: Question) -> Question:
    """Return a sum of the form b - a + c as the question that it is; another one as it is."""
    weights = [term.weight for term in question.terms]
    if question.asked or sorted(weights) != [-1.0, 1.0, 1.0]:
        return question
    (a,) = (term.word for term in question.terms if term.weight < 0)
    b, c = (term.word for term in question.terms if term.weight > 0)
    # In that one order, however it was written: the same question is the same request.
    return analogy(a, b, c, question.expected)


# Tokens and terms ----------------------------------------------------------------------------


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind, shown = str(match.lastgroup), match.group()
        if kind == "other":
            _fail_on(text, match.start(), shown)
        if kind == "quoted":
            shown = shown[1:-1].strip()
            if not shown:
                raise FormulaError(text, match.start(), "there is no word between the quotes.")
        if kind != "space":
            shown = _SIGNS[shown] if kind == "sign" else shown
            kind = "word" if kind == "quoted" else kind
            found.append(_Token(kind, shown, match.start()))
    return [*found, _Token("end", "", len(text))]


def _fail_on(text: str, start: int, shown: str) -> NoReturn:
    if shown == '"':
        raise FormulaError(text, start, "this quote is never closed.")
    raise FormulaError(
        text, start, f"{shown!r} has no meaning here; only + - * do. A word with it needs quotes."
    )


def _sign(text: str, tokens: Sequence[_Token], at: int, first: bool) -> tuple[float, int]:
    token = tokens[at]
    if token.text in ("+", "-") and token.kind == "sign":
        return (1.0 if token.text == "+" else -1.0), at + 1
    if first:
        return 1.0, at
    raise FormulaError(text, token.start, f"expected + or - before {token.text[:30]!r}.")


def _term(text: str, tokens: Sequence[_Token], at: int) -> tuple[Term, int]:
    """Read one word and its numbers."""
    first, word, weight = tokens[at], None, 1.0
    while True:
        token = tokens[at]
        if token.kind == "word" and word is None:
            word = token.text
        elif token.kind == "word":
            raise FormulaError(text, token.start, "words are added, not multiplied: use + or -.")
        elif token.kind == "number":
            weight *= float(token.text)
        else:
            got = repr(token.text) if token.text else "the end"
            raise FormulaError(text, token.start, f"expected a word or a number, and got {got}.")
        if not math.isfinite(weight):
            raise FormulaError(text, token.start, "this number is too large.")
        at += 1
        if not (tokens[at].kind == "sign" and tokens[at].text == "*"):
            break
        at += 1
    if word is None:
        number = first.text[:30]
        problem = f'{number} is only a number: write {number}*word, or "{number}" for the word.'
        raise FormulaError(text, first.start, problem)
    return Term(word, weight), at


def _added_up(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return each word once; capital letters make no other word."""
    sums: dict[str, Term] = {}
    for term in terms:
        before = sums.get(term.word.lower(), Term(term.word, 0.0))
        sums[term.word.lower()] = Term(before.word, before.weight + term.weight)
    if not all(math.isfinite(term.weight) for term in sums.values()):
        raise UserError("The numbers of the formula are too large: their sum is not finite.")
    if not any(term.weight for term in sums.values()):
        raise UserError("The words of the formula cancel each other out: nothing is left to find.")
    return tuple(sums.values())


def _quoted(word: str) -> str:
    """Return a word as a formula has it: in quotes where it would be read as something else."""
    tokens = list(_TOKEN.finditer(word))
    plain = len(tokens) == 1 and tokens[0].lastgroup == "word"
    return word if plain else f'"{word}"'


def _without_quotes(text: str) -> str:
    return re.sub(r'"[^"]*"', "", text)
