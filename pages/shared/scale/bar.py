"""What the reader chooses above the page: how many vectors, how much recall, against what."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.shared import frame, visits
from pages.shared.scale import asking as addresses
from pages.shared.scale.asking import AGAINST, CHOICES, RECALLS, UPTO, Asking

PAGE = "scale"


def choose() -> tuple[Asking, tuple[str, ...]]:
    """Let the reader choose; also return one line for each thing wrong in the address."""
    visits.arrive(PAGE)
    asking, problems = addresses.read(st.query_params)
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        switch("How many vectors are measured", "upto", UPTO, asking)
        switch("Recall that is demanded", "recall", RECALLS, asking)
        switch("What recall is drawn against", "against", AGAINST, asking)
        st.button("Measure again", on_click=_again, key="scale.again")
    visits.remember(PAGE, addresses.write(asking))
    return asking, problems


def switch(label: str, name: str, options: dict[str, str], asking: Asking) -> None:
    """Show one choice."""
    st.session_state[f"scale.{name}"] = getattr(asking, name)
    st.segmented_control(
        label,
        list(options),
        format_func=lambda key: options[key],
        key=f"scale.{name}",
        required=True,
        on_change=_changed,
        args=(name,),
        label_visibility="collapsed",
        wrap=False,
    )


def go_to(asking: Asking) -> None:
    """Write what is looked at into the address."""
    frame.write(addresses.write(asking))


def now() -> Asking:
    """Return what the address asks."""
    return addresses.read(st.query_params)[0]


def _changed(name: str) -> None:
    value = st.session_state[f"scale.{name}"]
    if value in CHOICES[name]:
        go_to(replace(now(), **{name: value}))


def _again() -> None:
    asking = now()
    go_to(replace(asking, turn=asking.turn % 1000 + 1))
