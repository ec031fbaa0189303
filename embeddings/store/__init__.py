"""Content-addressed artifacts on disk: ``<kind>/<key>.npz`` and what it is in ``<key>.json``.

The JSON is written last and carries the checksum of the npz: an artifact is there when its JSON
is, and half of one is noticed. Shipped artifacts are only ever read; the cache is read and written.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from embeddings.caching import cache_folder, private_folder, typed_place
from embeddings.errors import DamagedArtifact
from embeddings.store.encoding import FEW, LARGE, decode, digest, encode
from embeddings.store.files import (
    KINDS,
    LAYOUT,
    artifact_name,
    check_intact,
    description_of,
    from_npz,
    hold_lock,
    parse_json,
    read_json,
    replace_file,
    request_of,
    set_aside,
    to_npz,
)
from embeddings.types import (
    EmbeddingTable,
    Progress,
    Request,
    Result,
    Vocabulary,
    VocabularySpec,
    no_progress,
)

__all__ = [
    "FEW",
    "KINDS",
    "LARGE",
    "LAYOUT",
    "SHIPPED",
    "Entry",
    "Store",
    "default",
    "result_request",
]

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "precomputed"

OWN_IN_MEMORY = 2
"""How many vocabularies of what people brought a process holds."""

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
        Folder that is read and written; made when first needed. What is made from something that
        somebody brought lies in that one's own folder within it, and goes with it.
    typed : Path or None
        Folder for what is made from sentences that somebody typed; by default that is the cache.
    """

    def __init__(
        self, shipped: Path | None = None, cache: Path | None = None, typed: Path | None = None
    ) -> None:
        self.shipped, self.cache, self.typed = shipped, cache, typed
        self._vocabularies: dict[VocabularySpec, Vocabulary] = {}

    def path(self, kind: str, key: str) -> Path | None:
        """Return the JSON of an artifact, or None if there is none.

        Kind and key may come from a URL: only known kinds and well-formed keys are looked up.

        Raises
        ------
        UserError
            If the kind is unknown or the key is not twenty hexadecimal digits.
        """
        name = artifact_name(kind, key)
        candidates = (folder / name for folder in self._folders)
        return next((path for path in candidates if path.is_file()), None)

    def request(self, kind: str, key: str) -> Request | None:
        """Return the request that an artifact answers, or None if there is no such artifact."""
        path = self.path(kind, key)
        if path is None:
            return None
        try:
            found = request_of(read_json(path))
        except DamagedArtifact as problem:
            log.warning("%s is passed over: %s", path, problem)
            return None
        return found if (found.kind, found.key) == (kind, key) else None

    def has(self, request: Request) -> bool:
        """Whether there is an artifact for this request; it is not opened."""
        return self.path_of(request) is not None

    def path_of(self, request: Request) -> Path | None:
        """Return the JSON of what answers a request, or None if there is none."""
        name = artifact_name(request.kind, request.key)
        paths = (folder / name for folder in self._folders_for(request))
        return next((path for path in paths if path.is_file()), None)

    def is_intact(self, request: Request) -> bool:
        """Whether there is an artifact that can be loaded; it is checked, but not decoded."""
        for folder in self._folders_for(request):
            path = folder / artifact_name(request.kind, request.key)
            if path.is_file():
                try:
                    return self._open(path, request) is not None
                except DamagedArtifact as problem:
                    log.warning("%s is not used and will be made again: %s", path, problem)
        return False

    def load(self, request: Request) -> Result | None:
        """Return the result of a request, or None if it has to be made.

        A file that is damaged or of another version is reported, and set aside in the cache.
        """
        folders = self._folders_for(request)
        if isinstance(request, VocabularySpec) and request in self._vocabularies and folders:
            return self._vocabularies[request]
        for folder in folders:
            path = folder / artifact_name(request.kind, request.key)
            if not path.is_file():
                continue
            try:
                return self._read(path, request)
            except DamagedArtifact as problem:
                log.warning("%s is not used and will be made again: %s", path, problem)
                if folder != self.shipped:
                    set_aside(path)
        return None

    def save(self, request: Request, result: Result, compact: bool = False) -> bool:
        """Keep a result in the cache; return whether that was possible, and it is to be kept.

        Parameters
        ----------
        compact : bool
            Vectors as float16 and the rest in the smallest types, compressed: for shipping.
        """
        folder = self._written(request)
        if folder is None or not request.is_kept:
            return False
        path = folder / artifact_name(request.kind, request.key)
        try:
            arrays, meta = encode(result, compact, self._vocabulary_of(result))
            data = to_npz(arrays, compact)
            # What is gone was taken away: it must not come back as an empty folder.
            path.parent.mkdir(parents=not request.brought, exist_ok=True)
            path.unlink(missing_ok=True)
            replace_file(path.with_suffix(".npz"), data)
            replace_file(path, description_of(request, meta, data))
            self._vocabularies.pop(request, None)  # type: ignore[call-overload]
        except OSError as error:
            reason = error.strerror or error
            log.warning("%s could not be kept in %s: %s", request.kind, folder, reason)
            return False
        return True

    def lock(
        self, request: Request, progress: Progress = no_progress
    ) -> AbstractContextManager[None]:
        """Let only one process at a time make this artifact; the others wait.

        ``progress`` is called while waiting, so that waiting can be cancelled too.
        """
        return hold_lock(self._written(request), request, progress)

    def dumps(self, result: Result) -> bytes:
        """Return a result as bytes that need nothing else to be read."""
        arrays, meta = encode(result, compact=False, vocabulary=None)
        data = to_npz(arrays, compressed=False)
        description = description_of(result_request(result), meta, data)
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
        description = parse_json(data[4:end])
        check_intact(description, request, data[end:])
        return decode(request, from_npz(data[end:]), description["meta"], None)

    def entries(self) -> Iterator[Entry]:
        """Describe every artifact whose JSON can be read, the shipped ones first."""
        for folder in self._folders:
            for path in sorted(folder.glob("*/*.json")):
                try:
                    content = read_json(path)
                    size, sha256 = int(content["bytes"]), str(content["sha256"])
                    yield Entry(path, request_of(content), size, sha256, folder == self.shipped)
                except (DamagedArtifact, KeyError, TypeError, ValueError) as problem:
                    log.warning("%s is passed over: %s", path, problem)

    def problem(self, path: Path) -> str:
        """Return what is wrong with an artifact, given its JSON, or nothing if it can be used."""
        try:
            found = self._read(path, request_of(read_json(path)))
        except DamagedArtifact as problem:
            return str(problem)
        return "" if found is not None else "its vocabulary is not there"

    @property
    def _folders(self) -> list[Path]:
        return [folder for folder in (self.shipped, self.cache) if folder is not None]

    def _folders_for(self, request: Request) -> list[Path]:
        if not request.brought:
            typed = [self.typed] if self.typed is not None and request.is_typed else []
            return [*typed, *self._folders]
        private = self._written(request)
        return [] if private is None else [private]

    def _written(self, request: Request) -> Path | None:
        """Return the folder where a result is kept, or None if there is none (any more)."""
        if not request.brought or self.cache is None:
            return self.typed if self.typed is not None and request.is_typed else self.cache
        return private_folder(request.brought, self.cache)

    def forget(self, name: str) -> None:
        """Let go of what this process holds of something that somebody brought."""
        self._vocabularies.pop(VocabularySpec(name), None)

    def _read(self, path: Path, request: Request) -> Result | None:
        """Read one artifact; None if the vocabulary that its words are rows of is not there."""
        opened = self._open(path, request)
        if opened is None:
            return None
        meta, data, vocabulary = opened
        result = decode(request, from_npz(data), meta, vocabulary)
        if isinstance(request, VocabularySpec):
            self._vocabularies[request] = cast(Vocabulary, result)
            own = [each for each in self._vocabularies if each.brought]
            for oldest in own[:-OWN_IN_MEMORY]:
                del self._vocabularies[oldest]
        return result

    def _open(
        self, path: Path, request: Request
    ) -> tuple[dict[str, Any], bytes, Vocabulary | None] | None:
        """Return what an artifact says of itself, its bytes, and the vocabulary of its rows."""
        description = read_json(path)
        try:
            data = path.with_suffix(".npz").read_bytes()
        except OSError as error:
            raise DamagedArtifact(f"its npz cannot be read ({error.strerror})") from error
        check_intact(description, request, data)
        meta = description["meta"]
        vocabulary = None
        if "vocabulary" in meta:
            vocabulary = self._vocabulary(meta["vocabulary"])
            if vocabulary is None:
                return None
            if digest(vocabulary.words) != meta.get("words_sha256"):
                raise DamagedArtifact(f"its vocabulary {meta['vocabulary']} has changed since")
        return meta, data, vocabulary

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
    return Store(SHIPPED, cache_folder(), typed_place())


def result_request(result: Result) -> Request:
    """Return the request that a result answers."""
    return VocabularySpec(result.name) if isinstance(result, Vocabulary) else result.spec
