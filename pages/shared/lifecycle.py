"""What the server does around the pages: starting, stopping, compressing, reporting errors."""

from __future__ import annotations

import ctypes
import gc
import gzip
import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

from embeddings import captions
from embeddings.errors import UserError
from pages.shared import access, address, comparison, linked_maps, own, security, visitors
from pages.shared.operations import logs, metrics

log = logging.getLogger("latent_space_explorer")

TIDY = 30.0
"""Seconds between two collections of garbage, see `keep_tidy`."""

SETTLED = 8.0
"""Seconds after the start when nearly all that stays for good has been loaded."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Options of glibc's ``mallopt``, as its ``malloc.h`` numbers them."""


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Start the workers in the background with the server, and stop them with it."""
    from embeddings import jobs

    logs.configure()
    return_memory()
    keep_to_one_thread()
    threading.Thread(target=own.clear_away, name="clear-away", daemon=True).start()
    threading.Thread(target=_start_jobs, name="start-jobs", daemon=True).start()
    ends = threading.Event()
    threading.Thread(target=keep_tidy, args=(ends,), name="keep-tidy", daemon=True).start()
    try:
        yield
    finally:
        ends.set()
        jobs.close_shared()
        own.desk.close()


def return_memory() -> None:
    """Have freed arrays go back to the system at once, where the C library can be told so.

    glibc keeps ever larger blocks for later, in a pool for each of a server's many threads: without
    this the maps of all methods take 90 MB more.
    """
    try:
        library = ctypes.CDLL(None)
        for option, value in (
            (M_MMAP_THRESHOLD, 2**20),
            (M_TRIM_THRESHOLD, 2**20),
            (M_ARENA_MAX, 2),
        ):
            library.mallopt(option, value)
    except (OSError, AttributeError, TypeError):
        log.debug("This C library has no mallopt")


def keep_to_one_thread() -> None:
    """Have each product of a matrix made by the thread that asks for it, and by no other.

    What this process multiplies is small, and many people ask at once: threads that wait for each
    other on busy processors made an answer of half a millisecond take forty.
    """
    import numpy  # noqa: F401 - its library must be loaded to be told
    import threadpoolctl

    threadpoolctl.threadpool_limits(1)


def keep_tidy(ends: threading.Event, settled: float = SETTLED, pause: float = TIDY) -> None:
    """Collect garbage now and then, until the server ends.

    Streamlit would do so after every run of a page: each time it looked through all modules and
    tables, which made a third of what a page costs. What there is when all is loaded is looked
    through once and then set aside.
    """
    if ends.wait(settled):
        return
    import plotly.graph_objects  # noqa: F401 - the charts' first reader would wait for it

    gc.collect()
    gc.freeze()
    while not ends.wait(pause):
        gc.collect()


def _start_jobs() -> None:
    from embeddings import jobs

    try:
        jobs.shared().start()
    except UserError as problem:
        log.warning("No new maps can be made: %s", problem)
    except Exception:
        # Maps that are already built need no workers: the app goes on, and a request says why.
        log.exception("The workers for new maps did not start")


def on_script_error(error: Exception) -> bool:
    """Log the error and show one plain line in its place; never a traceback."""
    log.error("A page failed", exc_info=error)
    st.error(
        "Something went wrong on this page. Reload it to go on; the details are in the server's "
        "log."
    )
    return True


def middleware() -> list[Middleware]:
    """Return the middleware of the app; the first one meets each request first."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    base = f"/{base}" if base else ""
    settings = security.settings()
    others = st.get_option("server.corsAllowedOrigins") or ()
    return [
        Middleware(metrics.Observed),
        Middleware(security.Security, base=base, settings=settings, trusted=others),
        Middleware(visitors.Visitors, is_embedded=bool(settings.frame_ancestors)),
        Middleware(Presence),
        Middleware(Preload, base=base),
        Middleware(CompressedStatic),
    ]


class Presence:
    """Notes whose pages are open: what a visitor brought goes some time after the last one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; count connections that stay."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        with visitors.of_request(HTTPConnection(scope)) as visitor:
            own.desk.connected(visitor)
            try:
                await self.app(scope, receive, send)
            finally:
                own.desk.disconnected(visitor)


class Preload:
    """Tells a browser with the first bytes of a page of maps what they will need.

    Otherwise it would hear of the map's data only after Streamlit has loaded, connected and run
    the page; so they arrive meanwhile.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self.app, self.base = app, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add a Link header to the pages that show maps."""
        known = (self.base, f"{self.base}/compare")
        has_maps = scope["type"] == "http" and scope["path"].rstrip("/") in known
        links = await run_in_threadpool(self._links, scope) if has_maps else []
        extra = [(b"link", ", ".join(links).encode())] if links else []

        async def send_with_links(message: Message) -> None:
            if extra and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        await self.app(scope, receive, send_with_links)

    def _links(self, scope: Scope) -> list[str]:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        with visitors.of_request(HTTPConnection(scope)):
            return self._links_for(scope, query)

    def _links_for(self, scope: Scope, query: dict[str, str]) -> list[str]:
        try:
            maps, names = self._maps(scope["path"].rstrip("/") == self.base, query)
            if not maps or not all(map(access.can_draw, maps)):
                return []
            return linked_maps.preloads(maps, names, self.base)
        except Exception:
            # The page itself says what is wrong; a hint must never stand in its way.
            log.exception("The start page goes out without hints")
            return []

    @staticmethod
    def _maps(is_start: bool, query: dict[str, str]) -> tuple[list[access.MapRequests], list[str]]:
        """Return the maps that a page will show, and their names where there are several."""
        if is_start:
            return [access.map_requests(address.read(query)[0])], []
        chosen, _ = comparison.read(query)
        if chosen.view != "maps":
            return [], []
        maps = [access.map_requests(choice) for choice in chosen.maps]
        return maps, captions.names([each.projection for each in maps])


class CompressedStatic:
    """Serves Streamlit's own scripts compressed, each compressed once and kept.

    Streamlit sends them uncompressed and leaves that to a proxy, which a classroom does not have.
    The first visitor gets the plain file at once while it is compressed beside; all later ones get
    a third of the bytes.
    """

    def __init__(self, app: ASGIApp, directory: Path | None = None) -> None:
        self.app = app
        root = directory or Path(file_util.get_static_dir())
        paths = [p for p in (root / "static").rglob("*") if p.suffix in (".js", ".css")]
        self._known = {f"static/{p.relative_to(root / 'static').as_posix()}": p for p in paths}
        self._ready: dict[str, bytes] = {}
        self._begun: set[str] = set()
        # One thread: compressing must not compete with drawing the first page.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="compress")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory where possible, else pass the request on."""
        name = _static_name(scope)
        if name not in self._known or not _accepts_gzip(scope):
            await self.app(scope, receive, send)
        elif name in self._ready:
            await _send_compressed(self._ready[name], name, scope, send)
        else:
            self._compress_later(name)
            await self.app(scope, receive, send)

    def _compress_later(self, name: str) -> None:
        if name not in self._begun:
            self._begun.add(name)
            self._worker.submit(self._compress, name)

    def _compress(self, name: str) -> None:
        self._ready[name] = gzip.compress(self._known[name].read_bytes(), 6, mtime=0)


def _static_name(scope: Scope) -> str:
    """Return the part of the path from ``static/`` on, whatever the base path is."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return ""
    _, found, rest = scope["path"].partition("/static/")
    return f"static/{rest}" if found else ""


def _accepts_gzip(scope: Scope) -> bool:
    return any(k == b"accept-encoding" and b"gzip" in v for k, v in scope["headers"])


async def _send_compressed(body: bytes, name: str, scope: Scope, send: Send) -> None:
    kind = b"text/css" if name.endswith(".css") else b"text/javascript"
    headers = [
        (b"content-type", kind + b"; charset=utf-8"),
        (b"content-encoding", b"gzip"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"public, max-age=31536000, immutable"),
        (b"vary", b"Accept-Encoding"),
        (b"x-content-type-options", b"nosniff"),
    ]
    start: Message = {"type": "http.response.start", "status": 200, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
