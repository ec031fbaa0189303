"""What the tests of jobs have computed: small functions that the computing processes import."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

from embeddings.errors import UnknownName
from embeddings.types import Progress, Request, Spec


def run(request: Request, progress: Progress) -> bytes:
    """Do what the spec's method names, in the folder that its vocabulary names."""
    request = getattr(request, "table", request)
    assert isinstance(request, Spec)
    folder = Path(request.vocabulary)
    with (folder / f"{request.method}-{request.seed}.ran").open("a") as file:
        file.write(f"{os.getpid()}\n")
    return TASKS[request.method](folder, request, progress)


WARMED = []


def warm() -> None:
    """Stand for the warming up, which takes seconds."""
    WARMED.append(os.getpid())


def answer(folder: Path, request: Spec, progress: Progress) -> bytes:
    time.sleep(0.2)
    return b"42"


def steps(folder: Path, request: Spec, progress: Progress) -> bytes:
    """Take steps until the file "go" appears, and report each."""
    count = 0
    while not (folder / "go").exists():
        count += 1
        progress(min(count / 1000, 0.9), f"step {count}")
        time.sleep(0.01)
    progress(1.0, "all steps")
    return b"walked"


def stuck(folder: Path, request: Spec, progress: Progress) -> bytes:
    """Never look at progress again, as a long call of native code does."""
    progress(0.5, "deep in native code")
    while not (folder / "go").exists():
        time.sleep(0.05)
    return b"late"


def dies(folder: Path, request: Spec, progress: Progress) -> bytes:
    """End the process as the kernel does when memory runs out, as often as "deaths" says."""
    deaths = folder / "deaths"
    left = int(deaths.read_text())
    if left:
        deaths.write_text(str(left - 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return b"alive"


def misnamed(folder: Path, request: Spec, progress: Progress) -> bytes:
    raise UnknownName("word", "kimg", ["king", "queen"])


def broken(folder: Path, request: Spec, progress: Progress) -> bytes:
    raise KeyError("first line\nsecond line")


def look_around(folder: Path, request: Spec, progress: Progress) -> bytes:
    from distributed.worker import get_worker

    threads = {name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS")}
    seen = {
        "streamlit": "streamlit" in sys.modules,
        "distributed": "distributed" in sys.modules,
        "umap": "umap" in sys.modules,
        "pid": os.getpid(),
        "warmed": sys.modules["jobs_tasks"].WARMED,
        "main": getattr(sys.modules["__main__"], "__file__", ""),
        "threads": threads,
        "nice": os.nice(0),
        "hash": hash("word"),
        "memory": get_worker().memory_manager.memory_limit,
        "parent": os.getppid(),
    }
    return json.dumps(seen).encode()


TASKS = {f.__name__: f for f in (answer, steps, stuck, dies, misnamed, broken, look_around)}
