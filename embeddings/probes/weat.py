"""Bias by association: the word-embedding association test, WEAT.

After Caliskan, Bryson and Narayanan 2017, Science 356. Two groups of target words (flowers,
insects) are compared by how much nearer each stands to one group of attribute words (pleasant)
than to the other (unpleasant). The ten tests of the paper are in assets/weat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations
from math import comb
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import UnknownName, UserError
from embeddings.probes import words as lookup
from embeddings.sources import called
from embeddings.types import EmbeddingTable, Spec

EXACT_UP_TO = 200_000
"""Ways to divide the targets, up to which all are tried."""

LOTS = 50_000
"""Divisions drawn by lot where there are more: of a p-value of .05 the error is .001."""

AT_ONCE = 1_000_000
"""Lots drawn at a time."""

LEAST = 2
"""Words of each group without which there is nothing to compare."""

SAME = 1e-9
"""Sums that differ by less are the same: they were added in another order."""

_FILE = Path(__file__).resolve().parents[2] / "assets" / "weat" / "caliskan-2017.txt"


@dataclass(frozen=True)
class Group:
    """Some words under one title."""

    title: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Test:
    """What is asked: whether the first targets go with the first attributes.

    Attributes
    ----------
    targets, attributes : pairs of Group
    """

    __test__ = False  # its name is the field's; pytest is not to collect it

    name: str
    targets: tuple[Group, Group]
    attributes: tuple[Group, Group]

    @property
    def groups(self) -> tuple[Group, Group, Group, Group]:
        """Both targets, then both attributes."""
        return (*self.targets, *self.attributes)


@dataclass(frozen=True)
class Association:
    """One target word, and how much nearer it stands to the first attributes than to the second."""

    word: str
    value: float


@dataclass(frozen=True)
class Result:
    """What a test found.

    Attributes
    ----------
    effect : effect size d, from -2 to 2 where both groups of targets are equally many, else perhaps
        beyond; None where all targets are associated alike
    p : one-sided p-value: how often targets divided by lot give as much or more
    exact : whether every division was tried
    divisions : how many were tried
    chance : between which effect sizes at least 95 % of these divisions lie; None as for the effect
    used : the words of each group that the table knows, as it spells them
    missing : the words of each group that it does not
    associations : of each target, for both groups
    seed : of the lots where not all divisions were tried
    """

    test: Test
    effect: float | None
    p: float
    exact: bool
    divisions: int
    chance: tuple[float, float] | None
    used: tuple[Group, Group, Group, Group]
    missing: tuple[Group, Group, Group, Group]
    associations: tuple[tuple[Association, ...], tuple[Association, ...]]
    spec: Spec
    seed: int

    @property
    def unequal(self) -> bool:
        """Whether the two groups of targets that were left are not equally many."""
        return len(self.used[0].words) != len(self.used[1].words)


@lru_cache(maxsize=1)
def tests() -> dict[str, Test]:
    """Return the ten tests of the paper by name."""
    return {test.name: test for test in read(_FILE)}


def get(name: str) -> Test:
    """Return one test of the paper.

    Raises
    ------
    UnknownName
        With the nearest valid names.
    """
    if name not in tests():
        raise UnknownName("association test", name, tests())
    return tests()[name]


def read(path: Path) -> list[Test]:
    """Read tests from a file of the form that assets/weat has."""
    found = []
    for block in path.read_text(encoding="utf-8").split("\n: ")[1:]:
        name, *lines = block.replace("\n  ", " ").strip().splitlines()
        parts = dict(line.split(": ", 1) for line in lines)
        x, y, a, b = (Group(title, tuple(words.split())) for title, words in parts.items())
        found.append(Test(name.strip(), (x, y), (a, b)))
    return found


def own(
    first: Sequence[str], second: Sequence[str], like: Sequence[str], unlike: Sequence[str]
) -> Test:
    """Return a test of one's own words: whether ``first`` goes with ``like``."""
    titles = ("first targets", "second targets", "first attributes", "second attributes")
    groups = zip(titles, (first, second, like, unlike), strict=True)
    x, y, a, b = (Group(title, tuple(words)) for title, words in groups)
    return Test("own", (x, y), (a, b))


def measure(table: EmbeddingTable, test: Test, seed: int = 42) -> Result:
    """Measure how far the targets of a test are associated with its attributes.

    Words that the table does not know are left out, and are listed in the result.

    Raises
    ------
    UserError
        If fewer than two words of a group are left, or a word is in both groups of targets or
        both groups of attributes.

    Notes
    -----
    A word's association is its mean cosine with the first attributes minus that with the second.
    The effect size is the difference of the means of both targets, in standard deviations of all
    of them (n - 1 in the denominator). The p-value is the share of all divisions of the targets
    into groups of these sizes that give as large a difference or a larger one, the true division
    among them; where there are more than 200,000 divisions, 50,000 are drawn by lot.
    """
    sorted_out = [lookup.sort_out(table, group.words) for group in test.groups]
    used, missing = [], []
    for group, (rows, unknown) in zip(test.groups, sorted_out, strict=True):
        _check_enough(table, group, rows, unknown)
        used.append(Group(group.title, tuple(table.words[row] for row in rows)))
        missing.append(Group(group.title, unknown))
    _check_apart(used[:2])
    _check_apart(used[2:])
    x, y, a, b = (lookup.units(table, rows).astype(np.float64) for rows, _ in sorted_out)
    both = np.concatenate([x, y])
    values = (both @ a.T).mean(axis=1) - (both @ b.T).mean(axis=1)
    sums, exact = _divided(values, len(x), seed)
    p = _p_value(values, len(x), sums, exact)
    pairs = [
        Association(word, float(value))
        for word, value in zip((*used[0].words, *used[1].words), values, strict=True)
    ]
    return Result(
        test,
        _effect(values, len(x)),
        p,
        exact,
        len(sums),
        _chance(values, len(x), sums),
        (used[0], used[1], used[2], used[3]),
        (missing[0], missing[1], missing[2], missing[3]),
        (tuple(pairs[: len(x)]), tuple(pairs[len(x) :])),
        table.spec,
        seed,
    )


def _effect(values: NDArray[np.float64], n: int) -> float | None:
    spread = values.std(ddof=1)
    if spread < SAME:
        return None
    return float((values[:n].mean() - values[n:].mean()) / spread)


def _divided(values: NDArray[np.float64], n: int, seed: int) -> tuple[NDArray[np.float64], bool]:
    """Return the sum over the first group for each way to divide the targets, and if these are all.

    With the sizes fixed, that sum orders divisions as the difference of means does.
    """
    if comb(len(values), n) <= EXACT_UP_TO:
        return _all_divided(values, n), True
    random = np.random.default_rng(seed)
    sums = np.empty(LOTS)
    step = max(1, AT_ONCE // len(values))
    for start in range(0, LOTS, step):
        size = min(step, LOTS - start)
        lots = random.random((size, len(values)), dtype=np.float32)
        drawn = np.argpartition(lots, n, axis=1)[:, :n]
        sums[start : start + size] = values[drawn].sum(axis=1)
    return sums, False


def _all_divided(values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Return the sum over the first group for every way to choose its n of all values."""
    few = min(n, len(values) - n)
    ways = comb(len(values), few)
    places = chain.from_iterable(combinations(range(len(values)), few))
    chosen = np.fromiter(places, dtype=np.int32, count=ways * few).reshape(ways, few)
    sums = values[chosen].sum(axis=1)
    return sums if few == n else values.sum() - sums


def _p_value(values: NDArray[np.float64], n: int, sums: NDArray[np.float64], exact: bool) -> float:
    reached = sums >= values[:n].sum() - SAME
    if exact:
        return float(reached.mean())
    # The true division is one of those that could have been drawn.
    return (int(reached.sum()) + 1) / (len(sums) + 1)


def _chance(
    values: NDArray[np.float64], n: int, sums: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Return the effect sizes between which 95 % of the divisions lie."""
    spread = values.std(ddof=1)
    if spread < SAME:
        return None
    rest = (values.sum() - sums) / (len(values) - n)
    effects = (sums / n - rest) / spread
    # Of few divisions the next one outwards, so that what lies outside has p < .025.
    low = np.quantile(effects, 0.025, method="lower")
    return float(low), float(np.quantile(effects, 0.975, method="higher"))


def _check_enough(
    table: EmbeddingTable, group: Group, rows: Sequence[int], unknown: Iterable[str]
) -> None:
    if len(rows) >= LEAST:
        return
    known = ", ".join(table.words[row] for row in rows) or "none"
    lacking = ", ".join(list(unknown)[:10])
    raise UserError(
        f"WEAT takes at least {LEAST} words in each group; of {group.title}, "
        f"{called(table.spec.method)} knows in {called(table.spec.vocabulary)}: {known}"
        + (f" (not: {lacking})" if lacking else "")
        + ". Add words, or choose another vocabulary or method."
    )


def _check_apart(groups: Sequence[Group]) -> None:
    twice = [word for word in groups[0].words if word in groups[1].words]
    if twice:
        raise UserError(
            f"{', '.join(twice[:10])}: in {groups[0].title} and in {groups[1].title}. "
            "Leave each word in one of the two."
        )
