"""A word in its sentences: the real model reads, and what it says is what is known of it."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from embeddings import corpus, methods, recipes
from embeddings.errors import UserError
from embeddings.inside import contexts, own_sentences, senses
from embeddings.methods._minilm import encoder
from embeddings.store import SHIPPED, Store
from embeddings.types import (
    ContextMap,
    ContextMapSpec,
    Contexts,
    ContextsSpec,
    EmbeddingTable,
    Request,
    Sentences,
    Tokens,
    TokensSpec,
)

WORDS = contexts.words()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(SHIPPED, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def tokens(store: Store) -> Tokens:
    return cast(Tokens, recipes.fetch(TokensSpec(), store))


@pytest.fixture(scope="module")
def table(store: Store) -> EmbeddingTable:
    spec = methods.get("bert_in_context").spec("common-10k")
    return cast(EmbeddingTable, recipes.fetch(spec, store))


def read(request: ContextsSpec, tokens: Tokens, table: EmbeddingTable) -> Contexts:
    return contexts.encode(request, tokens, table)


@pytest.fixture(scope="module")
def labelled(tokens: Tokens, table: EmbeddingTable) -> dict[str, Contexts]:
    """The ten packaged sentences of each word, alone."""
    return {
        word: read(contexts.spec(word, own, most=0), tokens, table)
        for word, own in own_sentences.packaged().items()
    }


def test_vectors_are_those_of_the_model_read_one_by_one(labelled: dict[str, Contexts]) -> None:
    found = labelled["bank"]
    model = encoder()
    for row, (_, sentence) in enumerate(found.spec.own):
        said = model.tokenizer(sentence)
        place = said.word_ids().index(sentence.lower().split().index("bank"))
        for layer in range(7):
            hidden = model.states([said["input_ids"]], layer)[0][place]
            assert np.abs(found.vectors[layer, row] - hidden).max() < 4e-3


@pytest.mark.parametrize("word", ["right", "spring", "bank"])
def test_senses_separate_in_the_last_layer_and_not_at_the_input(
    word: str, labelled: dict[str, Contexts]
) -> None:
    said = labelled[word].statistics
    gaps = np.subtract(said["labels_within"], said["labels_between"])
    assert abs(gaps[0]) < 0.01 < 0.08 < gaps[6]
    assert said["labels_silhouette"][0] < 0.2 < 0.3 < said["labels_silhouette"][6]
    assert said["labels_nearest"][6] == 1.0 > 0.75 > said["labels_nearest"][0]


def test_the_ten_words_are_as_other_sentences_of_theirs_were(
    labelled: dict[str, Contexts],
) -> None:
    """Mean cosine within and between senses in layer 6, of ten other sentences a word."""
    before = {
        "right": (0.68, 0.44),
        "spring": (0.84, 0.67),
        "light": (0.79, 0.66),
        "cell": (0.82, 0.71),
        "match": (0.86, 0.76),
        "bank": (0.86, 0.78),
        "bat": (0.88, 0.80),
        "bass": (0.88, 0.83),
        "seal": (0.88, 0.83),
        "crane": (0.89, 0.86),
    }
    for word, (within, between) in before.items():
        said = labelled[word].statistics
        assert said["labels_within"][6] == pytest.approx(within, abs=0.1)
        assert said["labels_between"][6] == pytest.approx(between, abs=0.1)
        assert said["labels_within"][6] > said["labels_between"][6]
    gaps = {
        w: c.statistics["labels_within"][6] - c.statistics["labels_between"][6]
        for w, c in labelled.items()
    }
    assert max(gaps, key=gaps.get) == "right"
    nearest = np.mean([c.statistics["labels_nearest"] for c in labelled.values()], axis=0)
    assert nearest[0] < 0.6 and nearest[1] > 0.7 and nearest[6] > 0.85


def test_random_words_are_most_alike_in_layer_5_and_hardly_in_the_last(tokens: Tokens) -> None:
    assert int(np.argmax(tokens.alike)) == 5
    assert tokens.alike[5] == pytest.approx(0.26, abs=0.03)
    assert tokens.alike[6] < 0.1
    assert max(map(abs, tokens.alike_centred)) < 0.03


def test_groups_of_the_corpus_hold_the_senses_of_the_packaged_sentences(store: Store) -> None:
    for word in ("right", "spring", "bank"):
        found = cast(
            Contexts, recipes.fetch(contexts.spec(word, own_sentences.packaged()[word]), store)
        )
        assert len(found.words) > 1
        own = [(found.labels[i], found.groups[i]) for i in range(len(found)) if found.labels[i]]
        assert len(set(own)) == len({label for label, _ in own}) == len({g for _, g in own})


def test_occurrences_are_drawn_and_each_is_where_it_is_said_to_be(
    tokens: Tokens, table: EmbeddingTable
) -> None:
    request = contexts.spec("guitar", [("", "My guitar and your guitar.")], most=10)
    found = read(request, tokens, table)
    assert len(found) == 12 and found.notes["occurrences"] > 10
    assert (found.numbers[-2:] == -1).all() and found.spans[-2:].tolist() == [[3, 9], [19, 25]]
    wanted = contexts.sentences_spec(found)
    said = dict(zip(wanted.numbers, contexts.sentences(wanted).texts, strict=True))
    for number, (start, end) in zip(
        found.numbers[:10].tolist(), found.spans.tolist(), strict=False
    ):
        assert said[number][start:end].lower() == "guitar"
    assert corpus.kept_sentences(wanted.numbers) == contexts.sentences(wanted).texts


def test_the_same_seed_draws_the_same_and_another_others(
    tokens: Tokens, table: EmbeddingTable
) -> None:
    one, same, other = (
        read(contexts.spec("crane", most=15, seed=seed), tokens, table) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.numbers, same.numbers) and one.statistics == same.statistics
    assert not np.array_equal(one.numbers, other.numbers)


def test_a_word_that_never_occurs_or_once(tokens: Tokens, table: EmbeddingTable) -> None:
    nowhere = read(contexts.spec("qqqq"), tokens, table)
    assert len(nowhere) == 0 and nowhere.words == () and nowhere.notes["occurrences"] == 0
    once = read(contexts.spec("qqqq", [("", "A qqqq.")]), tokens, table)
    assert len(once) == 1 and len(once.words) == 1 and once.typical == ((0,),)
    assert once.statistics["alike"] == (None,) * 7


def test_sentences_of_any_kind_are_read(tokens: Tokens, table: EmbeddingTable) -> None:
    long = "and " * 5000 + "the bank of the river " + "and " * 5000
    texts = ["🏦 the bank 🏦", "קראתי bank היום", long, "<b>bank</b> & $bank$", "bank"]
    found = read(contexts.spec("bank", [("", text) for text in texts], most=0), tokens, table)
    assert len(found) == 6 and np.isfinite(found.vectors).all()
    river, money = (
        read(contexts.spec("bank", [("", long), ("", other)], most=0), tokens, table)
        for other in ("The bank of the river.", "The bank lends money.")
    )
    assert contexts.cosines(river, 0, 1)[6] > contexts.cosines(money, 0, 1)[6]


def test_two_sentences_by_layer(tokens: Tokens, table: EmbeddingTable) -> None:
    pair = [("", "We sat on the river bank."), ("", "She keeps her money in the bank.")]
    found = read(contexts.spec("bank", pair, most=0), tokens, table)
    curve = contexts.cosines(found, 0, 1)
    units = senses.unit(found.vectors)
    assert curve == pytest.approx([float(u[0] @ u[1]) for u in units])
    assert curve[0] > 0.9 > curve[6]
    centred = senses.unit(found.vectors - tokens.mean[:, None])
    expected = [float(u[0] @ u[1]) for u in centred]
    assert contexts.cosines(found, 0, 1, tokens.mean) == pytest.approx(expected)
    assert contexts.cosines(found, 0, 0) == pytest.approx(np.ones(7))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"most": -1}, "from 0 to 1000"),
        ({"most": 1001}, "from 0 to 1000"),
        ({"seed": -1}, "seed is -1"),
        ({"corpus_name": "../x"}, "There is no corpus called"),
        ({"word": "two words"}, "is 2 words"),
    ],
)
def test_a_request_is_checked(change: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        contexts.spec(**{"word": "bank", **change})


def test_there_are_no_sentences_beyond_the_corpus() -> None:
    from embeddings.types import SentencesSpec

    with pytest.raises(UserError, match="The corpus has sentences from 0"):
        contexts.sentences(SentencesSpec((10**9,)))
    assert corpus.kept_sentences((10**9,)) is None


# ---------------------------------------------------------------------- as it is kept and shipped


def test_what_is_shipped_draws_the_page_at_once_and_holds_no_text_of_the_corpus() -> None:
    shelf = Store(SHIPPED)
    assert all(shelf.load(request) is not None for request in recipes.shipped_contexts())
    found = cast(Contexts, shelf.load(contexts.spec("bank", own_sentences.packaged()["bank"])))
    assert found.vectors is None and len(found) == 310
    drawn = cast(ContextMap, shelf.load(ContextMapSpec(found.spec)))
    assert drawn.coordinates.shape == (7, 310, 2)
    pair = [("", each) for each in own_sentences.pair("bank") or ()]
    both = cast(Contexts, shelf.load(contexts.spec("bank", pair, most=0)))
    assert both.vectors is not None and len(both) == 2


def test_a_map_of_shipped_contexts_is_drawn_by_reading_them_again(store: Store) -> None:
    read = contexts.spec("crane", own_sentences.packaged()["crane"])
    drawn = cast(ContextMap, recipes.fetch(ContextMapSpec(read, "pca", seed=7), store))
    shipped = cast(ContextMap, Store(SHIPPED).load(ContextMapSpec(read, "pca")))
    assert np.abs(drawn.coordinates - shipped.coordinates).max() < 0.02


def test_recipes_make_sentences(store: Store) -> None:
    found = cast(Contexts, recipes.fetch(contexts.spec("bank", most=5), store))
    wanted: Request = contexts.sentences_spec(found)
    texts = cast(Sentences, recipes.fetch(wanted, store)).texts
    assert all("bank" in text.lower() for text in texts)
