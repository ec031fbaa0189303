"""Recipes: everything is made from what it depends on, once, and found again afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import methods, neighbors, projection, recipes, vocabulary
from embeddings.errors import Cancelled, UserError
from embeddings.methods import Method, Parameter, glove
from embeddings.probes import agreement, trust
from embeddings.store import Store
from embeddings.types import (
    Agreement,
    Clusters,
    EmbeddingTable,
    Neighbors,
    Projection,
    Spec,
    Trust,
    Vocabulary,
    VocabularySpec,
)

WORDS = {"small": glove.glove_words()[100:160], "large": glove.glove_words()[:400]}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A method that learns and counts how often, and two vocabularies, one within the other."""
    made: list[int] = []

    def learn(spec: Spec, words: Sequence[str], progress: Any) -> Any:
        made.append(len(words))
        progress(0.5, "Learning")
        known = [word for word in words if word != WORDS["small"][0]]
        return known, np.array(glove.matrix()[[glove.index()[word] for word in known]])

    plain = dict.fromkeys(("reference", "reference_url", "summary", "explanation"), "")
    plain |= dict.fromkeys(("numbers", "sees", "misses"), "")
    method = Method("counted", "Counted", 2000, learns_from="corpus", compute=learn, **plain)
    own = replace(method, key="own", own_vocabulary=True)
    fixed = replace(method, key="fixed", by_lot=False)
    known = {each.key: each for each in (method, own, fixed)}
    monkeypatch.setattr(methods, "available", lambda kind=methods.WORDS: known)

    def build(name: str, progress: Any = None) -> Vocabulary:
        none = np.full(len(WORDS[name]), -1)
        count = np.arange(len(none))[::-1]
        return Vocabulary(name, WORDS[name], (), none.astype("i2"), (), none.astype("i1"), count)

    monkeypatch.setattr(vocabulary, "build", build)
    monkeypatch.setattr(vocabulary, "check", lambda name: name)
    monkeypatch.setattr(vocabulary, "parent", {"small": "large", "large": None}.get)
    return made


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(None, tmp_path)


def spec(vocabulary_name: str, method: str = "counted", **parameters: Any) -> Spec:
    return methods.get(method).spec(vocabulary_name, parameters=parameters)


def test_a_result_is_made_once_and_everything_it_needs_is_kept(
    calls: list[int], store: Store
) -> None:
    request = projection.spec(spec("large"), parameters={"n_epochs": 50})
    heard: list[tuple[float, str]] = []
    made = recipes.fetch(request, store, lambda *report: heard.append(report))
    assert isinstance(made, Projection) and made.coordinates.shape == (399, 2)
    fractions = [fraction for fraction, _ in heard]
    assert fractions == sorted(fractions) and fractions[0] >= 0 and fractions[-1] == 1
    told = " ".join(message for _, message in heard)
    assert "Learning" in told and "neighbours" in told and "epoch" in told
    for part in (VocabularySpec("large"), request.table, neighbors.spec(request.table), request):
        assert store.has(part)
    again = recipes.fetch(request, store)
    assert isinstance(again, Projection)
    assert np.array_equal(made.coordinates, again.coordinates) and calls == [400]


def test_words_of_a_smaller_vocabulary_are_taken_from_the_larger(
    calls: list[int], store: Store
) -> None:
    small = recipes.fetch(spec("small"), store)
    assert isinstance(small, EmbeddingTable) and calls == [400]
    assert (small.words, small.missing) == (WORDS["small"][1:], WORDS["small"][:1])
    assert np.array_equal(small.vector(small.words[3]), glove.matrix()[104])


def test_what_learned_the_whole_corpus_has_learned_its_frequent_words(
    calls: list[int], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = dict(methods.available())
    often = (Parameter("min_count", "", 5, "", low=1),)
    known["often"] = replace(known["counted"], key="often", parameters=often)
    monkeypatch.setattr(methods, "available", lambda kind=methods.WORDS: known)
    monkeypatch.setitem(WORDS, "corpus", WORDS["large"])
    monkeypatch.setitem(WORDS, "other", (*WORDS["large"][:50], "zzz"))
    monkeypatch.setattr(vocabulary, "parent", lambda name: None)
    every = recipes.fetch(spec("corpus", "often"), store)
    assert isinstance(every, EmbeddingTable) and calls == [400]
    other = recipes.fetch(spec("other", "often"), store)
    assert isinstance(other, EmbeddingTable) and calls == [400]
    assert other.spec == spec("other", "often") and other.missing == ("zzz",)
    assert np.array_equal(other.vectors, every.vectors[:50])
    monkeypatch.setitem(WORDS, "other", WORDS["large"][:50])
    for apart in (
        spec("other", "often", min_count=4),
        replace(spec("other", "often"), seed=1),
        replace(spec("other", "often"), corpus="wikipedia"),
    ):
        before = len(calls)
        recipes.fetch(apart, store)
        assert len(calls) == before + 1


def test_centring_is_by_the_mean_of_the_vocabulary_and_learns_nothing_again(
    calls: list[int], store: Store
) -> None:
    for name in ("small", "large"):
        plain = recipes.fetch(spec(name), store)
        centred = recipes.fetch(spec(name, centred=True), store)
        assert isinstance(plain, EmbeddingTable) and isinstance(centred, EmbeddingTable)
        assert centred.spec == spec(name, centred=True) and centred.missing == plain.missing
        assert np.allclose(centred.vectors, plain.vectors - plain.vectors.mean(axis=0), atol=1e-5)
    assert calls == [400]


def test_a_method_whose_vectors_depend_on_the_vocabulary_learns_each(
    calls: list[int], store: Store
) -> None:
    recipes.fetch(spec("small", "own"), store)
    assert calls == [60]


def test_neighbours_and_groups_belong_to_the_words_of_the_table(
    calls: list[int], store: Store
) -> None:
    from embeddings import clusters

    near = recipes.fetch(neighbors.spec(spec("small"), k=10), store)
    groups = recipes.fetch(clusters.spec(spec("small")), store)
    assert isinstance(near, Neighbors) and near.indices.shape == (59, 10)
    assert isinstance(groups, Clusters) and groups.labels.shape == (59,) and groups.names


def test_an_agreement_comes_from_both_tables_and_their_neighbours(
    calls: list[int], store: Store
) -> None:
    one, other = spec("small"), spec("small", centred=True)
    heard: list[float] = []
    request = agreement.spec(other, one)
    found = recipes.fetch(request, store, lambda done, _: heard.append(done))
    assert isinstance(found, Agreement) and found.spec == request
    assert len(found.ids) == 59 and found.ids[0] == 1 and 0 < found.overlap(15).value < 1
    assert heard == sorted(heard) and heard[-1] == 1
    for part in (neighbors.spec(one), neighbors.spec(other), request):
        assert store.has(part)
    assert calls == [400]


def test_the_floor_of_what_is_learned_takes_learning_it_again(
    calls: list[int], store: Store
) -> None:
    floor = recipes.fetch(agreement.floor_spec(spec("small")), store)
    assert isinstance(floor, Agreement) and calls == [400, 400]
    assert store.has(replace(spec("large"), seed=43))
    assert floor.cka.value == pytest.approx(1)


def test_what_draws_nothing_by_lot_has_the_same_vectors_for_every_seed(
    calls: list[int], store: Store
) -> None:
    for name in ("small", "large"):
        other = replace(spec(name, "fixed"), seed=43)
        assert recipes.kept_as(other) == spec("large", "fixed")
        table = recipes.fetch(other, store)
        assert isinstance(table, EmbeddingTable) and table.spec == other
    recipes.fetch(replace(spec("small", "fixed", centred=True), seed=43), store)
    floor = recipes.fetch(agreement.floor_spec(spec("small", "fixed")), store)
    assert isinstance(floor, Agreement) and floor.overlap(15).value == 1
    assert calls == [400]


@pytest.mark.parametrize(("algorithm", "drawn"), [("umap", {42, 43}), ("pca", {42})])
def test_a_map_is_judged_beside_that_of_the_next_seed(
    calls: list[int], store: Store, algorithm: str, drawn: set[int]
) -> None:
    heard: list[float] = []
    shown = projection.spec(spec("small"), algorithm, parameters={"n_epochs": 50})
    found = recipes.fetch(trust.spec(shown), store, lambda done, _: heard.append(done))
    assert isinstance(found, Trust) and found.trustworthiness.shape == (59,)
    assert heard == sorted(heard) and heard[-1] == 1
    assert ("seeds_shared" in found.summary) == (algorithm == "umap")
    assert all(store.has(replace(shown, seed=seed)) == (seed in drawn) for seed in (42, 43))


def test_a_long_map_is_judged_without_all_neighbours_and_drawn_once(
    calls: list[int], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "EVERY_WORD_UP_TO", 300)
    monkeypatch.setattr(trust, "SAMPLE", 50)
    shown = projection.spec(spec("large"), "pca")
    found = recipes.fetch(trust.spec(shown), store)
    assert isinstance(found, Trust) and found.asked.sum() == 50
    assert not store.has(neighbors.spec(shown.table))


def test_a_damaged_result_is_made_again(calls: list[int], store: Store) -> None:
    request = spec("large")
    recipes.fetch(request, store)
    path = store.path("table", request.key)
    assert path is not None
    path.with_suffix(".npz").write_bytes(b"nonsense")
    assert isinstance(recipes.fetch(request, store), EmbeddingTable)
    assert calls == [400, 400] and store.problem(path) == ""


def test_results_flow_where_nothing_can_be_kept(calls: list[int], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for nowhere in (Store(), Store(None, tmp_path / "file")):
        near = recipes.fetch(neighbors.spec(spec("large"), k=5), nowhere)
        assert isinstance(near, Neighbors)


def test_vectors_that_cannot_be_kept_are_learned_once_by_a_process(
    calls: list[int], tmp_path: Path
) -> None:
    from embeddings import clusters

    (tmp_path / "file").touch()
    nowhere = Store(None, tmp_path / "file")
    table = spec("large")
    for request in (table, neighbors.spec(table, k=5), clusters.spec(table), spec("small")):
        recipes.fetch(request, nowhere)
    assert calls == [400]


def test_what_the_vectors_of_a_map_are_kept_as(calls: list[int]) -> None:
    assert recipes.kept_as(spec("large")) == spec("large")
    assert recipes.kept_as(spec("small")) == spec("large")
    assert recipes.kept_as(spec("small", "own")) == spec("small", "own")
    assert recipes.kept_as(spec("small", centred=True)) == spec("small", centred=True)


def test_cancelling_leaves_nothing_half_made_and_nothing_locked(
    calls: list[int], store: Store
) -> None:
    def cancel(fraction: float, message: str) -> None:
        raise Cancelled

    request = neighbors.spec(spec("large"))
    with pytest.raises(Cancelled):
        recipes.fetch(request, store, cancel)
    assert not store.has(request) and not store.has(request.table)
    assert isinstance(recipes.fetch(request, store), Neighbors)


def test_vectors_that_are_only_looked_up_are_not_kept(store: Store) -> None:
    for method in ("one_hot", "glove"):
        assert recipes.is_cheap(methods.get(method).spec("topics"))
    for method in ("word2vec", "bert", "cooccurrence"):
        assert not recipes.is_cheap(methods.get(method).spec("topics"))
    assert not recipes.is_cheap(VocabularySpec("topics"))


def test_what_is_shipped_is_one_of_each_and_in_the_order_of_making() -> None:
    for method in methods.available():
        requests = recipes.shipped(method, "common-10k")
        assert [type(r).kind for r in requests] == [
            "vocabulary",
            "table",
            "neighbors",
            "projection",
            "projection",
            "projection",
            "clusters",
            "trust",
            "trust",
            "trust",
            "agreement",
        ]
        assert len({r.key for r in requests}) == len(requests)
    pairs = recipes.shipped_pairs(methods.available(), "common-10k")
    assert len({r.key for r in pairs}) == len(pairs) == 21
    big = {r.kind for r in recipes.shipped("glove", "glove-400k")}
    assert not big & {"neighbors", "trust", "agreement"}
    assert recipes.shipped_pairs(("glove", "bert"), "glove-400k") == ()
    with pytest.raises(UserError):
        recipes.shipped("glvoe", "common-10k")
    with pytest.raises(UserError):
        recipes.shipped("glove", "common")


def test_two_processes_make_the_same_result_once(tmp_path: Path, repo: Path) -> None:
    script = str(repo / "tests" / "recipes_process.py")
    running = [
        subprocess.Popen(
            [sys.executable, script, str(tmp_path), name],
            env=os.environ | {"PYTHONPATH": str(repo)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    made = [process.communicate(timeout=120)[0].strip() for process in running]
    assert sorted(made) == ["0", "1"]


def test_a_web_process_imports_none_of_the_heavy_packages(repo: Path) -> None:
    code = (
        "import sys; from embeddings import recipes, store; recipes.shipped('bert', 'topics')"
        "; heavy = 'torch transformers gensim numba umap sklearn faiss distributed streamlit'"
        "; print(*[name for name in heavy.split() if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_what_is_learned_for_ones_own_words_is_learned_once_for_all():
    own = [methods.get("word2vec").spec(f"own-{digit * 20}") for digit in "12"]
    kept = {recipes.kept_as(spec) for spec in own}
    assert len(kept) == 1
    (table,) = kept
    assert table and table.vocabulary == vocabulary.TRAINED and not table.brought
    centred = replace(own[0], parameters=(*own[0].parameters[1:], ("centred", True)))
    assert recipes.kept_as(centred) == centred  # which hangs on the words
