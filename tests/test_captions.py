"""Two maps that differ have captions and file names that differ."""

import re

import numpy as np
import pytest

from embeddings import methods, projection, sources
from embeddings.captions import caption, file_name, names
from embeddings.sources.content import Content


def request(method, dimensions=2, algorithm="umap", seed=42, training=42, **parameters):
    own = {p.name for p in projection.PARAMETERS}
    table = methods.get(method).spec(
        "common-10k",
        seed=training,
        parameters={name: v for name, v in parameters.items() if name not in own},
    )
    of_map = {name: v for name, v in parameters.items() if name in own}
    return projection.spec(table, algorithm, dimensions, seed, of_map)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (request("glove"), "9 words · GloVe 50d · UMAP, 15 neighbours, seed 42"),
        (
            request("bert", layer=0),
            "9 words · BERT (MiniLM) · layer 0 · UMAP, 15 neighbours, seed 42",
        ),
        (
            request("glove", seed=7, min_dist=0.5, metric="euclidean", centred=True),
            "9 words · GloVe 50d · centred · "
            "UMAP, 15 neighbours, least distance 0.5, distance euclidean, seed 7",
        ),
        (request("glove", algorithm="pca"), "9 words · GloVe 50d · PCA, 12% of the variance"),
        (
            request("word2vec", training=3, window=9, n_epochs=100),
            "9 words · Word2Vec · window 9 · training seed 3 · "
            "UMAP, 15 neighbours, epochs 100, seed 42",
        ),
    ],
)
def test_a_caption_says_all_that_is_unusual(of, said):
    notes = {"variance_kept": 0.123} if of.algorithm == "pca" else {}
    assert caption(of, 9, notes) == said
    assert caption(of, 9, notes, 1234) == said + " · 1,234 words without a vector"


def test_no_two_maps_share_a_file_name():
    usual = request("glove")
    assert file_name(usual) == "glove-common-10k-2d"
    assert file_name(request("glove", 3)) == "glove-common-10k-3d"
    others = [
        request("glove", seed=7),
        request("glove", algorithm="pca"),
        request("glove", centred=True),
        request("glove", n_neighbors=30),
    ]
    names = {file_name(other) for other in others}
    assert len(names) == len(others)
    assert file_name(usual) not in names
    assert all(f"-{other.key[:6]}" in file_name(other) for other in others)


@pytest.mark.parametrize(
    ("maps", "named"),
    [
        ([request("glove"), request("bert")], ["GloVe", "BERT (MiniLM)"]),
        (
            [request("word2vec"), request("word2vec", window=9)],
            ["Word2Vec", "Word2Vec · window 9"],
        ),
        ([request("glove"), request("glove")], ["GloVe (1)", "GloVe (2)"]),
        ([request("glove"), request("glove", algorithm="pca")], ["GloVe · UMAP", "GloVe · PCA"]),
        (
            [request("glove"), request("glove", seed=7)],
            ["GloVe · UMAP, 15 neighbours, seed 42", "GloVe · UMAP, 15 neighbours, seed 7"],
        ),
    ],
)
def test_maps_beside_each_other_are_told_apart_in_few_words(maps, named):
    assert names(maps) == named


@pytest.mark.parametrize("title", ["Ünï & co", "../../etc/passwd", "a" * 200, "CON", "三 語"])
def test_a_file_of_ones_own_data_has_a_name_that_every_system_takes(title, monkeypatch, tmp_path):
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    own = sources.put(Content("vectors", ("a", "b"), np.eye(2, dtype=np.float32)), title)
    table = methods.get(own).spec(own)
    found = file_name(projection.spec(table))
    assert re.fullmatch(r"[a-z0-9-]{10,140}", found), found
    assert sources.title(own) in caption(projection.spec(table), 2)
