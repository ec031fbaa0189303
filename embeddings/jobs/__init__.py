"""Runs requests off the web process: one computation for all who ask, with progress and cancel.

A Dask ``distributed`` client, of processes on this machine or of an existing cluster. The app's
threads only read and write a small table here, `Jobs`; a thread of its own connects
(`connection`), and the client's event loop sends work out and hears how it goes. `worker` is what
runs in the computing processes, `cluster` and `serve` are those of this machine.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, takewhile
from typing import Any, Protocol

from embeddings.errors import Cancelled, UserError, WorkFailed
from embeddings.jobs.connection import Connection
from embeddings.jobs.settings import Settings
from embeddings.jobs.worker import Run, describe, execute, fetch, forget
from embeddings.store import result_request
from embeddings.types import AttentionSpec, FillInSpec, Request, Result, SearchSpec, Spec

log = logging.getLogger(__name__)

STUCK_AFTER = 3.0
"""Seconds a cancelled job gets to stop by itself before its process is started anew."""
REMEMBERED = 1000
"""How many ended jobs can still be asked about."""
KEPT_IN_MEMORY = 16
"""How many results are kept here when the store cannot be written; a map takes four."""

UNKEPT_IN_MEMORY = 128
"""How many, where one that is never written comes in: these are small."""

_STOPPED = "The computing processes stopped while {}. They start anew: ask again."


class Keeper(Protocol):
    """The part of a store that jobs need."""

    def load(self, request: Request) -> Result | None:
        """Return the result, or None."""

    def save(self, request: Request, result: Result) -> bool:
        """Keep a result; False where that is impossible."""

    def loads(self, request: Request, data: bytes) -> Result:
        """Read a result from its bytes."""


@dataclass(frozen=True)
class Status:
    """How a job stands.

    Attributes
    ----------
    state : "queued", "running", "done", "failed" or "cancelled"
    fraction : 0 to 1
    message : one line for the person
    ahead : how many jobs are being done or will be begun before it, as far as that is known; 0 once
        it is handed out
    """

    state: str
    fraction: float = 0.0
    message: str = ""
    ahead: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "cancelled")


@dataclass(eq=False)
class _Job:
    request: Request
    status: Status = field(default_factory=lambda: Status("queued"))
    wanted_by: Counter[str] = field(default_factory=Counter)
    sent: bool = False
    sendings: int = 0
    future: Any = None
    preferred: str = ""
    """The worker that it was sent to, until that one ends."""
    stranded: bool = False
    """Whether that worker has ended: Dask may then wait for it for ever, other workers or not."""
    deaths: int = 0
    """How many processes have ended in the middle of it."""
    attempts: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def visitors(self) -> frozenset[str]:
        """Whoever wants it."""
        return frozenset(visitor_of(who) for who, wishes in self.wanted_by.items() if wishes)


def visitor_of(who: str) -> str:
    """Return the visitor of a name such as "visitor.session": what stands before the first dot.

    Each session withdraws its own wishes; limits and turns are those of the visitor.
    """
    return who.partition(".")[0]


class Jobs:
    """Jobs of one app.

    Parameters
    ----------
    run : function from (request, progress) to bytes
        What a job does; by default it fetches the request through the recipes.
    store : Keeper, optional
        Where results go; by default the app's store.
    settings : Settings, optional
        By default what the environment says.

    Examples
    --------
    >>> jobs = Jobs()
    >>> key = jobs.submit(request)  # doctest: +SKIP
    >>> jobs.wait(key, timeout=60).state  # doctest: +SKIP
    'done'
    """

    def __init__(
        self, run: Run = fetch, store: Keeper | None = None, settings: Settings | None = None
    ) -> None:
        self._run = run
        self._given_store = store
        self.settings = settings or Settings.from_environment()
        self._lock = threading.Lock()
        self._active: dict[str, _Job] = {}
        self._ended: dict[str, Status] = {}
        self._results: dict[str, Result] = {}
        self._turns: OrderedDict[str, int] = OrderedDict()
        """When a job was last handed out for a visitor: the number of that handing out."""
        self._handed_out = 0
        self._made_at: OrderedDict[str, str] = OrderedDict()
        """The worker that last did something with a table, see `_table_of`."""
        self._executing: set[tuple[str, str]] = set()
        """Pairs of worker address and job, as the workers report them."""
        self._closing = False
        self._connection = Connection(
            self.settings,
            ready=self._send_waiting,
            broken=self._fail_sent,
            failed=self._fail_all,
            heard=self._hear,
            lost=self._forget_worker,
        )

    # --- what the app's threads call: they touch the table only, and return at once

    def start(self) -> None:
        """Start the processes and warm them in the background, after the settings' delay."""
        self._connection.start()

    def submit(self, request: Request, who: str = "") -> str:
        """Ask for a result and return the key to ask about it.

        The same request is computed once, however many ask for it. A job that failed or was
        cancelled begins anew. Look into the store first: this is for what is not there.

        Parameters
        ----------
        request : Request
        who : str
            Whoever asks, see `visitor_of`. One name counts once, however often it asks for the
            same; without a name each call counts, and there is no limit to them.

        Raises
        ------
        UserError
            If the visitor wants too many jobs already, if too many wait, or the app is ending.
        """
        key = request.key
        with self._lock:
            if self._closing:
                raise WorkFailed("The app is ending; ask again when it has been started anew.")
            if key not in self._active and key in self._results:
                self._remember(key, Status("done", 1.0))
                return key
            is_new = key not in self._active
            self._check_share(key, visitor_of(who))
            if is_new:
                self._check_room()
                self._active[key] = _Job(request)
            wanted_by = self._active[key].wanted_by
            wanted_by[who] = 1 if who else wanted_by[who] + 1
        if is_new:
            self._connection.start()
            self._connection.run(self._send_waiting)
        return key

    def _check_room(self) -> None:
        waiting = sum(job.status.state == "queued" for job in self._active.values())
        if waiting >= self.settings.max_queue:
            raise UserError(
                f"The queue is full: {waiting} jobs are waiting. Try again in a few minutes."
            )

    def _check_share(self, key: str, visitor: str) -> None:
        most = self.settings.per_visitor
        if not visitor or len(self._active) < most:
            return
        wanted = [each for each, job in self._active.items() if visitor in job.visitors]
        if len(wanted) >= most and key not in wanted:
            raise UserError(
                f"You have asked for {len(wanted)} results that are not done, and may have {most} "
                "at once. Wait until one is done, or cancel one, then ask again."
            )

    def status(self, key: str) -> Status:
        """Return how a job stands, from memory: cheap enough to ask twice a second.

        Raises
        ------
        UserError
            If nobody has asked for it, or that was long ago.
        """
        with self._lock:
            if key in self._active:
                return self._standing(key)
            if key in self._ended:
                return self._ended[key]
        raise UserError("No job of this name is known; ask for its result once more.")

    def cancel(self, key: str, who: str = "") -> None:
        """Withdraw one wish for a job; it stops when nobody is left who wants it.

        Whoever has not asked for it, or has withdrawn already, changes nothing.
        """
        with self._lock:
            job = self._active.get(key)
            if job is None or not job.wanted_by[who]:
                return
            job.wanted_by[who] -= 1
            if job.wanted_by.total():
                return
            self._end(key, Status("cancelled", job.status.fraction, "Cancelled."))
        if job.sent:
            self._connection.run(lambda: self._release(job))
            guard = threading.Timer(STUCK_AFTER, self._restart_if_stuck, args=(key,))
            guard.daemon = True
            guard.start()
        self._connection.run(self._send_waiting)

    def leave(self, who: str, keep: Collection[str] = ()) -> None:
        """Withdraw everything that somebody wants, except the jobs of the keys in ``keep``."""
        with self._lock:
            left = [key for key, job in self._active.items() if job.wanted_by[who]]
        for key in left:
            if key not in keep:
                self.cancel(key, who)

    def wait(self, key: str, timeout: float | None = None) -> Status:
        """Wait until a job has ended, at most `timeout` seconds, and return how it stands."""
        with self._lock:
            job = self._active.get(key)
        if job is not None:
            job.over.wait(timeout)
        return self.status(key)

    def result(self, request: Request) -> Result | None:
        """Return a result that is there, even where the store could not be written."""
        kept = self._results.get(request.key)
        return kept if kept is not None else self._store.load(request)

    def numbers(self) -> dict[str, int]:
        """Return how many jobs are "queued" and how many are "running"."""
        with self._lock:
            states = Counter(job.status.state for job in self._active.values())
        return {state: states[state] for state in ("queued", "running")}

    def forget(self, name: str) -> None:
        """Let go, here and in the computing processes, of something that somebody brought."""
        with self._lock:
            active = [key for key, job in self._active.items() if name in job.request.brought]
            of = {key: result_request(result) for key, result in self._results.items()}
            for key in (key for key, request in of.items() if name in request.brought):
                del self._results[key]
        for key in active:
            self._abandon(key)
        self._connection.tell_all(forget, name)

    def _abandon(self, key: str) -> None:
        """Stop a job, whoever wants it."""
        with self._lock:
            job = self._active.get(key)
            wanted_by = list(job.wanted_by.elements()) if job else []
        for who in wanted_by:
            self.cancel(key, who)

    def close(self) -> None:
        """End every job, the connection and the processes; nothing is left behind."""
        with self._lock:
            self._closing = True
            for key in list(self._active):
                self._end(key, Status("cancelled", message="The app is ending."))
        self._connection.close()

    def __enter__(self) -> Jobs:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the table; the lock is held

    def _standing(self, key: str) -> Status:
        status = self._active[key].status
        if status.state != "queued":
            return status
        if self._active[key].sent:
            return replace(status, message=self._waiting_message([]))
        before = [job for job in self._active.values() if job.sent]
        before += takewhile(lambda job: job.request.key != key, self._in_turn())
        return replace(status, ahead=len(before), message=self._waiting_message(before))

    def _waiting_message(self, before: list[_Job]) -> str:
        if not before:
            return "Waiting for a computing process to be ready."
        maps = all(job.request.kind == "projection" for job in before)
        what = "map" if maps else "job"
        if len(before) == 1:
            return f"One {what} is being computed before yours."
        return f"{len(before)} {what}s are being computed before yours."

    def _in_turn(self) -> Iterator[_Job]:
        """Yield the waiting jobs in the order in which they are handed out, as things stand.

        The next is that of whoever has the fewest under way; among these, of whoever has waited
        longest since his last one; and among these, and for one visitor, the first that was asked
        for. A job that several want goes as soon as that of any of them would. What is under way
        is taken to end in the order in which it began.
        """
        under_way = deque(job.visitors for job in self._active.values() if job.sent)
        counts = Counter(visitor for visitors in under_way for visitor in visitors)
        turns, now = dict(self._turns), self._handed_out
        lines: dict[frozenset[str], deque[tuple[int, _Job]]] = {}
        for place, job in enumerate(self._active.values()):
            if not job.sent:
                lines.setdefault(job.visitors, deque()).append((place, job))

        def rank(visitors: frozenset[str]) -> tuple[int, int, int]:
            first = min(((counts[each], turns.get(each, 0)) for each in visitors), default=(0, 0))
            return (*first, lines[visitors][0][0])

        while lines:
            if len(under_way) >= self._connection.slots:
                counts.subtract(under_way.popleft())
            visitors = min(lines, key=rank)
            _, job = lines[visitors].popleft()
            if not lines[visitors]:
                del lines[visitors]
            yield job
            now += 1
            turns |= dict.fromkeys(visitors, now)
            counts.update(visitors)
            under_way.append(visitors)

    def _end(self, key: str, status: Status) -> None:
        job = self._active.pop(key)
        job.status = status
        self._remember(key, status)
        job.over.set()

    def _remember(self, key: str, status: Status) -> None:
        self._ended.pop(key, None)
        self._ended[key] = status
        while len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    # --- the store

    @property
    def _store(self) -> Keeper:
        if self._given_store is None:
            from embeddings import store

            self._given_store = store.default()
        return self._given_store

    def _keep(self, request: Request, future: Any) -> None:
        """Bring a result into this machine's store; processes here have put it there already."""
        if self._store.load(request) is not None:
            return
        result = self._store.loads(request, future.result())
        if not self._store.save(request, result):
            with self._lock:
                self._results[request.key] = result
                most = KEPT_IN_MEMORY if request.is_kept else UNKEPT_IN_MEMORY
                while len(self._results) > most:
                    del self._results[next(iter(self._results))]

    # --- the client's event loop: everything that Dask is told, in order

    def _send_waiting(self) -> None:
        """Send as many jobs as there are processes, of each visitor in turn.

        The others wait here, where they are cancelled at once and are not blamed for the death
        of a process that they have not begun to use.
        """
        self._call_back_stranded()
        with self._lock:
            busy = {key for key, job in self._active.items() if job.sent}
            busy |= {key for _, key in self._executing}
            free = max(0, self._connection.slots - len(busy))
            chosen = list(islice(self._in_turn(), free))
            for job in chosen:
                job.sent, job.preferred = True, self._preferred(job.request)
                job.sendings += 1
                self._note_turn(job.visitors)
        for job in chosen:
            request = job.request
            name = f"{request.kind}-{request.key}"
            if job.sendings > 1:  # Dask must not take it for what it has just been told to forget
                name += f"-{job.sendings}"
            where = {"workers": [job.preferred], "allow_other_workers": True}
            try:
                job.future = self._connection.submit(
                    execute, self._run, request, key=name, **(where if job.preferred else {})
                )
            except Exception:
                log.exception("%s could not be handed out", name)
                self._fail([job], _STOPPED.format(describe(request)))
            else:
                job.future.add_done_callback(partial(self._settle, job))

    def _note_turn(self, visitors: Collection[str]) -> None:
        self._handed_out += 1
        for visitor in visitors:
            self._turns[visitor] = self._handed_out
            self._turns.move_to_end(visitor)
        while len(self._turns) > REMEMBERED:
            self._turns.popitem(last=False)

    def _preferred(self, request: Request) -> str:
        """Return the worker that has the vectors in its memory, unless it is busy."""
        worker = self._made_at.get(_table_of(request), "")
        return "" if any(address == worker for address, _ in self._executing) else worker

    def _call_back_stranded(self) -> None:
        """Take back jobs that were sent to a worker which has ended, unless another runs them."""
        with self._lock:
            running = {key for _, key in self._executing}
            stranded = [j for j in self._active.values() if j.stranded and j.sent]
            stranded = [job for job in stranded if job.request.key not in running]
            for job in stranded:
                job.sent = job.stranded = False
        for job in stranded:
            self._release(job)

    def _release(self, job: _Job) -> None:
        """Tell Dask that we do not want this any more: it forgets it, its bytes included."""
        future, job.future = job.future, None
        if future is not None:
            future.release()

    def _hear(self, heard: dict[str, Any]) -> None:
        pair = (heard["worker"], heard["job"])
        with self._lock:
            job = self._active.get(heard["job"])
            if heard["event"] == "ended":
                self._executing.discard(pair)
                if job is not None:
                    self._remember_worker(_table_of(job.request), heard["worker"])
            else:
                self._executing.add(pair)
                if job is not None:
                    job.status = Status("running", heard["fraction"], heard["message"])
        if heard["event"] == "ended":
            self._send_waiting()

    def _remember_worker(self, table: str, worker: str) -> None:
        self._made_at[table] = worker
        self._made_at.move_to_end(table)
        while len(self._made_at) > REMEMBERED:
            self._made_at.popitem(last=False)

    def _forget_worker(self, worker: str) -> None:
        with self._lock:
            for table in [table for table, at in self._made_at.items() if at == worker]:
                del self._made_at[table]
            killed = {job for address, job in self._executing if address == worker}
            self._executing = {pair for pair in self._executing if pair[0] != worker}
            elsewhere = {job for _, job in self._executing}
            for key, job in list(self._active.items()):
                lost = job.sent and job.preferred == worker
                job.stranded |= lost
                # One that has not said yet that it began may have died as well.
                if key in killed or (lost and key not in elsewhere):
                    self._bury(key)

    def _bury(self, key: str) -> None:
        """Note that a process ended in the middle of a job: a second time is the last."""
        job = self._active[key]
        job.deaths += 1
        if job.deaths < 2:
            message = "Its computing process ended; beginning once more."
            job.status = Status("running", 0.0, message)
            return
        self._end(key, Status("failed", message=_ended_twice(describe(job.request))))
        self._connection.run(lambda: self._release(job))

    def _fail_all(self, message: str) -> None:
        log.warning(message)
        with self._lock:
            everybody = list(self._active.values())
        self._fail(everybody, message)

    def _fail_sent(self) -> None:
        """Fail what had been handed out, because the connection is gone and that with it."""
        with self._lock:
            self._executing.clear()
            sent = [job for job in self._active.values() if job.sent]
        for job in sent:
            self._fail([job], _STOPPED.format(describe(job.request)))

    def _fail(self, jobs: list[_Job], message: str) -> None:
        with self._lock:
            for job in jobs:
                if self._active.get(job.request.key) is job:
                    self._end(job.request.key, Status("failed", message=message))

    # --- ends of jobs, in Dask's thread for callbacks

    def _settle(self, job: _Job, future: Any) -> None:
        key = job.request.key
        if job.future is not future or self._active.get(key) is not job:
            return
        status = self._outcome(job, future)
        future.release()
        with self._lock:
            if self._active.get(key) is job:
                if status is None:
                    job.sent, job.status = False, Status("queued")
                else:
                    self._end(key, status)
        self._connection.run(self._send_waiting)

    def _outcome(self, job: _Job, future: Any) -> Status | None:
        """Return how a job ended, or None if it must be sent once more."""
        doing = describe(job.request)
        if future.status == "finished":
            try:
                self._keep(job.request, future)
            except Exception as failure:
                log.exception("The result of %s could not be kept", job.request.canonical)
                text = f"The result of {doing} could not be read: {failure}"
                return Status("failed", message=text.splitlines()[0])
            return Status("done", 1.0)
        if future.status != "error":
            return Status("failed", message=_STOPPED.format(doing))
        error = future.exception()
        if isinstance(error, Cancelled):
            # It was stopping for those who left before the present ones asked.
            job.attempts += 1
            return None if job.attempts < 5 else Status("cancelled", message="Cancelled.")
        return Status("failed", message=_explain(error, doing))

    def _restart_if_stuck(self, key: str) -> None:
        """Start the process anew that goes on with a job which nobody wants."""
        with self._lock:
            wanted = key in self._active
            workers = [worker for worker, job in self._executing if job == key]
        if workers and not wanted and not self._closing:
            self._connection.restart(workers)


def _table_of(request: Request) -> str:
    """Return what names the vectors that a request is about, whatever the vocabulary.

    Those of a small vocabulary are mostly rows of those of a larger one. Of a text that a model
    reads it is the model, which the worker keeps.
    """
    if isinstance(request, AttentionSpec | FillInSpec):
        return f"model {request.model} {request.state}"
    if isinstance(request, SearchSpec):
        return f"search {request.over}"
    table = getattr(request, "table", request)
    return str(replace(table, vocabulary="").key if isinstance(table, Spec) else table.key)


def _explain(error: BaseException, doing: str) -> str:
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return _ended_twice(doing)
    for note in getattr(error, "__notes__", ()):
        log.error("%s\n%s", error, note)
    if isinstance(error, UserError):
        return str(error)
    first = (str(error).strip().splitlines() or ["no further message"])[0]
    return f"Something went wrong while {doing}: {type(error).__name__}: {first}"


def _ended_twice(doing: str) -> str:
    return (
        f"The computing process ended twice while {doing}; perhaps it ran out of memory. "
        "Try a smaller vocabulary."
    )


_shared: list[Jobs] = []
_shared_lock = threading.Lock()


def shared() -> Jobs:
    """Return the jobs of this process; made at the first call, closed with the process."""
    with _shared_lock:
        if not _shared or _shared[0]._closing:
            _shared[:] = [Jobs()]
            atexit.register(_shared[0].close)
        return _shared[0]


def numbers() -> dict[str, int]:
    """Return how many jobs of this process are "queued" and how many are "running"."""
    with _shared_lock:
        running = list(_shared)
    return running[0].numbers() if running else {"queued": 0, "running": 0}


def close_shared() -> None:
    """Close the jobs of this process, if there are any."""
    with _shared_lock:
        running = list(_shared)
    for each in running:
        each.close()
