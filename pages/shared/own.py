"""What visitors brought: who may see it, how long it stays, and where it lies meanwhile.

Everything belongs to the visitor whose browser brought it (`visitors`). It goes when he says so,
when his browser has been away for `away_minutes`, and when the server ends. What "stays on this
computer" is kept in the user's cache, where the app runs for one person.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import filelock
import streamlit as st

from embeddings import sources
from embeddings.caching import OWN, TYPED, kept_place, typed_place, visits_place
from embeddings.environment import whole_number
from embeddings.errors import UserError
from embeddings.sources.limits import Limits
from embeddings.types import Request
from pages.shared import uploads, visitors

log = logging.getLogger(__name__)

NOT_YOURS = (
    "These data belong to another visit: whoever brought them sees them. Bring your own under Data."
)
AWAY_MINUTES = 30

ORPHANED = 3_600.0
"""Seconds after which something that was read, and that no page came for, is removed."""

ALIVE = "alive.lock"
"""Locked in a server's folder for as long as the server runs."""

_NAMES = re.compile(f'"({OWN.pattern})"')

_touched: ContextVar[bool] = ContextVar("touched", default=False)

T = TypeVar("T")

Forget = Callable[[str], None]


@dataclass
class _Visit:
    """What one visitor has here."""

    sources: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    coming: dict[str, int] = field(default_factory=dict)
    """Bytes set aside for each upload that is on its way."""
    typed: set[tuple[str, str]] = field(default_factory=set)
    """Kind and key of what was made from sentences that he typed."""
    sees_kept: bool = False
    """Whether he sits at this computer, and sees what stays on it."""
    connections: int = 0
    leaving: threading.Timer | None = None


def limits() -> Limits:
    """Return how much may be brought; where a setting cannot be used, the defaults."""
    try:
        return Limits.from_environment()
    except UserError as problem:
        log.error("%s The defaults are used instead.", problem)
        return Limits()


def away_minutes() -> int:
    """Return for how long a visitor's data wait for him to come back: ``LSE_OWN_MINUTES``."""
    try:
        return whole_number(os.environ, "LSE_OWN_MINUTES", AWAY_MINUTES, 0, 10_000)
    except UserError as problem:
        log.error("%s The default is used instead.", problem)
        return AWAY_MINUTES


class Desk:
    """What the visitors of one server have brought.

    Parameters
    ----------
    forget : called with the name of whatever is removed, so that nothing of it is held in memory
    """

    def __init__(self, forget: Iterable[Forget] = ()) -> None:
        self.forget = list(forget)
        self._visits: dict[str, _Visit] = {}
        self._lock = threading.RLock()
        self._place: Path | None = None
        self._alive: filelock.BaseFileLock | None = None

    # --- where it lies

    @property
    def place(self) -> Path:
        """The folder of this server, made when it is needed first.

        Raises
        ------
        UserError
            If it cannot be written.
        """
        with self._lock:
            if self._place is None:
                self._place = self._make_place()
            return self._place

    def _make_place(self) -> Path:
        place = visits_place() / secrets.token_hex(8)
        try:
            place.mkdir(parents=True, mode=0o700)
            self._alive = filelock.FileLock(place / ALIVE)
            self._alive.acquire(timeout=0)
        except OSError as error:
            reason = error.strerror or error
            raise UserError(f"Nothing can be brought: {place.parent}: {reason}.") from error
        return place

    def close(self) -> None:
        """Remove all that was brought, as the server ends."""
        with self._lock:
            for visit in self._visits.values():
                if visit.leaving:
                    visit.leaving.cancel()
            visits = list(self._visits.values())
            self._visits.clear()
            for visit in visits:
                self._drop_typed(visit)
            place, self._place = self._place, None
        if self._alive is not None:
            self._alive.release()
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)

    # --- whose it is

    def mine(self) -> tuple[str, ...]:
        """Return the names of what the present visitor may see, in the order of bringing."""
        with self._lock:
            visit = self._visits.get(visitors.current(), _Visit())
            found = list(visit.sources)
            sees_kept = visit.sees_kept
        if sees_kept:
            found += sources.kept()
        return tuple(name for name in dict.fromkeys(found) if sources.is_here(name))

    def may_see(self, name: str) -> bool:
        """Whether the present visitor may see this source or upload."""
        with self._lock:
            visit = self._visits.get(visitors.current())
            if visit is None:
                return False
            if name in visit.sources or name in visit.uploads:
                return True
            return visit.sees_kept and self.is_kept(name)

    def check(self, request: Request) -> None:
        """See that the present visitor may see all that a request speaks of.

        Raises
        ------
        UserError
        """
        for name in request.brought:
            self.check_name(name)

    def check_name(self, name: str) -> None:
        """See that this is nobody's, or the present visitor may see it. Raises UserError."""
        if not sources.is_name(name):
            return
        if not self.may_see(name):
            raise UserError(NOT_YOURS)
        _touched.set(True)

    def sits_here(self, here: bool) -> None:
        """Say whether the present visitor sits at this computer, and sees what stays on it."""
        if here or visitors.current() in self._visits:
            self._visit().sees_kept = here

    def add(self, name: str) -> None:
        """Give a source in this server's folder to the present visitor.

        Raises
        ------
        UserError
            If he has as much as one may have.
        """
        most = limits().per_visitor
        with self._lock:
            visit = self._visit()
            if name in visit.sources:
                return
            if not sources.is_here(name):  # who else had it has just removed it
                raise UserError(sources.GONE)
            if len(visit.sources) >= most:
                self._drop(visit, name)
                raise UserError(
                    f"You have brought {most} things, the most there may be: remove one first."
                )
            visit.sources.append(name)

    def remove(self, name: str) -> None:
        """Remove something of the present visitor, and all that was made from it."""
        if not self.may_see(name):
            raise UserError(NOT_YOURS)
        with self._lock:
            self._drop(self._visit(), name)
        if self._visit().sees_kept and OWN.fullmatch(name):
            self._erase(name, kept_place())

    def remove_all(self) -> None:
        """Remove all that the visitor brought in this visit, read or not; what stays, stays."""
        self._end(visitors.current())

    def keep(self, name: str) -> None:
        """Have a source stay on this computer, with all that was made from it.

        Raises
        ------
        UserError
            If it is not the visitor's, or the app does not run for one person.
        """
        if not self.may_see(name):
            raise UserError(NOT_YOURS)
        if not self._visit().sees_kept:
            raise UserError("Data stay only where the app runs for one person (see LSE_KEEP).")
        with self._lock:
            self._keep(self._visit(), name)
        for forget in self.forget:
            forget(name)

    def _keep(self, visit: _Visit, name: str) -> None:
        """Move it, or a copy where others have it too; half of a copy never has its name."""
        there = kept_place() / name
        if self.is_kept(name):
            return
        others = sum(name in other.sources for other in self._visits.values()) > 1
        part = there.with_name(f"part-{secrets.token_hex(8)}")
        try:
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(there, ignore_errors=True)
            if others:
                shutil.copytree(self.place / name, part)
                part.rename(there)
            else:
                (self.place / name).rename(there)
        except (OSError, shutil.Error) as error:
            shutil.rmtree(part, ignore_errors=True)
            reason = getattr(error, "strerror", None) or "not everything could be copied"
            raise UserError(f"It could not be kept in {there.parent}: {reason}.") from error
        with suppress(ValueError):
            visit.sources.remove(name)
        for path in there.glob("*/*.json"):
            others_in = {*_NAMES.findall(path.read_text("utf-8"))} - {name}
            if not all(map(self.is_kept, others_in)):  # what goes with the visit stays in nothing
                _unlink(path)

    def is_kept(self, name: str) -> bool:
        """Whether a source stays on this computer."""
        return bool(OWN.fullmatch(name)) and (kept_place() / name / "title.json").is_file()

    def has_uploads(self) -> bool:
        """Whether the present visitor has files here that were not read."""
        with self._lock:
            return bool(self._visits.get(visitors.current(), _Visit()).uploads)

    # --- uploads

    def new_upload(self, called: str, size: int = 0) -> tuple[str, Path]:
        """Make room for a file of the present visitor; return its name, and where to write it.

        The bytes that are announced are set aside until `arrived` says that they are there: files
        that come at the same time have no more room than one after the other.

        Raises
        ------
        UserError
            If files may not be brought, or the visitor has as much as one may have.
        """
        if not uploads.allowed():
            raise UserError(uploads.SWITCHED_OFF)
        name = f"own-{secrets.token_hex(10)}"
        folder = self.place / name
        with self._lock:
            visit, stored = self._visit(), limits().stored
            has = self._bytes(visit)
            if has >= stored or has + size > stored:
                most = stored // 10**6
                raise UserError(
                    f"You have brought {has // 10**6:,} MB, and {most:,} MB is the most there may "
                    "be: remove some, or bring less."
                )
            try:
                folder.mkdir()
                (folder / "upload.json").write_text(json.dumps({"called": called[:200]}), "utf-8")
            except OSError as error:
                reason = error.strerror or error
                raise UserError(f"The file cannot be taken: {reason}.") from error
            visit.uploads.append(name)
            visit.coming[name] = size
        self._clear_orphans()
        return name, folder / sources.UPLOAD

    def arrived(self, name: str) -> None:
        """Note that an upload is there as a whole: from now on it counts as large as it is."""
        with self._lock:
            self._visit().coming.pop(name, None)

    def _bytes(self, visit: _Visit) -> int:
        """Return what a visitor has here, with what is on its way to him."""
        there = (self._size(name) for name in (*visit.sources, *visit.uploads))
        return sum(there) + sum(
            max(0, size - self._size(name)) for name, size in visit.coming.items()
        )

    def _size(self, name: str) -> int:
        total = 0
        for path in (self.place / name).rglob("*"):
            with suppress(OSError):
                total += path.stat().st_size
        return total

    # --- coming and going

    def connected(self, visitor: str) -> None:
        """Note that a page of a visitor has opened its connection."""
        with self._lock:
            visit = self._visits.get(visitor)
            if visit is None:
                visit = self._visits[visitor] = _Visit()
            visit.connections += 1
            self._stay(visit)

    def disconnected(self, visitor: str) -> None:
        """Note that one of them is lost: of the last one, what was brought goes after a while."""
        with self._lock:
            visit = self._visits.get(visitor)
            if visit is None:
                return
            visit.connections -= 1
            if visit.connections > 0:
                return
            if not (visit.sources or visit.uploads or visit.typed):
                del self._visits[visitor]
                return
            self._leave_later(visitor, visit)

    def _stay(self, visit: _Visit) -> None:
        if visit.leaving:
            visit.leaving.cancel()
            visit.leaving = None

    def _leave_later(self, visitor: str, visit: _Visit) -> None:
        """Have a visit end that no page holds open, unless one comes back in time."""
        self._stay(visit)

        def leave() -> None:
            with self._lock:
                if self._visits.get(visitor) is visit and visit.leaving is timer:
                    self._end(visitor)

        timer = visit.leaving = threading.Timer(60.0 * away_minutes(), leave)
        timer.daemon = True
        timer.start()

    def _end(self, visitor: str) -> None:
        with self._lock:
            visit = self._visits.get(visitor)
            if visit is None:
                return
            for name in [*visit.sources, *visit.uploads]:
                self._drop(visit, name)
            self._drop_typed(visit)
            if not visit.connections:
                del self._visits[visitor]

    def _drop(self, visit: _Visit, name: str) -> None:
        """Take a name from a visit, and what it stands for from the disk if nobody else has it."""
        for names in (visit.sources, visit.uploads):
            with suppress(ValueError):
                names.remove(name)
        visit.coming.pop(name, None)
        if not any(name in other.sources for other in self._visits.values()):
            self._erase(name, self._place)

    def typed(self, request: Request) -> None:
        """Note that the present visitor asks for something with sentences of his own in it."""
        with self._lock:
            visit = self._visits.get(visitors.current())
            if visit is not None:
                visit.typed.add((request.kind, request.key))

    def _drop_typed(self, visit: _Visit) -> None:
        """Remove what was made from the sentences of a visit and from those of no other."""
        mine, visit.typed = visit.typed, set()
        for kind, key in mine.difference(*(other.typed for other in self._visits.values())):
            path = typed_place() / kind / f"{key}.json"
            with suppress(OSError):
                _unlink(path)
            with suppress(OSError):
                (typed_place() / "locks" / f"{kind}-{key}.lock").unlink()

    def _clear_orphans(self) -> None:
        """Remove what was read and that nobody came to fetch."""
        with self._lock:
            held = {n for v in self._visits.values() for n in (*v.sources, *v.uploads)}
        for folder in self.place.glob("own-*"):
            with suppress(OSError):
                if folder.name not in held and time.time() - folder.stat().st_mtime > ORPHANED:
                    self._erase(folder.name, self._place)

    def _erase(self, name: str, place: Path | None) -> None:
        if place is not None:
            sources.remove(name, place)
            self._erase_beside(name, place)
        for forget in self.forget:
            try:
                forget(name)
            except Exception:
                log.exception("Something that was brought may still be held in memory")

    def _erase_beside(self, name: str, place: Path) -> None:
        """Remove what was made from this and from something else, which is still there."""
        for path in [*place.glob("own-*/*/*.json"), *kept_place().glob("own-*/*/*.json")]:
            with suppress(OSError):
                if name in _NAMES.findall(path.read_text("utf-8")):
                    _unlink(path)

    def _visit(self) -> _Visit:
        visitor = visitors.current()
        with self._lock:
            visit = self._visits.get(visitor)
            if visit is None:
                visit = self._visits[visitor] = _Visit()
                self._leave_later(visitor, visit)  # until a page of it opens its connection
            return visit


def _unlink(path: Path) -> None:
    """Remove an artifact, given its JSON."""
    path.unlink()
    path.with_suffix(".npz").unlink(missing_ok=True)


desk = Desk()
"""That of this server."""


@contextmanager
def watching() -> Iterator[Callable[[], bool]]:
    """Tell whether something that a visitor brought was looked at within the block."""
    token = _touched.set(False)
    try:
        yield _touched.get
    finally:
        _touched.reset(token)


def touched() -> bool:
    """Whether this thread has looked at something that a visitor brought."""
    return _touched.get()


def cached(most: int) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Keep the results of a function of a key and a request, and share them among all visitors.

    What speaks of something that a visitor brought is given to him alone, and goes with it.

    Parameters
    ----------
    most : results that are kept; the longest unused go
    """

    def wrap(function: Callable[..., T]) -> Callable[..., T]:
        keeping: Any = st.cache_resource(max_entries=most, show_spinner=False)(function)
        of: dict[str, list[tuple[Any, ...]]] = {}

        def forget(name: str) -> None:
            for arguments in of.pop(name, ()):
                keeping.clear(*arguments)

        @wraps(function)
        def get(*arguments: Any) -> T:
            for name in {n for a in arguments if isinstance(a, Request) for n in a.brought}:
                desk.check_name(name)
                if arguments not in of.setdefault(name, []):
                    of[name].append(arguments)
            return cast(T, keeping(*arguments))

        desk.forget.append(forget)
        get.clear = keeping.clear  # type: ignore[attr-defined]
        return get

    return wrap


def clear_away() -> None:
    """Remove what servers left behind that did not end in order."""
    try:
        places = list(visits_place().iterdir())
    except OSError:
        return
    is_alone = True
    for place in places:
        if place.name == TYPED:
            continue
        try:
            with filelock.FileLock(place / ALIVE).acquire(timeout=0):
                pass
        except (filelock.Timeout, OSError):
            is_alone = False
            continue
        shutil.rmtree(place, ignore_errors=True)
    if is_alone:
        shutil.rmtree(typed_place(), ignore_errors=True)
