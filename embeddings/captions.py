"""What a map is called: a line that tells it from every other map, and a name for its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from embeddings import methods, projection, sources, vocabulary
from embeddings.methods import Parameter
from embeddings.types import Parameters, ProjectionSpec, Scalar, Spec

SEED = 42
"""The seed of a map for which nobody has chosen another."""


def caption(
    request: ProjectionSpec,
    n_words: int,
    notes: Mapping[str, Scalar] | None = None,
    missing: int = 0,
) -> str:
    """Say in one line what a map shows: words, method, way of drawing, and all that is unusual.

    Parameters
    ----------
    request : ProjectionSpec
    n_words : how many words are on the map
    notes : what is known of the map besides, as the share of variance that PCA kept
    missing : how many words have no vector

    Examples
    --------
    >>> caption(projection.spec(methods.get("bert").spec(parameters={"layer": 0})), 10_000)
    '10,000 words · BERT (MiniLM) · layer 0 · UMAP, 15 neighbours, seed 42'
    """
    nouns = vocabulary.nouns(request.table.vocabulary)
    parts = [f"{n_words:,} {nouns}", *_of_vectors(request.table), _of_map(request, notes or {})]
    if missing:
        parts.append(f"{missing:,} {nouns} without a vector")
    return " · ".join(parts)


def name(table: Spec) -> str:
    """Name vectors in a few words: the method, and every setting that is unlike its default.

    Examples
    --------
    >>> name(methods.get("word2vec").spec(parameters={"window": 3}))
    'Word2Vec · window 3'
    """
    method = methods.get(table.method)
    return " · ".join((method.label, *_how(table)))


def names(maps: Sequence[ProjectionSpec]) -> list[str]:
    """Name maps that stand beside each other, each so that it can be told from the others.

    What they have in common is left out: the way of drawing and the seed are named only where one
    map has another than the next one. The same map more than once is numbered.
    """
    return numbered(_names(maps))


def numbered(names: Sequence[str]) -> list[str]:
    """Return the names with a number behind those that occur more than once."""
    found: dict[str, int] = {}
    out = []
    for each in names:
        found[each] = found.get(each, 0) + 1
        out.append(f"{each} ({found[each]})" if names.count(each) > 1 else each)
    return out


def _names(maps: Sequence[ProjectionSpec]) -> list[str]:
    tables = [name(each.table) for each in maps]
    drawn = [_of_map(each, {}) for each in maps]
    if len(set(drawn)) == 1:
        return tables
    ways = [each.algorithm.upper() for each in maps]
    enough = len(set(zip(tables, ways, strict=True))) == len(set(zip(tables, drawn, strict=True)))
    return [" · ".join(both) for both in zip(tables, ways if enough else drawn, strict=True)]


def file_name(request: ProjectionSpec) -> str:
    """Return a name for a map's files, without an ending; no two maps share one."""
    table = request.table
    of = [in_a_file_name(each) for each in (table.method, table.vocabulary)]
    name = f"{'-'.join(of)}-{request.dimensions}d"
    usual = projection.spec(
        methods.get(table.method).spec(table.vocabulary), dimensions=request.dimensions
    )
    return name if request == usual else f"{name}-{request.key[:6]}"


def in_a_file_name(key: str) -> str:
    """Return a key, or the title of what somebody brought, in letters that every system takes."""
    if not sources.is_name(key):
        return key
    plain = re.sub(r"[^a-z0-9]+", "-", sources.title(key).lower()).strip("-")
    return f"{plain}-{key[4:10]}" if plain else key[:10]


def _of_vectors(table: Spec) -> Iterator[str]:
    method = methods.get(table.method)
    yield f"{method.label} {method.dim}d" if method.dim else method.label
    yield from _how(table)


def _how(table: Spec) -> Iterator[str]:
    """Name whatever is unusual about vectors."""
    method = methods.get(table.method)
    yield from _unusual(method.all_parameters, table.parameters)
    if table.corpus != "packaged":
        own = sources.is_name(table.corpus)
        yield f"from {sources.title(table.corpus)}" if own else f"corpus {table.corpus}"
    if table.seed != SEED and method.learns_from in ("corpus", "collection"):
        yield f"training seed {table.seed}"


def _of_map(request: ProjectionSpec, notes: Mapping[str, Scalar]) -> str:
    parts = [request.algorithm.upper()]
    if request.algorithm == "umap":
        own = [p for p in projection.PARAMETERS if p.name != "n_neighbors"]
        parts.append(f"{request['n_neighbors']} neighbours")
        parts += _unusual(own, request.parameters)
        parts.append(f"seed {request.seed}")
    elif request.seed != SEED:
        parts.append(f"seed {request.seed}")
    if "variance_kept" in notes:
        parts.append(f"{float(notes['variance_kept']):.0%} of the variance")
    return ", ".join(parts)


def _unusual(known: Iterable[Parameter], given: Parameters) -> Iterator[str]:
    """Name every setting that is unlike its default."""
    values = dict(given)
    for parameter in known:
        value = values.get(parameter.name, parameter.default)
        if value == parameter.default:
            continue
        if isinstance(value, bool):
            yield parameter.name if value else f"not {parameter.name}"
        else:
            shown = f"{value:g}" if isinstance(value, float) else value
            yield f"{parameter.label[0].lower()}{parameter.label[1:]} {shown}"
