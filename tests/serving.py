"""Several processes of the app behind nginx, a PostgreSQL for them, and a network that fails."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


def needed(program: str | None, how: str) -> str:
    """Return the path of a program; where there is none, skip, but fail in CI."""
    if program is None:
        report = pytest.fail if os.environ.get("CI") else pytest.skip
        report(how)
    return program


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_hundred() -> int:
    """Return a number that gives free ports with 01 and 02 behind it."""
    for hundred in random.sample(range(150, 320), 100):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in (100 * hundred + 1, 100 * hundred + 2):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return hundred
    raise OSError("no free ports")


# Processes ---------------------------------------------------------------------------------------


@dataclass
class Several:
    """What `deploy/serve` runs."""

    repo: Path
    folder: Path
    port: int
    hundred: int
    environment: dict[str, str]
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def control(self, *words: str) -> str:
        """Ask what keeps the processes running."""
        command = [sys.executable, "-m", "supervisor.supervisorctl"]
        said = subprocess.run(
            [*command, "-c", "deploy/supervisord.conf", *words],
            cwd=self.repo,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        return said.stdout.strip()

    def kill(self, instance: str) -> None:
        """Kill one process, as if its machine had failed."""
        os.kill(int(self.control("pid", f"app:{instance}")), signal.SIGKILL)

    def restart(self) -> subprocess.Popen[str]:
        """Begin to start all processes anew, one after the other."""
        return subprocess.Popen(
            ["deploy/restart"],
            cwd=self.repo,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self, seconds: float = 120) -> None:
        """Return when every process answers."""
        for port in (100 * self.hundred + 1, 100 * self.hundred + 2, self.port):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                with (
                    contextlib.suppress(OSError),
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10),
                ):
                    break
                time.sleep(0.2)
            else:
                pytest.fail(f"nothing answers at port {port}; it said:\n{self.log}")


@contextlib.contextmanager
def several(repo: Path, folder: Path, **settings: str) -> Iterator[Several]:
    """Run two processes of the app behind nginx, by the script that people use."""
    needed(shutil.which("nginx"), "no nginx found: apt-get install nginx-light")
    hundred, port = free_hundred(), free_port()
    environment = {
        **os.environ,
        "LSE_CACHE": str(folder / "cache"),
        "LSE_RUN": str(folder / "run"),
        "LSE_PORTS": str(hundred),
        "LSE_PROCESSES": "2",
        "LSE_PYTHON": sys.executable,
        **settings,
    }
    served = Several(repo, folder, port, hundred, environment, folder / "log.txt")
    with served.log_file.open("wb") as log:
        process = subprocess.Popen(
            ["deploy/serve", "2", str(port)],
            cwd=repo,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        served.wait()
        yield served
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=40)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


# The database ------------------------------------------------------------------------------------


class Postgres:
    """A PostgreSQL of its own, which can be killed and started again."""

    def __init__(self) -> None:
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        found = str(folders[-1] / "postgres") if folders else shutil.which("postgres")
        self.bin = Path(needed(found, "no PostgreSQL found: apt-get install postgresql")).parent
        # It refuses to run as root; and whoever it runs as must reach the folder.
        self.who = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        self.folder = Path(tempfile.mkdtemp(prefix="latent-space-explorer-postgres-", dir="/tmp"))
        if self.who:
            shutil.chown(self.folder, **self.who)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        made = [str(self.bin / "initdb"), "-D", str(self.folder / "data"), "-U", "explorer"]
        subprocess.run(
            [*made, "--auth=trust", "-E", "UTF8", "--locale=C"],
            check=True,
            capture_output=True,
            cwd="/tmp",
            **self.who,
        )
        self.start()

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://explorer@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        command = [str(self.bin / "postgres"), "-D", str(self.folder / "data")]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "-p", str(self.port), "-k", str(self.folder), "-h", "127.0.0.1"],
                cwd="/tmp",
                stdout=log,
                stderr=subprocess.STDOUT,
                **self.who,
            )
        for _ in range(300):
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), timeout=1),
            ):
                ready = [str(self.bin / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port)]
                if subprocess.run(ready, capture_output=True).returncode == 0:
                    return
            time.sleep(0.1)
        pytest.fail(f"PostgreSQL did not start:\n{(self.folder / 'log.txt').read_text()}")

    def kill(self) -> None:
        """Kill it and what it has started, as if the machine had lost its power."""
        if self.process is not None:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            pids = [int(pid) for pid in children.read_text().split()] if children.exists() else []
            for pid in (self.process.pid, *pids):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.wait(timeout=15)
            self.process = None

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


# The network -------------------------------------------------------------------------------------


class Network:
    """A way to a server that is slow and loses packets, or is cut.

    TCP sends a lost packet again, so that a loss is a delay to whoever looks from above: of every
    hundred pieces `losses` come `again` seconds later, and what follows waits for them.

    Parameters
    ----------
    to : port of the server
    delay : seconds that a piece takes in one direction
    losses : how many of a hundred pieces are lost
    again : seconds until one is sent again
    """

    def __init__(
        self, to: int, delay: float = 0.0, losses: float = 0.0, again: float = 1.0
    ) -> None:
        self.to, self.delay, self.losses, self.again = to, delay, losses, again
        self.chance = random.Random(0)
        self.lost = self.passed = 0
        self.is_cut = False
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(self._start(), self._loop)
        self.port: int = starting.result(10)

    async def _start(self) -> int:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            there, into = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, into}
        ways = [self._carry(reader, into), self._carry(there, writer)]
        await asyncio.gather(*ways, return_exceptions=True)
        self._open -= {writer, into}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, piece = await pieces.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not piece:
                    writer.close()
                    return
                writer.write(piece)
                await writer.drain()

        delivering = asyncio.ensure_future(deliver())
        try:
            while True:
                piece = await reader.read(16_384)
                late = self.chance.random() * 100 < self.losses
                self.lost += late
                self.passed += 1
                due = self._loop.time() + self.delay + (self.again if late else 0.0)
                pieces.put_nowait((due, piece))
                if not piece:
                    break
            await delivering
        except OSError:
            delivering.cancel()
            writer.close()

    def cut(self) -> None:
        """Break every connection, and take no new one."""
        self.is_cut = True

        def abort() -> None:
            for writer in tuple(self._open):
                writer.transport.abort()

        self._loop.call_soon_threadsafe(abort)

    def mend(self) -> None:
        """Take connections again."""
        self.is_cut = False

    def close(self) -> None:
        self.cut()

        async def end() -> None:
            self._server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
