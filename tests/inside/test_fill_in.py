"""Filling in a blank: a small BERT needs both sides, and is told apart from models that cannot."""

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, BertForMaskedLM

from embeddings import recipes
from embeddings.errors import UserError
from embeddings.inside import fill_in
from embeddings.methods import _models as models
from embeddings.store import Store
from embeddings.types import request_from_json
from tests.small_bert import MIDDLE


@pytest.fixture(scope="module")
def filled(small_bert):
    def fill(text: str):
        return fill_in.read(fill_in.spec(text, str(small_bert)))

    return fill


def by_side(found):
    return {each.sees: dict(zip(each.words, each.probabilities, strict=True)) for each in found}


@pytest.mark.parametrize("sides", MIDDLE)
def test_both_sides_are_needed_to_know_the_word(filled, sides):
    left, right = sides
    found = filled(f"the {left} ___ {right}")
    said = by_side(found.fillings)
    word = MIDDLE[sides]
    assert said["both"][word] > 0.9
    for side, other in (("left", "night" if right == "day" else "day"), ("right", None)):
        assert 0.3 < said[side][word] < 0.7
        rival = (left, other) if other else ("cold" if left == "hot" else "hot", right)
        assert 0.3 < said[side][MIDDLE[rival]] < 0.7
    bits = {each.sees: each.bits for each in found.fillings}
    assert bits["both"] < 0.5 < bits["left"] and bits["right"] > 0.5


def test_what_is_hidden_cannot_be_seen(filled):
    one, other = filled("the hot ___ day"), filled("the hot ___ night")
    assert by_side(one.fillings)["left"] == by_side(other.fillings)["left"]
    assert by_side(one.fillings)["both"] != by_side(other.fillings)["both"]
    one, other = filled("the hot ___ day"), filled("the cold ___ day")
    assert by_side(one.fillings)["right"] == by_side(other.fillings)["right"]


def test_with_both_sides_it_is_what_transformers_says(filled, small_bert):
    tokenizer = AutoTokenizer.from_pretrained(small_bert)
    model = BertForMaskedLM.from_pretrained(small_bert).eval()
    with torch.inference_mode():
        logits = model(**tokenizer("the hot [MASK] day", return_tensors="pt")).logits[0, 3]
    expected = torch.softmax(logits, -1).numpy()
    found = filled("the hot [MASK] day").fillings[0]
    ids = tokenizer.convert_tokens_to_ids(list(found.words))
    np.testing.assert_allclose(found.probabilities, expected[ids], atol=1e-5)
    assert found.probabilities[0] == pytest.approx(expected.max(), abs=1e-5)


@pytest.mark.parametrize(
    ("side", "seen"),
    [("both", [1, 1, 1, 1, 1]), ("left", [1, 1, 1, 0, 1]), ("right", [1, 0, 1, 1, 1])],
)
def test_marks_and_the_blank_are_always_seen(side, seen):
    assert fill_in.visible(side, 2, 5) == seen


def test_a_blank_at_either_end(filled):
    for text, blank in (("___ is hot", 1), ("the king is __", 4), ("___", 1)):
        found = filled(text)
        assert found.blank == blank and found.tokens[blank] == "[MASK]"


def test_a_long_text_keeps_the_blank_and_what_is_around_it(filled):
    found = filled("king " * 150 + "___" + " queen" * 150)
    assert len(found.tokens) == 128 and found.total == 303
    assert found.tokens[found.blank - 1 : found.blank + 2] == ("king", "[MASK]", "queen")
    assert 60 <= found.blank <= 66


@pytest.mark.parametrize("text", ["no blank", "", "_", "two ___ of ___ them"])
def test_there_must_be_one_blank(text, small_bert):
    with pytest.raises(UserError, match="it must have one"):
        fill_in.spec(text, str(small_bert))


def test_the_packaged_model_says_that_it_cannot():
    for name in ("packaged", "", "  "):
        with pytest.raises(UserError, match="no masked-language-model head"):
            fill_in.spec("the ___ day", name)


def test_a_model_without_a_head_says_so(made_bert):
    with pytest.raises(UserError, match="no masked-language-model head"):
        fill_in.read(fill_in.spec("the ___ day", str(made_bert())))


def test_the_store_keeps_it_as_it_is(filled, small_bert, tmp_path):
    shelf = Store(cache=tmp_path)
    request = fill_in.spec("the hot ___ day", str(small_bert))
    assert request_from_json(request.canonical) == request
    assert request.state == models.state_of(str(small_bert))
    made = recipes.fetch(request, shelf)
    assert shelf.load(request) == made
