"""Many questions at once, one a line, as people keep them in files.

A line is "a b c d" or "a, b, c, d" (the last one, expected, may be missing), "a : b :: c : d", or a
formula. Lines that begin with # or : are passed over, as are the headings of Google's file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.errors import UserError
from embeddings.probes import analogy, formula
from embeddings.probes import words as lookup
from embeddings.probes.formula import Question
from embeddings.types import (
    EmbeddingTable,
    Progress,
    QuestionsSpec,
    Replies,
    Reply,
    Spec,
    no_progress,
)

MOST = 2_000
"""Questions of one list."""

SHOWN = 5
"""Answers that are kept of each question."""

LONGEST_LINE = 2_000
"""Characters of a line that are read."""


@dataclass(frozen=True)
class Broken:
    """A line that is no question: its number, from 1, and why."""

    line: int
    text: str
    problem: str


@dataclass(frozen=True)
class QuestionList:
    """What a text asks.

    Attributes
    ----------
    questions : each once, in the order of the text
    lines : the number of the line of each, from 1
    broken : the lines that are no questions
    left_out : how many questions were too many
    repeated : the lines that ask what an earlier one asks
    """

    questions: tuple[Question, ...]
    lines: tuple[int, ...]
    broken: tuple[Broken, ...]
    left_out: int = 0
    repeated: tuple[int, ...] = ()


def read(text: str) -> QuestionList:
    """Read a list of questions; what is wrong in a line costs that line alone."""
    found: dict[Question, int] = {}
    broken: list[Broken] = []
    left_out, repeated = 0, []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith(("#", ":")):
            continue
        try:
            question = read_line(line)
        except UserError as error:
            broken.append(Broken(number, line[:80], str(error)))
            continue
        if question in found:
            repeated.append(number)
        elif len(found) == MOST:
            left_out += 1
        else:
            found[question] = number
    return QuestionList(
        tuple(found), tuple(found.values()), tuple(broken), left_out, tuple(repeated)
    )


def read_line(line: str) -> Question:
    """Read one question.

    Raises
    ------
    UserError
        If it cannot be read.
    """
    if len(line) > LONGEST_LINE:
        raise UserError(
            f"The line has {len(line):,} characters; a question has at most {LONGEST_LINE:,}."
        )
    is_sum = re.search(r"(^|\s)[-+*−–×](\s|$)|[+*:]", line)
    if is_sum and not re.search(r"[,;\t]", line):
        return formula.as_analogy(formula.parse(line))
    words = [word.strip().strip('"') for word in re.split(r"[,;\t]", line)]
    if len(words) == 1:
        words = line.split()
    while len(words) > 3 and words[-1] in ("", "?"):
        words.pop()
    if len(words) not in (3, 4):
        raise UserError(
            f"It has {len(words)} word{'s' * (len(words) != 1)}: three words ask, a fourth is the "
            "answer that is expected."
        )
    if any('"' in word for word in words):
        raise UserError("There is a quote in the middle of a word: leave it out.")
    return formula.analogy(*words)


def write_line(question: Question) -> str:
    """Return the line that `read_line` reads as that question."""
    if question.asked is None:
        return str(question)
    words = [
        f'"{word}"' if ":" in word else word for word in (*question.asked, question.expected or "?")
    ]
    return " : ".join(words[:2]) + " :: " + " : ".join(words[2:])


def spec(
    table: Spec, asked: QuestionList, way: str = "add", allow_inputs: bool = False
) -> QuestionsSpec:
    """Return the request for what a table answers to a list."""
    return QuestionsSpec(table, tuple(map(write_line, asked.questions)), way, allow_inputs)


def answer(
    table: EmbeddingTable, request: QuestionsSpec, progress: Progress = no_progress
) -> Replies:
    """Answer every question of a list; what cannot be answered says why.

    Parameters
    ----------
    table : the one that the request names
    """
    replies, n = [], len(request.questions)
    for done, line in enumerate(request.questions):
        progress(done / n, f"Answering question {done + 1:,} of {n:,}")
        replies.append(_reply(table, formula.as_analogy(formula.parse(line)), request))
    progress(1.0, "Answering")
    return Replies(tuple(replies), len(table), request)


def _reply(table: EmbeddingTable, question: Question, request: QuestionsSpec) -> Reply:
    unknown = [word for word in question.words if lookup.find(table, word) is None]
    if unknown:
        return Reply(problem=f"no vector for {', '.join(unknown)}")
    expected = question.expected
    if expected and lookup.find(table, expected) is None:
        question = Question(question.terms, question.asked)
    try:
        found = analogy.answer(
            table, question, request.way, SHOWN, request.allow_inputs, request.seed
        )
    except UserError as error:
        return Reply(problem=str(error))
    return Reply(found.words, found.scores, found.rank, found.nearest)
