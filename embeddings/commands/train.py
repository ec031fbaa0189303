"""``train``: Word2Vec trained and watched, on the packaged texts or on a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click
import numpy as np

from embeddings import corpus, recipes, store
from embeddings.commands.common import (
    examples,
    json_option,
    own_or,
    parse_settings,
    print_json,
    print_table,
    progress_bar,
    say,
    source_option,
)
from embeddings.corpus import own
from embeddings.errors import UserError
from embeddings.inside import training
from embeddings.sources import writing
from embeddings.types import EmbeddingTable, Training

ENDINGS = (".txt", ".npz")


@click.command(
    "train",
    epilog=examples(
        "train --text dictionary --set algorithm=cbow --out vectors.txt",
        "train --text novel.txt --set min_count=2 --out vectors.npz",
    ),
)
@source_option
@click.option(
    "--text",
    default="dictionary",
    show_default=True,
    metavar="NAME|FILE",
    help="packaged, dictionary, wikipedia, or a text file (UTF-8).",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A setting of word2vec (see: methods); may be given several times. 5 epochs unless set.",
)
@click.option("--seed", default=42, show_default=True, help="For all that is drawn by lot.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the vectors go: .txt, the text format of word2vec, or .npz without a pickle.",
)
@json_option
def train(text: str, settings: tuple[str, ...], seed: int, out: Path | None, as_json: bool) -> None:
    """Train Word2Vec, and say what it knows at moments from its random start to its end.

    A training that has been done before with the same settings is not done again. The loss is the
    mean of a guess, in nats; analogies are Google's questions whose words are among the text's
    5,000 most frequent.
    """
    if out is not None and out.suffix not in ENDINGS:
        raise UserError(f"--out is {str(out)!r}; it must end in .txt or .npz.")
    values = {"epochs": "5", **parse_settings(settings)}
    request = training.spec(_name_of(text), values, seed)
    with progress_bar("Reading the text") as progress:
        seen = cast(Training, recipes.fetch(request, progress=progress))
    if as_json:
        print_json(_content(seen))
    else:
        _print(seen)
    if out is not None:
        with progress_bar("Fetching the vectors") as progress:
            table = cast(EmbeddingTable, recipes.fetch(request.table, store.default(), progress))
        _write(table, out)
        say(f"{len(table):,} words of {table.dim} numbers: {out}")


def _name_of(text: str) -> str:
    if text in corpus.NAMES or not Path(text).is_file():
        return corpus.check(own_or(text))
    path = Path(text)
    if path.stat().st_size > own.LARGEST:
        raise UserError(
            f"{text} has {path.stat().st_size:,} bytes; at most {own.LARGEST:,} are read."
        )
    return own.keep(path.read_bytes(), path.stem if path.stem.strip("._ ") else own.TITLE)


def _write(table: EmbeddingTable, out: Path) -> None:
    with out.open("wb") as file:
        file.writelines(writing.write(table, (), "npz" if out.suffix == ".npz" else "txt"))


def _content(seen: Training) -> dict[str, Any]:
    """Return the curves as JSON can hold them; what is not known is null."""
    moments = [
        {
            "epochs": float(seen.epochs[i]),
            "loss": float(seen.loss[i]),
            "words_a_second": float(seen.speed[i]),
            "analogies": _known(seen.analogies[i]),
            "wordsim353": _known(seen.wordsim[i]),
            "random_pairs": float(seen.random[i]),
            "cosines": {
                f"{a} {b}": float(value)
                for (a, b), value in zip(seen.pairs, seen.cosines[i], strict=True)
            },
        }
        for i in range(len(seen.epochs))
    ]
    return {
        "text": seen.spec.table.corpus,
        "parameters": dict(seen.spec.table.parameters),
        "seed": seen.spec.table.seed,
        "words": seen.n_words,
        "tokens": seen.n_tokens,
        "questions": seen.questions,
        "pairs": seen.judged,
        "moments": moments,
    }


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _print(seen: Training) -> None:
    click.echo(f"{seen.n_words:,} words from a text of {seen.n_tokens:,}")
    rows = [
        (
            f"{seen.epochs[i]:.3g}",
            f"{seen.loss[i]:.2f}",
            f"{seen.speed[i]:,.0f}" if seen.speed[i] else "-",
            f"{100 * seen.analogies[i]:.1f}" if np.isfinite(seen.analogies[i]) else "-",
            f"{seen.wordsim[i]:.2f}" if np.isfinite(seen.wordsim[i]) else "-",
            f"{seen.random[i]:.2f}",
            *(f"{value:.2f}" for value in seen.cosines[i]),
        )
        for i in range(len(seen.epochs))
    ]
    header = ("epochs", "loss", "words/s", "analogies %", "WordSim-353", "random pairs")
    print_table(rows, (*header, *(f"{a}-{b}" for a, b in seen.pairs)))
    click.echo(f"{seen.questions:,} questions and {seen.judged} pairs could be asked.")
