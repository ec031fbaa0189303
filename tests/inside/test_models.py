"""Models that people name: what can be read is read, and all else is refused in clear words."""

import json
import pickle
import shutil

import pytest

from embeddings.errors import UserError
from embeddings.inside import attention
from embeddings.methods import _models as models


def refused(name, match: str) -> None:
    with pytest.raises(UserError, match=match) as failure:
        models.load(str(name), models.state_of(str(name)))
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("packaged", "packaged"),
        ("bert-base-uncased", "hub"),
        ("google-bert/bert-base-uncased", "hub"),
        ("google-bert/bert-base-uncased@main", "hub"),
        ("/srv/models/bert", "folder"),
        ("~/bert", "folder"),
        ("./bert", "folder"),
        ("C:\\models\\bert", "folder"),
    ],
)
def test_a_name_says_what_it_is_of(name, kind):
    assert models.kind_of(name) == kind


@pytest.mark.parametrize(
    "name",
    [
        *("a/b/c", "a b", "", "<b>x</b>", "//server/share", "\\\\server\\share", "a/../b"),
        *("x" * 500, "a\nb", "💥", "--help", "a/b?c=d", "https://huggingface.co/a/b"),
    ],
)
def test_what_can_be_no_name_is_refused_before_anything_is_looked_for(name):
    with pytest.raises(UserError):
        models.kind_of(name)


def test_a_model_is_loaded_once(small_bert):
    name = str(small_bert)
    state = models.state_of(name)
    assert models.load(name, state) is models.load(name, state)
    assert models.load("packaged") is models.load("packaged")
    assert models.load("packaged").head is None and models.load(name, state).head is not None


def test_a_folder_that_changes_is_another_request(made_bert):
    folder = made_bert()
    before = attention.spec("the king", model=str(folder))
    (folder / "model.safetensors").touch()
    after = attention.spec("the king", model=str(folder))
    assert before.key != after.key


def test_a_folder_that_is_not_there(tmp_path):
    refused(tmp_path / "nowhere", "There is no folder")
    refused("~nobody-of-this-name/bert", "There is no folder")


def test_a_folder_without_a_model(tmp_path):
    refused(tmp_path, "no config.json")
    (tmp_path / "config.json").write_text("[1, 2")
    refused(tmp_path, "cannot be read")
    (tmp_path / "config.json").write_text("[1, 2]")
    refused(tmp_path, "cannot be read")


def test_another_kind_of_model(made_bert):
    folder = made_bert()
    about = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(about | {"model_type": "roberta"}))
    refused(folder, "not a BERT but 'roberta'")


def test_a_pickle_is_never_opened(made_bert, tmp_path):
    folder, opened = made_bert(), tmp_path / "opened"

    class Trap:
        def __reduce__(self):
            return open, (str(opened), "w")

    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Trap()))
    refused(folder, "has no safetensors")
    assert not opened.exists()


def test_code_that_comes_with_a_model_is_not_run(made_bert, tmp_path):
    folder, ran = made_bert(), tmp_path / "ran"
    (folder / "trap.py").write_text(f"open({str(ran)!r}, 'w')\nclass Trap: pass\n")
    for name in ("config.json", "tokenizer_config.json"):
        about = json.loads((folder / name).read_text())
        traps = {"AutoModel": "trap.Trap", "AutoTokenizer": ["trap.Trap", "trap.Trap"]}
        (folder / name).write_text(json.dumps(about | {"auto_map": traps}))
    models.load(str(folder), models.state_of(str(folder)))
    assert not ran.exists()


def test_weights_that_lack_a_layer_are_not_filled_with_chance(made_bert):
    folder = made_bert()
    about = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(about | {"num_hidden_layers": 3}))
    refused(folder, "lack parts")


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"\xff\xff\xff\xff\xff\xff\xff\x7f{}"])
def test_damaged_weights(made_bert, content):
    folder = made_bert()
    (folder / "model.safetensors").write_bytes(content)
    refused(folder, "could not be loaded")


def test_weights_that_are_too_large_are_not_loaded(made_bert, monkeypatch):
    folder = made_bert()
    monkeypatch.setattr(models, "LARGEST", 1000)
    refused(folder, "at most")


def test_a_model_of_the_hub_is_fetched_once_and_then_needs_no_network(hub, small_bert, monkeypatch):
    hub.models["somebody/small"] = small_bert
    first = models.load("somebody/small")
    assert first.head is not None and first.label == "somebody/small"
    models._loaded.cache_clear()
    monkeypatch.setattr(models, "ENDPOINT", "http://127.0.0.1:9")
    assert models.load("somebody/small").body.config.num_hidden_layers == 2


def test_a_name_that_the_hub_does_not_know(hub):
    refused("somebody/nothing", "no public model 'somebody/nothing'")


def test_without_network(hub, monkeypatch):
    monkeypatch.setattr(models, "ENDPOINT", "http://127.0.0.1:9")
    refused("somebody/small", "there is no network")


def test_a_model_of_the_hub_with_pickles_alone_is_not_fetched(hub, made_bert, tmp_path):
    folder = made_bert()
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    hub.models["somebody/old"] = folder
    refused("somebody/old", "has no safetensors")
    assert not any("pytorch_model" in path for path in hub.asked)
    assert not list((tmp_path / "hub").rglob("*.bin"))


def test_a_model_of_the_hub_of_another_kind_is_not_fetched(hub, made_bert, tmp_path):
    folder = made_bert()
    about = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(about | {"model_type": "gpt2"}))
    hub.models["somebody/gpt"] = folder
    refused("somebody/gpt", "not a BERT but 'gpt2'")
    assert not list((tmp_path / "hub").rglob("*.safetensors"))


def test_a_folder_that_went_away_after_it_was_asked_for(made_bert):
    request = attention.spec("the king", model=str(folder := made_bert()))
    shutil.rmtree(folder)
    with pytest.raises(UserError, match="There is no folder"):
        attention.read(request)
