"""The component gets addresses, never data."""

import json
import re

from pages.shared import linked_maps


def test_a_map_is_described_by_addresses(small_map):
    about = linked_maps.describe(small_map, "/space")
    key = small_map.projection.key
    assert about["projection"].startswith(f"/space/data/projection/{key}?v=")
    assert f"/neighbors/{small_map.neighbors.key}?" in about["neighbors"]
    assert about["nearest"] is None
    assert re.search(r"words · GloVe 50d · PCA, \d+% of the variance$", about["caption"])
    assert about["file"] == f"glove-topics-2d-{key[:6]}"
    assert len(json.dumps(about)) < 1000


def test_the_files_have_one_digest():
    files = linked_maps.files()
    assert "main.js" in files.content
    assert len(files.digest) == 20
    assert linked_maps.files() is files
