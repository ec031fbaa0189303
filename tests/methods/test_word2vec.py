from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from embeddings import methods
from embeddings.corpus import Corpus
from embeddings.errors import Cancelled, UserError
from embeddings.methods import word2vec
from embeddings.types import Spec, no_progress

TRAIN = """
import hashlib
from embeddings import corpus, methods
from embeddings.methods import word2vec
from embeddings.types import no_progress
spec = methods.get("word2vec").spec(parameters={"epochs": 2, "dimensions": 20})
sentences = word2vec.Sentences(corpus.read("wikipedia"), 2500)
vectors = word2vec.train(spec, sentences, no_progress).vectors
print(hashlib.sha256(vectors.tobytes()).hexdigest())
"""


def spec(**parameters: object) -> Spec:
    return methods.get("word2vec").spec(
        corpus="wikipedia", parameters={"epochs": 2, "dimensions": 20, **parameters}
    )


def digest(corpus: Corpus, request: Spec) -> str:
    vectors = word2vec.train(request, word2vec.Sentences(corpus, 2500), no_progress).vectors
    return hashlib.sha256(vectors.tobytes()).hexdigest()


def test_sentences_are_the_corpus_as_words(wikipedia: Corpus) -> None:
    sentences = word2vec.Sentences(wikipedia, 4100)
    for _ in range(2):  # once more in every epoch
        found = list(sentences)
        assert len(found) == 4100
        for number in (0, 1, 1999, 2000, 4099):
            assert tuple(found[number]) == wikipedia.sentence(number)
    assert sentences.read == 8200


def test_the_same_seed_gives_the_same_bits_in_another_process(wikipedia: Corpus) -> None:
    other = subprocess.run(
        [sys.executable, "-c", TRAIN],
        capture_output=True,
        text=True,
        # Words are hashed with another salt there.
        env={**os.environ, "PYTHONHASHSEED": "7"},
        check=True,
    )
    assert digest(wikipedia, spec()) == other.stdout.strip()


def test_another_seed_or_algorithm_gives_other_vectors(wikipedia: Corpus) -> None:
    requests = [
        spec(),
        spec(algorithm="cbow"),
        methods.get("word2vec").spec(seed=1, parameters={"epochs": 2, "dimensions": 20}),
    ]
    assert len({digest(wikipedia, request) for request in requests}) == 3


def test_it_stops_in_the_middle_of_an_epoch(wikipedia: Corpus) -> None:
    sentences = word2vec.Sentences(wikipedia)
    calls = []

    def stop(fraction: float, message: str) -> None:
        calls.append((fraction, message))
        if sentences.read:
            raise Cancelled

    with pytest.raises(Cancelled):
        word2vec.train(spec(epochs=50), sentences, stop)
    assert sentences.read < sentences.n_sentences
    assert calls[0] == (0.0, "Training Word2Vec, epoch 1 of 50")


def test_a_minimum_count_that_no_word_reaches_is_explained(toy: Corpus) -> None:
    with pytest.raises(UserError, match="choose a smaller one"):
        word2vec.train(spec(), word2vec.Sentences(toy), no_progress)


def test_rare_words_are_missing(wikipedia: Corpus) -> None:
    rare = wikipedia.types[int((wikipedia.counts == 4).argmax())]
    table = methods.embed(spec(epochs=1), ("king", rare))
    assert table.missing == (rare,) and table.dim == 20
