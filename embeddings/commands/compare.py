"""``compare``: how far two methods agree, and on which words they differ."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

import click

from embeddings import captions, neighbors, recipes
from embeddings.commands.common import (
    examples,
    json_option,
    print_json,
    print_table,
    progress_bar,
    source_option,
    table_spec,
)
from embeddings.errors import UserError
from embeddings.probes import agreement
from embeddings.probes.agreement import Verdict, WordOverlap
from embeddings.types import (
    Agreement,
    EmbeddingTable,
    Measure,
    Neighbors,
    Progress,
    Spec,
    Vocabulary,
    VocabularySpec,
)

NAMED = 10
"""How many neighbours of a word a line of the table names."""


@dataclass(frozen=True)
class Side:
    """One of the two methods: its floor, and the neighbours of every word by name."""

    spec: Spec
    label: str
    floor: Agreement
    table: EmbeddingTable
    neighbors: Neighbors

    def nearest(self, word: str, shared: Container[str], k: int) -> list[str]:
        """Return the nearest words, of those that both methods know."""
        rows = self.neighbors.indices[self.table.index[word]]
        found = (self.table.words[row] for row in rows)
        return [near for near in found if near in shared][:k]


@click.command(
    "compare", epilog=examples("compare glove bert", "compare word2vec glove -v topics -k 15")
)
@click.argument("left")
@click.argument("right")
@source_option
@click.option(
    *("-v", "--vocabulary", "vocabulary_name"),
    default="common-10k",
    show_default=True,
    metavar="NAME",
    help="Which words (see: vocabularies).",
)
@click.option(
    "-k",
    "k",
    default=10,
    show_default=True,
    help=f"How many neighbours are compared: {', '.join(map(str, agreement.KS))}.",
)
@json_option
def compare(left: str, right: str, vocabulary_name: str, k: int, as_json: bool) -> None:
    """Print how far the methods LEFT and RIGHT agree, and on which words they differ most.

    Three measures between the vectors themselves, each with its 95 % interval, beside what two
    unrelated methods would give (chance) and what two runs of each method give that differ by
    their seed alone (floor). Below follow the words whose neighbours differ most.
    """
    if k not in agreement.KS:
        valid = ", ".join(map(str, agreement.KS))
        raise UserError(f"-k is {k}; it must be one of {valid}.")
    specs = [table_spec(key, vocabulary_name, {}) for key in (left, right)]
    if left == right:
        raise UserError(f"compare takes two different methods, and got {left} twice.")
    with progress_bar("Looking the vectors up") as progress:
        words = cast(Vocabulary, recipes.fetch(VocabularySpec(specs[0].vocabulary)))
        request = agreement.spec(specs[0], specs[1])
        found = cast(Agreement, recipes.fetch(request, progress=progress))
        found.overlap(k)  # where there are too few words for so many neighbours, it says so now
        sides = [_side(spec, progress) for spec in specs]
    records = agreement.differ_most(found, [side.floor for side in sides], k)
    if as_json:
        print_json(_content(found, sides, records, k, words))
    else:
        _print(found, sides, records, k, words)


def _side(spec: Spec, progress: Progress) -> Side:
    floor = cast(Agreement, recipes.fetch(agreement.floor_spec(spec), progress=progress))
    table = cast(EmbeddingTable, recipes.fetch(spec, progress=progress))
    near = cast(Neighbors, recipes.fetch(neighbors.spec(spec), progress=progress))
    return Side(spec, captions.name(spec), floor, table, near)


def _measures(found: Agreement, k: int) -> dict[str, Measure]:
    return {"overlap": found.overlap(k), "cka": found.cka, "rsa": found.rsa}


def _verdicts(found: Agreement, sides: Sequence[Side], k: int) -> dict[str, Verdict]:
    floors = [_measures(side.floor, k) for side in sides]
    return {
        name: agreement.verdict(
            each, floors[0][name], floors[1][name], sides[0].label, sides[1].label
        )
        for name, each in _measures(found, k).items()
    }


def _only(found: Agreement, side: Side) -> tuple[str, ...]:
    return found.only_left if side.spec == found.spec.left else found.only_right


def _content(
    found: Agreement, sides: Sequence[Side], records: Sequence[WordOverlap], k: int, of: Vocabulary
) -> dict[str, Any]:
    """Return everything as JSON can hold it."""
    shared, verdicts = _shared(found, of), _verdicts(found, sides, k)
    keys = [side.spec.method for side in sides]
    measures = {
        name: {
            **asdict(each),
            "floors": {s.spec.method: asdict(_measures(s.floor, k)[name]) for s in sides},
            **asdict(verdicts[name]),
        }
        for name, each in _measures(found, k).items()
    }
    return {
        "methods": keys,
        "vocabulary": of.name,
        "k": k,
        "words": len(found.ids),
        "sampled": found.n_sampled,
        "only": {key: _only(found, side) for key, side in zip(keys, sides, strict=True)},
        "measures": measures,
        "differ": [
            {
                "word": of.words[each.id],
                "overlap": each.overlap,
                "floor": each.floor,
                "neighbors": {
                    s.spec.method: s.nearest(of.words[each.id], shared, k) for s in sides
                },
            }
            for each in records
        ],
    }


def _print(
    found: Agreement, sides: Sequence[Side], records: Sequence[WordOverlap], k: int, of: Vocabulary
) -> None:
    shared, verdicts = _shared(found, of), _verdicts(found, sides, k)
    names = {"overlap": f"overlap of {k} neighbours", "cka": "CKA", "rsa": "RSA"}
    click.echo(
        f"{sides[0].label} and {sides[1].label}: {len(found.ids):,} words of {of.name}, "
        f"CKA and RSA on {found.n_sampled:,} of them"
    )
    floors = [_measures(side.floor, k) for side in sides]
    rows = [
        (
            names[name],
            f"{each.value:.3f}",
            f"{each.low:.3f} to {each.high:.3f}",
            f"{each.chance:.3f}",
            *(f"{floor[name].value:.3f}" for floor in floors),
            verdicts[name].sentence,
        )
        for name, each in _measures(found, k).items()
    ]
    of_sides = [f"floor of {side.label}" for side in sides]
    print_table(rows, ("", "value", "95 % interval", "chance", *of_sides, "what it means"))
    if verdicts["overlap"].state == "chance" or not records:
        click.echo("\nNo words stand out.")
        return
    click.echo("\nWords that differ most")
    nearest = [
        [" ".join(side.nearest(of.words[each.id], shared, min(k, NAMED))) for side in sides]
        for each in records
    ]
    lines = [
        (of.words[each.id], f"{each.overlap:.2f}", f"{each.floor:.2f}", *lists)
        for each, lists in zip(records, nearest, strict=True)
    ]
    print_table(lines, ("", "overlap", "floor", *(f"nearest by {side.label}" for side in sides)))


def _shared(found: Agreement, of: Vocabulary) -> set[str]:
    return {of.words[i] for i in found.ids}
