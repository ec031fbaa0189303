"""Encodings, line ends and labels: what is the same text is read as the same."""

from __future__ import annotations

import gzip
import tempfile
import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.sources.labels import clean, clean_all, clean_document
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.sources.reading import File, inspect, read

TEXT = "cat 1.5 2\nnaïve 2.5 3\n日本 3.5 4\n"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_marks_and_line_ends(bring, ends: str, encoding: str, packed: bool) -> None:
    marks = {"utf-16-le": "\ufeff", "utf-16-be": "\ufeff"}
    data = (marks.get(encoding, "") + TEXT.replace("\n", ends)).encode(encoding)
    files = bring(w_txt=gzip.compress(data) if packed else data)
    assert inspect(files).problems == ()
    content = read(files)
    assert content.labels == ("cat", "naïve", "日本")
    np.testing.assert_array_equal(content.vectors, [[1.5, 2], [2.5, 3], [3.5, 4]])


def test_latin_1_is_read_where_that_is_accepted(bring) -> None:
    files = bring(w_txt="café\nnaïve\nfaçade\n".encode("latin-1"))
    assert read(files, Options(keep=("latin-1",))).labels == ("café", "naïve", "façade")
    assert read(files, Options(keep=("bytes",))).labels == ("caf�", "na�ve", "fa�ade")
    (problem,) = inspect(files).problems
    assert (problem.repair, problem.alternatives, problem.count) == ("bytes", ("latin-1",), 3)


def test_a_cr_within_lines_is_a_space(bring) -> None:
    assert read(bring(w_txt="New\rYork\nParis\n")).labels == ("New York", "Paris")


@given(
    st.lists(st.text("aé日😀", min_size=1, max_size=6), min_size=2, max_size=12, unique=True),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(24, 40),
)
def test_lines_are_the_same_wherever_the_file_is_cut_into_pieces(
    words, ends, encoding, size
) -> None:
    # Pieces are no longer than a line may be.
    limits = replace(Limits(), line=size)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes((ends.join(words) + ends).encode(encoding))
        content = read([File(path, "w.txt")], Options("words"), limits)
    assert content.labels == tuple(words)


LABELS = st.lists(st.text(max_size=8), max_size=6)


@given(LABELS)
def test_many_labels_are_cleaned_as_each_is(labels: list[str]) -> None:
    assert clean_all(labels) == [clean(label) for label in labels]
    assert clean_all(labels, lower=True) == [clean(clean(label).lower()) for label in labels]


@given(st.text())
def test_a_clean_label_is_one_line_and_stays_as_it_is(text: str) -> None:
    label = clean(text)
    assert clean(label) == label and unicodedata.is_normalized("NFC", label)
    assert not any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in label)
    label.encode()


@pytest.mark.parametrize(
    "label", ["<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "a\u202eb"]
)
def test_what_is_hostile_is_data(label: str) -> None:
    assert clean(label) == label


@given(st.text(alphabet=st.sampled_from("ab \n\r\t\x0b\u2028\x00")))
def test_a_document_has_no_empty_line(text: str) -> None:
    document = clean_document(text)
    assert all(line.strip() for line in document.split("\n")) or not document
    assert clean_document(document) == document


def test_thousands_of_accents_on_one_letter_take_no_time() -> None:
    # What NFC would do with them takes some minutes.
    label = "e" + "\u0301\u0323" * 200_000
    assert clean(label) == label and clean_document(label) == label
    assert clean("e\u0301 " + "x" * 300) == "é " + "x" * 300
    assert len(clean_all(["\u0301\u0323"] * 200_000)) == 200_000
