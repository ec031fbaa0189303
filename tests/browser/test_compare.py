"""Several maps side by side: what a reader does on one is seen on all, without the server."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import methods, neighbors, projection, recipes, store
from embeddings.types import VocabularySpec

TWO = "/compare?maps=glove|bert"
FOUR = "/compare"
SPACE = "/compare?maps=glove|bert&dimensions=3"


@pytest.fixture(scope="module")
def shipped():
    return store.Store(store.SHIPPED)


class Maps:
    """The maps of a page, and what a reader does to them."""

    def __init__(self, word_map: Any) -> None:
        self.one = word_map
        self.page = word_map.page

    def open(self, address: str, n: int) -> Maps:
        self.page.goto(address)
        return self.drawn(n)

    def drawn(self, n: int) -> Maps:
        self.one.until(
            f"maps.views.length === {n} && maps.views.every((view) => view.map"
            " && view.root.dataset.drawn === view.map.source.id && view.regions)",
            60,
        )
        return self

    def ask(self, script: str) -> Any:
        return self.one.ask(script)

    def until(self, script: str, seconds: float = 15) -> None:
        self.one.until(script, seconds)

    def reset(self) -> None:
        self.page.mouse.move(2, 2)
        self.page.keyboard.press("Escape")
        self.ask(
            "maps.state.set({hover: -1, focus: -1, selection: new Set(), hidden: new Set(),"
            " emphasis: -1, tool: 'move', tab: 'word', colourBy: 'cluster', aligned: true,"
            " linked: true, morph: false, place: 0})"
        )
        self.ask(
            "maps.views.forEach((view) => { view.stopFlight?.();"
            " Object.assign(view.camera, new view.camera.constructor().view);"
            " view.redraw({settle: true}); })"
        )
        self.page.wait_for_timeout(250)

    def places(self, at: int) -> np.ndarray:
        """Where each word lies in the window on one of the maps."""
        listed = self.ask(
            f"((view) => {{ const box = view.root.getBoundingClientRect();"
            " return [[...view.sx].map(x => x + box.left), [...view.sy].map(y => y + box.top)]"
            f" .map(axis => axis.map(at => Number.isFinite(at) ? at : null)); }})(maps.views[{at}])"
        )
        return np.array(listed, dtype=float).T

    def number(self, word: str) -> int:
        return self.ask(f"maps.vocabulary.indexOf({json.dumps(word)})")


@pytest.fixture(scope="module")
def shared(shared_page, map_on):
    page, complaints = shared_page
    # Streamlit first looks for its server below the page's own address.
    complaints.allow("404")
    return Maps(map_on(page)).open(TWO, 2), complaints


@pytest.fixture
def two(shared):
    """GloVe and BERT, which both know every word, with nothing chosen."""
    maps, complaints = shared
    maps.reset()
    yield maps
    assert not complaints.unexpected


def related(maps: Maps, at: int, word: int) -> dict[str, str]:
    """What is marked with a word on a map: each word and its kind."""
    script = (
        "(async () => { const path = [...performance.getEntriesByType('resource')]"
        ".map(e => e.name).find(n => n.endsWith('/highlight.js'));"
        " const { relatedTo } = await import(path);"
        " const maps = document.querySelector('.lm-root').linkedMaps;"
        f" return relatedTo(maps.views[{at}], {word})"
        ".map(each => [maps.vocabulary.words[each.word], each.kind]); })()"
    )
    return dict(maps.page.evaluate(script))


def test_a_hover_lights_the_word_on_every_map_with_its_own_neighbours(two, shipped):
    king = two.number("king")
    x, y = two.places(0)[king]
    two.ask("maps.views[0].camera.zoomAt(1, 0, 0)")
    two.page.mouse.move(x, y)
    two.until("maps.state.hover >= 0")
    word = two.ask("maps.state.hover")
    drawn = two.ask(
        "maps.views.map((view) => { const c = view.overlay; const d = c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data; let n = 0;"
        " for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })"
    )
    assert min(drawn) > 200, "every overlay shows something"
    words = two.ask("maps.vocabulary.words")
    lists = {}
    for at, key in enumerate(("glove", "bert")):
        near = shipped.load(neighbors.spec(methods.get(key).spec()))
        lists[at] = [words[i] for i in near.indices[word, :10]]
        assert list(related(two, at, word)) == lists[at]
    for at in (0, 1):
        for other, kind in related(two, at, word).items():
            assert kind == ("shared" if other in lists[1 - at] else "own")


def test_a_lasso_on_one_map_selects_the_same_words_on_all(two):
    places = two.places(1)
    middle = np.nanmedian(places, axis=0)
    two.page.get_by_role("button", name="Lasso").click()
    path = [middle + np.array(step) * 60 for step in ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 0))]
    two.page.mouse.move(*path[0])
    two.page.mouse.down()
    for x, y in path[1:]:
        two.page.mouse.move(x, y, steps=6)
    two.page.mouse.up()
    two.until("maps.state.selection.size > 20")
    selected = set(two.ask("[...maps.state.selection]"))
    inside = set(np.flatnonzero(np.abs(places - middle).sum(axis=1) < 59).tolist())
    assert inside <= selected
    # Every map fades the same words: those that are not selected.
    for at in (0, 1):
        alpha = np.array(two.ask(f"[...maps.views[{at}].alpha]"))
        strong = np.median(alpha[sorted(selected)])
        rest = np.setdiff1d(np.arange(len(alpha)), sorted(selected))
        assert strong > 150 and (alpha[rest] <= 60).all()
    two.until("location.hash.includes('selected=')")
    two.page.get_by_role("heading", name=f"{len(selected)} words selected").wait_for()
    with two.page.expect_download() as download:
        two.page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert len(rows) == len(selected)
    assert {"word", "topic", "overlap", "nearest by GloVe", "nearest by BERT (MiniLM)"} <= set(
        rows[0]
    )
    for row in rows[:20]:
        a, b = (set(row[f"nearest by {name}"].split(", ")) for name in ("GloVe", "BERT (MiniLM)"))
        assert float(row["overlap"]) == pytest.approx(len(a & b) / len(a | b), abs=0.01)


def test_the_legend_filters_all_maps(two):
    two.page.get_by_role("tab", name="Colours").click()
    two.page.locator(".lm-legend .lm-entry").first.click()
    two.until("maps.state.hidden.size === 1")
    hidden = [
        two.ask(f"[...maps.views[{at}].alpha].filter((a) => a === 10).length") for at in (0, 1)
    ]
    assert hidden[0] > 0 and hidden == [hidden[0]] * 2


def test_maps_zoom_together_until_told_not_to(two):
    x, y = two.places(0)[two.number("water")]
    two.page.mouse.move(x, y)
    two.page.mouse.wheel(0, -400)
    two.until(
        "maps.views[1].camera.zoom > 1.5 && maps.views[0].camera.zoom === maps.views[1].camera.zoom"
    )
    two.page.get_by_role("button", name="Zoom together").click()
    before = two.ask("maps.views[1].camera.zoom")
    two.page.mouse.move(x, y)
    two.page.mouse.wheel(0, -400)
    two.until(f"maps.views[0].camera.zoom > {before} * 1.2")
    assert two.ask("maps.views[1].camera.zoom") == before


def test_a_word_that_is_searched_is_in_the_middle_of_every_map(two):
    two.one.find("violin")
    violin = two.number("violin")
    two.until(
        f"maps.views.every((view) => Math.abs(view.sx[{violin}] - view.width / 2) < view.width / 8"
        " && view.camera.zoom > 2)"
    )


def test_up_stays_up_by_a_turn_a_mirror_and_a_scale(two, shipped):
    words = two.ask("maps.vocabulary.words.length")
    specs = [projection.spec(methods.get(key).spec()) for key in ("glove", "bert")]
    onto, moving = (shipped.load(spec).coordinates.astype(float) for spec in specs)
    assert len(onto) == words == len(moving)
    a, b = moving - moving.mean(0), onto - onto.mean(0)
    u, _, vt = np.linalg.svd(a.T @ b)
    expected = a @ (u @ vt) * np.linalg.norm(b) / np.linalg.norm(a)
    got = np.array(two.ask("[...maps.maps[1].coordinates]")).reshape(-1, 2)
    first = np.array(two.ask("[...maps.maps[0].coordinates]")).reshape(-1, 2)
    # One frame for both: the same factor and shift take the files' places to the screen's.
    factor = np.polyfit(b[:, 0], first[:, 0], 1)
    np.testing.assert_allclose(np.polyval(factor, expected[:, 0]), got[:, 0], atol=1e-3)
    two.page.get_by_role("button", name="Aligned").click()
    two.until("!maps.state.aligned && location.hash.includes('aligned=0')")
    other = np.array(two.ask("[...maps.maps[1].coordinates]")).reshape(-1, 2)
    assert not np.allclose(other, got, atol=0.05)


def test_morph_takes_every_word_from_the_one_map_to_the_other(two):
    two.page.get_by_role("button", name="Morph").click()
    two.until(
        "maps.state.morph && getComputedStyle(maps.views[1].root.parentElement).display === 'none'"
    )
    slider = two.page.get_by_role("slider", name="From map to map")
    slider.fill("500")
    two.until("Math.abs(maps.state.place - 0.5) < 0.001")
    a, b, between = (
        np.array(two.ask(f"[...{of}]"))
        for of in ("maps.maps[0].coordinates", "maps.maps[1].coordinates", "maps.view.coordinates")
    )
    np.testing.assert_allclose(between, (a + b) / 2, atol=1e-5)
    assert slider.get_attribute("aria-valuetext") == "50 % of the way from GloVe to BERT (MiniLM)"
    two.page.get_by_role("button", name="Play").click()
    two.until("maps.state.place === 1", 8)
    two.until("maps.state.place < 0.6", 8)
    two.page.get_by_role("button", name="Pause").click()
    place = two.ask("maps.state.place")
    two.page.wait_for_timeout(200)
    assert two.ask("maps.state.place") == place


def test_agreement_is_a_colour_on_every_map(two, shipped):
    two.page.get_by_role("tab", name="Colours").click()
    two.page.get_by_role("button", name="Agreement").click()
    two.until("maps.state.colourBy === 'agreement'")
    found = np.array(two.ask("[...maps.comparison.agreement]"))
    sets = []
    for key in ("glove", "bert"):
        near = shipped.load(neighbors.spec(methods.get(key).spec()))
        sets.append([set(row) for row in near.indices[:500, :10].tolist()])
    expected = [len(a & b) / len(a | b) for a, b in zip(*sets, strict=True)]
    np.testing.assert_allclose(found[:500], expected, atol=1e-6)
    two.page.get_by_text("0 to .05").wait_for()


def test_words_that_one_method_lacks_are_left_out_of_both_lists(fresh, shipped):
    fresh.open("/compare?maps=glove|word2vec&vocabulary=topics", 2)
    vocabulary = shipped.load(VocabularySpec("topics"))
    lists = []
    for key in ("glove", "word2vec"):
        table = recipes.fetch(methods.get(key).spec("topics"))
        near = shipped.load(neighbors.spec(table.spec))
        lists.append(
            {w: [table.words[i] for i in near.indices[row, :15]] for w, row in table.index.items()}
        )
    assert len(lists[1]) < len(lists[0]) == len(vocabulary)
    found = fresh.ask("[...maps.comparison.agreement].map((x) => Number.isNaN(x) ? null : x)")
    for word, got in zip(vocabulary.words, found, strict=True):
        if word not in lists[1]:
            assert got is None
            continue
        near = [[w for w in lists[at][word] if w in lists[1 - at]][:10] for at in (0, 1)]
        a, b = map(set, near)
        assert got == pytest.approx(len(a & b) / len(a | b), abs=1e-6)


def test_trust_marks_what_the_map_makes_up_and_loses(two):
    two.page.get_by_role("tab", name="Colours").click()
    two.page.get_by_role("button", name="Trust").click()
    two.until("maps.maps.every((map) => map.trustworthiness)")
    word = two.number("king")
    two.ask(f"maps.state.set({{ focus: {word} }})")
    kinds = related(two, 0, word)
    true = {w for w, kind in kinds.items() if kind in ("kept", "missing")}
    close = {w for w, kind in kinds.items() if kind in ("kept", "false")}
    assert len(true) == len(close) == 10
    dots = two.ask(f"maps.maps[0].closestDots({word}, 10).map((i) => maps.vocabulary.words[i])")
    assert close == set(dots)
    assert two.page.get_by_text("close on the map only").first.is_visible()


def test_browsing_asks_nothing_of_the_server(two):
    seen: list[str] = []
    two.page.wait_for_timeout(400)
    heard = lambda request: seen.append(request.url)  # noqa: E731
    two.page.on("request", heard)
    for word in ("water", "music", "london"):
        two.page.mouse.move(*two.places(0)[two.number(word)])
    two.page.mouse.wheel(0, -300)
    two.page.wait_for_timeout(500)
    two.page.remove_listener("request", heard)
    assert not seen


def test_the_panel_sets_the_lists_beside_each_other(two):
    two.one.find("rose")
    lists = two.page.locator(".lm-lists > div")
    assert lists.locator("h4").all_inner_texts() == ["GloVe", "BERT (MiniLM)"]
    names = [lists.nth(i).locator(".lm-name").all_inner_texts() for i in (0, 1)]
    marks = [lists.nth(i).locator(".lm-mark").all_inner_texts() for i in (0, 1)]
    for at in (0, 1):
        assert len(names[at]) == 10
        assert marks[at] == ["●" if name in names[1 - at] else "○" for name in names[at]]
    overlap = len(set(names[0]) & set(names[1])) / len(set(names[0]) | set(names[1]))
    assert two.page.locator(".lm-pair .lm-number").inner_text() == f"{overlap:.2f}"


def test_pictures_show_all_maps_with_their_names_and_the_key(two):
    two.page.get_by_role("button", name="Save this map").click()
    with two.page.expect_download() as download:
        two.page.get_by_role("menuitem", name="SVG").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert text.count("<svg ") == 3
    for said in (">GloVe<", ">BERT (MiniLM)<", "UMAP, 15 neighbours"):
        assert said in text
    names = two.ask("maps.maps[0].clusterNames")
    assert sum(f">{name}<" in text for name in names) >= len(names) - 1
    two.page.get_by_role("button", name="Save this map").click()
    with two.page.expect_download() as download:
        two.page.get_by_role("menuitem", name="PNG").click()
    assert Path(download.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_saved_page_links_its_maps_without_a_network(two, browser, tmp_path):
    two.page.get_by_role("button", name="Save this map").click()
    with two.page.expect_download() as download:
        two.page.get_by_role("menuitem", name="HTML").click()
    path = tmp_path / "maps.html"
    download.value.save_as(path)
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(path.as_uri())
    saved = Maps(type(two.one)(page)).drawn(2)
    king = saved.number("king")
    page.mouse.move(*saved.places(0)[king])
    saved.until("maps.state.hover >= 0")
    hovered = saved.ask("maps.state.hover")
    assert {"shared", "own"} >= set(related_inside(saved, 1, hovered))
    saved.one.find("queen")
    saved.until("maps.vocabulary.words[maps.state.focus] === 'queen'")
    saved.ask("maps.state.set({ selection: new Set([1, 2, 3]) })")
    assert saved.ask("maps.views.map((view) => [...view.alpha].filter((a) => a > 100).length)") == [
        3,
        3,
    ]
    assert saved.ask("maps.maps[1].source.align.matrix.length") == 2
    assert not errors
    context.close()


def related_inside(maps: Maps, at: int, word: int) -> list[str]:
    return maps.ask(
        f"(maps.maps[{at}].neighborsOf({word}, 10)).map((each) =>"
        f" maps.comparison.shared({word}).get(each.word) > 1 ? 'shared' : 'own')"
    )


# ---------------------------------------------------------------------------- fresh pages


@pytest.fixture
def fresh(word_map, complaints):
    complaints.allow("404")
    return Maps(word_map)


def test_four_shipped_maps_are_the_start(fresh):
    fresh.open(FOUR, 4)
    assert fresh.ask("maps.maps.map((map) => map.source.method)") == [
        "cooccurrence",
        "word2vec",
        "glove",
        "bert",
    ]
    boxes = [cell.bounding_box() for cell in fresh.page.locator(".lm-cell").all()]
    assert all(box["width"] > 400 and box["height"] > 240 for box in boxes)
    assert fresh.page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_two_maps_in_space_have_one_camera(fresh):
    fresh.open(SPACE, 2)
    box = fresh.page.locator(".lm-map").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = fresh.ask("maps.views[1].camera.yaw")
    fresh.page.mouse.move(x, y)
    fresh.page.mouse.down()
    fresh.page.mouse.move(x + 90, y + 30, steps=6)
    fresh.page.mouse.up()
    fresh.until(f"Math.abs(maps.views[1].camera.yaw - {before}) > 0.2")
    assert fresh.ask("maps.views[0].camera.yaw === maps.views[1].camera.yaw")
    assert fresh.ask("maps.views[0].camera.pitch === maps.views[1].camera.pitch")


def test_after_a_search_and_a_walk_space_still_has_one_camera(fresh):
    fresh.open(SPACE, 2)
    fresh.one.find("king")
    fresh.until("maps.views[0].camera.zoom > 1.2 && maps.state.focus >= 0")
    fresh.page.wait_for_timeout(700)
    same = "JSON.stringify(maps.views[0].camera.view) === JSON.stringify(maps.views[1].camera.view)"
    assert fresh.ask(same)
    box = fresh.page.locator(".lm-map").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fresh.page.mouse.move(x, y)
    fresh.page.mouse.down()
    fresh.page.mouse.move(x + 8, y, steps=4)
    fresh.page.mouse.up()
    assert fresh.ask(same)


def test_another_method_changes_the_names_of_the_controls_and_keeps_what_was_set(fresh):
    fresh.open("/compare?maps=glove|one_hot&vocabulary=topics", 2)
    fresh.ask("maps.state.set({ aligned: false, selection: new Set([4, 5]), focus: 4 })")
    fresh.page.get_by_role("button", name="Add").click()
    fresh.drawn(3)
    assert fresh.ask("[maps.state.aligned, maps.state.selection.size, maps.state.focus]") == [
        False,
        2,
        4,
    ]
    fresh.page.get_by_role("button", name="One-hot").first.click()
    fresh.page.get_by_role("combobox", name=re.compile("Method")).last.click()
    fresh.page.get_by_role("option", name="BERT (MiniLM)", exact=True).click()
    fresh.until("maps.maps[1].source.method === 'bert'", 30)
    stops = fresh.page.locator(".lm-stop").all_inner_texts()
    assert stops == ["GloVe", "BERT (MiniLM)", "Co-occurrence"]


def test_maps_that_are_free_are_zoomed_one_by_one(fresh):
    fresh.open("/compare?maps=glove|bert&vocabulary=topics", 2)
    fresh.page.get_by_role("button", name="Zoom together").click()
    fresh.page.locator(".lm-map").nth(1).click(position={"x": 5, "y": 60})
    fresh.page.get_by_role("button", name="Zoom in").click()
    fresh.until("maps.views[1].camera.zoom > 1.2")
    assert fresh.ask("maps.views[0].camera.zoom") == 1


def test_in_the_dark_theme_the_maps_are_dark(dark_page, complaints, map_on):
    complaints.allow("404")
    dark = Maps(map_on(dark_page)).open(TWO, 2)
    assert dark.ask("maps.theme.dark") is True
    shade = (
        "(({views: [view]}) => getComputedStyle(view.stage.parentElement).backgroundColor)(maps)"
    )
    assert max(map(int, re.findall(r"\d+", dark.ask(shade))[:3])) < 60


def test_a_copied_address_brings_everything_back(fresh, browser, server, map_on):
    fresh.open("/compare?maps=glove|bert&vocabulary=topics", 2)
    fresh.one.find("king")
    fresh.until("maps.views[0].camera.zoom > 1.2 && maps.state.focus >= 0")
    fresh.ask(
        "maps.state.set({ colourBy: 'agreement', selection: new Set([3, 5, 8]), aligned: false })"
    )
    fresh.page.wait_for_timeout(900)
    address = fresh.page.url
    state = "[maps.state.focus, maps.state.colourBy, [...maps.state.selection], maps.state.aligned]"
    seen, views = fresh.ask(state), fresh.ask("maps.places()")
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 720})
    other = Maps(map_on(context.new_page()))
    other.page.goto(address)
    other.drawn(2)
    other.until("maps.state.colourBy === 'agreement'")
    assert other.ask(state) == seen
    np.testing.assert_allclose(other.ask("maps.places()"), views, atol=1e-3)
    context.close()


def test_a_selection_goes_along_to_the_map(fresh):
    fresh.open("/compare?maps=glove|bert", 2)
    fresh.ask("maps.state.set({ selection: new Set([10, 20, 30]), focus: 20 })")
    fresh.page.wait_for_timeout(600)
    fresh.page.get_by_test_id("stTopNavLink").filter(has_text=re.compile("^Map$")).click()
    fresh.one.drawn("maps.views.length === 1")
    fresh.until("maps.state.selection.size === 3")
    assert fresh.ask("[...maps.state.selection]") == [10, 20, 30]
    assert fresh.ask("maps.state.focus") == 20


def test_a_wrong_address_says_so_and_shows_the_rest(fresh):
    fresh.open("/compare?maps=glov|bert|glove&vocabulary=topics#selected=zzzz.q&view=1,2", 2)
    fresh.page.get_by_text("Did you mean glove?").wait_for()
    assert fresh.ask("maps.maps.map((map) => map.source.method)") == ["bert", "glove"]


def test_a_map_is_added_and_removed(fresh):
    fresh.open("/compare?maps=glove|bert&vocabulary=topics", 2)
    fresh.page.get_by_role("button", name="Add").click()
    fresh.drawn(3)
    assert "cooccurrence" in fresh.page.url
    fresh.page.get_by_role("button", name="BERT (MiniLM)").first.click()
    fresh.page.get_by_role("button", name="Remove this map").click()
    fresh.drawn(2)
    assert fresh.ask("maps.maps.map((map) => map.source.method)") == ["glove", "cooccurrence"]
