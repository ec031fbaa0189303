"""The component gets addresses, never data."""

import base64
import json
import re

import pytest

from pages.shared import access, linked_maps
from pages.shared.address import Choice
from pages.shared.linked_maps import Measure, Spot


def test_a_map_is_described_by_addresses(small_map):
    about = linked_maps.describe(small_map, "/space")
    key = small_map.projection.key
    assert about["projection"].startswith(f"/space/data/projection/{key}?v=")
    assert f"/neighbors/{small_map.neighbors.key}?" in about["neighbors"]
    assert about["nearest"] is None
    assert re.search(r"words · GloVe 50d · PCA, \d+% of the variance$", about["caption"])
    assert about["file"] == f"glove-topics-2d-{key[:6]}"
    assert len(json.dumps(about)) < 1000


def test_texts_have_an_address_as_soon_as_they_can_be_read(monkeypatch):
    requests = access.map_requests(Choice("texts-bert", "paragraphs"))
    there = access.has
    for is_there, address in ((False, None), (True, "/space/data/text/paragraphs/")):
        monkeypatch.setattr(
            access,
            "has",
            lambda each, is_there=is_there: is_there if each == requests.texts else there(each),
        )
        assert linked_maps.data_of([requests], base="/space")["texts"] == address


def test_words_are_no_texts(small_map):
    assert linked_maps.data_of([small_map])["texts"] is None


def test_the_files_have_one_digest():
    files = linked_maps.files()
    assert "main.js" in files.content
    assert len(files.digest) == 20
    assert linked_maps.files() is files


def test_maps_inside_a_page_say_how_high_and_what_is_pointed_at(small_map):
    plain = linked_maps.data_of([small_map])
    assert plain["embedded"] is None and plain["spot"] is None
    measure = Measure("From low to high", ("low", "high"), (bytes([0, 1, 255]),), "By hand.")
    spot = Spot(("king", "<b>queen"), "king", measure)
    data = linked_maps.data_of([small_map], spot=spot, height=440)
    assert data["embedded"] == 440
    told = data["spot"]
    assert told["words"] == ["king", "<b>queen"] and told["focus"] == "king"
    assert base64.b64decode(told["measure"]["classes"][0]) == bytes([0, 1, 255])
    assert told["measure"]["names"] == ["low", "high"] and told["measure"]["diverging"]
    # What is pointed at changes nothing of what decides which maps are drawn.
    assert {**data, "spot": None, "embedded": None} == plain
    assert json.loads(json.dumps(data)) == data


def test_every_map_has_its_own_classes(small_map):
    measure = Measure("a", ("b",), (b"\0",))
    with pytest.raises(ValueError, match="1 lists of classes for 2 maps"):
        linked_maps.describe_spot(Spot(measure=measure), 2)
    assert linked_maps.describe_spot(Spot(), 2) == {"words": [], "focus": None, "measure": None}
