"""The parts of the page of training: addresses, names, what is sent, what is said of a row."""

import io
from dataclasses import replace

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from embeddings import methods, recipes, store
from embeddings.corpus import own
from embeddings.errors import UserError
from embeddings.figures import company as figures
from embeddings.figures.packs import unpack
from embeddings.inside import training
from embeddings.types import Company, CompanySpec
from pages.shared import access, address, routes
from pages.shared.analogies import asking as analogies
from pages.shared.analogies import race
from pages.shared.own import desk
from pages.shared.training import asking as addresses
from pages.shared.training import counts

SMALL = "text:wikipedia,dimensions:10,epochs:1"


@pytest.fixture(scope="module")
def client():
    with TestClient(Starlette(routes=list(routes.routes()))) as client:
        yield client


@pytest.fixture(scope="module")
def small():
    """A training that is there, its vectors too."""
    spec = addresses.request(SMALL)
    recipes.fetch(spec)
    return spec


def test_the_usual_address_is_empty_and_shows_what_is_shipped():
    asking, problems = addresses.read({})
    assert not problems and addresses.write(asking) == {}
    assert addresses.request(asking.run) == recipes.shipped_trainings()[0]


@pytest.mark.parametrize(
    "query",
    [
        {"run": "text:packaged"},
        {"run": SMALL, "beside": "text:dictionary,algorithm:cbow,epochs:5"},
        {"run": "text:dictionary,epochs:5,training_seed:7", "count": "bread", "least": "1"},
    ],
)
def test_an_address_comes_back_as_it_was(query):
    asking, problems = addresses.read(query)
    assert not problems
    again, _ = addresses.read(addresses.write(asking))
    assert again == asking
    for run in asking.runs:
        assert addresses.written(addresses.choice_of(run)) == run


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"run": "text:nowhere"}, "no corpus called 'nowhere'"),
        ({"run": "text:own-" + "0" * 20}, "belong to another visit"),
        ({"run": "window:0"}, "window is '0'"),
        ({"run": "<b>:1"}, "no setting called"),
        ({"beside": "epochs:many"}, "epochs is 'many'"),
        ({"least": "99"}, "least is '99'"),
    ],
)
def test_what_is_wrong_in_an_address_costs_a_line(query, said):
    asking, problems = addresses.read(query)
    assert len(problems) == 1 and said in problems[0]
    assert addresses.request(asking.run)


def test_settings_of_a_map_and_centring_are_none_of_a_run():
    asking, _ = addresses.read({"run": "text:wikipedia,n_neighbors:5,centred:true,seed:3"})
    assert asking.run == "text:wikipedia"


def test_the_same_run_is_not_shown_beside_itself():
    asking, _ = addresses.read({"run": SMALL, "beside": SMALL})
    assert asking.runs == (SMALL,)


def test_runs_are_named_by_what_they_do_not_share():
    both = addresses.shipped()
    assert addresses.label(both[0]) == "Dictionary · skip-gram · 5 epochs"
    assert addresses.names(both) == ["skip-gram", "CBOW"]
    assert "window 3" in addresses.label("text:wikipedia,window:3")


def test_the_vectors_of_a_run_are_the_same_on_every_page(small):
    choice, problems = address.read({"method": "word2vec", "settings": SMALL})
    assert not problems
    table = address.projection_of(choice).table
    assert table.corpus == "wikipedia" and recipes.kept_as(table) == small.table
    requests = access.map_requests(choice)
    assert small.table in requests.needed
    assert all(getattr(each, "name", "") != "trained" for each in requests.wanted)
    asked, _ = analogies.read({"also": SMALL})
    spec = race.specs(asked)[race.ALSO]
    assert spec is not None and recipes.kept_as(spec) == small.table
    assert not [r for r in race.missing({"also": spec}) if r.kind == "table"]
    runs = race.run(analogies.question(asked), asked, looks_behind=False)
    (mine,) = [run for run in runs if run.method == race.ALSO]
    assert "corpus wikipedia" in mine.label and (mine.answer or mine.problem)


def test_the_pack_holds_what_was_seen(client, small):
    seen = access.training(small)
    meta, arrays = unpack(client.get(f"/data/training/{small.key}").content)
    assert meta["epochs"] == seen.epochs.tolist() and meta["topics"][0] == "Family and royalty"
    words = arrays["words"].tobytes().decode().split("\n")
    assert tuple(words) == seen.words
    assert np.array_equal(arrays["neighbors"], seen.neighbors)
    row = list(arrays["shown"]).index(words.index("king"))
    assert meta["topics"][arrays["topic"][row]] == "Family and royalty"
    places = arrays["coordinates"] / 65535 * np.array(meta["spans"])
    moved = places[-1] - places[-1].mean(axis=0)
    true = seen.coordinates[-1].astype(float)
    inside = (arrays["coordinates"][-1] % 65535 != 0).all(axis=1)
    error = (moved - (true - true.mean(axis=0)))[inside].std()
    assert error < 0.02 * true.std()


def test_what_is_not_known_is_sent_as_nothing(client, monkeypatch):
    monkeypatch.setattr(desk, "may_see", lambda name: True)
    text = own.keep(" ".join(f"w{chr(97 + i % 26)} likes tea and milk." for i in range(300)))
    spec = training.spec(text, {"epochs": 1, "dimensions": 5})
    recipes.fetch(spec)
    access.remember(spec)
    answer = client.get(f"/data/training/{spec.key}")
    assert answer.status_code == 200, answer.text
    meta, _ = unpack(answer.content)
    assert set(meta["analogies"]) == {None}


def test_vectors_can_be_taken_along(client, small, tmp_path):
    from gensim.models import KeyedVectors

    table = access.fresh(small.table)
    answer = client.get(f"/data/training/{small.key}/vectors.txt")
    assert "word2vec-wikipedia" in answer.headers["content-disposition"]
    path = tmp_path / "vectors.txt"
    path.write_bytes(answer.content)
    theirs = KeyedVectors.load_word2vec_format(str(path))
    assert theirs.index_to_key == list(table.words)
    assert np.array_equal(theirs.vectors, table.vectors)
    content = client.get(f"/data/training/{small.key}/vectors.npz").content
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        assert tuple(found["words"]) == table.words
        assert np.array_equal(found["vectors"], table.vectors)


@pytest.mark.parametrize(
    "path",
    ["training/0" * 1, "training/" + "0" * 20, "training/{key}/vectors.pkl", "training/../x"],
)
def test_nothing_else_is_sent(client, small, path):
    answer = client.get(f"/data/{path.format(key=small.key)}")
    assert answer.status_code == 404


def test_vectors_that_are_not_there_are_said(client):
    spec = recipes.shipped_trainings()[1]
    if store.default().has(spec.table):
        pytest.skip("trained in this run of the tests")
    assert client.get(f"/data/training/{spec.key}/vectors.txt").status_code == 404


# From counts to meaning ------------------------------------------------------------------------


def found(counts_=(5, 3, 1, 2), ppmi=(0.1, 2.0, 3.0, 0.0)) -> Company:
    return Company(
        ("the", "crown", "ace", "or"),
        np.arange(4, dtype=np.int32),
        np.array(counts_, np.float32),
        np.array(ppmi, np.float32),
        9,
        4,
        CompanySpec("king"),
    )


def test_contexts_are_named_from_the_highest_that_were_met_often_enough():
    row = found()
    assert counts.best(row.ppmi, row.counts >= 1) == [2, 1, 0]
    assert counts.best(row.ppmi, row.counts >= 2) == [1, 0]
    assert counts.best(row.ppmi, row.counts >= 99) == []
    assert "“the”" in counts.fall(row) and "to place 3 of 4" in counts.fall(row)
    assert counts.rows(row, 2)["context"].tolist() == ["crown", "the", "or"]


def test_the_squeezed_row_names_its_patterns_and_strangers():
    spec = next(each for each in recipes.shipped_companies() if each.word == "king")
    vectors = access.table(methods.get("cooccurrence").spec())
    squeezed = counts.squeeze(access.company(spec), vectors)
    assert [word for word, _ in squeezed.near][:3] == ["prince", "emperor", "queen"]
    assert dict(squeezed.near)["queen"] is True and len(squeezed.patterns) == counts.PATTERNS
    assert np.array_equal(squeezed.values, vectors.vector("king"))


def test_words_in_figures_are_no_tags():
    row = replace(found(), contexts=("<b>the", "crown", "ace", "or"))
    figure = figures.row(
        row.columns.tolist(), row.counts.tolist(), row.contexts, [0, 1], "times", 4
    )
    assert "<b>" not in figure.to_json()
    for dark in (False, True):
        assert figures.strip([0.1, -0.2], [1], dark).data[0].y == (0.1, -0.2)


def test_a_word_that_the_text_lacks_is_an_error_of_the_reader():
    with pytest.raises(UserError, match="no word in the text"):
        recipes.fetch(CompanySpec("<img>", "wikipedia"))
