"""Whatever bytes a file holds, its reader gives content or one clear line, and nothing else."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from embeddings.errors import UserError
from embeddings.sources.apart import inspect_apart
from embeddings.sources.content import Content
from embeddings.sources.formats import available
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.sources.problems import REPAIRS
from embeddings.sources.reading import File, inspect, read

SEED = 20_240_607
TURNS = 300
LIMITS = replace(Limits(), rows=5_000, dim=64, numbers=100_000, line=20_000, expanded=10**6)
WORDS = [f"wörd{i}" for i in range(12)]
VECTORS = np.random.default_rng(SEED).normal(size=(12, 4)).astype(np.float32)
ROWS = "".join(f"{w} {' '.join(map(str, v))}\n" for w, v in zip(WORDS, VECTORS, strict=True))
# What parsers stumble over: signs of structure, numbers that are too large, halves of characters.
PIECES = (
    *(
        b"\0",
        b"\n",
        b"\r",
        b"\r\n",
        b" ",
        b"\t",
        b",",
        b'"',
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b"-",
        b".",
    ),
    *(
        b"nan",
        b"1e400",
        b"9" * 30,
        b"-1",
        b"\xff\xff\xff\xff",
        b"\x80",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
    ),
    *(
        b"\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"[" * 2000,
        b"a" * 25_000,
        b"\xe2\x80\xae",
        b"1000000000",
    ),
)


def arrays() -> bytes:
    file = io.BytesIO()
    np.savez(file, words=np.array(WORDS), vectors=VECTORS, count=np.arange(12))
    return file.getvalue()


def array() -> bytes:
    file = io.BytesIO()
    np.save(file, VECTORS)
    return file.getvalue()


def tensors() -> bytes:
    from safetensors.numpy import save

    return save({"embeddings": VECTORS, "bias": VECTORS[0]})


def frame() -> pd.DataFrame:
    return pd.DataFrame({"word": WORDS, "vector": VECTORS.tolist(), "kind": ["a", "b"] * 6})


def parquet() -> bytes:
    file = io.BytesIO()
    frame().to_parquet(file)
    return file.getvalue()


def binary() -> bytes:
    rows = (f"{w} ".encode() + v.tobytes() for w, v in zip(WORDS, VECTORS, strict=True))
    return b"12 4\n" + b"".join(rows)


LIST = ("\n".join(WORDS) + "\n").encode()
TABLE = "\n".join(["word\tkind\tyear", *(f"{w}\tk\t{i}" for i, w in enumerate(WORDS))]).encode()
VALID: dict[str, tuple[bytes, ...]] = {
    "words": (LIST,),
    "text": (b"A sentence. And more.\n\nAnother one.\n" * 3,),
    "delimited": (frame().to_csv(index=False).encode(),),
    "jsonl": (frame().to_json(orient="records", lines=True).encode(),),
    "word2vec-text": (f"12 4\n{ROWS}".encode(),),
    "word2vec-binary": (binary(),),
    "glove": (ROWS.encode(),),
    "fasttext": (gzip.compress(f"12 4\n{ROWS}".encode(), mtime=0),),
    "npz": (arrays(),),
    "npy": (array(), LIST),
    "safetensors": (tensors(), TABLE),
    "projector": ("\n".join("\t".join(map(str, v)) for v in VECTORS).encode(), TABLE),
    "parquet": (parquet(),),
}


def mutated(data: bytes, lot: random.Random) -> bytes:
    """Return data with a few changes: bytes turned, cut out, doubled, or put in."""
    changed = bytearray(data)
    for _ in range(lot.choice((1, 1, 2, 4, 16))):
        at = lot.randrange(len(changed) + 1)
        way = lot.randrange(6)
        if way == 0 and at < len(changed):
            changed[at] ^= 1 << lot.randrange(8)
        elif way == 1 and at < len(changed):
            changed[at] = lot.randrange(256)
        elif way == 2:
            del changed[at : at + lot.choice((1, 4, 50))]
        elif way == 3:
            changed[at:at] = changed[at : at + lot.choice((1, 8, 200))]
        elif way == 4:
            changed[at:at] = lot.choice(PIECES)
        elif lot.random() < 0.3:
            del changed[at:]
        if not changed:
            changed[:] = b"\n"
    return bytes(changed)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, tuple[bytes, ...]], list[File]]:
    def write(key: str, contents: tuple[bytes, ...]) -> list[File]:
        names = ("upload" + available()[key].endings[0], "metadata.tsv")
        files = [File(tmp_path / name, name) for name in names[: len(contents)]]
        for file, content in zip(files, contents, strict=True):
            file.path.write_bytes(content)
        return files

    return write


def test_there_is_a_valid_file_of_every_format(write) -> None:
    assert set(VALID) == set(available())
    for key, contents in VALID.items():
        found = inspect(write(key, contents), limits=LIMITS)
        assert (found.fatal, found.problems, found.format) == (None, (), key)


# Arrow is written in C++, and what it does with damaged files is tried in a process of its own.
@pytest.mark.parametrize("key", sorted(set(VALID) - {"parquet"}))
def test_any_bytes_give_content_or_one_line(key: str, write) -> None:
    lot = random.Random(f"{SEED} {key}")
    outcomes = {"read": 0, "refused": 0}
    for _ in range(TURNS):
        contents = tuple(mutated(each, lot) for each in VALID[key])
        options = Options(lot.choice((key, "")), keep=lot.choice(((), tuple(REPAIRS))))
        files = write(key, contents)
        found = inspect(files, options, LIMITS)
        content = outcome(read, files, options, LIMITS)
        if isinstance(content, str):
            assert content and "\n" not in content, contents
            assert found.problems, (contents, content)
            outcomes["refused"] += 1
        else:
            check(content)
            assert (found.fatal, found.rows) == (None, len(content)), contents
            outcomes["read"] += 1
    assert min(outcomes.values()) > 0, outcomes


def outcome(do: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a call returns, or the one line that it refuses with."""
    try:
        return do(*arguments)
    except UserError as error:
        return str(error)


def check(content: Content) -> None:
    assert len(content) > 0
    for text in (*content.labels, *content.documents):
        text.encode()
    if content.vectors is not None:
        assert content.vectors.dtype == np.float32 and np.isfinite(content.vectors).all()


@pytest.mark.parametrize("key", sorted(VALID))
def test_every_format_refuses_the_files_of_all_others_in_one_line(key: str, write) -> None:
    for other, contents in VALID.items():
        if other == "parquet" or key == "parquet":
            continue
        files = write(other, contents[:1] if available()[key].pair == "never" else contents)
        found = inspect(files, Options(key), LIMITS)
        json.dumps(found.to_json())
        if found.fatal:
            assert "\n" not in str(found.fatal)


def test_damaged_parquet_costs_its_own_process_at_most(write) -> None:
    lot = random.Random(f"{SEED} parquet")
    for _ in range(6):
        files = write("parquet", (mutated(VALID["parquet"][0], lot),))
        found = outcome(inspect_apart, files, None, LIMITS)
        said = found if isinstance(found, str) else str(found.fatal)
        assert said and "\n" not in said


def test_a_header_that_is_long_and_one_that_is_short(write) -> None:
    for length in (0, 1, 7, 2**31, 2**63, 2**64 - 1):
        files = write("safetensors", (struct.pack("<Q", length) + b'{"a":{}}', LIST))
        assert inspect(files, Options("safetensors"), LIMITS).fatal is not None


def packed() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, words=np.array(WORDS * 100), vectors=np.tile(VECTORS, (100, 1)))
    return file.getvalue()


def in_directory(offset: int, value: bytes) -> bytes:
    """An npz with something else in the first entry of its directory."""
    content = bytearray(packed())
    start = content.find(b"PK\x01\x02") + offset
    content[start : start + len(value)] = value
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        packed()[:-30],  # no directory
        packed()[60:],  # BadZipFile: nothing lies where the directory says
        in_directory(6, b"\xff"),  # NotImplementedError: of a version to come
        in_directory(8, b"\x01"),  # RuntimeError: locked by a password
        in_directory(8, b"\x20"),  # NotImplementedError: patched data
        in_directory(8, b"\x00\x08").replace(b"words.npy", b"w\xffrds.npy"),  # UnicodeDecodeError
        in_directory(42, b"\xff\xff\xff\x7f"),  # OSError, or no header there
        in_directory(20, b"\x01\x00\x00\x00"),  # EOFError: fewer bytes than it takes
        packed()[:200] + bytes(50) + packed()[250:],  # zlib.error, or another checksum
    ],
    ids=["cut", "moved", "version", "locked", "patched", "name", "place", "short", "bytes"],
)
def test_a_damaged_npz_is_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    said = inspect([File(path, path.name)], Options(format="npz"), LIMITS).fatal
    assert said and "damaged" in f"{said}"
