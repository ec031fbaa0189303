"""Search by words and by meaning: arithmetic by hand, known answers, and what is asked badly."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from embeddings import recipes
from embeddings.applications import search
from embeddings.applications.search import answering, meaning, scoring
from embeddings.commands import cli
from embeddings.corpus import dictionary, tokenize
from embeddings.errors import Cancelled, UserError
from embeddings.methods import _minilm
from embeddings.methods.texts import _bm25
from embeddings.store import SHIPPED, Store
from embeddings.types import (
    EncodingSpec,
    SearchScore,
    TextIndex,
    TextVectorsSpec,
    no_progress,
    request_from_json,
)

TINY = ("the cat eats fish", "the dog eats meat and the cat", "a bus")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """What is shipped, and a cache of this module's own."""
    return Store(SHIPPED, tmp_path_factory.mktemp("search"))


@pytest.fixture(scope="module")
def definitions(store):
    """The dictionary's definitions, read once for all tests."""
    return recipes.fetch(search.index_spec("definitions"), store)


def index_of(texts, labels, over="paragraphs"):
    """An index of a few texts."""
    names = tuple(dict.fromkeys(labels))
    weights = _bm25.weigh(texts, no_progress)
    encoded = [text.encode() for text in texts]
    return TextIndex(
        names,
        np.array([names.index(label) for label in labels], np.int32),
        np.frombuffer(b"".join(encoded), np.uint8),
        np.cumsum([0, *map(len, encoded)]),
        weights.words,
        weights.scores,
        weights.rows,
        weights.columns,
        len(texts),
        search.index_spec(over),
    )


def by_hand(question, texts, k1=1.5, b=0.75):
    """BM25 as Lucene reckons it, word by word."""
    split = [tokenize(text) for text in texts]
    average = sum(map(len, split)) / len(split)
    scores = []
    for tokens in split:
        score = 0.0
        for word in tokenize(question):
            having = sum(word in other for other in split)
            if having:
                rarity = math.log(1 + (len(split) - having + 0.5) / (having + 0.5))
                count = tokens.count(word)
                score += rarity * count / (count + k1 * (1 - b + b * len(tokens) / average))
        scores.append(score)
    return scores


@pytest.mark.parametrize("question", ["the cat", "fish and meat", "bus", "the the dog"])
def test_the_library_reckons_bm25_as_the_formula_says(question):
    index = index_of(TINY, ("one", "two", "three"))
    ranking = answering.by_words(tokenize(question), index, len(TINY))
    np.testing.assert_allclose(ranking.scores, by_hand(question, TINY), rtol=1e-5)


def test_what_has_none_of_the_words_is_not_found_by_words():
    ranking = answering.by_words(["bus"], index_of(TINY, ("one", "two", "three")), len(TINY))
    assert ranking.rank.tolist() == [0, 0, 1]


def test_ranks_are_those_of_a_full_sort_of_the_best_text_of_each_label():
    lots = np.random.default_rng(1)
    labels = [f"label {i}" for i in lots.integers(0, 300, 2_000)]
    index = index_of([f"text {i}" for i in range(2_000)], labels, "definitions")
    vectors = lots.normal(size=(2_000, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question = vectors[7] + vectors[70]
    question /= np.linalg.norm(question)
    ranking = answering.by_meaning(question, index, lambda each: vectors @ each)
    cosines = vectors @ question
    best = {}
    for label, cosine in zip(index.label.tolist(), cosines.tolist(), strict=True):
        best[label] = max(cosine, best.get(label, -1.0))
    expected = sorted(best, key=lambda label: -best[label])
    assert ranking.order.tolist() == expected
    assert [ranking.rank[label] for label in expected[:5]] == [1, 2, 3, 4, 5]


def test_eight_bits_keep_the_cosines():
    lots = np.random.default_rng(2)
    vectors = lots.normal(size=(500, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    spec = TextVectorsSpec("definitions", 0, 500)
    kept = search.in_8_bits(vectors, spec)
    np.testing.assert_allclose(search.cosines(vectors[3], [kept]), vectors @ vectors[3], atol=0.005)


def test_the_shipped_vectors_are_those_of_the_definitions(definitions, store):
    rows = [0, 1, 27_000]
    kept = [store.load(meaning.chunk(row // search.CHUNK)) for row in rows]
    read = _minilm.read_texts(_minilm.encoder(), [definitions.text(r) for r in rows], no_progress)
    for row, chunk, vector in zip(rows, kept, read, strict=True):
        assert search.cosines(vector, [chunk])[row % search.CHUNK] > 0.99


def test_a_person_who_makes_barrels_is_a_cooper_first_by_meaning(store, definitions):
    asked = search.spec("a person who makes barrels", "definitions", search.SHIPPED)
    found = recipes.fetch(asked, store)
    first = found.by_meaning[0]
    assert first.label == "cooper"
    assert first.text in [each.text for each in dictionary.definitions("cooper")]
    assert {"makes", "barrels"} <= {*first.words}
    assert found.searched == search.SHIPPED * search.CHUNK
    assert found.total == len(definitions)
    assert len({hit.label for hit in found.by_meaning}) == 10


def test_paragraphs_are_found_by_meaning_that_share_no_word_with_the_question(store):
    found = recipes.fetch(search.spec("self-governed communities without rulers"), store)
    assert found.by_meaning[0].label.startswith("Anarchism")
    assert found.searched == found.total == 5_571
    for hit in found.by_words:
        assert set(hit.words) <= {*found.known}
        assert hit.score > 0


def test_a_rare_name_is_found_by_words_alone_and_a_paraphrase_by_meaning(store):
    rare = recipes.fetch(search.spec("Ethnologue"), store)
    assert all("ethnologue" in hit.words for hit in rare.by_words)
    assert not any(hit.words for hit in rare.by_meaning)
    paraphrase = recipes.fetch(search.spec("books about a society without government"), store)
    assert paraphrase.by_meaning[0].label == "Anarchism ¶ 1"
    assert paraphrase.by_meaning[0].other > 1_000


def test_each_way_says_where_the_other_has_what_it_found(store):
    found = recipes.fetch(search.spec("Who was the first man on the moon?"), store)
    ranks = {hit.label: place for place, hit in enumerate(found.by_meaning, 1)}
    both = [hit for hit in found.by_words if hit.label in ranks]
    assert both
    assert all(hit.other == ranks[hit.label] for hit in both)
    assert all(not 0 < hit.other <= 10 for hit in found.by_words if hit.label not in ranks)


# ------------------------------------------------------------------------- what is asked badly


@pytest.mark.parametrize("nothing", ["", "  \n ", "\u200b", "\x00"])
def test_no_question_is_refused_in_a_line(nothing):
    with pytest.raises(UserError, match="no question"):
        search.spec(nothing)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("word " * 10_000, ["only the first 2,000 are read", "word pieces"]),
        ("zzyzzxq qqxyzzy", ["any of these words", "always nearest"]),
        ("moon zzyzzxq", ["In none of the paragraphs: zzyzzxq."]),
        ("кто был первым на луне", ["no words of the letters a to z", "learned from English"]),
        ("🦄🦄", ["no words of the letters", "none of these characters"]),
        ("<img src=x onerror=alert(1)>", []),
    ],
)
def test_a_question_that_cannot_be_read_as_it_is_gets_clear_words(question, said, store):
    found = recipes.fetch(search.spec(question), store)
    lines = search.remarks(found, question)
    for part in said:
        assert any(part in line for line in lines), lines
    assert len(found.spec.question) <= search.LONGEST


def test_unknown_sources_and_numbers_of_answers_are_refused():
    with pytest.raises(UserError, match="Choose one of"):
        search.spec("moon", "films")
    with pytest.raises(UserError, match="1 to 100"):
        search.spec("moon", k=0)


# ------------------------------------------------------------------------- encoding all of them


@pytest.fixture
def few(monkeypatch):
    """A dictionary of 40 definitions, in chunks of 8."""
    every = dictionary.every_definition()
    some = [next(every) for _ in range(40)]
    monkeypatch.setattr(dictionary, "every_definition", lambda: iter(some))
    monkeypatch.setattr(meaning, "CHUNK", 8)


def test_an_interrupted_encoding_goes_on_where_it_stopped(few, tmp_path):
    store = Store(SHIPPED, tmp_path)

    def cancel(fraction, message):
        if message.startswith("16 of 40"):
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        recipes.fetch(EncodingSpec("definitions"), store, cancel)
    assert recipes.encoded_chunks(store) == 2
    assert recipes.scored_chunks(store) == search.SHIPPED
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "text_vectors").iterdir()}

    assert recipes.fetch(EncodingSpec("definitions"), store).n == 40
    assert recipes.encoded_chunks(store) == recipes.scored_chunks(store) == 5
    assert all(path.stat().st_mtime_ns == then for path, then in before.items())
    index = store.load(search.index_spec("definitions"))
    texts = [index.text(i) for i in range(40)]
    read = _minilm.read_texts(_minilm.encoder(), texts, no_progress)
    parts = [store.load(each) for each in search.chunks(40)]
    for i in (0, 17, 39):
        np.testing.assert_allclose(search.cosines(read[i], parts), read @ read[i], atol=0.01)


def test_a_damaged_chunk_is_made_again(few, tmp_path):
    store = Store(SHIPPED, tmp_path)
    recipes.fetch(EncodingSpec("definitions"), store)
    path = store.path_of(search.chunk(1)).with_suffix(".npz")
    path.write_bytes(path.read_bytes()[:100])
    found = recipes.fetch(search.spec("a person", "definitions", 5), Store(SHIPPED, tmp_path))
    assert len(found.by_meaning) == 10


# ------------------------------------------------------------------------- the score


def test_the_descriptions_are_no_words_of_the_dictionary(definitions):
    described = search.descriptions()
    assert len(described) >= 100
    assert len({word for word, _ in described}) == len(described)
    number = {label: i for i, label in enumerate(definitions.labels)}
    for word, description in described:
        tokens = tokenize(description)
        assert word not in tokens
        runs = {tuple(tokens[i : i + 4]) for i in range(len(tokens) - 3)}
        for row in np.flatnonzero(definitions.label == number[word]).tolist():
            theirs = tokenize(definitions.text(row))
            shared = runs & {tuple(theirs[i : i + 4]) for i in range(len(theirs) - 3)}
            assert not shared, (word, shared)


def test_the_shipped_score_is_what_single_questions_find(store, definitions):
    score = store.load(search.score_spec(search.SHIPPED))
    assert isinstance(score, SearchScore)
    for word in ("cooper", "volcano", "hope", "orphan"):
        i = score.words.index(word)
        asked = search.spec(score.descriptions[i], "definitions", search.SHIPPED, 100)
        found = recipes.fetch(asked, store)
        for ranks, hits in ((score.by_words, found.by_words), (score.by_meaning, found.by_meaning)):
            places = [n for n, hit in enumerate(hits, 1) if hit.label == word]
            assert places == ([ranks[i]] if 0 < ranks[i] <= 100 else [])
    assert score.by_meaning[score.words.index("orphan")] == -1  # not among the common words
    figures = search.summarise(score)
    assert figures["meaning"].rates[10].share > figures["words"].rates[10].share


def test_wilsons_interval_is_the_published_one():
    found = scoring.wilson(8, 10)
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


# ------------------------------------------------------------------------- keeping and asking


def test_requests_and_results_survive_the_store(store):
    asked = search.spec("the moon")
    found = recipes.fetch(asked, store)
    assert store.loads(asked, store.dumps(found)) == found
    for request in (asked, search.index_spec("paragraphs"), search.chunk(3), search.score_spec(2)):
        assert request_from_json(request.canonical) == request


def test_the_command_finds_what_the_page_finds(store, capsys, monkeypatch):
    monkeypatch.setattr("embeddings.store.default", lambda: store)
    with pytest.raises(SystemExit) as ended:
        cli.main(["search", "a person who makes barrels", "--in", "definitions", "--json"])
    assert ended.value.code == 0
    said = json.loads(capsys.readouterr().out)
    assert said["by_meaning"][0]["label"] == "cooper"
    with pytest.raises(SystemExit) as ended:
        cli.main(["search", "moon", "--score"])
    assert ended.value.code == 2
    assert "--in definitions" in capsys.readouterr().err
