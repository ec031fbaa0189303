"""The race as cards side by side: one method each, its ten best answers and why."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd

from embeddings.probes.analogy import Answer
from pages.shared.analogies import race
from pages.shared.analogies.race import Run

LEGEND = (
    "*ahead by*: how far the first score lies above the second · *nearest to …*: what C alone "
    "would have answered, without arithmetic · *inputs let in*: what wins if the words of the "
    "question may be answers · *searched*: among how many words"
)
"""What the facts under each answer mean."""


def cards(runs: Sequence[Run]) -> str:
    """Write the runs as HTML."""
    inside = "".join(_card(run) for run in runs)
    return f'<div class="lse-race" role="list" aria-label="Answers by method">{inside}</div>'


def _card(run: Run) -> str:
    found = run.answer
    head = f"<h4>{html.escape(run.label)}</h4>"
    if found is None or not found.words:
        problem = html.escape(run.problem or "No word is left to answer with.")
        return (
            f'<section role="listitem" data-method="{run.method}">{head}<p>{problem}</p></section>'
        )
    is_right = found.rank == 1
    state = "right" if is_right else "wrong" if found.question.expected else "open"
    return (
        f'<section role="listitem" data-method="{run.method}" data-state="{state}">{head}'
        f'<p class="lse-answer">{html.escape(found.words[0])}{_place(run, found)}</p>'
        f"{_ladder(found)}{_facts(run, found)}</section>"
    )


def _place(run: Run, found: Answer) -> str:
    expected = found.question.expected
    if found.rank == 1:
        return '<span class="lse-place" title="the expected word">✓ expected</span>'
    if expected and found.rank:
        return f'<span class="lse-place">{html.escape(expected)}: place {found.rank:,}</span>'
    lacking = [word for word in run.lacks if word not in found.question.words]
    if lacking:
        return f'<span class="lse-place">no vector for {html.escape(race.short(lacking[0]))}</span>'
    if expected:
        return f'<span class="lse-place">{html.escape(expected)} is left out</span>'
    return ""


def _ladder(found: Answer) -> str:
    """Write the answers with their scores; a bar is as long as its score beside the best one's."""
    top = max(found.scores[0], 1e-9)
    expected = (found.question.expected or "").lower()
    rows = []
    for word, score in zip(found.words, found.scores, strict=True):
        mark = ' data-expected="true"' if word.lower() == expected else ""
        mark += ' data-input="true"' if word in found.inputs else ""
        share = max(0.0, min(1.0, score / top))
        rows.append(
            f'<li{mark} style="--share:{share:.3f}"><span>{html.escape(word)}</span>'
            f"<b>{_score(score)}</b></li>"
        )
    return f"<ol>{''.join(rows)}</ol>"


def _facts(run: Run, found: Answer) -> str:
    why = run.reasons
    facts = []
    if found.margin is not None:
        facts.append(("ahead by", _score(found.margin)))
    if found.nearest and found.question.asked:
        near = html.escape(found.nearest)
        facts.append((f"nearest to {html.escape(found.question.asked[2])}", near))
    if why and found.excluded:
        facts.append(("inputs let in", html.escape(why.let_in)))
    facts.append(("searched", f"{found.searched:,}"))
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    said = " ".join(filter(None, (race.verdict(run), run.note)))
    return f"<dl>{listed}</dl><p>{html.escape(said)}</p>"


def _score(score: float) -> str:
    return f"{score:.3f}" if abs(score) < 100 else f"{score:.3g}"


def table(runs: Sequence[Run]) -> pd.DataFrame:
    """Return one row for each method and answer."""
    rows: list[dict[str, str | float | None]] = []
    for run in runs:
        found = run.answer
        if found is None:
            rows.append({"method": run.label, "note": run.problem})
            continue
        for place, (word, score) in enumerate(zip(found.words, found.scores, strict=True), 1):
            rows.append(
                {
                    "method": run.label,
                    "question": str(found.question),
                    "way": found.way,
                    "inputs": "left out" if found.excluded else "let in",
                    "place": place,
                    "answer": word,
                    "score": score,
                    "expected": found.question.expected,
                    "place of the expected word": found.rank,
                    "nearest to C alone": found.nearest,
                    "words searched": found.searched,
                    "note": race.verdict(run) if place == 1 else None,
                }
            )
    frame = pd.DataFrame(rows)
    whole = [
        name for name in ("place", "place of the expected word", "words searched") if name in frame
    ]
    return frame.astype(dict.fromkeys(whole, "Int64"))
