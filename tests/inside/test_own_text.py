"""Own texts: kept under a name of their content, read like the packaged ones."""

from __future__ import annotations

import pytest

from embeddings import corpus
from embeddings.corpus import own
from embeddings.errors import UserError


def test_the_same_text_has_the_same_name_and_is_read_again() -> None:
    text = "The cat sat. The dog\nran away!\n\nA new paragraph."
    name = own.keep(text)
    assert name == own.keep(text.encode()) and own.is_kept(name) and corpus.check(name) == name
    read = corpus.read(name)
    assert read.n_documents == 2 and read.n_sentences == 3
    assert read.sentence(1) == ("the", "dog", "ran", "away")


def test_a_text_without_stops_becomes_sentences_that_are_not_endless() -> None:
    read = corpus.read(own.keep("word " * 2_500))
    assert read.n_sentences == 3 and len(read.tokens) == 2_500


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        (b"\xff\xfe\x00a", "UTF-8"),
        (b"a" * (own.LARGEST + 1), "give a part of it"),
    ],
)
def test_what_is_no_text_is_said_in_one_line(given: str | bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        own.keep(given)


def test_odd_letters_and_markup_are_only_text() -> None:
    read = corpus.read(own.keep("<b>Brontë</b> \ud800 naïve 🙂 =1+1"))
    assert read.sentence(0) == ("b", "bronte", "b", "naive")


def test_a_folder_that_cannot_be_written_is_said(monkeypatch, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LSE_CACHE", str(tmp_path / "file"))
    with pytest.raises(UserError, match="could not be kept"):
        own.keep("Another text.")
