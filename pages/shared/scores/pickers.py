"""Widgets that choose what the scorecard shows; the address is the truth, as on every page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from embeddings import methods
from pages.shared import frame, offers, pickers, visits
from pages.shared.address import Choice
from pages.shared.scores import choice as choices
from pages.shared.scores.choice import CELLS, MOST_ADDED, OURS, Scores

PAGE = "scorecard"
ADDING = "scorecard.add open"


def scores_choice() -> tuple[Scores, tuple[str, ...]]:
    """Let the reader choose; also return one line for each thing wrong in the address."""
    visits.arrive(PAGE)
    chosen, problems = choices.read(st.query_params)
    state = st.session_state
    state["scorecard.vocabulary"], state["scorecard.cells"] = chosen.vocabulary, chosen.cells
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        st.selectbox(
            "Vocabulary",
            choices.vocabularies(),
            format_func=choices.label,
            key="scorecard.vocabulary",
            on_change=_changed,
            label_visibility="collapsed",
            width=228,
        )
        st.segmented_control(
            "What the cells show",
            list(CELLS),
            format_func=lambda key: CELLS[key],
            key="scorecard.cells",
            required=True,
            on_change=_changed,
            label_visibility="collapsed",
            wrap=False,
        )
        _added(chosen)
    visits.remember(PAGE, _others() | choices.write(chosen))
    return chosen, problems


def _added(chosen: Scores) -> None:
    popover = st.popover(
        "Add a method",
        key=ADDING,
        on_change="rerun",
        disabled=len(chosen.added) >= MOST_ADDED,
        help="Another column: any method with settings of your own",
    )
    if popover.open:
        with popover:
            _form()
    for column in chosen.added:
        name = chosen.name(column)
        st.button(
            f"{_short(name)} ✕",
            key=f"scorecard.remove.{choices.written(column)}",
            help=f"Remove the column {name}",
            on_click=_remove,
            args=(column,),
        )


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _form() -> None:
    method = st.selectbox(
        "Method",
        keys := offers.method_keys(),
        index=keys.index("bert"),
        format_func=offers.method_label,
        key="scorecard.add.method",
    )
    if not methods.get(str(method)).all_parameters:
        st.caption("It has no settings: it is there already.")
        return
    pickers.vectors_form(Choice(str(method)), _add, slot="scorecard.", label="Score it")


# --------------------------------------------------------------------------------- callbacks


def _changed() -> None:
    state = st.session_state
    before, _ = choices.read(st.query_params)
    _go_to(
        replace(before, vocabulary=state["scorecard.vocabulary"], cells=state["scorecard.cells"])
    )


def _add(column: Choice) -> None:
    """Add a column, unless it is there: by its defaults every method is."""
    st.session_state[ADDING] = False
    before, _ = choices.read(st.query_params)
    column = choices.of_vectors(column)
    if column.settings and column not in before.added:
        _go_to(replace(before, added=(*before.added, column)))


def _remove(column: Choice) -> None:
    before, _ = choices.read(st.query_params)
    after = replace(before, added=tuple(each for each in before.added if each != column))
    if before.method == choices.written(column):
        after = replace(after, section="", method="")
    _go_to(after)


def open_cell(section: str, method: str) -> None:
    """Open a cell, or close it if it is open."""
    before, _ = choices.read(st.query_params)
    is_open = (before.section, before.method) == (section, method)
    section, method = ("", "") if is_open else (section, method)
    _go_to(replace(before, section=section, method=method))


def _go_to(chosen: Scores) -> None:
    frame.write(_others() | choices.write(chosen))


def _others() -> dict[str, str]:
    """Return what of the address other widgets keep there."""
    return {name: value for name, value in st.query_params.items() if name not in OURS}
