"""The address of a comparison: two to four maps of one vocabulary, and what of them is shown.

``?vocabulary=common-10k&dimensions=2&maps=word2vec|word2vec,window:10|glove,by:pca``
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from embeddings import methods, vocabulary
from pages.shared import address, offers
from pages.shared.address import BIG, DIMENSIONS, Choice

FEWEST, MOST = 2, 4
VIEWS = ("maps", "differences", "trust")
FIRST = ("cooccurrence", "word2vec", "glove", "bert")
"""The methods of the comparison that is shown first: from counting to attention."""
SEPARATOR = "|"
DRAWN_BY = "by"
"""Before the way of drawing; not "algorithm", which Word2Vec calls a setting of its own."""

MOST_PROBLEMS = 5


@dataclass(frozen=True)
class Comparison:
    """What somebody compares.

    Attributes
    ----------
    maps : the maps, all of one vocabulary and with as many dimensions
    view : "maps", "differences" or "trust"
    """

    maps: tuple[Choice, ...] = tuple(Choice(method) for method in FIRST)
    view: str = VIEWS[0]

    @property
    def vocabulary(self) -> str:
        """The words of every map."""
        return self.maps[0].vocabulary

    @property
    def dimensions(self) -> int:
        """Whether the maps are flat (2) or in space (3)."""
        return self.maps[0].dimensions

    def of(self, **changes: object) -> Comparison:
        """Return the comparison with every map changed so, as far as that is possible."""
        maps = tuple(replace(each, **changes) for each in self.maps)  # type: ignore[arg-type]
        return _possible(replace(self, maps=maps), [])

    def with_map(self, at: int, choice: Choice | None) -> Comparison:
        """Return it with another map in a place, one map more, or (None) without that map."""
        maps = list(self.maps)
        maps[at : at + 1] = [choice] if choice else []
        return replace(self, maps=tuple(maps))


def read(query: Mapping[str, str]) -> tuple[Comparison, tuple[str, ...]]:
    """Return what a query stands for, and one line for each thing wrong in it."""
    problems: list[str] = []
    default = Comparison()

    def pick(name: str, kind: str, fallback: str, valid: tuple[str, ...]) -> str:
        value = query.get(name, fallback)
        if value in valid:
            return value
        problems.append(f"{offers.unknown(kind, value, valid)} Showing {fallback}.")
        return fallback

    words = pick("vocabulary", "vocabulary", default.vocabulary, offers.mapped())
    numbers = tuple(map(str, DIMENSIONS))
    dimensions = int(pick("dimensions", "number of dimensions", str(default.dimensions), numbers))
    view = pick("view", "view", default.view, VIEWS)
    maps = tuple(
        choice
        for text in filter(None, query.get("maps", "").split(SEPARATOR))
        if (choice := _read_map(text, words, dimensions, problems))
    )
    if len(problems) > MOST_PROBLEMS:
        problems[MOST_PROBLEMS:] = [f"And {len(problems) - MOST_PROBLEMS:,} more like these."]
    asked = bool(query.get("maps"))
    maps = _enough(maps, asked, words, dimensions, problems)
    return _possible(Comparison(maps, view), problems if asked else []), tuple(problems)


def first(words: str) -> tuple[str, ...]:
    """Return the methods whose maps of a vocabulary are compared first."""
    is_of_words = vocabulary.kind(words) == methods.WORDS
    return FIRST if is_of_words else offers.methods_for(words)[-MOST:]


def _read_map(text: str, words: str, dimensions: int, problems: list[str]) -> Choice | None:
    method, *settings = text.split(",")
    if method not in (known := offers.methods_for(words)):
        unknown = offers.unknown("method", method, known)
        problems.append(f"{unknown} It is left out.")
        return None
    given = [part.split(":", 1) for part in settings]
    one = {
        "method": method,
        "vocabulary": words if words != BIG else Choice().vocabulary,
        "dimensions": str(dimensions),
        "settings": ",".join(":".join(part) for part in given if part[0] != DRAWN_BY),
    }
    drawn_by = [part[-1] for part in given if part[0] == DRAWN_BY]
    if drawn_by:
        one["algorithm"] = drawn_by[-1]
    choice, wrong = address.read(one)
    problems += wrong
    return replace(choice, vocabulary=words)


def _enough(
    maps: tuple[Choice, ...], asked: bool, words: str, dimensions: int, problems: list[str]
) -> tuple[Choice, ...]:
    """Return two to four maps, whatever was asked for."""
    if len(maps) > MOST:
        problems.append(f"{len(maps)} maps are too many to be seen: showing the first {MOST}.")
        return maps[:MOST]
    if len(maps) >= FEWEST:
        return maps
    if asked:
        problems.append(f"It takes {FEWEST} maps to compare: others are shown beside it.")
    here = [Choice(method, words, dimensions) for method in first(words)]
    if not asked:
        return tuple(here)
    others = [each for each in here if each not in maps]
    return (*maps, *others[: FEWEST - len(maps)])


def _possible(comparison: Comparison, problems: list[str]) -> Comparison:
    """Return the nearest comparison that can be shown."""
    if comparison.vocabulary != BIG:
        return comparison
    both = (Choice("glove", BIG), Choice("glove", BIG, algorithm="pca"))
    if set(comparison.maps) != set(both):
        problems.append(
            f"{vocabulary.label(BIG)} have two maps, in 2D: by UMAP and by PCA. Showing these."
        )
    maps = comparison.maps if set(comparison.maps) == set(both) else both
    return replace(comparison, maps=maps)


def write(comparison: Comparison) -> dict[str, str]:
    """Return the query that stands for a comparison."""
    query = {
        "vocabulary": comparison.vocabulary,
        "dimensions": str(comparison.dimensions),
        "maps": SEPARATOR.join(map(_write_map, comparison.maps)),
    }
    return query | ({"view": comparison.view} if comparison.view != VIEWS[0] else {})


def _write_map(choice: Choice) -> str:
    query = address.write(choice)
    parts = [choice.method]
    if "algorithm" in query:
        parts.append(f"{DRAWN_BY}:{query['algorithm']}")
    return ",".join([*parts, *filter(None, [query.get("settings")])])
