"""``analogy``: what answers "a is to b as c is to what", or any sum of words."""

from __future__ import annotations

from collections.abc import Sequence
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
from embeddings.commands.neighbors import unknown_word
from embeddings.errors import UserError
from embeddings.probes import analogy as probe
from embeddings.probes import formula
from embeddings.probes import words as lookup
from embeddings.probes.analogy import Answer
from embeddings.probes.formula import Question
from embeddings.types import EmbeddingTable


@click.command(
    "analogy",
    epilog=examples(
        "analogy man king woman --method glove",
        "analogy france paris germany --expect berlin --way mul",
        'analogy --formula "paris - france + germany" --method bert',
    ),
)
@click.argument("words", nargs=-1, metavar="[A B C]")
@click.option("--formula", "text", metavar="TEXT", help="A sum of words in place of A B C.")
@table_options
@click.option(
    "--way",
    type=click.Choice(probe.WAYS),
    default="add",
    show_default=True,
    help="3CosAdd, 3CosMul or PairDirection.",
)
@click.option("--allow-inputs", is_flag=True, help="Let the words asked with be answers too.")
@click.option("--expect", "expected", metavar="WORD", help="Say in which place this word comes.")
@click.option("-k", "k", default=10, show_default=True, help=f"How many, from 1 to {probe.MOST}.")
@json_option
def solve_analogy(
    words: tuple[str, ...],
    text: str | None,
    method_key: str,
    vocabulary_name: str,
    settings: tuple[str, ...],
    seed: int,
    way: str,
    allow_inputs: bool,
    expected: str | None,
    k: int,
    as_json: bool,
) -> None:
    """Answer "A is to B as C is to what", which is B - A + C; or find what a sum of words is near.

    The words asked with cannot be answers unless --allow-inputs says so: often one of them would
    win.
    """
    if not 1 <= k <= probe.MOST:
        raise UserError(f"-k is {k}; it must be a whole number from 1 to {probe.MOST}.")
    question = _question(words, text, expected)
    spec = table_spec(method_key, vocabulary_name, parse_settings(settings), seed)
    with progress_bar("Looking the vectors up") as progress:
        table = cast(EmbeddingTable, recipes.fetch(spec, progress=progress))
    for word in (*question.words, *((question.expected,) if question.expected else ())):
        if lookup.find(table, word) is None:
            raise UserError(_unknown(word, table))
    found = probe.answer(table, question, way, k, allow_inputs, seed)
    if as_json:
        print_json(_content(found))
    else:
        _print(found)


def _question(words: Sequence[str], text: str | None, expected: str | None) -> Question:
    if (text is None) == (not words):
        raise UserError(
            "analogy takes three words, as in: analogy man king woman; or --formula and no words."
        )
    if text is not None:
        question = formula.parse(text)
        return Question(question.terms, question.asked, expected or question.expected)
    if len(words) != 3:
        raise UserError(
            f"analogy takes three words, and got {len(words)}: man king woman asks what is to "
            "woman as king is to man."
        )
    return formula.analogy(words[0], words[1], words[2], expected)


def _unknown(word: str, table: EmbeddingTable) -> str:
    """Say that a word is unknown; where it is two words with a minus between, say that."""
    parts = word.split("-")
    if len(parts) > 1 and all(lookup.find(table, part) is not None for part in parts):
        return (
            f"{word!r} is not a word here; as a sign, - stands between spaces: {' - '.join(parts)}"
        )
    return unknown_word(word.lower(), table)


def _content(found: Answer) -> dict[str, Any]:
    """Return everything as JSON can hold it."""
    question, spec = found.question, found.spec
    return {
        "formula": str(question),
        "question": list(question.asked) if question.asked else None,
        "terms": {term.word: term.weight for term in question.terms},
        "method": spec.method,
        "vocabulary": spec.vocabulary,
        "parameters": dict(spec.parameters),
        "seed": found.seed,
        "way": found.way,
        "excluded": found.excluded,
        "searched": found.searched,
        "answers": [
            {"word": word, "score": round(score, 6)}
            for word, score in zip(found.words, found.scores, strict=True)
        ],
        "margin": None if found.margin is None else round(found.margin, 6),
        "expected": question.expected,
        "rank": found.rank,
        "nearest_to_c": found.nearest,
    }


def _print(found: Answer) -> None:
    question = found.question
    pairs = zip(found.words, found.scores, strict=True)
    click.echo(f"{question} = ?  {captions.name(found.spec)}, {found.searched:,} words")
    print_table([(i, word, f"{score:.3f}") for i, (word, score) in enumerate(pairs, 1)])
    if found.excluded:
        click.echo(f"Left out: {', '.join(found.excluded)} (--allow-inputs lets them in).")
    else:
        click.echo("The words asked with could be answers too.")
    if found.margin is not None:
        click.echo(f"The first is {found.margin:.3f} ahead of the second.")
    if question.expected:
        place = f"{found.rank:,} of {found.searched:,}" if found.rank else "left out"
        click.echo(f"Expected: {question.expected}, place {place}.")
    if question.asked and found.nearest:
        click.echo(f"Nearest to {question.asked[2]} alone: {found.nearest}.")
