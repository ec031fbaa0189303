"""What the shipped trainings and the shipped company show: the lessons' claims about learning."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings import recipes, store
from embeddings.types import Company, Training


@pytest.fixture(scope="module")
def trainings() -> dict[str, Training]:
    shelf = store.default()
    found = {}
    for request in recipes.shipped_trainings():
        seen = shelf.load(request)
        assert isinstance(seen, Training), "run python -m embeddings build"
        found[request.table["algorithm"]] = seen
    return found


@pytest.fixture(scope="module")
def seen(trainings: dict[str, Training]) -> Training:
    return trainings["skip-gram"]


def at(seen: Training, epochs: float) -> int:
    return int(np.argmin(np.abs(seen.epochs - epochs)))


def neighbours(seen: Training, word: str, epochs: float) -> list[str]:
    place = list(seen.shown).index(seen.words.index(word))
    return [seen.words[row] for row in seen.neighbors[at(seen, epochs), place]]


def test_analogies_rise_from_chance(seen: Training) -> None:
    assert seen.questions > 1_000
    assert seen.analogies[0] < 0.005
    whole = [seen.analogies[at(seen, epochs)] for epochs in (1, 2, 3, 5)]
    assert whole == pytest.approx([0.06, 0.20, 0.29, 0.37], abs=0.02)


def test_wordsim_rises_too(seen: Training) -> None:
    assert abs(seen.wordsim[0]) < 0.1
    whole = [seen.wordsim[at(seen, epochs)] for epochs in (1, 2, 3, 5)]
    assert whole == pytest.approx([0.25, 0.44, 0.50, 0.54], abs=0.02)


def test_royals_gather_around_king_and_colours_around_green(seen: Training) -> None:
    royal = {"queen", "prince", "duke", "throne", "emperor", "monarch", "royal", "earl"}
    assert not royal & {*neighbours(seen, "king", 0)}
    assert royal & {*neighbours(seen, "king", 1)}
    assert len(royal & {*neighbours(seen, "king", 5)}) >= 6
    assert {"red", "brown", "blue"} <= {*neighbours(seen, "green", 1)}
    assert len([w for w in neighbours(seen, "green", 5) if w.endswith("ish")]) >= 3


def test_cosines_shrink_while_the_order_gets_better(seen: Training) -> None:
    king_queen = seen.cosines[:, seen.pairs.index(("king", "queen"))]
    first, last = at(seen, 1), at(seen, 5)
    assert king_queen[first] > 0.95 > 0.86 > king_queen[last] > 0.8
    assert seen.random[first] > 0.65 and seen.random[last] < 0.4
    assert seen.random.max() > 0.98  # all words first move one way together


def test_cbow_learns_less_from_so_small_a_text(trainings: dict[str, Training]) -> None:
    assert trainings["cbow"].analogies[-1] < 0.6 * trainings["skip-gram"].analogies[-1]


def test_the_loss_falls_from_that_of_blind_guesses(trainings: dict[str, Training]) -> None:
    for seen in trainings.values():
        assert seen.loss[0] == pytest.approx(6 * np.log(2))
        assert (np.diff(seen.loss[2:]) < 0).all() and seen.loss[-1] < 2.3


def test_maps_of_both_keep_many_neighbours(trainings: dict[str, Training]) -> None:
    for seen in trainings.values():
        assert seen.kept[-1] > 0.35 and seen.kept[at(seen, 1) :].min() > 0.3


def company(word: str) -> Company:
    request = next(each for each in recipes.shipped_companies() if each.word == word)
    found = store.default().load(request)
    assert isinstance(found, Company)
    return found


def test_raw_counts_bring_the_commonest_words_and_ppmi_the_words_own() -> None:
    for word, own in (("king", "queen"), ("bread", "loaf"), ("guitar", "violin")):
        found = company(word)
        assert found.contexts[int(np.argmax(found.counts))] in ("the", "of", "a")
        assert found.contexts[int(np.argmax(found.ppmi))] == own
