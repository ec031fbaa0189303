"""What the reader chooses and writes: what is searched, and the question; both in the address."""

from __future__ import annotations

import html

import streamlit as st

from embeddings.applications import search
from pages.shared import frame, links, visits
from pages.shared.search import asking as addresses
from pages.shared.search.asking import EXAMPLES, Asking

PAGE = "search"
OVER, FIELD, TYPED = "search.over", "search.question", "search.typed"
LABELS = {"paragraphs": "Question", "definitions": "Description of a word"}


def choose() -> tuple[Asking, list[str]]:
    """Let the reader choose what is searched; also return one line for each thing wrong there."""
    visits.arrive(PAGE)
    asking, problems = addresses.read(st.query_params)
    st.session_state[OVER] = asking.over
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "What is searched",
            list(search.SOURCES),
            format_func=lambda key: search.SOURCES[key].label,
            key=OVER,
            required=True,
            on_change=_source_changed,
            label_visibility="collapsed",
            wrap=False,
        )
    visits.remember(PAGE, addresses.write(asking))
    return asking, list(problems)


def field(asking: Asking) -> str:
    """Show the field of the question; return the question as it was typed, before it was cut."""
    state = st.session_state
    # What was typed stays as it is, even where only its beginning is read.
    if search.clean(state.get(FIELD, ""))[: search.LONGEST] != asking.question:
        state[FIELD] = asking.question
    with (
        st.form("search.form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.text_input(LABELS[asking.over], key=FIELD)
        st.form_submit_button("Search", type="primary", on_click=_asked)
    return str(state[FIELD])


def examples(asking: Asking) -> str:
    """Write questions worth asking as HTML."""
    rows = [
        f"<li>{links.link(text, addresses.write(Asking(text, asking.over)))} "
        f"<span>{html.escape(see)}</span></li>"
        for text, see in EXAMPLES[asking.over]
    ]
    return f'<ul class="lse-tries" aria-label="Questions to try">{"".join(rows)}</ul>'


def _source_changed() -> None:
    """Search the other source; what was asked there before returns."""
    before, _ = addresses.read(st.query_params)
    state = st.session_state
    left: dict[str, str] = state.setdefault("search.left", {})
    left[before.over] = before.question
    over = state[OVER]
    question = left.get(over, addresses.USUAL[over])
    frame.write(addresses.write(Asking(question, over)))


def _asked() -> None:
    before, _ = addresses.read(st.query_params)
    question = search.clean(st.session_state[FIELD])[: search.LONGEST]
    frame.write(addresses.write(Asking(question, before.over)))
