"""Reading vectors that people bring: ours, gensim's, and a plain read of the same bytes.

Each in a process of its own, which says how long it took and how much memory it took at most; what
it imports is loaded before, and counts as memory only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
GENSIM_TEXT = "gensim load_word2vec_format, text"
GENSIM_BINARY = "gensim load_word2vec_format, binary"
PLAIN = "plain read, words found and numbers by np.frombuffer"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sources", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="of each (default 3)")
    parser.add_argument("--words", type=int, default=400_000, help="(default 400000)")
    parser.add_argument("--dim", type=int, default=50, help="(default 50)")
    parser.add_argument("--one", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--write", metavar="FOLDER", help=argparse.SUPPRESS)
    return parser.parse_args()


def gensim(path: Path, binary: bool) -> Callable[[], object]:
    from gensim.models import KeyedVectors

    return lambda: len(KeyedVectors.load_word2vec_format(str(path), binary=binary))


def plain(path: Path) -> tuple[list[str], np.ndarray]:
    """Read the binary format with nothing checked."""
    data = path.read_bytes()
    start = data.index(b"\n") + 1
    n, dim = map(int, data[:start].split())
    words, rows = [], []
    for _ in range(n):
        space = data.index(b" ", start)
        words.append(data[start:space].decode())
        start = space + 1 + 4 * dim
        rows.append(data[space + 1 : start])
    return words, np.frombuffer(b"".join(rows), np.float32).reshape(n, dim)


def own(path: Path, do: str) -> Callable[[], object]:
    from embeddings.sources import apart, formats, reading
    from embeddings.sources.limits import Limits

    formats.available()
    files, limits = [reading.File(path, path.name)], Limits(numbers=10**9, rows=10**8)
    ways = {
        "read": lambda: len(reading.read(files, None, limits)),
        "inspect": lambda: reading.inspect(files, None, limits),
        "read apart": lambda: apart.read_apart(files, None, limits, path.parent / "own"),
    }
    return ways[do]


WAYS: dict[str, tuple[str, Callable[[Path], Callable[[], object]]]] = {
    GENSIM_TEXT: ("v.txt", lambda path: gensim(path, False)),
    "reading.inspect, text": ("v.txt", lambda path: own(path, "inspect")),
    "reading.read, text": ("v.txt", lambda path: own(path, "read")),
    "apart.read_apart, text, saved as arrays": ("v.txt", lambda path: own(path, "read apart")),
    GENSIM_BINARY: ("v.bin", lambda path: gensim(path, True)),
    PLAIN: ("v.bin", lambda path: lambda: len(plain(path)[0])),
    "reading.inspect, binary": ("v.bin", lambda path: own(path, "inspect")),
    "reading.read, binary": ("v.bin", lambda path: own(path, "read")),
    "apart.read_apart, binary, saved as arrays": ("v.bin", lambda path: own(path, "read apart")),
}


def write(folder: Path, n: int, dim: int) -> None:
    """Write both files with gensim."""
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(dim)
    vectors = np.random.default_rng(42).normal(scale=0.4, size=(n, dim)).astype(np.float32)
    keyed.add_vectors([f"word{i}" if i % 10 else f"wörd{i}" for i in range(n)], vectors)
    keyed.save_word2vec_format(str(folder / "v.txt"))
    keyed.save_word2vec_format(str(folder / "v.bin"), binary=True)


def peak() -> float:
    """Return the most MiB that this process, or one that it started, has had at once."""
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    of = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in of) / unit


def one(way: str, path: Path) -> None:
    """Measure one way, in this process."""
    do = WAYS[way][1](path)
    start = time.perf_counter()
    found = do()
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, peak(), bool(found)]))


def main() -> None:
    """Measure and print."""
    options = arguments()
    if options.one:
        one(options.one[0], Path(options.one[1]))
    elif options.write:
        write(Path(options.write), options.words, options.dim)
    else:
        compare(options)


def compare(options: argparse.Namespace) -> None:
    """Measure each way in turn, and print."""
    # Here and not above: what one way takes is not to be lost in what these import.
    from benchmarks.common import machine, median, note, ratio, show, spread, table

    command = [sys.executable, "-m", "benchmarks.sources"]
    line = machine("gensim", "numpy")
    seconds: dict[str, list[float]] = defaultdict(list)
    memory: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        # By another process: a child begins with the peak of its parent.
        size = ["--words", str(options.words), "--dim", str(options.dim)]
        subprocess.run([*command, *size, "--write", folder], cwd=ROOT, check=True)
        for turn in range(options.repeats):
            note(f"turn {turn + 1} of {options.repeats}")
            for way, (name, _) in WAYS.items():
                one_way = [*command, "--one", way, str(Path(folder) / name)]
                took, most, _ = json.loads(subprocess.check_output(one_way, cwd=ROOT))
                seconds[way].append(took)
                memory[way].append(most)
    columns = ["", "seconds: median (least-greatest)", "x base", "MiB at most", "x base"]
    title = f"Reading {options.words:,} x {options.dim} in word2vec's formats"
    parts = []
    for base in (GENSIM_TEXT, PLAIN):
        ways = [way for way, (name, _) in WAYS.items() if name == WAYS[base][0]]
        rows = [
            [
                way + (" (base)" if way == base else ""),
                spread(seconds[way]),
                ratio(median(seconds[way]), median(seconds[base])),
                spread(memory[way], 0),
                ratio(median(memory[way]), median(memory[base])),
            ]
            for way in ways
        ]
        parts += ["", table(columns, rows)]
    show(title, line, *parts)


if __name__ == "__main__":
    main()
