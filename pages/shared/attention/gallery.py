"""Texts worth reading, each with the head to look at and what is to be seen; each is a link."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace

from pages.shared import links
from pages.shared.attention import asking as addresses
from pages.shared.attention.asking import Asking

Claim = tuple[str, str, float]
"""The token that looks, one that it looks at, and the least share that this one gets."""


@dataclass(frozen=True)
class Example:
    """A text, or two, what is to be seen there, and what that claims of each text."""

    asking: Asking
    see: str
    claims: tuple[Claim, ...] = ()


def _one(text: str, layer: int, head: int, see: str, claim: Claim) -> Example:
    return Example(Asking("text", text=text, layer=layer, head=head), see, (claim,))


def _two(texts: tuple[str, str], layer: int, head: int, see: str, *claims: Claim) -> Example:
    first, second = texts
    made = Asking("sides", text=first, other=second, word=claims[0][0], layer=layer, head=head)
    return Example(made, see, claims)


EXAMPLES = {
    "text": (
        _one(
            "Mary asked John for help because she was tired",
            2,
            4,
            "Layer 2, head 4 finds the name of the pronoun's gender: she looks at Mary.",
            ("she", "mary", 0.5),
        ),
        _one(
            "John asked Mary for help because she was tired",
            2,
            4,
            "The names change places, and she still looks at Mary.",
            ("she", "mary", 0.5),
        ),
        _one(
            "The nurse asked the doctor a question because she was busy",
            2,
            4,
            "With she, the nurse gets more than the doctor ...",
            ("she", "nurse", 0.25),
        ),
        _one(
            "The nurse asked the doctor a question because he was busy",
            2,
            4,
            "... with he, the doctor gets most: a stereotype, not a fact of the sentence.",
            ("he", "doctor", 0.5),
        ),
        _one(
            "The animal did not cross the street because it was too tired",
            2,
            4,
            "It looks at animal; say wide instead of tired, and it does so still.",
            ("it", "animal", 0.15),
        ),
        _one(
            "The bass jumped out of the water with the hook in its mouth",
            1,
            3,
            "Layer 1, head 3 looks at the token before, whatever it is.",
            ("water", "the", 0.95),
        ),
        _one(
            "The train to London waits for the train from Leeds",
            3,
            10,
            "Layer 3, head 10 looks for the same word elsewhere.",
            ("train", "train", 0.3),
        ),
    ),
    "sides": (
        _two(
            ("The bat flew out of the cave at night", "He hit the ball with a bat"),
            6,
            12,
            "bat: the animal looks at cave, the club at ball.",
            ("bat", "cave", 0.25),
            ("bat", "ball", 0.2),
        ),
        _two(
            ("The spring in the mattress broke last year", "The flowers came early last spring"),
            5,
            4,
            "spring: the coil looks at mattress, the season at flowers.",
            ("spring", "mattress", 0.2),
            ("spring", "flowers", 0.2),
        ),
        _two(
            ("They won the match in the last minute", "He lit the fire with a match"),
            1,
            4,
            "match: the game looks at won, the thing that burns at fire.",
            ("match", "won", 0.18),
            ("match", "fire", 0.2),
        ),
    ),
    "blank": (
        Example(
            Asking("blank", text="The man went to the ___ to buy bread"),
            "What he went for stands on the right.",
        ),
        Example(
            Asking("blank", text="She was born in Paris, the capital of ___ ."),
            "What is needed stands on the left.",
        ),
        Example(
            Asking("blank", text="The ___ barked all night at the postman"),
            "Who barks is said on the right.",
        ),
    ),
}


def written(asking: Asking) -> str:
    """Write the examples of a view as HTML; the model stays as it is chosen."""
    rows = []
    for example in EXAMPLES[asking.view]:
        to = replace(example.asking, model=asking.model)
        text = to.text if to.view != "sides" else f"{to.text} / {to.other}"
        link = links.link(text, addresses.write(to))
        rows.append(f"<li>{link} <span>{html.escape(example.see)}</span></li>")
    return f'<ul class="lse-att-examples">{"".join(rows)}</ul>'
