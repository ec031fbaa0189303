"""Everything one after the other: ``python -m benchmarks > results.md``, on an idle machine."""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    *("start", "browse", "map_2000", "neighbors", "agreement"),
    *("analogies", "completion", "scores", "contexts", "attention", "training"),
    *("compare", "sources", "bringing", "films", "digits", "search", "scale", "memory"),
    *("classroom",),
)

if __name__ == "__main__":
    failed = [
        n for n in NAMES if subprocess.run([sys.executable, "-m", f"benchmarks.{n}"]).returncode
    ]
    sys.exit(f"not measured: {', '.join(failed)}" if failed else 0)
