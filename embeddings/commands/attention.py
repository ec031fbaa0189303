"""``attention``: where the tokens of a text look, head by head."""

from __future__ import annotations

from typing import Any, cast

import click
import numpy as np

from embeddings import recipes
from embeddings.commands.common import (
    examples,
    json_option,
    print_json,
    print_table,
    progress_bar,
)
from embeddings.errors import UserError
from embeddings.inside import attention as inside
from embeddings.types import FAVOURS, Attention

SHOWN = 3
"""How many tokens are listed that one token looks at."""


@click.command(
    "attention",
    epilog=examples(
        'attention "Mary asked John for help because she was tired"',
        'attention "Mary asked John for help because she was tired" --layer 2 --head 4',
        'attention "The cat sat." --pair "It slept." --rollout --json',
    ),
)
@click.argument("text")
@click.option("--pair", default="", metavar="TEXT", help="A second text, read together with it.")
@click.option(
    "--layer", type=int, metavar="N", help="From 1; without --head the mean of its heads."
)
@click.option("--head", type=int, metavar="N", help="From 1; needs --layer.")
@click.option("--rollout", is_flag=True, help="Attention rollout up to --layer, or the last one.")
@click.option(
    "--model",
    default="packaged",
    show_default=True,
    metavar="NAME",
    help="A folder, or a BERT of the Hugging Face hub, which is fetched if it is not there.",
)
@json_option
def show_attention(
    text: str,
    pair: str,
    layer: int | None,
    head: int | None,
    rollout: bool,
    model: str,
    as_json: bool,
) -> None:
    """Show where the tokens of TEXT look.

    Without --layer: what each head favours, of all layers. With it: where each token looks.
    """
    with progress_bar("Reading the text") as progress:
        request = inside.spec(text, pair, model)
        found = cast(Attention, recipes.fetch(request, progress=progress))
    layers, heads = found.weights.shape[:2]
    _check("--layer", layer, layers)
    _check("--head", head, heads)
    if head is not None and (layer is None or rollout):
        raise UserError("--head needs --layer, and does not go with --rollout.")
    matrix = _matrix(found, layer, head, rollout)
    if as_json:
        print_json(_content(found, matrix, layer, head, rollout))
        return
    if len(found.tokens) < found.total:
        click.echo(f"Cut off: {len(found.tokens)} of {found.total:,} tokens are read.", err=True)
    if matrix is None:
        _print_heads(found)
    else:
        _print_matrix(found, matrix)


def _check(name: str, value: int | None, most: int) -> None:
    if value is not None and not 1 <= value <= most:
        raise UserError(f"{name} is {value}; this model has {most}: from 1 to {most}.")


def _matrix(found: Attention, layer: int | None, head: int | None, rollout: bool) -> Any:
    if rollout:
        return inside.rollout(found.weights)[(layer or 0) - 1]
    if layer is None:
        return None
    if head is None:
        return inside.mean_of_heads(found.weights)[layer - 1]
    return found.weights[layer - 1, head - 1].astype(np.float32)


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


def _content(
    found: Attention, matrix: Any, layer: int | None, head: int | None, rollout: bool
) -> dict[str, Any]:
    """Return everything as JSON can hold it."""
    content: dict[str, Any] = {
        "model": found.model,
        "text": found.spec.text,
        "pair": found.spec.pair or None,
        "tokens": [token.text for token in found.tokens],
        "tokens_uncut": found.total,
        "uniform": dict(zip(FAVOURS, map(_number, found.uniform), strict=True)),
        "tokens_asked": dict(zip(FAVOURS, found.asked, strict=True)),
        "heads": [
            {
                "layer": i + 1,
                "head": j + 1,
                "favours": inside.favourite(shares, found.uniform),
                "shares": dict(zip(FAVOURS, map(_number, shares), strict=True)),
            }
            for i, row in enumerate(found.favours)
            for j, shares in enumerate(row)
            if layer in (None, i + 1) and head in (None, j + 1)
        ],
    }
    if matrix is not None:
        content["shown"] = "rollout" if rollout else "mean of heads" if head is None else "head"
        content["matrix"] = [[_number(value) for value in row] for row in matrix]
    return content


def _print_heads(found: Attention) -> None:
    layers, heads = found.weights.shape[:2]
    click.echo(f"{found.model}, {len(found.tokens)} tokens; what each head favours, and its share:")
    rows = []
    for i in range(layers):
        for j in range(heads):
            shares = found.favours[i, j]
            kind = inside.favourite(shares, found.uniform)
            if kind and kind != inside.REST:
                column = FAVOURS.index(kind)
                share, uniform = shares[column], found.uniform[column]
                rows.append((i + 1, j + 1, kind, f"{share:.2f}", f"{uniform:.2f}"))
    print_table(rows, ("layer", "head", "favours", "share", "uniform"))
    kinds = [inside.favourite(s, found.uniform) for s in found.favours.reshape(-1, len(FAVOURS))]
    received = float(found.weights[..., 0].astype(np.float64).mean())
    click.echo(
        f"Of all {layers * heads} heads {kinds.count(inside.REST)} rest on the mark at the start, "
        f"and {kinds.count(None)} favour nothing measured. That mark receives {received:.0%} of "
        "all attention."
    )


def _print_matrix(found: Attention, matrix: Any) -> None:
    texts = [token.text for token in found.tokens]
    rows = []
    for i, row in enumerate(matrix):
        best = np.argsort(-row, kind="stable")[:SHOWN]
        rows.append((texts[i], *(f"{texts[j]} {row[j]:.2f}" for j in best)))
    click.echo(f"{found.model}; a uniform head would give each token {1 / len(texts):.2f}")
    print_table(rows, ("token", *("looks at", "", "")[: min(SHOWN, len(texts))]))
