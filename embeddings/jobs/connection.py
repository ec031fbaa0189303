"""The way to the computing processes: found in a thread of its own, and again when it broke."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from embeddings.errors import UserError, WorkFailed
from embeddings.jobs.cluster import LocalProcesses
from embeddings.jobs.settings import Settings
from embeddings.jobs.worker import TOPIC, WARM_UP

log = logging.getLogger(__name__)

CONNECT_WITHIN = 5.0
"""Seconds in which a cluster must answer."""

Event = tuple[float, dict[str, Any]]


class Connection:
    """A Dask client and, unless an address is set, the processes of this machine.

    Everything that Dask is told goes through the client's event loop, so in order.

    Parameters
    ----------
    settings : Settings
    ready : called in the loop when there is a connection or more room
    broken : called when a former connection is gone, and what had been handed out with it
    failed : called with one line when there is none to be had
    heard : called in the loop with what a job reports
    lost : called in the loop with the address of a process that ended
    """

    def __init__(
        self,
        settings: Settings,
        *,
        ready: Callable[[], None],
        broken: Callable[[], None],
        failed: Callable[[str], None],
        heard: Callable[[dict[str, Any]], None],
        lost: Callable[[str], None],
    ) -> None:
        self.settings = settings
        self.slots = 1
        """How many jobs can run at once."""
        self.processes: LocalProcesses | None = None
        self.client: Any = None
        self.warming: dict[str, list[Any]] = {}
        self._gone: set[str] = set()
        """Addresses of processes that ended, as the scheduler tells."""
        self._ready, self._broken, self._failed = ready, broken, failed
        self._heard, self._lost = heard, lost
        self._wake = threading.Event()
        self._closing = False
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Connect in the background, after the settings' delay or when there is work."""
        with self._starting:
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._keep, name="jobs", daemon=True)
                self._thread.start()

    @property
    def up(self) -> bool:
        """Whether the processes can be reached."""
        client = self.client
        return client is not None and client.status == "running"

    def run(self, function: Callable[[], None]) -> None:
        """Call a function in the client's event loop; without a client, look for one instead.

        What is lost by that is nothing: all that is done there is about futures of the client,
        and `ready` is called when there is a new one.
        """
        client = self.client
        if client is not None and client.status == "running":
            client.loop.add_callback(function)
        else:
            self._wake.set()

    def submit(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Submit a task and return its future; only in the loop."""
        return self.client.submit(function, *arguments, **options)

    def tell_all(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Call a function in every process that is free to, and wait for none of them."""
        client = self.client
        if client is None or client.status != "running":
            return
        try:
            client.run(function, *arguments, wait=False, on_error="ignore")
        except Exception:
            log.exception("The computing processes could not be told")

    def restart(self, workers: list[str]) -> None:
        """Start processes anew, whatever they do.

        Only those of this machine: in somebody else's cluster others may want the same job.
        """
        if self.processes is None or not self.up:
            return
        try:
            self.client.restart_workers(workers, timeout=30)
        except Exception:
            log.exception("A stuck process could not be started anew")

    def close(self) -> None:
        """End the connection and the processes of this machine."""
        with self._starting:
            self._closing = True
        self._wake.set()
        processes = self.processes
        if self.client is None and processes is not None:
            processes.close()  # they may be about to start, and the thread waits for that
        if self._thread is not None:
            self._thread.join()
        self._disconnect()

    def _keep(self) -> None:
        self._wake.wait(self.settings.delay)
        while not self._closing:
            self._wake.clear()
            try:
                self._connect()
            except UserError as failure:
                self._failed(str(failure))
            except Exception as failure:
                log.exception("No computing processes")
                self._failed(f"The computing processes could not be reached: {failure!r}.")
            self._wake.wait()

    def _connect(self) -> None:
        if not self.up:
            self._disconnect()
            client = self._find()
            client.subscribe_topic(TOPIC, self._hear)  # before any job is handed out
            self.client = client
            client.subscribe_topic("all", self._hear_cluster)
        threads = self.client.nthreads()
        self.slots = max(1, self.settings.workers if self.processes else sum(threads.values()))
        self.run(self._ready)  # who waits already goes before the warming up
        for worker in threads:
            self.run(partial(self._warm, worker))

    def _find(self) -> Any:
        from distributed import Client

        address = self.settings.address
        if not address:
            self.processes = LocalProcesses(self.settings.workers, self.settings.memory)
            address = self.processes.address()
        try:
            return Client(address, timeout=CONNECT_WITHIN, set_as_default=False)
        except (OSError, ValueError) as error:
            raise WorkFailed(
                f"The Dask cluster at {address} does not answer. Start it, correct "
                "LSE_DASK_ADDRESS, or unset that to compute on this machine."
            ) from error

    def _disconnect(self) -> None:
        client, self.client = self.client, None
        processes, self.processes = self.processes, None
        self.warming.clear()
        self._gone.clear()
        if client is not None:
            with suppress(ValueError, OSError):
                client.unsubscribe_topic("all")
            client.close(timeout=2)
            self._broken()
        if processes is not None:
            processes.close()

    def _hear(self, event: Event) -> None:
        # The last words of a process that died may arrive after the news of its death; to believe
        # them would be to keep its place taken for ever.
        if event[1]["worker"] not in self._gone:
            self._heard(event[1])

    def _hear_cluster(self, event: Event) -> None:
        action, worker = event[1].get("action"), event[1].get("worker", "")
        if action == "add-worker":
            self._gone.discard(worker)  # there is more room, and a process to warm
        elif action == "remove-worker":
            self._gone.add(worker)
            self.warming.pop(worker, None)
            self._lost(worker)
        else:
            return
        self._wake.set()

    def _warm(self, worker: str) -> None:
        """Have a process warmed when it has nothing better to do."""
        if self.settings.warm_up and self.up and worker not in self.warming:
            self.warming[worker] = [
                self.client.submit(
                    step,
                    key=f"{step.__name__}-{worker}",
                    workers=[worker],
                    priority=-100 - number,
                )
                for number, step in enumerate(WARM_UP)
            ]
