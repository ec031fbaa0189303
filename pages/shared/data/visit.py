"""What the visitor is doing on the page Data: which files wait to be read, which source is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from embeddings.types import Scalar
from pages.shared import frame, own, visits
from pages.shared.own import desk

PAGE = "data"
FILES = "data.files"
IMPORTING = "data.importing"
OPENING = "data.opening"
PROBLEM = "data.problem"


@dataclass(frozen=True)
class Files:
    """Files that were brought together, and how they are to be read.

    Attributes
    ----------
    files : (name of the upload, what the person calls it) of each
    options : what the reader chose, see `sources.reading.Options`
    """

    files: tuple[tuple[str, str], ...]
    options: Mapping[str, Scalar] = field(default_factory=dict)


def arrive() -> tuple[str, ...]:
    """Read the address; return one line for each thing wrong in it."""
    visits.arrive(PAGE)
    problems = []
    name = chosen()
    if name and not desk.may_see(name):
        problems.append(own.NOT_YOURS)
        open_source("")
    if st.session_state.get(PROBLEM):
        problems.append(str(st.session_state.pop(PROBLEM)))
    visits.remember(PAGE, dict(st.query_params))
    return tuple(problems)


def chosen() -> str:
    """Return the name of the source that is open; empty if none is."""
    return str(st.query_params.get("source", ""))


def open_source(name: str) -> None:
    """Write into the address which source is open."""
    frame.write({"source": name} if name else {})


def files() -> Files | None:
    """Return what waits to be read; None where nothing does, or it went meanwhile."""
    waiting: Files | None = st.session_state.get(FILES)
    if waiting and all(desk.may_see(name) for name, _ in waiting.files):
        return waiting
    st.session_state.pop(FILES, None)
    return None


def take(waiting: Files) -> None:
    """Look at these files next; what is wrong with the ones before does not matter any more."""
    before: Files | None = st.session_state.get(FILES)
    kept = {name for name, _ in waiting.files}
    for name in [name for name, _ in before.files if name not in kept] if before else []:
        if desk.may_see(name):
            desk.remove(name)
    st.session_state[FILES] = waiting
    st.session_state.pop(IMPORTING, None)


def put_away() -> None:
    """Let go of the files that wait, whether or not they were read."""
    waiting = st.session_state.pop(FILES, None)
    st.session_state.pop(IMPORTING, None)
    st.session_state.pop(OPENING, None)
    for name, _ in waiting.files if waiting else ():
        if desk.may_see(name):
            desk.remove(name)
