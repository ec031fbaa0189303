"""Reads what somebody brought: first to say what is in it, then to take it in.

Both go through the file in the same way, once. The first counts what would have to be mended; the
second mends what was accepted, and stops at the rest.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence

from embeddings.errors import UserError
from embeddings.sources.choosing import check_files, choose
from embeddings.sources.content import Content
from embeddings.sources.context import File, Reading
from embeddings.sources.formats import Format, available
from embeddings.sources.gather import SHOWN
from embeddings.sources.inspection import Inspection
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.sources.problems import Problem, Refused, refuse, short
from embeddings.types import Column, Progress, Scalar, no_progress

__all__ = ["File", "Inspection", "Limits", "Options", "inspect", "read"]


def inspect(
    files: Sequence[File],
    options: Options | None = None,
    limits: Limits | None = None,
    progress: Progress = no_progress,
) -> Inspection:
    """Say what is in files, what is wrong with them, and what will be done.

    What cannot be read at all is a problem too, of which ``Inspection.fatal`` tells.

    Raises
    ------
    Cancelled
        If ``progress`` says so.
    """
    options, limits = options or Options(), limits or Limits()
    format, reading, fatal = None, None, None
    try:
        check_files(files, limits)
        format, ordered = choose(files, options)
        reading = Reading(ordered, options, limits, progress, dry=True)
        _run(format, reading)
    except Refused as error:
        fatal = error.problem
    except UserError as error:
        fatal = Problem(str(error), fatal=True)
    size = sum(file.path.stat().st_size for file in files)
    if format is None or reading is None:
        return Inspection(problems=(fatal,) if fatal else (), size=size)
    return _inspection(format, reading, fatal, size)


def read(
    files: Sequence[File],
    options: Options | None = None,
    limits: Limits | None = None,
    progress: Progress = no_progress,
) -> Content:
    """Take files in, mended as ``options.keep`` accepts.

    Raises
    ------
    UserError
        If a file cannot be read, or would have to be mended otherwise: the line, and what to do.
    Cancelled
        If ``progress`` says so.
    """
    options, limits = options or Options(), limits or Limits()
    check_files(files, limits)
    format, ordered = choose(files, options)
    reading = Reading(ordered, options, limits, progress, dry=False)
    _run(format, reading)
    gather = reading.gather
    origin: dict[str, Scalar] = {"format": format.key, "file": short(files[0].name, 100)}
    if len(files) > 1:
        origin["second file"] = short(files[1].name, 100)
    origin |= {f"repaired: {repair}": n for repair, n in reading.ledger.counts().items()}
    if options.lower:
        origin["lower"] = True
    vectors = gather.vectors.finish() if gather.vectors and reading.kind == "vectors" else None
    # What was kept apart for checking is not needed any more, and may be large.
    gather.seen = set()
    if reading.kind == "text":
        return Content("text", documents=tuple(gather.documents), origin=origin)
    return Content(reading.kind, tuple(gather.labels), vectors, _columns(reading), (), origin)


def _columns(reading: Reading) -> tuple[Column, ...]:
    return reading.gather.finished_columns()


def _run(format: Format, reading: Reading) -> None:
    """Go through the files once, and check what came of it."""
    try:
        format.read(reading)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        refuse("The gzip file is damaged or cut off.", "Compress or upload it again.")
    gather, wanted = reading.gather, reading.options.kind
    if wanted and wanted != reading.kind:
        if wanted != "words" or reading.kind != "vectors":
            refuse(
                f"The file holds {reading.kind}, not {wanted}.",
                f"Bring it as {reading.kind}, or bring another file.",
            )
        reading.kind = "words"
    n = gather.n_documents if reading.kind == "text" else len(gather.labels)
    reading.ledger.check_share(n)
    if reading.kind == "text" and not n:
        refuse("There is no text.", "Bring a file with at least one sentence.")
    if reading.kind != "text" and n < 2:
        found = "only one row" if n else "no row"
        refuse(f"There is {found} that can be read.", "Bring at least two: one has no neighbours.")
    reading.moved(1.0)


def _inspection(format: Format, reading: Reading, fatal: Problem | None, size: int) -> Inspection:
    gather = reading.gather
    n = gather.n_documents if reading.kind == "text" else len(gather.labels)
    problems = reading.ledger.problems()
    for name in gather.left_out:
        reading.notes.append(f"The column “{short(name, 20)}” is one too many.")
    for column in gather.columns.values():
        if column.column() is None:
            reading.notes.append(f"The column “{short(column.name, 20)}” is left out.")
    dim = gather.dim if reading.kind == "vectors" else 0
    return Inspection(
        format.key,
        format.label,
        reading.kind,
        n,
        dim,
        reading.encoding,
        reading.found,
        _sample_names(reading),
        tuple(gather.sample),
        (*((fatal,) if fatal else ()), *problems),
        tuple(reading.ambiguous),
        "" if fatal else _will(reading, n, dim),
        _choices(reading),
        size,
        reading.either,
    )


def _sample_names(reading: Reading) -> tuple[str, ...]:
    gather = reading.gather
    if reading.kind == "text":
        return ("text",)
    numbers = [str(i + 1) for i in range(min(SHOWN, gather.dim))]
    return ("word", *numbers, *(short(name, 20) for name in list(gather.columns)[:SHOWN]))


def _will(reading: Reading, n: int, dim: int) -> str:
    if reading.kind == "text":
        what = f"{n:,} document{'s' if n != 1 else ''}"
    else:
        what = f"{n:,} words"
        what += f" with vectors of {dim:,} number{'s' if dim != 1 else ''}" if dim else ""
    columns = [column.name for column in reading.gather.finished_columns()]
    if columns and reading.kind != "text":
        shown = ", ".join(f"“{short(name, 20)}”" for name in columns[:4])
        more = f" and {len(columns) - 4:,} more" if len(columns) > 4 else ""
        what += f" and the column{'s' if len(columns) > 1 else ''} {shown}{more}"
    mended = sum(p.count for p in reading.ledger.problems())
    said = f"Will take in {what}"
    said += f", {mended:,} repair{'s' if mended != 1 else ''} made" if mended else ""
    return " ".join([said + ".", *reading.notes[:3]])


def _choices(reading: Reading) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what can be chosen: of the formats every one of as many files."""
    many = len(reading.files) > 1
    formats = [
        f for f in available().values() if (f.pair != "never" if many else f.pair != "always")
    ]
    kinds = dict.fromkeys(kind for f in formats for kind in f.kinds)
    choices = [("format", tuple(f.key for f in formats)), ("kind", tuple(kinds))]
    names = [f.name for f in reading.found if f.role != "vector" or len(reading.found) < 100]
    if len(reading.found) > 1:
        choices += [("word", tuple(names)), ("text", tuple(names)), ("vectors", tuple(names))]
        choices += [("columns", tuple(names))]
    return tuple(choices)
