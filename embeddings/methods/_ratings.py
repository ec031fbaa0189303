"""Vectors of films and of people from who liked what: four ways to learn them.

Each takes the likes, and gives vectors to the films that enough people like and to the people who
like any of these. The methods for films and those for people are declared in folders of their own,
and both learn here; so does the measurement that holds films out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from embeddings import collections
from embeddings.collections import _movielens as movielens
from embeddings.errors import UserError
from embeddings.methods import Parameter
from embeddings.methods.cooccurrence import ppmi
from embeddings.types import Likes, Matrix, Progress, RatingsSpec, Spec
from embeddings.types import Ratings as Rated

MIN_LIKES = Parameter(
    "min_likes",
    "Minimum of likes",
    5,
    "Films that fewer people like are left out: who liked one film once says little of it.",
    low=1,
    high=100,
)
DIMENSIONS = Parameter(
    "dimensions", "Dimensions", 64, "How many numbers a vector has.", low=2, high=300
)
ALS_PARAMETERS = (
    Parameter(
        "regularization",
        "Regularisation",
        1.0,
        "How strongly vectors are held near 0, so that few likes are not learned by heart.",
        low=0.0,
        high=1000.0,
    ),
    Parameter(
        "alpha",
        "Weight of a like",
        10.0,
        "How much surer a like is than its absence, which may only mean that the film is unknown.",
        low=1.0,
        high=1000.0,
    ),
    Parameter("iterations", "Rounds", 15, "How often both halves are solved.", low=1, high=100),
)


def _of_words(window: int, epochs: int) -> tuple[Parameter, ...]:
    """Return the settings that Word2Vec has for lists of films as for sentences."""
    return (
        Parameter(
            "window", "Window", window, "How far apart two may stand in a list.", low=1, high=100
        ),
        Parameter(
            "negative",
            "Negative samples",
            5,
            "How many drawn by lot each true one is told from.",
            low=1,
            high=20,
        ),
        Parameter("epochs", "Rounds", epochs, "How often the lists are read.", low=1, high=100),
    )


ITEM2VEC_PARAMETERS = (
    *_of_words(20, 30),
    Parameter(
        "sample",
        "Thinning of popular films",
        1e-3,
        "Films that make up more than this share of all likes are skipped now and then; 0 skips "
        "none.",
        low=0.0,
        high=0.1,
    ),
)
WALK_PARAMETERS = (
    Parameter("walks", "Walks", 10, "How many set out from each node.", low=1, high=100),
    Parameter("length", "Length", 40, "How many nodes a walk passes.", low=4, high=200),
    *_of_words(4, 5),
)


@dataclass(frozen=True, eq=False)
class Trained:
    """What was learned of films and people.

    Attributes
    ----------
    films : int array of shape (n_known,), rows of the films that have vectors
    film_vectors : float32 array of shape (n_known, dimensions)
    person_vectors : float32 array of shape (n_people, dimensions), all 0 of people of whom nothing
        is known; None where a method has none
    """

    films: NDArray[np.int64]
    film_vectors: NDArray[np.float32]
    person_vectors: NDArray[np.float32] | None = None


Train: TypeAlias = Callable[[Likes, Spec, Progress], Trained]


@dataclass(frozen=True)
class Learner:
    """Computes a method's table from the likes of MovieLens; ``train`` can be given other likes."""

    train: Train
    of_people: bool = False

    def __call__(
        self, spec: Spec, words: Sequence[str], progress: Progress
    ) -> tuple[Sequence[str], Matrix]:
        """Return those of the films, or people, that have vectors, and these."""
        progress(0.0, "Reading MovieLens")
        trained = self.train(ratings().likes, spec, progress)
        if self.of_people:
            assert trained.person_vectors is not None
            vectors = trained.person_vectors
            known = np.flatnonzero(vectors.any(axis=1))
            vectors = vectors[known]
        else:
            known, vectors = trained.films, trained.film_vectors
        labels = collections.read(spec.vocabulary).labels
        at = {labels[row]: i for i, row in enumerate(known.tolist())}
        found = tuple(word for word in words if word in at)
        progress(1.0, "Done")
        return found, vectors[[at[word] for word in found]]


def ratings(spec: RatingsSpec | None = None) -> Rated:
    """Return every rating of MovieLens, in the order of time."""
    data = movielens.read()
    sizes = len(data.people), len(data.titles)
    return Rated(data.person, data.film, data.stars, *sizes, spec or RatingsSpec())


def known_films(likes: Likes, min_likes: int) -> NDArray[np.int64]:
    """Return the films that enough people like, as rows, ascending.

    Raises
    ------
    UserError
        If there are none.
    """
    films = np.flatnonzero(likes.counts >= min_likes)
    if len(films) < 2:
        raise UserError(f"No two films are liked by {min_likes} people: choose a smaller minimum.")
    return films


# ------------------------------------------------------------------------------ counting


def cooccurrence(likes: Likes, spec: Spec, progress: Progress) -> Trained:
    """Count how many people like both of two films, weight by PPMI, and squeeze by an SVD."""
    films = known_films(likes, spec["min_likes"])
    progress(0.1, "Counting films liked together")
    liked = likes.matrix[:, films]
    together = sp.coo_array(liked.T @ liked)
    row, column = together.coords
    apart = row != column
    pairs = (together.data[apart], (row[apart], column[apart]))
    counts = sp.csr_array(sp.coo_array(pairs, shape=together.shape))
    progress(0.4, "Squeezing the table")
    left, _ = _svd(ppmi(counts), spec)
    known = left.any(axis=1)  # a film that nobody likes together with another has none
    return Trained(films[known], left[known])


def people_by_films(likes: Likes, spec: Spec, progress: Progress) -> Trained:
    """Weight the table of people and films by PPMI, and squeeze it by an SVD."""
    films = known_films(likes, spec["min_likes"])
    progress(0.1, "Weighting what people like")
    left, right = _svd(ppmi(likes.matrix[:, films]), spec)
    return Trained(films, right, left)


def _svd(table: sp.csr_array, spec: Spec) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the rows and the columns of a table in few dimensions: U sqrt(S) and V sqrt(S)."""
    from sklearn.utils.extmath import randomized_svd

    most = min(spec["dimensions"], min(table.shape) - 1)
    u, s, v = randomized_svd(table, most, n_iter=8, random_state=spec.seed)
    root = np.sqrt(s)
    return (u * root).astype(np.float32), (v.T * root).astype(np.float32)


# --------------------------------------------------------------------------- factorisation


def als(likes: Likes, spec: Spec, progress: Progress) -> Trained:
    """Factorise the table of people and films by alternating least squares, with implicit.

    One thread, and the start drawn from the seed: the same spec gives the same vectors.
    """
    from threadpoolctl import threadpool_limits

    films = known_films(likes, spec["min_likes"])
    steps = spec["iterations"]

    def follow(iteration: int, _seconds: float, _loss: object) -> None:
        progress((iteration + 1) / steps, f"Factorising, {iteration + 1} of {steps}")

    with threadpool_limits(1, "blas"):  # several threads of BLAS would wait for each other
        from implicit.cpu.als import AlternatingLeastSquares

        model = AlternatingLeastSquares(
            factors=spec["dimensions"],
            regularization=spec["regularization"],
            alpha=spec["alpha"],
            iterations=steps,
            num_threads=1,
            random_state=spec.seed,
        )
        liked = sp.csr_matrix(likes.matrix[:, films])
        progress(0.0, "Factorising")
        model.fit(liked, show_progress=False, callback=follow)
    return Trained(films, model.item_factors, model.user_factors)


# ------------------------------------------------------------------- films as words of a text


def item2vec(likes: Likes, spec: Spec, progress: Progress) -> Trained:
    """Read the films that each person likes, in the order of time, as Word2Vec reads sentences."""
    films = known_films(likes, spec["min_likes"])
    order = np.argsort(likes.person, kind="stable")
    kept = order[np.isin(likes.film[order], films)]
    ends = np.flatnonzero(np.diff(likes.person[kept])) + 1
    lists = [part.astype(str).tolist() for part in np.split(likes.film[kept], ends)]
    return _of_nodes(_skip_gram(lists, spec, progress), likes, films)


def walks(likes: Likes, spec: Spec, progress: Progress) -> Trained:
    """Walk at random from people to films they like and on, and read the walks as sentences."""
    films = known_films(likes, spec["min_likes"])
    graph = _graph(likes, films)
    rng = np.random.default_rng(spec.seed)
    progress(0.0, "Walking from film to person to film")
    paths = walk(graph, spec["walks"], spec["length"], rng)
    lists = [path.astype(str).tolist() for path in paths]
    return _of_nodes(_skip_gram(lists, spec, progress), likes, films)


def _graph(likes: Likes, films: NDArray[np.int64]) -> sp.csr_array:
    """Return the graph of films and people, the people's nodes after all films."""
    kept = np.isin(likes.film, films)
    film, person = likes.film[kept].astype(np.int64), likes.person[kept] + likes.n_films
    ends = np.concatenate([film, person]), np.concatenate([person, film])
    n = likes.n_films + likes.n_people
    return sp.csr_array(sp.coo_array((np.ones(len(ends[0]), np.float32), ends), shape=(n, n)))


def walk(
    graph: sp.csr_array, times: int, length: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Walk so many times from each node that has neighbours, a random one at each step.

    Returns
    -------
    int64 array of shape (n_walks, length), in random order
    """
    degrees = np.diff(graph.indptr)
    at = np.tile(np.flatnonzero(degrees), times).astype(np.int64)
    rng.shuffle(at)
    path = [at]
    for _ in range(length - 1):
        step = (rng.random(len(at)) * degrees[at]).astype(np.int64)
        at = graph.indices[graph.indptr[at] + step].astype(np.int64)
        path.append(at)
    return np.stack(path, axis=1)


def _skip_gram(lists: list[list[str]], spec: Spec, progress: Progress) -> dict[int, Any]:
    """Return Word2Vec's vector of each name in the lists: one worker, started from the seed."""
    from gensim.models import Word2Vec
    from gensim.models.callbacks import CallbackAny2Vec

    logging.getLogger("gensim.models.word2vec").setLevel(logging.ERROR)
    epochs = spec["epochs"]

    class Follow(CallbackAny2Vec):
        """Says how far it is; what is raised here between two epochs ends the training."""

        done = 0

        def on_epoch_begin(self, model: Any) -> None:
            progress(self.done / epochs, f"Learning, round {self.done + 1} of {epochs}")

        def on_epoch_end(self, model: Any) -> None:
            self.done += 1

    model = Word2Vec(
        lists,
        sg=1,
        vector_size=spec["dimensions"],
        window=spec["window"],
        negative=spec["negative"],
        sample=dict(spec.parameters).get("sample", 0.0),
        epochs=epochs,
        min_count=1,
        workers=1,
        seed=spec.seed,
        callbacks=[Follow()],
    )
    names = model.wv.index_to_key
    return {int(name): vector for name, vector in zip(names, model.wv.vectors, strict=True)}


def _of_nodes(found: dict[int, Any], likes: Likes, films: NDArray[np.int64]) -> Trained:
    """Sort vectors out: nodes up to ``n_films`` are films, all further ones people."""
    known = np.array([film for film in films.tolist() if film in found], np.int64)
    people = list(_people(found, likes))
    persons = None
    if people:
        persons = np.zeros((likes.n_people, len(found[people[0]])), np.float32)
        persons[np.array(people) - likes.n_films] = [found[node] for node in people]
    return Trained(known, np.array([found[film] for film in known.tolist()], np.float32), persons)


def _people(found: dict[int, Any], likes: Likes) -> Iterator[int]:
    return (node for node in found if node >= likes.n_films)
