"""Coroutines run to their end, also where the browser's event loop has the tests' thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T], seconds: float = 60) -> T:
    """Run a coroutine in an event loop and a thread of its own.

    Playwright keeps a loop in the thread of the tests from its first browser to its last:
    `asyncio.run` there fails in whichever test comes after a browser's.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asyncio.wait_for(coroutine, seconds))).result()
