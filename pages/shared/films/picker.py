"""Films that somebody chooses: each can be taken away again, and a field adds one more.

Not Streamlit's own field: it would send all 9,066 titles to every browser, and keep each of them
busy for a second at every choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from embeddings.applications import films
from embeddings.errors import UserError
from embeddings.types import VocabularySpec
from pages.shared import access, linked_maps, scripts
from pages.shared.films import shelf

UNKNOWN = "films.unknown"
"""What was typed last and is no film: the line that says so."""

SENT = 500
"""So many titles are taken from a browser at once; an address may name more than can be chosen."""

LONGEST = 400
"""Letters of a title that are read; no film's is as long."""

_component = st.components.v2.component(
    "film_picker",
    html="<div data-picker></div>",
    js=scripts.joined("make.js", "asking/field.js", "films/picker.js"),
    isolate_styles=False,
)


def show(
    label: str, key: str, chosen: Sequence[int], on_change: Callable[[list[int]], None]
) -> None:
    """Show the films that are chosen.

    Parameters
    ----------
    key : of the component
    chosen : rows of the films, in the order in which they were chosen
    on_change : is told the rows that are chosen from now on
    """
    titles = shelf.titles()
    version = access.version(VocabularySpec("films"))
    data = {
        "key": key.replace(".", "-"),
        "label": label,
        "titles": [titles[row] for row in chosen],
        "most": films.MOST,
        "turn": st.session_state.get(f"{key}.turn", 0),
        "left": st.session_state.get(f"{key}.left"),
        "complete": f"{linked_maps.base_path()}/data/titles/films?v={version}",
    }
    _component(data=data, key=key, on_chosen_change=lambda: _chosen(key, on_change))


def problems() -> tuple[str, ...]:
    """Return what is wrong with what was chosen last; it is said once."""
    line = st.session_state.pop(UNKNOWN, None)
    return (line,) if line else ()


def _chosen(key: str, on_change: Callable[[list[int]], None]) -> None:
    said = st.session_state[key].get("chosen")
    if not isinstance(said, dict) or not isinstance(said.get("titles"), list):
        return
    turn = said.get("turn")
    st.session_state[f"{key}.turn"] = turn if isinstance(turn, int) else 0
    rows, left, problem = rows_of(said["titles"], shelf.titles())
    st.session_state[f"{key}.left"] = left
    if problem:
        st.session_state[UNKNOWN] = problem
    on_change(rows)


def rows_of(
    given: Sequence[object], titles: tuple[str, ...]
) -> tuple[list[int], str | None, str | None]:
    """Return the rows of films that a browser names, each once; the last that is none, and why.

    Parameters
    ----------
    given : whatever came as titles; at most ``SENT`` of them are read
    """
    rows, left, wrong = [], None, None
    for title in given[:SENT]:
        try:
            text = title[:LONGEST] if isinstance(title, str) else ""
            rows.append(films.find(text, titles))
        except UserError as problem:
            left, wrong = text, str(problem)
    return list(dict.fromkeys(rows)), left, wrong
