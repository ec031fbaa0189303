"""How well the reverse dictionary does, and how much of the dictionary is searched."""

from __future__ import annotations

import html
import math

import pandas as pd
import streamlit as st

from embeddings.applications import search
from embeddings.types import EncodingSpec, Request, SearchScore
from pages.shared import access
from pages.shared.reading import table
from pages.shared.search.cards import WAYS

WANTED = "search.encode"
"""Whether the reader wants all definitions encoded; it is remembered from page to page."""

ENCODING = EncodingSpec("definitions")
PER_SECOND = 180
"""Definitions that two free cores encode in a second, roughly."""


def encoding(searched: int, total: int) -> list[Request]:
    """Offer to encode what is not searched yet; return what the reader wants to be made."""
    if access.has(ENCODING):
        st.session_state[WANTED] = False
        return []
    if st.session_state.get(WANTED):
        return [ENCODING]
    left = total - searched
    if left <= 0:
        return []
    minutes = max(1, round(left / PER_SECOND / 60))
    st.button(
        f"Search the other {left:,} too",
        key="search.all",
        on_click=_want,
        help=f"They are encoded once, in about {minutes} minutes on two free cores. It can be "
        "cancelled: what was encoded stays, is searched, and next time it goes on from there.",
    )
    return []


def _want() -> None:
    st.session_state[WANTED] = True


def score() -> list[Request]:
    """Show the score; return what has to be made first."""
    wanted = search.score_spec(access.scored_chunks())
    if not access.has(wanted):
        return [wanted]
    found = access.search_score(wanted)
    st.html(written(found))
    table(rows(found), "descriptions", "All descriptions with their ranks")
    return []


def written(score: SearchScore) -> str:
    """Write the figures of both ways as HTML."""
    figures = search.summarise(score)
    n = next(iter(figures["words"].rates.values())).n
    head = "".join(f"<th>among the first {at}</th>" for at in search.HITS_AT)
    body = ""
    for way, each in figures.items():
        cells = "".join(
            f"<td><b>{r.share:.0%}</b> <small>{r.interval.low:.0%} to {r.interval.high:.0%}</small>"
            "</td>"
            for r in each.rates.values()
        )
        middle = f"{each.median:,.0f}" if math.isfinite(each.median) else "not found"
        body += f"<tr><th scope='row'>{WAYS[way][0]}</th>{cells}<td><b>{middle}</b></td></tr>"
    left = len(score.words) - n
    unasked = f" The words of the other {left} have no definition among these yet." if left else ""
    return (
        '<section class="lse-quality" aria-label="How well it finds words">'
        "<h3>How well it finds words</h3>"
        f"<p>{n} of {len(score.words)} words, described by hand for this page and not as the "
        f"dictionary does it, were looked for among {score.texts:,} definitions of "
        f"{score.labels:,} words.{html.escape(unasked)}</p>"
        f"<table><thead><tr><th></th>{head}<th>median rank</th></tr></thead><tbody>{body}</tbody>"
        "</table><p>In small print: where the share lies in 95 of 100 such lists (Wilson). A word "
        "counts once, by its best definition; what scores the same stands in the order of how "
        "common the words are.</p></section>"
    )


def rows(score: SearchScore) -> pd.DataFrame:
    """Return every description with its ranks; none where it is not found or was not looked for."""
    ranks = {
        name: [rank if rank > 0 else None for rank in values.tolist()]
        for name, values in (("by words", score.by_words), ("by meaning", score.by_meaning))
    }
    content = {"word": score.words, "description": score.descriptions, **ranks}
    return pd.DataFrame(content).astype(dict.fromkeys(ranks, "Int64"))
