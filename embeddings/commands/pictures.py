"""``digits``: how often the nearest pictures show the same digit, by each method."""

from __future__ import annotations

from typing import cast

import click

from embeddings import methods, recipes
from embeddings.applications import visual
from embeddings.commands.common import (
    examples,
    json_option,
    print_json,
    print_table,
    progress_bar,
)
from embeddings.types import VisualSearch


@click.command("digits", epilog=examples("digits", "digits --k 5 --json"))
@click.option("--k", default=visual.NEAREST, show_default=True, help="Nearest pictures, 1 to 100.")
@click.option("--seed", default=42, show_default=True, help="For the training and the bootstrap.")
@json_option
def search_digits(k: int, seed: int, as_json: bool) -> None:
    """Train a small network on half of the handwritten digits, and measure all on the others.

    Each held-out picture is asked for its K nearest among the other held-out ones: precision is
    the share that shows the same digit, with its 95 % interval (bootstrap over pictures).
    """
    with progress_bar("Training the network") as progress:
        found = cast(VisualSearch, recipes.fetch(visual.spec(k=k, seed=seed), progress=progress))
    if as_json:
        print_json(
            {
                "k": k,
                "seed": seed,
                "held_out": found.n_held_out,
                "network": dict(found.notes),
                "methods": [
                    {
                        "method": each.method,
                        "precision": each.value,
                        "interval": [each.interval.low, each.interval.high],
                        "chance": each.chance,
                    }
                    for each in found.precisions
                ],
            }
        )
        return
    rows = [
        (
            methods.get(each.method).label,
            f"{each.value:.3f}",
            f"{each.interval.low:.3f} to {each.interval.high:.3f}",
            f"{each.chance:.3f}",
        )
        for each in found.precisions
    ]
    print_table(rows, ("method", f"precision at {k}", "95 % interval", "chance"))
    click.echo(f"{found.n_held_out:,} held-out pictures, each among the others of them.")
    click.echo(visual.said_of_training(found.notes))
