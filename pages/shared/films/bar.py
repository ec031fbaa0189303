"""What the reader chooses on both pages: films, stars, how much popularity counts, whose map."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from embeddings import methods
from pages.shared import frame, notices, visits
from pages.shared.films import asking as addresses
from pages.shared.films import picker, shelf
from pages.shared.films.asking import PAGE, PEOPLE, Asking, Rating


def choose() -> tuple[Asking, tuple[str, ...]]:
    """Let the reader choose the films they like; also return a line for each thing wrong."""
    visits.arrive(PAGE)
    titles = shelf.titles()
    asking, problems = addresses.read(st.query_params, titles)
    st.session_state["films.popularity"] = asking.popularity
    left, right = st.columns([8, 4], gap="large", vertical_alignment="bottom")
    with left:
        picker.show("Films you like", "films.liked", asking.liked, _liked)
    # Not a slider: a slider waits a fifth of a second for its next step before it says anything.
    right.segmented_control(
        "How much popularity counts",
        addresses.POPULARITY,
        format_func=lambda percent: f"{percent} %",
        key="films.popularity",
        required=True,
        on_change=_changed,
        args=("popularity", "films.popularity"),
        help="0 %: closeness alone. 100 %: what most people like, the same for everybody.",
        wrap=False,
    )
    visits.remember(PAGE, addresses.write(asking, titles))
    return asking, (*problems, *picker.problems())


def _liked(rows: list[int]) -> None:
    go_to(replace(now(), liked=tuple(rows), film=None))


def now() -> Asking:
    """Return what the address asks."""
    return addresses.read(st.query_params, shelf.titles())[0]


def go_to(asking: Asking) -> None:
    """Write what is asked into the address."""
    frame.write(addresses.write(asking, shelf.titles()))


def _changed(name: str, key: str) -> None:
    value = st.session_state[key]
    if value is not None:
        go_to(replace(now(), **{name: value}))


def whose_map(kind: str, on: str) -> None:
    """Let the reader choose the method whose map is shown."""
    key = f"{kind}.on"
    st.session_state[key] = on
    st.segmented_control(
        "On the map of",
        list(methods.available(kind)),
        format_func=lambda each: methods.get(each).label,
        key=key,
        required=True,
        on_change=_on_map if kind == PAGE else _on_people_map,
        label_visibility="collapsed",
    )


def _on_map() -> None:
    go_to(replace(now(), on=st.session_state["films.on"], film=None))


# ----------------------------------------------------------------------------------- people


def rate() -> tuple[Rating, tuple[str, ...]]:
    """Let the reader make a person up; also return a line for each thing wrong."""
    visits.arrive(PEOPLE)
    titles = shelf.titles()
    rating, problems = addresses.read_rating(st.query_params, titles)
    label = "Films that you rate, a dozen or so"
    picker.show(label, "people.films", tuple(rating.stars), _chosen)
    columns = st.columns(4, gap="small")
    for number, (row, stars) in enumerate(rating.stars.items()):
        with columns[number % 4], st.container(key=f"people-film-{row}", gap=None):
            st.caption(notices.plain(titles[row]))
            key = f"people.stars.{row}"
            st.session_state[key] = round(stars) - 1 if stars else None
            st.feedback("stars", key=key, on_change=_starred, args=(row,))
    visits.remember(PEOPLE, addresses.write_rating(rating, titles))
    return rating, (*problems, *picker.problems())


def _rating() -> Rating:
    return addresses.read_rating(st.query_params, shelf.titles())[0]


def _write(rating: Rating) -> None:
    frame.write(addresses.write_rating(rating, shelf.titles()))


def _chosen(rows: list[int]) -> None:
    before = _rating()
    _write(replace(before, stars={row: before.stars.get(row, 0.0) for row in rows}))


def _starred(row: int) -> None:
    before, given = _rating(), st.session_state[f"people.stars.{row}"]
    _write(replace(before, stars={**before.stars, row: 0.0 if given is None else given + 1.0}))


def _on_people_map() -> None:
    _write(replace(_rating(), on=st.session_state["people.on"]))
