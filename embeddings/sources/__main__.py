"""The process that reads files: asked by ``apart``, over its standard input and output."""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any


def limit(memory: int, seconds: int, written: int) -> None:
    """Let this process take no more than that, where the system can see to it."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    for what, most in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds + 10),
        ("RLIMIT_FSIZE", written),
    ):
        kind = getattr(resource, what, None)
        if kind is None:
            continue
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue  # macOS has no RLIMIT_AS to speak of


def say(**what: Any) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what is asked, and say how it ended."""
    asked = json.loads(sys.stdin.read())
    limits = asked["limits"]
    limit(limits["memory"], limits["seconds"], 4 * limits["numbers"] + 2 * limits["expanded"])
    from embeddings.errors import UserError

    try:
        say(done=answer(asked))
    except UserError as error:
        say(refused=str(error))
    except MemoryError:
        say(failed="memory")
    except Exception:
        say(failed="crash", trace=traceback.format_exc()[-4000:])


def answer(asked: dict[str, Any]) -> Any:
    """Inspect or read, and return what is to be said of it."""
    from embeddings.sources import content, pictures, reading
    from embeddings.sources.limits import Limits
    from embeddings.sources.options import Options

    files = [reading.File(Path(path), name) for path, name in asked["files"]]
    options, limits = Options.from_pairs(dict(asked["options"])), Limits(**asked["limits"])
    last = 0.0

    def progress(fraction: float, message: str) -> None:
        nonlocal last
        if time.monotonic() - last > 0.1:
            last = time.monotonic()
            say(progress=[fraction, message])

    if asked["do"] == "inspect":
        return reading.inspect(files, options, limits, progress).to_json()
    said: tuple[str, ...] = ()
    if asked["do"] == "images":
        found, said = pictures.read(files, limits, progress)
    else:
        found = reading.read(files, options, limits, progress)
    content.save(found, Path(asked["folder"]))
    return {
        "kind": found.kind,
        "rows": len(found),
        "dim": 0 if found.vectors is None else found.vectors.shape[1],
        "columns": [column.name for column in found.columns],
        "origin": dict(found.origin),
        "said": said,
    }


if __name__ == "__main__":
    main()
