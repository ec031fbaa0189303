"""Files are read in a process of their own: what harms it costs that file, and nothing else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from embeddings.errors import Cancelled, UserError
from embeddings.sources import apart
from embeddings.sources.content import load
from embeddings.sources.limits import MEGABYTE, Limits
from embeddings.sources.options import Options
from embeddings.sources.reading import inspect, read

ROWS = "".join(f"word{i} 0.{i}5 1.5\n" for i in range(10))


@pytest.fixture
def started(monkeypatch) -> list[subprocess.Popen[bytes]]:
    """Return a list of the processes that are started."""
    found: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments, **options) -> None:
            super().__init__(*arguments, **options)
            found.append(self)

    monkeypatch.setattr(apart.subprocess, "Popen", Watched)
    return found


def test_it_finds_and_saves_what_is_found_here(bring, tmp_path: Path) -> None:
    files = bring(w_txt=ROWS + "word1 1 2\n", naïve_tsv="x\ny\n")[:1]
    options = Options(keep=("repeated",))
    far: list[float] = []
    found = apart.inspect_apart(files, options, progress=lambda x, message: far.append(x))
    assert found == inspect(files, options)
    summary = apart.read_apart(files, options, None, tmp_path / "own")
    here, there = read(files, options), load(tmp_path / "own")
    assert there.labels == here.labels
    np.testing.assert_array_equal(there.vectors, here.vectors)
    assert (summary.kind, summary.rows, summary.dim) == ("vectors", 10, 2)
    assert summary.origin == here.origin == there.origin
    assert summary.origin["repaired: repeated"] == 1
    assert far and all(0 <= x <= 1 for x in far)


def test_parquet_is_read_within_the_same_limits(bring, tmp_path: Path) -> None:
    file = io.BytesIO()
    vectors = np.random.default_rng(0).normal(size=(20_000, 50)).astype(np.float32)
    frame = pd.DataFrame(vectors, columns=[f"d{i}" for i in range(50)])
    frame.insert(0, "word", [f"word{i}" for i in range(len(frame))])
    frame.to_parquet(file)
    summary = apart.read_apart(bring(w_parquet=file.getvalue()), None, None, tmp_path / "own")
    assert (summary.rows, summary.dim) == vectors.shape
    np.testing.assert_array_equal(load(tmp_path / "own").vectors, vectors)


def test_what_cannot_be_read_leaves_one_line_and_no_folder(bring, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="line 11"):
        apart.read_apart(bring(w_txt=ROWS + "x nan 1\n"), None, None, tmp_path / "own")
    assert not (tmp_path / "own").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit no address space")
def test_a_file_made_to_exhaust_memory_costs_only_its_process(bring, started) -> None:
    # Some million distinct words: as objects they take far more than as a file.
    files = bring(w_txt="\n".join(map(str, range(3_000_000))))
    limits = replace(Limits(), memory=300 * MEGABYTE, rows=10**8)
    with pytest.raises(UserError, match="needs more than 300 MiB of memory"):
        apart.inspect_apart(files, Options("words"), limits)
    assert started[0].poll() is not None


def test_what_takes_too_long_is_stopped(bring, started) -> None:
    files = bring(w_txt="\n".join(map(str, range(3_000_000))))
    limits = replace(Limits(), seconds=1, rows=10**8)
    with pytest.raises(UserError, match="took longer than 1 seconds"):
        apart.read_apart(files, Options("words"), limits, Path("never"))
    assert started[0].poll() is not None and not Path("never").exists()


def test_it_is_ended_when_somebody_cancels(bring, started) -> None:
    files = bring(w_txt="\n".join(map(str, range(3_000_000))))
    begun = time.monotonic()

    def cancel(fraction: float, message: str) -> None:
        if fraction > 0 or time.monotonic() - begun > 30:
            raise Cancelled

    with pytest.raises(Cancelled):
        apart.inspect_apart(files, Options("words"), replace(Limits(), rows=10**8), cancel)
    assert started[0].poll() is not None
    with pytest.raises(ProcessLookupError):
        os.kill(started[0].pid, 0)


def test_a_process_that_breaks_is_told_in_one_line(bring, started, monkeypatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", sys.executable)
    ended = {"do": "inspect", "files": [], "options": (), "limits": {}}
    monkeypatch.setattr(apart, "_asked", lambda *arguments: ended)
    with pytest.raises(UserError, match="The file broke what reads it") as error:
        apart.inspect_apart(bring(w_txt=ROWS))
    assert "\n" not in str(error.value)


def test_the_process_is_given_little_of_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    given = apart._environment()
    assert "SECRET_TOKEN" not in given and given["OPENBLAS_NUM_THREADS"] == "1"


def test_it_starts_without_what_is_heavy(repo: Path) -> None:
    script = (
        "import sys, embeddings.sources.__main__, embeddings.sources.reading as r; r.available();"
        "print(*[n for n in ('pandas', 'pyarrow', 'torch', 'gensim') if n in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=repo, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == []
