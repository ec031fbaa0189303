"""Small results of each kind, pinned: the same key must always stand for the same result.

If a test here fails, a request gives another result than the one that is shipped and cached under
its key. Either that was a mistake, or `embeddings.types.FORMAT` must be raised, the new digests be
written down here and everything that is shipped be built again (`python -m embeddings build`).

Only numbers that are the same on every machine are pinned: counts, orders, labels, no rounding.
UMAP's maps and Word2Vec's vectors have none of these; of them the settings are pinned.
"""

from __future__ import annotations

import hashlib
import json
from itertools import product

import numpy as np
import pytest

from embeddings import clusters, methods, neighbors, projection, vocabulary
from embeddings.probes import agreement, scorecard, trust
from embeddings.types import FORMAT, EmbeddingTable, Projection, Spec, Vocabulary

WORDS = ("king", "queen", "music", "violin", "water", "river", "city", "london", "good", "the")

PINNED = {
    "vocabulary": "45263d34a4ba",
    "one_hot": "c6311eb8663b",
    "document_counts": "5bb625e1f9e0",
    "cooccurrence": "720d4f60cfca",
    "document_counts order": "6f51c6ec769e",
    "cooccurrence contexts dimensions order": "c5c6958d49e0",
    "glove order": "7522e360e710",
    "glove centred order": "5c8848d810ba",
    "bert order": "7fe6cb895d04",
    "bert_in_context sentences order": "cf9e7ed448c0",
    "neighbors": "f7b045fb04d5",
    "projection": "756e16483752",
    "clusters": "1e433278adf2",
    "agreement": "8be220d0cfd3",
    "trust": "89da4315a7b7",
    "vocabulary corpus": "d569c0667a41",
    "vocabulary wordpieces": "e2361c121b65",
    "scorecard": "760fd2aefaf7",
    "settings": "14ab35352f0f",
}


def digest(content: object) -> str:
    text = json.dumps(content, default=lambda array: np.asarray(array).tolist())
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def check(name: str, content: object) -> None:
    assert FORMAT == 1, "write the digests of the new format down"
    assert digest(content) == PINNED[name]


def embedded(key: str, **parameters: object) -> EmbeddingTable:
    method = methods.get(key)
    return methods.embed(method.spec("own", "wikipedia", parameters=parameters), WORDS)


def order_of_neighbours(table: EmbeddingTable) -> object:
    return neighbors.nearest(table, k=5)[0]


def test_vocabulary() -> None:
    words = vocabulary.build("topics")
    content = [words.words, words.topics, words.topic, words.part_of_speech, words.count]
    check("vocabulary", content)


@pytest.mark.parametrize(
    ("key", "parameters"),
    [
        ("one_hot", {}),
        ("document_counts", {"weighting": "raw"}),
        ("cooccurrence", {"weighting": "raw", "dimensions": 0, "contexts": 300}),
    ],
)
def test_tables_of_counts(key: str, parameters: dict[str, object]) -> None:
    table = embedded(key, **parameters)
    rows, columns = table.vectors.nonzero()
    check(key, [table.words, table.missing, rows, columns, table.vectors.astype(int).data])


@pytest.mark.parametrize(
    ("key", "parameters"),
    [
        ("document_counts", {}),
        ("cooccurrence", {"contexts": 300, "dimensions": 10}),
        ("glove", {}),
        ("glove", {"centred": True}),
        ("bert", {}),
        ("bert_in_context", {"sentences": 2}),
    ],
)
def test_tables_by_the_order_of_their_neighbours(key: str, parameters: dict[str, object]) -> None:
    table = embedded(key, **parameters)
    name = f"{key} {' '.join(parameters)} order".replace("  ", " ")
    check(name, [table.words, table.missing, order_of_neighbours(table)])


def test_neighbors_with_their_ties() -> None:
    """The corners of a cube in four dimensions: every cosine is exactly -1, -1/2, 0, 1/2 or 1."""
    corners = np.array(list(product((-1, 1), repeat=4)), dtype=np.float32)
    table = EmbeddingTable(tuple(map(str, range(16))), corners, Spec("corners"))
    indices, similarities = neighbors.nearest(table, k=8)
    check("neighbors", [indices, (similarities * 2).astype(int)])


def test_a_pca() -> None:
    grid = np.array([[x, y, x * y % 3] for x in range(6) for y in range(5)], dtype=np.float32)
    table = EmbeddingTable(tuple(map(str, range(30))), grid, Spec("grid"))
    shown = projection.project(table, None, projection.spec(table.spec, "pca"))
    check("projection", np.rint(shown.coordinates * 100).astype(int))


def test_clusters() -> None:
    corners = np.repeat(np.eye(4, dtype=np.float32), (9, 8, 7, 6), axis=0)
    aside = np.roll(corners, 1, axis=1) * ((np.arange(30) * 7 % 30) / 100)[:, None] ** 1.5
    points = (corners + aside).astype(np.float32)
    words = tuple(f"{'abcd'[i % 4]}word{i}" for i in range(30))
    none = np.full(30, -1)
    known = Vocabulary("own", words, (), none.astype("i2"), (), none.astype("i1"), none)
    found = clusters.find(
        EmbeddingTable(words, points, Spec("corners")), known, clusters.spec(Spec("corners"), 4)
    )
    check("clusters", [found.labels, found.names])


def test_an_agreement() -> None:
    """Corners of a cube again, and the same seen from three sides only: half of each are twins."""
    corners = np.array(list(product((-1, 1), repeat=4)), dtype=np.float32)
    words = tuple(map(str, range(16)))
    tables = [EmbeddingTable(words, corners[:, :n], Spec(f"{n} sides", "corners")) for n in (4, 3)]
    nears = [neighbors.find(table, neighbors.spec(table.spec)) for table in tables]
    none = np.full(16, -1)
    known = Vocabulary("corners", words, (), none.astype("i2"), (), none.astype("i1"), none)
    found = agreement.many(tables, nears, known)[0]
    numbers = [*found.overlaps, found.cka, found.rsa]
    check("agreement", [found.common, [round(each.value * 1000) for each in numbers]])


def test_trust() -> None:
    steps = np.arange(1, 31, dtype=np.float32)
    angle = 2 * (steps / 30) ** 1.37
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    table = EmbeddingTable(tuple(map(str, range(30))), arc, Spec("arc"))
    request = projection.spec(table.spec, "pca")
    shown = Projection(np.stack([np.abs(steps - 11.3) ** 1.3, 0 * steps], axis=1), request)
    near = neighbors.find(table, neighbors.spec(table.spec))
    found = trust.judge(table, near, shown, trust.spec(request, k=4))
    worst = 4 * (2 * 30 - 3 * 4 - 1) / 2
    places = np.stack([found.trustworthiness, found.continuity]) * worst
    check("trust", [np.rint(places).astype(int), np.rint(found.recall * 4).astype(int)])


def test_words_that_are_searched_and_not_mapped() -> None:
    for name in ("corpus", "wordpieces"):
        check(f"vocabulary {name}", vocabulary.build(name).words)


def test_scorecard() -> None:
    """One-hot answers every question by lot: which words are known and which lots are drawn."""
    words = vocabulary.build("topics").words
    table = methods.embed(methods.get("one_hot").spec("topics"), words)
    found = scorecard.measure(table, scorecard.spec(table.spec))
    arrays = (found.attempted, found.right, found.nearest, found.answer)
    check("scorecard", [*(array.astype(int) for array in arrays), found.words])


def test_settings_that_stand_for_results_without_stable_numbers() -> None:
    table = methods.get("word2vec").spec()
    check("settings", [table.canonical, projection.spec(table).canonical])
