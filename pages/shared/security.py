"""What every response carries and what every request may be: the first thing that each one meets.

A browser that shows the app loads nothing from elsewhere and is shown in no foreign frame; a
request that is too large, or comes from a foreign page and would change something, goes no further.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

from embeddings.environment import whole_number
from embeddings.errors import UserError
from pages.shared import uploads
from pages.shared.own import limits

log = logging.getLogger("latent_space_explorer")

LONGEST_ADDRESS = 40_960
"""Bytes of an address: two texts of 2,000 characters fit, whatever their script."""
LARGEST_HEADERS = 16_384
"""Bytes of all headers of a request, names included."""

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing, so that any page may use them: it cannot read the answer."""

STREAMLIT_UPLOADS = "/_stcore/upload_file"
OWN_UPLOADS = "/data/upload"


def streamlit_limit() -> int:
    """Return how many bytes Streamlit takes of a file, with the form around it."""
    return int(st.get_option("server.maxUploadSize")) * 2**20 + 2**20


def own_limit() -> int:
    """Return how many bytes of a file of one's own may come; what is more is refused on the way."""
    return limits().upload + MARGIN


MARGIN = 1024
"""Bytes more, so that the route itself says what is too large."""

BODY_LIMITS: dict[str, Callable[[], int]] = {
    STREAMLIT_UPLOADS: streamlit_limit,
    OWN_UPLOADS: own_limit,
}
"""How many bytes a request may bring to the paths below a prefix; anywhere else `max_request`.

Asked at each request. The longest prefix that fits decides.
"""

FILES = ("/data", "/media", "/_stcore")
"""Below these lie files and figures, and never a page: what comes from there may load nothing."""

OFF = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
    *("encrypted-media", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts"),
    *("magnetometer", "microphone", "midi", "payment", "publickey-credentials-get"),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
"""What a browser could offer to a page, and this app never asks for."""

ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    # Addresses hold the words that somebody looks at.
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", ", ".join(f"{name}=()" for name in OFF).encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)

_HOST = re.compile(r"[a-z0-9._-]+(:\d{1,5})?|\[[0-9a-f:.]+\](:\d{1,5})?")
_ANCESTOR = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?")


# ------------------------------------------------------------------------------------- settings


@dataclass(frozen=True)
class Settings:
    """What is decided where the app runs.

    Attributes
    ----------
    frame_ancestors : tuple of str
        Origins whose pages may show the app in a frame (``LSE_FRAME_ANCESTORS``, separated by
        spaces or commas, such as "https://course.example.org"; "'self'" is this app's own).
    max_request : int
        Bytes of a request other than an upload (``LSE_MAX_REQUEST``).
    """

    frame_ancestors: tuple[str, ...] = ()
    max_request: int = 2**20

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings.

        Raises
        ------
        UserError
            Naming the variable that cannot be used, and what it may be.
        """
        given = os.environ if environment is None else environment
        return cls(
            _ancestors(given.get("LSE_FRAME_ANCESTORS", "")),
            whole_number(given, "LSE_MAX_REQUEST", 2**20, 1024, 2**30),
        )


def _ancestors(text: str) -> tuple[str, ...]:
    named = [name.lower().rstrip("/") for name in re.split(r"[\s,]+", text) if name]
    if named in ([], ["none"], ["'none'"]):
        return ()
    named = ["'self'" if name == "self" else name for name in named]
    for name in named:
        if name != "'self'" and not _ANCESTOR.fullmatch(name):
            raise UserError(
                f"LSE_FRAME_ANCESTORS names {name[:60]!r}; it may name origins such as "
                "https://course.example.org, separated by spaces."
            )
    return tuple(dict.fromkeys(named))


def settings() -> Settings:
    """Return what the environment says; where it cannot be used, the defaults, which are strict."""
    try:
        return Settings.from_environment()
    except UserError as problem:
        log.error("%s The default is used instead.", problem)
        return Settings()


# ----------------------------------------------------------------------------------- middleware


class Refused(Exception):
    """A request goes no further: an HTTP status and one line that says why."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.headers = status, headers


class Security:
    """Refuses what nobody should ask, and gives every HTTP response its headers.

    Plain ASGI: nothing is held back, so streams and websockets pass as they are.

    Parameters
    ----------
    app : ASGI application
    base : str
        Streamlit's ``server.baseUrlPath``, with a slash before it, or nothing.
    settings : Settings
    trusted : collection of str
        Other origins whose pages may ask as if they were ours: ``server.corsAllowedOrigins``.
    """

    def __init__(
        self,
        app: ASGIApp,
        base: str = "",
        settings: Settings | None = None,
        trusted: Collection[str] = (),
    ) -> None:
        self.app, self.base = app, base
        self.settings = settings or Settings()
        self._trusted = {origin.strip().rstrip("/").lower() for origin in trusted}
        self._always = [*ALWAYS, *_frame_options(self.settings.frame_ancestors)]
        self._scripts = " ".join(_inline_scripts(Path(file_util.get_static_dir()) / "index.html"))
        ancestors = " ".join(self.settings.frame_ancestors) or "'none'"
        self._ancestors = f"frame-ancestors {ancestors}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, pass on what is fine, and complete what comes back."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = [*self._always, (b"content-security-policy", self._policy(scope).encode())]
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                given = list(message.get("headers", ()))
                there = {name.lower() for name, _ in given}
                given += [(name, value) for name, value in own if name not in there]
                message = {**message, "headers": given}
            await send(message)

        try:
            limit = self._check(scope)
            await self.app(scope, _counted(receive, limit), send_with_headers)
        except Refused as refused:
            if started:
                raise
            await _answer(refused, send_with_headers)
        except Exception:
            # Else the server would answer by itself, without these headers; it still logs this.
            if not started:
                await _answer(Refused(500, "Something went wrong."), send_with_headers)
            raise

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        origin, host = headers.get("origin"), headers.get("host", "")
        if origin is not None and not self._is_ours(origin, headers):
            log.warning("A page of %.100r was refused a connection to %.100r", origin, host)
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        forwarded = _forwarded_host(headers)
        if origin is not None and _host_of(origin) == forwarded != _plain_host(host):
            # Streamlit looks at Host alone, which some proxies change. No page can set the other.
            kept = [pair for pair in scope["headers"] if pair[0].lower() != b"host"]
            scope = {**scope, "headers": [(b"host", forwarded.encode("latin-1")), *kept]}
        await self.app(scope, receive, send)

    # --- what is asked

    def _check(self, scope: Scope) -> int:
        """Return how many bytes the request may bring; raise Refused where it is wrong already."""
        address = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
        if address > LONGEST_ADDRESS:
            raise Refused(414, f"The address is longer than {LONGEST_ADDRESS:,} bytes.")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS:
            raise Refused(431, f"The headers are longer than {LARGEST_HEADERS:,} bytes.")
        path, headers = self._path(scope), _headers(scope)
        if scope["method"] not in SAFE_METHODS:
            self._check_sender(headers)
            if _is_below(path, STREAMLIT_UPLOADS):
                self._check_upload(scope["method"], path)
        limit = self._limit(path)
        announced = headers.get("content-length", "0").strip()
        if not (announced.isascii() and announced.isdecimal()):
            raise Refused(400, "The length of the request is not a number.")
        if len(announced) > 15 or int(announced) > limit:
            raise _too_large(limit)
        return limit

    def _check_sender(self, headers: Mapping[str, str]) -> None:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None:
            is_ours = self._is_ours(origin, headers)
        else:
            is_ours = site in (None, "same-origin", "none")
        if site == "cross-site" and _bare(origin or "") not in self._trusted:
            is_ours = False
        if not is_ours:
            raise Refused(403, "Another page asked for this: only the app's own pages may.")

    @staticmethod
    def _check_upload(method: str, path: str) -> None:
        if not uploads.allowed():
            raise Refused(403, uploads.SWITCHED_OFF)
        session = path[len(STREAMLIT_UPLOADS) :].strip("/").partition("/")[0]
        if method != "DELETE" and uploads.is_full(session):
            raise Refused(413, uploads.TOO_MANY)

    def _is_ours(self, origin: str, headers: Mapping[str, str]) -> bool:
        """Whether a page of this origin is a page of this app, as its browser sees the app."""
        if _bare(origin) in self._trusted:
            return True
        hosts = {_plain_host(headers.get("host", "")), _forwarded_host(headers)} - {""}
        return _host_of(origin) in hosts

    def _limit(self, path: str) -> int:
        fitting = [prefix for prefix in BODY_LIMITS if _is_below(path, prefix)]
        return BODY_LIMITS[max(fitting, key=len)]() if fitting else self.settings.max_request

    def _path(self, scope: Scope) -> str:
        path: str = scope["path"]
        return path[len(self.base) :] if self.base and _is_below(path, self.base) else path

    # --- what is answered

    def _policy(self, scope: Scope) -> str:
        path = self._path(scope)
        if any(_is_below(path, prefix) for prefix in FILES):
            return f"default-src 'none'; base-uri 'none'; form-action 'none'; {self._ancestors}"
        headers = _headers(scope)
        hosts = {_plain_host(headers.get("host", "")), _forwarded_host(headers)}
        sockets = "".join(f" ws://{host} wss://{host}" for host in sorted(hosts - {""}))
        return "; ".join(
            (
                "default-src 'self'",
                # Streamlit turns the script of a component into a blob and imports that; its reader
                # of messages multiplies long integers in WebAssembly. Nothing needs "eval".
                f"script-src 'self' blob: 'wasm-unsafe-eval' {self._scripts}".rstrip(),
                # Its frame and Plotly write their styles while they run.
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "font-src 'self' data:",
                # Not every browser counts a websocket to this host among "self".
                f"connect-src 'self'{sockets}",
                "worker-src 'none'",
                "frame-src 'none'",
                "object-src 'none'",
                "base-uri 'self'",
                "form-action 'self'",
                self._ancestors,
            )
        )


def _frame_options(ancestors: Collection[str]) -> list[tuple[bytes, bytes]]:
    """Return the older header for frames, which can name no origin but this one."""
    if not ancestors:
        return [(b"x-frame-options", b"DENY")]
    return [(b"x-frame-options", b"SAMEORIGIN")] if set(ancestors) == {"'self'"} else []


def _inline_scripts(page: Path) -> Iterable[str]:
    """Yield the digest of each script that stands in Streamlit's page itself."""
    for script in re.findall(r"<script>(.*?)</script>", page.read_text("utf-8"), re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        yield f"'sha256-{digest}'"


def _counted(receive: Receive, limit: int) -> Receive:
    """Return a `receive` that takes so many bytes and no more, whatever was announced."""
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > limit:
                raise _too_large(limit)
        return message

    return counting


def _too_large(limit: int) -> Refused:
    return Refused(413, f"The request is larger than {limit:,} bytes.", connection="close")


async def _answer(refused: Refused, send: Send) -> None:
    body = json.dumps({"error": str(refused)}).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        **refused.headers,
    }
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers; of one that comes twice, the last."""
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")


def _bare(origin: str) -> str:
    return origin.strip().rstrip("/").lower()


def _host_of(origin: str) -> str:
    """Return the host of an origin, "" where it has none: "null" is that of a file."""
    scheme, found, host = origin.strip().partition("://")
    return _plain_host(host) if found and scheme.lower() in ("http", "https") else ""


def _forwarded_host(headers: Mapping[str, str]) -> str:
    """Return the host that the browser asked, as a proxy says."""
    return _plain_host(headers.get("x-forwarded-host", "").partition(",")[0])


def _plain_host(host: str) -> str:
    """Return a host as browsers write it, without a port that goes without saying; "" if bad."""
    host = host.strip().lower()
    if not _HOST.fullmatch(host):
        return ""
    return re.sub(r":(80|443)$", "", host)
