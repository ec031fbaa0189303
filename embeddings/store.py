"""Content-addressed artifacts on disk: ``<kind>/<key>.npz`` and what it is in ``<key>.json``.

The JSON is written last and carries the checksum of the npz: an artifact is there when its JSON
is, and half of one is noticed. Shipped artifacts are only ever read; the cache is read and written.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import re
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from embeddings.caching import cache_folder
from embeddings.errors import DamagedArtifact, UnknownName, UserError
from embeddings.types import (
    Clusters,
    ClustersSpec,
    EmbeddingTable,
    Neighbors,
    NeighborsSpec,
    Progress,
    Projection,
    ProjectionSpec,
    Request,
    Result,
    Spec,
    Vocabulary,
    VocabularySpec,
    no_progress,
    request_from_json,
)

LAYOUT = 1
"""Version of how results are written; files of another version are made again."""

LARGE = 50_000
"""Maps of more words than this keep their coordinates in 16 bits when they are compact."""

KINDS = ("vocabulary", "table", "neighbors", "projection", "clusters")
SHIPPED = Path(__file__).resolve().parent.parent / "assets" / "precomputed"

Arrays: TypeAlias = dict[str, NDArray[Any]]
Meta: TypeAlias = dict[str, Any]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One artifact on disk: what it is and where."""

    path: Path
    request: Request
    size: int
    sha256: str
    shipped: bool


class Store:
    """Results by request: shipped ones first, then those of the cache.

    Parameters
    ----------
    shipped : Path or None
        Folder that is only read.
    cache : Path or None
        Folder that is read and written; made when first needed.
    """

    def __init__(self, shipped: Path | None = None, cache: Path | None = None) -> None:
        self.shipped, self.cache = shipped, cache
        self._vocabularies: dict[VocabularySpec, Vocabulary] = {}

    def path(self, kind: str, key: str) -> Path | None:
        """Return the JSON of an artifact, or None if there is none.

        Kind and key may come from a URL: only known kinds and well-formed keys are looked up.

        Raises
        ------
        UserError
            If the kind is unknown or the key is not twenty hexadecimal digits.
        """
        name = _name(kind, key)
        candidates = (folder / name for folder in self._folders)
        return next((path for path in candidates if path.is_file()), None)

    def request(self, kind: str, key: str) -> Request | None:
        """Return the request that an artifact answers, or None if there is no such artifact."""
        path = self.path(kind, key)
        if path is None:
            return None
        try:
            found = _request(_read_json(path))
        except DamagedArtifact as problem:
            log.warning("%s is passed over: %s", path, problem)
            return None
        return found if (found.kind, found.key) == (kind, key) else None

    def has(self, request: Request) -> bool:
        """Whether there is an artifact for this request; it is not opened."""
        return self.path(request.kind, request.key) is not None

    def load(self, request: Request) -> Result | None:
        """Return the result of a request, or None if it has to be made.

        A file that is damaged or of another version is reported, and set aside in the cache.
        """
        if isinstance(request, VocabularySpec) and request in self._vocabularies:
            return self._vocabularies[request]
        for folder in self._folders:
            path = folder / _name(request.kind, request.key)
            if not path.is_file():
                continue
            try:
                return self._read(path, request)
            except DamagedArtifact as problem:
                log.warning("%s is not used and will be made again: %s", path, problem)
                if folder == self.cache:
                    _set_aside(path)
        return None

    def save(self, request: Request, result: Result, compact: bool = False) -> bool:
        """Keep a result in the cache; return whether that was possible.

        Parameters
        ----------
        compact : bool
            Vectors as float16 and the rest in the smallest types, compressed: for shipping.
        """
        if self.cache is None:
            return False
        path = self.cache / _name(request.kind, request.key)
        try:
            arrays, meta = _encode(result, compact, self._vocabulary_of(result))
            data = _to_npz(arrays, compact)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            _replace(path.with_suffix(".npz"), data)
            _replace(path, _describe(request, meta, data))
            self._vocabularies.pop(request, None)  # type: ignore[call-overload]
        except OSError as error:
            reason = error.strerror or error
            log.warning("%s could not be kept in %s: %s", request.kind, self.cache, reason)
            return False
        return True

    def lock(
        self, request: Request, progress: Progress = no_progress
    ) -> AbstractContextManager[None]:
        """Let only one process at a time make this artifact; the others wait.

        ``progress`` is called while waiting, so that waiting can be cancelled too.
        """
        return _lock(self.cache, request, progress)

    def dumps(self, result: Result) -> bytes:
        """Return a result as bytes that need nothing else to be read."""
        arrays, meta = _encode(result, compact=False, vocabulary=None)
        data = _to_npz(arrays, compressed=False)
        description = _describe(result_request(result), meta, data)
        return struct.pack("<I", len(description)) + description + data

    def loads(self, request: Request, data: bytes) -> Result:
        """Read what ``dumps`` wrote.

        Raises
        ------
        DamagedArtifact
            If the bytes are not the result of this request.
        """
        if len(data) < 4:
            raise DamagedArtifact("it is truncated")
        end = 4 + struct.unpack("<I", data[:4])[0]
        description = _parse_json(data[4:end])
        _check(description, request, data[end:])
        return _decode(request, _from_npz(data[end:]), description["meta"], None)

    def entries(self) -> Iterator[Entry]:
        """Describe every artifact whose JSON can be read, the shipped ones first."""
        for folder in self._folders:
            for path in sorted(folder.glob("*/*.json")):
                try:
                    content = _read_json(path)
                    size, sha256 = int(content["bytes"]), str(content["sha256"])
                    yield Entry(path, _request(content), size, sha256, folder == self.shipped)
                except (DamagedArtifact, KeyError, TypeError, ValueError) as problem:
                    log.warning("%s is passed over: %s", path, problem)

    def problem(self, path: Path) -> str:
        """Return what is wrong with an artifact, given its JSON, or nothing if it can be used."""
        try:
            found = self._read(path, _request(_read_json(path)))
        except DamagedArtifact as problem:
            return str(problem)
        return "" if found is not None else "its vocabulary is not there"

    @property
    def _folders(self) -> list[Path]:
        return [folder for folder in (self.shipped, self.cache) if folder is not None]

    def _read(self, path: Path, request: Request) -> Result | None:
        """Read one artifact; None if the vocabulary that its words are rows of is not there."""
        description = _read_json(path)
        try:
            data = path.with_suffix(".npz").read_bytes()
        except OSError as error:
            raise DamagedArtifact(f"its npz cannot be read ({error.strerror})") from error
        _check(description, request, data)
        meta = description["meta"]
        vocabulary = None
        if "vocabulary" in meta:
            vocabulary = self._vocabulary(meta["vocabulary"])
            if vocabulary is None:
                return None
            if _digest(vocabulary.words) != meta.get("words_sha256"):
                raise DamagedArtifact(f"its vocabulary {meta['vocabulary']} has changed since")
        result = _decode(request, _from_npz(data), meta, vocabulary)
        if isinstance(request, VocabularySpec):
            self._vocabularies[request] = cast(Vocabulary, result)
        return result

    def _vocabulary(self, name: str) -> Vocabulary | None:
        return cast("Vocabulary | None", self.load(VocabularySpec(name)))

    def _vocabulary_of(self, result: Result) -> Vocabulary | None:
        """Return the vocabulary by whose rows the words of a table can be written, if any."""
        if not isinstance(result, EmbeddingTable):
            return None
        vocabulary = self._vocabulary(result.spec.vocabulary)
        if vocabulary is None or not vocabulary.index.keys() >= {*result.words, *result.missing}:
            return None
        return vocabulary


@cache
def default() -> Store:
    """Return the store of this process: shipped artifacts, and the user's cache folder."""
    return Store(SHIPPED, cache_folder())


def result_request(result: Result) -> Request:
    """Return the request that a result answers."""
    return VocabularySpec(result.name) if isinstance(result, Vocabulary) else result.spec


# Results as arrays and back ------------------------------------------------------------------


def _encode(result: Result, compact: bool, vocabulary: Vocabulary | None) -> tuple[Arrays, Meta]:
    if isinstance(result, Vocabulary):
        return _encode_vocabulary(result)
    if isinstance(result, EmbeddingTable):
        return _encode_table(result, compact, vocabulary)
    if isinstance(result, Neighbors):
        return _encode_neighbors(result, compact)
    if isinstance(result, Projection):
        return _encode_projection(result, compact)
    return {"labels": result.labels}, {"names": list(result.names), "notes": dict(result.notes)}


def _decode(request: Request, arrays: Arrays, meta: Meta, vocabulary: Vocabulary | None) -> Result:
    """Rebuild a result; whatever does not fit together is damage."""
    try:
        if isinstance(request, VocabularySpec):
            return _decode_vocabulary(request, arrays, meta)
        if isinstance(request, Spec):
            return _decode_table(request, arrays, meta, vocabulary)
        if isinstance(request, NeighborsSpec):
            return _decode_neighbors(request, arrays, meta)
        if isinstance(request, ProjectionSpec):
            return Projection(_decode_coordinates(arrays), request, meta["notes"])
        spec = cast(ClustersSpec, request)
        return Clusters(arrays["labels"], tuple(meta["names"]), spec, meta["notes"])
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise DamagedArtifact(f"its content does not fit together ({error})") from error


def _encode_vocabulary(result: Vocabulary) -> tuple[Arrays, Meta]:
    arrays: Arrays = {
        "words": _from_words(result.words),
        "topic": result.topic,
        "part_of_speech": result.part_of_speech,
        "count": result.count,
    }
    return arrays, {"topics": result.topics, "parts_of_speech": result.parts_of_speech}


def _decode_vocabulary(request: VocabularySpec, arrays: Arrays, meta: Meta) -> Vocabulary:
    return Vocabulary(
        request.name,
        _to_words(arrays["words"]),
        tuple(meta["topics"]),
        arrays["topic"],
        tuple(meta["parts_of_speech"]),
        arrays["part_of_speech"],
        arrays["count"],
    )


def _encode_table(
    table: EmbeddingTable, compact: bool, vocabulary: Vocabulary | None
) -> tuple[Arrays, Meta]:
    meta: Meta = {"sparse": table.is_sparse}
    arrays = _encode_vectors(table, compact)
    if vocabulary is None:
        return {
            **arrays,
            "words": _from_words(table.words),
            "missing_words": _from_words(table.missing),
        }, meta
    meta |= {"vocabulary": vocabulary.name, "words_sha256": _digest(vocabulary.words)}
    arrays["missing"] = _rows(table.missing, vocabulary)
    if table.words != vocabulary.words:
        arrays["rows"] = _rows(table.words, vocabulary)
    return arrays, meta


def _decode_table(
    request: Spec, arrays: Arrays, meta: Meta, vocabulary: Vocabulary | None
) -> EmbeddingTable:
    if vocabulary is None:
        words, missing = _to_words(arrays["words"]), _to_words(arrays["missing_words"])
    else:
        everything = vocabulary.words
        words = tuple(everything[i] for i in arrays["rows"]) if "rows" in arrays else everything
        missing = tuple(everything[i] for i in arrays["missing"])
    return EmbeddingTable(words, _decode_vectors(arrays, meta), request, missing)


def _encode_vectors(table: EmbeddingTable, compact: bool) -> Arrays:
    if not table.is_sparse:
        return _pack_values("vectors", table.vectors, compact)
    vectors: Any = table.vectors.copy()
    vectors.sort_indices()
    # Steps from one column to the next are small numbers and compress several times better.
    steps = np.diff(vectors.indices.astype(np.int64), prepend=0)
    return {
        **_pack_values("data", vectors.data, compact),
        "steps": steps.astype(np.int32),
        "indptr": vectors.indptr.astype(np.int64),
        "shape": np.array(vectors.shape, dtype=np.int64),
    }


def _decode_vectors(arrays: Arrays, meta: Meta) -> Any:
    if not meta["sparse"]:
        return _unpack_values("vectors", arrays)
    indices = np.cumsum(arrays["steps"], dtype=np.int64).astype(np.int32)
    rows, columns = (int(length) for length in arrays["shape"])
    parts = (_unpack_values("data", arrays), indices, arrays["indptr"])
    vectors = sp.csr_array(parts, shape=(rows, columns))
    vectors.check_format(full_check=True)
    return vectors


def _pack_values(name: str, values: NDArray[Any], compact: bool) -> Arrays:
    """Put counts into the smallest whole numbers, all else into float16 with a scale.

    The scale is a power of two, so that it costs nothing, and keeps float16 in its good range.
    """
    largest = float(np.abs(values).max(initial=0))
    if not compact or largest == 0:
        return {name: values}
    if values.min() >= 0 and largest < 2**24 and np.array_equal(values, np.rint(values)):
        return {name: values.astype(np.min_scalar_type(int(largest)))}
    scale = np.float32(2.0 ** np.floor(np.log2(largest)))
    return {name: (values / scale).astype(np.float16), f"{name}_scale": np.array(scale)}


def _unpack_values(name: str, arrays: Arrays) -> NDArray[np.float32]:
    values = arrays[name].astype(np.float32, copy=False)
    scale = arrays.get(f"{name}_scale")
    return values if scale is None else values * scale


def _encode_neighbors(result: Neighbors, compact: bool) -> tuple[Arrays, Meta]:
    meta: Meta = {"notes": dict(result.notes)}
    if not compact:
        return {"indices": result.indices, "similarities": result.similarities}, meta
    # Cosines fall slowly along a row: their differences in 16 bits compress to half the size.
    largest = float(np.abs(result.similarities).max(initial=0))
    scale = 32767 / largest if largest > 1 else 32767.0
    steps = np.diff(np.rint(result.similarities * scale).astype(np.int32), axis=1, prepend=0)
    small = len(result.indices) <= 65536
    return {
        "indices": result.indices.astype(np.uint16 if small else np.uint32),
        "steps": steps.astype(np.uint16),
    }, meta | {"scale": scale}


def _decode_neighbors(request: NeighborsSpec, arrays: Arrays, meta: Meta) -> Neighbors:
    indices = arrays["indices"]
    if indices.size and indices.max() >= len(indices):
        raise ValueError("a neighbour lies outside the table")
    if "similarities" in arrays:
        return Neighbors(indices, arrays["similarities"], request, meta["notes"])
    values = np.cumsum(arrays["steps"], axis=1, dtype=np.uint16).view(np.int16)
    similarities = values.astype(np.float32) / np.float32(meta["scale"])
    return Neighbors(indices, similarities, request, meta["notes"])


def _encode_projection(result: Projection, compact: bool) -> tuple[Arrays, Meta]:
    coordinates = result.coordinates
    meta: Meta = {"notes": dict(result.notes)}
    if not compact or len(coordinates) <= LARGE:
        return {"coordinates": coordinates}, meta
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    step = np.where(high > low, (high - low).astype(np.float64) / 65535, 1)
    return {
        "quantised": np.rint((coordinates - low) / step).astype(np.uint16),
        "low": low,
        "high": high,
    }, meta


def _decode_coordinates(arrays: Arrays) -> NDArray[np.float32]:
    if "coordinates" in arrays:
        return arrays["coordinates"]
    low, high = arrays["low"], arrays["high"]
    return (low + arrays["quantised"] * ((high - low) / 65535)).astype(np.float32)


def _rows(words: tuple[str, ...], vocabulary: Vocabulary) -> NDArray[np.uint32]:
    return np.array([vocabulary.index[word] for word in words], dtype=np.uint32)


def _from_words(words: tuple[str, ...]) -> NDArray[np.uint8]:
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _to_words(stored: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(json.loads(stored.tobytes().decode("utf-8", "surrogatepass")))


def _digest(words: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()


# Bytes and files -----------------------------------------------------------------------------


def _to_npz(arrays: Arrays, compressed: bool) -> bytes:
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **cast(Any, arrays))
    return buffer.getvalue()


def _from_npz(data: bytes) -> Arrays:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise DamagedArtifact(f"its npz cannot be read ({error})") from error


def _describe(request: Request, meta: Meta, data: bytes) -> bytes:
    content = {
        "layout": LAYOUT,
        "request": json.loads(request.canonical),
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "meta": meta,
    }
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=True) + "\n").encode()


def _check(description: Mapping[str, Any], request: Request, data: bytes) -> None:
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


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return _parse_json(path.read_bytes())
    except OSError as error:
        raise DamagedArtifact(f"it cannot be read ({error.strerror})") from error


def _parse_json(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except ValueError as error:
        raise DamagedArtifact("its description is not JSON") from error
    if not isinstance(content, dict):
        raise DamagedArtifact("its description is not a JSON object")
    return content


def _request(content: Mapping[str, Any]) -> Request:
    try:
        return request_from_json(json.dumps(content.get("request")))
    except UserError as error:
        raise DamagedArtifact("it does not say what it is") from error


def _name(kind: str, key: str) -> Path:
    if kind not in KINDS:
        raise UnknownName("kind of artifact", kind, KINDS)
    if not re.fullmatch("[0-9a-f]{20}", key):
        raise UserError(f"{key[:60]!r} is not a key; a key is 20 hexadecimal digits.")
    return Path(kind) / f"{key}.json"


def _replace(path: Path, data: bytes) -> None:
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


def _set_aside(path: Path) -> None:
    for damaged in (path, path.with_suffix(".npz")):
        with suppress(OSError):
            os.replace(damaged, damaged.with_name(damaged.name + ".damaged"))


@contextmanager
def _lock(folder: Path | None, request: Request, progress: Progress) -> Iterator[None]:
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
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path)
        while True:
            with suppress(filelock.Timeout):
                lock.acquire(timeout=0.5)
                return lock.release
            progress(0.0, "Waiting for another process that makes the same")
    except (OSError, NotImplementedError) as error:
        log.warning("%s cannot be locked (%s): it may be made twice", path, error)
        return lambda: None
