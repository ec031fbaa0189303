"""The computing processes of this machine, in a process of their own that ends with the app.

A process of their own, because spawned workers import the main script again, and under Streamlit
that is the page that is being shown; and so that handing out work costs the app no time.

`embeddings.jobs.serve` is what runs there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress

from embeddings.errors import WorkFailed

GRACE = 5.0
"""Seconds that the processes get to end by themselves."""


class LocalProcesses:
    """Computing processes of this machine.

    Parameters
    ----------
    workers : int
        How many; each works on one job at a time.
    memory : str
        Limit of each, such as "4GiB"; empty for a fair part of this machine's memory.
    """

    def __init__(self, workers: int, memory: str) -> None:
        # They must find the same modules as this process, however it was started.
        paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
        command = [sys.executable, "-m", "embeddings.jobs.serve", str(workers), memory]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "0"},
            text=True,
        )

    @property
    def pid(self) -> int:
        """Process id of the scheduler, the parent of the workers."""
        return self._process.pid

    def address(self) -> str:
        """Wait until the processes are up and return the scheduler's address.

        Raises
        ------
        WorkFailed
            If they could not be started.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WorkFailed(
                "The computing processes could not be started; the app's log says why. "
                "Shipped maps can still be seen."
            )
        return str(json.loads(line))

    def close(self) -> None:
        """End the processes and wait until they are gone."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()  # the workers notice, and end at once
            self._process.wait()
