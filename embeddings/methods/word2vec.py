"""Word2Vec: vectors that learn to tell a word's company from random words, trained by gensim."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeAlias

import numpy as np

from embeddings import corpus
from embeddings.errors import UserError
from embeddings.methods import Method, Parameter
from embeddings.types import Matrix, Progress, Spec

CHUNK = 2000
"""Sentences that are turned from ids to words at a time."""

ALGORITHMS = {"skip-gram": 1, "cbow": 0}

Watch: TypeAlias = Callable[[Any, int, int, float], None]
"""Called after each batch of training, in the training's thread, with gensim's model, the words of
the batch that were trained on and that were read, and their loss in all; must not raise."""


class Sentences:
    """The corpus as lists of words, read again in every epoch; it knows how far it has been read.

    gensim reads it in a thread of its own and waits for ever if reading fails there. So a
    request to stop is no exception here: the text just ends.
    """

    def __init__(self, text: corpus.Corpus, n_sentences: int | None = None) -> None:
        self.text = text
        self.n_sentences = n_sentences or text.n_sentences
        self.read = 0
        self.stopped = False
        self._words = np.array(text.types, dtype=object)

    def __iter__(self) -> Iterator[list[str]]:
        starts, tokens = self.text.sentence_starts, self.text.tokens
        for first in range(0, self.n_sentences, CHUNK):
            bounds = starts[first : min(first + CHUNK, self.n_sentences) + 1]
            words = self._words[tokens[bounds[0] : bounds[-1]]].tolist()
            offsets = (bounds - bounds[0]).tolist()
            for i in range(len(offsets) - 1):
                if self.stopped:
                    return
                yield words[offsets[i] : offsets[i + 1]]
            self.read += len(offsets) - 1


def train(spec: Spec, sentences: Sentences, progress: Progress, watch: Watch | None = None) -> Any:
    """Train Word2Vec, deterministically: one worker, and vectors that start from the seed.

    Parameters
    ----------
    watch : sees the model before the first batch and after each; the vectors are the same with it

    Returns
    -------
    gensim ``KeyedVectors`` of every word that occurs at least ``min_count`` times

    Raises
    ------
    UserError
        If no word occurs so often.
    """
    if max(sentences.text.counts, default=0) < spec["min_count"]:
        raise UserError(
            f"min_count is {spec['min_count']}, and no word of the corpus {spec.corpus} occurs so "
            "often; choose a smaller one."
        )
    # Its warnings are about a text that ends early, which is how training is stopped here.
    logging.getLogger("gensim.models.word2vec").setLevel(logging.ERROR)
    model = _model_class(watch)(
        sg=ALGORITHMS[spec["algorithm"]],
        vector_size=spec["dimensions"],
        window=spec["window"],
        negative=spec["negative"],
        sample=spec["sample"],
        min_count=spec["min_count"],
        alpha=spec["alpha"],
        seed=spec.seed,
        workers=1,
    )
    counts = dict(zip(sentences.text.types, sentences.text.counts.tolist(), strict=True))
    model.build_vocab_from_freq(counts, corpus_count=sentences.n_sentences)
    if watch is not None:
        watch(model, 0, 0, 0.0)
    with ThreadPoolExecutor(1, thread_name_prefix="word2vec") as pool:
        training = pool.submit(
            model.train,
            corpus_iterable=sentences,
            total_examples=sentences.n_sentences,
            epochs=spec["epochs"],
            compute_loss=watch is not None,
        )
        _follow(training, sentences, spec["epochs"], progress)
    return model.wv


def _model_class(watch: Watch | None) -> Any:
    """Return gensim's class, or one that lets its training be watched.

    gensim calls back after whole epochs only, and the most happens within the first. With one
    worker its batches come one after the other, in the same order every time.
    """
    from gensim.models import Word2Vec

    if watch is None:
        return Word2Vec
    see = watch

    class Watched(Word2Vec):
        def _do_train_job(self, sentences: Any, alpha: float, inits: Any) -> tuple[int, int]:
            # gensim adds up in 32 bits, which soon are too few: so each batch begins at 0.
            self.running_training_loss = 0.0
            trained, read = super()._do_train_job(sentences, alpha, inits)
            see(self, trained, read, float(self.running_training_loss))
            return trained, read

    return Watched


def _follow(training: Future[Any], sentences: Sentences, epochs: int, progress: Progress) -> None:
    """Report from the caller's own thread until the training is done, or stop it."""
    try:
        while not training.done():
            done = min(sentences.read / sentences.n_sentences, epochs - 1e-6)
            progress(done / epochs, f"Training Word2Vec, epoch {int(done) + 1} of {epochs}")
            wait([training], timeout=0.25)
        training.result()
    finally:
        sentences.stopped = True


def word2vec(spec: Spec, words: Sequence[str], progress: Progress) -> tuple[Sequence[str], Matrix]:
    """Train on the whole corpus and look the words up.

    Returns
    -------
    words : those that the corpus has at least ``min_count`` times
    vectors : float32 array of shape (n_words, dimensions)
    """
    progress(0.0, "Reading the corpus")
    vectors = train(spec, Sentences(corpus.read(spec.corpus)), progress)
    known = tuple(word for word in words if word in vectors)
    rows = [vectors.key_to_index[word] for word in known]
    return known, np.asarray(vectors.vectors[rows], dtype=np.float32)


METHOD = Method(
    key="word2vec",
    label="Word2Vec",
    year=2013,
    reference="Mikolov, Chen, Corrado and Dean 2013, Efficient Estimation of Word Representations "
    "in Vector Space",
    reference_url="https://arxiv.org/abs/1301.3781",
    summary="Vectors learned by guessing which words stand near.",
    explanation=(
        "Instead of counting company, Word2Vec learns to predict it. Every word starts with "
        "random numbers. Then the text is read, word by word: skip-gram takes a word and one that "
        "stands near it and moves their vectors a little together, and moves the word away from "
        "a few words drawn at random (negative samples). CBOW does it the other way round and "
        "guesses the word from the mean of its company. After some passes over the text, words "
        "that are used alike have like vectors, and some relations have become directions: king "
        "- man + woman comes near queen. These vectors are trained here, on the app's own text, "
        "which is more than a thousand times smaller than the paper's; so expect less of them."
    ),
    numbers=(
        "Learned numbers without names of their own; only the vectors' directions and differences "
        "mean something."
    ),
    sees="Likeness of use, and some relations as directions, after a few passes over the text.",
    misses=(
        "Senses: one vector for all uses of a word. Opposites stand close, as they keep the "
        "same company; words that the text has seldom stay near where they began."
    ),
    learns_from="corpus",
    compute=word2vec,
    further=(
        (
            "Mikolov, Sutskever, Chen, Corrado and Dean 2013, Distributed Representations of Words "
            "and Phrases and their Compositionality (negative samples, thinning of frequent words)",
            "https://arxiv.org/abs/1310.4546",
        ),
    ),
    parameters=(
        Parameter(
            "algorithm",
            "Algorithm",
            "skip-gram",
            "Skip-gram guesses the company from the word; CBOW the word from its company, faster.",
            choices=tuple(ALGORITHMS),
        ),
        Parameter(
            "dimensions", "Dimensions", 100, "How many numbers a vector has.", low=2, high=300
        ),
        Parameter(
            "window",
            "Window",
            5,
            "How many words to each side, at most, are guessed within the sentence.",
            low=1,
            high=15,
        ),
        Parameter(
            "negative",
            "Negative samples",
            5,
            "How many random words each true one is told from.",
            low=1,
            high=20,
        ),
        Parameter("epochs", "Epochs", 10, "How many times the text is read.", low=1, high=50),
        Parameter(
            "min_count",
            "Minimum count",
            5,
            "Words that the corpus has fewer times are left out and reported missing.",
            low=1,
            high=1000,
        ),
        Parameter(
            "sample",
            "Thinning of frequent words",
            1e-4,
            "Words that make up more than this share of the text are skipped now and then; 0 "
            "skips none.",
            low=0.0,
            high=0.01,
        ),
        Parameter(
            "alpha",
            "Learning rate",
            0.025,
            "How far a vector is moved at a time, at the start; it falls to almost nothing.",
            low=0.001,
            high=0.2,
        ),
    ),
    needs=("gensim",),
)
