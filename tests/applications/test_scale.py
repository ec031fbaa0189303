"""What searching costs: recall as numpy counts it, laws, and a database that may be away."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from types import SimpleNamespace
from urllib.request import Request, urlopen

import numpy as np
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from embeddings import recipes
from embeddings.applications import scale
from embeddings.applications.scale import database, indexes, laws, measuring, nearby
from embeddings.commands.scale import show_scale
from embeddings.environment import address
from embeddings.errors import Cancelled, UserError
from embeddings.methods.glove import matrix
from embeddings.store import Store
from embeddings.types import EmbeddingTable, NearbySpec, Spec, request_from_json
from tests.serving import free_port

N = 2_000


@pytest.fixture(scope="module")
def vectors():
    return measuring.unit(matrix()[:N])


@pytest.fixture(scope="module")
def measured():
    request = replace(scale.spec(N), asked=60)
    return measuring.measure(SimpleNamespace(vectors=matrix()[:5_000]), request)


@pytest.fixture
def table():
    words = tuple(f"w{i}" for i in range(N))
    return EmbeddingTable(words, np.array(matrix()[:N]), Spec("glove", "toy"), ())


def cancel_at(fraction):
    def progress(done, message):
        if done >= fraction:
            raise Cancelled("enough")

    return progress


def test_the_exact_pass_finds_what_numpy_finds(vectors):
    rows = np.array([3, 700, N - 1])
    found, _ = measuring.ask(indexes.build("exact", vectors), vectors, rows, 10)
    scores = vectors[rows] @ vectors.T
    scores[np.arange(3), rows] = -2
    assert np.array_equal(found, np.argsort(-scores, axis=1, kind="stable")[:, :10])
    assert np.all(measuring.recalls(vectors, rows, found, found) == 1)


def test_recall_counts_the_share_that_is_as_near(vectors):
    rows = np.array([5])
    true, _ = measuring.ask(indexes.build("exact", vectors), vectors, rows, 10)
    half = true.copy()
    half[0, 5:] = -1
    assert measuring.recalls(vectors, rows, half, true) == pytest.approx([0.5])
    half[0, 5:] = true[0, 0]  # one that is found twice counts once
    assert measuring.recalls(vectors, rows, half, true) == pytest.approx([0.5])


def test_every_index_is_measured_beside_the_exact_pass(measured):
    assert [*dict.fromkeys(cost.index for cost in measured.costs)] == [*indexes.KINDS]
    assert measured.exact.recall == 1 and measured.exact.effort == 0
    for cost in measured.costs:
        assert 0 <= cost.low <= cost.recall <= cost.high <= 1
        assert 0 < cost.milliseconds <= cost.slow
    for index in ("ivf-sq8", "ivf-pq"):
        recalls = [cost.recall for cost in measured.costs if cost.index == index]
        assert recalls == sorted(recalls)
    assert measured.cheapest("hnsw", 0.95).recall >= 0.95
    assert measured.cheapest("ivf-pq", 1.0).recall < 1  # the best there is, where none is enough


@pytest.mark.parametrize("index", indexes.KINDS)
def test_computed_memory_is_what_the_index_holds(index, measured):
    cost = measured.cheapest(index, 0)
    assert laws.size(index, N, 50) == pytest.approx(cost.size, rel=0.02)


def test_times_grow_by_the_law_of_the_index(measured):
    of = {index: measured.cheapest(index, 0.9) for index in indexes.KINDS}
    four = {i: laws.milliseconds(c, N, 4 * N) / c.milliseconds for i, c in of.items()}
    assert four["exact"] == pytest.approx(4) and four["ivf-pq"] == pytest.approx(2)
    assert four["hnsw"] == pytest.approx(np.log(4 * N) / np.log(N))
    assert laws.milliseconds(of["exact"], N, N, 2) == pytest.approx(2 * of["exact"].milliseconds)


def test_two_billion_is_computed_without_and_with_a_measurement(measured):
    bare = {each.index: each for each in laws.beyond((), laws.PINS, 50, 0.95)}
    assert bare["exact"].size == 4 * 50 * 2e9 and bare["exact"].milliseconds is None
    assert bare["exact"].machines == 6
    assert bare["ivf-pq"].size < bare["ivf-sq8"].size < bare["exact"].size < bare["hnsw"].size
    known = laws.beyond([measured], laws.PINS, 50, 0.95)
    assert known[0].milliseconds == pytest.approx(measured.exact.milliseconds * laws.PINS / N)


def test_a_measurement_is_kept_and_read_again(measured, tmp_path):
    store = Store(None, tmp_path)
    assert store.save(measured.spec, measured)
    assert store.load(measured.spec) == measured
    assert store.loads(measured.spec, store.dumps(measured)) == measured
    assert request_from_json(measured.spec.canonical) == measured.spec


def test_a_measurement_stops_half_way():
    with pytest.raises(Cancelled):
        measuring.measure(SimpleNamespace(vectors=matrix()[:N]), scale.spec(N), cancel_at(0.4))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: scale.spec(10), "size is 10"),
        (lambda: scale.spec(500_000), "from 1,000 to 400,000"),
        (lambda: scale.spec(10_000, 0), "turn is 0"),
        (lambda: scale.nearby_spec("  "), "type one"),
        (lambda: scale.nearby_spec("x" * 10_000), "at most 60 letters"),
    ],
)
def test_what_cannot_be_measured_is_said(ask, said):
    with pytest.raises(UserError, match=said):
        ask()


# --- the database


@pytest.fixture(scope="module")
def object_store():
    """The address of a store that speaks S3, with a bucket in it."""
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    urlopen(Request(f"{address}/vectors", method="PUT")).close()
    yield address
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def base(request, tmp_path, monkeypatch):
    """The database in a folder of this machine, and in an object store that many would share."""
    if request.param == "folder":
        return database.embedded(tmp_path / "vectors")
    settings = {
        "AWS_ENDPOINT": request.getfixturevalue("object_store"),
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return database.Database(f"s3://vectors/{tmp_path.name}")


def test_the_database_finds_what_numpy_finds(base, vectors):
    ids = np.arange(N) + 7
    base.put("words", ids, vectors)
    assert base.count("words") == N
    found, cosines = base.nearest("words", vectors[11], 5)
    scores = vectors @ vectors[11]
    assert found.tolist() == (np.argsort(-scores, kind="stable")[:5] + 7).tolist()
    assert cosines == pytest.approx(np.sort(scores)[::-1][:5], abs=1e-5)
    assert database.Database(base.at).count("words") == N  # whoever else opens it
    base.put("words", ids[:50], vectors[:50])  # instead of what was there
    assert base.count("words") == 50
    base.drop("words")
    base.drop("words")
    assert base.count("words") == 0
    with pytest.raises(UserError, match="nothing called"):
        base.nearest("words", vectors[0], 5)


def test_an_indexed_table_finds_nearly_all(base):
    many = measuring.unit(matrix()[:20_000])
    base.put("many", range(len(many)), many)
    assert base.count("many") == len(many)
    shares = []
    for row in range(0, 2_000, 100):
        true = set(np.argsort(-(many @ many[row]))[:10].tolist())
        shares.append(len(true & {*base.nearest("many", many[row], 10)[0].tolist()}) / 10)
    assert np.mean(shares) >= 0.9


def test_a_cancelled_put_leaves_nothing(base):
    many = measuring.unit(matrix()[:6_000])
    with pytest.raises(Cancelled):
        base.put("many", range(len(many)), many, cancel_at(0.5))
    assert base.count("many") == 0
    base.put("many", range(len(many)), many)
    assert base.count("many") == len(many)


@pytest.mark.parametrize("name", ["", "../up", "a b", "x" * 200])
def test_names_are_checked(base, name, vectors):
    with pytest.raises(UserError, match="cannot name vectors"):
        base.put(name, range(N), vectors)


def test_an_address_that_does_not_answer_is_said_within_seconds(vectors):
    away = database.Database(f"http://someone:secret@127.0.0.1:{free_port()}")
    for ask in (lambda: away.count("words"), lambda: away.put("words", range(N), vectors)):
        with pytest.raises(UserError, match=r"does not answer .*Check LSE_VECTORS") as failure:
            ask()
        assert "secret" not in str(failure.value) and "\n" not in str(failure.value)


def test_one_that_listens_and_says_nothing_is_given_up(vectors, monkeypatch):
    monkeypatch.setattr(database, "READING", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        away = database.Database(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(UserError, match="does not answer"):
            away.count("words")


def test_a_store_that_does_not_answer_is_said(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(UserError, match=r"s3://bucket/x does not answer"):
        database.Database("s3://bucket/x").count("words")


def test_the_address_is_read_from_the_environment(tmp_path):
    assert database.chosen({}, tmp_path).at == str(tmp_path)
    server = database.chosen({"LSE_VECTORS": " http://db:80/ ", "LSE_VECTORS_KEY": "k"})
    assert (server.at, server.key, server.place) == ("http://db:80/", "k", "http://db:80")
    assert database.chosen({"LSE_VECTORS": "/srv/vectors"}).place == "on this machine"
    for wrong in ("db", "ftp://x", "http://", "http://x:port"):
        with pytest.raises(UserError, match="LSE_VECTORS cannot be used"):
            address({"LSE_VECTORS": wrong}, "LSE_VECTORS", database.SCHEMES)


# --- three ways


def test_three_ways_find_the_same_and_build_once(table, tmp_path, monkeypatch):
    monkeypatch.delenv("LSE_VECTORS", raising=False)
    request = NearbySpec(table.spec, "w9")
    found = nearby.find(table, request, tmp_path)
    assert [each.way for each in found.found] == ["exact", "hnsw", "database"]
    exact, graph, base = (set(each.words) for each in found.found)
    assert len(exact) == 10 and "w9" not in exact
    assert exact == base and len(exact & graph) >= 9
    made = (tmp_path / "indexes").iterdir().__next__().stat().st_mtime_ns
    again = nearby.find(table, replace(request, word="w30"), tmp_path)
    assert again.found[0].words != found.found[0].words
    assert (tmp_path / "indexes").iterdir().__next__().stat().st_mtime_ns == made
    store = Store(None, tmp_path)
    assert store.loads(request, store.dumps(found)) == found
    with pytest.raises(UserError, match="no word called 'nobody'"):
        nearby.find(table, replace(request, word="nobody"), tmp_path)


def test_half_a_graph_is_built_once_more(table, tmp_path):
    request, graphs = NearbySpec(table.spec, "w9"), tmp_path / "indexes"
    nearby._graphs.clear()
    graphs.mkdir()
    (graphs / f"{table.spec.key}.hnsw").write_bytes(b"IHNf half of it")
    assert nearby.find(table, request, tmp_path).found[1].words


def test_the_embedded_one_stands_in_for_an_address_that_is_away(table, tmp_path, monkeypatch):
    monkeypatch.setenv("LSE_VECTORS", f"http://127.0.0.1:{free_port()}")
    found = nearby.find(table, NearbySpec(table.spec, "w9"), tmp_path)
    assert [each.way for each in found.found] == ["exact", "hnsw", "database", "embedded"]
    assert "does not answer" in found.found[2].problem and not found.found[2].words
    assert {*found.found[3].words} == {*found.found[0].words}


# --- the command line, which shows what the page shows


def test_the_command_says_what_the_store_holds():
    seen = recipes.fetch(scale.spec(1_000))
    printed = CliRunner().invoke(show_scale, ["--size", "1000", "--json"], catch_exceptions=False)
    said = json.loads(printed.stdout)
    assert [cost["recall"] for cost in said["measured"][0]["costs"]] == [
        cost.recall for cost in seen.costs
    ]
    assert [each["size"] for each in said["computed"] if each["n"] == laws.PINS] == [
        each.size for each in laws.beyond([seen], laws.PINS, 50, 0.95)
    ]
    plain = CliRunner().invoke(show_scale, ["--size", "1000"]).stdout
    assert "Computed, not measured: 2,000,000,000 vectors" in plain
