"""Scheduler and workers of this machine: ``python -m embeddings.jobs.serve WORKERS MEMORY``.

Prints the scheduler's address and runs until its standard input closes, which happens however
the app ends, ``kill -9`` included.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any

from embeddings.jobs.cluster import GRACE


def _configuration(threads: int) -> dict[str, Any]:
    libraries = ("OMP", "MKL", "OPENBLAS", "NUMBA")
    return {
        # A second chance for a job whose process died, not a third.
        "distributed.scheduler.allowed-failures": 1,
        # Native code may keep a process silent for long; its death is noticed by other means.
        "distributed.scheduler.worker-ttl": None,
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.worker.profile.enabled": False,
        "distributed.worker.multiprocessing-method": "spawn",
        "distributed.nanny.pre-spawn-environ": {
            "MALLOC_TRIM_THRESHOLD_": 65536,
            **{f"{library}_NUM_THREADS": threads for library in libraries},
        },
    }


def _serve(workers: int, memory: str) -> None:
    # Ctrl-C in a terminal reaches every process; the app decides when these end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Only the address may go to the app's pipe: whatever else is printed goes to the log.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    import dask
    from dask.system import CPU_COUNT
    from distributed import LocalCluster
    from distributed.system import MEMORY_LIMIT

    dask.config.set(_configuration(threads=max(1, CPU_COUNT // workers)))
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # else it wants port 8787
        memory_limit=memory or min(4 * 2**30, MEMORY_LIMIT // workers),
        preload=["embeddings.jobs.worker"],
        silence_logs="ERROR",
    ) as cluster:
        print(json.dumps(cluster.scheduler_address), file=answer, flush=True)
        sys.stdin.buffer.read()
        last = threading.Timer(GRACE, os._exit, args=(1,))
        last.daemon = True
        last.start()


if __name__ == "__main__":
    _serve(int(sys.argv[1]), sys.argv[2])
