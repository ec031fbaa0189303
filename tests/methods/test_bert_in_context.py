from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from embeddings import methods
from embeddings.corpus import Corpus, tokenize
from embeddings.methods import _minilm
from embeddings.methods import bert_in_context as in_context
from embeddings.types import no_progress


def words_at(text: str) -> list[tuple[str, str]]:
    return [(word, text[start:end]) for word, start, end in in_context.spans(text)]


def pieces_of(text: str, word: str) -> list[str]:
    """The word pieces that are taken for a word of a sentence."""
    model = _minilm.encoder()
    wanted = in_context.first_places(text, [(0, word)])
    cut = in_context.stretches(model, [text], [wanted])
    return [
        piece
        for stretch in cut
        for _, places in stretch.words
        for piece in model.tokenizer.convert_ids_to_tokens([stretch.pieces[i] for i in places])
    ]


def direct(text: str, pieces: list[str], layer: int = 6) -> np.ndarray:
    """The mean vector of those consecutive pieces, by transformers alone."""
    model = _minilm.encoder()
    read = model.tokenizer(text, return_tensors="pt")
    names = model.tokenizer.convert_ids_to_tokens(read["input_ids"][0])
    starts = range(len(names))
    first = next(i for i in starts if names[i : i + len(pieces)] == pieces)
    with torch.no_grad():
        hidden = model.model(**read, output_hidden_states=True).hidden_states[layer][0]
    return hidden[first : first + len(pieces)].mean(dim=0).numpy()


# --------------------------------------------------------------------------- words in a text


def test_words_are_found_where_they_stand() -> None:
    assert words_at("The king's well-known Brontë, don't!") == [
        ("the", "The"),
        ("king", "king"),
        ("well", "well"),
        ("known", "known"),
        ("bronte", "Brontë"),
        ("do", "do"),
    ]
    assert words_at("Æsop’s fables; cafe\u0301 no. 3rd") == [
        ("aesop", "Æsop"),
        ("fables", "fables"),
        ("cafe", "cafe"),
        ("no", "no"),
    ]
    assert words_at("I won't, shan't.") == [("i", "I")]


def test_words_of_other_scripts_are_found_where_they_are_asked_for() -> None:
    text = "Мой cafe\u0301, и\u0306од; राम がっこう ذهب"
    assert [(word, text[start:end]) for word, start, end in in_context.spans(text, True)] == [
        ("мой", "Мой"),
        ("cafe", "cafe"),
        ("йод", "и\u0306од"),
        ("राम", "राम"),
        ("がっこう", "がっこう"),
        ("ذهب", "ذهب"),
    ]
    assert words_at("Мой дом") == []
    assert "".join(pieces_of("Мой дом здесь", "дом")).replace("##", "") == "дом"


@given(st.text(st.sampled_from("abn tsé'’-_3Æßﬁ™½\u0301İ.𝐚"), max_size=30))
def test_every_word_found_is_that_word_to_the_tokeniser(text: str) -> None:
    end = 0
    for word, start, stop in in_context.spans(text):
        assert tokenize(text[start:stop]) == [word]
        assert start >= end
        end = stop


def test_nearly_every_token_of_the_corpus_is_found(wikipedia: Corpus) -> None:
    differing = 0
    for number in range(0, wikipedia.n_sentences, 5):
        found = tuple(word for word, _, _ in in_context.spans(wikipedia.text[number]))
        differing += found != wikipedia.sentence(number)
    assert differing <= wikipedia.n_sentences / 5 * 0.001


# --------------------------------------------------------------------------- word pieces


def test_a_word_gets_exactly_its_own_pieces() -> None:
    text = "He paid the king's mediator ten pence at the café."
    assert pieces_of(text, "king") == ["king"]
    assert pieces_of(text, "mediator") == ["media", "##tor"]
    assert pieces_of(text, "pence") == ["pen", "##ce"]
    assert pieces_of(text, "cafe") == ["cafe"]
    assert pieces_of("That cafe\u0301 there", "cafe") == ["cafe"]
    assert pieces_of("The resume\u0301s", "resumes") == ["resume", "##s"]


def test_a_piece_that_is_more_than_the_word_is_passed_over() -> None:
    assert _minilm.encoder().tokenizer.tokenize("don't") == ["don", "'", "t"]
    assert pieces_of("They don't.", "do") == []


def test_a_word_far_into_a_long_sentence_is_read_with_text_on_both_sides() -> None:
    model = _minilm.encoder()
    text = "and so on " * 100 + "the violin " + "and so forth " * 100
    wanted = in_context.first_places(text, [(0, "violin")])
    (stretch,) = in_context.stretches(model, [text], [wanted])
    ((_, places),) = stretch.words
    assert len(stretch.pieces) <= in_context.MOST_PIECES
    assert model.tokenizer.convert_ids_to_tokens([stretch.pieces[i] for i in places]) == ["violin"]
    assert places[0] >= 30 and len(stretch.pieces) - places[-1] >= 30


# --------------------------------------------------------------------------- vectors


def test_a_vector_is_the_mean_of_the_words_pieces_over_its_sentences(make_corpus: Any) -> None:
    texts = [
        "The mediator sat on the bank of the river.",
        "A bank lends money, and the bank takes interest.",
        "Nobody asked.",
    ]
    corpus = make_corpus([texts])
    drawn = [("bank", np.array([0, 1])), ("mediator", np.array([0])), ("nobody", np.array([2]))]
    vectors, read = in_context.mean_vectors(corpus, drawn, 6, no_progress)
    assert read.tolist() == [2, 1, 1]
    both = (direct(texts[0], ["bank"]) + direct(texts[1], ["bank"])) / 2
    np.testing.assert_allclose(vectors[0], both, rtol=1e-3, atol=1e-5)
    mediator = direct(texts[0], ["media", "##tor"])
    np.testing.assert_allclose(vectors[1], mediator, rtol=1e-3, atol=1e-5)


def test_the_sentence_changes_the_vector(make_corpus: Any) -> None:
    texts = [
        "The bank of the river was steep.",
        "The bank has lent him money.",
    ]
    corpus = make_corpus([texts])
    for layer in (0, 6):
        (one, two), _ = in_context.mean_vectors(
            corpus, [("bank", np.array([0])), ("bank", np.array([1]))], layer, no_progress
        )
        cosine = one @ two / np.linalg.norm(one) / np.linalg.norm(two)
        # The word stands at the same place in both: the input knows no more than that.
        assert cosine == pytest.approx(1, abs=1e-5) if layer == 0 else cosine < 0.9


def test_a_draw_is_seeded_by_word_and_seed() -> None:
    sentences = np.arange(1000) * 3
    bank = in_context.draw(sentences, "bank", 10, seed=42)
    assert len(set(bank.tolist())) == 10 and set(bank.tolist()) <= set(sentences.tolist())
    assert np.array_equal(bank, in_context.draw(sentences, "bank", 10, seed=42))
    assert not np.array_equal(bank, in_context.draw(sentences, "bank", 10, seed=43))
    assert not np.array_equal(bank, in_context.draw(sentences, "river", 10, seed=42))
    assert np.array_equal(in_context.draw(sentences[:7], "bank", 10, seed=42), sentences[:7])


def test_sentences_are_those_that_hold_the_word(wikipedia: Corpus) -> None:
    found = in_context.sentences_of(wikipedia, ("king", "the", "music"))
    for word, numbers in found.items():
        assert np.array_equal(numbers, wikipedia.sentences_with(word))


def test_rare_words_are_missing(wikipedia: Corpus) -> None:
    rare = wikipedia.types[int((wikipedia.counts == 4).argmax())]
    method = methods.get("bert_in_context")
    table = methods.embed(
        method.spec(corpus="wikipedia", parameters={"sentences": 1}), (rare, "king")
    )
    assert table.missing == (rare,)


def test_progress_counts_sentences(wikipedia: Corpus) -> None:
    seen: list[str] = []
    method = methods.get("bert_in_context")
    spec = method.spec(corpus="wikipedia", parameters={"sentences": 3})
    methods.embed(spec, ("king", "music"), lambda f, m: seen.append(m))
    assert seen[-1] == "Reading sentences with MiniLM, 6 of 6"


@pytest.mark.parametrize("layer", [0, 3])
def test_the_layer_is_the_one_asked_for(make_corpus: Any, layer: int) -> None:
    text = "The old king slept."
    vectors, _ = in_context.mean_vectors(
        make_corpus([[text]]), [("king", np.array([0]))], layer, no_progress
    )
    np.testing.assert_allclose(vectors[0], direct(text, ["king"], layer), rtol=1e-3, atol=1e-5)
