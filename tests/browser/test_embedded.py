"""Maps inside a page: no panel, no part in the address, and they follow what the page points at."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

BESIDE = """
async ([spot, height]) => {
  const { data } = document.querySelector(".lm-root").linkedMaps;
  const box = document.createElement("div");
  box.id = "inside";
  Object.assign(box.style, { position: "fixed", inset: "60px 20px auto", zIndex: 99 });
  box.style.height = `${height}px`;
  document.querySelector(".stApp").append(box);
  const module = await import([...document.querySelectorAll("link[rel=modulepreload]")]
    .map((link) => link.href).find((href) => href.endsWith("/main.js"))
    ?? performance.getEntriesByType("resource").map((e) => e.name)
    .find((name) => name.endsWith("/main.js")));
  window.inside = module.mount(box, { ...data, embedded: height, spot });
  window.point = (spot) => window.inside.update({ ...data, embedded: height, spot });
}
"""


class Inside:
    """Embedded maps beside those of the page."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def until(self, script: str) -> None:
        self.page.wait_for_function(
            f"() => {{ const {{ maps }} = window.inside; return {script}; }}"
        )

    def ask(self, script: str) -> Any:
        return self.page.evaluate(f"() => {{ const {{ maps }} = window.inside; return {script}; }}")

    def point(self, spot: dict[str, Any] | None) -> None:
        self.page.evaluate("spot => window.point(spot)", spot)


def measure(n: int, label: str = "From low to high", shift: int = 0) -> dict[str, Any]:
    """Words in three classes in turn, the first without one."""
    classes = ((np.arange(n) + shift) % 3).astype(np.uint8)
    classes[0] = 255
    text = base64.b64encode(classes.tobytes()).decode()
    return {
        "label": label,
        "meaning": "By hand.",
        "names": ["low", "middle", "high"],
        "diverging": True,
        "classes": [text, text],
    }


@pytest.fixture
def inside(word_map, complaints) -> Inside:
    complaints.allow(
        "404"
    )  # Streamlit looks for itself below a deep link before it looks at the root
    word_map.page.goto("/compare?maps=glove|bert")
    word_map.until(
        "maps.views.length === 2 && maps.views.every((v) => v.root.dataset.drawn"
        " && v.root.dataset.drawn === v.map.source.id)",
        60,
    )
    n = len(word_map.words)
    spot = {"words": ["king", "queen", "no such word"], "focus": None, "measure": measure(n)}
    word_map.page.evaluate(BESIDE, [spot, 440])
    found = Inside(word_map.page)
    found.until("maps.views.length === 2 && maps.views.every((v) => v.root.dataset.drawn)")
    return found


def test_what_the_page_points_at_is_lit_and_followed_without_drawing_anew(inside, word_map):
    king, queen, music = (word_map.words.index(word) for word in ("king", "queen", "music"))
    inside.until("maps.state.lit.length === 2")
    assert inside.ask("[...maps.state.selection]") == [king, queen]
    assert inside.ask("maps.state.colourBy") == "measure"
    assert inside.page.locator("#inside .lm-panel").count() == 0
    line = inside.page.locator("#inside .lm-colours")
    assert line.locator("option").first.inner_text() == "From low to high"
    assert line.locator(".lm-swatched").all_inner_texts() == ["low", "middle", "high"]
    inside.until(
        f"maps.views.every((v) => v.labels.placed.some((p) => p.lit && p.word === {king}))"
    )
    colours = inside.ask("[...maps.views[1].colour].slice(0, 6)")
    assert colours == [3, 1, 2, 0, 1, 2]

    # Another spot on the same maps: the same views, the reader's own zoom, other words.
    inside.ask("(window.before = maps.views[0], maps.view.zoomBy(2))")
    n = len(word_map.words)
    inside.point({"words": ["music"], "focus": "music", "measure": measure(n, shift=1)})
    inside.until(f"maps.state.focus === {music}")
    assert inside.ask("maps.state.lit") == [music]
    assert inside.ask("maps.views[0] === window.before && maps.view.camera.zoom === 2")
    assert inside.ask("[...maps.views[1].colour].slice(1, 4)") == [2, 0, 1]

    # The reader's choice stays while the page measures the same; another measure is chosen.
    line.locator("select").select_option("frequency")
    inside.ask(f"maps.state.set({{ focus: {king} }})")
    inside.point({"words": ["music"], "focus": "music", "measure": measure(n)})
    assert inside.ask("maps.state.colourBy") == "frequency"
    assert inside.ask("maps.state.focus") == king
    inside.point({"words": [], "focus": None, "measure": measure(n, "From cold to hot")})
    inside.until("maps.state.colourBy === 'measure' && !maps.state.selection.size")
    inside.point(None)
    inside.until("maps.state.colourBy === 'cluster'")


def test_it_leaves_the_address_and_the_keys_of_the_page_alone(inside, word_map):
    king = word_map.words.index("king")
    inside.page.wait_for_timeout(400)
    before = inside.page.url
    inside.ask(f"maps.state.set({{ focus: {king} }})")
    inside.ask("maps.view.zoomBy(2)")
    inside.page.wait_for_timeout(600)
    assert inside.page.url == before and "colour=measure" not in before
    # The slash goes to the page's own maps, unless the reader is on the embedded ones.
    inside.page.mouse.click(4, 4)
    inside.page.keyboard.press("/")
    assert not inside.page.evaluate("document.activeElement.closest('#inside') !== null")
    inside.page.keyboard.press("Escape")
    inside.ask("maps.view.root.focus()")
    inside.page.keyboard.press("/")
    assert inside.page.evaluate("document.activeElement.closest('#inside') !== null")


def test_parts_of_a_page_tell_each_other_of_words(inside, word_map):
    king = word_map.words.index("king")
    inside.page.evaluate(
        "window.told = []; for (const name of ['lse-point', 'lse-go'])"
        " document.addEventListener(name, (e) => window.told.push([name, e.detail.word]))"
    )
    point = "document.dispatchEvent(new CustomEvent('lse-point', {{ detail: {{ word: {} }} }}))"
    inside.page.evaluate(point.format("'king'"))
    assert inside.ask("maps.state.hover") == king
    inside.page.evaluate(point.format("null"))
    assert inside.ask("maps.state.hover") == -1
    inside.ask(f"maps.state.set({{ hover: {king} }})")
    inside.ask(f"maps.state.set({{ focus: {king}, hover: -1 }})")
    # What it was told it does not say again.
    assert inside.page.evaluate("window.told") == [
        ["lse-point", "king"],
        ["lse-point", None],
        ["lse-point", "king"],
        ["lse-go", "king"],
        ["lse-point", None],
    ]
