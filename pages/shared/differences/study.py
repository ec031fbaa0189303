"""What is compared and how far it has been measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

from embeddings import captions, methods, neighbors, recipes
from embeddings.probes import agreement as probe
from embeddings.probes.agreement import Verdict
from embeddings.types import Agreement, AgreementSpec, Measure, Request, Spec
from pages.shared import access
from pages.shared.reading import in_turn

DEFAULT_KIND, DEFAULT_K = "overlap", 15

KS = tuple(map(str, probe.KS))


@dataclass(frozen=True)
class Pair:
    """Two methods out of those that are compared."""

    left: Spec
    right: Spec
    left_name: str
    right_name: str

    @property
    def name(self) -> str:
        """What the reader chooses it by."""
        return f"{self.left_name} and {self.right_name}"

    @property
    def is_same(self) -> bool:
        """Whether both are the same vectors."""
        return self.left == self.right

    @property
    def request(self) -> AgreementSpec:
        """The request for how far they agree."""
        return _between(self.left, self.right)


# Kept: a request works its key out when it is first asked for it, and a run asks many times.
@lru_cache(maxsize=1024)
def _between(left: Spec, right: Spec) -> AgreementSpec:
    return probe.spec(left, right)


@lru_cache(maxsize=1024)
def _floor(table: Spec) -> AgreementSpec:
    return probe.floor_spec(table)


@dataclass(frozen=True)
class Study:
    """What is compared, and by which measure; what of it is known is looked up once."""

    tables: tuple[Spec, ...]
    vocabulary: str
    kind: str = "overlap"
    k: int = DEFAULT_K

    @cached_property
    def names(self) -> list[str]:
        """A name for each method; the same one twice is numbered."""
        return captions.numbered([captions.name(table) for table in self.tables])

    @cached_property
    def pairs(self) -> list[Pair]:
        """Every two of the methods."""
        named = zip(self.tables, self.names, strict=True)
        return [Pair(a, b, a_name, b_name) for (a, a_name), (b, b_name) in combinations(named, 2)]

    @cached_property
    def wanted(self) -> list[Request]:
        """What has to be made, in that order: pairs, the neighbours that are shown, floors."""
        pairs: list[Request] = [pair.request for pair in self.pairs if not pair.is_same]
        near = [neighbors.spec(table) for table in self.tables]
        floors = [_floor(table) for table in sorted(self.tables, key=_cost)]
        return list(dict.fromkeys([*pairs, *near, *floors]))

    @cached_property
    def found(self) -> dict[Request, Agreement]:
        """What has been measured so far."""
        wanted = [each for each in self.wanted if isinstance(each, AgreementSpec)]
        return {request: access.agreement(request) for request in wanted if access.has(request)}

    @cached_property
    def missing(self) -> list[Request]:
        """What is not there yet, in the order in which it is asked for."""
        known = self.found
        return in_turn(each for each in self.wanted if each not in known and not access.has(each))

    @property
    def state(self) -> tuple[object, ...]:
        """Everything that its pictures depend on."""
        tables = tuple(table.key for table in self.tables)
        return (tables, self.kind, self.k, tuple(each.key for each in self.found))

    def of(self, pair: Pair) -> Agreement | None:
        """Return how far a pair agrees, if that is known."""
        return self.found.get(pair.request)

    def floor_of(self, table: Spec) -> Agreement | None:
        """Return how far a method agrees with itself under another seed, if that is known."""
        return self.found.get(_floor(table))

    def measured(self, found: Agreement | None, kind: str = "") -> Measure | None:
        """Return one measure of an agreement."""
        if found is None:
            return None
        if (kind or self.kind) == "overlap":
            return found.overlap(nearest_k(found, self.k))
        return found.cka if (kind or self.kind) == "cka" else found.rsa

    def floors(self, pair: Pair, kind: str = "") -> list[Measure | None]:
        """Return the noise floors of a pair's methods, as far as they are known."""
        return [self.measured(self.floor_of(table), kind) for table in (pair.left, pair.right)]

    def verdict(self, pair: Pair, kind: str = "") -> Verdict | None:
        """Return what a pair's agreement means, if both noise floors are known."""
        if pair.is_same:
            return Verdict("same", "These are the same vectors: they agree wholly.")
        found, (left, right) = self.measured(self.of(pair), kind), self.floors(pair, kind)
        if not (found and left and right):
            return None
        return probe.verdict(found, left, right, pair.left_name, pair.right_name)

    def n_words(self, found: Agreement, kind: str = "") -> str:
        """Say on how many words something was measured."""
        n, sampled = len(found.ids), found.n_sampled
        if (kind or self.kind) == "overlap" or sampled == n:
            return f"{n:,} words"
        return f"{sampled:,} of {n:,} words"


def nearest_k(found: Agreement, k: int) -> int:
    """Return the k that was measured: k itself, or less where there are not so many words."""
    return max((each for each in found.ks if each <= k), default=found.ks[0])


def _cost(table: Spec) -> tuple[bool, bool]:
    """Order methods by what another seed costs: nothing, some counting, or training a model."""
    method = methods.get(table.method)
    return method.by_lot, not recipes.HEAVY.isdisjoint(method.needs)
