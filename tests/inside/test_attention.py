"""Attention: the same as transformers called directly, and what heads favour, by known answers."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from transformers import AutoModel, AutoTokenizer

from embeddings import recipes
from embeddings.errors import UserError
from embeddings.inside import attention
from embeddings.methods import _minilm
from embeddings.store import Store
from embeddings.types import FAVOURS, Token, request_from_json

SENTENCE = "Mary asked John for help because she was tired"


def directly(folder, *texts: str) -> np.ndarray:
    """Attention by transformers alone, written down once more."""
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(
        folder, local_files_only=True, use_safetensors=True, attn_implementation="eager"
    ).eval()
    with torch.inference_mode():
        read = model(**tokenizer(*texts, return_tensors="pt"), output_attentions=True)
    return torch.cat(read.attentions).numpy()


def read(text: str, pair: str = "", **more):
    return attention.read(attention.spec(text, pair, **more))


def favour(found, layer: int, head: int, kind: str) -> float:
    """Heads count from 1, as people count them."""
    return float(found.favours[layer - 1, head - 1, FAVOURS.index(kind)])


@pytest.mark.parametrize("texts", [(SENTENCE,), (SENTENCE, "She slept.")])
def test_the_packaged_model_attends_as_transformers_says(texts):
    found = read(*texts)
    expected = directly(_minilm.folder(), *texts)
    assert found.weights.shape == expected.shape
    np.testing.assert_allclose(found.weights, expected, atol=1e-3)
    np.testing.assert_allclose(found.weights.sum(axis=-1, dtype=np.float64), 1, atol=2e-3)


def test_a_folder_attends_as_transformers_says_and_rows_sum_to_one(small_bert):
    found = read("the hot sun is", "a night", model=str(small_bert))
    expected = directly(small_bert, "the hot sun is", "a night")
    np.testing.assert_allclose(found.weights, expected, atol=1e-3)
    for matrix in (attention.mean_of_heads(found.weights), attention.rollout(found.weights)):
        np.testing.assert_allclose(matrix.sum(axis=-1), 1, atol=1e-3)


def test_tokens_know_their_characters_their_part_and_their_word(small_bert):
    text = "the Unkindness"
    found = read(text, "king.", model=str(small_bert))
    spelled = [(t.text, t.part, t.word) for t in found.tokens]
    assert spelled == [
        ("[CLS]", -1, -1),
        ("the", 0, 0),
        *[("un", 0, 1), ("##kind", 0, 1), ("##ness", 0, 1)],
        ("[SEP]", -1, -1),
        *[("king", 1, 2), (".", 1, 3)],
        ("[SEP]", -1, -1),
    ]
    assert [text[t.start : t.end] for t in found.tokens[1:5]] == ["the", "Un", "kind", "ness"]
    assert attention.words_of(found.spec, found.tokens) == ("the", "unkindness", "king", ".")


def test_a_mark_that_somebody_types_is_text():
    found = read("[SEP] means [CLS] nothing")
    assert sum(token.word < 0 for token in found.tokens) == 2


# --------------------------------------------------------------------------- what heads favour


SENTENCES = (
    "The old river bends where the new river begins.",
    "She planted a tree, and the tree grew tall.",
    "My brother sold his boat to another boat builder.",
    "Music at night is unlike music in the morning.",
    "The train to London waits for the train from Leeds.",
    "Nobody reads the letter that the king sent to the king of France.",
    "We bought bread because there was no bread at home.",
    "The teacher asked the children to draw a house beside their house.",
    "A storm in spring is shorter than a storm in autumn.",
    "He painted the door red after the other door had been painted.",
)
"""Of common length, each with a word of meaning that comes twice."""


@pytest.fixture(scope="module")
def many():
    return [read(sentence) for sentence in SENTENCES]


def mean(many, layer: int, head: int, kind: str) -> tuple[float, float]:
    column = FAVOURS.index(kind)
    asked = np.array([found.asked[column] for found in many])
    known = asked > 0
    shares = np.array([found.favours[layer - 1, head - 1, column] for found in many])
    even = np.array([found.uniform[column] for found in many])
    weigh = {"weights": asked[known]}
    return np.average(shares[known], **weigh), np.average(even[known], **weigh)


def test_the_heads_that_the_lessons_speak_of(many):
    assert mean(many, 1, 3, "previous")[0] > 0.98
    assert 0.55 < mean(many, 2, 9, "next")[0] < 0.75
    for layer, head, kind in ((1, 3, "previous"), (2, 9, "next")):
        column = FAVOURS.index(kind)
        total = sum(found.favours[..., column] for found in many)
        assert np.unravel_index(total.argmax(), total.shape) == (layer - 1, head - 1)


def test_the_head_that_looks_for_the_same_word_of_meaning(many):
    """The lessons have .62 beside .07; words such as "the", counted too, get less."""
    given, even = [], []
    for found in many:
        words = attention.words_of(found.spec, found.tokens)
        same = attention.targets(found.tokens, words)["same"]
        means = np.array([t.word >= 0 and len(words[t.word]) > 3 for t in found.tokens])
        rows = same.any(axis=1) & means
        given.append((found.weights * same).sum(axis=-1, dtype=float)[:, :, rows].mean(axis=-1))
        even.append(same[rows].sum(axis=1).mean() / len(means))
    total = np.mean(given, axis=0)
    assert np.unravel_index(total.argmax(), total.shape) == (2, 9)
    assert total[2, 9] > 0.5 and np.mean(even) < 0.1


def test_half_of_all_attention_rests_on_the_first_mark_and_no_head_lives_on_the_other(many):
    """In sentences of about 13 tokens; of 30 tokens it receives less, .38."""
    received = np.mean([found.weights[..., 0].astype(float).mean() for found in many])
    assert received == pytest.approx(0.49, abs=0.04)
    column = FAVOURS.index("separator")
    assert np.mean([found.favours[..., column] for found in many], axis=0).max() < 0.5


@pytest.mark.parametrize(
    ("text", "right", "wrong", "high", "low"),
    [
        (SENTENCE, "mary", "john", 0.53, 0.09),
        ("John asked Mary for help because she was tired", "mary", "john", 0.53, 0.09),
    ],
)
def test_the_head_that_matches_pronoun_and_name(text, right, wrong, high, low):
    found = read(text)
    names = [token.text for token in found.tokens]
    row = found.weights[1, 3, names.index("she")].astype(float)
    assert row[names.index(right)] == pytest.approx(high, abs=0.02)
    assert row[names.index(wrong)] == pytest.approx(low, abs=0.02)


def test_shares_by_hand():
    """Four words, the second and last the same; a head that looks back, and an even one."""
    tokens = (
        Token("[CLS]", 0, 0, -1, -1),
        *(Token(w, i, i + 1, 0, i) for i, w in enumerate(("a", "b", "c", "b"))),
        Token("[SEP]", 0, 0, -1, -1),
    )
    back = np.eye(6, k=-1)
    back[0, 0] = 1
    weights = np.stack([back, np.full((6, 6), 1 / 6)])[None]
    shares, uniform, asked = attention.measure(weights, tokens, ("a", "b", "c", "b"))
    # The first word has only the mark before it, the last only the mark behind it: no token.
    assert dict(zip(FAVOURS, asked, strict=True)) == {
        "previous": 3,
        "next": 3,
        "itself": 4,
        "same": 2,
        "start": 4,
        "separator": 4,
    }
    assert shares[0, 0].tolist() == [1, 0, 0, 0, 0.25, 0]
    np.testing.assert_allclose(shares[0, 1], uniform, atol=1e-6)
    assert attention.favourite(shares[0, 0], uniform) == "previous"
    assert attention.favourite(shares[0, 1], uniform) is None


def test_a_head_that_rests_favours_what_it_looks_for_when_there_is_some():
    even = np.full(6, 0.1)
    rests = np.array([0.02, 0.02, 0.02, np.nan, 0.7, 0.02])
    assert attention.favourite(rests, even) == "start"
    assert attention.favourite(np.where(np.isnan(rests), 0.4, rests), even) == "same"
    assert attention.favourite(np.where(np.isnan(rests), 0.4, rests), 3 * even) == "start"
    found = read("The train to London waits for the train from Leeds")
    assert attention.favourite(found.favours[2, 9], found.uniform) == "same"


def test_what_is_nowhere_has_no_number():
    found = read("one word never repeats")
    column = FAVOURS.index("same")
    assert found.asked[column] == 0 and np.isnan(found.favours[..., column]).all()


# ------------------------------------------------------------------------------------- rollout


def test_rollout_by_hand():
    """Two layers, two tokens: (A1 + I)/2 and (A2 + I)/2, multiplied (Abnar and Zuidema 2020)."""
    first, second = np.array([[0.5, 0.5], [0, 1]]), np.array([[1, 0], [1, 0]])
    found = attention.rollout(np.stack([[first, first], [second, second]]))
    np.testing.assert_allclose(found[0], [[0.75, 0.25], [0, 1]])
    np.testing.assert_allclose(found[1], [[0.75, 0.25], [0.375, 0.625]])


@given(arrays.arrays(np.float32, (3, 2, 4, 4), elements=st.floats(0.0078125, 1, width=32)))
def test_rollout_stays_a_share_of_the_input(weights):
    weights /= weights.sum(axis=-1, keepdims=True)
    found = attention.rollout(weights)
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=-1), 1, atol=1e-5)


# ----------------------------------------------------------------------------------- bad input


def test_a_text_that_is_too_long_is_cut_and_says_so():
    text = " ".join(["word"] * 10_000)
    request = attention.spec(text)
    assert len(request.text) <= attention.LONGEST
    found = attention.read(request)
    assert len(found.tokens) == 128 and found.total == 402
    assert request.text[: found.read[0]] == " ".join(["word"] * 126)


def test_of_a_pair_both_texts_keep_something():
    found = read("king " * 300, "queen " * 300)
    parts = [token.part for token in found.tokens]
    assert len(parts) == 128 and min(parts.count(0), parts.count(1)) >= 60
    assert found.read[0] < len(found.spec.text) and found.read[1] < len(found.spec.pair)


@pytest.mark.parametrize("text", ["", "  \n ", "\t"])
def test_no_text(text):
    with pytest.raises(UserError, match="no text"):
        attention.spec(text)


@pytest.mark.parametrize("text", ["\u200b", "\x00\x01"])
def test_a_text_of_which_nothing_is_left(text):
    with pytest.raises(UserError, match="no token"):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["🙂🙃 💥", "שלום עולם", "السلام عليكم", "<script>alert(1)</script>", "a\ud800b", "é" * 3000],
)
def test_any_text_is_read(text):
    found = read(text)
    assert np.isfinite(found.weights).all()
    for token in found.tokens:
        assert 0 <= token.start <= token.end <= len(found.spec.text)


def test_a_model_that_reads_one_text_only(made_bert):
    folder = str(made_bert(type_vocab_size=1))
    assert read("the king", model=folder).tokens
    with pytest.raises(UserError, match="one text at a time"):
        read("the king", "a queen", model=folder)


def test_a_model_with_few_positions_reads_less(made_bert):
    found = read("king " * 100, model=str(made_bert(max_position_embeddings=16)))
    assert len(found.tokens) == 16


# ---------------------------------------------------------------------------------------- kept


def test_the_store_keeps_it_as_it_is(tmp_path):
    shelf = Store(cache=tmp_path)
    request = attention.spec("the king and the queen", "a pair")
    assert request_from_json(request.canonical) == request
    made = recipes.fetch(request, shelf)
    again = shelf.load(request)
    assert again.tokens == made.tokens and again.read == made.read and again.asked == made.asked
    assert np.array_equal(again.weights, made.weights)
    assert np.array_equal(again.favours, made.favours, equal_nan=True)
    assert shelf.loads(request, shelf.dumps(made)).model == made.model
