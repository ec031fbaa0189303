"""What the server writes to its log: lines of text, or of JSON for whoever gathers them.

No line of JSON names a person, an address of one, or what one typed: addresses of pages hold words,
and so may the message of an error.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from embeddings.errors import UserError

log = logging.getLogger("latent_space_explorer")

REQUESTS = logging.getLogger("latent_space_explorer.requests")
"""One line for each request, where the log is JSON."""

QUIET = ("/health/", "/metrics", "/static/", "/_stcore/health")
"""Beginnings of routes that are asked again and again and say nothing new."""

_OURS = ("latent_space_explorer", "pages", "embeddings")
"""Loggers whose news are written; of libraries, which name addresses, only what is wrong is."""

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Lines(JsonFormatter):
    """Time, level, logger, message; of an error where it happened and its kind, not its words."""

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's own name
        kind, _, trace = ei
        where = "".join(traceback.format_tb(trace)) if trace else ""
        return f"{where}{kind.__name__ if kind else ''}"


def is_json(environment: Mapping[str, str] | None = None) -> bool:
    """Whether ``LSE_LOG`` asks for JSON. Raises ``UserError`` where it is neither text nor json."""
    given = os.environ if environment is None else environment
    said = given.get("LSE_LOG", "").strip().lower() or "text"
    if said not in ("text", "json"):
        raise UserError(f"LSE_LOG is {said[:60]!r}; it must be text or json.")
    return said == "json"


def configure() -> None:
    """Have every logger of this process write as ``LSE_LOG`` says."""
    try:
        if not is_json():
            return
    except UserError as problem:
        log.warning("%s The log is text.", problem)
        return
    handler = logging.StreamHandler()
    handler.setFormatter(
        _Lines(
            ["asctime", "levelname", "name", "message"],
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
        logger.setLevel(logging.NOTSET)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    REQUESTS.setLevel(logging.INFO)


def request(method: str, route: str, status: int, seconds: float) -> None:
    """Note an answer, where the log is JSON; the route is the pattern, never the address."""
    if REQUESTS.isEnabledFor(logging.INFO) and REQUESTS.level and not route.startswith(QUIET):
        said: dict[str, Any] = {
            "method": method,
            "route": route,
            "status": status,
            "ms": round(1000 * seconds, 1),
        }
        REQUESTS.info("request", extra=said)
