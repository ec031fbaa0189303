"""Questions worth asking: those that work, those that fail, those that show a bias."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from embeddings import methods, sources
from embeddings.probes import formula
from embeddings.probes.formula import Question
from pages.shared import links, offers
from pages.shared.analogies import asking as addresses
from pages.shared.analogies import race
from pages.shared.analogies.asking import Asking
from pages.shared.analogies.race import Run

FILE = Path(__file__).parents[3] / "assets" / "analogies" / "gallery.txt"


MOST_KEPT = 64
_kept: dict[tuple[str, ...], Mapping[tuple[Item, str], Run]] = {}
"""Answers to all questions, by the settings they were asked with."""


@dataclass(frozen=True)
class Item:
    """A question with what to look at.

    Attributes
    ----------
    group : the heading it stands under
    vocabulary : the words to search; "" where any will do
    """

    group: str
    question: Question
    remark: str
    vocabulary: str = ""


@lru_cache(maxsize=1)
def items() -> tuple[Item, ...]:
    """Return the questions in the order of the file."""
    found, group = [], ""
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            group = line.removeprefix("## ").strip()
        elif line.strip() and not line.startswith("#"):
            asked, _, remark = line.partition("|")
            place = re.search(r"\[([\w-]+)\]\s*$", asked)
            text = asked[: place.start()] if place else asked
            found.append(
                Item(group, formula.parse(text.strip()), remark.strip(), place[1] if place else "")
            )
    return tuple(found)


def written(asking: Asking) -> str:
    """Write the gallery as a table: every question is a link, beside it each method's answer."""
    keys = offers.method_keys()
    labels = [methods.get(key).label for key in keys]
    head = "".join(f'<th scope="col">{html.escape(label)}</th>' for label in labels)
    runs = _runs(asking, keys)
    body, group = [], ""
    for item in items():
        if item.group != group:
            group = item.group
            body.append(
                f'<tr class="lse-group"><th colspan="{len(labels) + 1}" scope="colgroup">'
                f"{html.escape(group)}</th></tr>"
            )
        body.append(_row(item, asking, [runs[item, key] for key in keys]))
    return (
        '<div class="lse-wide" tabindex="0" role="region" aria-label="Gallery of questions">'
        f'<table class="lse-words lse-gallery"><thead><tr><th scope="col">Question</th>{head}</tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _runs(asking: Asking, keys: Sequence[str]) -> Mapping[tuple[Item, str], Run]:
    """Return every method's answer to every question; for the same settings the same ones again.

    A whole class looks at this page at once: to find its hundred answers one by one among those
    that are kept took most of what the page took.
    """
    about = (asking.way, asking.inputs, asking.vocabulary, asking.also, *keys)
    if found := _kept.get(about):
        return found
    # One method after the other: only a few tables are held at a time.
    runs = {
        (item, run.method): run
        for method in keys
        for item in items()
        for run in race.run(item.question, asking, looks_behind=False, only=method)
    }
    is_final = all(run.problem != race.BEING_MADE for run in runs.values())
    # What a visitor brought or trained is his alone, and goes with him.
    if is_final and not asking.also and not sources.is_name(asking.vocabulary):
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[about] = runs
    return runs


def _row(item: Item, asking: Asking, runs: Sequence[Run]) -> str:
    asked = addresses.asked_by(item.question, asking)
    if item.vocabulary:
        asked = replace(asked, vocabulary=item.vocabulary)
    a, b, c = item.question.asked or ("", "", "")
    text = f"{a} : {b} :: {c} : {item.question.expected or '?'}"
    cells = "".join(map(_cell, runs))
    note = f"<span>{html.escape(item.remark)}</span>"
    return f'<tr><th scope="row">{links.link(text, addresses.write(asked))}{note}</th>{cells}</tr>'


def _cell(run: Run) -> str:
    found = run.answer
    if found is None or not found.words:
        return f'<td title="{html.escape(run.problem)}">–</td>'
    word = html.escape(found.words[0])
    if found.rank == 1:
        return f'<td data-state="right">{word}&nbsp;✓</td>'
    place = f" <small>place {found.rank:,}</small>" if found.rank else ""
    return f"<td>{word}{place}</td>"
