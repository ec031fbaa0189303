"""The word map as a reader uses it: by mouse and keyboard, in a real browser."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import clusters, methods, neighbors, projection
from embeddings.figures import packs
from embeddings.store import SHIPPED, Store
from embeddings.types import Spec, Vocabulary, VocabularySpec

WIDTH, HEIGHT = 1280, 720
HOSTILE = ("<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "abc\u202edcba", "z" * 10_000)


@pytest.fixture(scope="module")
def shipped() -> Store:
    return Store(SHIPPED)


@pytest.fixture(scope="module")
def glove() -> Spec:
    return methods.get("glove").spec("common-10k")


@pytest.fixture(scope="module")
def vocabulary(shipped) -> Vocabulary:
    return shipped.load(VocabularySpec("common-10k"))


@pytest.fixture(scope="module")
def near(shipped, glove, vocabulary):
    """The true neighbours of a word: [(word, cosine)], the nearest first."""
    found = shipped.load(neighbors.spec(glove))

    def of(word: str, k: int = 10) -> list[tuple[str, float]]:
        row = vocabulary.index[word]
        listed = zip(found.indices[row, :k], found.similarities[row, :k], strict=True)
        return [(vocabulary.words[i], float(cosine)) for i, cosine in listed]

    return of


# --------------------------------------------------------------------------------- the picture

BOXES = """
(({view}) => {
  const c = document.createElement("canvas").getContext("2d");
  return view.labels.placed.map(({word, region, text, dx = 0, dy}) => {
    c.font = word === undefined ? `600 11.5px ${view.theme.font}` : `11px ${view.theme.font}`;
    c.letterSpacing = word === undefined ? "1.2px" : "0px";
    const x = word === undefined ? view.regions[region].x : view.sx[word] + dx;
    const y = (word === undefined ? view.regions[region].y : view.sy[word]) + dy;
    const half = c.measureText(text).width / 2;
    return [x - half, y - 5, x + half, y + 5];
  });
})(maps)
"""


def test_the_default_map_shows_ten_thousand_words(default_map):
    assert default_map.ask("maps.view.map.known") == 10_000
    caption = default_map.page.locator(".lm-caption").inner_text()
    assert caption.startswith("10,000 words · GloVe 50d · UMAP, 15 neighbours, seed 42")
    places = default_map.places
    inside = (places > 0).all(axis=1) & (places[:, 0] < WIDTH) & (places[:, 1] < HEIGHT)
    assert inside.mean() > 0.99
    assert default_map.page.evaluate("document.documentElement.scrollHeight") <= HEIGHT


@pytest.mark.parametrize("zoom", [1, 3, 9])
def test_names_lie_inside_the_map_and_never_over_each_other(default_map, zoom):
    default_map.ask(f"maps.view.camera.zoom = {zoom}")
    default_map.redrawn()
    boxes = np.array(default_map.ask(BOXES.strip()))
    assert len(boxes) > 40
    width, height = default_map.ask("[maps.view.width, maps.view.height]")
    assert boxes[:, :2].min() >= 0 and boxes[:, 2].max() <= width and boxes[:, 3].max() <= height
    left, top, right, bottom = boxes.T
    overlap = (
        (left[:, None] < right)
        & (right[:, None] > left)
        & (top[:, None] < bottom)
        & (bottom[:, None] > top)
    )
    assert not (overlap & ~np.eye(len(boxes), dtype=bool)).any()


# --------------------------------------------------------------------- pointing, clicking, keys


def test_pointing_at_a_dot_lights_the_word_and_its_true_neighbours(default_map, near):
    word = default_map.point_at("violin")
    default_map.until(f"maps.vocabulary.words[maps.state.hover] === {word!r}")
    listed = default_map.ask(
        f"maps.view.map.neighborsOf({default_map.words.index(word)}, 10)"
        ".map(({word}) => [maps.vocabulary.words[word], maps.view.overlay.getContext('2d')"
        ".getImageData(maps.view.sx[word] * maps.view.ratio,"
        " maps.view.sy[word] * maps.view.ratio, 1, 1).data[3]])"
    )
    assert [name for name, _ in listed] == [name for name, _ in near(word)]
    assert all(alpha > 0 for _, alpha in listed)


def test_a_click_shows_meaning_neighbours_and_trust(default_map, shipped, glove, near):
    word = default_map.point_at("violin")
    default_map.page.mouse.down()
    default_map.page.mouse.up()
    panel = default_map.page.get_by_role("tabpanel")
    panel.get_by_role("heading", name=word, exact=True).wait_for()
    rows = panel.locator(".lm-neighbours li")
    names = rows.locator(".lm-name").all_inner_texts()
    cosines = [float(text) for text in rows.locator(".lm-number").all_inner_texts()]
    assert names == [name for name, _ in near(word)]
    assert cosines == pytest.approx([cosine for _, cosine in near(word)], abs=0.0051)
    panel.get_by_text("(GCIDE)").wait_for()
    panel.get_by_role("heading", name="Its vector, 50 numbers").wait_for()

    coordinates = shipped.load(projection.spec(glove)).coordinates
    words = default_map.words
    away = ((coordinates - coordinates[words.index(word)]) ** 2).sum(axis=1)
    dots = [words[i] for i in np.argsort(away) if words[i] != word]
    kept = len(set(dots[:50]) & {name for name, _ in near(word)})
    right = len(set(dots[:10]) & {name for name, _ in near(word, 15)})
    assert panel.get_by_text("of its 10 nearest neighbours").inner_text() == (
        f"{kept} of its 10 nearest neighbours are among the 50 closest dots (chance: 0.1). "
        f"Of the 10 closest dots, {right} are true neighbours (its 15 nearest of 9,999)."
    )


def test_arrows_walk_to_a_true_neighbour_and_escape_clears(default_map, near):
    page = default_map.page
    default_map.find("queen")
    default_map.until("maps.vocabulary.words[maps.state.focus] === 'queen'")
    places, words = default_map.places, default_map.words
    to = dict(zip(words, places - places[words.index("queen")], strict=True))
    nearest = next(name for name, _ in near("queen"))
    x, y = to[nearest]
    horizontal = abs(x) > abs(y)
    key = ("ArrowRight" if x > 0 else "ArrowLeft") if horizontal else None
    page.keyboard.press(key or ("ArrowDown" if y > 0 else "ArrowUp"))
    default_map.until(f"maps.vocabulary.words[maps.state.focus] === {nearest!r}")
    live = page.locator("[aria-live=polite].lm-visually-hidden")
    said = ", ".join(name for name, _ in near(nearest, 5))
    assert live.inner_text() == f"{nearest}. Nearest: {said}."
    page.keyboard.press("Escape")
    default_map.until("maps.state.focus === -1")
    page.get_by_role("heading", name="Point at a word, then click it").wait_for()


def test_search_flies_to_the_word(default_map):
    default_map.find("Paris")
    paris = default_map.words.index("paris")
    default_map.until(
        f"maps.state.focus === {paris} && maps.view.camera.zoom > 2"
        f" && Math.abs(maps.view.sx[{paris}] - maps.view.width / 2) < maps.view.width / 8"
        f" && Math.abs(maps.view.sy[{paris}] - maps.view.height / 2) < maps.view.height / 8"
    )
    assert default_map.page.get_by_role("combobox", name="Find a word").input_value() == ""


def test_a_typing_error_is_offered_the_right_word(default_map):
    page = default_map.page
    page.keyboard.press("/")
    page.keyboard.type("elefant")
    assert page.get_by_text("No word “elefant” here. Did you mean:").is_visible()
    page.keyboard.press("Enter")
    assert default_map.focus is None  # a guess is never taken for what was meant
    page.get_by_role("option", name="elephant").click()
    default_map.until("maps.vocabulary.words[maps.state.focus] === 'elephant'")


def test_suggestions_are_reached_by_keys(default_map):
    page = default_map.page
    page.keyboard.press("/")
    page.keyboard.type("viol")
    options = page.get_by_role("option").all_inner_texts()
    assert all("viol" in option for option in options) and "violin" in options
    for _ in range(options.index("violin") + 1):
        page.keyboard.press("ArrowDown")
    marked = page.get_by_role("combobox", name="Find a word").get_attribute("aria-activedescendant")
    assert page.locator(f"#{marked}").inner_text() == "violin"
    page.keyboard.press("Enter")
    default_map.until("maps.vocabulary.words[maps.state.focus] === 'violin'")


def test_keys_zoom_and_return(default_map):
    default_map.page.locator(".lm-map").focus()
    default_map.page.keyboard.press("+")
    default_map.until("maps.view.camera.zoom > 1.3")
    default_map.page.keyboard.press("-")
    default_map.until("Math.abs(maps.view.camera.zoom - 1) < .01")
    default_map.page.keyboard.press("+")
    default_map.page.keyboard.press("0")
    default_map.until("maps.view.viewNumbers === null")


# ----------------------------------------------------------------------------------- selecting


def drag(page: Any, path: Sequence[tuple[float, float]]) -> None:
    """Drag the mouse along a path."""
    page.mouse.move(*path[0])
    page.mouse.down()
    for x, y in path[1:]:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()


def selected(word_map) -> set[str]:
    return set(word_map.ask("[...maps.state.selection].map((i) => maps.vocabulary.words[i])"))


def in_diamond(places, words, middle, reach: float) -> set[str]:
    inside = np.abs(places - middle).sum(axis=1) < reach
    return {word for word, here in zip(words, inside, strict=True) if here}


@pytest.mark.parametrize("way", ["lasso", "shift"])
def test_the_lasso_selects_the_words_inside(default_map, way):
    page, middle, reach = default_map.page, np.array([500, 420]), 60
    places, words = default_map.places, default_map.words
    steps = ((reach, 0), (0, reach), (-reach, 0), (0, -reach))
    corners = [(middle + step).tolist() for step in steps]
    if way == "lasso":
        page.get_by_role("button", name="Lasso").click()
    else:
        page.keyboard.down("Shift")
    drag(page, [*corners, corners[0]])
    page.keyboard.up("Shift")
    default_map.until("maps.state.selection.size > 0")
    got = selected(default_map)
    # A dot on the line itself may fall on either side.
    surely, perhaps = (in_diamond(places, words, middle, reach + more) for more in (-1, 1))
    assert surely <= got <= perhaps and len(surely) > 50


def test_the_box_selects_and_the_table_sorts_and_saves(default_map, vocabulary):
    page = default_map.page
    places, words = default_map.places, default_map.words
    page.get_by_role("button", name="Box").click()
    drag(page, [(450.5, 400.5), (560.5, 480.5)])
    inside = ((places > (450.5, 400.5)) & (places < (560.5, 480.5))).all(axis=1)
    expected = {word for word, here in zip(words, inside, strict=True) if here}
    default_map.until("maps.state.selection.size > 0")
    assert selected(default_map) == expected
    page.get_by_role("heading", name=f"{len(expected)} words selected").wait_for()

    page.get_by_role("button", name="in corpus").click()
    shown = page.locator(".lm-table tbody tr td:first-child").all_inner_texts()
    counts = [int(vocabulary.count[vocabulary.index[word]]) for word in shown]
    assert counts == sorted(counts, reverse=True) and len(shown) == min(100, len(expected))

    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert {row["word"] for row in rows} == expected and len(rows) == len(expected)
    page.get_by_role("button", name="Clear the selection").click()
    page.get_by_role("heading", name="Nothing selected").wait_for()
    assert selected(default_map) == set()


# -------------------------------------------------------------------------------------- legend


def entry(page: Any, name: str) -> Any:
    return page.locator(".lm-legend .lm-entry").filter(has_text=name)


def test_what_the_legend_hides_cannot_be_pointed_at(default_map, shipped, glove):
    page = default_map.page
    groups = shipped.load(clusters.spec(glove))
    group = groups.labels[default_map.words.index("violin")]
    page.get_by_role("tab", name="Colours").click()
    entry(page, groups.names[group]).click()
    assert entry(page, groups.names[group]).get_attribute("aria-pressed") == "false"
    default_map.redrawn()
    default_map.point_at("violin")
    hovered = default_map.ask("maps.state.hover")
    assert hovered == -1 or groups.labels[hovered] != group

    page.get_by_role("button", name=f"Only {groups.names[group]}").click()
    default_map.redrawn()
    strong = np.array(default_map.ask("[...maps.view.alpha]")) > 10
    assert (strong == (groups.labels == group)).all()
    page.get_by_role("button", name="Show all").click()
    default_map.until("maps.view.alpha.every((a) => a > 10)")


@pytest.mark.parametrize("way", ["Topic", "Cluster", "Part of speech", "Frequency"])
def test_the_legend_counts_every_word_once(default_map, way):
    page = default_map.page
    page.get_by_role("tab", name="Colours").click()
    ways = page.get_by_role("group", name="Colour by")
    ways.get_by_role("button", name=way).click()
    ways.get_by_role("button", name=way, pressed=True).wait_for()
    counts = page.locator(".lm-legend .lm-number").all_inner_texts()
    assert sum(int(count.replace(",", "")) for count in counts) == 10_000
    used = default_map.ask("new Set([...maps.view.colour]).size")
    assert used == len(counts) >= 4


# ------------------------------------------------------------------- the address, other choices


def test_a_copied_address_is_the_whole_state(browser, server, word_map, map_on):
    word_map.open("/?method=bert&vocabulary=topics&dimensions=2")
    page = word_map.page
    word_map.ask("maps.state.set({selection: new Set([3, 5, 8]), colourBy: 'part_of_speech'})")
    word_map.ask("maps.state.set({hidden: new Set([1, 2]), tab: 'selection'})")
    word_map.find("tiger")
    word_map.until("maps.vocabulary.words[maps.state.focus] === 'tiger'")
    state = (
        "({focus: maps.state.focus, colour: maps.state.colourBy, tab: maps.state.tab,"
        " hidden: [...maps.state.hidden], selection: [...maps.state.selection],"
        " view: maps.view.viewNumbers?.map((x) => +x.toFixed(3)), map: maps.view.map.source.id})"
    )
    word_map.until(
        "maps.view.camera.zoom > 1.399 && new URLSearchParams(location.hash.slice(1)).get('view')"
        " === maps.view.viewNumbers.map((x) => +x.toFixed(4)).join()"
    )
    before = word_map.ask(state)
    context = browser.new_context(base_url=server.url, viewport={"width": WIDTH, "height": HEIGHT})
    copy = map_on(context.new_page()).open(page.url)
    copy.until("maps.view.viewNumbers !== null")
    assert copy.ask(state) == before
    chosen = copy.page.get_by_role("radio", name="BERT (MiniLM)", exact=True, checked=True)
    assert chosen.is_visible()
    context.close()


@pytest.mark.parametrize("method", list(methods.available()))
def test_every_method_shows_its_map(default_map, shipped, method):
    page, declared = default_map.page, methods.get(method)
    spec = declared.spec("common-10k")
    expected = shipped.load(projection.spec(spec))
    assert expected is not None, f"the map of {declared.label} is not shipped"
    page.get_by_role("radio", name=declared.label, exact=True).click()
    default_map.drawn(f"maps.view.map.source.method === {method!r}")
    assert default_map.ask("maps.view.map.known") == len(expected.coordinates)
    assert (
        page.locator(".lm-caption")
        .inner_text()
        .startswith(f"{len(expected.coordinates):,} words · {declared.label}")
    )
    word = default_map.point_at("music")
    default_map.until(f"maps.vocabulary.words[maps.state.hover] === {word!r}")
    assert default_map.ask("maps.view.map.neighborsOf(maps.state.hover, 10).length") == 10
    page.get_by_role("radio", name="GloVe", exact=True).click()
    default_map.drawn("maps.view.map.source.method === 'glove'")
    assert default_map.ask("maps.state.colourBy") == "cluster"


def test_a_map_in_space_turns_and_answers(word_map):
    word_map.open("/?vocabulary=common-2k&dimensions=3")
    before = word_map.ask("maps.view.camera.yaw")
    drag(word_map.page, [(400, 400), (560, 400)])
    word_map.until(f"Math.abs(maps.view.camera.yaw - {before}) > 0.5")
    word_map.redrawn()
    word_map.point_at("king")
    word_map.until("maps.state.hover >= 0")
    assert word_map.ask("maps.view.map.neighborsOf(maps.state.hover, 10).length") == 10


def test_all_of_glove_is_one_map(word_map):
    page = word_map.page
    word_map.open("/?vocabulary=glove-400k", seconds=90)
    assert word_map.ask("maps.view.map.known") == 400_000
    king = word_map.ask("maps.vocabulary.indexOf('king')")
    x, y = word_map.ask(
        f"(({{view}}) => {{ const box = view.root.getBoundingClientRect();"
        f" return [view.sx[{king}] + box.left, view.sy[{king}] + box.top]; }})(maps)"
    )
    with page.expect_response(re.compile("/data/nearest/")) as answer:
        page.mouse.move(x, y)
    found = answer.value.json()["neighbors"]
    word_map.until("maps.view.map.neighborsOf(maps.state.hover, 10)?.length === 10")
    cosines = [each["similarity"] for each in found]
    assert cosines == sorted(cosines, reverse=True) and cosines[0] > 0.3


def test_browsing_asks_nothing_of_the_server(word_map):
    page, asked = word_map.page, []
    page.on("request", lambda request: asked.append(request.url))

    def watch(websocket: Any) -> None:
        websocket.on("framesent", lambda _: asked.append("frame to the server"))
        websocket.on("framereceived", lambda _: asked.append("frame from the server"))

    page.on("websocket", watch)
    word_map.open()
    page.wait_for_load_state("networkidle")
    asked.clear()
    for word in ("violin", "king", "monday"):
        word_map.point_at(word)
        word_map.until("maps.state.hover >= 0")
    page.mouse.wheel(0, -400)
    word_map.until("maps.view.camera.zoom > 1.5")
    drag(page, [(400, 400), (460, 430)])
    page.keyboard.press("/")
    page.keyboard.type("elep")
    page.keyboard.press("ArrowDown")
    word_map.until("maps.vocabulary.words[maps.state.hover] === 'elephant'")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Box").click()
    drag(page, [(400, 350), (520, 450)])
    word_map.until("maps.state.selection.size > 0")
    page.get_by_role("tab", name="Colours").click()
    page.get_by_role("group", name="Colour by").get_by_text("Frequency").click()
    word_map.until("location.hash.includes('colour=frequency')")
    assert asked == []


# ------------------------------------------------------------------------------------ new maps


def settings(page: Any, **values: int) -> None:
    """Ask for a map with these settings."""
    page.get_by_role("button", name="Settings").click()
    for label, value in values.items():
        page.locator(f"input[aria-label={label}]").fill(str(value))
    page.get_by_role("button", name="Draw this map").click()


def test_a_new_map_is_made_while_the_old_one_stays(word_map):
    page = word_map.page
    word_map.open("/?vocabulary=topics")
    old = word_map.ask("maps.view.map.source.id")
    settings(page, Neighbours=5)
    bar = page.locator(".st-key-progress").get_by_role("progressbar")
    bar.wait_for()
    assert bar.bounding_box()["width"] > 200
    assert word_map.ask("maps.view.map.source.id") == old
    word_map.point_at("tiger")  # not below the progress line
    word_map.until("maps.state.hover >= 0")
    word_map.drawn(f"maps.view.map.source.id !== {old!r}", seconds=120)
    assert "UMAP, 5 neighbours" in page.locator(".lm-caption").inner_text()
    assert "settings=n_neighbors" in page.url
    assert page.get_by_role("button", name="Settings (1)").is_visible()
    page.locator(".st-key-progress").wait_for(state="detached")


def test_a_map_can_be_cancelled(word_map):
    page = word_map.page
    word_map.open()
    old = word_map.ask("maps.view.map.source.id")
    settings(page, Neighbours=50, Epochs=1000)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled. The map before it is still shown.").wait_for()
    assert page.get_by_role("button", name="Try again").is_visible()
    assert word_map.ask("maps.view.map.source.id") == old
    word_map.point_at("tiger")  # not below the progress line
    word_map.until("maps.state.hover >= 0")


# ----------------------------------------------------------------------------------- downloads


def save(page: Any, kind: str, folder: Path) -> Path:
    page.get_by_role("button", name="Save this map").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=kind).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_pictures_of_the_map_can_be_saved(default_map, tmp_path):
    from PIL import Image

    width, height = default_map.ask("[maps.view.width, maps.view.height]")
    with Image.open(save(default_map.page, "PNG", tmp_path)) as image:
        assert image.format == "PNG" and image.size == (2 * width, 2 * height)
        assert len(image.convert("RGB").resize((300, 200)).getcolors(1 << 20)) > 100
    root = ElementTree.parse(save(default_map.page, "SVG", tmp_path)).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    texts = {node.text for node in root.iter("{http://www.w3.org/2000/svg}text")}
    shown = default_map.ask("maps.view.labels.placed.map(({text}) => text)")
    assert set(shown) <= texts and len(shown) > 40


def test_the_map_can_be_saved_as_a_table_and_as_one_file(default_map, browser, map_on, tmp_path):
    text = save(default_map.page, "CSV", tmp_path).read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["word"] for row in rows] == default_map.words
    document = save(default_map.page, "HTML", tmp_path)
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, offline=True)
    page = context.new_page()
    page.goto(document.as_uri())
    alone = map_on(page).drawn()
    word = alone.point_at("violin")
    alone.until(f"maps.vocabulary.words[maps.state.hover] === {word!r}")
    assert alone.ask("maps.view.map.known") == 10_000
    context.close()


# --------------------------------------------------------------------- hostile words, standards


def test_hostile_words_are_text(word_map, shipped, tmp_path):
    """Whatever a word is, it is drawn and listed as letters, and never run."""
    page = word_map.page
    page.on("dialog", lambda dialog: pytest.fail(f"a word was run: {dialog.message}"))
    topics = shipped.load(VocabularySpec("topics"))
    evil = Vocabulary(
        topics.name,
        (*HOSTILE, *topics.words[len(HOSTILE) :]),
        topics.topics,
        topics.topic,
        topics.parts_of_speech,
        topics.part_of_speech,
        topics.count,
    )
    pack = packs.vocabulary_pack(evil)
    page.route("**/data/vocabulary/topics*", lambda route: route.fulfill(body=pack))
    word_map.open("/?vocabulary=topics")
    assert word_map.words[: len(HOSTILE)] == list(HOSTILE)
    for i, word in enumerate(HOSTILE):
        word_map.ask(f"maps.actions.go({i})")
        heading = page.locator(".lm-word")
        heading.filter(has_text=word[:20].replace("\u202e", "�")).wait_for()
        assert len(heading.inner_text()) == len(word)
        assert "\u202e" not in page.locator(".lm-panel").inner_text()
    word_map.ask("maps.state.set({selection: new Set([0, 1, 2, 3]), tab: 'selection'})")
    assert page.locator(".lm-table tbody tr").count() == len(HOSTILE)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert rows[1]["word"] == "'" + HOSTILE[1]
    texts = ElementTree.parse(save(page, "SVG", tmp_path)).getroot().itertext()
    assert any("<img" in text for text in texts)
    page.keyboard.press("/")
    page.keyboard.type("<img")
    page.get_by_role("option", name="<img").wait_for()
    assert page.locator("img").count() == 0
    assert page.evaluate("document.querySelector('.lm-root').scrollWidth") <= WIDTH


RGB = """
(colour, element) => {
  const canvas = document.createElement("canvas");
  const c = canvas.getContext("2d", {willReadFrequently: true});
  element.append(canvas);
  c.fillStyle = colour;
  c.fillRect(0, 0, 1, 1);
  canvas.remove();
  return [...c.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}
"""


def contrast(a: Sequence[int], b: Sequence[int]) -> float:
    """Contrast of two colours by WCAG 2.1."""

    def luminance(rgb: Sequence[int]) -> float:
        c = np.array(rgb) / 255
        linear = np.where(c <= 0.03928, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    dark, light = sorted([luminance(a), luminance(b)])
    return (light + 0.05) / (dark + 0.05)


COLOURS = f"""
(({{root, theme}}) => {{
  const rgb = {RGB.strip()};
  const of = (selector, name) => {{
    const found = root.querySelector(selector);
    return found && rgb(getComputedStyle(found)[name], root);
  }};
  const names = Object.fromEntries(["background", "quiet", "region", "accent"]
    .map((name) => {{
      const probe = document.createElement("i");
      probe.style.color = theme[name];
      root.append(probe);
      const colour = getComputedStyle(probe).color;
      probe.remove();
      return [name, rgb(colour, root)];
    }}));
  return {{
    ...names,
    panel: of(".lm-panel", "backgroundColor"),
    inPanel: [".lm-word", ".lm-panel p", ".lm-panel h3", ".lm-rank", ".lm-panel .lm-quiet",
      ".lm-tabs button", ".lm-close"].map((selector) => [selector, of(selector, "color")]),
  }};
}})(maps)
"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_can_be_read_in_both_themes(request, map_on, theme):
    page = request.getfixturevalue("page" if theme == "light" else "dark_page")
    shown = map_on(page).open("/#word=king")
    shown.page.get_by_text("(GCIDE)").wait_for()
    colours = shown.ask(COLOURS.strip())
    assert (max(colours["background"]) < 60) == (theme == "dark")
    for name in ("quiet", "region"):
        assert contrast(colours[name], colours["background"]) >= 4.5, name
    assert contrast(colours["accent"], colours["background"]) >= 3  # large, bold names and lines
    for selector, colour in colours["inPanel"]:
        assert contrast(colour, colours["panel"]) >= 4.5, selector


def test_the_theme_can_be_switched_while_a_map_is_shown(word_map):
    page = word_map.open("/?vocabulary=topics").page
    assert word_map.ask("maps.theme.dark") is False
    light = word_map.ask("maps.view.colours.rgb.join()")
    page.get_by_test_id("stMainMenu").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    word_map.until("maps.theme.dark && maps.view.theme.dark")
    assert word_map.ask("maps.view.colours.rgb.join()") != light


def test_controls_have_names_and_roles(default_map):
    page = default_map.page
    default_map.find("king")
    for tab in ("Colours", "Selection", "Table", "Word"):
        page.get_by_role("tab", name=tab).click()
        page.get_by_role("tab", name=tab, selected=True).wait_for()
        nameless = page.locator(".lm-root button").evaluate_all(
            "all => all.filter(b => !(b.getAttribute('aria-label') || b.textContent.trim()))"
            ".map(b => b.outerHTML)"
        )
        assert nameless == []
    area = page.locator(".lm-map")
    assert area.get_attribute("role") == "application"
    assert "Map of 10,000 words by GloVe" in area.get_attribute("aria-label")
    assert page.get_by_role("tablist", name="About the map").is_visible()
    assert page.locator(".lm-map canvas:not([aria-hidden=true])").count() == 0


def test_everything_is_reached_by_tab(default_map):
    page = default_map.page
    page.locator("a", has_text="Methods").first.focus()
    reached = []
    for _ in range(36):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(e => e.getAttribute('aria-label') || e.innerText || '')(document.activeElement)"
            )
        )
    for name in (
        "Data", "Vocabulary", "2D", "Settings", "Map of 10,000 words", "Find a word", "Lasso",
        "Box", "Zoom in", "Zoom out", "Show the whole map", "Save this map", "Word", "violin",
    ):  # fmt: skip
        assert any(label.startswith(name) for label in reached), (name, reached)
    # The whole page can be scrolled, and begins with these words too: the controls themselves.
    assert "Save" in reached and "GloVe" in reached
