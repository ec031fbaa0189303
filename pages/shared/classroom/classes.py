"""Classes and what belongs to them, in a database; nothing of a person but what he answers.

Who takes part is told by his visit (`pages.shared.visitors`), of which only a digest is kept. Who
steers is told in the same way; a secret link lets another browser steer too.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from embeddings.caching import cache_folder
from embeddings.environment import whole_number
from embeddings.errors import UserError

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Of codes: no vowels, so that no words come out, and nothing that looks like another."""

LENGTH = 6
HOURS = 12
"""How long a class that nobody steers is kept."""

PRESENT = 30.0
"""Seconds after which somebody of whom nothing was heard is no longer counted."""

LONGEST_ANSWER, LONGEST_NAME, LONGEST_PLACE, LONGEST_ADDRESS = 80, 40, 120, 4_000

GONE = "There is no class with this code: ask for it again. Classes end after a while."
NO_LINK = "This link steers no class."
NOT_YOURS = "Only who opened this class can steer it."
DOWN = "The classes cannot be reached just now. Wait a moment; nothing that was answered is lost."


class Down(UserError):
    """The database cannot be reached: what was wished may be wished again."""

    def __init__(self) -> None:
        super().__init__(DOWN)


_data = MetaData()
_classes = Table(
    "classes",
    _data,
    Column("code", String(LENGTH), primary_key=True),
    Column("secret", String(64), nullable=False),
    Column("place", String(LONGEST_PLACE), nullable=False, default=""),
    Column("seen", Boolean, nullable=False, default=False),
    Column("locked", Boolean, nullable=False, default=False),
    Column("address", String(LONGEST_ADDRESS), nullable=False, default=""),
    Column("version", Integer, nullable=False, default=0),
    Column("steered", Float, nullable=False),
)


def _of() -> Column[str]:
    return Column("code", ForeignKey("classes.code", ondelete="CASCADE"), primary_key=True)


_teachers = Table("teachers", _data, _of(), Column("visitor", String(64), primary_key=True))
_members = Table(
    "members",
    _data,
    _of(),
    Column("visitor", String(64), primary_key=True),
    Column("name", String(LONGEST_NAME), nullable=False, default=""),
    Column("away", Boolean, nullable=False, default=False),
    Column("heard", Float, nullable=False),
)
_answers = Table(
    "answers",
    _data,
    _of(),
    Column("place", String(LONGEST_PLACE), primary_key=True),
    Column("visitor", String(64), primary_key=True),
    Column("answer", String(LONGEST_ANSWER), nullable=False),
    Column("at", Float, nullable=False),
)


@dataclass(frozen=True)
class State:
    """Where a class is.

    Attributes
    ----------
    place : of the lesson, as "5-arithmetic.2"; "" where there is none
    seen : whether the step has been revealed
    locked : whether answers are no longer taken
    address : of a page that is shown apart from the step, as "/compare?view=trust"; "" for none
    version : higher after every change
    """

    code: str
    place: str
    seen: bool
    locked: bool
    address: str
    version: int


@dataclass(frozen=True)
class Numbers:
    """How many are in a class, and how many of them have left the step for another page."""

    here: int
    away: int
    answered: int


class Classes:
    """All classes of a server, or of several that share a database.

    Parameters
    ----------
    address : of the database, as SQLAlchemy writes it
    """

    def __init__(self, address: str) -> None:
        self.engine = _engine(address)
        _data.create_all(self.engine)
        self.expire()

    def open(self, visitor: str) -> tuple[str, str]:
        """Open a class that a visitor steers; return its code, and the secret for other browsers.

        Raises
        ------
        UserError
            If the database cannot be reached.
        """
        self.expire()  # a server may run for weeks
        secret = secrets.token_urlsafe(24)
        for _ in range(20):
            code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            values = {"code": code, "secret": digest(secret), "steered": time.time()}
            try:
                with self._begin() as run:
                    run.execute(insert(_classes).values(**values))
                    run.execute(insert(_teachers).values(code=code, visitor=digest(visitor)))
            except IntegrityError:  # somebody has the code
                continue
            return code, secret
        raise UserError("No code is free: try again.")

    def state(self, code: str) -> State:
        """Return where a class is; raises ``UserError`` if there is none."""
        with self._begin() as run:
            return self._state(run, code)

    def versions(self, codes: Sequence[str]) -> dict[str, int]:
        """Return the version of each of these classes that is still there."""
        with self._begin() as run:
            columns = select(_classes.c.code, _classes.c.version)
            rows = run.execute(columns.where(_classes.c.code.in_(list(codes))))
            return {row.code: row.version for row in rows}

    def is_teacher(self, code: str, visitor: str) -> bool:
        """Whether a visitor steers this class."""
        with self._begin() as run:
            return self._is_teacher(run, code, visitor)

    def belongs(self, code: str, visitor: str) -> bool:
        """Whether a visitor is, or was, in this class, or steers it."""
        of = (_members.c.code == code, _members.c.visitor == digest(visitor))
        with self._begin() as run:
            is_member = run.execute(select(_members.c.code).where(*of)).first() is not None
            return is_member or self._is_teacher(run, code, visitor)

    def teach(self, code: str, secret: str, visitor: str) -> None:
        """Let a visitor steer who has the secret link.

        Raises
        ------
        UserError
            If it is not that of this class.
        """
        with self._begin() as run:
            kept = run.execute(select(_classes.c.secret).where(_classes.c.code == code)).scalar()
            if kept is None or not secrets.compare_digest(kept, digest(secret)):
                raise UserError(NO_LINK)
            if not self._is_teacher(run, code, visitor):
                run.execute(insert(_teachers).values(code=code, visitor=digest(visitor)))

    def steer(self, code: str, visitor: str, **changes: Any) -> State:
        """Bring a class to another place, or lock it; another step or a reveal says so by itself.

        Parameters
        ----------
        changes : any of ``place``, ``seen``, ``locked`` and ``address``

        Raises
        ------
        UserError
            If the visitor does not steer this class, or there is none.
        """
        with self._begin() as run:
            self._check_teacher(run, code, visitor)
            values = {**changes, "version": _classes.c.version + 1, "steered": time.time()}
            run.execute(update(_classes).where(_classes.c.code == code).values(**values))
            return self._state(run, code)

    def answer(self, code: str, visitor: str, place: str, answer: str) -> None:
        """Keep what somebody answers, in place of what he answered before.

        Raises
        ------
        UserError
            If the class is elsewhere by now, the answers are locked or shown, or it is no answer.
        """
        text = " ".join(answer.split())
        if not text or len(text) > LONGEST_ANSWER:
            raise UserError(f"An answer has 1 to {LONGEST_ANSWER} letters.")
        with self._begin() as run:
            now = self._state(run, code)
            if now.place != place:
                raise UserError("The class has gone on: this step takes no more answers.")
            if now.locked or now.seen:
                raise UserError("No more answers are taken for this step.")
            who = {"code": code, "place": place, "visitor": digest(visitor)}
            of_this = [_answers.c[name] == value for name, value in who.items()]
            values = {"answer": text, "at": time.time()}
            if run.execute(update(_answers).where(*of_this).values(**values)).rowcount:
                return
            # Two clicks at once are two first answers: either will do.
            with suppress(IntegrityError), run.begin_nested():
                run.execute(insert(_answers).values(**who, **values))

    def counts(self, code: str, place: str) -> dict[str, int]:
        """Return how often each answer was given, the commonest first."""
        number = func.count().label("number")
        chosen = select(_answers.c.answer, number).where(
            _answers.c.code == code, _answers.c.place == place
        )
        ordered = chosen.group_by(_answers.c.answer).order_by(number.desc(), _answers.c.answer)
        with self._begin() as run:
            return {row.answer: row.number for row in run.execute(ordered)}

    def by_visitor(self, code: str, place: str) -> dict[str, str]:
        """Return what each visitor has answered to a step, by the digest of his visit."""
        chosen = select(_answers.c.visitor, _answers.c.answer).where(
            _answers.c.code == code, _answers.c.place == place
        )
        with self._begin() as run:
            return {row.visitor: row.answer for row in run.execute(chosen)}

    def reset(self, code: str, visitor: str) -> State:
        """Forget what was answered to the present step, and hide it again."""
        with self._begin() as run:
            self._check_teacher(run, code, visitor)
            place = self._state(run, code).place
            run.execute(delete(_answers).where(_answers.c.code == code, _answers.c.place == place))
        return self.steer(code, visitor, seen=False, locked=False)

    def hear(self, code: str, visitor: str, away: bool = False, name: str | None = None) -> None:
        """Note that somebody is there, and whether on the page of the step."""
        who = (_members.c.code == code, _members.c.visitor == digest(visitor))
        values: dict[str, Any] = {"away": away, "heard": time.time()}
        if name is not None:
            values["name"] = " ".join(name.split())[:LONGEST_NAME]
        with self._begin() as run:
            if run.execute(update(_members).where(*who).values(**values)).rowcount:
                return
            self._state(run, code)
            new = {"code": code, "visitor": digest(visitor), "name": "", **values}
            # Two pages of one browser may come at once.
            with suppress(IntegrityError), run.begin_nested():
                run.execute(insert(_members).values(**new))

    def still_here(self, code: str, visitors: Sequence[str]) -> None:
        """Note of several people at once that they are there."""
        digests = [digest(each) for each in visitors]
        with self._begin() as run:
            of = (_members.c.code == code, _members.c.visitor.in_(digests))
            run.execute(update(_members).where(*of).values(heard=time.time()))

    def leave(self, code: str, visitor: str) -> None:
        """Note that somebody has gone; what he answered stays."""
        with self._begin() as run:
            who = (_members.c.code == code, _members.c.visitor == digest(visitor))
            run.execute(update(_members).where(*who).values(heard=0.0))

    def numbers(self, code: str) -> Numbers:
        """Return how many are there, without those who steer, and how many have answered."""
        steers = select(_teachers.c.visitor).where(_teachers.c.code == code)
        with self._begin() as run:
            place = self._state(run, code).place
            present = (
                _members.c.code == code,
                _members.c.heard > time.time() - PRESENT,
                _members.c.visitor.not_in(steers),
            )
            rows = run.execute(select(_members.c.away).where(*present)).scalars().all()
            answered = select(func.count()).where(
                _answers.c.code == code, _answers.c.place == place
            )
            return Numbers(rows.count(False), rows.count(True), run.execute(answered).scalar() or 0)

    def answers(self, code: str, visitor: str) -> list[tuple[str, str, str, float]]:
        """Return every answer as (place, person, answer, time), for who steers the class.

        A person is a number, with a name where he gave one.
        """
        with self._begin() as run:
            self._check_teacher(run, code, visitor)
            joined = _answers.outerjoin(
                _members,
                (_members.c.code == _answers.c.code) & (_members.c.visitor == _answers.c.visitor),
            )
            columns = (_answers.c.place, _answers.c.visitor, _members.c.name)
            rows = run.execute(
                select(*columns, _answers.c.answer, _answers.c.at)
                .select_from(joined)
                .where(_answers.c.code == code)
                .order_by(_answers.c.at)
            ).all()
        numbers: dict[str, int] = {}
        found = []
        for place, who, name, answer, at in rows:
            number = numbers.setdefault(who, len(numbers) + 1)
            found.append((place, f"{number} {name or ''}".strip(), answer, at))
        return found

    def end(self, code: str, visitor: str) -> None:
        """Delete a class and all that belongs to it."""
        with self._begin() as run:
            self._check_teacher(run, code, visitor)
            self._delete(run, [code])

    def expire(self, now: float | None = None) -> None:
        """Delete the classes that nobody has steered for long."""
        limit = (time.time() if now is None else now) - 3600 * hours()
        with self._begin() as run:
            old = select(_classes.c.code).where(_classes.c.steered < limit)
            self._delete(run, list(run.execute(old).scalars()))

    # ------------------------------------------------------------------------------- within

    @staticmethod
    def _delete(run: Any, codes: list[str]) -> None:
        for table in (_answers, _members, _teachers, _classes):
            run.execute(delete(table).where(table.c.code.in_(codes)))

    @staticmethod
    def _state(run: Any, code: str) -> State:
        columns = [_classes.c[name] for name in State.__dataclass_fields__]
        row = run.execute(select(*columns).where(_classes.c.code == code)).first()
        if row is None:
            raise UserError(GONE)
        return State(*row)

    @staticmethod
    def _is_teacher(run: Any, code: str, visitor: str) -> bool:
        of = (_teachers.c.code == code, _teachers.c.visitor == digest(visitor))
        return run.execute(select(_teachers.c.code).where(*of)).first() is not None

    def _check_teacher(self, run: Any, code: str, visitor: str) -> None:
        self._state(run, code)
        if not self._is_teacher(run, code, visitor):
            raise UserError(NOT_YOURS)

    def _begin(self) -> Any:
        return _Transaction(self.engine)


class _Transaction:
    """A transaction; of a database that does not answer one line is said."""

    def __init__(self, engine: Engine) -> None:
        self.context = engine.begin()

    def __enter__(self) -> Any:
        try:
            return self.context.__enter__()
        except SQLAlchemyError as error:
            raise Down from error

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool | None:
        try:
            ended = self.context.__exit__(kind, error, trace)
        except SQLAlchemyError as problem:
            raise Down from problem
        if isinstance(error, SQLAlchemyError) and not isinstance(error, IntegrityError):
            raise Down from error
        return ended


def hours() -> int:
    """Return after how many hours a class ends that nobody steers (``LSE_CLASS_HOURS``)."""
    return whole_number(os.environ, "LSE_CLASS_HOURS", HOURS, 1, 24 * 30)


def is_code(text: str) -> bool:
    """Whether this may be the code of a class."""
    return len(text) == LENGTH and set(text) <= set(LETTERS)


def as_code(text: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(text.split()).replace("-", "").upper()[:20]


@cache
def shared() -> Classes:
    """Return the one register of this process.

    Raises
    ------
    UserError
        If the database cannot be reached.
    """
    try:
        return Classes(address())
    except (SQLAlchemyError, OSError, ImportError) as error:
        raise Down from error


def address() -> str:
    """Return the address of the database: ``LSE_CLASSES``, or a file in the cache folder."""
    given = os.environ.get("LSE_CLASSES", "").strip()
    if given:
        return given
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'classes.sqlite'}"


def _engine(address: str) -> Engine:
    if not address.startswith("sqlite"):
        return create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=10)
    engine = create_engine(address, connect_args={"timeout": 10, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        # Readers do not wait for who writes, and a crash loses no answer that was kept.
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return engine


def digest(text: str) -> str:
    """Return what is kept of a visit or a secret: it cannot be found again from that."""
    return hashlib.sha256(f"class {text}".encode()).hexdigest()
