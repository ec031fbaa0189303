"""``map``: a map of words as a file, drawn from stored results or computed here."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import click

from embeddings import captions, methods, neighbors, projection, recipes, sources, vocabulary
from embeddings import clusters as groups
from embeddings.commands.common import (
    GLOVE_ONLY,
    examples,
    megabytes,
    parse_settings,
    print_json,
    progress_bar,
    table_options,
    table_spec,
)
from embeddings.errors import UnknownName, UserError
from embeddings.types import (
    Clusters,
    EmbeddingTable,
    Neighbors,
    Progress,
    Projection,
    ProjectionSpec,
    Request,
    Result,
    Spec,
    Vocabulary,
    VocabularySpec,
)

SUFFIXES = (".html", ".png", ".svg", ".csv")
COLOURS = {
    "topic": "topic",
    "cluster": "cluster",
    "part-of-speech": "part_of_speech",
    "frequency": "frequency",
}
SMALLEST, LARGEST = 200, 8000


@dataclass(frozen=True)
class Drawn:
    """All that a map shows."""

    table: EmbeddingTable
    vocabulary: Vocabulary
    projection: Projection
    clusters: Clusters
    neighbors: Neighbors | None


@click.command(
    "map",
    epilog=examples(
        "map --method glove --vocabulary topics --out map.html",
        "map -m bert --set layer=3 --set n_neighbors=30 -o bert.png --theme dark",
    ),
)
@table_options
@click.option("--dimensions", default=2, show_default=True, help="2 or 3.")
@click.option("--algorithm", default="umap", show_default=True, help="umap or pca.")
@click.option(
    *("-o", "--out"), required=True, metavar="FILE", help="Ends with " + ", ".join(SUFFIXES) + "."
)
@click.option(
    "--color",
    *("--colour", "colour"),
    default="",
    metavar="WHAT",
    help="In a picture: topic, cluster, part-of-speech, frequency, or a column of your own.",
)
@click.option("--theme", default="light", show_default=True, help="In a picture: light or dark.")
@click.option("--size", default="1600x900", show_default=True, help="Of a picture, in pixels.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def draw_map(
    method_key: str,
    vocabulary_name: str,
    settings: tuple[str, ...],
    seed: int,
    dimensions: int,
    algorithm: str,
    out: str,
    as_json: bool,
    **style: str,
) -> None:
    """Write a map: a page that works offline, a picture, or a table.

    --set takes the settings of the method and those of the map (see: methods NAME).
    """
    path = check_path(out)
    look = _look(path, vocabulary_name, **style)
    spec = map_spec(method_key, vocabulary_name, settings, seed, dimensions, algorithm)
    with progress_bar("Looking the map up") as progress:
        drawn = fetch(spec, path.suffix.lower() == ".html", progress)
    content = render(drawn, path.suffix.lower(), look)
    write(path, content)
    if as_json:
        print_json({"out": str(path), "bytes": len(content), "caption": caption(drawn)})
    else:
        click.echo(f"{path}: {caption(drawn)}, {megabytes(len(content))}")


def check_path(out: str) -> Path:
    """Return where to write, if that can be done: said before anything is computed.

    Raises
    ------
    UserError
        If the ending is unknown, or the folder missing or not to be written to.
    """
    path = Path(out).expanduser()
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(f"--out is {out!r}; it must end with one of {', '.join(SUFFIXES)}.")
    if path.is_dir():
        raise UserError(f"--out is {out!r}, which is a folder; add the name of a file.")
    if not path.parent.is_dir():
        raise UserError(f"The folder {str(path.parent)!r} does not exist: make it first.")
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise UserError(
            f"The folder {str(path.parent)!r} cannot be written to ({error.strerror}): choose "
            "another."
        ) from None
    return path


def map_spec(
    method_key: str,
    vocabulary_name: str,
    settings: tuple[str, ...],
    seed: int,
    dimensions: int,
    algorithm: str,
) -> ProjectionSpec:
    """Return the request for a map; settings go to the method or to the map, by their names.

    Raises
    ------
    UserError
        If a name is unknown or a value out of its range.
    """
    method = methods.get(method_key)
    given = parse_settings(settings)
    of_method = {parameter.name for parameter in method.all_parameters}
    of_map = {parameter.name for parameter in projection.PARAMETERS}
    for name in given:
        if name not in of_method | of_map:
            raise UnknownName(f"setting of {method.label} or its map", name, of_method | of_map)
    table = table_spec(method_key, vocabulary_name, _only(given, of_method), seed)
    return projection.spec(table, algorithm, dimensions, seed, _only(given, of_map))


def fetch(spec: ProjectionSpec, with_neighbors: bool, progress: Progress) -> Drawn:
    """Look up or compute all that a map shows."""
    near: Neighbors | None = None
    words = _fetch(VocabularySpec(spec.table.vocabulary), progress)
    table = _fetch(spec.table, progress)
    shown = _fetch(spec, progress)
    named = _fetch(groups.spec(spec.table), progress)
    if with_neighbors and spec.table.vocabulary != GLOVE_ONLY:
        near = cast(Neighbors, _fetch(neighbors.spec(spec.table), progress))
    return Drawn(
        cast(EmbeddingTable, table),
        cast(Vocabulary, words),
        cast(Projection, shown),
        cast(Clusters, named),
        near,
    )


def render(drawn: Drawn, suffix: str, look: Any) -> bytes:
    """Return the content of the file: HTML, PNG, SVG or CSV, by the ending of its name."""
    words, vocabulary_ = drawn.table.words, drawn.vocabulary
    if suffix == ".csv":
        from embeddings.figures.tables import map_csv

        return map_csv(drawn.projection, words, vocabulary_, drawn.clusters).encode()
    if suffix == ".html":
        return _page(drawn).encode()
    from dataclasses import replace

    from embeddings.figures.picture import picture

    look = replace(look, caption=caption(drawn))
    return picture(drawn.projection, words, vocabulary_, drawn.clusters, look, suffix[1:])


def caption(drawn: Drawn) -> str:
    """Say in one line what the map shows."""
    shown = drawn.projection
    return captions.caption(shown.spec, len(drawn.table), shown.notes, len(drawn.table.missing))


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _page(drawn: Drawn) -> str:
    from embeddings.figures import packs
    from embeddings.figures.standalone import Map, standalone

    spec = drawn.projection.spec
    words = (drawn.table.words, drawn.vocabulary)
    title = _label(spec.table)
    meta = {
        "id": spec.key,
        "method": spec.table.method,
        "title": title,
        "caption": caption(drawn),
    }
    near = packs.neighbors_pack(drawn.neighbors, *words) if drawn.neighbors else None
    one = Map(
        meta,
        packs.projection_pack(drawn.projection, *words),
        near,
        packs.clusters_pack(drawn.clusters, *words),
    )
    return standalone(
        f"{title}: {vocabulary.label(drawn.vocabulary.name)}", drawn.vocabulary, [one]
    )


def _look(path: Path, vocabulary_name: str, colour: str, theme: str, size: str) -> Any:
    """Return how a picture is drawn; what is wrong is said for other files too."""
    from embeddings.figures.picture import THEMES, Look

    if theme not in THEMES:
        raise UnknownName("theme", theme, THEMES)
    own = sources.get(vocabulary_name).content.columns if sources.is_name(vocabulary_name) else ()
    columns = [column.name for column in own]
    if colour and colour not in (*COLOURS, *columns):
        raise UnknownName("colouring", colour, (*COLOURS, *columns))
    width, _, height = size.lower().partition("x")
    numbers = [int(n) if n.isascii() and n.isdigit() and len(n) < 6 else 0 for n in (width, height)]
    if not all(SMALLEST <= n <= LARGEST for n in numbers):
        raise UserError(
            f"--size is {size!r}; it must be WIDTHxHEIGHT in pixels, each from {SMALLEST} to "
            f"{LARGEST}."
        )
    if colour in columns and colour not in COLOURS:
        return Look("column", theme, numbers[0], numbers[1], column=colour)
    return Look(COLOURS.get(colour, "cluster"), theme, numbers[0], numbers[1])


def _fetch(request: Request, progress: Progress) -> Result:
    return recipes.fetch(request, progress=progress)


def _only(given: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in names}


def _label(table: Spec) -> str:
    return methods.get(table.method).label
