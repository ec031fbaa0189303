"""The questions of one cell: what was asked, what a method answered, and whether that is right."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from embeddings.probes import scorecard
from embeddings.probes.scorecard import Reply
from embeddings.types import ScorecardSpec
from pages.shared import access, linked_maps
from pages.shared.address import Choice
from pages.shared.reading import downloads, in_address, say_what_is_wrong
from pages.shared.scores.choice import SECTIONS, Scores

KINDS = {
    "attempted": "Attempted",
    "right": "Right",
    "wrong": "Wrong",
    "skipped": "Not attempted",
}
MOST = 2_000
"""How many questions are listed; the file holds all of them."""

PLACES = "/analogies"


def show(scores: Scores, column: Choice) -> None:
    """Show the questions of the open cell, to be searched and taken along."""
    request = scores.request(column)
    name = scores.name(column)
    every = scorecard.replies(access.answers(request), scores.section)
    st.markdown(f"**{SECTIONS[scores.section]} by {name}** · {_summary(every)}")
    counts = {kind: sum(_is(each, kind) for each in every) for kind in KINDS}
    say_what_is_wrong({"replies": (list(KINDS), "attempted")})
    with st.container(key="score-replies"):
        kind = st.segmented_control(
            "Which questions",
            list(KINDS),
            format_func=lambda key: f"{KINDS[key]} {counts[key]:,}",
            label_visibility="collapsed",
            required=True,
            wrap=False,
            **in_address("scorecard", "replies", list(KINDS), "attempted"),
        )
    find = st.text_input(
        "Find a word in the questions",
        key="scorecard.find",
        placeholder="Find a word, as athens",
        label_visibility="collapsed",
        max_chars=40,
    )
    chosen = [each for each in every if _is(each, str(kind)) and _holds(each, find)]
    if not chosen:
        st.caption("There is no such question here.")
        return
    rows = table_of(chosen)
    _list(chosen, scores.vocabulary, column.method)
    if len(chosen) > MOST:
        st.caption(f"The first {MOST:,} of {len(chosen):,} are listed; the file holds all.")
    downloads(
        f"These questions as CSV ({len(chosen):,} rows)",
        lambda: rows,
        f"questions-{scores.section}-{_file_name(request)}",
        "questions csv",
    )


def _summary(every: Sequence[Reply]) -> str:
    attempted = sum(each.attempted for each in every)
    right, near = sum(e.right for e in every), sum(e.nearest for e in every)
    if not attempted:
        return f"none of {len(every):,} questions could be attempted."
    both = sum(each.right and each.nearest for each in every)
    return (
        f"{right:,} of {attempted:,} attempted are right. The word nearest to c alone is right on "
        f"{near:,}; on {both:,} of these the method is right too."
    )


def _is(reply: Reply, kind: str) -> bool:
    return {
        "attempted": reply.attempted,
        "right": reply.right,
        "wrong": reply.attempted and not reply.right,
        "skipped": not reply.attempted,
    }[kind]


def _holds(reply: Reply, text: str | None) -> bool:
    wanted = (text or "").strip().lower()
    return not wanted or any(wanted in word.lower() for word in (*reply.words, reply.answer))


def table_of(replies: Sequence[Reply]) -> pd.DataFrame:
    """Return one row for each question."""
    return pd.DataFrame(
        {
            "a": [each.words[0] for each in replies],
            "b": [each.words[1] for each in replies],
            "c": [each.words[2] for each in replies],
            "expected": [each.words[3] for each in replies],
            "answer": [each.answer if each.attempted else "" for each in replies],
            "right": [_said(each, each.right) for each in replies],
            "nearest to c alone": [_said(each, each.nearest) for each in replies],
        }
    )


def _said(reply: Reply, is_right: bool) -> str:
    return ("right" if is_right else "wrong") if reply.attempted else "not attempted"


def link(reply: Reply, vocabulary: str, method: str) -> str:
    """Return the address of the page where this question is answered word by word.

    Behind the # stands what the list shows in its place.

    Parameters
    ----------
    vocabulary : as the scorecard's address names it, own words included
    method : whose space that page is to draw
    """
    a, b, c, expected = (word.lower() for word in reply.words)
    query = {"a": a, "b": b, "c": c, "expect": expected, "vocabulary": vocabulary, "drawn": method}
    shown = quote(f"{a} : {b} :: {c} : ?", safe="")
    return f"{linked_maps.base_path()}{PLACES}?{urlencode(query)}#{shown}"


def _list(replies: Sequence[Reply], vocabulary: str, method: str) -> None:
    """Show questions, each a link to the page that answers it."""
    replies = replies[:MOST]
    shown = pd.DataFrame(
        {
            "question": [link(each, vocabulary, method) for each in replies],
            "expected": [each.words[3].lower() for each in replies],
            "answer": [each.answer for each in replies],
            "right": [_mark(each, each.right) for each in replies],
            "c alone": [_mark(each, each.nearest) for each in replies],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        height=min(436, 38 + 35 * len(shown)),
        column_config={
            "question": st.column_config.LinkColumn(
                display_text="#(.+)$", width=190, help="Press one to ask it of all methods."
            ),
            "right": st.column_config.TextColumn(width=46),
            "c alone": st.column_config.TextColumn(
                width=58, help="Whether the word nearest to c alone is the expected one."
            ),
        },
    )


def _mark(reply: Reply, is_right: bool) -> str:
    return ("✓" if is_right else "✗") if reply.attempted else "–"


def _file_name(request: ScorecardSpec) -> str:
    return f"{request.table.method}-{request.table.vocabulary}-{request.key[:6]}"
