"""``scale``: what searching costs on this machine, and what it would cost at two billion."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

import click

from embeddings import recipes
from embeddings.applications import scale
from embeddings.applications.scale import laws
from embeddings.applications.scale.indexes import KINDS
from embeddings.commands.common import (
    examples,
    json_option,
    print_json,
    print_table,
    progress_bar,
    say,
)
from embeddings.errors import UserError
from embeddings.types import Nearby, Scaling


@click.command(
    "scale", epilog=examples("scale --size 10000 --size 100000", "scale --word piano --json")
)
@click.option(
    "--size",
    "sizes",
    type=int,
    multiple=True,
    metavar="N",
    help="How many vectors are measured; may be given several times. "
    "10,000, 100,000 and 400,000 unless given.",
)
@click.option("--recall", default=0.95, show_default=True, help="Which recall@10 is demanded.")
@click.option("--dim", default=50, show_default=True, help="Numbers of a vector, when computed.")
@click.option("--turn", default=1, show_default=True, help="Another number measures anew.")
@click.option(
    "--word", metavar="WORD", help="Search its neighbours instead: exactly, by index, by database."
)
@json_option
def show_scale(
    sizes: tuple[int, ...], recall: float, dim: int, turn: int, word: str | None, as_json: bool
) -> None:
    """Measure exact search against indexes of the packaged vectors, and compute two billion.

    One search at a time on one thread. What was measured on this machine is not measured again
    unless another turn is asked for; the page Scale shows the same figures.
    """
    if word is not None:
        _print_nearby(word, as_json)
        return
    if not 0 < recall <= 1:
        raise UserError(f"--recall is {recall:g}; it must be above 0 and at most 1.")
    if not 1 <= dim <= 100_000:
        raise UserError(f"--dim is {dim}; it must be a whole number from 1 to 100000.")
    seen = []
    for size in sorted(set(sizes or scale.SIZES)):
        request = scale.spec(size, turn)
        with progress_bar(f"{size:,} vectors") as progress:
            seen.append(cast(Scaling, recipes.fetch(request, progress=progress)))
    computed = [each for n in laws.SIZES for each in laws.beyond(seen, n, dim, recall)]
    if as_json:
        print_json({"measured": [_content(each) for each in seen], "computed": _dicts(computed)})
        return
    _print_measured(seen, recall)
    _print_computed([each for each in computed if each.n == laws.PINS], recall)


def _content(of: Scaling) -> dict[str, Any]:
    return {
        "size": of.spec.size,
        "dim": of.dim,
        "machine": dict(of.machine),
        "asked": of.spec.asked,
        "k": of.spec.k,
        "costs": _dicts(of.costs),
    }


def _dicts(items: Any) -> list[dict[str, Any]]:
    return [asdict(each) for each in items]


def _print_measured(seen: list[Scaling], recall: float) -> None:
    rows = []
    for of in seen:
        for cost in of.costs:
            mark = "*" if cost == of.cheapest(cost.index, recall) else ""
            rows.append(
                (
                    f"{of.spec.size:,}",
                    cost.index,
                    cost.effort,
                    f"{cost.recall:.3f} ({cost.low:.3f}-{cost.high:.3f})",
                    f"{cost.milliseconds:.3f}",
                    f"{of.exact.milliseconds / cost.milliseconds:.1f}",
                    f"{cost.size / 1e6:.1f}",
                    f"{cost.seconds:.1f}",
                    mark,
                )
            )
    header = ("vectors", "index", "effort", "recall@10", "ms", "x faster", "MB", "build s", "")
    print_table(rows, header)
    of = seen[-1]
    click.echo(
        f"* fastest with recall {recall:g}, or the best there is. Medians of {of.spec.asked} "
        f"words, one search at a time on one thread; {of.machine['processor']}, "
        f"load {of.machine['load']}."
    )


def _print_computed(at_pins: list[laws.Beyond], recall: float) -> None:
    click.echo(f"\nComputed, not measured: {laws.PINS:,} vectors of {at_pins[0].dim} numbers")
    rows = [
        (
            each.index,
            KINDS[each.index].law,
            f"{each.size / each.n:.1f}",
            f"{each.size / 1e9:,.1f}",
            each.machines,
            f"{each.milliseconds:,.3g}" if each.milliseconds is not None else "-",
            f"{each.recall:.3f}" if each.recall is not None else "-",
        )
        for each in at_pins
    ]
    machines = f"machines of {laws.MACHINE // 2**30} GiB"
    print_table(rows, ("index", "time grows as", "bytes each", "GB", machines, "ms", "recall from"))


def _print_nearby(word: str, as_json: bool) -> None:
    with progress_bar("Searching") as progress:
        found = cast(Nearby, recipes.fetch(scale.nearby_spec(word), progress=progress))
    if as_json:
        print_json({"size": found.size, "place": found.place, "found": _dicts(found.found)})
        return
    for way in found.found:
        if way.problem:
            say(way.problem)
            continue
        near = ", ".join(f"{w} {s:.3f}" for w, s in zip(way.words, way.similarities, strict=True))
        click.echo(f"{way.way} ({way.milliseconds:.3g} ms): {near}")
