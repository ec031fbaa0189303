"""``contexts``: one word in many sentences, by every layer of the packaged BERT."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click

from embeddings import recipes
from embeddings.commands.common import (
    examples,
    json_option,
    own_or,
    print_json,
    print_table,
    progress_bar,
    say,
    source_option,
)
from embeddings.errors import UserError
from embeddings.inside import contexts, own_sentences
from embeddings.types import Contexts, Sentences

SHOWN = ("alike", "random", "labels_within", "labels_between", "labels_silhouette")
LONGEST = 90


@click.command(
    "contexts",
    epilog=examples("contexts bank", "contexts bank --own my-sentences.txt --most 100 --json"),
)
@click.argument("word")
@click.option(
    "--own",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Sentences of your own, one a line, "label: sentence" where they have a label; without '
    "it, the packaged ones of the suggested words.",
)
@source_option
@click.option(
    "--text",
    default="packaged",
    show_default=True,
    metavar="NAME",
    help="Where its sentences are: packaged, dictionary, wikipedia, or a text that was imported.",
)
@click.option(
    "--most", default=300, show_default=True, help=f"Occurrences drawn, 0 to {contexts.MOST}."
)
@click.option("--seed", default=42, show_default=True, help="For all that is drawn by lot.")
@json_option
def show_contexts(
    word: str, own: Path | None, text: str, most: int, seed: int, as_json: bool
) -> None:
    """Print the groups of WORD's uses, and how far they lie apart in each layer.

    WORD is read in sentences of the corpus and in your own. "alike" is the mean cosine of two of
    its occurrences, "random" that of two random words; "within" and "between" are those of two
    occurrences of one label and of different labels.
    """
    request = contexts.spec(word, _own(own, word), most, own_or(text), seed=seed)
    with progress_bar("Reading sentences") as progress:
        found = cast(Contexts, recipes.fetch(request, progress=progress))
        wanted = contexts.sentences_spec(found)
        texts = cast(Sentences, recipes.fetch(wanted, progress=progress)).texts
    said = dict(zip(wanted.numbers, texts, strict=True))
    sentences = [
        said[number] if number >= 0 else request.own[-1 - number][1]
        for number in found.numbers.tolist()
    ]
    if as_json:
        print_json(_content(found, sentences))
    else:
        _print(found, sentences)


def _own(path: Path | None, word: str) -> tuple[tuple[str, str], ...]:
    word = own_sentences.check_word(word)
    if path is None:
        return own_sentences.packaged().get(word, ())
    try:
        read = own_sentences.read(path.read_text("utf-8-sig"), word)
    except UnicodeDecodeError as error:
        raise UserError(f"{path.name} is not text in UTF-8: save it as UTF-8.") from error
    for problem in read.problems:
        say(f"Line {problem.line} is left out. {problem.problem}")
    return read.sentences


def _content(found: Contexts, sentences: list[str]) -> dict[str, Any]:
    return {
        "word": found.spec.word,
        "corpus": found.spec.corpus,
        "seed": found.spec.seed,
        "notes": dict(found.notes),
        "statistics": {name: list(values) for name, values in found.statistics.items()},
        "groups": [
            {"words": list(words), "typical": list(typical)}
            for words, typical in zip(found.words, found.typical, strict=True)
        ],
        "occurrences": [
            {
                "sentence": sentence,
                "start": int(start),
                "end": int(end),
                "group": int(group),
                "label": label,
                "own": bool(number < 0),
            }
            for sentence, (start, end), group, label, number in zip(
                sentences,
                found.spans.tolist(),
                found.groups.tolist(),
                found.labels,
                found.numbers.tolist(),
                strict=True,
            )
        ],
    }


def _print(found: Contexts, sentences: list[str]) -> None:
    notes = found.notes
    click.echo(
        f"{found.spec.word}: {len(found):,} occurrences read; the corpus has "
        f"{notes['occurrences']:,} in {notes['sentences']:,} sentences."
    )
    for number, (words, typical) in enumerate(zip(found.words, found.typical, strict=True), 1):
        size = int((found.groups == number - 1).sum())
        click.echo(f"Group {number}, {size:,} occurrences, near {', '.join(words)}")
        for row in typical[:2]:
            click.echo(f"    {_excerpt(sentences[row], *found.spans[row].tolist())}")
    if len(found.words) == 1:
        click.echo("No more than one group can be told from chance.")
    names = [name for name in SHOWN if any(v is not None for v in found.statistics[name])]
    rows = [
        (layer, *("" if v is None else f"{v:.3f}" for v in values))
        for layer, values in enumerate(zip(*(found.statistics[n] for n in names), strict=True))
    ]
    print_table(rows, ("layer", *names))


def _excerpt(sentence: str, start: int, end: int) -> str:
    """Return the text around a word, the word in brackets."""
    room = max(0, LONGEST - (end - start)) // 2
    before, after = sentence[max(0, start - room) : start], sentence[end : end + room]
    return f"{'…' * (start > room)}{before}[{sentence[start:end]}]{after}" + "…" * (
        len(sentence) > end + room
    )
