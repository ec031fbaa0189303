"""The page of attention, part by part: its address, who may name a folder, packs, examples."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st_app
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from embeddings import recipes
from embeddings.errors import UserError
from embeddings.figures.packs import unpack
from embeddings.inside import attention
from embeddings.jobs.settings import Settings
from embeddings.types import FillIn, Filling, FillInSpec
from pages.shared import access, alone, routes
from pages.shared.attention import asking as addresses
from pages.shared.attention import blank, component, folders, gallery, pack, reading
from pages.shared.attention.asking import Asking

# The address ----------------------------------------------------------------------------------


@pytest.mark.parametrize("view", addresses.VIEWS)
def test_without_a_query_each_view_shows_something(view):
    asking, problems = addresses.read({"view": view})
    assert asking.view == view and asking.text and not problems


@pytest.mark.parametrize(
    "asking",
    [
        Asking("text", text="a b", pair="c", layer=2, head=4, shown="mean"),
        Asking("sides", text="a <b>", other="a & c", word="a", model="google-bert/x", layer=3),
        Asking("blank", text="the ___ day", model="/srv/bert"),
        Asking("text", text=""),
    ],
)
def test_an_address_is_read_as_it_was_written(asking):
    assert addresses.read(addresses.write(asking)) == (asking, ())


@given(
    st.dictionaries(
        st.sampled_from(["view", "text", "pair", "other", "model", "layer", "head", "shown"]),
        st.text() | st.sampled_from(["0", "-1", "9" * 50, "²", "sides", "rollout"]),
    )
)
def test_any_address_can_be_read(query):
    asking, _ = addresses.read(query)
    assert asking.view in addresses.VIEWS and asking.shown in addresses.SHOWN
    assert 1 <= asking.layer <= addresses.MOST and 1 <= asking.head <= addresses.MOST
    assert len(asking.text) <= attention.LONGEST


# Who may name a folder ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "is_it"),
    [
        ("localhost:8501", True),
        ("127.0.0.1:8501", True),
        ("127.0.0.1", True),
        ("[::1]:8501", True),
        ("192.168.0.7:8501", False),
        ("localhost.example.org", False),
        ("example.org", False),
        ("", False),
        ("[", False),
    ],
)
def test_only_this_machine_is_loopback(host, is_it):
    assert alone.is_loopback(host) is is_it


class Visit:
    def __init__(self, host: str, ip: str | None = None, **headers: str) -> None:
        self.headers, self.ip_address = {"Host": host, **headers}, ip


@pytest.mark.parametrize(
    ("visit", "setting", "may"),
    [
        (Visit("localhost:8501"), "", True),
        (Visit("localhost:8501", ip="192.168.0.9"), "", False),
        (Visit("teacher.local:8501"), "", False),
        (Visit("localhost:8501", **{"X-Forwarded-For": "192.168.0.9"}), "", False),
        (Visit("localhost:8501"), "0", False),
        (Visit("teacher.local:8501", ip="192.168.0.9"), "1", True),
    ],
)
def test_folders_are_for_who_sits_at_the_machine_or_as_it_is_set(visit, setting, may, monkeypatch):
    monkeypatch.setattr(st_app, "context", visit)
    monkeypatch.setenv("LSE_FOLDERS", setting)
    assert folders.allowed() is may
    folders.check("packaged")
    folders.check("google-bert/bert-base-uncased")
    if may:
        folders.check("/srv/bert")
    else:
        with pytest.raises(UserError, match="one person"):
            folders.check("/srv/bert")


def test_the_setting_is_checked():
    with pytest.raises(UserError, match="LSE_FOLDERS"):
        Settings.from_environment({"LSE_FOLDERS": "yes"})
    assert Settings.from_environment({}).folders is None


# What the browser gets ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result():
    spec = attention.spec("The train waits for the train", "A pair.")
    return recipes.fetch(spec)


def test_the_pack_holds_what_was_measured(result):
    meta, arrays = unpack(pack.pack(result))
    assert np.array_equal(arrays["weights"].view(np.float16), result.weights)
    rollout = arrays["rollout"].view(np.float16)
    np.testing.assert_allclose(rollout, attention.rollout(result.weights), atol=1e-3)
    mean = arrays["mean"].view(np.float16).astype(float)
    np.testing.assert_allclose(mean.sum(axis=-1), 1, atol=2e-3)
    assert meta["words"] == list(attention.words_of(result.spec, result.tokens))
    assert meta["favourites"][0][2] == "previous" and meta["texts"][1] == "A pair."
    assert len(meta["tokens"]) == len(result.tokens)


def test_a_route_sends_it_to_who_has_seen_its_page(result):
    with TestClient(Starlette(routes=list(routes.routes()))) as client:
        assert client.get("/data/attention/" + "0" * 20).status_code == 404
        assert client.get("/data/attention/..%2F..%2Fx").status_code == 404
        access.remember(result.spec)
        answer = client.get(f"/data/attention/{result.spec.key}")
        assert answer.status_code == 200 and answer.content == pack.pack(result)
        files = component.files()
        for name in files.content:
            answer = client.get(f"/attention_view/{files.digest}/{name}")
            assert answer.headers["content-type"].startswith("text/javascript")
        assert client.get(f"/attention_view/{files.digest}/nothing.js").status_code == 404
        assert client.get("/attention_view/0/main.js").status_code == 404


# What is said ---------------------------------------------------------------------------------


def shares(text: str, layer: int, head: int, looks: str) -> dict[str, float]:
    """Where a word looks, by a head, all its occurrences together: most for each word."""
    found = attention.read(attention.spec(text))
    words = attention.words_of(found.spec, found.tokens)
    rows = [i for i, t in enumerate(found.tokens) if t.word >= 0 and words[t.word] == looks]
    given: dict[str, float] = {}
    for row in rows:
        for token, value in zip(found.tokens, found.weights[layer - 1, head - 1, row], strict=True):
            name = words[token.word] if token.word >= 0 else token.text
            given[name] = max(given.get(name, 0), float(value))
    return given


@pytest.mark.parametrize(
    "example",
    [each for view in ("text", "sides") for each in gallery.EXAMPLES[view]],
    ids=lambda example: example.asking.text,
)
def test_what_an_example_claims_is_so(example):
    asking = example.asking
    texts = (asking.text,) if asking.view == "text" else (asking.text, asking.other)
    assert len(example.claims) == len(texts)
    for text, (looks, at, least) in zip(texts, example.claims, strict=True):
        assert shares(text, asking.layer, asking.head, looks)[at] >= least


def test_what_is_said_of_the_nurse_and_of_the_tired_animal():
    asked = "The nurse asked the doctor a question because {} was busy"
    she = shares(asked.format("she"), 2, 4, "she")
    he = shares(asked.format("he"), 2, 4, "he")
    assert she["nurse"] > she["doctor"] and he["doctor"] == max(he.values())
    crossed = "The animal did not cross the street because it was too {}"
    for how in ("tired", "wide"):
        looks = shares(crossed.format(how), 2, 4, "it")
        assert looks["animal"] > looks["street"]


def test_examples_are_links_that_keep_the_model():
    for view in addresses.VIEWS:
        written = gallery.written(Asking(view, model="google-bert/x"))
        assert written.count("<a ") == len(gallery.EXAMPLES[view])
        assert written.count("model=google-bert%2Fx") == len(gallery.EXAMPLES[view])


def test_what_is_cut_off_is_struck_out_and_escaped():
    found = attention.read(attention.spec("<b>king</b> " * 150))
    said = reading.as_read([found])
    assert "128 of" in said and "<s>" in said and "<b>king" not in said
    whole = attention.read(attention.spec("a king"))
    assert "<s>" not in reading.as_read([whole]) and "4 tokens" in reading.as_read([whole])


def filled(text: str = "<i> ___ night") -> FillIn:
    fillings = tuple(
        Filling(side, ("<b>", "=1+1"), (0.75, 0.25), 0.81) for side in ("both", "left", "right")
    )
    tokens = ("[CLS]", "<i>", "[MASK]", "night", "[SEP]")
    return FillIn(tokens, 2, fillings, 5, 100, "small", FillInSpec(text, "./small"))


def test_fillings_are_written_with_what_is_hidden_greyed():
    written = blank.cards(filled())
    assert "<i>" not in written.replace('<i style="width', "") and "&lt;i&gt;" in written
    left, both, right = written.split("<section")[1:]
    assert "<s>night</s>" in left and "<s>&lt;i&gt;</s>" in right and "<s>" not in both
    assert "75.0%" in both
    frame = blank.rows(filled())
    assert frame["Both sides"].tolist() == ["<b>", "=1+1"]
    assert "6.6" in blank.summary(filled())


def test_the_web_process_loads_no_model(repo, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "model.safetensors").write_bytes(b"")
    script = (
        "import sys; from pages.shared.attention import blank, component, reading, asking\n"
        f"a = asking.Asking(text='x', model={str(tmp_path)!r})\n"
        "reading.specs(a); blank.fill_in.spec('a ___', a.model)\n"
        "print([n for n in ('torch', 'transformers', 'safetensors', 'huggingface_hub')"
        " if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        cwd=repo,
        env={**os.environ, "LSE_FOLDERS": "1"},
        check=True,
    )
    assert done.stdout.decode().strip() == "[]"


def test_two_sentences_are_needed_to_compare():
    with pytest.raises(UserError, match="two sentences"):
        reading.specs(Asking("sides", text="a bank", other="  "))
    with pytest.raises(UserError, match="no text"):
        reading.specs(Asking("text", text=""))
    assert len(reading.specs(Asking("sides", text="a bank", other="the bank"))) == 2
    first = replace(Asking("text", text="x"), model="no such name!")
    with pytest.raises(UserError, match="not the name of a model"):
        reading.specs(first)
