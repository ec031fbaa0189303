"""Search by meaning: one question, answered by its words and by its meaning, side by side."""

from __future__ import annotations

import streamlit as st

from embeddings.applications import search
from embeddings.errors import UserError
from embeddings.types import Found, Request
from pages.shared import access, links, notices, progress
from pages.shared.reading import in_turn
from pages.shared.search import bar, cards, places, quality
from pages.shared.search.asking import Asking

SOON = 0.9
"""Seconds that a page waits for the answers, before it says how far they are."""

asking, problems = bar.choose()
links.follow(bar.PAGE)


def answers(asking: Asking, typed: str) -> tuple[Found | None, list[Request]]:
    """Return what the question finds, or what has to be made first; say what was wrong."""
    n_chunks = access.encoded_chunks() if asking.over == "definitions" else 0
    try:
        wanted = search.spec(asking.question, asking.over, n_chunks)
    except UserError as problem:
        notices.tell(problem)
        return None, []
    if not progress.at_once(wanted, SOON):
        st.html('<p class="lse-asked" role="status">The answers stand here in a moment.</p>')
        return None, [wanted]
    found = access.search(wanted)
    for line in search.remarks(found, typed):
        notices.tell(line)
    return found, []


def paragraphs(found: Found | None) -> None:
    """Show the answers beside the map of all paragraphs."""
    words, meaning, on_map = st.columns([3, 3, 4], gap="medium")
    if found:
        for column, written in zip((words, meaning), cards.written(found), strict=True):
            column.html(written)
    with on_map, st.container(key="search-map", gap="small"):
        if found:
            st.html(f'<p class="lse-asked">{cards.overlap(found)}</p>')
        places.show(found)


def definitions(found: Found | None) -> list[Request]:
    """Show the answers beside how well the reverse dictionary does."""
    words, meaning, score = st.columns([3, 3, 4], gap="medium")
    missing: list[Request] = []
    if found:
        for column, written in zip((words, meaning), cards.written(found), strict=True):
            column.html(written)
    with score, st.container(key="search-score", gap="small"):
        if found:
            st.html(
                f'<p class="lse-asked">{found.searched:,} of {found.total:,} definitions are '
                f"searched, those of common words first. {cards.overlap(found)}</p>"
            )
            missing += quality.encoding(found.searched, found.total)
        missing += quality.score()
    return missing


with st.container(key="reading"):
    for problem in problems:
        notices.warn(problem)
    typed = bar.field(asking)
    st.html(bar.examples(asking))
    found, missing = answers(asking, typed)
    if asking.over == "paragraphs":
        paragraphs(found)
    else:
        missing += definitions(found)
    missing = in_turn(missing)
progress.below(missing, "What was made so far is kept.")
