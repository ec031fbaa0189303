"""Data routes: right bytes, compressed and cached for good, and nothing but what is known."""

import gzip
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from embeddings import collections, recipes
from embeddings.applications import search
from embeddings.figures.packs import unpack
from embeddings.types import VocabularySpec
from pages.shared import access, linked_maps, routes
from pages.shared.address import Choice


@pytest.fixture(scope="module")
def client(small_map):
    with TestClient(Starlette(routes=list(routes.routes()))) as client:
        yield client


@pytest.fixture(scope="module")
def words(small_map):
    return access.word_list("topics").words


def test_the_packs_hold_what_the_store_holds(client, small_map, words):
    _, arrays = unpack(client.get("/data/vocabulary/topics").content)
    assert tuple(arrays["words"].tobytes().decode().split("\n")) == words
    _, arrays = unpack(client.get(f"/data/projection/{small_map.projection.key}").content)
    assert np.array_equal(
        arrays["coordinates"], access.projection(small_map.projection).coordinates
    )
    _, arrays = unpack(client.get(f"/data/neighbors/{small_map.neighbors.key}").content)
    assert arrays["indices"].shape == (len(words), 15)
    king = words.index("king")
    assert words[arrays["indices"][king, 0]] in ("prince", "queen")
    _, arrays = unpack(client.get(f"/data/clusters/{small_map.clusters.key}").content)
    assert len(arrays["labels"]) == len(words)


def test_data_are_compressed_once_and_kept_for_good(client, small_map):
    url = f"/data/projection/{small_map.projection.key}"
    zipped = client.get(url, headers={"Accept-Encoding": "gzip"})
    plain = client.get(url, headers={"Accept-Encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.content == plain.content
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])
    assert zipped.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert zipped.headers["vary"] == "Accept-Encoding"
    assert zipped.headers["x-content-type-options"] == "nosniff"
    again = client.get(url, headers={"If-None-Match": zipped.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize(
    "path",
    [
        "/data/vocabulary/topic",
        "/data/vocabulary/..%2Ftopics",
        "/data/projection/0123456789abcdef0123",
        "/data/projection/..%2F..%2Fetc%2Fpasswd",
        "/data/neighbors/zz",
        "/data/clusters/0123456789abcdef0123",
        "/data/vector/0123456789abcdef0123/v/0",
        "/data/nearest/0123456789abcdef0123/v/0",
        "/data/download/0123456789abcdef0123.csv",
        "/data/download/0123456789abcdef0123.html",
        "/data/definition/" + "a" * 65,
        "/data/definition/%00",
        "/linked_maps/0123456789abcdef0123/main.js",
    ],
)
def test_what_is_not_known_is_one_line_of_json(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert "\n" not in answer.json()["error"]


def test_a_key_is_of_its_kind(client, small_map):
    assert client.get(f"/data/clusters/{small_map.projection.key}").status_code == 404


def test_the_vector_of_a_word(client, small_map, words):
    answer = client.get(f"/data/vector/{small_map.table.key}/v/{words.index('king')}").json()
    assert (answer["word"], answer["dim"], answer["kind"]) == ("king", 50, "dense")
    table = access.table(small_map.table)
    assert np.allclose(answer["values"], table.vector("king"), atol=1e-4)
    assert answer["sentence"].startswith("50 numbers from -")


def test_a_one_hot_vector_is_one_1_and_zeros(client, words):
    table = access.map_requests(Choice("one_hot", "topics")).table
    answer = client.get(f"/data/vector/{table.key}/v/3").json()
    assert answer["kind"] == "sparse"
    assert (answer["indices"], answer["values"]) == ([3], [1.0])
    assert answer["sentence"] == f"one 1 and {len(words) - 1:,} zeros"


def test_of_a_vector_of_many_numbers_only_the_largest_are_sent(client):
    table = access.map_requests(Choice("document_counts", "common-10k")).table
    of = access.word_list("common-10k").index["of"]
    answer = client.get(f"/data/vector/{table.key}/v/{of}")
    told = answer.json()
    assert len(answer.content) < 2000
    assert len(told["indices"]) == len(told["values"]) == 12
    assert told["values"] == sorted(told["values"], reverse=True)
    assert f"{told['nonzero']:,} of {told['dim']:,} numbers are not zero" == told["sentence"]
    assert told["nonzero"] > 10_000
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("number", ["-1", "9999999", "1e3", "king", "²"])
def test_words_are_asked_for_by_number(client, small_map, number):
    answer = client.get(f"/data/vector/{small_map.table.key}/v/{number}")
    assert answer.status_code == 404
    assert "numbered from 0" in answer.json()["error"]


def test_a_text_is_sent_as_it_was_read(client):
    recipes.fetch(search.index_spec("paragraphs"))
    of = collections.read("paragraphs")
    assert client.get("/data/text/paragraphs/7").json() == {"text": of.texts[7]}
    answer = client.get(f"/data/text/paragraphs/{len(of.texts)}")
    assert answer.status_code == 404 and "numbered from 0 to 5,570" in answer.json()["error"]


def test_titles_are_found_by_any_part_of_them(client):
    recipes.fetch(VocabularySpec("films"))
    found = client.get("/data/titles/films", params={"q": "  TOY   story"}).json()["words"]
    assert found[0] == "Toy Story (1995)" and all("toy story" in each.lower() for each in found)
    inside = client.get("/data/titles/films", params={"q": "story (1995"}).json()["words"]
    assert "Toy Story (1995)" in inside and len(inside) <= 8
    for nothing in ("", "   ", "zzqq", "x" * 10_000):
        assert client.get("/data/titles/films", params={"q": nothing}).json() == {"words": []}
    assert client.get("/data/titles/topics", params={"q": "king"}).status_code == 404


@pytest.mark.parametrize("name", ["topics", "films", "definitions", "..%2Fparagraphs", "own-1"])
def test_what_is_no_collection_of_texts_has_no_text(client, name):
    answer = client.get(f"/data/text/{name}/0")
    assert answer.status_code == 404 and answer.json()["error"]


def test_the_neighbours_of_one_word_are_those_of_the_pack(client, small_map, words):
    king = words.index("king")
    answer = client.get(f"/data/nearest/{small_map.table.key}/v/{king}").json()
    assert [each["text"] for each in answer["neighbors"]] == [
        words[each["word"]] for each in answer["neighbors"]
    ]
    near = access.near(small_map.neighbors)
    row = access.table(small_map.table).index["king"]
    listed = [access.words(small_map.table, len(near.indices))[i] for i in near.indices[row, :15]]
    assert [each["text"] for each in answer["neighbors"]] == listed


def test_definitions_name_their_source(client):
    answer = client.get("/data/definition/violin").json()
    assert answer["source"] == "GCIDE"
    assert answer["definitions"][0]["part_of_speech"] == "noun"
    assert client.get("/data/definition/qqqq").json()["definitions"] == []
    assert client.get("/data/definition/and%2For").json()["definitions"] == []


def test_the_map_as_a_table(client, small_map, words):
    answer = client.get(f"/data/download/{small_map.projection.key}.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    name = f"glove-topics-2d-{small_map.projection.key[:6]}.csv"
    assert f'filename="{name}"' in answer.headers["content-disposition"]
    lines = answer.text.splitlines()
    assert lines[0] == "word,x,y,topic,cluster,part_of_speech,count"
    assert len(lines) == len(access.words(small_map.table, 601)) + 1


def test_the_map_as_one_file(client, small_map):
    answer = client.get(f"/data/download/{small_map.projection.key}.html")
    assert answer.status_code == 200
    assert "GloVe · Latent Space Explorer" in answer.text
    assert not re.search(r"""(src|href)=["']https?:""", answer.text)


def test_a_saved_map_opens_with_what_the_reader_saw(client, small_map):
    address = f"/data/download/{small_map.projection.key}.html"
    answer = client.get(address, params={"opens": "colour=frequency&</script><script>x"})
    assert answer.status_code == 200 and "<script>x" not in answer.text
    assert '"opens":"colour=frequency\\u0026' in answer.text


def test_the_components_files_are_served_by_their_digest(client):
    files = linked_maps.files()
    answer = client.get(f"/linked_maps/{files.digest}/main.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.content == files.content["main.js"]
    assert "immutable" in answer.headers["cache-control"]


def test_routes_stand_under_the_base_path(small_map):
    app = Starlette(routes=list(routes.routes("/space/")))
    with TestClient(app) as client:
        assert client.get("/space/data/vocabulary/topics").status_code == 200
        assert client.get("/data/vocabulary/topics").status_code == 404


def test_a_damaged_map_is_not_served(client, small_map, monkeypatch):
    monkeypatch.setattr(access, "_small", lambda key, request: access._load(request))
    monkeypatch.setattr(access.shelf(), "load", lambda request: None)
    monkeypatch.setattr(access.jobs.shared(), "result", lambda request: None)
    answer = client.get(f"/data/projection/{small_map.projection.key}")
    assert answer.status_code == 404
    assert "not built" in answer.json()["error"]


def test_blocks_are_the_same_bytes_compressed():
    block = routes.Block.of(b"abc" * 1000)
    assert gzip.decompress(block.zipped) == block.plain == b"abc" * 1000
    assert routes.Block.of(b"abc" * 1000) == block


def test_several_maps_are_saved_in_one_file_that_says_how_they_lie(client, small_map):
    other = access.map_requests(Choice("glove", "topics"))
    keys = f"{small_map.projection.key}.{other.projection.key}"
    answer = client.get(f"/data/download/{keys}.html")
    assert answer.status_code == 200
    assert 'filename="' in answer.headers["content-disposition"]
    data = json.loads(re.search(r'id="data">(.*?)</script>', answer.text, re.S)[1])
    assert [one["name"] for one in data["maps"]] == ["GloVe · PCA", "GloVe · UMAP"]
    assert data["maps"][0]["align"] is None
    assert np.shape(data["maps"][1]["align"]["matrix"]) == (2, 2)
    assert data["maps"][1]["neighbors"] == 0, "the same neighbours are not written twice"


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([Choice("glove", "common-2k")], "the same words"),
        ([Choice("glove", "topics", 3)], "as many dimensions"),
        ([Choice("glove", "topics")] * 4, "at most 4 maps"),
    ],
)
def test_maps_that_do_not_go_together_are_not_saved_together(client, small_map, others, said):
    keys = [small_map.projection.key]
    keys += [access.map_requests(each).projection.key for each in others]
    answer = client.get(f"/data/download/{'.'.join(keys)}.html")
    assert answer.status_code == 404 and said in answer.json()["error"]


def test_pictures_are_one_file_kept_for_good(client):
    recipes.fetch(VocabularySpec("digits"), access.shelf())
    got = client.get("/data/pictures/digits")
    assert got.headers["content-type"] == "image/png" and got.content[:4] == b"\x89PNG"
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    meta, _ = unpack(client.get("/data/vocabulary/digits").content)
    assert (meta["noun"], meta["nouns"]) == ("digit", "digits")
    sheet = Image.open(io.BytesIO(got.content))
    assert sheet.width == meta["pictures"]["columns"] * (meta["pictures"]["width"] + 2)


def test_words_have_no_pictures(client):
    got = client.get("/data/pictures/topics")
    assert got.status_code == 404 and got.json() == {"error": "topics has no pictures."}
