"""Whether the server lives, and whether it may be sent visitors."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from embeddings import jobs
from embeddings.caching import cache_folder
from embeddings.errors import UserError
from pages.shared.classroom import classes

ENOUGH = 64 * 2**20
"""Bytes on the disk below which nothing new can be kept."""

PATIENCE = 2.0
"""Seconds after which a part that does not answer counts as unreachable."""


def instance() -> str:
    """Return the name of this process among several: ``LSE_INSTANCE``, "" where it has none."""
    return os.environ.get("LSE_INSTANCE", "")[:60]


async def live(request: Request) -> Response:
    """Say that the process answers; who restarts processes asks this."""
    return _said({"status": "ok", "instance": instance()}, 200)


async def ready(request: Request) -> Response:
    """Say whether visitors may be sent here, and how each part fares.

    A part that fails is named and the server stays in service: without the database the maps still
    work, without room on the disk all that is built. A server that ends takes no connections.
    """
    checks = {"classes": _classes, "disk": _disk, "jobs": _jobs}
    parts = dict(zip(checks, await asyncio.gather(*map(_of, checks.values())), strict=True))
    status = "ok" if all(part == "ok" for part in parts.values()) else "degraded"
    return _said({"status": status, "instance": instance(), "parts": parts}, 200)


async def _of(check: Callable[[], str]) -> str:
    try:
        return await asyncio.wait_for(run_in_threadpool(check), PATIENCE)
    except (UserError, OSError, TimeoutError):
        return "unreachable"


def _classes() -> str:
    classes.shared().versions([])
    return "ok"


def _disk() -> str:
    folder = cache_folder()
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        return "not writable"
    return "ok" if shutil.disk_usage(folder).free >= ENOUGH else "full"


def _jobs() -> str:
    waiting = jobs.numbers()["queued"]
    return "ok" if waiting < jobs.shared().settings.max_queue else "queue full"


def _said(what: dict[str, object], status: int) -> Response:
    return JSONResponse(what, status, headers={"Cache-Control": "no-store"})
