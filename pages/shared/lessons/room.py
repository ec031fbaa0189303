"""Where a class is opened or joined, on the page of lessons."""

from __future__ import annotations

import streamlit as st

from pages.shared.classroom import classes
from pages.shared.lessons import dock

TYPED = "class.typed"


def show() -> None:
    """Show how to open a class and to join one; who is in one already sees nothing here."""
    room = st.container(
        key="class-room", horizontal=True, vertical_alignment="bottom", gap="medium"
    )
    if dock.in_class():
        return
    with room:
        st.text_input(
            "Code of your class",
            key=TYPED,
            max_chars=12,
            placeholder="BCDFGH",
            width=180,
            on_change=_join,
        )
        st.button("Join", on_click=_join)
        st.button(
            "Open a class",
            type="primary",
            on_click=dock.open_class,
            help="You steer, and everybody with the code follows: pages, lessons, answers. "
            f"It ends {classes.hours()} hours after you last did something.",
        )


def _join() -> None:
    if typed := str(st.session_state.get(TYPED, "")).strip():
        dock.join_class(typed)
