"""How the computing processes are set up: read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from embeddings.environment import switch, whole_number
from embeddings.errors import UserError


@dataclass(frozen=True)
class Settings:
    """Where and how jobs run.

    Attributes
    ----------
    address : str
        Scheduler of an existing Dask cluster (``LSE_DASK_ADDRESS``); empty for processes of
        this machine.
    workers : int
        Processes on this machine (``LSE_WORKERS``).
    memory : str
        Memory limit of each (``LSE_WORKER_MEMORY``, such as "4GiB"); empty for 4 GiB or a fair
        part of this machine's memory, whichever is less.
    max_queue : int
        How many jobs may wait (``LSE_MAX_QUEUE``).
    per_visitor : int
        How many jobs that are not done one visitor may want (``LSE_JOBS_PER_VISITOR``).
    delay : float
        Seconds after ``start`` in which the app has the machine to itself (``LSE_WARM_DELAY``).
    warm_up : bool
        Whether new processes compile UMAP before it is needed (``LSE_WARM_UP``, 0 or 1).
    folders : bool or None
        Whether visitors may name folders of this machine, of models (``LSE_FOLDERS``, 0 or 1);
        None for those alone who sit at it.
    """

    address: str = ""
    workers: int = 2
    memory: str = ""
    max_queue: int = 100
    per_visitor: int = 20
    delay: float = 5.0
    warm_up: bool = True
    folders: bool | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings.

        Raises
        ------
        UserError
            Naming the variable that cannot be used, and what it may be.
        """
        given = os.environ if environment is None else environment
        memory = given.get("LSE_WORKER_MEMORY", "").strip()
        _check_memory(memory)
        return cls(
            address=given.get("LSE_DASK_ADDRESS", "").strip(),
            workers=whole_number(given, "LSE_WORKERS", min(2, os.cpu_count() or 1), 1, 256),
            memory=memory,
            max_queue=whole_number(given, "LSE_MAX_QUEUE", 100, 1, 100_000),
            per_visitor=whole_number(given, "LSE_JOBS_PER_VISITOR", 20, 1, 100_000),
            delay=whole_number(given, "LSE_WARM_DELAY", 5, 0, 3600),
            warm_up=bool(whole_number(given, "LSE_WARM_UP", 1, 0, 1)),
            folders=switch(given, "LSE_FOLDERS"),
        )


def _check_memory(text: str) -> None:
    if not text:
        return
    from dask.utils import parse_bytes

    try:
        usable = parse_bytes(text) >= 2**28
    except ValueError:
        usable = False
    if not usable:
        raise UserError(
            f"LSE_WORKER_MEMORY is {text!r}; it must be an amount of at least 256MiB, such as 4GiB."
        )
