"""A slim line that says how far a new map is, while the old one stays usable."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from contextlib import suppress
from uuid import uuid4

import streamlit as st

from embeddings.errors import UserError
from embeddings.jobs import Status
from embeddings.types import Request
from pages.shared import access, notices, visitors

NAME = "reader"
ASKED, WITHDRAWN = "asked", "withdrawn"
"""Sets of keys in the session's state: what this reader asked for, and has cancelled."""

RUNNING, NEXT, QUEUED = 0.5, 2.0, 5.0
"""Seconds between two looks at a job: that runs, whose turn is near, and of a long queue."""


GRACE = 20.0
"""Seconds after a lost connection until what only this reader wanted is cancelled."""


def _leave_later(who: str) -> None:
    timer = threading.Timer(GRACE, access.leave, args=(who,))
    timer.daemon = True
    timer.start()


@st.cache_resource(scope="session", show_spinner=False, on_release=_leave_later)
def reader() -> str:
    """Return the name by which this reader asks, a new one after each lost connection.

    The visitor stands before the dot: all pages that he has open count together, and each withdraws
    only what it has asked for itself.
    """
    return f"{visitors.current()}.{uuid4().hex}"


def only(requests: Collection[Request]) -> None:
    """Let go of whatever the reader asked for before, and does not look at any more."""
    keep = {request.key for request in requests}
    for name in (ASKED, WITHDRAWN):
        _keys(name).intersection_update(keep)
    access.leave(reader(), keep)


def show(missing: Sequence[Request], still: str = "") -> bool:
    """Ask for the first of what is missing, and say how far it is or why there is none.

    Returns whether it is being made.

    Parameters
    ----------
    missing : what has to be made, in the order in which it is
    still : what to add where it did not work
    """
    first = missing[0]
    failure = _ask(first)
    if failure is None:
        _line(missing)
        return True
    with st.container(key="failure", horizontal=True, vertical_alignment="center"):
        notices.fail(f"{failure} {still}")
        st.button("Try again", on_click=_again, args=tuple(missing))
    return False


def below(
    missing: Sequence[Request], still: str, wanted: Collection[Request] | None = None
) -> None:
    """End a page: say at its foot how far what it lacks is, and let go of all else.

    Parameters
    ----------
    missing, still : as in `show`
    wanted : what the reader still looks at; by default what is missing
    """
    only(missing if wanted is None else wanted)
    if missing:
        with st.container(key="measuring"):
            show(missing, still)


def at_once(request: Request, seconds: float) -> bool:
    """Ask for something that is made within a second, and wait for it; say whether it is there.

    So it is on the page that asks for it, and not on the one after the next look at the job.
    """
    if not access.has(request) and _ask(request) is None:
        with suppress(UserError):
            access.wait(request.key, seconds)
    return access.has(request)


def _ask(request: Request) -> str | None:
    """Ask the workers once per session and request; return why it did not work, if it did not."""
    if request.key in _keys(WITHDRAWN):
        return "Cancelled."
    try:
        if st.session_state.get(NAME) != reader():  # the one before is about to leave
            st.session_state[NAME] = reader()
            _keys(ASKED).clear()
        if request.key not in _keys(ASKED):
            access.submit(request, reader())
            _keys(ASKED).add(request.key)
        status = access.status(request.key)
    except UserError as error:
        return str(error)
    if status.state == "done":
        return "The new map was made but could not be kept. Ask for it again."
    return status.message if status.ended else None


def _again(*requests: Request) -> None:
    """Forget failures, so that the next run asks anew."""
    for name in (ASKED, WITHDRAWN):
        _keys(name).difference_update(request.key for request in requests)


def _withdraw(*requests: Request) -> None:
    """Stop waiting for these, the first of which is being made unless others wait for it too."""
    _keys(WITHDRAWN).update(request.key for request in requests)
    access.cancel(requests[0].key, reader())


def _keys(name: str) -> set[str]:
    found: set[str] = st.session_state.setdefault(name, set())
    return found


def _line(missing: Sequence[Request]) -> None:
    """Show how far the work is; run the page again when it ends, however it ends."""
    request, steps = missing[0], len(missing)
    pace, who = _pace(access.status(request.key)), reader()

    @st.fragment(run_every=pace)
    def line() -> None:
        status = access.status(request.key)
        changed = _pace(status) != pace or reader() != who
        if status.ended or changed or request.key in _keys(WITHDRAWN):
            st.rerun()
        with st.container(
            key="progress", horizontal=True, vertical_alignment="center", gap="small"
        ):
            st.progress(min(max(status.fraction, 0.0), 1.0), _text(status, steps))
            st.button("Cancel", on_click=_withdraw, args=tuple(missing), key="cancel")

    line()


def _pace(status: Status) -> float:
    if status.state != "queued":
        return RUNNING
    return NEXT if status.ahead < 3 else QUEUED


def _text(status: Status, steps: int) -> str:
    left = f"{steps} steps left · " if steps > 1 else ""
    done = f"{status.fraction:.0%} · " if status.state == "running" else ""
    return notices.plain(f"{left}{done}{status.message or 'Starting'}")
