"""A page that was saved comes back as it was, and what is no such page is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from embeddings import sources
from embeddings.errors import UserError
from embeddings.sources import bundle
from embeddings.sources.bundle import Page
from embeddings.sources.content import Content
from embeddings.types import Column


@pytest.fixture
def place(monkeypatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    return tmp_path / "own" / "kept"


def films() -> Content:
    vectors = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    columns = (
        Column("genre", np.array([0, 1, -1]), ("crime", "<b>")),
        Column("year", np.array([1995.25, 2001.0, np.nan])),
    )
    return Content("vectors", ("Heat", "Amélie", "=8½"), vectors, columns, origin={"format": "csv"})


def test_a_page_comes_back_with_its_data_under_the_same_names(place: Path, tmp_path: Path) -> None:
    text = Content("text", documents=("One.\nTwo.", "Trois."))
    words = Content("words", ("a", "b c"))
    named = tuple(
        (sources.put(content, title), title)
        for content, title in ((films(), "films"), (text, "my text"), (words, "list"))
    )
    page = Page("compare", {"maps": "glove|bert", "x": "ü&="}, "lit=1&selected=2", ("{}",), named)
    file = tmp_path / "page.lse"
    bundle.write(page, True, file)
    again, brought = bundle.read(file)
    assert again == page
    for (name, title), (told, content) in zip(named, brought, strict=True):
        assert told == title
        elsewhere = tmp_path / "elsewhere"
        assert sources.put(content, told, elsewhere) == name


def test_without_its_data_it_says_what_it_speaks_of(place: Path, tmp_path: Path) -> None:
    name = sources.put(films(), "films")
    file = tmp_path / "page.lse"
    bundle.write(Page("", {"vocabulary": name}, sources=((name, "films"),)), False, file)
    page, brought = bundle.read(file)
    assert page.sources == ((name, "films"),) and brought == []
    assert b"Heat" not in file.read_bytes()


def header(**changes: object) -> dict[str, object]:
    usual = {"version": 1, "page": "", "query": {}, "fragment": "", "requests": [], "sources": []}
    return usual | changes


@pytest.mark.parametrize(
    "about",
    [
        {"version": 2},
        {"query": ["x"]},
        {"sources": [{"name": "own-" + "0" * 20, "title": "x", "kind": "vectors", "columns": []}]},
        {"sources": [{"title": "x"}]},
        {"sources": [{"name": "x", "title": "x"}] * 99},
        {"requests": 5},
        {"page": None, "query": None},
    ],
)
def test_what_does_not_fit_together_is_said_in_a_line(about: dict, tmp_path: Path) -> None:
    file = tmp_path / "page.lse"
    save_file({"x": np.zeros(1)}, file, {"page": json.dumps(header(**about))})
    with pytest.raises(UserError):
        bundle.read(file)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_damaged_file_is_refused_or_read_whole(place: Path, tmp_path: Path, data) -> None:
    file = tmp_path / "page.lse"
    name = sources.put(films(), "films")
    bundle.write(Page("", {"vocabulary": name}, sources=((name, "films"),)), True, file)
    raw = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    del raw[data.draw(st.integers(1, len(raw))) :]
    file.write_bytes(raw)
    try:
        _, brought = bundle.read(file)
    except UserError:
        return
    for _, content in brought:
        assert content.vectors is None or np.isfinite(content.vectors).all()


def test_vectors_of_one_row_of_numbers_are_no_vectors(tmp_path: Path) -> None:
    about = {"name": "x", "title": "x", "kind": "vectors", "columns": [], "origin": {}}
    tensors = {
        "0.labels": np.frombuffer(b"a\nb", np.uint8),
        "0.vectors": np.zeros(2, np.float32),
    }
    file = tmp_path / "page.lse"
    save_file(tensors, file, {"page": json.dumps(header(sources=[about]))})
    with pytest.raises(UserError):
        bundle.read(file)


def test_a_page_is_held_to_the_limits(place: Path, tmp_path: Path, monkeypatch) -> None:
    name = sources.put(films(), "films")
    file = tmp_path / "page.lse"
    bundle.write(Page("", {}, sources=((name, "films"),)), True, file)
    monkeypatch.setenv("LSE_SOURCE_DIM", "3")
    with pytest.raises(UserError, match="more than may be brought"):
        bundle.read(file)
