"""One's own images in a browser: a few are brought, and are pictures on maps with neighbours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

COLOURS = {
    "red": (220, 30, 30),
    "crimson": (210, 20, 40),
    "blue": (30, 40, 210),
    "navy": (20, 20, 200),
    "<img src=x>": (20, 160, 40),
}
DRAWN = """() => {
  const map = document.querySelector(".lm-root")?.linkedMaps?.views?.[0];
  return map && map.root.dataset.drawn === map.map?.source.id;
}"""


@pytest.fixture
def folder(tmp_path: Path) -> list[Path]:
    """Five small images with a square or a disk on colours, and one that is none."""
    paths = []
    for i, (name, colour) in enumerate(COLOURS.items()):
        image = Image.new("RGB", (120, 90), colour)
        shape = ImageDraw.Draw(image).ellipse if i % 2 else ImageDraw.Draw(image).rectangle
        shape((40, 20, 90, 70), fill=(10, 10, 10))
        paths.append(tmp_path / f"{name}.png")
        image.save(paths[-1])
    paths.append(tmp_path / "notes.png")
    paths[-1].write_text("no image at all")
    return paths


@pytest.mark.timeout(600)
def test_images_that_are_brought_are_a_map_with_neighbours(page, complaints, folder):
    complaints.allow("404")  # Streamlit asks for files in a page's own folder first
    page.goto("/digits")
    page.get_by_label("Call them").fill("shapes")
    page.get_by_label("Call them").press("Enter")
    page.locator("#lse-drop-input").set_input_files(folder[-1:])
    page.get_by_text("No image can be read (notes.png is no PNG").wait_for(timeout=300_000)
    page.locator("#lse-drop-input").set_input_files(folder)
    link = page.get_by_role("link", name="Map by Colours")
    link.wait_for(timeout=300_000)
    assert page.get_by_text("notes.png is no PNG or JPEG image, and was left out.").is_visible()
    assert page.get_by_text("5 images").is_visible()
    link.click()
    page.wait_for_function(DRAWN, timeout=300_000)
    assert re.search("vocabulary=own-[0-9a-f]{20}", page.url)
    page.get_by_role("button", name="red.png").click()
    near = page.locator(".lm-neighbours .lm-name")
    near.first.wait_for(timeout=60_000)
    assert near.first.inner_text() == "crimson.png"
    assert page.locator("img[src=x]").count() == 0
    page.goto("/digits")
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("5 images").wait_for(state="detached")
