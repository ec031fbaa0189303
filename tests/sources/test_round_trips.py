"""What gensim, NumPy, pandas and safetensors write comes back as it was."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings.sources.content import Content, load, save
from embeddings.sources.labels import clean
from embeddings.sources.options import Options
from embeddings.sources.reading import File, inspect, read

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
LABELS = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12).map(clean)
WITHOUT_SPACE = LABELS.map(lambda text: "".join(text.split()))
HOSTILE = ("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "\u202egnp.exe", "8½", "日本語")


@st.composite
def tables(draw: Any, labels: st.SearchStrategy[str] = LABELS) -> tuple[list[str], np.ndarray]:
    words = draw(st.lists(labels.filter(bool), min_size=2, max_size=8, unique=True))
    dim = draw(st.integers(1, 5))
    return words, draw(hnp.arrays(np.float32, (len(words), dim), elements=FLOATS))


def check(
    write: Callable[[Path], Any], name: str, words: list[str], vectors: np.ndarray, options: Options
) -> Content:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        files = [File(path, name)]
        if second := write(path):
            files.append(second)
        found = inspect(files, options)
        assert found.fatal is None and found.problems == ()
        content = read(files, options)
        save(content, Path(folder) / "saved")
        saved = load(Path(folder) / "saved")
        assert saved.labels == content.labels == tuple(words)
        np.testing.assert_array_equal(np.array(saved.vectors), vectors)
        assert (found.rows, found.dim) == vectors.shape
    assert content.vectors is not None and content.vectors.dtype == np.float32
    # Bit for bit; -0.0 too.
    assert content.vectors.tobytes() == np.ascontiguousarray(vectors).tobytes()
    return content


def by_gensim(words: list[str], vectors: np.ndarray, binary: bool) -> Callable[[Path], None]:
    from gensim.models import KeyedVectors

    def write(path: Path) -> None:
        keyed = KeyedVectors(vectors.shape[1])
        keyed.add_vectors(words, vectors)
        keyed.save_word2vec_format(str(path), binary=binary)

    return write


@settings(max_examples=40, deadline=None)
@given(tables())
@example((list(HOSTILE), np.ones((5, 2), np.float32) * np.float32(0.1)))
def test_word2vec_text_by_gensim_with_spaces_in_words(table: tuple[list[str], np.ndarray]) -> None:
    words, vectors = table
    check(by_gensim(words, vectors, False), "w.txt", words, vectors, Options("word2vec-text"))


@settings(max_examples=40, deadline=None)
@given(tables(WITHOUT_SPACE))
def test_word2vec_binary_by_gensim(table: tuple[list[str], np.ndarray]) -> None:
    words, vectors = table
    check(by_gensim(words, vectors, True), "w.bin", words, vectors, Options("word2vec-binary"))


@settings(max_examples=40, deadline=None)
@given(tables())
def test_npz_by_numpy(table: tuple[list[str], np.ndarray]) -> None:
    words, vectors = table

    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.savez(file, vectors=vectors, words=np.array(words))

    check(write, "w.npz", words, vectors, Options())


@settings(max_examples=25, deadline=None)
@given(tables(), st.sampled_from(["csv", "parquet", "list", "jsonl"]))
def test_tables_by_pandas(table: tuple[list[str], np.ndarray], way: str) -> None:
    words, vectors = table
    # Words that pandas and we read as "nothing is said", or as numbers, are no names of rows.
    words = [f"{word}·{i}" for i, word in enumerate(words)]
    frame = pd.DataFrame({"word": words})
    options: dict[str, Any] = {"format": "parquet", "word": "word", "kind": "vectors"}
    if way in ("list", "jsonl"):
        frame["vector"] = [row.tolist() for row in vectors]
        options["vectors"] = ("vector",)
    else:
        for i in range(vectors.shape[1]):
            frame[f"d{i}"] = vectors[:, i]
        options["vectors"] = tuple(f"d{i}" for i in range(vectors.shape[1]))
    write: Callable[[Path], Any] = frame.to_parquet
    if way == "csv":
        options["format"], options["header"] = "delimited", "yes"

        def write(path: Path) -> None:
            frame.to_csv(path, index=False)

    if way == "jsonl":
        options["format"] = "jsonl"

        def write(path: Path) -> None:
            rows = zip(words, vectors.tolist(), strict=True)
            lines = [json.dumps({"word": word, "vector": row}) for word, row in rows]
            path.write_text("\n".join(lines))

    check(write, f"w.{way}", words, vectors, Options(**options))


@settings(max_examples=25, deadline=None)
@given(tables())
def test_npy_and_safetensors_with_a_list_of_words(table: tuple[list[str], np.ndarray]) -> None:
    from safetensors.numpy import save_file

    words, vectors = table
    # Between lines of words, a tab would part columns; none is left in a clean label.
    text = "\n".join(words) + "\n"

    def npy(path: Path) -> File:
        with path.open("wb") as file:
            np.save(file, vectors)
        return listed(path)

    def safe(path: Path) -> File:
        save_file({"embeddings": vectors}, path)
        return listed(path)

    def listed(path: Path) -> File:
        second = path.with_name("second")
        second.write_text(text, encoding="utf-8", newline="\n")
        return File(second, "words.txt")

    check(npy, "w.npy", words, vectors, Options("npy"))
    check(safe, "w.safetensors", words, vectors, Options("safetensors"))


@settings(max_examples=25, deadline=None)
@given(tables())
def test_the_projectors_pair(table: tuple[list[str], np.ndarray]) -> None:
    words, vectors = table

    def write(path: Path) -> File:
        lines = ["\t".join(str(x) for x in row) for row in vectors]
        path.write_text("\n".join(lines) + "\n")
        second = path.with_name("second")
        rows = [f"{word}\t{i % 2}\tid {i % 2}" for i, word in enumerate(words)]
        second.write_text("\n".join(["word\tcount\tgroup", *rows]), encoding="utf-8", newline="\n")
        return File(second, "metadata.tsv")

    content = check(write, "vectors.tsv", words, vectors, Options("projector"))
    count, group = content.columns
    assert count.is_number and group.categories == ("id 0", "id 1")[: len(group.categories)]


@settings(max_examples=25, deadline=None)
@given(tables(WITHOUT_SPACE), st.booleans())
def test_glove_and_fasttext(table: tuple[list[str], np.ndarray], compressed: bool) -> None:
    words, vectors = table
    rows = [f"{w} " + " ".join(map(str, v)) for w, v in zip(words, vectors, strict=True)]
    packed: Callable[[bytes], bytes] = gzip.compress if compressed else bytes

    def glove(path: Path) -> None:
        path.write_bytes(packed("\n".join(rows).encode()))

    def fasttext(path: Path) -> None:
        header = f"{len(words)} {vectors.shape[1]}"
        path.write_bytes(packed("".join(f"{row} \n" for row in (header, *rows)).encode()))

    check(glove, "w.txt", words, vectors, Options("glove"))
    check(fasttext, "w.vec", words, vectors, Options("fasttext"))


@settings(max_examples=40, deadline=None)
@given(st.lists(LABELS.filter(bool), min_size=2, max_size=8, unique=True))
def test_words_alone(words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        # A comma in each would part them, which is the reader's to choose.
        words = [
            word.replace(",", "").replace(";", "").strip() or f"w{i}"
            for i, word in enumerate(words)
        ]
        words = list(dict.fromkeys(words))
        if len(words) < 2:
            return
        path.write_text("\n".join(words), encoding="utf-8", newline="\n")
        assert read([File(path, "w.txt")], Options(format="words")).labels == tuple(words)


@pytest.mark.parametrize("dtype", ["<f2", ">f4", "<f8", "<i4", ">i8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_other_types_and_orders(bring, tmp_path, dtype: str, order: str) -> None:
    vectors = np.arange(12).reshape(4, 3).astype(dtype, order=order)
    with (tmp_path / "a.npz").open("wb") as file:
        np.savez_compressed(
            file, vectors=vectors, words=np.array(list("abcd"), "S"), n=np.arange(4)
        )
    content = read([File(tmp_path / "a.npz", "a.npz")])
    np.testing.assert_array_equal(content.vectors, vectors.astype(np.float32))
    assert [column.name for column in content.columns] == ["n"]


def test_bfloat16_by_torch(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    vectors = torch.tensor([[0.5, -1.25], [3.0, 1e30]], dtype=torch.bfloat16)
    save_file({"wte": vectors, "bias": torch.zeros(2)}, tmp_path / "m.safetensors")
    (tmp_path / "w.txt").write_text("word\ncat\ndog\n")
    files = [File(tmp_path / "w.txt", "w.txt"), File(tmp_path / "m.safetensors", "m.safetensors")]
    content = read(files)
    assert content.labels == ("cat", "dog")
    np.testing.assert_array_equal(content.vectors, vectors.float().numpy())


def test_files_of_gensim_itself_are_the_same_as_gensim_reads_them() -> None:
    import gensim
    from gensim.models import KeyedVectors

    folder = Path(gensim.__file__).parent / "test" / "test_data"
    for name, binary in (
        ("lee_fasttext.vec", False),
        ("word2vec_pre_kv_c", False),
        ("euclidean_vectors.bin", True),
        ("poincare_vectors.bin", True),
        ("high_precision.kv.txt", False),
    ):
        content = read([File(folder / name, name)])
        keyed = KeyedVectors.load_word2vec_format(str(folder / name), binary=binary)
        assert list(content.labels) == keyed.index_to_key
        assert content.vectors is not None
        assert content.vectors.tobytes() == keyed.vectors.tobytes(), name
