"""The address of a map: what the reader chose, as the query of a URL and back.

A copied address is the whole state of the page. What is wrong in it costs one line and falls back
to the default; it never stops the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from embeddings import corpus, methods, projection, vocabulary
from embeddings.errors import UnknownName, UserError
from embeddings.methods import Parameter
from embeddings.types import Parameters, ProjectionSpec, Scalar, Spec, as_parameters
from pages.shared import offers

SEED = Parameter(
    "seed",
    "Seed of the map",
    42,
    "Another seed draws another map of the same vectors: what stays is in the data.",
    low=0,
    high=999_999,
)
TRAINING_SEED = Parameter(
    "training_seed",
    "Seed of the training",
    42,
    "Where learning starts at random, another seed learns other vectors.",
    low=0,
    high=999_999,
)


class _Text(Parameter):
    """The text that a method learns from: one of the packaged, or an own one that is here."""

    def check(self, value: object) -> Scalar:
        """Return its name; raises ``UserError``."""
        return offers.text(str(value))


TEXT = _Text(
    "text",
    "Text",
    Spec.corpus,
    "What it learns from: all that is packaged, the dictionary alone, or the Wikipedia articles.",
    choices=corpus.NAMES,
)
DIMENSIONS = (2, 3)
BIG = "glove-400k"
"""The vocabulary of every word of GloVe: that method alone, one shipped map, no settings."""


@dataclass(frozen=True)
class Choice:
    """What map somebody wants to see; settings hold only what differs from the defaults."""

    method: str = "glove"
    vocabulary: str = "common-10k"
    dimensions: int = 2
    algorithm: str = "umap"
    settings: Parameters = ()


@dataclass(frozen=True)
class Settings:
    """The settings that a method's map has: of its vectors, of the map, and the seeds."""

    of_vectors: tuple[Parameter, ...]
    of_map: tuple[Parameter, ...]
    seeds: tuple[Parameter, ...] = field(default=(SEED,))

    def __iter__(self) -> Iterator[Parameter]:
        yield from (*self.of_vectors, *self.of_map, *self.seeds)

    def named(self) -> dict[str, Parameter]:
        """Return every setting by its name."""
        return {parameter.name: parameter for parameter in self}


def settings_of(method: str, algorithm: str = "umap") -> Settings:
    """Return the settings of a map by that method; PCA has none of its own."""
    declared = methods.get(method)
    learns = declared.learns_from == "corpus" or (
        declared.learns_from == "collection" and declared.by_lot
    )
    seeds = (SEED, TRAINING_SEED) if learns else (SEED,)
    of_text = (TEXT,) if declared.learns_from == "corpus" else ()
    return Settings(
        (*of_text, *declared.all_parameters),
        projection.PARAMETERS if algorithm == "umap" else (),
        seeds,
    )


def read(query: Mapping[str, str]) -> tuple[Choice, tuple[str, ...]]:
    """Return the choice that a query stands for, and one line for each thing wrong in it."""
    problems: list[str] = []

    def pick(name: str, default: str, valid: tuple[str, ...], kind: str = "") -> str:
        value = query.get(name, default)
        if value in valid:
            return value
        problems.append(f"{offers.unknown(kind or name, value, valid)} Showing {default}.")
        return default

    default = Choice()
    shown = offers.words_for(query.get("method", "")) or default.vocabulary
    words = pick("vocabulary", shown, offers.mapped())
    choice = Choice(
        pick("method", offers.first_method(words), offers.methods_for(words)),
        words,
        int(
            pick(
                "dimensions",
                str(default.dimensions),
                tuple(map(str, DIMENSIONS)),
                "number of dimensions",
            )
        ),
        pick("algorithm", default.algorithm, projection.algorithms(), "way to draw a map"),
    )
    settings, wrong = _read_settings(query.get("settings", ""), choice)
    return _possible(replace(choice, settings=settings), problems + wrong)


def _read_settings(text: str, choice: Choice) -> tuple[Parameters, list[str]]:
    known = settings_of(choice.method, choice.algorithm).named()
    found: dict[str, Scalar] = {}
    problems: list[str] = []
    for part in filter(None, text.split(",")):
        name, _, value = part.partition(":")
        try:
            if name not in known:
                raise UnknownName("setting", name, known)
            found[name] = known[name].check(value)
        except UserError as error:
            problems.append(f"{error} Showing the default.")
    return _unlike_default(found, known), problems


def _possible(choice: Choice, problems: list[str]) -> tuple[Choice, tuple[str, ...]]:
    """Return the nearest choice that can be shown."""
    if choice.vocabulary == BIG:
        big = vocabulary.label(BIG)
        if choice.method != "glove":
            problems.append(f"{big} are GloVe's alone. Showing the common words.")
            choice = replace(choice, vocabulary=Choice().vocabulary)
        elif (choice.dimensions, choice.algorithm, choice.settings) != (2, "umap", ()):
            problems.append(f"{big} have one map: in 2D, by UMAP, without settings. Showing it.")
            choice = replace(choice, dimensions=2, algorithm="umap", settings=())
    return choice, tuple(problems)


def write(choice: Choice) -> dict[str, str]:
    """Return the query that stands for a choice."""
    query = {
        "method": choice.method,
        "vocabulary": choice.vocabulary,
        "dimensions": str(choice.dimensions),
    }
    if choice.algorithm != Choice().algorithm:
        query["algorithm"] = choice.algorithm
    if choice.settings:
        query["settings"] = ",".join(f"{name}:{_plain(v)}" for name, v in choice.settings)
    return query


def lit(words: Iterable[int]) -> str:
    """Return the fragment of a map's address that has these words selected and named.

    Parameters
    ----------
    words : indices in the vocabulary
    """
    chosen = sorted(set(words))
    steps = (word - before for before, word in zip([0, *chosen], chosen, strict=False))
    return (
        f"tab=selection&lit=1&selected={'.'.join(np.base_repr(step, 36).lower() for step in steps)}"
    )


def with_settings(choice: Choice, values: Mapping[str, Scalar]) -> Choice:
    """Return the choice with those settings; the ones that do not apply are dropped."""
    known = settings_of(choice.method, choice.algorithm).named()
    kept = {name: value for name, value in values.items() if name in known}
    return replace(choice, settings=_unlike_default(kept, known))


def projection_of(choice: Choice) -> ProjectionSpec:
    """Return the request for the map that a choice stands for."""
    settings = settings_of(choice.method, choice.algorithm)
    values = {name: p.default for name, p in settings.named().items()} | dict(choice.settings)
    table = methods.get(choice.method).spec(
        choice.vocabulary,
        str(values.get(TEXT.name, TEXT.default)),
        seed=int(values.get(TRAINING_SEED.name, TRAINING_SEED.default)),
        parameters={p.name: values[p.name] for p in settings.of_vectors if p is not TEXT},
    )
    return projection.spec(
        table,
        choice.algorithm,
        choice.dimensions,
        int(values[SEED.name]),
        {p.name: values[p.name] for p in settings.of_map},
    )


def _unlike_default(values: Mapping[str, Scalar], known: Mapping[str, Parameter]) -> Parameters:
    return as_parameters({n: v for n, v in values.items() if v != known[n].default})


def _plain(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
