"""The folder where results are kept that this machine computed."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return the cache folder, made or not: ``$LSE_CACHE``, or the platform's for this user."""
    chosen = os.environ.get("LSE_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import platformdirs

    return platformdirs.user_cache_path("latent-space-explorer", appauthor=False)
