"""Widgets that let people choose what to compare; the address is the truth, as on the map page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from embeddings import captions
from pages.shared import address, comparison, frame, offers, pickers, visits
from pages.shared.address import BIG, Choice
from pages.shared.comparison import Comparison

PAGE = "compare"
VIEWS = {"maps": "Maps", "differences": "Differences", "trust": "Trust"}
OURS = {"vocabulary", "dimensions", "maps", "view"}


def comparison_choice() -> tuple[Comparison, tuple[str, ...]]:
    """Let the reader choose; also return one line for each thing wrong in the address."""
    visits.arrive(PAGE)
    chosen, problems = comparison.read(st.query_params)
    state = st.session_state
    state["compare.vocabulary"] = chosen.vocabulary
    state["compare.dimensions"] = chosen.dimensions
    state["compare.view"] = chosen.view
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        _view()
        pickers.vocabulary_box("compare.vocabulary", _changed, width=205)
        is_big = chosen.vocabulary == BIG
        pickers.dimensions_switch("compare.dimensions", _changed, disabled=is_big)
        _maps(chosen)
    visits.remember(PAGE, _others() | comparison.write(chosen))
    return chosen, problems


def _view() -> None:
    st.segmented_control(
        "View",
        list(VIEWS),
        format_func=lambda key: VIEWS[key],
        key="compare.view",
        required=True,
        on_change=_changed,
        label_visibility="collapsed",
        wrap=False,
    )


def _maps(chosen: Comparison) -> None:
    names = captions.names([address.projection_of(each) for each in chosen.maps])
    for at, (choice, name) in enumerate(zip(chosen.maps, names, strict=True)):
        _map(chosen, at, choice, name)
    if len(chosen.maps) < comparison.MOST and chosen.vocabulary != BIG:
        st.button("Add", key="compare.add", help="Add a map", on_click=_add, args=(chosen,))


def _map(chosen: Comparison, at: int, choice: Choice, name: str) -> None:
    """Show one map as a button; behind it are its method, its settings and its removal."""
    key = f"compare.open.{at}"
    popover = st.popover(
        _short(name), disabled=chosen.vocabulary == BIG, key=key, on_change="rerun", help=name
    )
    if not popover.open:
        return
    with popover:
        method = f"compare.method.{at}"
        st.session_state[method] = choice.method
        st.selectbox(
            "Method",
            offers.methods_for(choice.vocabulary),
            format_func=offers.method_label,
            key=method,
            on_change=_change_method,
            args=(chosen, at),
        )
        pickers.settings_form(choice, lambda new: _put(chosen, at, new, key), slot=f"{at}.")
        if len(chosen.maps) > comparison.FEWEST:
            st.button(
                "Remove this map",
                key=f"compare.remove.{at}",
                type="tertiary",
                on_click=lambda: _put(chosen, at, None, key),
            )


def _short(name: str, most: int = 26) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


# --------------------------------------------------------------------------------- callbacks


def _changed() -> None:
    """Write to the address what the widgets say."""
    state = st.session_state
    before, _ = comparison.read(st.query_params)
    words = state["compare.vocabulary"]
    if before.maps[0].method not in offers.methods_for(words):
        before = replace(before, maps=tuple(map(Choice, comparison.first(words))))
    after = before.of(vocabulary=words, dimensions=state["compare.dimensions"])
    if before.vocabulary == BIG != state["compare.vocabulary"]:
        after = Comparison().of(vocabulary=state["compare.vocabulary"])
    _go_to(replace(after, view=state["compare.view"]))


def _add(chosen: Comparison) -> None:
    """Add the first method that is not there yet."""
    there = {each.method for each in chosen.maps}
    order = (*comparison.first(chosen.vocabulary), *offers.methods_for(chosen.vocabulary))
    method = next((key for key in order if key not in there), order[0])
    new = Choice(method, chosen.vocabulary, chosen.dimensions)
    _go_to(chosen.with_map(len(chosen.maps), new))


def _change_method(chosen: Comparison, at: int) -> None:
    choice = replace(chosen.maps[at], method=st.session_state[f"compare.method.{at}"])
    _go_to(chosen.with_map(at, address.with_settings(choice, dict(choice.settings))))


def _put(chosen: Comparison, at: int, choice: Choice | None, key: str) -> None:
    st.session_state[key] = False
    _go_to(chosen.with_map(at, choice))


def _go_to(chosen: Comparison) -> None:
    frame.write(_others() | comparison.write(chosen))


def _others() -> dict[str, str]:
    """Return what of the address is not ours: what the views for reading keep there."""
    return {name: value for name, value in st.query_params.items() if name not in OURS}
