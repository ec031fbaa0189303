"""What readers bring with their words colours and filters the map; labels are only text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from embeddings.figures.packs import neighbors_pack, projection_pack
from embeddings.figures.standalone import Map, standalone
from embeddings.types import (
    Column,
    Neighbors,
    NeighborsSpec,
    Projection,
    ProjectionSpec,
    Spec,
    Vocabulary,
)

LABELS = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "${7*7}",
    "\"quotes'",
    "=cmd|' /C calc'!A0",
    "__proto__",
    "constructor",
    "ab\u202edcba",
    "x" * 10_000,
    "שלום עולם",
    "👨‍👩‍👧‍👦" * 40,
    "e" + "\u0301" * 400,
    "日本語の長いラベル" * 8,
    "New York City",
    "I love this phone so much, best purchase of the whole year! 😀",
)
EVIL = "<b onclick=alert(1)>brand</b>"
N = 300
WORDS = (*LABELS, *(f"Product {i}" for i in range(N - len(LABELS))))
BRAND = np.where(np.arange(N) % 10 == 9, -1, np.arange(N) % 3)
PRICE = np.where(np.arange(N) % 4 == 3, np.nan, np.arange(N) - 100.5)
COLUMNS = (
    Column(EVIL, BRAND, ("Acme", "<i>Bolt</i>", "שלום")),
    Column("price", PRICE),
    Column("kind", np.arange(N) % 40, tuple(f"kind {i}" for i in range(40))),
)


def document(words=WORDS, columns=COLUMNS, opens: str = "") -> str:
    """Return a document of one map of these labels, in as many rows as it takes."""
    n = len(words)
    nothing = (np.full(n, -1, np.int16), (), np.full(n, -1, np.int8), np.zeros(n, int))
    vocabulary = Vocabulary("own-0123456789abcdef0123", words, (), *nothing, columns)
    places = np.stack([np.arange(n) // 15 * 1.5, np.arange(n) % 15], axis=1)
    k = min(10, n - 1)
    indices = (np.arange(n)[:, None] + np.arange(1, k + 1)) % n
    table = Spec("glove", vocabulary.name)
    neighbors = Neighbors(indices, np.full((n, k), 0.5), NeighborsSpec(table, k=k))
    about = {"id": "a", "method": "glove", "title": "GloVe", "caption": f"{n} labels"}
    one = Map(
        about,
        projection_pack(Projection(places, ProjectionSpec(table)), words, vocabulary),
        neighbors_pack(neighbors, words, vocabulary),
    )
    return standalone("Own words", vocabulary, [one], opens=opens)


class Opened:
    """A document in a browser without a network: what it shows, and what went wrong in it."""

    def __init__(self, page, path: Path) -> None:
        self.page, self.path = page, path
        self.complaints: list[str] = []
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append("dialog"), dialog.dismiss()))

    def show(self, content: str, fragment: str = "") -> Opened:
        self.path.write_text(content, "utf-8")
        self.page.goto("about:blank")
        self.page.goto(self.path.as_uri() + fragment)
        self.page.locator(".lm-map[data-drawn='a']").wait_for()
        return self

    def ask(self, script: str):
        """Return what this JavaScript about ``maps`` says; the page itself may not evaluate any."""
        return self.page.evaluate(
            f"(() => {{ const maps = document.querySelector('.lm-root').linkedMaps;"
            f" return {script}; }})()"
        )

    @property
    def colours(self) -> list[tuple[int, ...]]:
        """Red, green and blue of each dot."""
        flat = self.ask("[[...maps.view.colour], [...maps.view.colours.rgb]]")
        return [tuple(flat[1][3 * c : 3 * c + 3]) for c in flat[0]]

    @property
    def shown(self) -> np.ndarray:
        """Which dots no filter has faded."""
        return np.array(self.ask("[...maps.view.alpha]")) > 10

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def opened(browser, tmp_path):
    """Shows documents; any script that ran, dialog or error fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    document = Opened(context.new_page(), tmp_path / "own.html")
    yield document
    context.close()
    assert document.complaints == []


def test_labels_are_text_whole_in_the_card_and_cut_by_width_on_the_map(opened):
    page = opened.show(document()).page
    for i, label in enumerate(LABELS):
        opened.ask(f"maps.actions.go({i}, {{fly: false}})")
        text = page.locator(".lm-word").text_content()
        if "\u0301" in label:
            assert text == "e" + "\u0301" * 6  # a tower of accents would lie over other lines
        else:
            assert text == label.replace("\u202e", "�")
        assert page.locator(".lm-facts dd").count() == len(COLUMNS)
    assert page.locator("img, .lm-panel b, .lm-panel i").count() == 0
    facts = page.locator(".lm-facts").inner_text()
    assert EVIL in facts and "שלום" in facts and "-86.5" in facts
    drawn = {LABELS[p["word"]]: p["text"] for p in placed(opened) if p["word"] < len(LABELS)}
    assert all(p["width"] <= 181 for p in placed(opened))
    opened.ask("maps.state.set({tab: 'selection'})")
    assert opened.page.locator(".lm-table td:first-child", has_text="e\u0301").count() == 1
    cut = [text for label, text in drawn.items() if len(label) > 40 and "\u0301" not in label]
    assert len(cut) >= 3 and all(text.endswith("…") for text in cut)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def placed(opened: Opened) -> list[dict]:
    """Names on the map: the word's number, what is written, and how wide it is in pixels."""
    opened.ask("maps.state.set({selection: new Set([...Array(15).keys()])})")
    opened.page.wait_for_timeout(300)
    return opened.ask(
        "maps.view.labels.placed.map(({word, text}) => {"
        " maps.view.labels.context.font = `11px ${maps.theme.font}`; return {word, text,"
        " width: maps.view.labels.context.measureText(text).width}; })"
    )


def test_categories_colour_and_filter(opened):
    page = opened.show(document(), "#tab=colours").page
    assert not page.get_by_role("button", name="Frequency").count()
    assert not page.get_by_role("button", name="Part of speech").count()
    page.get_by_role("button", name="<b onclick=alert(1)").click()
    by_brand = Counter(zip(BRAND.tolist(), opened.colours, strict=True))
    assert len(by_brand) == 4 and len({colour for _, colour in by_brand}) == 4
    rows = dict(
        zip(
            page.locator(".lm-legend .lm-name").all_inner_texts(),
            page.locator(".lm-legend .lm-number").all_inner_texts(),
            strict=True,
        )
    )
    counts = np.bincount(BRAND[BRAND >= 0])
    assert rows == {
        "Acme": str(counts[0]),
        "<i>Bolt</i>": str(counts[1]),
        "שלום": str(counts[2]),
        "not given": "30",
    }
    page.locator(".lm-entry").filter(has_text="Acme").click()
    assert np.array_equal(opened.shown, BRAND != 0)
    page.get_by_role("button", name="Only not given").click()
    assert np.array_equal(opened.shown, BRAND == -1)
    assert "Shown: 30 of 300 words." in page.locator(".lm-filtered").inner_text()


def test_with_more_categories_than_colours_the_rest_are_others(opened):
    page = opened.show(document(), "#tab=colours&colour=own-2").page
    assert len(set(opened.colours)) == 16
    assert "40 categories" in page.locator(".lm-panel-body").inner_text()
    page.get_by_role("button", name="Only 25 others").click()
    assert set(np.arange(N)[opened.shown] % 40) == set(range(15, 40)) - {0}
    opened.click("List the others")
    page.get_by_role("button", name="Only kind 33").click()
    assert set(np.arange(N)[opened.shown] % 40) == {33}


def test_numbers_colour_and_filter_and_the_address_keeps_it(opened):
    page = opened.show(document(), "#tab=colours&colour=own-1").page
    known = ~np.isnan(PRICE)
    colours = opened.colours
    assert len({c for c, k in zip(colours, known, strict=True) if k}) > 20
    assert len({c for c, k in zip(colours, known, strict=True) if not k}) == 1
    assert page.locator(".lm-ticks").inner_text().split() == ["−100.5", "48.5", "(median)", "197.5"]
    assert "75" in page.locator(".lm-entry").filter(has_text="not given").inner_text()
    lowest, highest = page.locator(".lm-field").all()
    lowest.fill("0")
    lowest.press("Enter")
    assert np.array_equal(opened.shown, PRICE >= 0)
    highest.fill("50.5")
    highest.press("Enter")
    by_price = (PRICE >= 0) & (PRICE <= 50.5)
    assert np.array_equal(opened.shown, by_price)
    # A second filter holds together with the first.
    page.get_by_role("button", name="<b onclick=alert(1)").click()
    page.locator(".lm-entry").filter(has_text="Acme").click()
    both = by_price & (BRAND != 0)
    assert np.array_equal(opened.shown, both)
    assert f"{both.sum()} of 300 words shown" in page.locator(".lm-caption").inner_text()
    opened.ask("(maps.data.standalone = false, maps.remember())")
    page.wait_for_url(re.compile("own-1=r0_50.5"))
    address = page.evaluate("location.hash")
    opened.show(document(), address)
    assert np.array_equal(opened.shown, both)
    opened.show(document(opens=address[1:]))
    assert np.array_equal(opened.shown, both)
    page.keyboard.press("Escape")
    assert opened.shown.all()


def test_a_handle_is_dragged_along_the_scale(opened):
    page = opened.show(document(), "#tab=colours&colour=own-1").page
    box = page.locator(".lm-bar-of-numbers").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y, steps=10)
    page.mouse.up()
    low = float(page.locator(".lm-field").first.input_value())
    assert 30 < low < 70
    assert np.array_equal(opened.shown, low <= PRICE)
    page.get_by_role("slider").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    high = float(page.locator(".lm-field").nth(1).input_value())
    assert np.array_equal(opened.shown, (low <= PRICE) & (high >= PRICE)) and high < 197.5


@pytest.mark.parametrize(
    "fragment",
    ["own-0=h99", "own-0=sconstructor", "own-1=r1_x", "own-1=h1", "own-9=h1", "colour=constructor"],
)
def test_an_address_that_means_nothing_hides_nothing(opened, fragment):
    opened.show(document(), f"#{fragment}&at=99999")
    assert opened.shown.all()


def test_a_phrase_is_found_by_any_word_in_it(opened):
    page = opened.show(document()).page
    for typed in ("york", "CITY", "city new"):
        page.keyboard.press("/")
        page.keyboard.type(typed)
        assert page.get_by_role("option").first.inner_text() == "New York City"
        page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("__PROTO__")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="__proto__").wait_for()


def test_tables_and_pictures_hold_labels_as_text(opened):
    page = opened.show(document(), "#tab=table&colour=own-0&selected=0").page
    with page.expect_download() as download:
        opened.click("Download CSV")
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert rows[0][-3:] == [EVIL, "price", "kind"]
    assert rows[1][0] == LABELS[0] and rows[5][0] == "'" + LABELS[4]
    assert rows[1][-3:] == ["Acme", "-100.5", "kind 0"] and rows[4][-2] == ""
    opened.click("Save this map")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="SVG").click()
    svg = Path(download.value.path()).read_text("utf-8")
    tree = ElementTree.fromstring(svg)
    texts = [node.text for node in tree.iter() if node.text]
    assert LABELS[0] in texts and "not given" in texts and "<i>Bolt</i>" in texts
    assert {node.tag.rpartition("}")[2] for node in tree.iter()} <= {
        *("svg", "title", "rect", "path", "text", "circle")
    }
    picture = opened.path.with_suffix(".svg")
    picture.write_text(svg, "utf-8")
    page.goto(picture.as_uri())
    assert page.evaluate("document.documentElement.localName") == "svg"


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        (("Solo",), (Column("n", np.array([3.5])),)),
        (("Solo", "duo", "trio"), ()),
        (WORDS[:5], (Column("", np.full(5, np.nan)), Column("same", np.full(5, -7.0)))),
        (WORDS[:5], (Column("x" * 5000, np.full(5, -1), ("a",)), Column("one", [0] * 5, ("a",)))),
        (
            tuple(f"w{i}" for i in range(2000)),
            (
                Column("many", np.arange(2000) % 1000, tuple(f"c{i}" for i in range(1000))),
                *(Column(f"column {i}", np.arange(2000) * -1e300 / 7) for i in range(4)),
            ),
        ),
    ],
    ids=["one word", "no columns", "missing and constant", "long name", "many"],
)
def test_small_and_strange_vocabularies(opened, words, columns):
    page = opened.show(document(words, columns), "#tab=colours").page
    for i in range(len(columns)):
        opened.ask(f"maps.state.set({{colourBy: 'own-{i}'}})")
        assert (
            f"Shown: {len(words):,} of {len(words):,} words."
            in page.locator(".lm-filtered").inner_text()
        )
    for tab in ("table", "selection", "word"):
        opened.ask(f"maps.state.set({{tab: '{tab}', selection: new Set([0])}})")
    opened.ask("maps.actions.go(0)")
    page.get_by_role("heading", name=words[0]).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
