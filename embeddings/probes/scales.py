"""Words along a direction as along a scale: in standard deviations, how surely, and beside chance.

The ready-made directions are in assets/directions; people's own are read from what they type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UnknownName, UserError
from embeddings.probes import directions
from embeddings.probes import words as lookup
from embeddings.probes.directions import Direction, Pair
from embeddings.types import EmbeddingTable

HOWS = ("mean", "first", "one", "groups")
"""The mean of the pairs, their first principal component, one pair alone, two groups' means."""

MOST_LETTERS, MOST_PAIRS, MOST_WORDS = 10_000, 100, 300
"""How much of what people type is read."""

DRAWS = 1000
"""Bootstrap samples, and random directions."""

TIE = 1e-9
"""Places that are nearer to the middle than this are on neither side."""

SURE = 0.95
"""The share of bootstrap samples in which a word has to keep its side."""

_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "directions"


@dataclass(frozen=True)
class Reference:
    """What is known of some words from elsewhere, in the order that a direction should put them."""

    title: str
    source: str
    values: tuple[tuple[str, float], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words, in the file's order."""
        return tuple(word for word, _ in self.values)


@dataclass(frozen=True)
class Question:
    """Which direction is asked for.

    Attributes
    ----------
    low, high : names of its ends
    pairs : of words, from the low end to the high one
    groups : words of both ends; used where ``how`` is "groups"
    how : one of ``HOWS``
    """

    low: str
    high: str
    pairs: tuple[Pair, ...] = ()
    groups: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    how: str = "mean"

    @property
    def label(self) -> str:
        """What the direction is called."""
        return f"From {self.low} to {self.high}"

    @property
    def words(self) -> tuple[str, ...]:
        """All words that it is made of, each once."""
        sides = self.groups if self.how == "groups" else tuple(zip(*self.pairs, strict=True))
        return tuple(dict.fromkeys(word for side in sides for word in side))


@dataclass(frozen=True)
class Ready:
    """A ready-made direction."""

    name: str
    title: str
    low: str
    high: str
    pairs: tuple[Pair, ...]
    reference: Reference | None = None

    def question(self, how: str = "mean") -> Question:
        """Return it as a question; as groups, its first words and its second words are these."""
        sides = tuple(tuple(dict.fromkeys(side)) for side in zip(*self.pairs, strict=True))
        return Question(self.low, self.high, self.pairs, (sides[0], sides[1]), how)


@lru_cache(maxsize=1)
def ready() -> dict[str, Ready]:
    """Return the ready-made directions by name."""
    return {each.name: each for each in map(_read, sorted(_FOLDER.glob("*.txt")))}


def get(name: str) -> Ready:
    """Return one of the ready-made directions.

    Raises
    ------
    UnknownName
        With the nearest valid names.
    """
    if name not in ready():
        raise UnknownName("direction", name, ready())
    return ready()[name]


def _read(path: Path) -> Ready:
    head, *lines = path.read_text(encoding="utf-8").strip().splitlines()
    title, ends = head.removeprefix("#").split(":")
    low, high = (end.strip() for end in ends.split("/"))
    at = next((i for i, line in enumerate(lines) if line.startswith(": ")), len(lines))
    pairs = tuple((a, b) for a, b in map(str.split, lines[:at]))
    reference = None
    if at < len(lines):
        about, source = lines[at].removeprefix(": ").split(" | ")
        known = (line.split() for line in lines[at + 1 :])
        reference = Reference(about, source, tuple((word, float(n)) for word, n in known))
    return Ready(path.stem.split("-", 1)[1], title.strip(), low, high, pairs, reference)


# ------------------------------------------------------------------------------ what people type


@dataclass(frozen=True)
class Typed:
    """What was understood of what somebody typed, and one line for each thing that was not."""

    found: tuple[Any, ...]
    problems: tuple[str, ...] = ()


def read_pairs(text: str, most: int = MOST_PAIRS) -> Typed:
    """Read pairs of words: one a line, or several with semicolons between.

    In a pair stand a space, a comma, a colon, a dash or an arrow between the words; where a part
    between commas has two words, as in "man woman, king queen", these parts are the pairs. Of more
    than ``most`` pairs the first are used.
    """
    text, problems = _bounded(text)
    found: dict[Pair, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for part in _pairs_in(line):
            words = part.replace(",", " ").replace(":", " ").replace("->", " ").split()
            words = [word for word in words if word not in ("-", "–", "—", "→", "/")]
            where = f"Line {number}"
            shown = _short(" ".join(words))
            if len(words) != 2:
                problems.append(f"{where}: {shown!r} is not two words, and is left out.")
            elif words[0].lower() == words[1].lower():
                problems.append(f"{where}: {shown!r} is twice the same word, and is left out.")
            elif (words[0], words[1]) in found:
                problems.append(f"{where}: {shown!r} is there already, and counts once.")
            else:
                found[words[0], words[1]] = None
    return _limited(list(found), most, "pairs", problems)


def _pairs_in(line: str) -> list[str]:
    parts = [part for part in line.split(";") if part.strip()]
    by_comma = [part for part in line.split(",") if part.strip()]
    if len(parts) == 1 and len(by_comma) > 1 and any(len(p.split()) >= 2 for p in by_comma):
        return by_comma
    return parts


def read_words(text: str, most: int = MOST_WORDS) -> Typed:
    """Read words with spaces, commas or line breaks between them; of too many the first."""
    text, problems = _bounded(text)
    words = text.replace(",", " ").replace(";", " ").split()
    counts = Counter(words)
    found = list(counts)
    again = [word for word, count in counts.items() if count > 1]
    if again:
        problems.append(f"{_short(', '.join(again))}: more than once, and counts once.")
    return _limited(found, most, "words", problems)


def _bounded(text: str) -> tuple[str, list[str]]:
    if len(text) <= MOST_LETTERS:
        return text, []
    line = f"{len(text):,} letters are too many: the first {MOST_LETTERS:,} are read."
    return text[:MOST_LETTERS], [line]


def _limited(found: list[Any], most: int, what: str, problems: list[str]) -> Typed:
    if len(found) > most:
        problems.append(f"{len(found):,} {what} are too many: the first {most} are used.")
    return Typed(tuple(found[:most]), tuple(problems))


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


# ------------------------------------------------------------------------------------- the scale


def find(table: EmbeddingTable, question: Question) -> Direction:
    """Return the direction in a table that is asked for.

    Raises
    ------
    UserError
        If the table knows too few of the words, or they lead nowhere.
    UnknownName
        If there is no such way to a direction.
    """
    if question.how not in HOWS:
        raise UnknownName("way to a direction", question.how, HOWS)
    if question.how == "groups":
        return directions.from_groups(table, *question.groups)
    pairs = question.pairs[:1] if question.how == "one" else question.pairs
    return directions.from_pairs(table, pairs, "first" if question.how == "first" else "mean")


def ends(table: EmbeddingTable, question: Question, direction: Direction) -> dict[str, int]:
    """Return the words that a direction is made of, as the table spells them, each with its end.

    The end is 0 for the low and 1 for the high one. The direction puts these words on their sides
    by itself: that they lie there is no finding.
    """
    if question.how == "groups":
        sides = [lookup.sort_out(table, group)[0] for group in question.groups]
        return {table.words[row]: end for end, rows in enumerate(sides) for row in rows}
    return {pair[end]: end for pair in direction.pairs for end in (0, 1)}


@dataclass(frozen=True, eq=False)
class Scale:
    """A direction, and where every word of its table lies along it.

    Attributes
    ----------
    direction : Direction
    cosines : float32 array of shape (n_words,)
    """

    direction: Direction
    cosines: NDArray[np.float32]

    @cached_property
    def mean(self) -> float:
        """The mean cosine of all words."""
        return float(self.cosines.mean())

    @cached_property
    def deviation(self) -> float:
        """The standard deviation of the cosines of all words."""
        return float(self.cosines.std())

    @cached_property
    def z(self) -> NDArray[np.float32]:
        """Where every word lies, in standard deviations from the mean of all words."""
        away = self.cosines - np.float32(self.mean)
        return np.asarray(away / (self.deviation if self.deviation > 0 else 1.0), dtype=np.float32)


def scale(table: EmbeddingTable, question: Question) -> Scale:
    """Place every word of a table along a direction.

    Raises
    ------
    UserError
        As ``find``.
    """
    direction = find(table, question)
    return Scale(direction, directions.place(table, direction))


def sides(
    table: EmbeddingTable,
    question: Question,
    words: Sequence[str],
    draws: int = DRAWS,
    seed: int = 42,
) -> NDArray[np.float64] | None:
    """Return how surely each word lies on the high side: the share of bootstrap samples.

    The pairs (or the words of both groups) are drawn again with replacement, the direction is
    made of those, and it is noted on which side of the mean of all words each word lies.

    Parameters
    ----------
    words : the table knows all of them

    Returns
    -------
    array of shape (n_words,), or None where the direction is of one pair or of two words
    """
    direction = find(table, question)
    random = np.random.default_rng(seed)
    if question.how == "groups":
        first, second = (lookup.sort_out(table, group)[0] for group in question.groups)
        if min(len(first), len(second)) < 2:
            return None
        made_of = [*first, *second]
        weights = np.hstack([-_lots(len(first), draws, random), _lots(len(second), draws, random)])
    elif len(direction.pairs) < 2:
        return None
    else:
        made_of = [table.index[pair[side]] for side in (0, 1) for pair in direction.pairs]
        weights = _lots(len(direction.pairs), draws, random)
        if question.how == "first":
            weights = _main_weights(table, made_of, direction, draws, random)
        weights = np.hstack([-weights, weights])
    # A direction is a sum of these words: where others lie along it is the same sum of products.
    units = directions.unit_rows(table, made_of)
    rows = [lookup.row(table, word) for word in words]
    places = directions.products_of(directions.unit_rows(table, rows), units)
    places = places - np.asarray(units @ _middle(table))
    drawn = places @ weights.T
    is_high = np.where(np.abs(drawn) < TIE, 0.5, drawn > 0)
    return np.asarray(is_high.mean(axis=1), dtype=np.float64)


def _middle(table: EmbeddingTable) -> NDArray[np.float64]:
    """Return the mean of all unit vectors."""
    vectors: Any = table.vectors
    lengths = np.where(table.lengths > 0, table.lengths, np.float32(1))
    total = vectors.T @ (1 / lengths)
    return np.asarray(total, dtype=np.float64).ravel() / len(table)


def _lots(n: int, draws: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Return how much each of n things counts in a mean of n of them, drawn with replacement."""
    return np.asarray(random.multinomial(n, np.full(n, 1 / n), size=draws) / n)


def _main_weights(
    table: EmbeddingTable,
    made_of: Sequence[int],
    direction: Direction,
    draws: int,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """Return how much each difference counts in the first component of those that are drawn."""
    n, units = len(made_of) // 2, directions.unit_rows(table, made_of)
    products = directions.of_differences(directions.products_of(units, units))
    along = np.asarray(units @ direction.vector.astype(np.float64))
    along = along[n:] - along[:n]
    weights = np.zeros((draws, n))
    for row, chosen in zip(weights, random.integers(0, n, size=(draws, n)), strict=True):
        main = np.linalg.eigh(products[np.ix_(chosen, chosen)])[1][:, -1]
        np.add.at(row, chosen, main)
        if row @ along < 0:
            row *= -1
    return weights


# ---------------------------------------------------------------------------------------- chance


@dataclass(frozen=True)
class Order:
    """How well a direction puts words into an order that is known from elsewhere.

    Attributes
    ----------
    rho : Spearman's rank correlation with the reference
    chance : what one in twenty random directions reaches or exceeds
    p : share of random directions that reach as much
    words : those that the table knows
    sizes : from how many random words to how many others each random direction leads
    draws : how many there were
    """

    rho: float
    chance: float
    p: float
    words: tuple[str, ...]
    sizes: tuple[int, int]
    draws: int


LEAST_ORDERED = 5
"""Words without which an order says nothing."""


def order(
    table: EmbeddingTable,
    found: Scale,
    reference: Reference,
    draws: int = DRAWS,
    seed: int = 42,
) -> Order | None:
    """Compare the order along a direction with a known one, and with what random directions give.

    A random direction leads from the mean of as many words as the direction has at its low end to
    that of as many as at its high end, drawn by lot from all words of the table; of n pairs it is
    the mean difference of n random pairs. Returns None where the table knows too few words.
    """
    known = [(table.index[w], value) for w, value in reference.values if w in table.index]
    if len(known) < LEAST_ORDERED:
        return None
    rows, values = [row for row, _ in known], np.array([value for _, value in known])
    sizes = found.direction.sizes
    ranks = _ranks(values)
    rho = _correlation(_ranks(found.cosines[rows]), ranks)
    places = _places_by_lot(table, rows, sizes, draws, seed)
    by_lot = np.array([_correlation(_ranks(each), ranks) for each in places])
    return Order(
        rho,
        float(np.quantile(by_lot, 0.95)),
        float((by_lot >= rho - 1e-9).mean()),
        tuple(table.words[row] for row in rows),
        sizes,
        draws,
    )


def _places_by_lot(
    table: EmbeddingTable, rows: Sequence[int], sizes: tuple[int, int], draws: int, seed: int
) -> NDArray[np.float64]:
    """Return where some words lie along random directions, up to their lengths: (draws, n_rows).

    Only cosines with all words are needed for that, not the directions, which may be very long.
    """
    vectors: Any = table.vectors
    lengths = np.where(table.lengths > 0, table.lengths, np.float32(1))
    cosines = np.asarray(vectors @ lookup.units(table, rows).T, dtype=np.float64)
    cosines /= lengths[:, None]
    lots = np.random.default_rng(seed).integers(0, len(table), size=(draws, sum(sizes)))
    low, high = np.split(lots, [sizes[0]], axis=1)
    return np.asarray(cosines[high].mean(axis=1) - cosines[low].mean(axis=1))


def random_directions(
    table: EmbeddingTable, sizes: tuple[int, int], draws: int, seed: int = 42
) -> NDArray[np.float64]:
    """Return unit vectors from the mean of some random words to that of others: (draws, dim)."""
    random = np.random.default_rng(seed)
    found = np.empty((draws, table.dim))
    for i in range(draws):
        rows = random.integers(0, len(table), size=sum(sizes))
        units = lookup.units(table, rows.tolist()).astype(np.float64)
        found[i] = units[sizes[0] :].mean(axis=0) - units[: sizes[0]].mean(axis=0)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return found / np.where(lengths > 0, lengths, 1)


def _ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return ranks from 1; equal values share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    a, b = a - a.mean(), b - b.mean()
    length = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / length if length > 0 else 0.0


# ------------------------------------------------------------------------------- two directions


def plane_share(table: EmbeddingTable, one: Direction, two: Direction) -> float:
    """Return how much of the unit vectors lies in the plane of two directions: a mean share.

    For each word it is the squared length of its shadow in the plane, from 0 to 1. Of two
    directions drawn by lot in ``dim`` dimensions it would be about 2 / dim.

    Raises
    ------
    UserError
        If both directions are the same, so that there is no plane.
    """
    cosine = float(one.vector @ two.vector)
    across = two.vector - cosine * one.vector
    length = float(np.linalg.norm(across))
    if length < 1e-4:
        raise UserError("Both directions are the same: choose another second one.")
    basis = np.stack([one.vector, across / length]).astype(np.float32)
    vectors: Any = table.vectors
    lengths = np.where(table.lengths > 0, table.lengths, np.float32(1))
    shadows = np.asarray(vectors @ basis.T) / lengths[:, None]
    return float(np.square(shadows).sum(axis=1).mean())
