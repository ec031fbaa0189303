"""``weat``: whether words are nearer to one group of words than to another."""

from __future__ import annotations

from typing import Any, cast

import click

from embeddings import captions, recipes
from embeddings.commands.common import (
    examples,
    json_option,
    parse_settings,
    print_json,
    print_table,
    progress_bar,
    table_options,
    table_spec,
)
from embeddings.errors import UserError
from embeddings.probes import weat as probe
from embeddings.probes.weat import Group, Result, Test
from embeddings.types import EmbeddingTable

GROUPS = (
    ("targets", "--targets", "The words that are compared."),
    ("others", "--others", "Those that they are compared with."),
    ("like", "--like", "What the first are thought to go with."),
    ("unlike", "--unlike", "What the others are thought to go with."),
)


def _group_options(function: Any) -> Any:
    for name, flag, text in reversed(GROUPS):
        function = click.option(flag, name, metavar="WORDS", help=text)(function)
    return function


@click.command(
    "weat",
    epilog=examples(
        "weat",
        "weat flowers-insects -v glove-400k",
        'weat --targets "doctor judge" --others "nurse maid" --like "he man" --unlike "she woman"',
    ),
)
@click.argument("name", required=False)
@_group_options
@table_options
@json_option
def weat(
    name: str | None,
    targets: str | None,
    others: str | None,
    like: str | None,
    unlike: str | None,
    method_key: str,
    vocabulary_name: str,
    settings: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Test a method for bias: the word-embedding association test of Caliskan et al. 2017.

    NAME is one of the paper's tests; without one they are listed. Or give four groups of words of
    your own. The effect lies from -2 to 2 where both groups of targets are equally many; near an
    end they hardly overlap in what they are near to. The p-value says how often groups divided by
    lot give as much.
    """
    given = (targets, others, like, unlike)
    if name is None and not any(given):
        _list(as_json)
        return
    test = _test(name, given)
    spec = table_spec(method_key, vocabulary_name, parse_settings(settings), seed)
    with progress_bar("Looking the vectors up") as progress:
        table = cast(EmbeddingTable, recipes.fetch(spec, progress=progress))
    found = probe.measure(table, test, seed)
    if as_json:
        print_json(_content(found))
    else:
        _print(found)


def _test(name: str | None, given: tuple[str | None, ...]) -> Test:
    if name is not None:
        if any(given):
            raise UserError("weat takes the name of a test or four groups of words, not both.")
        return probe.get(name)
    words = [(group or "").replace(",", " ").split() for group in given]
    for (_, flag, _), group in zip(GROUPS, words, strict=True):
        if not group:
            raise UserError(f"{flag} is empty: a test of your own takes words in all four groups.")
    return probe.own(words[0], words[1], words[2], words[3])


def _list(as_json: bool) -> None:
    tests = probe.tests().values()
    if as_json:
        print_json([{"name": test.name, "groups": _words(test.groups)} for test in tests])
        return
    print_table([(test.name, _title(test)) for test in tests])


def _title(test: Test) -> str:
    (x, y), (a, b) = test.targets, test.attributes
    return f"{x.title} / {y.title}: {a.title} / {b.title}"


def _words(groups: tuple[Group, ...]) -> dict[str, tuple[str, ...]]:
    return {group.title: group.words for group in groups}


def _content(found: Result) -> dict[str, Any]:
    """Return everything as JSON can hold it."""
    spec = found.spec
    return {
        "test": found.test.name,
        "method": spec.method,
        "vocabulary": spec.vocabulary,
        "parameters": dict(spec.parameters),
        "seed": found.seed,
        "effect": found.effect,
        "p": found.p,
        "exact": found.exact,
        "divisions": found.divisions,
        "chance": found.chance,
        "used": _words(found.used),
        "missing": _words(found.missing),
        "associations": {
            group.title: {each.word: round(each.value, 6) for each in values}
            for group, values in zip(found.used, found.associations, strict=False)
        },
    }


def _print(found: Result) -> None:
    click.echo(f"{_title(found.test)}  {captions.name(found.spec)} · {found.spec.vocabulary}")
    effect = "none: all targets are associated alike" if found.effect is None else None
    click.echo(f"Effect size d: {effect or f'{found.effect:.2f}'}")
    if found.chance:
        click.echo(f"By lot 95 % lie from {found.chance[0]:.2f} to {found.chance[1]:.2f}")
    how = f"all {found.divisions:,}" if found.exact else f"{found.divisions:,} random"
    p = f"{found.p:.3f}" if found.p >= 0.0005 else f"{found.p:.1g}"
    click.echo(f"One-sided p: {p} ({how} ways to divide the targets)")
    for used, missing in zip(found.used, found.missing, strict=True):
        click.echo(f"{used.title}: {len(used.words)} words: {' '.join(used.words)}")
        if missing.words:
            click.echo(f"  not known: {' '.join(missing.words)}")
    if found.unequal:
        click.echo("The groups of targets are not equally many: read the figures with care.")
