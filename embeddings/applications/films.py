"""What to watch next: films near the ones somebody likes, and how often that is right.

A film is recommended for its closeness, the mean cosine of its vector and those of the liked films,
and for its popularity, the logarithm of how many people like it; both are brought to one scale over
all films that can be recommended, and the reader says how much each counts. So what pulled a film
in can be told exactly: each liked film gives its own cosine to the mean.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings import methods
from embeddings.errors import UnknownName, UserError
from embeddings.methods._ratings import MIN_LIKES, Learner, Trained, ratings
from embeddings.types import (
    SHARES,
    EmbeddingTable,
    HeldOut,
    HeldOutSpec,
    Interval,
    Likes,
    Progress,
    Ratings,
    RatingsSpec,
    Spec,
    no_progress,
)

SHOWN = 10
"""How many films are recommended."""

FEWEST = int(MIN_LIKES.default)
"""Films that fewer people like are recommended by no method: so all choose among the same."""

MOST = 50
"""So many liked films can be given."""

SAMPLES, LEVEL = 2000, 95
"""Bootstrap samples of people, and the percents that an interval holds."""


@dataclass(frozen=True, eq=False)
class Space:
    """The films of one method that can be recommended, ready to be compared.

    Attributes
    ----------
    films : int64 array of shape (n,), rows of the films' vocabulary, ascending
    units : float32 array of shape (n, dimensions), vectors of length 1
    likes : int64 array of shape (n,), how many people like each
    n_films : of the vocabulary
    """

    films: NDArray[np.int64]
    units: NDArray[np.float32]
    likes: NDArray[np.int64]
    n_films: int

    @cached_property
    def popularity(self) -> NDArray[np.float64]:
        """The logarithm of the likes, on the scale of `standard`."""
        return standard(np.log(self.likes))

    @cached_property
    def at(self) -> NDArray[np.int64]:
        """Where each film of the vocabulary stands among these, -1 where it does not."""
        places = np.full(self.n_films, -1, np.int64)
        places[self.films] = np.arange(len(self.films))
        return places


def space(films: NDArray[np.int64], vectors: NDArray[np.float32], likes: Likes) -> Space:
    """Keep of a method's films those that enough people like.

    Raises
    ------
    UserError
        If these are fewer than two.
    """
    kept = likes.counts[films] >= FEWEST
    if kept.sum() < 2:
        raise UserError(f"The method has no two films that {FEWEST} people like.")
    order = np.argsort(films[kept], kind="stable")
    rows, found = films[kept][order], vectors[kept][order]
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    units = found / np.where(lengths > 0, lengths, 1)
    return Space(rows, units.astype(np.float32), likes.counts[rows], likes.n_films)


def space_of(table: EmbeddingTable, titles: dict[str, int], likes: Likes) -> Space:
    """Return the space of a method's table.

    Parameters
    ----------
    titles : the row of each film of the vocabulary
    """
    films = np.array([titles[word] for word in table.words], np.int64)
    return space(films, np.asarray(table.vectors, np.float32), likes)


def standard(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Bring numbers to a mean of 0 and a spread of 1; if they are all alike, to 0."""
    spread = values.std()
    centred = np.asarray(values, np.float64) - values.mean()
    return centred / spread if spread > 0 else centred


# ----------------------------------------------------------------------------- recommending


@dataclass(frozen=True)
class Recommended:
    """A film that is recommended.

    Attributes
    ----------
    film : row of the vocabulary
    closeness : mean cosine with the liked films
    likes : how many people like it
    why : for each liked film that has a vector (film, cosine), the closest first
    """

    film: int
    closeness: float
    likes: int
    why: tuple[tuple[int, float], ...]

    def shares(self) -> tuple[tuple[int, float], ...]:
        """Return which share of the closeness each liked film gives; those below 0 give none."""
        total = sum(max(cosine, 0.0) for _, cosine in self.why)
        return tuple((f, max(c, 0.0) / total if total else 0.0) for f, c in self.why)


def recommend(
    space: Space, liked: Sequence[int], share: float = 0.0, k: int = SHOWN
) -> tuple[Recommended, ...]:
    """Recommend films to somebody, the best first; never one that is liked already.

    Parameters
    ----------
    liked : rows of the vocabulary; those that the method does not know are passed over
    share : how much popularity counts, from 0 (closeness alone) to 1 (popularity alone)

    Returns
    -------
    At most ``k`` films; none if the method knows none of the liked ones and closeness counts
    """
    given = space.at[np.array(sorted(set(liked)), np.int64)] if liked else np.empty(0, np.int64)
    known = given[given >= 0]
    if not len(known) and share < 1:
        return ()
    cosines = space.units @ space.units[known].T
    closeness = cosines.mean(axis=1) if len(known) else np.zeros(len(space.films))
    order = best(score(space, standard(closeness), share), known, k)
    return tuple(
        Recommended(
            film=int(space.films[row]),
            closeness=float(closeness[row]),
            likes=int(space.likes[row]),
            why=tuple(
                sorted(
                    zip(space.films[known].tolist(), cosines[row].tolist(), strict=True),
                    key=lambda each: -each[1],
                )
            ),
        )
        for row in order.tolist()
    )


def score(space: Space, near: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Weigh closeness and popularity, both on the scale of `standard`: one number for each film."""
    return (1 - share) * near + share * space.popularity


def best(scores: NDArray[np.float64], without: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the places of the greatest numbers; of equal ones the first."""
    scores = scores.copy()
    scores[without] = -np.inf
    order = np.argsort(-scores, kind="stable")[:k]
    return order[np.isfinite(scores[order])]


def find(title: str, titles: Sequence[str]) -> int:
    """Return the row of a film by its title; without its year the film rated most often.

    Raises
    ------
    UserError
        If nobody knows it; the message offers the nearest titles.
    """
    asked = " ".join(title.split()).casefold()
    if not asked:
        raise UserError("Give the title of a film.")
    titles = tuple(titles)
    whole, bare = _by_name(titles)
    for known in (whole, bare):
        if asked in known:
            return known[asked]
    inside = [row for name, row in whole.items() if len(asked) > 2 and asked in name]
    if len(inside) == 1:
        return inside[0]
    if inside:
        near = " or ".join(titles[row] for row in inside[:3])
        raise UserError(f"{len(inside):,} films are called like {title!r}. Did you mean {near}?")
    error = UnknownName("film", asked, bare)
    shown = [titles[bare[name]] for name in error.suggestions if name in bare]
    advice = f"Did you mean {' or '.join(shown)}?" if shown else "Check the spelling."
    raise UserError(f"There is no film called {title[:60]!r}. {advice}")


@lru_cache(maxsize=4)
def _by_name(titles: tuple[str, ...]) -> tuple[dict[str, int], dict[str, int]]:
    """Return the row of each title, and of each without its year: that of the film rated most."""
    folded = [title.casefold() for title in titles]
    bare = [title.rpartition(" (")[0] for title in folded]
    rows = range(len(titles) - 1, -1, -1)
    return (
        {title: row for row, title in enumerate(folded)},
        {bare[row]: row for row in rows if bare[row]},
    )


def check_liked(liked: Sequence[int], n_films: int) -> str | None:
    """Say what is wrong with somebody's liked films, if anything is."""
    if not liked:
        return "Nothing is liked yet: choose at least one film, better three or more."
    if len(set(liked)) >= n_films:
        return "Every film is liked: there is none left to recommend."
    if len(set(liked)) > MOST:
        return (
            f"{len(set(liked)):,} films are liked. Somebody who likes everything gets what is "
            f"popular: choose at most {MOST}."
        )
    return None


# ------------------------------------------------------------------------------- measuring


def spec(method: str, profile: int = 12) -> HeldOutSpec:
    """Return the request for how well a method with its usual settings finds what is held out."""
    return HeldOutSpec(methods.get(method).spec("films"), profile)


def is_learned(table: Spec) -> bool:
    """Whether a method learns from the likes: then it learns anew without what is held out."""
    return isinstance(methods.get(table.method).compute, Learner)


def read_ratings(request: RatingsSpec, progress: Progress = no_progress) -> Ratings:
    """Return every rating of MovieLens. Raises ``UserError`` if there is no such collection."""
    if request.collection != "films":
        raise UnknownName("collection with ratings", request.collection, ("films",))
    progress(0.0, "Reading MovieLens")
    return ratings(request)


def hold_out(likes: Likes) -> tuple[Likes, NDArray[np.int32], NDArray[np.int32]]:
    """Take the last liked film of everybody who likes two or more.

    Returns
    -------
    the other likes, the people, and of each the film that was taken
    """
    order = np.lexsort((np.arange(len(likes.person)), likes.person))
    person = likes.person[order]
    is_last = np.r_[person[1:] != person[:-1], True]
    is_first = np.r_[True, person[1:] != person[:-1]]
    taken = np.sort(order[is_last & ~is_first])
    kept = np.ones(len(likes.person), bool)
    kept[taken] = False
    rest = Likes(likes.person[kept], likes.film[kept], likes.n_people, likes.n_films)
    by_person = taken[np.argsort(likes.person[taken])]
    return rest, likes.person[by_person], likes.film[by_person]


def measure(
    request: HeldOutSpec,
    likes: Likes,
    trained: Trained | None = None,
    progress: Progress = no_progress,
) -> HeldOut:
    """Hold out everybody's last liked film, learn from the rest, and see where it comes.

    A person is described by the ``profile`` films that they liked last before it.

    Parameters
    ----------
    trained : vectors that did not learn from the likes; otherwise they are learned here
    """
    rest, people, held = hold_out(likes)
    if not len(people):
        raise UserError("Nobody likes two films: there is nothing to hold out.")
    start = time.perf_counter()
    if trained is None:
        learner = methods.get(request.table.method).compute
        assert isinstance(learner, Learner)
        trained = learner.train(rest, request.table, _part(progress, 0, 0.8))
    seconds = time.perf_counter() - start
    among = space(trained.films, trained.film_vectors, rest)
    ranks = np.full((len(SHARES), len(people)), -1, np.int32)
    shown = np.zeros((len(SHARES), len(people), request.k), np.int32)
    for number, person in enumerate(people.tolist()):
        if number % 50 == 0:
            progress(0.8 + 0.2 * number / len(people), f"Asking {number:,} of {len(people):,}")
        seen = among.at[rest.of(person)]
        seen = seen[seen >= 0]
        given = seen[-request.profile :]
        closeness = (
            (among.units @ among.units[given].T).mean(axis=1)
            if len(given)
            else np.zeros(len(among.films), np.float32)
        )
        near, place = standard(closeness), int(among.at[held[number]])
        for i, share in enumerate(SHARES):
            scores = score(among, near, share)
            order = best(scores, seen, request.k)
            shown[i, number, : len(order)] = among.films[order]
            shown[i, number, len(order) :] = among.films[order[-1]]
            if place >= 0:
                ranks[i, number] = _rank(scores, seen, place)
    progress(1.0, "Done")
    return HeldOut(
        people,
        held,
        ranks,
        shown,
        rest.counts.astype(np.int32),
        len(among.films),
        float(seconds),
        request,
    )


def _rank(scores: NDArray[np.float64], seen: NDArray[np.int64], place: int) -> int:
    """Return how many films come before one, by score and then by place, as `best` sorts."""
    others = np.ones(len(scores), bool)
    others[seen] = False
    others[place] = False
    before = scores > scores[place]
    before[:place] |= scores[:place] == scores[place]
    return int((before & others).sum())


def _part(progress: Progress, low: float, high: float) -> Progress:
    return lambda fraction, message: progress(low + (high - low) * fraction, message)


@dataclass(frozen=True)
class Score:
    """What a method is worth at one share of popularity.

    Attributes
    ----------
    hit_rate : share of the people whose held-out film is among the ten, with its interval
    ndcg : the same where a film counts less the later it comes
    coverage : share of all films that can be recommended and are, to anybody
    popularity : mean share of films that are liked by fewer people than one that is recommended
    beside : hit rate less that of popularity alone, with the interval of the difference
    ndcg_beside : the same of the NDCG
    """

    hit_rate: tuple[float, Interval]
    ndcg: tuple[float, Interval]
    coverage: float
    popularity: float
    beside: tuple[float, Interval]
    ndcg_beside: tuple[float, Interval]

    @property
    def verdict(self) -> str:
        """How the method stands beside popularity: "better", "worse" or "unclear"."""
        interval = self.beside[1]
        return "better" if interval.low > 0 else "worse" if interval.high < 0 else "unclear"


def hits(ranks: NDArray[np.int32], k: int) -> NDArray[np.float64]:
    """Return 1 for each person whose held-out film is among the first ``k``, else 0."""
    return ((ranks >= 0) & (ranks < k)).astype(np.float64)


def gains(ranks: NDArray[np.int32], k: int) -> NDArray[np.float64]:
    """Return NDCG at ``k`` for each person: 1 / log2(place + 1), and 0 beyond the first ``k``.

    References
    ----------
    Jaervelin and Kekaelaeinen 2002; with one right answer the ideal gain is 1.
    """
    return hits(ranks, k) / np.log2(np.maximum(ranks, 0) + 2)


def judge(found: HeldOut, share: float, seed: int = 42) -> Score:
    """Say what a method is worth where popularity counts so much (one of ``SHARES``).

    Intervals are those of a bootstrap over people; beside popularity, over the same people.
    """
    at, alone, k = SHARES.index(share), SHARES.index(1.0), found.spec.k
    hit, gain = hits(found.ranks[at], k), gains(found.ranks[at], k)
    over_hit = hit - hits(found.ranks[alone], k)
    over_gain = gain - gains(found.ranks[alone], k)
    each = _intervals([hit, gain, over_hit, over_gain], seed)
    candidates = np.flatnonzero(found.counts >= FEWEST)
    of = np.sort(found.counts[candidates])
    fewer = np.searchsorted(of, found.counts[found.shown[at]], side="left") / len(of)
    return Score(
        hit_rate=(float(hit.mean()), each[0]),
        ndcg=(float(gain.mean()), each[1]),
        coverage=len(np.unique(found.shown[at])) / found.n_candidates,
        popularity=float(fewer.mean()),
        beside=(float(over_hit.mean()), each[2]),
        ndcg_beside=(float(over_gain.mean()), each[3]),
    )


def _intervals(values: Iterable[NDArray[np.float64]], seed: int) -> list[Interval]:
    """Return the bootstrap interval of each mean; all are drawn over the same people."""
    table = np.stack(list(values))
    rng = np.random.default_rng(seed)
    n = table.shape[1]
    weights = rng.multinomial(n, np.full(n, 1 / n), size=SAMPLES) / n
    ends = np.percentile(table @ weights.T, [(100 - LEVEL) / 2, (100 + LEVEL) / 2], axis=1)
    return [Interval(float(low), float(high)) for low, high in ends.T]
