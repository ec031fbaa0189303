"""A class of a hundred or two hundred: real websockets and real HTTP, on the same machine.

Everybody opens the map within the first minute. Most follow a lesson: a teacher goes a step on
every so many seconds, and each of them answers. The others explore: another method, an analogy,
another page. Measured is how soon a step is on the screen of who follows, how long a page takes,
what fails, and the memory of each process.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import numpy as np
import psutil

from benchmarks.browsing import answers, free_port
from benchmarks.clients import Person
from benchmarks.common import ROOT, machine, note, show, table
from embeddings import lessons

LESSONS = ("1-words-to-numbers", "4-four-views", "5-arithmetic", "7-reading-a-map")
METHODS = ("glove", "word2vec", "bert", "counts")
ANALOGIES = (
    ("man", "king", "woman"),
    ("france", "paris", "italy"),
    ("good", "better", "bad"),
    ("walking", "walked", "swimming"),
)
PAGES = ("compare", "scorecard", "contexts", "methods", "lessons", "analogies", "")
FOLLOW = 0.7
"""The part of a class that follows the lesson."""


@dataclass
class Seen:
    """What was measured, in seconds."""

    opened: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    stepped: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    methods: list[float] = field(default_factory=list)
    analogies: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    late: int = 0
    drops: int = 0
    received: int = 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.classroom", description=__doc__)
    parser.add_argument("--people", type=int, default=100, help="at once (default 100)")
    parser.add_argument("--processes", type=int, default=1, help="of the app (default 1)")
    parser.add_argument("--minutes", type=float, default=10.0, help="(default 10)")
    parser.add_argument("--every", type=float, default=30.0, help="seconds between two steps")
    parser.add_argument("--join", type=float, default=60.0, help="seconds in which all come")
    parser.add_argument("--profile", help="write a profile of the first process with py-spy")
    return parser.parse_args()


# ------------------------------------------------------------------------------------- the server


@contextlib.contextmanager
def served(processes: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Run the app, alone or several times behind nginx; yield its address and its processes."""
    with tempfile.TemporaryDirectory(prefix="lse-classroom-") as folder:
        port, hundred = free_port(), random.randrange(200, 300)
        environment = {
            **os.environ,
            "LSE_CACHE": f"{folder}/cache",
            "LSE_RUN": f"{folder}/run",
            "LSE_PORTS": str(hundred),
            "LSE_PYTHON": sys.executable,
            "LSE_WORKERS": "1",
            "LSE_LOG": "json",
        }
        alone = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
        command = (
            [*alone, "--server.port", str(port)]
            if processes == 1
            else ["deploy/serve", str(processes), str(port)]
        )
        ports = [port] if processes == 1 else [100 * hundred + 1 + n for n in range(processes)]
        with Path(folder, "log.txt").open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            for each in (*ports, port):
                if not answers(f"http://127.0.0.1:{each}/health/ready", process):
                    sys.exit("the app did not start")
            yield f"http://localhost:{port}", [listening(process, each) for each in ports]
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(40)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            said = Path(folder, "log.txt").read_text(errors="replace").splitlines()
            problems = [x for x in said if '"ERROR"' in x or '"WARNING"' in x or "Traceback" in x]
            for line, number in Counter(problems).most_common(5):
                note(f"{number} x {line[:400]}")


def listening(parent: subprocess.Popen[bytes], port: int) -> psutil.Process:
    """Return the process of this family that listens at a port."""
    first = psutil.Process(parent.pid)
    for each in (first, *first.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            for connection in each.net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return each
    sys.exit(f"nobody listens at {port}")


# ------------------------------------------------------------------------------------- the people


class Class:
    """A class that goes through lessons."""

    def __init__(self, url: str, http: httpx2.AsyncClient, given: argparse.Namespace) -> None:
        self.url, self.http, self.given = url, http, given
        self.seen = Seen()
        self.end = time.perf_counter() + 60 * given.minutes
        self.told: dict[tuple[str, bool], float] = {}
        self.chance = random.Random(0)
        self.code = ""

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.perf_counter() >= self.end

    def person(self) -> Person:
        """Somebody new."""
        return Person(self.url, secrets.token_hex(16), self.http)

    async def run(self) -> None:
        """Have everybody come, and go when the time is up."""
        teacher = self.person()
        await self.open(teacher)
        crowd = [self.student(number) for number in range(self.given.people)]
        await asyncio.gather(self.teach(teacher), self.watch(teacher), *crowd)

    async def open(self, teacher: Person) -> None:
        """Open the class as the page does: the press of a button."""
        from pages.shared.classroom import classes

        os.environ["LSE_CLASSES"] = os.environ["LSE_CLASSES_OF_RUN"]
        self.code, _ = classes.shared().open(teacher.visitor)

    async def teach(self, teacher: Person) -> None:
        """Go a step on, again and again."""
        await asyncio.sleep(self.given.join + 10)
        path = f"/class/{self.code}/steer"
        steps = [
            (f"{key}.{number}", seen)
            for key in itertools.islice(itertools.cycle(LESSONS), 40)
            for number in range(1, len(lessons.get(key).steps) + 1)
            for seen in (False, True)
        ]
        for place, seen in steps:
            if time.perf_counter() + self.given.every > self.end:
                return
            self.told[place, seen] = time.perf_counter()
            with self.noting("steer"):
                body = {"place": place, "seen": seen, "locked": False, "address": ""}
                await teacher.post(path, body)
            await asyncio.sleep(self.given.every)

    async def watch(self, teacher: Person) -> None:
        """Hear, as who steers, what everybody answers."""
        with self.noting("teacher's connection"):
            async with teacher.listening(self.code) as said:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0, self.end - time.perf_counter())):
                        async for _ in said:
                            pass

    @contextlib.contextmanager
    def noting(self, what: str) -> Iterator[None]:
        """Count what fails."""
        try:
            yield
        except (OSError, httpx2.HTTPError, TimeoutError, RuntimeError, KeyError) as error:
            self.seen.errors[f"{what}: {type(error).__name__} {str(error)[:80]}"] += 1
        except Exception as error:
            self.seen.errors[f"{what}: {type(error).__name__} {str(error)[:80]}"] += 1

    async def student(self, number: int) -> None:
        """Come, take part, and leave."""
        await asyncio.sleep(self.given.join * number / self.given.people)
        me, known = self.person(), set()
        with self.noting("open"):
            began = time.perf_counter()
            await me.load(f"/?class={self.code}", known)
            await me.open("", f"class={self.code}")
            self.seen.opened.append(time.perf_counter() - began)
            follows = number % 10 < 10 * FOLLOW
            await (self.follow(me, known) if follows else self.explore(me, known))
        self.seen.received += me.received
        with contextlib.suppress(Exception):
            await me.close()

    async def follow(self, me: Person, known: set[str]) -> None:
        """Go where the class goes."""
        while not self.is_over:
            with self.noting("class connection"):
                async with me.listening(self.code) as said:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(max(0, self.end - time.perf_counter())):
                            async for now in said:
                                await self.go_along(me, now)
            if not self.is_over:
                self.seen.drops += 1
                await asyncio.sleep(1)

    async def go_along(self, me: Person, now: dict[str, Any]) -> None:
        """Show the step at once, and open its page where it is another, as the dock does."""
        told = self.told.get((now["place"], now["seen"]))
        step = now.get("step")
        if told is None or step is None or me.at == (now["place"], now["seen"]):
            return
        me.at = (now["place"], now["seen"])
        self.seen.heard.append(time.perf_counter() - told)
        if not now["seen"]:
            asyncio.get_running_loop().create_task(self.answer(me, now["place"]))
        if not is_at(me, step):
            await me.run(go="class")
            self.seen.stepped.append(time.perf_counter() - told)
            self.seen.late += not is_at(me, step)

    async def answer(self, me: Person, place: str) -> None:
        """Think, then answer."""
        await asyncio.sleep(self.chance.uniform(2, 12))
        with self.noting("answer"):
            began = time.perf_counter()
            given = (me.said.get("choices") or ["king"])[0]
            path = f"/class/{self.code}/answer"
            answer = await me.http.post(
                me.url + path, json={"place": place, "answer": given}, headers=me.cookies
            )
            if answer.status_code not in (200, 403):  # 403: the class has gone on
                answer.raise_for_status()
            self.seen.answers.append(time.perf_counter() - began)

    async def explore(self, me: Person, known: set[str]) -> None:
        """Look around alone: every ten to thirty seconds something else."""
        while not self.is_over:
            await asyncio.sleep(self.chance.uniform(10, 30))
            if self.is_over:
                return
            what = self.chance.choice(("method", "analogy", "page"))
            with self.noting(what):
                if what == "method":
                    query = f"method={self.chance.choice(METHODS)}&class={self.code}"
                    began = time.perf_counter()
                    await me.run("", query)
                    await me.load("/?" + query, known)
                    self.seen.methods.append(time.perf_counter() - began)
                elif what == "analogy":
                    a, b, c = self.chance.choice(ANALOGIES)
                    query = f"a={a}&b={b}&c={c}&class={self.code}"
                    self.seen.analogies.append(await me.run("analogies", query))
                else:
                    page = self.chance.choice(PAGES)
                    self.seen.pages.append(await me.run(page, f"class={self.code}"))


def is_at(me: Person, step: dict[str, Any]) -> bool:
    """Whether somebody's page is the one of a step, with its settings."""
    shown = dict(parse_qsl(me.query, keep_blank_values=True))
    return me.page == step["path"] and step["query"].items() <= shown.items()


# ------------------------------------------------------------------------------------- the report


def line(name: str, values: list[float], bar: float | None = None) -> list[object]:
    """Return how often, the median, 95 % and the most, and whether a bar is met."""
    if not values:
        return [name, 0, "-", "-", "-", "-"]
    at = np.percentile(values, [50, 95, 100])
    verdict = "-" if bar is None else f"{bar:g} s: {'met' if at[1] <= bar else 'MISSED'}"
    return [name, len(values), *(f"{each:.2f}" for each in at), verdict]


async def watch_memory(
    processes: list[psutil.Process], most: list[float], busy: list[float]
) -> None:
    """Note the greatest memory of each process, and its share of a processor."""
    for each in processes:
        each.cpu_percent()
    while True:
        await asyncio.sleep(2)
        for number, each in enumerate(processes):
            with contextlib.suppress(psutil.Error):
                most[number] = max(most[number], each.memory_info().rss / 1e6)
                busy.append(each.cpu_percent())


async def measure(url: str, processes: list[psutil.Process], given: argparse.Namespace) -> None:
    """Run the class and print what was measured."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=400)
    async with httpx2.AsyncClient(limits=limits, timeout=60) as http:
        school = Class(url, http, given)
        most, busy = [0.0] * len(processes), []
        looking = asyncio.create_task(watch_memory(processes, most, busy))
        await school.run()
        looking.cancel()
    seen = school.seen
    show(
        f"{given.people} people, {given.processes} process(es), {given.minutes:g} minutes",
        machine("streamlit", "uvicorn", "starlette"),
        table(
            ("seconds", "times", "median", "95 %", "most", "bar (95 %)"),
            [
                line("the map is open, from nothing", seen.opened),
                line("a class step is on the screen", seen.heard, 2.0),
                line("and its page, where it is another", seen.stepped, 3.0),
                line("an answer is kept", seen.answers),
                line("another page", seen.pages, 3.0),
                line("another method, with its map", seen.methods, 3.0),
                line("an analogy", seen.analogies, 3.0),
            ],
        ),
        f"Errors: {sum(seen.errors.values())}. Dropped connections: {seen.drops}. Steps that "
        f"landed elsewhere: {seen.late}. "
        f"Memory at most, MB a process: {', '.join(f'{each:.0f}' for each in most)}. "
        f"A process has {np.mean(busy or [0]):.0f} % of a processor on average. "
        f"Over websockets: {seen.received / 1e6:.0f} MB.",
        *(f"- {number} x {what}" for what, number in seen.errors.most_common(8)),
    )


def main() -> None:
    """Measure."""
    given = arguments()
    with served(given.processes) as (url, processes):
        cache = processes[0].environ()["LSE_CACHE"]
        os.environ["LSE_CLASSES_OF_RUN"] = f"sqlite:///{cache}/classes.sqlite"
        profiling = None
        if given.profile:
            record = [f"{sys.prefix}/bin/py-spy", "record", "-p", str(processes[0].pid)]
            how = ["-f", "raw", "-o", given.profile, "-d", str(int(60 * given.minutes))]
            profiling = subprocess.Popen([*record, *how])
        note(f"{url}: {', '.join(str(each.pid) for each in processes)}")
        asyncio.run(measure(url, processes, given))
        if profiling is not None:
            profiling.wait(30)


if __name__ == "__main__":
    main()
