"""Figures of the server in Prometheus' text format: requests, pages, connections, jobs, memory."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from embeddings import jobs
from embeddings.environment import switch
from embeddings.errors import UserError
from pages.shared import alone
from pages.shared.classroom.hub import hub
from pages.shared.operations import logs

log = logging.getLogger("latent_space_explorer")

STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
"""Seconds up to which answers are counted together."""

NO_ROUTE = "other"

registry = CollectorRegistry()
ProcessCollector(registry=registry)
requests = Counter(
    "lse_http_requests", "Answers to requests.", ("method", "route", "status"), registry=registry
)
answer_seconds = Histogram(
    "lse_http_answer_seconds",
    "Seconds to the first byte of an answer.",
    ("route",),
    buckets=STEPS,
    registry=registry,
)
page_seconds = Histogram(
    "lse_page_run_seconds",
    "Seconds that a page's script ran.",
    ("page",),
    buckets=STEPS,
    registry=registry,
)
open_pages = Gauge("lse_open_pages", "Pages that browsers have open.", registry=registry)


class _Now(Collector):
    """What is counted when somebody asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the jobs by state, and the browsers that listen to classes."""
        family = GaugeMetricFamily(
            "lse_jobs", "Jobs that wait, and that are computed.", labels=["state"]
        )
        for state, number in jobs.numbers().items():
            family.add_metric([state], number)
        yield family
        yield GaugeMetricFamily(
            "lse_class_connections",
            "Browser pages that listen to a class.",
            value=hub.open_connections,
        )


registry.register(_Now())


@contextmanager
def page_run(page: str) -> Iterator[None]:
    """Measure the script of a page: within this block it runs."""
    began = time.perf_counter()
    try:
        yield
    finally:
        page_seconds.labels(page or "map").observe(time.perf_counter() - began)


class Observed:
    """Counts every request and how long its answer took to begin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] == "websocket":
            with open_pages.track_inprogress():
                await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, send_and_note)

    @staticmethod
    def _note(scope: Scope, status: int, seconds: float) -> None:
        # The pattern, such as /data/projection/{key}: there are few of them, and nobody's words.
        route = getattr(scope.get("route"), "path", "") or NO_ROUTE
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST") else NO_ROUTE
        requests.labels(method, route, str(status)).inc()
        answer_seconds.labels(route).observe(seconds)
        logs.request(method, route, status, seconds)


def may_see(request: Request) -> bool:
    """Whether somebody may see the figures: at this machine, or where ``LSE_METRICS`` is 1."""
    try:
        setting = switch(os.environ, "LSE_METRICS")
    except UserError as problem:
        log.error("%s Only this machine sees the figures.", problem)
        setting = None
    if setting is not None:
        return setting
    host = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in alone.FORWARDED)
    at_home = alone.is_loopback(request.headers.get("Host", ""))
    return not forwarded and at_home and (alone.is_loopback(host) or alone.is_loopback(f"[{host}]"))


async def show(request: Request) -> Response:
    """Answer with all figures as text."""
    if not may_see(request):
        return PlainTextResponse("There is nothing here.\n", 404)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
