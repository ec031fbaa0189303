"""Visual search: from a move of the pen to the nearest pictures of every method on the page."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks import browsing
from benchmarks.common import machine, note, show, spread, table
from embeddings import recipes
from embeddings.applications import visual
from embeddings.types import VisualSearch

DIGITS = {
    "1": ((140, 40), (138, 120), (136, 240)),
    "3": ((90, 60), (140, 40), (180, 65), (130, 135), (190, 200), (140, 240), (85, 220)),
    "0": ((140, 40), (85, 80), (75, 150), (145, 245), (205, 140), (190, 70), (145, 40)),
    "7": ((80, 50), (200, 50), (160, 140), (120, 240)),
}
SQUARE = 280
"""Across which the digits above are drawn."""

ROUNDS = 10

WATCH = """() => {
  const pad = document.querySelector(".lse-pad");
  const line = document.querySelector(".lse-drawn-line");
  window.answers = [];
  let drawn = 0;
  let before = 0;
  // The first move after a pause: nothing else is on its way then.
  pad.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    const now = performance.now();
    if (now - before > 200) drawn = now;
    before = now;
  }, true);
  new MutationObserver(() => {
    if (line.textContent.includes("answered") && drawn) {
      answers.push(performance.now() - drawn);
      drawn = 0;
    }
  }).observe(line, { childList: true, characterData: true, subtree: true });
}"""


def answers(page: Any) -> list[float]:
    """Draw each digit over and over: milliseconds from a move of the pen to the answer."""
    page.evaluate(WATCH)
    box = page.locator(".lse-pad").bounding_box()
    for _ in range(ROUNDS):
        for places in DIGITS.values():
            scale = box["width"] / SQUARE
            at = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in places]
            page.mouse.move(*at[0])
            page.mouse.down()
            for place in at[1:]:
                page.mouse.move(*place)
            # What was asked so far is answered, and the last place is a new one.
            page.wait_for_timeout(300)
            page.mouse.move(at[-1][0] + 4, at[-1][1] + 4)
            page.mouse.up()
            page.wait_for_timeout(500)
            page.get_by_role("button", name="Clear").click()
    return page.evaluate("() => answers")


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with browsing.ours() as app, browsing.chromium() as browser:
        with browsing.fresh_context(browser) as context:
            page = context.new_page()
            page.goto(f"{app.url}/digits")
            page.locator(".lse-pad").wait_for(timeout=300_000)
            note("the page is there")
            page.locator(".lm-map").nth(3).wait_for(timeout=600_000)
            page.wait_for_timeout(20_000)
            page.mouse.move(5, 5)
            measured = answers(page)
        about = machine("streamlit", "numpy", "torch", browser=browser.version)
    found: VisualSearch = recipes.fetch(visual.spec())
    rows = [
        ["a drawn digit, to its nearest by four methods, ms", spread(measured, 1), len(measured)],
        ["training the network, s", f"{found.notes['seconds']:.1f}", 1],
    ]
    show("Visual search", about, table(("1,797 digits", "median (least-greatest)", "times"), rows))


if __name__ == "__main__":
    main()
