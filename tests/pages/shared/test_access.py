"""What a map needs is known, asked for, and never computed in the web process."""

import shutil

import pytest

from embeddings import methods, recipes, store
from embeddings.applications import search
from embeddings.types import Spec, VocabularySpec
from pages.shared import access
from pages.shared.address import Choice


@pytest.fixture
def shelf(tmp_path, monkeypatch, small_map, quiet_jobs):
    """A store of copies that a test may damage; nothing of other tests is kept in memory."""
    for request in (*small_map.wanted, VocabularySpec("common-10k")):
        path = store.default().path(request.kind, request.key)
        (tmp_path / request.kind).mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / request.kind)
        shutil.copy(path.with_suffix(".npz"), tmp_path / request.kind)
    copy = store.Store(tmp_path, None)
    monkeypatch.setattr(access, "shelf", lambda: copy)
    _forget()
    yield copy
    _forget()


def _forget():
    access._small.clear()
    access._table.clear()
    access._check.clear()


def damage(shelf, request):
    npz = shelf.path(request.kind, request.key).with_suffix(".npz")
    npz.write_bytes(npz.read_bytes()[:-20])


@pytest.fixture
def no_computing(monkeypatch):
    """Fail whatever computes vectors, words or maps here."""

    def compute(*_args, **_options):
        raise AssertionError("the web process computes")

    monkeypatch.setattr(recipes, "fetch", compute)
    monkeypatch.setattr(recipes, "make", compute)


def test_a_new_map_asks_for_its_vectors_before_the_map():
    requests = access.map_requests(Choice("bert", "topics", settings=(("layer", 3),)))
    kinds = [(r.kind, getattr(r, "vocabulary", "")) for r in requests.wanted]
    assert kinds == [
        ("vocabulary", ""),
        ("vocabulary", ""),
        ("table", "common-10k"),
        ("projection", ""),
        ("neighbors", ""),
        ("clusters", ""),
    ]


def test_a_map_of_texts_asks_last_for_what_can_be_read_on_it():
    requests = access.map_requests(Choice("texts-bert", "paragraphs"))
    assert requests.wanted[-1] == search.index_spec("paragraphs")
    assert access.map_requests(Choice("films-als", "films")).texts is None


def test_vectors_that_cost_nothing_are_not_asked_for():
    requests = access.map_requests(Choice("glove", "topics"))
    assert "table" not in {request.kind for request in requests.wanted}


def test_vectors_that_are_not_built_are_missing_and_not_computed(shelf, no_computing):
    requests = access.map_requests(Choice("word2vec", "topics", settings=(("window", 9),)))
    assert access.missing(requests)[0].kind == "table"
    with pytest.raises(access.NotBuilt):
        access.table(requests.table)


def test_damaged_vectors_are_missing_and_not_computed(shelf, small_map, no_computing, tmp_path):
    table = methods.get("bert").spec("common-10k", parameters={"layer": 2})
    (tmp_path / "table").mkdir()
    for ending in (".json", ".npz"):
        (tmp_path / "table" / (table.key + ending)).write_bytes(b"{}")
    assert shelf.has(table) and not access.has(table)


def test_a_damaged_vocabulary_is_missing_and_so_is_all_that_is_looked_up_in_it(
    shelf, small_map, no_computing
):
    assert access.can_draw(small_map)
    _forget()
    shelf._vocabularies.clear()
    damage(shelf, small_map.vocabulary)
    assert not access.can_draw(small_map)
    assert access.missing(small_map) == [small_map.vocabulary]
    with pytest.raises(access.NotBuilt):
        access.table(small_map.table)


def test_results_of_workers_that_share_no_folder_are_enough(shelf, quiet_jobs, no_computing):
    """Everything of a map comes back through the jobs: nothing else is read for its routes."""
    large = methods.get("bert").spec("common-10k", parameters={"layer": 1})
    words = access.word_list("common-10k").words
    made = methods.get("glove").compute(large, words, lambda *_: None)
    table = access.EmbeddingTable(tuple(made[0]), made[1], large)
    quiet_jobs.results[large.key] = table
    small = Spec("bert", "topics", parameters=large.parameters)
    assert access.words(small, 601) == access.word_list("topics").words
    assert access.has(small)
