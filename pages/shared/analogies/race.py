"""The race: every method answers the same question, and what is behind each answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from embeddings import captions, methods, recipes, vocabulary
from embeddings.errors import UnknownName, UserError
from embeddings.probes import analogy, reasons
from embeddings.probes import words as lookup
from embeddings.probes.analogy import Answer
from embeddings.probes.formula import Question
from embeddings.probes.reasons import Reasons
from embeddings.types import Request, Spec, VocabularySpec
from pages.shared import access, offers, own
from pages.shared.analogies import asking as addresses
from pages.shared.analogies.asking import Asking
from pages.shared.own import cached

SHOWN = 10
SEED = 42
ALSO = "also"
"""Stands among the methods for a Word2Vec that the reader has trained."""

Key: TypeAlias = tuple[str, Question, str, bool, bool]
"""Of a run: the vectors, the question, the way, whether the inputs may answer, and whether it is
looked behind the answer."""

NOTE = "To read all its words in their sentences would take most of an hour: the common ones here."

TOLD = 4
"""Words that nobody knows of which more is said than how many they are."""

BEING_MADE = "Its vectors are being made."


@dataclass(frozen=True)
class Run:
    """What one method makes of a question.

    Attributes
    ----------
    spec : its vectors; None where it has none for the words searched
    answer, reasons : None where it gives no answer
    problem : why it gives none
    lacks : words of the question, or the expected one, that it has no vector for
    note : what else is to be known of its answer
    """

    method: str
    spec: Spec | None
    answer: Answer | None = None
    reasons: Reasons | None = None
    problem: str = ""
    lacks: tuple[str, ...] = ()
    note: str = ""

    @property
    def label(self) -> str:
        """The method's name for people."""
        if self.method == ALSO and self.spec:
            return captions.name(self.spec)
        return methods.get(self.method).label


def specs(asking: Asking) -> dict[str, Spec | None]:
    """Return the vectors that each method answers with."""
    found = {}
    for key in offers.method_keys():
        words = addresses.vocabulary_of(asking, key)
        found[key] = methods.get(key).spec(words) if words else None
    if asking.also:
        words = addresses.vocabulary_of(asking, "word2vec")
        found[ALSO] = replace(addresses.trained(asking.also), vocabulary=words) if words else None
    return found


def missing(wanted: dict[str, Spec | None]) -> list[Request]:
    """Return what has to be made before all can answer."""
    found: dict[Request, None] = {}
    for spec in filter(None, wanted.values()):
        words = VocabularySpec(spec.vocabulary)
        kept = recipes.kept_as(spec)
        if not access.has(words):
            found[words] = None
        elif kept and not access.has(spec):
            whole = kept.vocabulary == vocabulary.TRAINED  # which is no list that is made first
            found |= dict.fromkeys((kept,) if whole else (VocabularySpec(kept.vocabulary), kept))
    return [request for request in found if not access.has(request)]


def run(question: Question, asking: Asking, looks_behind: bool = True, only: str = "") -> list[Run]:
    """Let every method answer, as far as its vectors are there.

    Parameters
    ----------
    looks_behind : whether to find out why each answers so, which costs as much again
    only : the one method that is to answer
    """
    runs = [
        _run(key, spec, question, asking, looks_behind)
        for key, spec in specs(asking).items()
        if only in ("", key)
    ]
    if asking.vocabulary != addresses.OWN:
        return runs
    return [replace(each, note=NOTE) if each.method in addresses.SLOW else each for each in runs]


def _run(
    method: str, spec: Spec | None, question: Question, asking: Asking, looks_behind: bool
) -> Run:
    if spec is None:
        return Run(
            method,
            None,
            problem="Only GloVe has vectors for all these words: choose others above.",
        )
    key = (spec.key, question, asking.way, asking.allows_inputs, looks_behind)
    try:
        return _made(key, method, spec)
    except access.NotBuilt:
        return Run(method, spec, problem=BEING_MADE)
    except UserError as error:
        return Run(method, spec, problem=str(error))


# Worked out once for everybody, words that a method lacks included; and found again without its
# vectors, of which only a few tables are held.
@cached(4096)
def _made(key: Key, _method: str, _spec: Spec) -> Run:
    _, question, way, allow_inputs, looks_behind = key
    table = access.table(_spec)
    named = (*question.words, *filter(None, [question.expected]))
    lacks = tuple(word for word in dict.fromkeys(named) if lookup.find(table, word) is None)
    unknown = [word for word in lacks if word in question.words]
    if unknown:
        problem = f"It has no vector for {_listed(unknown)}."
        return Run(_method, _spec, problem=problem, lacks=lacks)
    if question.expected in lacks:
        question = replace(question, expected=None)
    try:
        answer = analogy.answer(table, question, way, SHOWN, allow_inputs, SEED)
        why = reasons.reasons(table, answer) if looks_behind and answer.words else None
    except UserError as error:
        return Run(_method, _spec, problem=str(error), lacks=lacks)
    access.let_go(table.vectors)
    return Run(_method, _spec, answer, why, lacks=lacks)


def verdict(run: Run) -> str:
    """Say in a sentence or two why a method answers as it does."""
    found, why = run.answer, run.reasons
    if found is None or why is None or not found.words:
        return run.problem
    if why.tied:
        many = "1,000 words or more" if why.tied >= analogy.MOST else f"{why.tied:,} words"
        by_lot = f"{many} score the same, so the answer is drawn by lot."
        if run.method != ALSO and methods.get(run.method).learns_from == "nothing":
            return f"Every word has an axis of its own, none is nearer than another: {by_lot}"
        return by_lot[0].upper() + by_lot[1:]
    question, said = found.question, []
    if question.asked and why.start is not None and why.start >= CLOSE:
        said.append(
            f"{question.asked[0]} and {question.asked[1]} all but coincide (cosine "
            f"{why.start:.2f}): the step between them is short and may point anywhere."
        )
    if why.is_nearest and question.asked and found.way != "pair":
        said.append(f"It is simply the word nearest to {question.asked[2]}: no arithmetic needed.")
    elif why.parallel is not None and question.asked:
        a, b, c = question.asked
        how = next(text for least, text in PARALLEL if why.parallel >= least)
        said.append(f"The steps {a} → {b} and {c} → {why.fourth} {how} ({why.parallel:.2f}).")
    return " ".join(said)


CLOSE = 0.93
"""A cosine from which on two words all but coincide."""

PARALLEL = (
    (0.5, "point much the same way"),
    (0.2, "point roughly the same way"),
    (-0.1, "have little in common"),
    (-1.1, "point apart"),
)
"""What is said of the cosine of two steps, from that value on."""


def known_elsewhere(word: str) -> bool:
    """Whether GloVe's 400,000 words have a word that was searched for in vain."""
    return int(vocabulary.glove_rows([word.strip().lower()])[0]) >= 0


@lru_cache(maxsize=512)
def _suggestions(word: str, spec: Spec) -> tuple[str, ...]:
    """Return words that are spelt alike; comparing with 20,000 takes a good part of a second."""
    known = access.table(spec).words[: lookup.SUGGEST_FROM]
    return UnknownName("word", word, known).suggestions


def short(word: str, most: int = 40) -> str:
    """Return a word that may be of any length so that it fits into a line."""
    return word if len(word) <= most else word[: most - 1] + "…"


def _listed(words: list[str]) -> str:
    if len(words) > TOLD:
        words = [*words[: TOLD - 1], f"{len(words) - TOLD + 1:,} more words"]
    words = [short(word) for word in words]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def unknown(runs: list[Run], question: Question, asking: Asking) -> list[str]:
    """Say of each word that no method knows which ones are spelt alike, and where it is known."""
    able = [run for run in runs if run.spec is not None]
    words = dict.fromkeys((*question.words, *filter(None, [question.expected])))
    nowhere = [word for word in words if able and all(word in run.lacks for run in able)]
    found = []
    for word in nowhere[:TOLD]:
        line = f"No method knows {short(word)!r} here."
        if asking.vocabulary != "glove-400k" and known_elsewhere(word):
            line += " GloVe does: search all 400,000 words of GloVe."
        else:
            line += _alike(word, able)
        found.append(line)
    if len(nowhere) > TOLD:
        found.append(f"And {len(nowhere) - TOLD:,} more words that no method knows here.")
    return found


def _alike(word: str, runs: list[Run]) -> str:
    tables = [access.table(run.spec) for run in runs if run.spec and access.has(run.spec)]
    if not tables:
        return ""
    parts = word.split("-")
    if len(parts) > 1 and all(lookup.find(tables[-1], part) is not None for part in parts):
        return f" As a sign, - stands between spaces: {' - '.join(parts)}"
    near = _suggestions(word, max(tables, key=len).spec)
    return f" Did you mean {' or '.join(near)}?" if near else " Check the spelling."


own.desk.forget.append(lambda _: _suggestions.cache_clear())
