"""Where installed packages keep their data."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from embeddings.errors import MissingPackage


def package_folder(module: str, package: str, purpose: str) -> Path:
    """Return the folder of an installed package without importing it."""
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise MissingPackage(package, purpose)
    return Path(next(iter(found.submodule_search_locations)))
