"""What runs inside a computing process: one job with its reports, and the warming up."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from embeddings.errors import Cancelled, UserError, WorkFailed
from embeddings.types import AgreementSpec, Progress, Request, TrustSpec, no_progress

TOPIC = "latent-space-explorer"
"""Name of the stream of events in which jobs tell how far they are."""

REPORT_EVERY = 0.2
"""Seconds between two reports of one job; a person sees no more, a network would."""

FLUSH = 0.03
"""Seconds in which the news that a job has begun leaves its process; Dask gathers for two ms."""

Run = Callable[[Request, Progress], bytes]
"""Makes what a request asks for; importable by name, because it travels to other processes."""


def dask_setup(worker: Any) -> None:
    """Give way to the web process (Dask calls this by its name when a process starts)."""
    if hasattr(os, "nice"):
        os.nice(10)


def fetch(request: Request, progress: Progress = no_progress) -> bytes:
    """Load or compute what the request asks for, as the bytes of the store.

    Bytes, because the web process may be on a machine that shares no folder with this one.
    """
    from embeddings import recipes, store

    kept = store.default()
    return kept.dumps(recipes.fetch(request, kept, progress))


async def forget(name: str) -> None:
    """Let go of what this process holds of something that somebody brought.

    A coroutine, because for others Dask would wait.
    """
    from embeddings import recipes, store

    recipes.forget(name, store.default())


READING = {
    "contexts": "reading {} in its sentences",
    "context_map": "drawing the maps of {} in its sentences",
    "sentences": "reading the corpus",
    "tokens": "reading random words",
    "text_index": "reading the texts that are searched",
    "text_vectors": "encoding definitions",
    "encoding": "encoding all definitions",
    "search": "searching",
    "search_score": "asking for the described words",
}
"""What is done for requests that ask a model, and no table."""


def describe(request: Request) -> str:
    """Say in words what is being done for a request, to follow "while"."""
    if isinstance(request, AgreementSpec):
        left, right = request.left, request.right
        return f"comparing {left.method} with {right.method} on {left.vocabulary}"
    if isinstance(request, TrustSpec):
        return describe(request.projection).replace("drawing", "judging")
    if request.kind in READING:
        word = getattr(getattr(request, "contexts", request), "word", "")
        return READING[request.kind].format(word)
    table = getattr(request, "table", request)
    method, vocabulary = getattr(table, "method", ""), getattr(table, "vocabulary", "")
    words = f"{method} on {vocabulary}"
    return {
        "vocabulary": f"listing the words of {getattr(request, 'name', '')}",
        "table": f"computing the vectors of {words}",
        "neighbors": f"finding the nearest neighbours of {words}",
        "projection": f"drawing the map of {words}",
        "clusters": f"grouping the words of {words}",
        "training": f"training {method} on the {getattr(table, 'corpus', '')} text",
        "ratings": "reading MovieLens",
        "held_out": f"asking {method} for films that were held out",
        "company": f"counting the company of {getattr(request, 'word', '')}",
        "scale": f"measuring indexes of {getattr(request, 'size', 0):,} vectors",
        "nearby": f"searching {vocabulary} for the neighbours of a word",
        "attention": "reading a text",
        "fill_in": "filling in a blank",
        "inspection": "looking at your file",
        "import": "reading your file",
        "opening": "opening your page",
        "model": "finding your model",
        "visual_search": "training the network that tells pictures apart",
    }.get(request.kind, f"computing {request.kind}")


class _Reporter:
    """Sends the progress of one job to whoever listens, and hears whether it is still wanted."""

    def __init__(self, job: str) -> None:
        from distributed import get_worker

        self.job, self.worker, self.last = job, get_worker(), 0.0
        self.task = self.worker.get_current_task()

    def send(self, event: str, **content: Any) -> None:
        message = {"job": self.job, "event": event, "worker": self.worker.address, **content}
        self.worker.log_event(TOPIC, message)

    def progress(self, fraction: float, message: str) -> None:
        """Report, and raise ``Cancelled`` if nobody waits for this job any more."""
        # Dask cannot stop a thread, but it marks the task: anything but "executing" is unwanted.
        task = self.worker.state.tasks.get(self.task)
        if task is None or task.state != "executing":
            raise Cancelled(f"{self.job} was cancelled")
        now = time.monotonic()
        if now - self.last >= REPORT_EVERY or fraction >= 1:
            self.last = now
            self.send("progress", fraction=float(fraction), message=str(message))


def execute(run: Run, request: Request) -> bytes:
    """Run one job and report on it.

    Raises
    ------
    Cancelled
        If everybody who had asked for it has cancelled.
    WorkFailed
        With one line for the person; the traceback, where one helps, is its note.
    """
    reporter = _Reporter(request.key)
    reporter.send("progress", fraction=0.0, message="")
    # It leaves in the background: were this process to die at once, nobody would know of what.
    time.sleep(FLUSH)
    failure: Exception
    try:
        return run(request, reporter.progress)
    except Cancelled as error:
        failure = Cancelled(str(error))
    except UserError as error:
        failure = WorkFailed(str(error))
    except Exception as error:
        first = (str(error).strip().splitlines() or ["no further message"])[0]
        failure = WorkFailed(
            f"Something went wrong while {describe(request)}: {type(error).__name__}: {first}"
        )
        failure.add_note(traceback.format_exc())
    finally:
        reporter.send("ended")
    # Raised out here, it has no context: the original may be of a class that does not travel.
    raise failure


def warm_imports() -> None:
    """Import what maps need: 2 to 14 seconds in a new process."""
    import umap  # noqa: F401


def warm_compilation() -> None:
    """Draw a small map, so that numba compiles before somebody waits for it."""
    from embeddings import projection

    projection.warm()


def warm_model() -> None:
    """Load the packaged BERT: five seconds in a new process. Where it is missing, a job says so."""
    from embeddings.methods import _minilm

    with suppress(UserError, ImportError):
        _minilm.encoder().layers([[0]])


WARM_UP = (warm_imports, warm_compilation, warm_model)
"""In steps: a job that arrives meanwhile waits for one of them at most."""
