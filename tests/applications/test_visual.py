"""Visual search: figures that can be counted by hand, and drawings that are none."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from embeddings import methods, recipes
from embeddings.applications import visual
from embeddings.commands import cli
from embeddings.errors import UserError
from embeddings.methods.digits._pictures import greys_of, kinds_of
from embeddings.types import EmbeddingTable, Spec, VisualSearch, request_from_json

SPEC = Spec("digits-pixels", "digits")


@pytest.fixture(scope="module")
def found() -> VisualSearch:
    return recipes.fetch(visual.spec())


@pytest.fixture(scope="module")
def tables(found: VisualSearch) -> dict[str, EmbeddingTable]:
    return {spec.method: recipes.fetch(spec) for spec in visual.tables(found.spec)}


def test_precision_is_what_one_counts_one_by_one(tables: dict[str, EmbeddingTable]) -> None:
    kinds, rows = kinds_of("digits"), np.arange(1700, 1797)
    for table in tables.values():
        units = np.asarray(table.unit_vectors, dtype=np.float64)
        shares = visual.precision_of(table, kinds, rows, 10)
        for place, row in enumerate(rows[:20]):
            others = [other for other in rows if other != row]
            others.sort(key=lambda other: -float(units[other] @ units[row]))
            right = sum(kinds[other] == kinds[row] for other in others[:10])
            assert shares[place] == pytest.approx(right / 10)


def test_chance_is_what_lots_give() -> None:
    kinds = np.array([0] * 3 + [1] * 5 + [2] * 2)
    lots = np.random.default_rng(0)
    drawn = []
    for _ in range(20_000):
        row, other = lots.choice(len(kinds), 2, replace=False)
        drawn.append(kinds[row] == kinds[other])
    assert visual.chance_of(kinds) == pytest.approx(np.mean(drawn), abs=0.01)
    assert visual.chance_of(np.zeros(4, int)) == 1


def test_every_method_is_measured_on_the_held_out_half(found: VisualSearch) -> None:
    assert found.n_held_out == 899
    assert [each.method for each in found.precisions] == list(methods.available("digits"))
    for each in found.precisions:
        assert each.interval.low < each.value < each.interval.high
        assert each.interval.high - each.interval.low < 0.04
        assert each.value > 0.8 > 0.2 > each.chance
    by_method = {each.method: each.value for each in found.precisions}
    assert by_method["digits-network"] == max(by_method.values())
    assert found.notes["accuracy"] > 0.95 and found.notes["seconds"] > 0


def test_the_network_is_trained_once_for_both(
    found: VisualSearch, tables: dict[str, EmbeddingTable]
) -> None:
    vectors = visual.embed(greys_of("digits"), found)
    for method, table in tables.items():
        np.testing.assert_allclose(vectors[method], table.vectors, rtol=1e-3, atol=1e-4)


def test_a_picture_of_the_collection_is_nearest_to_itself(
    found: VisualSearch, tables: dict[str, EmbeddingTable]
) -> None:
    vectors = visual.embed(greys_of("digits")[1500:1501], found)
    for method, table in tables.items():
        rows, cosines = visual.nearest(vectors[method][0], table)
        assert rows[0] == 1500 and cosines[0] == pytest.approx(1, abs=1e-4)
        assert (np.diff(cosines) <= 0).all() and len(rows) == 10
        others, _ = visual.nearest(vectors[method][0], table, without=1500)
        assert 1500 not in others and others[:9].tolist() == rows[1:].tolist()


def test_what_is_kept_comes_back(found: VisualSearch) -> None:
    assert request_from_json(found.spec.canonical) == found.spec
    again = recipes.stores.default().load(found.spec)
    assert again.precisions == found.precisions and again.notes == found.notes
    assert again.weights.keys() == found.weights.keys()
    for name, values in found.weights.items():
        assert np.array_equal(again.weights[name], values)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([0] * 64, "There is nothing drawn yet: draw a digit."),
        ([16] * 64, "That is a blot: draw a digit in lines."),
        ([1] * 63, "A drawing is 64 numbers from 0 to 16."),
        ([17] + [0] * 63, "A drawing is 64 numbers from 0 to 16."),
        ([-1] + [0] * 63, "A drawing is 64 numbers from 0 to 16."),
    ],
)
def test_what_is_no_drawing_costs_a_line(numbers: list[int], said: str) -> None:
    with pytest.raises(UserError) as problem:
        visual.drawing(numbers)
    assert str(problem.value) == said


def test_a_picture_that_is_drawn_is_that_picture() -> None:
    greys = greys_of("digits")
    for row in (0, 900, 1796):
        numbers = np.rint(greys[row] * 16).astype(int).ravel().tolist()
        assert np.array_equal(visual.drawing(numbers)[0], greys[row])


def test_no_picture_of_the_collection_is_a_blot() -> None:
    shares = greys_of("digits").mean(axis=(1, 2))
    assert shares.min() > 0.15 and shares.max() < 0.43 < visual.MOST_INK


def test_the_command_line_prints_the_same_figures(found: VisualSearch) -> None:
    result = CliRunner().invoke(cli, ["digits", "--json"])
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert [each["precision"] for each in said["methods"]] == [p.value for p in found.precisions]
    assert said["held_out"] == 899 and said["network"] == found.notes
    text = CliRunner().invoke(cli, ["digits"]).output
    for each in found.precisions:
        assert f"{each.value:.3f}" in text and f"{each.interval.low:.3f} to" in text
    assert "899 held-out pictures" in text


@pytest.mark.parametrize("arguments", [["--k", "0"], ["--k", "101"]])
def test_a_wrong_k_costs_a_line(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, ["digits", *arguments])
    assert result.exit_code == 2 and "must be a whole number from 1 to 100" in result.stderr
