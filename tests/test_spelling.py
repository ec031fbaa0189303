"""Near spellings: what is found, and that only little is compared."""

from __future__ import annotations

import pytest

from embeddings.spelling import LONGEST, Spellings

WORDS = ("coffee", "guitar", "Paris", "queen", "fee", "house", "θάλασσα")


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("cofee", ("coffee",)),
        ("paris", ("Paris",)),
        ("uqeen", ("queen",)),
        ("guitarr", ("guitar",)),
        ("θάλασα", ("θάλασσα",)),
        ("Paris", ()),
        ("zebra", ()),
        ("", ()),
        ("c" * (LONGEST + 1), ()),
    ],
)
def test_what_may_have_been_meant(word: str, near: tuple[str, ...]) -> None:
    assert Spellings(WORDS).near(word) == near


def test_the_nearest_come_first_and_no_more_than_asked() -> None:
    spellings = Spellings(["houses", "housed", "house", "horse"])
    assert spellings.near("hous", 1) == ("house",)
    assert len(spellings.near("housess", 2)) == 2
