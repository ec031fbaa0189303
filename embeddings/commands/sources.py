"""``import``, ``sources``, ``forget`` and ``export``: one's own data, brought and taken along."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import cast
from uuid import uuid4

import click

from embeddings import recipes, sources, vocabulary
from embeddings.caching import kept_place
from embeddings.commands.common import (
    examples,
    json_option,
    parse_settings,
    print_json,
    print_table,
    progress_bar,
    say,
    table_options,
    table_spec,
)
from embeddings.errors import UserError
from embeddings.sources import apart, pictures, writing
from embeddings.sources.context import File
from embeddings.sources.formats import available
from embeddings.sources.limits import Limits
from embeddings.sources.options import Options
from embeddings.sources.problems import REPAIRS
from embeddings.types import EmbeddingTable, Vocabulary, VocabularySpec

ENDINGS = {".txt": "txt", ".vec": "txt", ".bin": "bin", ".npz": "npz", ".parquet": "parquet"}
PAIR = ".tsv"


@click.command(
    "import",
    epilog=examples(
        "import films.csv --name films",
        "import vectors.tsv metadata.tsv --name mine --accept repeated",
        "map --source films --out films.html",
        "import holidays/*.jpg --name holidays",
    ),
)
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)
@click.option("--name", metavar="NAME", help="What it is called; else as the file is.")
@click.option("--format", "format_key", default="", metavar="FORMAT", help="Else it is found out.")
@click.option("--as", "kind", default="", metavar="KIND", help="words, text, vectors or images.")
@click.option("--word", default="", metavar="COLUMN", help="The column that holds the words.")
@click.option("--text", default="", metavar="COLUMN", help="The column that holds a text.")
@click.option("--lower", is_flag=True, help="Write the words in small letters.")
@click.option(
    "--accept",
    multiple=True,
    type=click.Choice(sorted(REPAIRS)),
    metavar="REPAIR",
    help=f"A repair to be made: {', '.join(sorted(REPAIRS))}.",
)
@click.option("--look", is_flag=True, help="Only say what is in the files.")
@json_option
def import_files(
    paths: tuple[Path, ...],
    name: str | None,
    format_key: str,
    kind: str,
    word: str,
    text: str,
    lower: bool,
    accept: tuple[str, ...],
    look: bool,
    as_json: bool,
) -> None:
    """Take in words, a text, vectors or images, for --source of other commands and for the app.

    They are kept in this user's cache folder until they are forgotten. Vectors and their word list,
    or vectors.tsv and metadata.tsv, are given together; and so are images (PNG or JPEG), which are
    then a --vocabulary for the methods that see pictures.
    """
    if format_key and format_key not in available():
        raise UserError(f"There is no format {format_key!r}: {', '.join(available())}.")
    files = [File(path, path.name) for path in paths]
    if not kind and all(path.suffix.lower() in pictures.ENDINGS for path in paths):
        kind = vocabulary.IMAGES
    if look and kind == vocabulary.IMAGES:
        raise UserError("Images are looked at as they are taken in: leave --look away.")
    options = Options(
        format=format_key, kind=kind, word=word, text=text, lower=lower, keep=tuple(accept)
    )
    limits = Limits.from_environment()
    if look:
        with progress_bar("Looking") as progress:
            found = apart.inspect_apart(files, options, limits, progress)
        _print_inspection(found, as_json)
        return
    title = sources.as_title(name if name is not None else paths[0].stem)
    part = kept_place() / f"part-{uuid4().hex}"
    try:
        with progress_bar("Reading") as progress:
            read = apart.read_apart(files, options, limits, part, progress)
        key = sources.take_in(part, title, kept_place())
    finally:
        shutil.rmtree(part, ignore_errors=True)
    for line in read.said:
        say(line)
    about = {"name": title, "key": key, "kind": read.kind, "rows": read.rows, "dim": read.dim}
    if as_json:
        print_json(about)
    else:
        rows = "images" if read.kind == vocabulary.IMAGES else "rows"
        size = f"{read.rows:,} {rows}" + (f" of {read.dim:,} numbers" if read.dim else "")
        what = size if rows == read.kind else f"{read.kind}, {size}"
        click.echo(f"{title}: {what}. Use it as: --source {title!r}")


def _print_inspection(found: apart.Inspection, as_json: bool) -> None:
    if as_json:
        click.echo(found.to_json())
        return
    rows = [("format", found.label), ("kind", found.kind), ("rows", f"{found.rows:,}")]
    rows += [("numbers", f"{found.dim:,}")] if found.dim else []
    rows += [("column", f"{each.name}: {each.role}") for each in found.columns[:20]]
    print_table(rows)
    for problem in found.problems:
        accept = f" (--accept {problem.repair})" if problem.repair else ""
        click.echo(f"! {problem}{accept}")
    for line in found.ambiguous:
        click.echo(f"? {line}")
    if found.will:
        click.echo(found.will)
    for kind in found.either:
        if kind != found.kind:
            click.echo(f"It can be read as {kind} too: --as {kind}")


@click.command("sources")
@json_option
def list_sources(as_json: bool) -> None:
    """List what was brought to stay."""
    found = [sources.get(name) for name in sources.kept()]
    rows = [
        (each.title, each.kind, len(each.content.labels) or "", each.dim or "", each.name)
        for each in found
    ]
    if as_json:
        names = ("name", "kind", "rows", "dim", "key")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
    elif rows:
        print_table(rows, ("name", "kind", "rows", "numbers", "key"))
    else:
        click.echo("Nothing was brought. See: python -m embeddings import --help")


@click.command("forget", epilog=examples("forget films"))
@click.argument("name")
def forget_source(name: str) -> None:
    """Remove NAME, which was brought, and everything that was made from it."""
    key = sources.named(name)
    title = sources.title(key)
    sources.remove(key, kept_place())
    click.echo(f"{title} is gone, and all that was made from it.")


@click.command(
    "export",
    epilog=examples(
        "export --method glove --vocabulary common-2k --out glove.bin",
        "export --source films --out films.tsv",
    ),
)
@table_options
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Ends in .txt or .bin (word2vec), .npz, .parquet, or .tsv (the Projector's two files).",
)
def export(
    method_key: str, vocabulary_name: str, settings: tuple[str, ...], seed: int, out: Path
) -> None:
    """Write vectors, and what is known of their words, in a format that other programs read."""
    if out.suffix not in (*ENDINGS, PAIR):
        raise UserError(f"--out is {str(out)!r}; it must end in {', '.join((*ENDINGS, PAIR))}.")
    spec = table_spec(method_key, vocabulary_name, parse_settings(settings), seed)
    with progress_bar("Fetching the vectors") as progress:
        words = cast(Vocabulary, recipes.fetch(VocabularySpec(spec.vocabulary), progress=progress))
        table = cast(EmbeddingTable, recipes.fetch(spec, progress=progress))
    columns = writing.columns_of(words, table)
    forms = {out: ENDINGS.get(out.suffix, "")}
    if out.suffix == PAIR:
        stem = out.with_suffix("")
        forms = {stem.with_name(f"{stem.name}.{form}"): form for form in PROJECTOR}
    for path, form in forms.items():
        blocks = writing.write(table, columns, form)
        with path.open("wb") as file:
            file.writelines(blocks)
        say(f"{len(table):,} words: {path}")


PROJECTOR = ("vectors.tsv", "metadata.tsv")
