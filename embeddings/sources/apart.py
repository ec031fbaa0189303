"""Reads files in a process of its own, which a file made to do harm can end, but nothing else.

The process may take as much memory and time as `Limits` says; what it finds comes back as JSON, and
vectors only as files in a folder.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embeddings.errors import UserError
from embeddings.sources.context import File
from embeddings.sources.inspection import Inspection
from embeddings.sources.limits import MEGABYTE, Limits
from embeddings.sources.options import Options
from embeddings.types import Progress, Scalar, no_progress

_LOG = logging.getLogger(__name__)
_TICK = 0.2
# Without these some system's Python does not start, or finds no library.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_IO_THREADS")


@dataclass(frozen=True)
class Summary:
    """What was taken in and saved.

    Attributes
    ----------
    rows : words, vectors or documents
    dim : numbers of a vector; 0 where there are none
    origin : that of the `Content`
    said : of images, a line for each that could not be taken, or only in part
    """

    kind: str
    rows: int
    dim: int
    columns: tuple[str, ...]
    origin: Mapping[str, Scalar]
    said: tuple[str, ...] = ()


def inspect_apart(
    files: Sequence[File],
    options: Options | None = None,
    limits: Limits | None = None,
    progress: Progress = no_progress,
) -> Inspection:
    """Do what `reading.inspect` does, in another process.

    Raises
    ------
    UserError
        If it took too much memory or time, or the process broke.
    Cancelled
        If ``progress`` says so; the process is ended first.
    """
    limits = limits or Limits()
    asked = _asked("inspect", files, options, limits)
    return Inspection.from_json(_run(asked, limits, progress))


def read_apart(
    files: Sequence[File],
    options: Options | None,
    limits: Limits | None,
    folder: Path,
    progress: Progress = no_progress,
) -> Summary:
    """Do what `reading.read` or `pictures.read` does, in another process, and save it in a folder.

    ``content.load`` reads it from there. Where this fails, a folder that was not there before is
    not there afterwards.

    Raises
    ------
    UserError
        If a file cannot be read, would have to be mended in another way than was accepted, took
        too much memory or time, or the process broke.
    Cancelled
        If ``progress`` says so; the process is ended first.
    """
    limits = limits or Limits()
    do = "images" if options and options.kind == "images" else "read"
    asked = {**_asked(do, files, options, limits), "folder": str(folder.absolute())}
    was_there = folder.exists()
    try:
        found = _run(asked, limits, progress)
    except BaseException:
        if not was_there:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    columns, told = tuple(found["columns"]), tuple(found["said"])
    return Summary(**{**found, "columns": columns, "said": told})


def _asked(
    do: str, files: Sequence[File], options: Options | None, limits: Limits
) -> dict[str, Any]:
    return {
        "do": do,
        "files": [(str(file.path.absolute()), file.name) for file in files],
        "options": (options or Options()).pairs,
        "limits": asdict(limits),
    }


def _environment() -> dict[str, str]:
    root = Path(__file__).resolve().parent.parent.parent
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **passed_on,
        **dict.fromkeys(_THREADS, "1"),
        "PYTHONPATH": str(root),
        "PYTHONUTF8": "1",
        # Arrow's own allocator reserves more than is used, which counts against the limit.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def _run(asked: dict[str, Any], limits: Limits, progress: Progress) -> Any:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "embeddings.sources"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=os.name == "posix",
    ) as process:
        has_spoken = False
        try:
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(asked).encode())
                process.stdin.close()
            said = _listen(process, limits, progress)
            has_spoken = said.get("failed") != "time"
        finally:
            _end(process, patient=has_spoken)
    return _result(said, process.returncode, limits)


def _listen(process: subprocess.Popen[bytes], limits: Limits, progress: Progress) -> dict[str, Any]:
    """Return the last thing that the process says, and pass its progress on."""
    lines: queue.Queue[bytes | None] = queue.Queue()

    def hear() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=hear, daemon=True).start()
    until = time.monotonic() + limits.seconds
    far: tuple[float, str] = (0.0, "Reading the file")
    while True:
        # Said again while nothing moves: so it is noticed that somebody wants it to stop.
        progress(*far)
        if time.monotonic() > until:
            return {"failed": "time"}
        try:
            line = lines.get(timeout=_TICK)
        except queue.Empty:
            continue
        if line is None:
            return {"failed": "ended"}
        try:
            said: dict[str, Any] = json.loads(line)
        except ValueError:
            continue  # a library that talks
        if "progress" not in said:
            return said
        far = (float(said["progress"][0]), str(said["progress"][1]))


def _end(process: subprocess.Popen[bytes], patient: bool) -> None:
    """End the process, if it does not end by itself, and what it may have started: nothing else."""
    if patient:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2)
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    process.wait()


def _result(said: dict[str, Any], code: int, limits: Limits) -> Any:
    if "done" in said:
        return said["done"]
    if "refused" in said:
        raise UserError(said["refused"])
    failed = said.get("failed")
    if failed == "time" or (failed == "ended" and code == -getattr(signal, "SIGXCPU", 0)):
        raise UserError(
            f"Reading took longer than {limits.seconds:,} seconds and was stopped. Bring a smaller "
            "file, or raise LSE_SOURCE_SECONDS."
        )
    if failed == "memory":
        raise UserError(
            f"Reading needs more than {limits.memory // MEGABYTE:,} MiB of memory and was stopped. "
            "Bring a smaller file, or raise LSE_SOURCE_MEMORY_MB."
        )
    _LOG.warning("reading failed: %s, exit code %s\n%s", failed, code, said.get("trace", ""))
    raise UserError(
        "The file broke what reads it: it is damaged, or needs too much memory, or is made to do "
        "harm. Save it again, best as word2vec text, CSV or .npz."
    )
