"""What the commands share: options, progress bars, tables and JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from embeddings import collections, methods, sources, vocabulary
from embeddings.errors import UserError
from embeddings.types import Progress, Spec

F = TypeVar("F", bound=Callable[..., Any])

GLOVE_ONLY = "glove-400k"
"""The vocabulary that only GloVe has vectors for."""


def examples(*lines: str) -> str:
    """Return the end of a command's help; the mark in front keeps click from joining the lines."""
    return "\b\nExamples:\n" + "\n".join(f"  python -m embeddings {line}" for line in lines)


def json_option(function: F) -> F:
    """Add ``--json`` to a command that prints results."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(
        function
    )


def _use_source(context: click.Context, _: click.Parameter, name: str | None) -> None:
    """Let what somebody brought stand in for whatever is not said otherwise."""
    if name is None:
        return
    source = sources.get(sources.named(name))
    usual: dict[str, Any] = {"vocabulary_name": source.name, "text": source.name}
    if source.kind == "vectors":
        usual["method_key"] = source.name
    elif source.kind == "images":
        usual["method_key"] = vocabulary.FIRST_OF_IMAGES
    elif source.kind == "text":
        usual["method_key"] = "word2vec"
        context.meta[CORPUS] = source.name
    context.default_map = {**(context.default_map or {}), **usual}


CORPUS = "embeddings.corpus"
"""Where a command's context keeps the text that methods learn from, if it is an own one."""

source_option = click.option(
    "--source",
    metavar="NAME",
    is_eager=True,
    expose_value=False,
    callback=_use_source,
    help="What you brought (see: import, sources): its vectors, words, text or images.",
)


def own_or(name: str) -> str:
    """Return the name of what somebody brought under that title, or the name itself."""
    known = {sources.title(each): each for each in sources.kept()}
    return known.get(name, name)


def table_options(function: F) -> F:
    """Add what says which vectors are meant: method, vocabulary, settings and seed."""
    for option in (
        source_option,
        click.option("--seed", default=42, show_default=True, help="For all that is drawn by lot."),
        click.option(
            *("--set", "settings"),
            multiple=True,
            metavar="NAME=VALUE",
            help="A setting of the method (see: methods); may be given several times.",
        ),
        click.option(
            *("-v", "--vocabulary", "vocabulary_name"),
            default="common-10k",
            show_default=True,
            metavar="NAME",
            help="Which words (see: vocabularies).",
        ),
        click.option(
            *("-m", "--method", "method_key"),
            default="glove",
            show_default=True,
            metavar="NAME",
            help="How they are embedded (see: methods).",
        ),
    ):
        function = option(function)
    return function


def parse_settings(settings: Sequence[str]) -> dict[str, str]:
    """Read ``name=value`` pairs; the last of a name counts.

    Raises
    ------
    UserError
        If one has no name or no equals sign.
    """
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not name.strip() or not equals:
            raise UserError(f"--set got {setting!r}; it expects name=value, as in --set window=3.")
        found[name.strip()] = value.strip()
    return found


def table_spec(
    method_key: str, vocabulary_name: str, settings: Mapping[str, Any], seed: int = 42
) -> Spec:
    """Return the checked and complete request for a table.

    Raises
    ------
    UserError
        If a name is unknown, a value out of range, or the vocabulary is not for this method.
    """
    known = (*methods.available(), *vocabulary.all_names(), *collections.available())
    method_key, vocabulary_name = (
        name if name in known else own_or(name) for name in (method_key, vocabulary_name)
    )
    method = methods.get(method_key)
    vocabulary.check(vocabulary_name)
    if method.kind != vocabulary.kind(vocabulary_name):
        raise UserError(methods.mismatch(method, vocabulary_name))
    if vocabulary_name == GLOVE_ONLY and method_key != "glove":
        raise UserError(
            f"{GLOVE_ONLY} is for the method glove alone, not {method_key}: use --method glove, "
            "or a smaller vocabulary."
        )
    if not 0 <= seed < 2**31:
        raise UserError(f"--seed is {seed}; it must be a whole number from 0 to {2**31 - 1}.")
    context = click.get_current_context(silent=True)
    text = context.meta.get(CORPUS) if context else None
    corpus = text if text and method.learns_from == "corpus" else Spec.corpus
    return method.spec(vocabulary_name, corpus, seed=seed, parameters=settings)


@contextmanager
def progress_bar(start: str = "") -> Iterator[Progress]:
    """Show progress on stderr while it is a terminal; the bar goes away when the work is done."""
    from tqdm import tqdm

    form = "{desc} {bar:24} {percentage:3.0f}%  {elapsed}"
    with tqdm(
        total=1.0, desc=start, disable=None, file=sys.stderr, leave=False, bar_format=form
    ) as bar:

        def report(fraction: float, message: str) -> None:
            bar.set_description_str(message, refresh=False)
            bar.n = min(max(fraction, 0.0), 1.0)
            bar.update(0)

        yield report


def say(line: str) -> None:
    """Say on stderr what is going on, above a progress bar if there is one."""
    from tqdm import tqdm

    tqdm.write(line, file=sys.stderr)


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def print_table(rows: Sequence[Sequence[Any]], header: Sequence[str] = ()) -> None:
    """Print rows in columns: numbers to the right, all else to the left."""
    texts = [[str(cell) for cell in row] for row in rows]
    everything = [list(header), *texts] if header else texts
    widths = [max(map(len, column)) for column in zip(*everything, strict=True)]
    right = [all(isinstance(row[i], int | float) for row in rows) for i in range(len(widths))]
    for line in everything:
        cells = (
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, right, strict=True)
        )
        click.echo("  ".join(cells).rstrip())


def megabytes(size: int) -> str:
    """Return a number of bytes in words."""
    return f"{size / 1e6:.2f} MB" if size >= 10_000 else f"{size / 1e3:.1f} kB"
