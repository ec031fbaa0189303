"""The answer to a drawing over HTTP: neighbours by every method, or one line."""

from __future__ import annotations

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from embeddings import methods, recipes
from embeddings.applications import visual
from embeddings.types import VocabularySpec
from pages.shared import access, routes


@pytest.fixture(scope="module")
def client():
    request = visual.spec()
    for each in (VocabularySpec("digits"), request, *visual.tables(request)):
        recipes.fetch(each)
    with TestClient(Starlette(routes=list(routes.routes()))) as client:
        yield client


def ask(client, **query):
    return client.get("/data/digits/near", params=query)


def test_a_drawing_is_answered_by_every_method(client):
    of = access.word_list("digits")
    three = np.rint(of.pictures[3] / 255 * 16).astype(int).ravel()
    got = ask(client, ink=".".join(map(str, three)))
    assert got.headers["cache-control"] == "no-store"
    said = got.json()
    assert said["seen"] == three.tolist() and said["picture"] is None
    assert list(said["nearest"]) == list(methods.available("digits"))
    for found in said["nearest"].values():
        assert len(found) == 10
        row, label, kind, cosine = found[0]
        assert (row, label, kind) == (3, "3 no. 1", 3) and cosine > 0.99
        assert all(label == of.words[row] for row, label, _, _ in found)


def test_a_picture_of_the_collection_is_not_its_own_neighbour(client):
    said = ask(client, kind=7, turn=0).json()
    assert said["picture"][1] == "7 no. 1"
    for found in said["nearest"].values():
        assert said["picture"][0] not in [row for row, *_ in found]
    again = ask(client, kind=7, turn=179).json()  # there are 179 of them
    assert again["picture"] == said["picture"]
    assert ask(client, kind=7, turn=1).json()["picture"][1] == "7 no. 2"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"ink": ".".join(["0"] * 64)}, "nothing drawn"),
        ({"ink": ".".join(["16"] * 64)}, "a blot"),
        ({"ink": "1.2.3"}, "64 numbers"),
        ({"ink": "<script>"}, "64 numbers"),
        ({"ink": "9" * 5000}, "64 numbers"),
        ({"ink": "."}, "64 numbers"),
        ({}, "by its kind"),
        ({"kind": "3"}, "by its kind"),
        ({"kind": "-1", "turn": "0"}, "by its kind"),
        ({"kind": "11", "turn": "0"}, "no picture of kind 11"),
    ],
)
def test_what_is_no_drawing_costs_a_line(client, query, said):
    got = ask(client, **query)
    assert got.status_code == 404 and said in got.json()["error"]
