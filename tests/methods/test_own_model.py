"""Models that people name: they read words as transformers does, and are plainly refused else."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from embeddings import methods, recipes, sources, vocabulary
from embeddings.caching import own_folder, visits_place
from embeddings.errors import Cancelled, UserError
from embeddings.methods import _models as models
from embeddings.sources import bundle, gensim_data
from embeddings.sources.content import Content
from embeddings.store import Store
from embeddings.types import ModelSpec, NeighborsSpec, Spec, request_from_json

WORDS = ("king", "unkindness", "hot", "frost")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
UPLOAD = "own-" + "a" * 20


@pytest.fixture
def store(monkeypatch, tmp_path) -> Store:
    """An empty cache, with the folder in which a visitor's model is looked for."""
    monkeypatch.setenv("LSE_CACHE", str(tmp_path / "cache"))
    upload = visits_place() / "here" / UPLOAD
    upload.mkdir(parents=True)
    (upload / "upload.json").write_text("{}")
    return Store(None, tmp_path / "cache")


def named(model: str | Path, store: Store) -> str:
    return str(recipes.fetch(ModelSpec(UPLOAD, str(model)), store).content["name"])


def refused(model: str | Path, store: Store, match: str) -> None:
    with pytest.raises(UserError, match=match) as failure:
        named(model, store)
    assert "\n" not in str(failure.value)
    place = visits_place() / "here"
    assert [path.name for path in place.iterdir()] == [UPLOAD], "nothing is left behind"
    assert {path.name for path in (place / UPLOAD).iterdir()} <= {"upload.json", "locks"}


def slowly(folder: Path, word: str, layer: int) -> np.ndarray:
    """Return what transformers says of a word, called on it alone."""
    from transformers import AutoModel, AutoTokenizer

    pieces = AutoTokenizer.from_pretrained(folder)(word, return_tensors="pt")
    with torch.no_grad():
        model = AutoModel.from_pretrained(folder).eval()
        hidden = model(**pieces, output_hidden_states=True).hidden_states[layer][0]
    return hidden[1:-1].mean(dim=0).numpy()


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_it_reads_words_as_transformers_does(small_bert, store, layer):
    method = methods.get(named(small_bert, store))
    table = methods.embed(method.spec(parameters={"layer": layer}), (*WORDS, "💥"))
    assert table.words == WORDS and table.missing == ("💥",) and table.dim == method.dim == 32
    for word in WORDS:
        np.testing.assert_allclose(table.vector(word), slowly(small_bert, word, layer), atol=1e-5)


def test_what_it_says_of_itself(small_bert, store):
    name = named(small_bert, store)
    method, source = methods.get(name), sources.get(name)
    assert method.label == source.title == "small-bert (folder)" and source.kind == "model"
    assert method.dense and not method.by_lot and method.own_words == "wordpieces"
    assert method.spec()["layer"] == 2 and not recipes.is_cheap(method.spec())
    with pytest.raises(UserError, match="from 0 to 2"):
        method.spec(parameters={"layer": 3})


def test_phrases_of_any_length_are_read_as_far_as_the_model_can(small_bert, store):
    method = methods.get(named(small_bert, store))
    table = methods.embed(method.spec(), ("king", "the king " * 300, "x" * 5_000))
    assert len(table) == 2 and np.isfinite(table.vectors).all()


def test_results_lie_with_it_and_go_with_it(small_bert, store):
    name = named(small_bert, store)
    words = sources.put(Content("words", WORDS), "mine", visits_place() / "here")
    near = NeighborsSpec(methods.get(name).spec(words), k=2)
    found = recipes.fetch(near, store)
    assert found.spec == near
    kept = [*own_folder(name).rglob("*.npz"), *own_folder(words).rglob("*.npz")]
    assert len(kept) >= 3 and not any("own" not in path.parts for path in kept)
    sources.remove(name, visits_place() / "here")
    with pytest.raises(UserError, match="not here any more"):
        methods.get(name)


def test_it_has_no_words_and_no_text_of_its_own(small_bert, store):
    name = named(small_bert, store)
    with pytest.raises(UserError, match="without a list of words"):
        vocabulary.build(name)
    with pytest.raises(UserError):
        recipes.fetch(Spec("word2vec", "topics", corpus=name), store)


def test_another_model_under_the_same_title_is_another_source(small_bert, made_bert, store):
    other = made_bert("elsewhere/small-bert")
    first = named(small_bert, store)
    second = named(other, store)
    assert first != second and sources.title(first) == sources.title(second)
    assert named(small_bert, store) == first


def test_a_folder_that_changed_is_not_taken_for_the_one_that_was_named(made_bert, store):
    name = named(folder := made_bert(), store)
    (folder / "model.safetensors").touch()
    with pytest.raises(UserError, match="have changed"):
        methods.embed(methods.get(name).spec(), WORDS)


def test_folders_that_hold_no_bert_in_safetensors(made_bert, store, tmp_path):
    refused(tmp_path / "nowhere", store, "There is no folder")
    refused(tmp_path / "cache" / ".." / "..", store, "no config.json")
    folder, opened = made_bert(), tmp_path / "opened"

    class Trap:
        def __reduce__(self):
            return open, (str(opened), "w")

    (folder / "model.safetensors").unlink()
    refused(folder, store, "has no safetensors")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Trap()))
    refused(folder, store, "has no safetensors")
    assert not opened.exists()
    about = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(about | {"model_type": "gpt2"}))
    refused(folder, store, "not a BERT but 'gpt2'")


@pytest.mark.parametrize(
    "name",
    ["a/../b", "../../etc", "<img src=x onerror=alert(1)>", "", "x" * 500, "=cmd|' /C calc'!A0"],
)
def test_names_that_are_none(name, store):
    refused(name, store, "name|folder|no model")


def test_the_packaged_one_is_a_method_already(store):
    refused("packaged", store, r"BERT \(MiniLM\)")


def test_one_of_the_hub_stays_the_commit_that_was_fetched(hub, small_bert, store, monkeypatch):
    hub.models["somebody/small"] = small_bert
    heard: list[tuple[float, str]] = []
    request = ModelSpec(UPLOAD, "somebody/small@main")
    made = recipes.fetch(request, store, lambda *said: heard.append(said))
    name = str(made.content["name"])
    assert sources.get(name).content.origin["model"] == f"somebody/small@{COMMIT}"
    assert sources.title(name) == "somebody small"
    assert any(said.startswith("Fetching somebody/small") and f > 0.05 for f, said in heard)
    models._loaded.cache_clear()
    monkeypatch.setattr(models, "ENDPOINT", "http://127.0.0.1:9")
    table = methods.embed(methods.get(name).spec(), WORDS)
    np.testing.assert_allclose(table.vector("king"), slowly(small_bert, "king", 2), atol=1e-5)


def test_fetching_stops_when_told_to(hub, small_bert, store):
    hub.models["somebody/small"] = small_bert

    def stop(fraction: float, message: str) -> None:
        if message.startswith("Fetching") and fraction > 0.05:
            raise Cancelled

    with pytest.raises(Cancelled):
        recipes.fetch(ModelSpec(UPLOAD, "somebody/small"), store, stop)


def test_what_the_hub_does_not_have_and_a_hub_that_is_not_there(hub, store, monkeypatch):
    refused("somebody/nothing", store, "no public model 'somebody/nothing'")
    monkeypatch.setattr(models, "ENDPOINT", "http://127.0.0.1:9")
    refused("somebody/other", store, "no network")


def test_a_saved_page_names_a_model_and_opens_none(small_bert, store, tmp_path):
    name = named(small_bert, store)
    page = bundle.Page("compare", {"maps": name}, sources=((name, "small-bert (folder)"),))
    bundle.write(page, True, tmp_path / "page.lse")
    found, brought = bundle.read(tmp_path / "page.lse")
    assert found.sources == page.sources and not brought
    from safetensors.numpy import save_file

    header = {"version": bundle.VERSION, "page": "", "query": {}, "fragment": "", "requests": []}
    about = {"name": name, "title": "x", "kind": "model", "columns": [], "origin": {"model": "/"}}
    tensors = {"0.labels": np.empty(0, np.uint8), "version": np.array([1], np.int32)}
    text = json.dumps(header | {"sources": [about]})
    save_file(tensors, tmp_path / "trap.lse", {"page": text})
    with pytest.raises(UserError):
        bundle.read(tmp_path / "trap.lse")


def test_the_request_comes_back_from_its_text():
    request = ModelSpec(UPLOAD, "gensim:glove-wiki-gigaword-50")
    assert request_from_json(request.canonical) == request and request.brought == (UPLOAD,)
    assert gensim_data.named(request.model) == "glove-wiki-gigaword-50"
