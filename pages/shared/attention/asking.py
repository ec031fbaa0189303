"""The address of what is looked at: which texts, by which model, in which view.

``?text=Mary asked John ...&pair=...&layer=2&head=4`` for one text or a pair;
``?view=sides&text=...&other=...&word=bank`` for the same word in two texts;
``?view=blank&text=The ___ day&model=google-bert/bert-base-uncased`` for a blank.

Layer, head, word and what is shown change without the server; the browser keeps them in the
address's fragment. In the query they say where to begin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from embeddings.errors import UnknownName
from embeddings.inside.attention import LONGEST, clean
from embeddings.methods import _models as models

VIEWS = {"text": "One text or a pair", "sides": "Side by side", "blank": "Fill in the blank"}
SHOWN = {"head": "One head", "mean": "Mean of the layer", "rollout": "Rollout"}
MOST = 99
"""The largest number of a layer or head that an address may name."""

USUAL: dict[str, dict[str, str | int]] = {
    "text": {
        "text": "Mary asked John for help because she was tired",
        "pair": "",
        "layer": 2,
        "head": 4,
    },
    "sides": {
        "text": "The bat flew out of the cave at night",
        "other": "He hit the ball with a bat",
        "word": "bat",
        "layer": 6,
        "head": 12,
    },
    "blank": {"text": "The man went to the ___ to buy bread"},
}
"""What each view shows where nothing is asked."""

FIELDS = {"text": ("text", "pair"), "sides": ("text", "other"), "blank": ("text",)}
"""What is written in each view."""


@dataclass(frozen=True)
class Asking:
    """What somebody looks at; whether it can be read is another matter.

    Attributes
    ----------
    view : "text", "sides" or "blank"
    model : as it is named; "packaged" for the one that is always there
    layer, head : where to begin, counted from 1
    shown : "head", "mean" or "rollout"
    word : of both texts, to begin with
    """

    view: str = "text"
    text: str = ""
    pair: str = ""
    other: str = ""
    word: str = ""
    model: str = models.PACKAGED
    layer: int = 1
    head: int = 1
    shown: str = "head"


def read(query: Mapping[str, str]) -> tuple[Asking, tuple[str, ...]]:
    """Return what a query asks, and one line for each thing wrong in it."""
    problems: list[str] = []

    def pick(name: str, usual: str, valid: Mapping[str, object], kind: str) -> str:
        value = query.get(name, usual)
        if value in valid:
            return value
        problems.append(f"{UnknownName(kind, value, valid)} Showing {usual}.")
        return usual

    def number(name: str, usual: int) -> int:
        value = query.get(name, str(usual))
        if value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= MOST:
            return int(value)
        problems.append(f"The {name} is {value[:40]!r}; it is a whole number from 1. Showing 1.")
        return 1

    view = pick("view", "text", VIEWS, "view")
    usual = USUAL[view] if "text" not in query else {}
    texts = {
        name: str(clean(query[name])[:LONGEST] if name in query else usual.get(name, ""))
        for name in ("text", "pair", "other", "word")
    }
    return (
        Asking(
            view,
            **texts,
            model=query.get("model", "").strip()[: models.LONGEST_NAME] or models.PACKAGED,
            layer=number("layer", int(usual.get("layer", 1))),
            head=number("head", int(usual.get("head", 1))),
            shown=pick("shown", "head", SHOWN, "way of showing"),
        ),
        tuple(problems),
    )


def write(asking: Asking) -> dict[str, str]:
    """Return the query that stands for what is looked at; what is as usual is left out."""
    query = {} if asking.view == "text" else {"view": asking.view}
    for name in FIELDS[asking.view]:
        if getattr(asking, name) or name == "text":
            query[name] = getattr(asking, name)
    if asking.model != models.PACKAGED:
        query["model"] = asking.model
    if asking.view == "blank":
        return query
    if asking.view == "sides" and asking.word:
        query["word"] = asking.word
    query |= {"layer": str(asking.layer), "head": str(asking.head)}
    if asking.shown != "head":
        query["shown"] = asking.shown
    return query
