"""Which methods know the words that somebody brought, and what is spelt like the unknown ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.requests import HTTPConnection

from embeddings import methods, recipes, sources
from embeddings.sources.content import Content
from embeddings.store import SHIPPED, Store
from pages.shared import access, visitors
from pages.shared.data import coverage
from pages.shared.own import desk

WORDS = ("king", "Paris", "new york", "qwxyzzy", "<b>", "guitarr")


@pytest.fixture(autouse=True)
def _visit(monkeypatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    there = Store(SHIPPED, tmp_path)
    monkeypatch.setattr(recipes.stores, "default", lambda: there)
    monkeypatch.setattr(access, "shelf", lambda: there)
    cookie = f"{visitors.COOKIE}={'d' * 32}".encode()
    connection = HTTPConnection({"type": "http", "headers": [(b"cookie", cookie)]})
    with visitors.of_request(connection):
        yield
    desk.close()


def brought(content: Content, title: str) -> sources.Source:
    name = sources.put(content, title, desk.place)
    desk.add(name)
    return sources.get(name)


def test_each_method_says_what_it_does_not_know() -> None:
    mine = brought(Content("words", WORDS), "mine")
    found = coverage.of(mine)
    table = methods.embed(methods.get("glove").spec("x"), WORDS)
    assert found["glove"].unknown == table.missing == WORDS[1:]
    assert found["glove"].n == 1 and found["bert"].unknown == ()
    assert "word2vec" not in found  # the text that it learns from has not been read


def test_other_vectors_of_the_visitor_are_asked_too() -> None:
    mine = brought(Content("words", WORDS), "mine")
    vectors = brought(Content("vectors", ("king", "Paris"), np.eye(2, dtype=np.float32)), "two")
    assert coverage.of(mine)[vectors.name].unknown == WORDS[2:]
    desk.remove(vectors.name)
    assert vectors.name not in coverage.of(mine)


def test_near_spellings_are_offered_for_what_each_method_does_not_know() -> None:
    mine = brought(Content("words", WORDS), "mine")
    brought(Content("vectors", ("King", "guitarra"), np.eye(2, dtype=np.float32)), "two")
    glove, two = (
        coverage.of(mine)["glove"],
        next(each for each in coverage.of(mine).values() if each.label == "two"),
    )
    assert dict(zip(glove.unknown, glove.near, strict=True)) == {
        "Paris": ("paris",),
        "new york": (),
        "qwxyzzy": (),
        "<b>": (),
        "guitarr": ("guitar",),
    }
    assert dict(zip(two.unknown, two.near, strict=True))["king"] == ("King",)
    assert dict(zip(two.unknown, two.near, strict=True))["guitarr"] == ("guitarra",)


def test_it_is_said_who_does_not_know_another_script() -> None:
    assert coverage.script(brought(Content("words", ("naïve", "Øl")), "latin")) == ""
    assert "GloVe has no words" in coverage.script(brought(Content("words", ("a", "дом")), "ru"))
    text = brought(Content("text", documents=("Ο βασιλιάς.",)), "text")
    assert "Word2Vec learn from your text" in coverage.script(text)


def test_only_the_first_unknown_words_are_looked_up() -> None:
    many = tuple(f"guitarr{i}" for i in range(3 * coverage.SUGGESTED))
    found = coverage.of(brought(Content("words", many), "many"))["glove"]
    assert len(found.unknown) == len(many) and len(found.near) == coverage.SUGGESTED


def test_a_word_that_turns_the_writing_round_turns_no_other() -> None:
    row = coverage._row([coverage.Known("GloVe", 0, ("\u202eevil", "<b>"), (("live",), ()))])
    assert "<bdi>\u202eevil</bdi>" in row and "<bdi>&lt;b&gt;</bdi>" in row
    assert "(is it <bdi>live</bdi>?)" in row


def test_those_that_know_enough_come_first() -> None:
    assert coverage.knowing(brought(Content("words", WORDS), "mine")) == ["bert"]
    plain = brought(Content("words", ("king", "queen", "bread")), "plain")
    assert coverage.knowing(plain) == ["bert", "glove", "word2vec", "cooccurrence"]
