"""Completion over the 400,000 words of GloVe: what a keystroke takes, and that it runs no page."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks import browsing
from benchmarks.common import machine, note, show, spread, table

TYPED = ("king", "paris", "walking", "france", "swimming", "zebra", "democracy", "sin")

WATCH = """() => {
  window.typing = { lists: [], messages: 0 };
  const list = document.querySelector("#lse-words-a");
  new MutationObserver(() => typing.lists.push(performance.now()))
    .observe(list, { childList: true, attributes: true });
  document.querySelector('[data-part="a"]').addEventListener(
    "keydown", () => (typing.pressed = performance.now()), true);
}"""


def keystrokes(page: Any) -> list[float]:
    """Return the milliseconds from each key to the list of words."""
    field = page.get_by_role("combobox", name="A", exact=True)
    found = []
    for word in TYPED:
        field.fill("")
        for letter in word:
            page.evaluate("() => { typing.lists = []; }")
            field.press(letter)
            page.wait_for_function("() => typing.lists.length", timeout=10_000)
            found.append(page.evaluate("() => typing.lists[0] - typing.pressed"))
    return found


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    sent: list[str] = []
    with browsing.ours() as app, browsing.chromium() as browser:
        with browsing.fresh_context(browser) as context:
            page = context.new_page()
            sockets: list[Any] = []
            page.on("websocket", lambda socket: sockets.append(socket))
            page.goto(f"{app.url}/analogies?vocabulary=glove-400k")
            page.locator(".lse-gallery").wait_for()
            note("the page is there")
            page.wait_for_timeout(8000)
            for socket in sockets:
                socket.on("framesent", lambda payload: sent.append("run"))
            page.evaluate(WATCH)
            first = keystrokes(page)
            again = keystrokes(page)
        about = machine("streamlit", browser=browser.version)
    rows = [
        ["a letter typed for the first time, to the list", spread(first, 1), len(first)],
        ["the same once more", spread(again, 1), len(again)],
        ["messages to the server that run the page", len(sent), len(first) + len(again)],
    ]
    columns = ("400,000 words", "ms: median (least-greatest)", "letters")
    show("Completion", about, table(columns, rows))


if __name__ == "__main__":
    main()
