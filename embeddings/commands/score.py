"""``score``: how well a method does on the published tests of meaning."""

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
from embeddings.probes import scorecard
from embeddings.probes.scorecard import Scorecard, Section
from embeddings.types import Answers, Interval, PairScore

TITLES = {"all": "all analogies", "wordsim353": "WordSim-353", "simlex999": "SimLex-999"}


@click.command(
    "score",
    epilog=examples(
        "score --method glove --vocabulary common-10k",
        "score -m glove -v glove-400k --limit 30000 --json",
    ),
)
@table_options
@click.option("--limit", type=int, metavar="N", help="Only the N most frequent words.")
@json_option
def score(
    method_key: str,
    vocabulary_name: str,
    settings: tuple[str, ...],
    seed: int,
    limit: int | None,
    as_json: bool,
) -> None:
    """Score a method on Google's analogies, WordSim-353 and SimLex-999.

    What is shipped is printed at once; all else is computed, and kept.

    Questions with a word that the method does not know are not attempted: the share that is right
    is given of those attempted, with its 95 % interval, and of all. Beside it stands the share that
    one gets without arithmetic, by taking the word nearest to the third alone.
    """
    if limit is not None and limit < 1:
        raise UserError(f"--limit is {limit}; it must be a whole number from 1.")
    spec = table_spec(method_key, vocabulary_name, parse_settings(settings), seed)
    with progress_bar("Looking the answers up") as progress:
        kept = recipes.fetch(scorecard.spec(spec, limit, seed), progress=progress)
    found = scorecard.read(cast(Answers, kept))
    if as_json:
        print_json(_content(found, limit))
    else:
        _print(found)


def _content(found: Scorecard, limit: int | None) -> dict[str, Any]:
    """Return everything but the single questions as JSON can hold it."""
    spec = found.spec
    return {
        "method": spec.method,
        "vocabulary": spec.vocabulary,
        "parameters": dict(spec.parameters),
        "seed": found.seed,
        "limit": limit,
        "searched": found.searched,
        "analogies": _of_section(found.overall),
        "sections": [{"name": each.name, **_of_section(each)} for each in found.sections],
        "pairs": {each.name: _of_pairs(each) for each in found.pairs},
    }


def _of_section(section: Section) -> dict[str, Any]:
    return {
        "total": section.total,
        "attempted": section.attempted,
        "correct": section.correct,
        "accuracy": section.accuracy,
        "interval": _ends(section.interval),
        "accuracy_on_all": section.accuracy_on_all,
        "nearest_to_c": section.nearest_accuracy,
    }


def _of_pairs(pairs: PairScore) -> dict[str, Any]:
    return {
        "total": pairs.total,
        "attempted": pairs.attempted,
        "spearman": pairs.spearman,
        "interval": _ends(pairs.interval),
        "pearson": pairs.pearson,
    }


def _ends(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _print(found: Scorecard) -> None:
    click.echo(f"{captions.name(found.spec)}, {found.searched:,} words")
    rows = [
        (
            TITLES.get(each.name, each.name),
            each.attempted,
            each.total,
            _percent(each.accuracy),
            _range(each.interval, 100, "{:.1f}"),
            _percent(each.accuracy_on_all),
            _percent(each.nearest_accuracy),
        )
        for each in (*found.sections, found.overall)
    ]
    header = (
        "analogies",
        "attempted",
        "of",
        "right %",
        "95 % interval",
        "of all %",
        "nearest to c",
    )
    print_table(rows, header)
    click.echo()
    pairs = [
        (
            TITLES[each.name],
            each.attempted,
            each.total,
            "-" if each.spearman is None else f"{each.spearman:.3f}",
            _range(each.interval, 1, "{:.3f}"),
        )
        for each in found.pairs
    ]
    print_table(pairs, ("pairs", "attempted", "of", "Spearman", "95 % interval"))


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"


def _range(interval: Interval | None, times: float, form: str) -> str:
    if interval is None:
        return "-"
    return f"{form.format(times * interval.low)} to {form.format(times * interval.high)}"
