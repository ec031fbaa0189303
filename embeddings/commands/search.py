"""``search``: what a question finds by its words and by its meaning."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, cast

import click

from embeddings import recipes
from embeddings.applications import search as application
from embeddings.commands.common import (
    examples,
    json_option,
    print_json,
    print_table,
    progress_bar,
    say,
)
from embeddings.errors import UserError
from embeddings.types import Encoded, EncodingSpec, Found, Hit, SearchScore

WIDTH = 72
"""Characters of a text that are printed."""

WAYS = {"words": "by words (BM25)", "meaning": "by meaning (BERT)"}


@click.command(
    "search",
    epilog=examples(
        'search "Who was the first man on the moon?"',
        'search "a person who makes barrels" --in definitions',
        "search --in definitions --score --json",
        "search --in definitions --encode",
    ),
)
@click.argument("question", default="")
@click.option(
    *("--in", "over"),
    type=click.Choice(list(application.SOURCES)),
    default="paragraphs",
    show_default=True,
    help="What is searched.",
)
@click.option("-k", default=10, show_default=True, metavar="N", help="How many answers.")
@click.option("--score", is_flag=True, help="How well described words are found (definitions).")
@click.option(
    "--encode", is_flag=True, help="Encode all definitions first; it goes on where it stopped."
)
@json_option
def search(question: str, over: str, k: int, score: bool, encode: bool, as_json: bool) -> None:
    """Answer QUESTION by words and by meaning, over paragraphs or over definitions.

    Of the definitions those are searched that are encoded: those of common words are shipped. With
    --in definitions describe a word, and it is looked for: each word counts once, by its best
    definition.
    """
    if (score or encode) and over != "definitions":
        raise UserError("--score and --encode are of definitions: add --in definitions.")
    if encode:
        with progress_bar("Reading the definitions") as progress:
            made = recipes.fetch(EncodingSpec(over), progress=progress)
        say(f"All {cast(Encoded, made).n:,} definitions are encoded.")
    if score:
        with progress_bar("Reading the definitions") as progress:
            spec = application.score_spec(recipes.scored_chunks())
            scored = cast(SearchScore, recipes.fetch(spec, progress=progress))
        _show_score(scored, as_json)
    if question or not (score or encode):
        n_chunks = recipes.encoded_chunks() if over == "definitions" else 0
        asked = application.spec(question, over, n_chunks, k)
        with progress_bar("Reading the texts") as progress:
            found = cast(Found, recipes.fetch(asked, progress=progress))
        print_json(content(found)) if as_json else _show(found, question)


def content(found: Found) -> dict[str, Any]:
    """Return what was found as JSON can hold it."""
    whole = asdict(found)
    spec = whole.pop("spec")
    return {"question": spec["question"], "in": spec["over"], **whole}


def _show(found: Found, question: str) -> None:
    nouns = application.SOURCES[found.spec.over].nouns
    click.echo(f"{found.searched:,} of {found.total:,} {nouns} searched")
    for line in application.remarks(found, question):
        click.echo(line)
    for name, hits in (("words", found.by_words), ("meaning", found.by_meaning)):
        click.echo()
        click.echo(f"{WAYS[name]}:")
        if hits:
            header = ("", "score", "", "other way", "text")
            print_table([_row(i, hit) for i, hit in enumerate(hits, 1)], header)


def _row(place: int, hit: Hit) -> tuple[Any, ...]:
    text = hit.text if len(hit.text) <= WIDTH else hit.text[: WIDTH - 1] + "…"
    return place, f"{hit.score:.3f}", hit.label, str(hit.other or "-"), text


def _show_score(score: SearchScore, as_json: bool) -> None:
    found = application.summarise(score)
    if as_json:
        ranks = zip(score.words, score.by_words.tolist(), score.by_meaning.tolist(), strict=True)
        summaries = {name: asdict(each) for name, each in found.items()}
        for figures in summaries.values():
            figures["median"] = None if math.isinf(figures["median"]) else figures["median"]
        print_json(
            {
                "definitions": score.texts,
                "words": score.labels,
                "descriptions": len(score.words),
                **summaries,
                "ranks": {word: {"words": a, "meaning": b} for word, a, b in ranks},
            }
        )
        return
    n = next(iter(found["words"].rates.values())).n
    click.echo(
        f"{n} of {len(score.words)} descriptions, {score.texts:,} definitions of "
        f"{score.labels:,} words"
    )
    rows = []
    for name, each in found.items():
        rates = [
            f"{100 * r.share:.0f} % ({100 * r.interval.low:.0f}-{100 * r.interval.high:.0f})"
            for r in each.rates.values()
        ]
        middle = f"{each.median:g}" if math.isfinite(each.median) else "not found"
        ends = each.reciprocal_interval
        inverse = f"{each.reciprocal:.2f} ({ends.low:.2f}-{ends.high:.2f})"
        rows.append((WAYS[name], *rates, middle, inverse))
    header = ["", *(f"first {at}" for at in application.HITS_AT), "median rank", "mean 1/rank"]
    print_table(rows, header)
