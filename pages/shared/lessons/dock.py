"""The dock at the foot of every page while somebody takes a lesson, or is in a class.

What a step asks is answered in the browser; only going on to another page or state reaches the
server. A step that was left for another page is come back to with one button. In a class it is the
class that says where everybody is: see `pages.shared.classroom`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from embeddings.errors import UserError
from embeddings.lessons import Lesson, Step
from pages.shared import frame, linked_maps, notices, scripts, visitors
from pages.shared.classroom import classes, trying
from pages.shared.classroom.classes import State
from pages.shared.lessons import place as places
from pages.shared.lessons import telling
from pages.shared.lessons.place import Place

HERE, GOING = "lesson.here", "lesson.going"
CLASS, SECRET, LEFT = "class.code", "class.secret", "class.left"
KEY = "lesson.dock"
TO_CLASS = "class"
"""What the browser says in place of a step, to go where the class is."""

JS = scripts.joined("make.js", "lessons/class.js", "lessons/dock.js")

_component = st.components.v2.component("lesson_dock", js=JS, isolate_styles=False)


@dataclass(frozen=True)
class Membership:
    """A class that the visitor is in, where it is now, and whether he steers it."""

    state: State
    steers: bool

    @property
    def place(self) -> str:
        """Where it is in a lesson, as an address holds it."""
        now = self.state
        return now.place + f".{places.SEEN}" if now.place and now.seen else now.place


def start(key: str) -> None:
    """Begin a lesson with its first step, at the next run."""
    _go(Place(key).text)


def open_class() -> None:
    """Open a class that the visitor steers, at the next run."""
    try:
        code, secret = classes.shared().open(visitors.current())
    except UserError as problem:
        st.session_state[LEFT] = str(problem)
        return
    st.session_state[SECRET] = {**st.session_state.get(SECRET, {}), code: secret}
    st.session_state[CLASS] = code
    st.query_params["class"] = code


def join_class(typed: str) -> None:
    """Join a class by its code, at the next run."""
    st.session_state[CLASS] = classes.as_code(typed)
    st.session_state[GOING] = TO_CLASS


def arrive(pages: Mapping[str, Any], here: Any) -> Membership | None:
    """Go where a lesson or a class leads, and keep both in the address.

    Returns the class that the visitor is in, if he is.

    Parameters
    ----------
    pages : every page of the app, by its name in the address
    here : the one that is being opened
    """
    state, query = st.session_state, st.query_params
    is_new = KEY not in state and HERE not in state and CLASS not in state
    for name, key in (("class", CLASS), ("lesson", HERE)):
        if name in query:
            state[key] = query[name]
        elif state.get(key):
            query[name] = state[key]
    member = membership()
    going = state.pop(GOING, None)
    if member and not member.steers:
        if going == TO_CLASS or (is_new and "lesson" not in query):
            _open_class(member, pages)
        return member
    if member and is_new and "lesson" not in query and member.place:
        # Who steers from another browser, or comes back, finds the class where it is.
        state[HERE] = going = member.place
    if going not in (None, TO_CLASS):
        state[HERE] = going
        _open(going, pages)
    elif state.get(HERE) and here.url_path == "lessons" and is_new:
        _open(state[HERE], pages)  # a link that only says which lesson
    return member


def in_class() -> bool:
    """Whether the visitor is in a class."""
    return bool(st.session_state.get(CLASS))


def membership() -> Membership | None:
    """Return the class that the visitor is in; where there is none any more it is left."""
    code = classes.as_code(str(st.session_state.get(CLASS) or ""))
    if not code:
        return None
    try:
        register = classes.shared()
        if trying.is_over(_sender()) and not register.belongs(code, visitors.current()):
            raise trying.TooMany
        if not classes.is_code(code):
            raise UserError(classes.GONE)
        return Membership(register.state(code), register.is_teacher(code, visitors.current()))
    except UserError as problem:
        if str(problem) == classes.GONE:
            trying.note(_sender())
        if not isinstance(problem, classes.Down):
            _leave_class()
        st.session_state[LEFT] = str(problem)
        return None


def _sender() -> str:
    return st.context.ip_address or ""


def _open(text: str, pages: Mapping[str, Any]) -> None:
    try:
        place, _, step = places.read(text)
    except UserError:
        return
    path, query, _ = places.target(place, step)
    _switch(path, query, pages, lesson=place.text)


def _open_class(member: Membership, pages: Mapping[str, Any]) -> None:
    if member.place:
        st.session_state[HERE] = member.place
    else:
        st.session_state.pop(HERE, None)
    if member.state.address:
        path, query, _ = _parts(member.state.address)
        _switch(path, query, pages, lesson=member.place)
    elif member.place:
        _open(member.place, pages)


def _switch(path: str, query: dict[str, str], pages: Mapping[str, Any], lesson: str) -> None:
    if path not in pages:
        return
    kept = {"class": st.session_state.get(CLASS), "lesson": lesson}
    ours = {name: each for name, each in kept.items() if each}
    st.switch_page(pages[path], query_params=frame.of_page(query) | ours)


def _parts(address: str) -> tuple[str, dict[str, str], str]:
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return parts.path.strip("/"), query, parts.fragment


def show(here: str, member: Membership | None) -> None:
    """Show the dock, where somebody is taking a lesson or is in a class.

    Parameters
    ----------
    here : the page's name in the address
    member : what `arrive` found
    """
    problems = []
    if problem := st.session_state.pop(LEFT, None):
        problems.append(problem)
    text = st.session_state.get(HERE)
    if member and not member.steers:
        text = member.place
    data: dict[str, Any] = {}
    if text:
        try:
            data = _lesson(*places.read(str(text)), here, member)
        except UserError as wrong:
            _leave_lesson()
            problems.append(wrong)
    if member:
        data["class"] = _class(member, here)
    with st.container(key="lesson-dock"):  # always there: else what follows would be made anew
        for each in problems:
            notices.warn(each)
        _component(data=data or None, key=KEY, on_go_change=_went)


def _lesson(
    place: Place, lesson: Lesson, step: Step, here: str, member: Membership | None
) -> dict[str, Any]:
    path, query, _ = places.target(place, step)
    # In a class nobody is sent an answer before it is revealed to all.
    is_hidden = member is not None and not member.steers and not place.seen
    told = telling.step(place, lesson, step, is_hidden)
    return {**told, "away": _is_away(here, path, query)}


def _class(member: Membership, here: str) -> dict[str, Any]:
    code, state = member.state.code, member.state
    base = linked_maps.base_path()
    path, query, _ = _parts(state.address)
    secret = st.session_state.get(SECRET, {}).get(code) if member.steers else None
    return {
        "code": code,
        "steers": member.steers,
        "address": f"{base}/class/{code}",
        "base": base,
        "place": state.place,
        "seen": state.seen,
        "version": state.version,
        "shown": state.address,
        "away": bool(state.address) and _is_away(here, path, query),
        "teach": f"{base}/class/{code}/teach/{secret}" if secret else None,
    }


def _is_away(here: str, path: str, query: Mapping[str, str]) -> bool:
    shown = frame.of_page(st.query_params)
    wanted = frame.of_page(query)
    return here != path or any(shown.get(name) != wanted[name] for name in wanted)


def _went() -> None:
    text = st.session_state[KEY].get("go")
    if text is None:
        return
    if text == "":
        _leave_lesson()
    elif text == "leave":
        _leave_lesson()
        _leave_class()
    else:
        _go(str(text)[:200])


def _go(text: str) -> None:
    st.session_state[GOING] = text


def _leave_lesson() -> None:
    st.session_state.pop(HERE, None)
    st.query_params.pop("lesson", None)


def _leave_class() -> None:
    st.session_state.pop(CLASS, None)
    st.query_params.pop("class", None)
