"""What was brought is written into a folder and read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings.sources.content import Content, digest, load, save
from embeddings.types import Column


@pytest.fixture
def films() -> Content:
    rng = np.random.default_rng(0)
    return Content(
        "vectors",
        ("Heat", "Amélie", "<b>8½</b>"),
        rng.normal(size=(3, 4)).astype(np.float32),
        (
            Column("genre", np.array([0, 1, -1]), ("crime", "romance")),
            Column("year", np.array([1995.0, 2001.0, np.nan])),
        ),
        origin={"format": "csv", "dropped": 2},
    )


def test_vectors_come_back_as_they_were(films: Content, tmp_path: Path) -> None:
    save(films, tmp_path)
    found = load(tmp_path)
    assert (found.kind, found.labels, found.origin) == (films.kind, films.labels, films.origin)
    assert found.vectors is not None and films.vectors is not None
    np.testing.assert_array_equal(found.vectors, films.vectors)
    for one, other in zip(found.columns, films.columns, strict=True):
        assert (one.name, one.categories) == (other.name, other.categories)
        np.testing.assert_array_equal(one.values, other.values)


def test_texts_come_back_document_by_document(tmp_path: Path) -> None:
    text = Content("text", documents=("One.\nTwo lines.", "Trois – 三", "last"))
    save(text, tmp_path)
    assert load(tmp_path).documents == text.documents
    assert load(tmp_path, with_text=False).documents == ()


def test_the_digest_tells_contents_and_titles_apart(films: Content) -> None:
    assert films.vectors is not None
    others = (
        replace(films, labels=("Heat", "Amélie", "8½")),
        replace(films, vectors=films.vectors * 2),
        replace(films, columns=films.columns[:1]),
    )
    digests = {digest(each, "films") for each in (films, *others)} | {digest(films, "mine")}
    assert len(digests) == 5
    assert digest(replace(films, origin={"format": "npz"}), "films") == digest(films, "films")


@pytest.mark.parametrize(
    "wrong",
    [
        {"labels": ("a", "a", "b")},
        {"labels": ("a", "", "b")},
        {"labels": ("a", "b")},
        {"vectors": None},
        {"kind": "words"},
        {"kind": "pickle"},
    ],
)
def test_what_does_not_fit_together_is_refused(films: Content, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"labels|kind|values|vectors"):
        replace(films, **wrong)  # type: ignore[arg-type]
