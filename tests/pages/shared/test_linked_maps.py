"""The component gets addresses, never data."""

import json

from pages.shared import linked_maps


def test_a_map_is_described_by_addresses(small_map):
    about = linked_maps.describe(small_map, "/space")
    key = small_map.projection.key
    assert about["projection"].startswith(f"/space/data/projection/{key}?v=")
    assert f"/neighbors/{small_map.neighbors.key}?" in about["neighbors"]
    assert about["nearest"] is None
    assert about["caption"].endswith("words · GloVe · PCA, seed 42")
    assert len(json.dumps(about)) < 1000


def test_the_files_have_one_digest():
    files = linked_maps.files()
    assert "main.js" in files.content
    assert len(files.digest) == 20
    assert linked_maps.files() is files
