"""The dock at the foot of every page while somebody takes a lesson.

What a step asks is answered in the browser; only going on to another page or state reaches the
server. A step that was left for another page is come back to with one button.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from embeddings.errors import UserError
from embeddings.lessons import Lesson, Step
from pages.shared import frame, notices, scripts
from pages.shared.lessons import place as places
from pages.shared.lessons.place import Place

HERE, GOING, WRONG = "lesson.here", "lesson.going", "lesson.wrong"
KEY = "lesson.dock"

JS = scripts.joined("make.js", "lessons/dock.js")

_component = st.components.v2.component("lesson_dock", js=JS, isolate_styles=False)


def start(key: str) -> None:
    """Begin a lesson with its first step, at the next run."""
    _go(Place(key).text)


def arrive(pages: Mapping[str, Any], here: Any) -> None:
    """Go where a lesson leads, and keep its place in the address.

    Parameters
    ----------
    pages : every page of the app, by its name in the address
    here : the one that is being opened
    """
    state = st.session_state
    going = state.pop(GOING, None)
    if going is not None:
        state[HERE] = going
        _open(going, pages)
    given = st.query_params.get("lesson")
    if given is None and state.get(HERE):
        st.query_params["lesson"] = state[HERE]
    elif given is not None:
        state[HERE] = given
    if state.get(HERE) and here.url_path == "lessons" and given is not None:
        _open(state[HERE], pages)  # a link that only says which lesson


def _open(text: str, pages: Mapping[str, Any]) -> None:
    try:
        place, _, step = places.read(text)
    except UserError:
        return
    path, query, _ = places.target(place, step)
    if path in pages:
        st.switch_page(pages[path], query_params={**query, "lesson": place.text})


def show(here: str) -> None:
    """Show the dock, where somebody is taking a lesson.

    Parameters
    ----------
    here : the page's name in the address
    """
    text = st.session_state.get(HERE)
    data = None
    if text:
        try:
            data = _data(*places.read(text), here)
        except UserError as problem:
            _leave()
            notices.warn(problem)
    with st.container(key="lesson-dock"):
        _component(data=data, key=KEY, on_go_change=_went)


def _data(place: Place, lesson: Lesson, step: Step, here: str) -> dict[str, Any]:
    path, query, fragment = places.target(place, step)
    shown = frame.of_page(st.query_params)
    asks = step.prediction
    return {
        "lesson": lesson.title,
        "language": lesson.language,
        "aim": lesson.aim,
        "place": place.text,
        "number": place.step + 1,
        "steps": [each.title for each in lesson.steps],
        "seen": place.seen,
        "title": step.title,
        "ask": asks.ask,
        "kind": asks.kind,
        "choices": list(asks.choices),
        "answers": list(asks.answers),
        "says": step.says,
        "explain": step.explain,
        "alone": step.alone,
        "readOn": [{"text": text, "url": url} for text, url in lesson.read_on],
        "fragment": fragment,
        "away": here != path or any(shown.get(name) != query[name] for name in query),
        "next": place.of(step=place.step + 1, seen=False).text
        if place.step + 1 < len(lesson.steps)
        else None,
        "back": place.of(step=place.step - 1, seen=False).text if place.step else None,
        "reveal": place.of(seen=True).text,
    }


def _went() -> None:
    text = st.session_state[KEY].get("go")
    if text is None:
        return
    if text == "":
        _leave()
    else:
        _go(str(text)[:200])


def _go(text: str) -> None:
    st.session_state[GOING] = text


def _leave() -> None:
    st.session_state.pop(HERE, None)
    st.query_params.pop("lesson", None)
