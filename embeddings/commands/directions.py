"""``directions``: where words lie between two ends, as between man and woman."""

from __future__ import annotations

from typing import Any, cast

import click
import numpy as np

from embeddings import captions, recipes
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
from embeddings.probes import removal as removals
from embeddings.probes import scales as probe
from embeddings.probes import words as lookup
from embeddings.probes.removal import Removal
from embeddings.probes.scales import Order, Question, Scale
from embeddings.types import EmbeddingTable

FARTHEST = 10


@click.command(
    "directions",
    epilog=examples(
        "directions",
        "directions --ready gender --words 'nurse captain teacher'",
        "directions --pairs 'man woman, king queen' --method bert",
        "directions --from 'small tiny' --to 'large huge' --words 'mouse horse elephant' --json",
    ),
)
@click.option("--ready", "ready", metavar="NAME", help="A ready-made direction.")
@click.option("--pairs", metavar="PAIRS", help="Pairs of words: 'man woman, king queen'.")
@click.option("--from", "low", metavar="WORDS", help="Words of one end; with --to, instead.")
@click.option("--to", "high", metavar="WORDS", help="Words of the other end.")
@click.option(
    "--how",
    type=click.Choice(("mean", "first")),
    default="mean",
    show_default=True,
    help="Of pairs: their mean, or their first principal component.",
)
@click.option("--words", metavar="WORDS", help="The words to place; else those farthest out.")
@click.option("--without", is_flag=True, help="Measure what taking the direction out changes.")
@table_options
@json_option
def directions(
    ready: str | None,
    pairs: str | None,
    low: str | None,
    high: str | None,
    how: str,
    words: str | None,
    without: bool,
    method_key: str,
    vocabulary_name: str,
    settings: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Place words along a direction, in standard deviations of all words from their mean.

    Without a direction the ready-made ones are listed. How alike the pairs are is printed beside
    what is left of it when they are broken up; how surely a word lies on its side is the share of
    1,000 bootstrap samples of the pairs. Words that the direction is made of have no such share: it
    puts them on their side itself.
    """
    if not any((ready, pairs, low, high)):
        _list(as_json)
        return
    question = _question(ready, pairs, low, high, how)
    spec = table_spec(method_key, vocabulary_name, parse_settings(settings), seed)
    with progress_bar("Looking the vectors up") as progress:
        table = cast(EmbeddingTable, recipes.fetch(spec, progress=progress))
    found = probe.scale(table, question)
    chosen, unknown = _chosen(table, found, words)
    sure = probe.sides(table, question, chosen, seed=seed) if chosen else None
    reference = probe.get(ready).reference if ready else None
    order = probe.order(table, found, reference, seed=seed) if reference else None
    removed = removals.measure(table, found.direction, seed) if without else None
    content = _content(table, question, found, chosen, sure)
    content |= {"not_known": [*found.direction.missing, *unknown]}
    content |= {"order": _order(order), "without": _removal(removed)}
    if as_json:
        print_json(content)
    else:
        _print(content, captions.name(spec))


def _question(
    ready: str | None, pairs: str | None, low: str | None, high: str | None, how: str
) -> Question:
    kinds = (ready is not None, pairs is not None, low is not None or high is not None)
    if sum(kinds) != 1:
        raise UserError("directions takes one of --ready, --pairs, or --from with --to.")
    if ready is not None:
        return probe.get(ready).question(how)
    if pairs is not None:
        typed = probe.read_pairs(pairs)
        for line in typed.problems:
            say(line)
        if not typed.found:
            raise UserError("--pairs has no pair of words in it: write --pairs 'man woman'.")
        first, second = typed.found[0]
        return Question(first, second, typed.found, how=how)
    groups = []
    for flag, text in (("--from", low), ("--to", high)):
        typed = probe.read_words(text or "")
        for line in typed.problems:
            say(line)
        if not typed.found:
            raise UserError(
                f"{flag} is empty: a direction of two groups takes words on both sides."
            )
        groups.append(typed.found)
    return Question(groups[0][0], groups[1][0], (), (groups[0], groups[1]), "groups")


def _chosen(
    table: EmbeddingTable, found: Scale, words: str | None
) -> tuple[list[str], tuple[str, ...]]:
    """Return the words to place, and those that the table does not know."""
    if words is None:
        order = np.argsort(found.z, kind="stable")
        ends = dict.fromkeys([*order[:FARTHEST].tolist(), *order[-FARTHEST:].tolist()])
        return [table.words[row] for row in ends], ()
    typed = probe.read_words(words)
    for line in typed.problems:
        say(line)
    rows, unknown = lookup.sort_out(table, typed.found)
    if not rows:
        lookup.row(table, (*typed.found, "")[0])  # says why
    return [table.words[row] for row in rows], unknown


def _list(as_json: bool) -> None:
    ready = probe.ready().values()
    if as_json:
        listed = [
            {"name": each.name, "low": each.low, "high": each.high, "pairs": each.pairs}
            for each in ready
        ]
        print_json(listed)
        return
    rows = [(e.name, f"{e.low} to {e.high}", f"{len(e.pairs)} pairs") for e in ready]
    print_table(rows)


def _content(
    table: EmbeddingTable,
    question: Question,
    found: Scale,
    words: list[str],
    sure: Any,
) -> dict[str, Any]:
    """Return everything as JSON can hold it."""
    direction, rows = found.direction, [table.index[word] for word in words]
    made_of = probe.ends(table, question, direction)
    placed = [
        {
            "word": word,
            "z": round(float(found.z[row]), 4),
            "cosine": round(float(found.cosines[row]), 6),
            "high_side": None if sure is None or word in made_of else round(float(share), 4),
        }
        for word, row, share in zip(
            words, rows, [0] * len(rows) if sure is None else sure, strict=True
        )
    ]
    return {
        "low": question.low,
        "high": question.high,
        "how": question.how,
        "method": table.spec.method,
        "vocabulary": table.spec.vocabulary,
        "parameters": dict(table.spec.parameters),
        "of_words": len(table),
        "consistency": direction.consistency,
        "broken_up": direction.broken,
        "pairs": [
            {"from": a, "to": b, "cosine": round(cosine, 6)}
            for (a, b), cosine in zip(direction.pairs, direction.cosines, strict=True)
        ],
        "places": sorted(placed, key=lambda each: cast(float, each["z"])),
    }


def _order(found: Order | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"rho": found.rho, "chance_95": found.chance, "p": found.p, "words": found.words}


def _removal(found: Removal | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "another_nearest_neighbour": found.changed,
        "of_words": found.asked,
        "told_apart_before": found.before,
        "told_apart_after": found.after,
        "chance": found.chance,
        "control": found.control,
        "words_of_a_side": found.side,
        "k": found.k,
    }


def _print(content: dict[str, Any], name: str) -> None:
    click.echo(f"From {content['low']} to {content['high']}  {name}, {content['of_words']:,} words")
    if content["consistency"] is not None:
        click.echo(
            f"{len(content['pairs'])} pairs, mean cosine {content['consistency']:.2f}; "
            f"broken up {content['broken_up']:.2f}"
        )
    rows = []
    for each in content["places"]:
        high = each["high_side"]
        share = "" if high is None else f"{high if each['z'] > 0 else 1 - high:.0%}"
        rows.append((each["word"], f"{each['z']:+.2f}", f"{each['cosine']:+.3f}", share))
    print_table(rows, ("word", "sd", "cosine", "same side"))
    if content["not_known"]:
        click.echo(f"Not known: {' '.join(content['not_known'])}")
    if order := content["order"]:
        click.echo(
            f"Rank correlation with the known order of {len(order['words'])} words: "
            f"{order['rho']:.2f}; one random direction in 20 reaches {order['chance_95']:.2f}"
        )
    if removed := content["without"]:
        low, mean, high = removed["control"]
        click.echo(
            f"Taken out: {removed['another_nearest_neighbour']:.1%} of {removed['of_words']} words "
            "have another nearest neighbour."
        )
        click.echo(
            f"Words of both sides told apart by their neighbours: "
            f"{removed['told_apart_before']:.1%} before, {removed['told_apart_after']:.1%} after "
            f"(chance 50 %; after random directions {mean:.1%}, {low:.1%} to {high:.1%})."
        )
