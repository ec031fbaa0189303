"""A map saved as one HTML file works from the disk: no server, no network, no error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.figures.packs import clusters_pack, neighbors_pack, projection_pack
from embeddings.figures.standalone import Map, standalone
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

EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
TABLE = Spec("glove", "tiny")


@pytest.fixture(scope="module", params=[2, 3], ids=["2D", "3D"])
def saved(request, tmp_path_factory) -> Path:
    """A document with 300 words in three groups."""
    rng = np.random.default_rng(0)
    n = 300
    words = ("king", "queen", EVIL, *(f"word{i}" for i in range(n - 3)))
    group = np.arange(n) % 3
    places = rng.normal(size=(n, request.param)) + 8 * np.eye(3)[group][:, : request.param]
    topic, part = group.astype(np.int16), np.zeros(n, np.int8)
    vocabulary = Vocabulary(
        "tiny", words, ("one", EVIL, "three"), topic, ("noun",), part, np.arange(n)[::-1]
    )
    indices = (np.arange(n)[:, None] + 3 * np.arange(1, 16)) % n
    neighbors = Neighbors(indices, np.linspace(1, 0.2, 15) * np.ones((n, 1)), NeighborsSpec(TABLE))
    clusters = Clusters(group, ("king · queen", EVIL, "c"), ClustersSpec(TABLE))
    projection = Projection(places, ProjectionSpec(TABLE, dimensions=request.param))
    meta = {"id": "a", "method": "glove", "title": "GloVe", "caption": f"300 words {EVIL}"}
    packs = (
        projection_pack(projection, words, vocabulary),
        neighbors_pack(neighbors, words, vocabulary),
        clusters_pack(clusters, words, vocabulary),
    )
    path = tmp_path_factory.mktemp("standalone") / "map.html"
    path.write_text(standalone(f"Words {EVIL}", vocabulary, [Map(meta, *packs)]), "utf-8")
    return path


@pytest.fixture
def opened(browser, saved):
    """The document opened from the disk, in a browser without a network."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.goto(saved.as_uri())
    page.locator(".lm-stage canvas").first.wait_for()
    yield page
    context.close()
    assert complaints == []


def test_the_map_is_drawn_and_answers(opened):
    assert "300 words" in opened.locator("#map").inner_text()
    assert len(set(pixels(opened))) > 20
    opened.keyboard.press("/")
    opened.keyboard.type("king")
    opened.keyboard.press("Enter")
    opened.get_by_role("heading", name="king").wait_for()


def test_words_are_not_markup(opened):
    opened.keyboard.press("/")
    opened.keyboard.type("<img")
    opened.keyboard.press("Enter")
    opened.get_by_role("heading").filter(has_text="<img src=x onerror=alert(1)>").wait_for()
    assert opened.locator("img").count() == 0
    assert opened.title() == f"Words {EVIL}"


def pixels(page) -> list[tuple[int, ...]]:
    """Colours of a screenshot, thinned out."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(page.screenshot())) as image:
        small = image.convert("RGB").resize((320, 180), Image.Resampling.NEAREST)
        return [color for _, color in small.getcolors(1 << 20)]
