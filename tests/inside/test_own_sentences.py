"""What people bring as sentences: read, labelled, or refused in words that they can act on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UserError
from embeddings.inside import own_sentences
from embeddings.methods.bert_in_context import spans


def test_a_sentence_a_line_with_a_label_where_it_has_one() -> None:
    read = own_sentences.read("river: We sat on the bank.\n\n  The Bank  is closed. \n", "bank")
    assert read.sentences == (("river", "We sat on the bank."), ("", "The Bank is closed."))
    assert not read.problems


@pytest.mark.parametrize(
    "line",
    [
        "bank: a mound of earth",  # the word itself is no label
        "He told me again and again: the bank is closed",
        "an uncommonly long beginning: the bank",
        ": the bank",
        "the bank:",
    ],
)
def test_not_every_colon_makes_a_label(line: str) -> None:
    assert own_sentences.split_label(line, "bank") == ("", line)


def test_what_is_left_out_is_said_with_its_line_and_why() -> None:
    read = own_sentences.read("a bank\nbanks rise\n🏦🏦\nهذا بنك\na bank", "bank")
    assert read.sentences == (("", "a bank"),)
    assert [(each.line, each.problem) for each in read.problems] == [
        (2, "The word bank is not in it as it stands (banks is another form)."),
        (3, "The word bank is not in it."),
        (4, "The word bank is not in it."),
        (5, "It is there already."),
    ]


def test_scripts_emoji_and_long_sentences_are_read_where_the_word_is_in_them() -> None:
    long = "bank " + "and so on " * 3333
    read = own_sentences.read(f"🏦 the bank 🏦\nקראתי bank היום\n{long}", "bank")
    assert len(read.sentences) == 3 and not read.problems


def test_too_much_is_refused_and_too_many_are_left_out() -> None:
    with pytest.raises(UserError, match=r"100,001 characters, and may have 100,000"):
        own_sentences.read("x" * 100_001, "bank")
    many = "\n".join(f"{i}: bank" for i in range(501))
    read = own_sentences.read(many, "bank")
    assert len(read.sentences) == 500 and read.problems[0].line == 501


@given(st.text(max_size=300))
def test_no_text_does_harm_and_every_line_is_read_or_answered(text: str) -> None:
    read = own_sentences.read(text, "bank")
    lines = [line for line in text.splitlines() if line.replace("\x00", " ").strip()]
    assert len(read.sentences) + len(read.problems) == len(lines)
    for label, sentence in read.sentences:
        (label + sentence).encode()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("", "There is no word"),
        ("  ", "There is no word"),
        ("river bank", "is 2 words: type one, such as river"),
        ("🏦", "is no word: type letters"),
        ("3rd", "is no word: type letters"),
        ("<b>", ""),
        ("x" * 50, "is too long"),
        ("word " * 10_000, "is 10,000 words"),
    ],
)
def test_a_word_is_one_word(word: str, said: str) -> None:
    if not said:
        assert own_sentences.check_word(word) == "b"
        return
    with pytest.raises(UserError, match=said) as error:
        own_sentences.check_word(word)
    assert len(str(error.value)) < 150


def test_a_word_is_spelt_as_the_corpus_has_it() -> None:
    assert own_sentences.check_word(" Bank ") == "bank"
    assert own_sentences.check_word("Brontë") == "bronte"
    assert own_sentences.check_word("بنك") == "بنك"
    assert own_sentences.check_word("Йод") == "йод"


def test_a_word_in_another_script_is_found_in_own_sentences() -> None:
    read = own_sentences.read("река: Банк стоит на берегу.\nМы идём домой.", "банк")
    assert read.sentences == (("река", "Банк стоит на берегу."),)
    assert [each.line for each in read.problems] == [2]


def test_ten_packaged_sentences_in_two_senses_hold_each_word_once() -> None:
    packaged = own_sentences.packaged()
    assert len(packaged) == 10 and "bank" in packaged
    for word, sentences in packaged.items():
        labels = [label for label, _ in sentences]
        assert sorted(labels.count(label) for label in set(labels)) == [5, 5]
        for _, sentence in sentences:
            assert [each for each, _, _ in spans(sentence)].count(word) == 1
        first, second = own_sentences.pair(word) or ("", "")
        assert first != second
    assert own_sentences.pair("zebra") is None
