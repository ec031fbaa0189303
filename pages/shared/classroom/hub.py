"""Tells every browser of a class what has changed, over one open connection each.

The database says what a class is, whichever server was told; each server asks it a few times in a
second for the classes that its browsers listen to, once for all of them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool

from embeddings.errors import UserError
from pages.shared.classroom import classes
from pages.shared.classroom.classes import GONE, State
from pages.shared.lessons import telling

log = logging.getLogger("latent_space_explorer")

TICK = 0.25
"""Seconds between two looks at the database while somebody listens."""

NUMBERS = 0.5
"""Seconds between two counts of people and answers, for who steers."""

HEARD = 10.0
"""Seconds between two notes that those who listen are still there."""

AFTER_A_FAULT = 2.0


@dataclass(eq=False)
class Listener:
    """One browser page that listens: only the latest that it should know waits for it."""

    visitor: str
    steers: bool
    wakes: asyncio.Event = field(default_factory=asyncio.Event)
    told: dict[str, Any] | None = None

    @property
    def digest(self) -> str:
        """What the database knows the visitor by."""
        return classes.digest(self.visitor)

    def tell(self, what: dict[str, Any]) -> None:
        """Leave word; an older one that has not been fetched is replaced."""
        if what != self.told:
            self.told = what
            self.wakes.set()


class Hub:
    """All that listen to classes on this server."""

    def __init__(self) -> None:
        self.listeners: dict[str, set[Listener]] = {}
        self.versions: dict[str, int] = {}
        self.watching: asyncio.Task[None] | None = None
        self.soon = asyncio.Event()

    async def listen(self, code: str, visitor: str) -> AsyncIterator[dict[str, Any]]:
        """Yield what a visitor should know of a class: at once, then at every change.

        Raises
        ------
        UserError
            If there is no such class.
        """
        register = await run_in_threadpool(classes.shared)
        steers = await run_in_threadpool(register.is_teacher, code, visitor)
        await run_in_threadpool(register.hear, code, visitor)
        listener = Listener(visitor, steers)
        self.listeners.setdefault(code, set()).add(listener)
        try:
            await self._tell(code, (listener,))
            self._watch()
            while True:
                await listener.wakes.wait()
                listener.wakes.clear()
                yield dict(listener.told or {})
        finally:
            mine = self.listeners.get(code, set())
            mine.discard(listener)
            if not mine:
                self.listeners.pop(code, None)
            if not any(each.visitor == visitor for each in mine):
                await asyncio.shield(run_in_threadpool(_leave, code, visitor))

    def nudge(self, code: str) -> None:
        """Look at once: this server has changed a class itself."""
        self.versions.pop(code, None)
        self.soon.set()

    @property
    def open_connections(self) -> int:
        """How many browser pages listen."""
        return sum(map(len, self.listeners.values()))

    # ------------------------------------------------------------------------------- within

    def _watch(self) -> None:
        if self.watching is None or self.watching.done():
            self.watching = asyncio.create_task(self._look_again_and_again())

    async def _look_again_and_again(self) -> None:
        counted = heard = 0.0
        while self.listeners:
            pause = TICK
            try:
                now = time.monotonic()
                await self._tell_changes()
                if now - counted >= NUMBERS:
                    counted = now
                    await self._tell_numbers()
                if now - heard >= HEARD:
                    heard = now
                    await self._note_presence()
            except UserError as problem:
                log.warning("Classes: %s", problem)
                pause = AFTER_A_FAULT
            with suppress(TimeoutError):
                await asyncio.wait_for(self.soon.wait(), pause)
            self.soon.clear()

    async def _tell_changes(self) -> None:
        register = await run_in_threadpool(classes.shared)
        codes = list(self.listeners)
        now = await run_in_threadpool(register.versions, codes)
        for code in codes:
            if code not in now:
                for listener in tuple(self.listeners.get(code, ())):
                    listener.tell({"ended": True, "says": GONE})
            elif self.versions.get(code) != now[code]:
                await self._tell(code)

    async def _tell_numbers(self) -> None:
        for code in tuple(self.listeners):
            steering = [each for each in self.listeners.get(code, ()) if each.steers]
            if steering:
                await self._tell(code, steering)

    async def _note_presence(self) -> None:
        register = await run_in_threadpool(classes.shared)
        for code, listeners in tuple(self.listeners.items()):
            visitors = [each.visitor for each in listeners]
            await run_in_threadpool(register.still_here, code, visitors)

    async def _tell(self, code: str, only: Collection[Listener] | None = None) -> None:
        """Tell those who listen to a class all that they may know, from a few questions in all.

        What others answered is told to who steers, and to everybody once it is revealed.
        """
        state, counts, given, numbers, step = await run_in_threadpool(_asked, code)
        self.versions[code] = state.version
        common = {
            "place": state.place,
            "seen": state.seen,
            "locked": state.locked,
            "address": state.address,
            "version": state.version,  # a reset is news to who has only answered since
        }
        for listener in tuple(self.listeners.get(code, ()) if only is None else only):
            said: dict[str, Any] = dict(common)
            if listener.steers or state.seen:
                said["counts"] = counts
            if listener.steers:
                said["numbers"] = numbers
            else:
                said["answered"] = given.get(listener.digest)
                said["step"] = step
            listener.tell(said)


Asked = tuple[State, dict[str, int], dict[str, str], dict[str, int], dict[str, Any] | None]
"""Where a class is, the answers by number and by person, who is there, and the step itself."""


def _asked(code: str) -> Asked:
    register = classes.shared()
    state = register.state(code)
    counts = register.counts(code, state.place)
    given = register.by_visitor(code, state.place)
    step = telling.of_class(state.place, state.seen)
    return state, counts, given, vars(register.numbers(code)), step


def _leave(code: str, visitor: str) -> None:
    try:
        classes.shared().leave(code, visitor)
    except UserError as problem:
        log.warning("Classes: %s", problem)


hub = Hub()
