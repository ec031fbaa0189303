"""Arrays as files: npz and JSON, checksums, whole writing, and locks between processes."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import numpy as np

from embeddings.errors import DamagedArtifact, UnknownName, UserError
from embeddings.store.encoding import Arrays, Meta
from embeddings.types import Progress, Request, request_from_json

LAYOUT = 1
"""Version of how results are written; files of another version are made again."""

KINDS = (
    "vocabulary",
    "table",
    "neighbors",
    "projection",
    "clusters",
    "agreement",
    "trust",
    "questions",
    "scorecard",
    "training",
    "company",
    "ratings",
    "held_out",
    "contexts",
    "context_map",
    "sentences",
    "tokens",
    "attention",
    "fill_in",
    "inspection",
    "import",
    "opening",
    "model",
    "text_index",
    "text_vectors",
    "encoding",
    "search",
    "search_score",
    "visual_search",
    "scale",
    "nearby",
)

log = logging.getLogger(__name__)


def to_npz(arrays: Arrays, compressed: bool) -> bytes:
    """Return arrays as the bytes of an npz."""
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **cast(Any, arrays))
    return buffer.getvalue()


def from_npz(data: bytes) -> Arrays:
    """Read the arrays of an npz, never a pickle.

    Raises
    ------
    DamagedArtifact
        If that cannot be done.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DamagedArtifact(f"its npz cannot be read ({error})") from error


def description_of(request: Request, meta: Meta, data: bytes) -> bytes:
    """Return the JSON that goes with an npz: what it is, its length and its checksum."""
    content = {
        "layout": LAYOUT,
        "request": json.loads(request.canonical),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "meta": meta,
    }
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode()


def check_intact(description: Mapping[str, Any], request: Request, data: bytes) -> None:
    """Compare an npz and what is asked for with what the JSON says.

    Raises
    ------
    DamagedArtifact
        If they differ.
    """
    if description.get("layout") != LAYOUT:
        raise DamagedArtifact(f"its format is {description.get('layout')}, expected {LAYOUT}")
    if description.get("request") != json.loads(request.canonical):
        raise DamagedArtifact("it answers another request")
    if description.get("bytes") != len(data):
        raise DamagedArtifact(f"it has {len(data)} bytes, expected {description.get('bytes')}")
    if description.get("sha256") != hashlib.sha256(data).hexdigest():
        raise DamagedArtifact("its checksum is wrong")
    if not isinstance(description.get("meta"), dict):
        raise DamagedArtifact("its description is incomplete")


def read_json(path: Path) -> dict[str, Any]:
    """Read the JSON of an artifact.

    Raises
    ------
    DamagedArtifact
        If it cannot be read, or is no JSON object.
    """
    try:
        return parse_json(path.read_bytes())
    except OSError as error:
        raise DamagedArtifact(f"it cannot be read ({error.strerror})") from error


def parse_json(data: bytes) -> dict[str, Any]:
    """Read the JSON of an artifact from its bytes; raises ``DamagedArtifact``."""
    try:
        content = json.loads(data)
    except ValueError as error:
        raise DamagedArtifact("its description is not JSON") from error
    if not isinstance(content, dict):
        raise DamagedArtifact("its description is not a JSON object")
    return content


def request_of(content: Mapping[str, Any]) -> Request:
    """Return the request that an artifact answers, by its JSON; raises ``DamagedArtifact``."""
    try:
        return request_from_json(json.dumps(content.get("request")))
    except UserError as error:
        raise DamagedArtifact("it does not say what it is") from error


def artifact_name(kind: str, key: str) -> Path:
    """Return the path of an artifact's JSON within a store; raises ``UserError``."""
    if kind not in KINDS:
        raise UnknownName("kind of artifact", kind, KINDS)
    if not re.fullmatch("[0-9a-f]{20}", key):
        raise UserError(f"{key[:60]!r} is not a key; a key is 20 hexadecimal digits.")
    return Path(kind) / f"{key}.json"


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, whatever happens meanwhile."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def set_aside(path: Path) -> None:
    """Rename a damaged artifact, given its JSON, so that it is in nobody's way."""
    for damaged in (path, path.with_suffix(".npz")):
        with suppress(OSError):
            os.replace(damaged, damaged.with_name(damaged.name + ".damaged"))


@contextmanager
def hold_lock(folder: Path | None, request: Request, progress: Progress) -> Iterator[None]:
    """Let only one process at a time make an artifact; `progress` is called while waiting."""
    release = _acquire(folder, request, progress)
    try:
        yield
    finally:
        release()


def _acquire(folder: Path | None, request: Request, progress: Progress) -> Callable[[], None]:
    """Wait for the lock and return what releases it; without a folder there is nothing to lock."""
    if folder is None:
        return lambda: None
    import filelock

    path = folder / "locks" / f"{request.kind}-{request.key}.lock"
    try:
        # A folder of something that was brought, and is gone, must not come back.
        path.parent.mkdir(parents=not request.brought, exist_ok=True)
        lock = filelock.FileLock(path)
        while True:
            with suppress(filelock.Timeout):
                lock.acquire(timeout=0.5)
                return lock.release
            progress(0.0, "Waiting for another process that makes the same")
    except (OSError, NotImplementedError) as error:
        log.warning("%s cannot be locked (%s): it may be made twice", path, error)
        return lambda: None
