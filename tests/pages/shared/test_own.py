"""What visitors brought: nobody else sees it, and it goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.testclient import TestClient

from embeddings import corpus, methods, recipes, sources
from embeddings.caching import kept_place, own_folder, typed_place
from embeddings.corpus import own as texts
from embeddings.errors import UserError
from embeddings.inside import attention, contexts
from embeddings.sources.content import Content
from embeddings.store import Store
from embeddings.types import ContextMapSpec, NeighborsSpec, ProjectionSpec, Spec, VocabularySpec
from pages.shared import access, offers, own, routes, visitors
from pages.shared.own import Desk, desk

ANN, BOB = "a" * 32, "b" * 32


@contextmanager
def visiting(visitor: str) -> Iterator[None]:
    cookie = f"{visitors.COOKIE}={visitor}".encode()
    with visitors.of_request(HTTPConnection({"type": "http", "headers": [(b"cookie", cookie)]})):
        yield


@pytest.fixture(autouse=True)
def fresh_desk(monkeypatch, tmp_path) -> Iterator[Desk]:
    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    there = Store(None, tmp_path)
    monkeypatch.setattr(recipes.stores, "default", lambda: there)
    monkeypatch.setattr(access, "shelf", lambda: there)
    yield desk
    desk.close()


def brought(title: str = "films", words: tuple[str, ...] = ("heat", "alien", "amélie")) -> str:
    vectors = np.random.default_rng(1).normal(size=(len(words), 5)).astype(np.float32)
    name = sources.put(Content("vectors", words, vectors), title, desk.place)
    desk.add(name)
    return name


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=list(routes.routes(""))))


def cookies(visitor: str) -> dict[str, str]:
    return {"cookie": f"{visitors.COOKIE}={visitor}"}


def test_a_source_is_a_vocabulary_a_method_and_nobody_elses() -> None:
    with visiting(ANN):
        name = brought()
        assert offers.vocabularies()[-1] == offers.method_keys()[-1] == name
        recipes.fetch(VocabularySpec(name))
        table = access.table(methods.get(name).spec(name))
        assert table.words == ("heat", "alien", "amélie") and table.dim == 5
    with visiting(BOB):
        assert name not in offers.vocabularies() and name not in offers.method_keys()
        for ask in (
            lambda: access.table(table.spec),
            lambda: access.word_list(name),
            lambda: access.submit(table.spec, "bob"),
            lambda: desk.remove(name),
        ):
            with pytest.raises(UserError, match="another visit"):
                ask()
    with visiting(ANN):
        assert access.table(table.spec).words == table.words


def test_routes_give_it_to_its_visitor_alone_and_let_nobody_keep_it(client: TestClient) -> None:
    with visiting(ANN):
        name = brought()
        recipes.fetch(VocabularySpec(name))
    for path in (f"/data/vocabulary/{name}", f"/data/complete/{name}?q=a"):
        mine = client.get(path, headers=cookies(ANN))
        assert mine.status_code == 200, mine.text
        assert mine.headers["cache-control"] == "private, no-store"
        for other in (cookies(BOB), {}):
            refused = client.get(path, headers=other)
            assert refused.status_code == 404 and "another visit" in refused.json()["error"]


def test_by_its_key_a_map_is_given_to_its_visitor_alone(client: TestClient) -> None:
    with visiting(ANN):
        name = brought()
        spec: ProjectionSpec = recipes.projection.spec(methods.get(name).spec(name))
        requests = access.requests_for(spec)
        access.remember(*requests.wanted, spec.table)
        for request in requests.wanted:
            recipes.fetch(request)
    for path in (
        f"/data/projection/{spec.key}",
        f"/data/neighbors/{requests.neighbors.key if requests.neighbors else ''}",
        f"/data/clusters/{requests.clusters.key}",
        f"/data/vector/{spec.table.key}/x/0",
        f"/data/download/{spec.key}.csv",
        f"/data/download/{spec.key}.parquet",
        f"/data/download/{spec.key}.html",
    ):
        assert client.get(path, headers=cookies(ANN)).status_code == 200, path
        assert client.get(path, headers=cookies(BOB)).status_code == 404, path


def test_with_it_goes_all_that_was_made_from_it() -> None:
    with visiting(ANN):
        name = brought()
        near = NeighborsSpec(methods.get(name).spec(name), k=2)
        recipes.fetch(near)
        folder = own_folder(name)
        assert folder and len(list(folder.rglob("*.npz"))) >= 3
        desk.remove(name)
        assert not folder.exists() and name not in desk.mine()
        with pytest.raises(UserError, match="not here any more"):
            methods.get(name)
        with pytest.raises(UserError):
            access.near(near)


def test_the_same_brought_by_two_stays_until_both_have_removed_it() -> None:
    for visitor in (ANN, BOB):
        with visiting(visitor):
            name = brought()
    with visiting(ANN):
        desk.remove(name)
        assert not desk.may_see(name)
    with visiting(BOB):
        assert sources.get(name).title == "films"
        desk.remove(name)
    assert own_folder(name) is None


def test_it_goes_some_time_after_the_last_page_is_closed(monkeypatch) -> None:
    monkeypatch.setattr(own, "away_minutes", lambda: 0)
    desk.connected(ANN)
    desk.connected(ANN)
    with visiting(ANN):
        name = brought()
    desk.disconnected(ANN)
    assert own_folder(name) is not None
    desk.disconnected(ANN)
    for timer in [t for t in own.threading.enumerate() if isinstance(t, own.threading.Timer)]:
        timer.join(5)
    assert own_folder(name) is None


def test_who_comes_back_in_time_finds_it(monkeypatch) -> None:
    desk.connected(ANN)
    with visiting(ANN):
        name = brought()
        desk.disconnected(ANN)
        desk.connected(ANN)
        assert desk.mine() == (name,)


def test_what_stays_is_seen_by_who_sits_here_alone() -> None:
    with visiting(ANN):
        name = brought()
        with pytest.raises(UserError, match="one person"):
            desk.keep(name)
        desk.sits_here(True)
        desk.keep(name)
        assert desk.is_kept(name) and desk.mine() == (name,)
    desk.close()
    assert (kept_place() / name).is_dir()
    with visiting(BOB):
        assert desk.mine() == ()
        desk.sits_here(True)
        assert desk.mine() == (name,)


def test_so_many_and_no_more(monkeypatch) -> None:
    monkeypatch.setenv("LSE_SOURCES_PER_VISITOR", "2")
    with visiting(ANN):
        brought("one")
        brought("two")
        with pytest.raises(UserError, match="2 things"):
            brought("three")


def test_a_server_that_was_killed_leaves_nothing_for_long() -> None:
    place = desk.place
    with visiting(ANN):
        name = brought()
    dead = place.parent / "dead"
    dead.mkdir()
    (dead / "own-file").write_text("secret")
    own.clear_away()
    assert not dead.exists() and (place / name).is_dir()


@pytest.mark.parametrize(
    "name", ["../../etc", "own-", "own-" + "G" * 20, "own-" + "0" * 20 + "/.."]
)
def test_what_is_no_name_is_never_a_path(name: str) -> None:
    assert own_folder(name) is None and not desk.is_kept(name)
    with visiting(ANN), pytest.raises(UserError):
        desk.remove(name)


def test_titles_are_plain_wherever_they_stand() -> None:
    assert sources.as_title("<img src=x>  **my**_words_ [a](b) :red[x]") == (
        "img src x my words a (b) red x"
    )
    assert len(sources.as_title("é" * 500)) == sources.LONGEST_TITLE
    with pytest.raises(UserError):
        sources.as_title("<>\u202e")


def test_a_text_has_words_of_its_own_by_frequency() -> None:
    with visiting(ANN):
        name = texts.keep("The cat sat on the mat. The cat ran.\n\nA dog.", "cats", desk.place)
        desk.add(name)
        words = recipes.fetch(VocabularySpec(name))
        assert words.words[:2] == ("the", "cat") and words.count[:2].tolist() == [3, 2]  # type: ignore[union-attr]
        spec = Spec("cooccurrence", name, name)
        assert spec.brought == (name,)
        assert offers.texts()[-1] == name and offers.method_keys() == tuple(methods.available())


def test_a_text_in_another_script_has_words() -> None:
    with visiting(ANN):
        name = texts.keep("Кот сидит. Кот спит.\n\nСобака бежит.", "cats", desk.place)
        desk.add(name)
        words = recipes.fetch(VocabularySpec(name))
        assert words.words[0] == "кот" and words.count[0] == 2  # type: ignore[union-attr]
        assert [*corpus.read(name).text] == ["Кот сидит.", "Кот спит.", "Собака бежит."]


def test_what_was_made_with_something_else_goes_too() -> None:
    with visiting(ANN):
        one, two = brought("one"), brought("two", ("heat", "alien", "casino"))
        spec = methods.get(one).spec(two)
        for name in (one, two):
            recipes.fetch(VocabularySpec(name))
        near = NeighborsSpec(spec, k=1)
        recipes.fetch(near)
        for name in sorted((one, two), reverse=True):
            made = list(desk.place.rglob("neighbors/*.json"))
            desk.remove(name)
            assert made if name == max(one, two) else not made
        assert not list(desk.place.rglob("neighbors/*"))


def test_nothing_is_added_that_is_not_here() -> None:
    with visiting(ANN):
        with pytest.raises(UserError, match="not here any more"):
            desk.add("own-" + "0" * 20)
        assert desk.mine() == ()


def test_what_is_one_too_many_leaves_nothing_behind(monkeypatch) -> None:
    monkeypatch.setenv("LSE_SOURCES_PER_VISITOR", "1")
    with visiting(ANN):
        brought("one")
        with pytest.raises(UserError, match="1 things"):
            brought("two")
        assert len(list(desk.place.glob("own-*"))) == 1


def test_files_that_were_never_read_can_be_removed() -> None:
    with visiting(ANN):
        name, path = desk.new_upload("a.txt")
        path.write_bytes(b"x" * 1000)
        assert desk.has_uploads() and desk.may_see(name)
        desk.remove_all()
        assert not desk.has_uploads() and not path.exists()


def test_half_of_a_copy_is_not_kept(monkeypatch) -> None:
    for visitor in (ANN, BOB):
        with visiting(visitor):
            name = brought()
    with visiting(ANN):
        desk.sits_here(True)

        def broken(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(own.shutil, "copytree", broken)
        with pytest.raises(UserError, match="No space left"):
            desk.keep(name)
        assert not desk.is_kept(name) and desk.mine() == (name,)
        monkeypatch.undo()


def test_what_stays_holds_nothing_of_what_goes() -> None:
    with visiting(ANN):
        one, two = brought("one"), brought("two", ("heat", "alien", "casino"))
        for name in (one, two):
            recipes.fetch(VocabularySpec(name))
        both = NeighborsSpec(methods.get(one).spec(two), k=1)
        alone = {name: NeighborsSpec(methods.get(name).spec(name), k=1) for name in (one, two)}
        for request in (both, *alone.values()):
            recipes.fetch(request)
        desk.sits_here(True)
        first = min(one, two)  # in whose folder lies what is made from both
        desk.keep(first)
        assert access.shelf().load(alone[first]) is not None
        kept = list((kept_place() / first).glob("neighbors/*.json"))
        assert [path.stem for path in kept] == [alone[first].key]


def test_what_was_made_from_typed_sentences_goes_with_the_visit(monkeypatch, tmp_path) -> None:
    """And not before the other visitor goes who typed the same."""
    there = Store(None, tmp_path, typed_place())
    monkeypatch.setattr(recipes.stores, "default", lambda: there)
    monkeypatch.setattr(access, "shelf", lambda: there)
    request = attention.spec("The bank of the river is green.")
    for visitor in (ANN, BOB):
        desk.connected(visitor)
        with visiting(visitor):
            access.has(request)
    recipes.fetch(request)
    path = there.path_of(request)
    assert path is not None and typed_place() in path.parents
    with visiting(ANN):
        desk.remove_all()
    assert path.is_file()
    with visiting(BOB):
        desk.remove_all()
    assert not [each for each in typed_place().rglob("*") if each.is_file()]
    assert not list(tmp_path.glob("attention/*"))


def test_only_typed_sentences_make_a_request_that_goes() -> None:
    own_sentences = contexts.spec("bank", own=[("", "A bank lends.")])
    assert own_sentences.is_typed and ContextMapSpec(own_sentences).is_typed
    drawn = contexts.spec("bank")
    assert not (drawn.is_typed or ContextMapSpec(drawn).is_typed or VocabularySpec("x").is_typed)


def test_typed_sentences_wait_for_their_visitor_and_then_go(monkeypatch) -> None:
    monkeypatch.setenv("LSE_OWN_MINUTES", "0")
    request = contexts.spec("bank", own=[("", "A bank lends.")], most=0)
    path = typed_place() / request.kind / f"{request.key}.json"
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    desk.connected(ANN)
    with visiting(ANN):
        desk.typed(request)
    desk.disconnected(ANN)
    for _ in range(100):
        if not path.exists():
            break
        time.sleep(0.05)
    assert not path.exists()


def test_what_a_killed_server_left_of_them_goes_as_the_next_starts() -> None:
    left = typed_place() / "contexts" / "a.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}")
    assert desk.place.is_dir()  # another server is alive: they may be its visitors'
    own.clear_away()
    assert left.exists()
    desk.close()
    own.clear_away()
    assert not left.exists()


def test_images_are_on_the_maps_of_their_visitor_alone(client: TestClient) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3)).astype(np.uint8)
    content = Content("images", ("a.png", "<img src=x>.png", "c.png"), pictures=pictures)
    with visiting(ANN):
        name = sources.put(content, "holidays", desk.place)
        desk.add(name)
        recipes.fetch(VocabularySpec(name))
        assert name in offers.mapped() and name not in offers.vocabularies()
        assert name not in offers.method_keys()
        keys = ("images-pixels", "images-colours", "images-hog")
        assert offers.methods_for(name) == keys and offers.first_method(name) in keys
        assert offers.words_for("images-hog") == name
        choice, problems = access.address.read({"vocabulary": name})
        assert (choice.vocabulary, problems) == (name, ())
    path = f"/data/pictures/{name}"
    mine = client.get(path, headers=cookies(ANN))
    assert mine.status_code == 200 and mine.content.startswith(b"\x89PNG")
    assert mine.headers["cache-control"] == "private, no-store"
    with visiting(BOB):
        assert offers.words_for("images-hog") is None and name not in offers.mapped()
        refused = client.get(path, headers=cookies(BOB))
        assert refused.status_code == 404 and "another visit" in refused.json()["error"]
        choice, problems = access.address.read({"vocabulary": name, "method": "images-hog"})
        assert choice.vocabulary != name and "another visit" in problems[0]
    with visiting(ANN):
        desk.remove(name)
        assert own_folder(name) is None
