"""``methods`` and ``vocabularies``: what there is to choose from."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from embeddings import collections, methods, projection, vocabulary
from embeddings.commands.common import examples, json_option, print_json, print_table
from embeddings.methods import Method, Parameter
from embeddings.types import VocabularySpec


@click.command("methods", epilog=examples("methods", "methods word2vec"))
@click.argument("name", required=False)
@json_option
def list_methods(name: str | None, as_json: bool) -> None:
    """List the methods, or the settings of one."""
    everything = [m for kind in methods.kinds() for m in methods.available(kind).values()]
    chosen = [methods.get(name)] if name else everything
    if as_json:
        described = [_described(method) for method in chosen]
        print_json(described[0] if name else described)
    elif name:
        _print_method(chosen[0])
    else:
        print_table([(m.key, str(m.year), m.kind, m.label, m.summary) for m in chosen])


@click.command("vocabularies", epilog=examples("vocabularies --json"))
@json_option
def list_vocabularies(as_json: bool) -> None:
    """List the vocabularies."""
    found = [_vocabulary(name) for name in (*vocabulary.all_names(), *collections.available())]
    if as_json:
        print_json(found)
    else:
        print_table([(one["name"], one["words"] or "", one["label"]) for one in found])


def _vocabulary(name: str) -> dict[str, Any]:
    """Describe a vocabulary; it is counted where it is stored, and not made only for that."""
    from embeddings import store

    words = None
    if stored := store.default().load(VocabularySpec(name)):
        words = len(stored)  # type: ignore[arg-type]
    return {
        "name": name,
        "label": vocabulary.label(name),
        "words": words,
        "within": vocabulary.parent(name),
    }


def _described(method: Method) -> dict[str, Any]:
    texts = {name: value for name, value in vars(method).items() if isinstance(value, str)}
    return {
        **texts,
        "further": [{"reference": text, "url": url} for text, url in method.further],
        "year": method.year,
        "parameters": [asdict(parameter) for parameter in method.all_parameters],
    }


def _print_method(method: Method) -> None:
    click.echo(f"{method.label} ({method.year}): {method.summary}")
    for reference, url in method.references:
        click.echo(f"{reference}, {url}")
    click.echo()
    for title, text in (("", method.explanation), ("A vector:", method.numbers)):
        click.echo(click.wrap_text(f"{title} {text}".strip(), 96) + "\n")
    if method.all_parameters:
        click.echo("Settings of the method:")
        print_table([_row(parameter) for parameter in method.all_parameters])
        click.echo()
    click.echo("Settings of its map:")
    print_table([_row(parameter) for parameter in projection.PARAMETERS])


def _row(parameter: Parameter) -> tuple[str, str, str]:
    name = f"  {parameter.name}={parameter.default}"
    return name, parameter.allowed, parameter.help
