"""The standalone document holds everything it needs, and words in it are never code."""

import base64
import json
import re

import numpy as np
import pytest

from embeddings.figures.packs import clusters_pack, neighbors_pack, projection_pack, unpack
from embeddings.figures.standalone import Map, modules, standalone
from embeddings.types import (
    Clusters,
    ClustersSpec,
    Neighbors,
    NeighborsSpec,
    Projection,
    ProjectionSpec,
    Spec,
    Vocabulary,
)

EVIL = "</script><script>window.hacked = 1</script>"
WORDS = ("king", EVIL, "naïve")
TABLE = Spec("glove", "tiny")
VOCABULARY = Vocabulary(
    "tiny", WORDS, (), np.full(3, -1, np.int16), (), np.full(3, -1, np.int8), np.zeros(3, int)
)


@pytest.fixture
def folder(tmp_path):
    """A component of two modules that import each other, and a style sheet."""
    (tmp_path / "main.js").write_text(
        'import { say } from "./say.js";\nimport "./say.js";\n'
        "export const prefix = 'drawn: ';\n"
        "export async function mount(element, data, host) {\n"
        "  const answer = await fetch(data.vocabulary);\n"
        "  const bytes = (await answer.arrayBuffer()).byteLength;\n"
        "  element.textContent = say(bytes + ' ' + data.maps[0].title + ' ' + data.standalone);\n"
        "}\n"
    )
    (tmp_path / "say.js").write_text(
        'import { prefix } from "./main.js";\nexport const say = (text) => prefix + text;\n'
    )
    (tmp_path / "look.css").write_text("#map { color: rgb(1, 2, 3); }\n")
    (tmp_path / "unused.js").write_text('import "https://example.org/x.js";')
    return tmp_path


def document(folder, title: str = "Words") -> str:
    neighbors = Neighbors(np.array([[1], [0], [0]]), np.ones((3, 1)), NeighborsSpec(TABLE, k=1))
    clusters = Clusters(np.zeros(3), (EVIL,), ClustersSpec(TABLE))
    projection = Projection(np.eye(3)[:, :2], ProjectionSpec(TABLE))
    meta = {"id": "a", "method": "glove", "title": f"GloVe {EVIL}\u2028", "caption": "3 words"}
    one = Map(
        meta,
        projection_pack(projection, WORDS, VOCABULARY),
        neighbors_pack(neighbors, WORDS, VOCABULARY),
        clusters_pack(clusters, WORDS, VOCABULARY),
    )
    return standalone(title, VOCABULARY, [one], folder)


def test_what_two_maps_share_is_written_once(folder):
    projection = Projection(np.eye(3)[:, :2], ProjectionSpec(TABLE))
    near, other = (
        neighbors_pack(
            Neighbors(np.array(rows), np.ones((3, 1)), NeighborsSpec(TABLE, k=1)), WORDS, VOCABULARY
        )
        for rows in ([[1], [0], [0]], [[2], [0], [0]])
    )
    meta = {"id": "a", "method": "glove", "title": "GloVe", "caption": "3 words"}
    drawn = projection_pack(projection, WORDS, VOCABULARY)
    maps = [Map(meta, drawn, pack) for pack in (near, other, near, None)]
    found = [
        one["neighbors"] for one in data_of(standalone("Two", VOCABULARY, maps, folder))["maps"]
    ]
    assert decoded(found[0]) == near and decoded(found[1]) == other and found[2:] == [0, None]


def data_of(page: str) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])


def decoded(url: str) -> bytes:
    return base64.b64decode(url.split(",", 1)[1])


def test_the_data_are_those_of_the_component(folder):
    data = data_of(document(folder))
    assert data["standalone"] is True and data["dimensions"] == 2 and data["definitions"] is None
    (one,) = data["maps"]
    assert set(one) == {
        *("id", "method", "title", "caption", "projection", "neighbors", "clusters", "trust"),
        *("vector", "nearest", "csv", "parquet", "html"),
    }
    assert one["title"].startswith("GloVe </script>")
    assert unpack(decoded(one["projection"]))[1]["coordinates"].tolist() == [[1, 0], [0, 1], [0, 0]]
    assert unpack(decoded(data["vocabulary"]))[0]["n"] == 3


def test_words_are_never_markup(folder):
    page = document(folder, title=EVIL)
    assert EVIL not in page and "<script>window" not in page and "\u2028" not in page
    assert page.count("</script>") == 3


def test_the_document_opens_with_what_the_reader_saw(folder):
    projection = Projection(np.eye(3)[:, :2], ProjectionSpec(TABLE))
    meta = {"id": "a", "method": "glove", "title": "GloVe", "caption": "3 words"}
    maps = [Map(meta, projection_pack(projection, WORDS, VOCABULARY))]
    seen = standalone("Words", VOCABULARY, maps, folder, opens=f"colour=own-0&{EVIL}")
    assert data_of(seen)["opens"] == f"colour=own-0&{EVIL}" and EVIL not in seen
    assert "opens" not in data_of(standalone("Words", VOCABULARY, maps, folder))


def test_nothing_is_loaded_from_elsewhere(folder):
    page = document(folder)
    assert "http:" not in page and "https:" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy and "unsafe-inline" not in policy.split(";")[1]


def test_modules_find_each_other_by_bare_names(folder):
    found = modules(folder)
    assert set(found) == {"linked-maps/main.js", "linked-maps/say.js"}
    main = decoded(found["linked-maps/main.js"]).decode()
    assert 'from "linked-maps/say.js"' in main and "./" not in main


def test_a_module_from_elsewhere_is_refused(folder):
    (folder / "say.js").write_text('export * from "https://example.org/x.js";')
    with pytest.raises(ValueError, match="not a module beside it"):
        modules(folder)


def test_a_document_without_maps_is_refused(folder):
    with pytest.raises(ValueError, match="at least one map"):
        standalone("Nothing", VOCABULARY, [], folder)
