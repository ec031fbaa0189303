"""``neighbors``: the words nearest to a word in the original space."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import cast

import click

from embeddings import methods, neighbors, recipes, store, vocabulary
from embeddings.commands.common import (
    GLOVE_ONLY,
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
from embeddings.types import EmbeddingTable, Spec, Vocabulary, VocabularySpec

MOST = 1000


@click.command(
    "neighbors",
    epilog=examples(
        "neighbors king --method glove", "neighbors bank -m bert_in_context -k 5 --set layer=3"
    ),
)
@click.argument("word")
@table_options
@click.option("-k", "k", default=10, show_default=True, help=f"How many, from 1 to {MOST}.")
@json_option
def show_neighbors(
    word: str,
    method_key: str,
    vocabulary_name: str,
    settings: tuple[str, ...],
    seed: int,
    k: int,
    as_json: bool,
) -> None:
    """Print the words nearest to WORD, with their cosine similarity."""
    if not 1 <= k <= MOST:
        raise UserError(f"-k is {k}; it must be a whole number from 1 to {MOST}.")
    spec = table_spec(method_key, vocabulary_name, parse_settings(settings), seed)
    with progress_bar("Looking the vectors up") as progress:
        table = cast(EmbeddingTable, recipes.fetch(spec, progress=progress))
    if word not in table.index:
        raise UserError(unknown_word(word, table))
    indices, similarities = neighbors.of_word(table, word, k, seed=seed)
    found = [
        (table.words[row], float(cosine)) for row, cosine in zip(indices, similarities, strict=True)
    ]
    if as_json:
        print_json(
            {
                "word": word,
                "method": method_key,
                "vocabulary": vocabulary_name,
                "parameters": dict(spec.parameters),
                "seed": seed,
                "neighbors": [{"word": near, "cosine": round(c, 6)} for near, c in found],
            }
        )
    else:
        print_table([(i, near, f"{c:.3f}") for i, (near, c) in enumerate(found, 1)])


def unknown_word(word: str, table: EmbeddingTable) -> str:
    """Say in one line that a table has no such word, what is near, and who knows it."""
    spec = table.spec
    method = methods.get(spec.method)
    shown = word if len(word) <= 40 else word[:37] + "..."
    if word in table.missing:
        why = ": its text has the word too rarely" if method.learns_from == "corpus" else ""
        others = [key for key in methods.available() if key != spec.method]
        known = ", ".join(key for key in others if _knows(key, word, spec))
        return f"{method.label} has no vector for {shown!r}{why}." + (
            f" Known by: {known}." if known else " Choose another word or method."
        )
    line = f"{shown!r} is not among the {len(table):,} words of {spec.vocabulary}."
    if near := similar(word, table.words):
        line += f" Did you mean {' or '.join(near)}?"
    for name in _having(word, spec.vocabulary):
        method_too = " --method glove" if name == GLOVE_ONLY and spec.method != "glove" else ""
        return f"{line} It is in another: --vocabulary {name}{method_too}"
    return line


def similar(word: str, words: Iterable[str]) -> list[str]:
    """Return up to three of the words that are spelled nearly alike."""
    lower = word.lower()[:60]
    # To compare with each of 400,000 words would take seconds: most slips keep the length.
    candidates = (w for w in words if abs(len(w) - len(lower)) <= 2 and set(w[:2]) & set(lower[:2]))
    return difflib.get_close_matches(lower, candidates, n=3, cutoff=0.7)


def _knows(method_key: str, word: str, like: Spec) -> bool:
    """Whether a method has the word, as far as that can be told without computing anything."""
    if method_key in ("one_hot", "glove"):
        return True  # every vocabulary is made of GloVe's words
    spec = methods.get(method_key).spec(like.vocabulary)
    parent = vocabulary.parent(like.vocabulary)
    requests = [spec, methods.get(method_key).spec(parent)] if parent else [spec]
    tables = (store.default().load(request) for request in requests)
    return any(isinstance(table, EmbeddingTable) and word in table.index for table in tables)


def _having(word: str, other_than: str) -> Iterator[str]:
    for name in vocabulary.names():
        stored = store.default().load(VocabularySpec(name)) if name != other_than else None
        if isinstance(stored, Vocabulary) and word in stored.index:
            yield name
