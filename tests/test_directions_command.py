"""The command ``directions``: places that are right, and one line for whatever goes wrong."""

import json

import pytest
from click.testing import CliRunner

from embeddings import recipes
from embeddings.commands import cli
from embeddings.types import VocabularySpec


@pytest.fixture(scope="module", autouse=True)
def _common_words():
    recipes.fetch(VocabularySpec("common-10k"))


def run(*arguments: str):
    return CliRunner().invoke(cli, ["directions", *arguments])


def fails(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 2 and "Traceback" not in result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_the_ready_made_are_listed():
    lines = run().output.splitlines()
    assert len(lines) == 9 and lines[0].split() == ["gender", "male", "to", "female", "16", "pairs"]
    listed = json.loads(run("--json").stdout)
    assert listed[0]["pairs"][0] == ["man", "woman"]


def test_a_ready_made_one_places_words():
    result = run("--ready", "gender", "--words", "nurse captain zyzzyva")
    assert "16 pairs, mean cosine 0.56; broken up 0.20" in result.output
    assert "Not known: zyzzyva" in result.output
    found = json.loads(run("--ready", "gender", "--words", "nurse captain", "--json").stdout)
    assert [each["word"] for each in found["places"]] == ["captain", "nurse"]
    captain, nurse = found["places"]
    assert captain["z"] < -2 and captain["high_side"] < 0.01
    assert nurse["z"] > 2 and nurse["high_side"] > 0.99
    placed = json.loads(run("--ready", "gender", "--words", "Queen nurse", "--json").stdout)
    shares = {each["word"]: each["high_side"] for each in placed["places"]}
    assert shares["queen"] is None and shares["nurse"] > 0.99  # queen is of the pairs
    assert found["of_words"] == 10_000 and len(found["pairs"]) == 16


def test_ones_own_pairs_and_groups():
    found = json.loads(run("--pairs", "man woman, king queen", "--json").stdout)
    assert found["low"] == "man" and len(found["places"]) == 20
    found = json.loads(run("--from", "small tiny", "--to", "large huge", "--json").stdout)
    assert found["how"] == "groups" and found["consistency"] is None
    assert found["places"][0]["z"] < -2 and found["places"][-1]["z"] > 2


def test_the_order_of_animals_and_taking_it_out():
    found = json.loads(run("--ready", "size", "--without", "--json").stdout)
    assert -1 <= found["order"]["rho"] <= 1 and "elephant" in found["order"]["words"]
    assert found["without"]["told_apart_before"] > 0.9
    assert "one random direction in 20" in run("--ready", "size").output
    assert "(chance 50 %" in run("--ready", "gender", "--without").output


def test_wrong_input_is_one_line():
    assert "Did you mean gender" in fails("--ready", "gendre")
    assert "one of --ready, --pairs" in fails("--ready", "gender", "--pairs", "man woman")
    assert "--to is empty" in fails("--from", "small")
    assert "no word called" in fails("--ready", "gender", "--words", "zyzzyva")
    assert "knows both words of none" in fails("--pairs", "zyzzyva man")
    assert "dense vectors" in fails("--ready", "gender", "-m", "one_hot", "--without")
    result = run("--pairs", "man")
    assert result.exit_code == 2 and "Line 1" in result.stderr and "no pair" in result.stderr
