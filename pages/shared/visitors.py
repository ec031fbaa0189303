"""Who looks: a browser's session, told from others by a cookie that no script can read.

It is not a person and not an account. It tells whose own data these are, and counts for the limits.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner import get_script_run_ctx

COOKIE = "lse_visitor"
STATE = "visitor"
"""Where a session keeps the id of its visitor."""

_ID = re.compile("[0-9a-f]{32}")
_asking: ContextVar[str | None] = ContextVar("visitor", default=None)


def new() -> str:
    """Return an id that nobody has and nobody can guess."""
    return secrets.token_hex(16)


def is_valid(text: object) -> bool:
    """Whether this is an id as `new` makes them."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def current() -> str:
    """Return the id of whoever asks: 32 hexadecimal digits.

    In a data route that of the request, see `of_request`; while a page runs, that of the browser;
    without a cookie, that of the page's session. Where nobody asks it is new at each call: such an
    id owns nothing.
    """
    asking = _asking.get()
    if asking is not None:
        return asking
    if get_script_run_ctx(suppress_warning=True) is None:
        return new()
    given = st.context.cookies.get(COOKIE)
    if is_valid(given):
        # A page may go on for a moment after its connection, and the cookies with it, is gone.
        st.session_state[STATE] = given
    elif not is_valid(st.session_state.get(STATE)):
        st.session_state[STATE] = new()
    return str(st.session_state[STATE])


@contextmanager
def of_request(request: HTTPConnection) -> Iterator[str]:
    """Have `current` return the visitor of a request, within this block; yield the id.

    A request without a valid cookie comes from somebody new, who owns nothing.
    """
    given = request.cookies.get(COOKIE, "")
    visitor = given if is_valid(given) else new()
    token = _asking.set(visitor)
    try:
        yield visitor
    finally:
        _asking.reset(token)


class Visitors:
    """Gives a browser its id with the first page.

    Parameters
    ----------
    app : ASGI application
    is_embedded : bool
        Whether pages of other sites may show the app in a frame. Browsers keep a cookie there only
        where it says that it is meant for that, and only over https.
    """

    def __init__(self, app: ASGIApp, is_embedded: bool = False) -> None:
        self.app, self.is_embedded = app, is_embedded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the cookie to a page whose request has none."""
        if scope["type"] != "http" or scope["method"] != "GET" or _has_id(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(scope, message):
                # Nobody between here and the browser may keep a page with somebody's id in it.
                kept = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
                message = {
                    **message,
                    "headers": [
                        *kept,
                        (b"cache-control", b"private, no-cache"),
                        (b"set-cookie", self._new_cookie(scope).encode()),
                    ],
                }
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _new_cookie(self, scope: Scope) -> str:
        secure = _is_secure(scope)
        kind = "SameSite=Lax" + ("; Secure" if secure else "")
        if self.is_embedded and secure:
            kind = "SameSite=None; Secure; Partitioned"
        return f"{COOKIE}={new()}; Path=/; HttpOnly; {kind}"


def _has_id(scope: Scope) -> bool:
    return is_valid(HTTPConnection(scope).cookies.get(COOKIE))


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _is_page(scope: Scope, message: Message) -> bool:
    """Whether this answer is a page, or says that the one which the browser has is still right."""
    if message["status"] == 304:
        return any("text/html" in accepted for accepted in _values(scope, b"accept"))
    given = {name.lower(): value.lower() for name, value in message["headers"]}
    return given.get(b"content-type", b"").startswith(b"text/html") and not given.get(
        b"content-disposition", b""
    ).startswith(b"attachment")


def _is_secure(scope: Scope) -> bool:
    forwarded = ",".join(_values(scope, b"x-forwarded-proto")).partition(",")[0]
    return scope.get("scheme") == "https" or forwarded.strip().lower() == "https"
