"""The vector database, behind four verbs: put, nearest, count, drop.

It is LanceDB, through its own client. By default it is embedded: a folder in this user's cache. Its
address in ``LSE_VECTORS`` puts it where many machines reach it: an object store that all of them
read (``s3://bucket/folder``, where the store speaks S3 its own address is in ``AWS_ENDPOINT``), a
folder of a shared disk, or a LanceDB server (``http://host:port``, its key in ``LSE_VECTORS_KEY``).
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from math import sqrt
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from embeddings.caching import cache_folder
from embeddings.environment import address
from embeddings.errors import MissingPackage, UserError
from embeddings.types import Progress, no_progress

PATIENCE = 3.0
"""Seconds in which an address has to answer."""

READING = 30
"""Seconds that one answer may take."""

INDEXED_FROM = 5_000
"""Fewer vectors are searched exactly: no index is worth its building."""

BATCH = 50_000
SCHEMES = ("s3", "gs", "az", "http", "https")


@dataclass(frozen=True)
class Database:
    """Vectors by name.

    Attributes
    ----------
    at : a folder of this machine, or an address
    key : what a server asks for, if it does
    """

    at: str
    key: str = ""

    @property
    def place(self) -> str:
        """Where it is, as it may be shown: no password, no path of this machine."""
        if not self.is_remote:
            return "on this machine"
        parts = urlsplit(self.at)
        host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
        return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"

    @property
    def is_remote(self) -> bool:
        """Whether it is reached by an address."""
        return "://" in self.at

    def put(
        self,
        name: str,
        ids: Sequence[int] | NDArray[np.int64],
        vectors: NDArray[np.float32],
        progress: Progress = no_progress,
    ) -> None:
        """Keep vectors under a name, instead of what was there.

        One that is not finished counts as none, and a cancelled one is taken away.

        Parameters
        ----------
        ids : one for each vector, whole numbers
        vectors : float32 array of shape (n, dim)

        Raises
        ------
        UserError
            If the address does not answer, or does not take them.
        """
        import pyarrow as pa

        n, dim = vectors.shape

        def batch(start: int) -> Any:
            rows = np.ascontiguousarray(vectors[start : start + BATCH], np.float32)
            numbers = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), dim)
            of = np.asarray(ids[start : start + BATCH], np.int64)
            return pa.table({"id": pa.array(of), "vector": numbers})

        with self._said():
            table = self._client.create_table(_checked(name), batch(0), mode="overwrite")
            try:
                for start in range(BATCH, n, BATCH):
                    progress(0.5 * start / n, f"Vector {start:,} of {n:,} into the database")
                    table.add(batch(start))
                if n >= INDEXED_FROM:
                    progress(0.5, f"The database indexes {n:,} vectors")
                    self._index(table, n)
                progress(1.0, "In the database")
            except BaseException:
                with suppress(Exception):
                    self._client.drop_table(name)
                raise

    def _index(self, table: Any, n: int) -> None:
        from lancedb.index import IvfFlat

        lists = IvfFlat(distance_type="cosine", num_partitions=round(sqrt(n)))
        table.create_index("vector", config=lists)
        if self.is_server:  # it builds in the background
            names = [each.name for each in table.list_indices()] or ["vector_idx"]
            table.wait_for_index(names, timedelta(minutes=10))

    def nearest(
        self, name: str, vector: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the ids of the k nearest vectors, the nearest first, and their cosines.

        Raises
        ------
        UserError
            If there is nothing under this name, or the address does not answer.
        """
        with self._said():
            table = self._opened(_checked(name))
            if table is None:
                raise UserError(f"The vector database has nothing called {name!r}.")
            asked = table.search(np.asarray(vector, np.float32)).distance_type("cosine").limit(k)
            # An eighth of the lists: of GloVe's 400,000 words they hold .97 of the ten nearest.
            probes = max(1, round(sqrt(table.count_rows()) / 8))
            found = asked.nprobes(probes).to_arrow()
        order = found["id"].to_numpy(), found["_distance"].to_numpy()
        return order[0].astype(np.int64), (1 - order[1]).astype(np.float32)

    def count(self, name: str) -> int:
        """Return how many vectors are there under a name: 0 of none, or of an unfinished put.

        Raises
        ------
        UserError
            If the address does not answer.
        """
        with self._said():
            table = self._opened(_checked(name))
            if table is None:
                return 0
            rows = int(table.count_rows())
            return rows if rows < INDEXED_FROM or table.list_indices() else 0

    def drop(self, name: str) -> None:
        """Take away what is under a name, if there is anything.

        Raises
        ------
        UserError
            If the address does not answer.
        """
        with self._said():
            self._client.drop_table(_checked(name), ignore_missing=True)
            self._tables.pop(name, None)

    @property
    def is_server(self) -> bool:
        """Whether it is a LanceDB server, which searches by itself."""
        return self.at.startswith(("http://", "https://"))

    @cached_property
    def _tables(self) -> dict[str, Any]:
        return {}

    def _opened(self, name: str) -> Any:
        """Return a table in its newest version, or None if there is none."""
        if name not in self._tables:
            try:
                self._tables[name] = self._client.open_table(name)
            except Exception as error:
                if "not found" in str(error).lower():
                    return None
                raise
        table = self._tables[name]
        if not self.is_server:
            try:
                table.checkout_latest()
            except Exception:  # it was dropped by another process
                del self._tables[name]
                return None
        return table

    @cached_property
    def _client(self) -> Any:
        try:
            import lancedb
        except ImportError as error:
            raise MissingPackage("lancedb", "The vector database") from error
        self._knock()
        if self.is_server:
            return lancedb.connect(
                "db://vectors",
                api_key=self.key or "none",
                host_override=self.at.rstrip("/"),
                client_config={
                    "retry_config": {"retries": 0, "connect_retries": 0, "read_retries": 0},
                    "timeout_config": {
                        "connect_timeout": timedelta(seconds=PATIENCE),
                        "read_timeout": timedelta(seconds=READING),
                    },
                },
            )
        if not self.is_remote:
            Path(self.at).mkdir(parents=True, exist_ok=True)
            return lancedb.connect(self.at)
        patience = {"connect_timeout": f"{PATIENCE:g}s", "timeout": f"{READING}s"}
        return lancedb.connect(self.at, storage_options=patience | {"client_max_retries": "1"})

    def _knock(self) -> None:
        """See whether anybody listens: the client itself would try for minutes."""
        given = self.at if self.is_server else ""
        if self.at.startswith("s3://"):
            given = os.environ.get("AWS_ENDPOINT") or os.environ.get("AWS_ENDPOINT_URL") or ""
        parts = urlsplit(given)
        if parts.hostname:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            socket.create_connection((parts.hostname, port), PATIENCE).close()

    def _said(self) -> _Said:
        return _Said(self)


class _Said:
    """Turns whatever a client raises into one line."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, _: object) -> None:
        if error is None or isinstance(error, UserError) or not isinstance(error, Exception):
            return
        from embeddings.errors import Cancelled

        if isinstance(error, Cancelled):
            return
        if not self.database.is_remote:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise UserError(f"The vector database on this machine failed: {first[:200]}") from error
        raise UserError(
            f"The vector database at {self.database.place} does not answer ({_reason(error)}). "
            "Check LSE_VECTORS and whether it runs; without LSE_VECTORS the one on this machine is "
            "used."
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"nothing within {PATIENCE:g} seconds"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return first if len(first) <= 80 else f"{first[:77]}..."


def embedded(folder: Path | None = None) -> Database:
    """Return the database in a folder of this machine, by default one of the user's cache."""
    return Database(str(folder or cache_folder() / "vectors"))


def chosen(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Database:
    """Return the database that ``LSE_VECTORS`` names; the embedded one where it is not set.

    Raises
    ------
    UserError
        If what is set cannot be an address.
    """
    given = os.environ if environment is None else environment
    at = address(given, "LSE_VECTORS", SCHEMES)
    return Database(at, given.get("LSE_VECTORS_KEY", "").strip()) if at else embedded(folder)


def _checked(name: str) -> str:
    if not re.fullmatch("[A-Za-z0-9_.-]{1,120}", name):
        raise UserError(f"{name[:60]!r} cannot name vectors: letters, digits, dots and dashes can.")
    return name
