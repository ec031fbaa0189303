"""The plane of a question: what is drawn is what was given, and no label covers another one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from embeddings.figures import analogy
from embeddings.figures.analogy import Picture

WORDS = ("man", "king", "woman", "queen", "princess", "a" * 60, "<b>x</b>", "throne")
ROLES = ("a", "b", "c", "answer", "expected", "rival", "rival", "rival")


def picture(spread: float = 1.0) -> Picture:
    random = np.random.default_rng(0)
    places = random.normal(size=(len(WORDS), 3)) * spread
    places[0] = 0
    shares = np.linspace(1, 0.2, len(WORDS))
    return Picture(
        WORDS, ROLES, places, places[1] + places[2], shares, shares, np.arange(len(WORDS)) / 7
    )


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("draw", [analogy.plane, analogy.space])
def test_every_word_is_a_dot_where_it_lies(draw, dark):
    given = picture()
    figure = draw(given, dark)
    dots = figure.data[-1]
    assert np.allclose(dots.x, given.coordinates[:, 0])
    assert np.allclose(dots.y, given.coordinates[:, 1])
    assert "whole space" in dots.hovertext[3]
    assert "<b>x" not in dots.hovertext[6].replace("<b>", "", 1)
    figure.to_json()


def test_no_label_covers_another_one():
    given = picture()
    low, high = analogy._ends(given)
    from embeddings.figures.look import THEMES

    labels = list(analogy._labels(given, low, high, False, THEMES["light"]))
    assert {text.strip("</b>") for *_, text, _, _, _ in labels} >= {"man", "king", "woman"}
    pixels = np.array([analogy.WIDTH, analogy.HEIGHT]) / (high - low)
    boxes = []
    for x, y, text, shift, _, size in labels:
        wide = len(text.replace("<b>", "").replace("</b>", "")) * analogy.LETTER * size / 13
        at = (np.array([x, y]) - low) * pixels + shift
        boxes.append((at[0] - wide / 2, at[1] - 8, at[0] + wide / 2, at[1] + 8))
    assert not any(analogy._meet(one, other) for one, other in combinations(boxes, 2))


def test_words_that_all_lie_in_one_place_are_drawn():
    analogy.plane(picture(spread=0.0)).to_json()


def test_a_question_without_an_answer_is_drawn():
    given = picture()
    alone = Picture(
        WORDS[:3], ROLES[:3], given.coordinates[:3], given.target, given.in_plane[:3],
        given.in_space[:3], given.distances[:3],
    )  # fmt: skip
    assert alone.at("answer") is None
    analogy.plane(alone).to_json()
    analogy.space(alone).to_json()
