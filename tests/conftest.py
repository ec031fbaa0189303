"""What all tests share: a cache folder of their own, and no network."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPO = Path(__file__).resolve().parent.parent
CACHE = pytest.StashKey[Path]()

# Read when numpy and torch are first imported, so set before any test module is.
os.environ.setdefault("OMP_NUM_THREADS", "2")


def pytest_configure(config: pytest.Config) -> None:
    """Give this run a cache folder of its own; the processes that tests start inherit it."""
    config.stash[CACHE] = Path(tempfile.mkdtemp(prefix="latent-space-explorer-tests-"))
    os.environ["LSE_CACHE"] = str(config.stash[CACHE])


def pytest_unconfigure(config: pytest.Config) -> None:
    if CACHE in config.stash:
        shutil.rmtree(config.stash[CACHE], ignore_errors=True)


@pytest.fixture(scope="session")
def repo() -> Path:
    """The folder of the project."""
    return REPO


def is_local(address: Any) -> bool:
    """Whether a socket's address is on this machine: a loopback address or a file."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).partition("%")[0]
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host in ("", "localhost")
    return ip.is_loopback or ip.is_unspecified


@pytest.fixture(scope="session", autouse=True)
def outside_connections() -> Iterator[list[Any]]:
    """Refuse connections to anything but this machine, and remember who tried."""
    tried: list[Any] = []
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, original: Any = original) -> Any:
            # "Connecting" a datagram socket sends nothing: so one asks for one's own address.
            if self.type != socket.SOCK_DGRAM and not is_local(address):
                tried.append(address)
                raise ConnectionRefusedError(f"Tests use no network, and this asked for {address}")
            return original(self, address)

        patch.setattr(socket.socket, name, guarded)
    yield tried
    patch.undo()


@pytest.fixture(autouse=True)
def no_network(outside_connections: list[Any]) -> Iterator[None]:
    """Fail a test that tried to reach the network, even where the code went on without it."""
    outside_connections.clear()
    yield
    assert not outside_connections, f"tried to reach the network: {outside_connections}"
