"""``build``: make the artifacts that the repository ships, all of them or some."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import cast

import click

from embeddings import methods, neighbors, recipes, store, vocabulary
from embeddings.commands.common import (
    GLOVE_ONLY,
    examples,
    json_option,
    megabytes,
    print_json,
    print_table,
    progress_bar,
    say,
)
from embeddings.errors import UserError
from embeddings.inside import training
from embeddings.store import Store
from embeddings.types import (
    AgreementSpec,
    CompanySpec,
    ContextMapSpec,
    ContextsSpec,
    EmbeddingTable,
    EncodingSpec,
    Neighbors,
    Progress,
    Projection,
    Request,
    Scalar,
    ScorecardSpec,
    SearchScoreSpec,
    SentencesSpec,
    Spec,
    TextIndexSpec,
    TextVectorsSpec,
    TokensSpec,
    TrainingSpec,
    TrustSpec,
    VisualSearchSpec,
    VocabularySpec,
)

K = 15
"""Neighbours at which maps are judged, at building and when verified."""

NOTE = "README.md"
"""The one file among the artifacts that is written by hand."""


CONTEXTS_OF = ("bert_in_context", "common-10k")
"""With this method's vectors of these words come the suggested words in their contexts."""


@click.command(epilog=examples("build", "build --method bert --vocabulary topics --again"))
@click.option(
    *("-m", "--method", "method_keys"), multiple=True, metavar="NAME", help="Only this method's."
)
@click.option(
    *("-v", "--vocabulary", "vocabulary_names"),
    multiple=True,
    metavar="NAME",
    help="Only this vocabulary's.",
)
@click.option("--again", is_flag=True, help="Make those anew that are there and intact.")
@click.option("--prune", is_flag=True, help="Delete files that nothing asks for any more.")
@json_option
def build(
    method_keys: tuple[str, ...],
    vocabulary_names: tuple[str, ...],
    again: bool,
    prune: bool,
    as_json: bool,
) -> None:
    """Make the shipped artifacts: vocabularies, vectors, neighbours, clusters and maps.

    And what is measured of them: how far each map can be trusted, how far every two methods agree,
    how far each agrees with itself by another seed, and what each scores on the tests of meaning.
    And ten words in their sentences.

    They go into assets/precomputed, and nothing is written anywhere else. What is there and
    intact is left alone.
    """
    wanted = plan(
        method_keys or tuple(methods.available()), vocabulary_names or vocabulary.all_names()
    )
    made = make(wanted, store.SHIPPED, again)
    deleted = delete_strangers(store.SHIPPED) if prune else []
    shipped = sorted(Store(store.SHIPPED).entries(), key=lambda entry: describe(entry.request))
    total = sum(entry.size + entry.path.stat().st_size for entry in shipped)
    if as_json:
        keys = {request.key for request in made}
        rows = [
            {
                "kind": entry.request.kind,
                "key": entry.request.key,
                "what": describe(entry.request),
                "bytes": entry.size,
                "made": entry.request.key in keys,
            }
            for entry in shipped
        ]
        print_json({"artifacts": rows, "bytes": total, "deleted": deleted})
        return
    print_table([(describe(e.request), megabytes(e.size)) for e in shipped])
    click.echo(
        f"{len(made)} made, {len(deleted)} deleted, {len(shipped)} there: {megabytes(total)}"
    )


def plan(method_keys: Collection[str], vocabulary_names: Collection[str]) -> list[Request]:
    """Return what is shipped of these methods and vocabularies, in the order of making it.

    The larger vocabularies come first: words of the smaller ones take their vectors from them.
    What a package holds, or is a matter of course, or a part of a larger table, is not shipped.
    Agreement is shipped of two methods that are both among these; trainings and the company of
    single words are where no vocabulary is left out, as they belong to none.

    Raises
    ------
    UnknownName
        If there is no such method or vocabulary.
    """
    chosen = [methods.get(key).key for key in method_keys]
    names = {vocabulary.check(name) for name in vocabulary_names}
    scored = [
        each
        for key in chosen
        for each in recipes.shipped_scorecards(key)
        if each.table.vocabulary in names
    ]
    # First those of all words of the corpus: what is learned for them serves the others too.
    unmapped = {*names} - {*vocabulary.names()}
    found: dict[Request, None] = {}
    found |= dict.fromkeys(each for each in scored if each.table.vocabulary in unmapped)
    for name in (name for name in reversed(vocabulary.names()) if name in names):
        found[VocabularySpec(name)] = None
        for key in chosen:
            if name != GLOVE_ONLY or key == "glove":
                found |= dict.fromkeys(recipes.shipped(key, name))
        found |= dict.fromkeys(recipes.shipped_pairs(dict.fromkeys(chosen), name))
    found |= dict.fromkeys(scored)
    if {*names} >= {*vocabulary.all_names()}:
        if training.METHOD in chosen:
            found |= dict.fromkeys(recipes.shipped_trainings())
        if "cooccurrence" in chosen:
            found |= dict.fromkeys(recipes.shipped_companies())
        if "bert" in chosen:
            found |= dict.fromkeys(recipes.shipped_search())
        found |= dict.fromkeys(recipes.shipped_digits())
    if CONTEXTS_OF[0] in chosen and CONTEXTS_OF[1] in names:
        found |= dict.fromkeys(recipes.shipped_contexts())
    return [r for r in found if not (recipes.is_cheap(r) or recipes.part_of(r))]


def make(wanted: Iterable[Request], folder: Path, again: bool) -> list[Request]:
    """Make those artifacts that are not in the folder; return them.

    Each is made from what is shipped of the one before (vectors as float16), not from what it
    was before being written: so anybody can make neighbours and maps again from shipped vectors.
    """
    target, made = Store(None, folder), []
    with tempfile.TemporaryDirectory() as scratch:
        source = Store(None if again else folder, Path(scratch))
        for request in wanted:
            path = target.path(request.kind, request.key)
            if path is not None and not again and not target.problem(path):
                continue
            start = time.perf_counter()
            with progress_bar(describe(request)) as progress:
                _make(request, source, target, progress)
            made.append(request)
            say(f"{describe(request)}: {time.perf_counter() - start:.1f} s")
    return made


def _make(request: Request, source: Store, target: Store, progress: Progress) -> None:
    result = recipes.fetch(request, source, progress)
    if not target.save(request, result, compact=True):
        raise UserError(f"{target.cache} cannot be written to: check its permissions and space.")
    shipped = target.load(request)
    if shipped is None:
        raise UserError(f"{describe(request)} was written and cannot be read again.")
    if isinstance(shipped, Projection):
        judged = judge(shipped, source, progress)
        target.save(request, replace(shipped, notes={**shipped.notes, **judged}), compact=True)
        shipped = target.load(request) or shipped
    source.save(request, shipped)


def judge(shown: Projection, source: Store, progress: Progress) -> dict[str, Scalar]:
    """Measure how many true neighbours a map keeps, for its notes; see `trust.summary`."""
    from embeddings.probes import trust

    table = cast(EmbeddingTable, recipes.fetch(shown.spec.table, source, progress))
    near = None
    if len(table) <= trust.EVERY_WORD_UP_TO:
        near = cast(Neighbors, recipes.fetch(neighbors.spec(shown.spec.table), source, progress))
    return trust.summary(table, near, shown, K, progress)


def strangers(folder: Path) -> list[Path]:
    """Return the files in a folder that no shipped request names; the note about it is none."""
    current = plan(tuple(methods.available()), vocabulary.all_names())
    named = {
        folder / request.kind / f"{request.key}{suffix}"
        for request in current
        for suffix in (".json", ".npz")
    }
    found = (path for path in folder.rglob("*") if not path.is_dir())
    return sorted(path for path in found if path not in named and path != folder / NOTE)


def delete_strangers(folder: Path) -> list[str]:
    """Delete the files in a folder that no shipped request names; return their names."""
    found = strangers(folder)
    for path in found:
        path.unlink()
    return [path.relative_to(folder).as_posix() for path in found]


def describe(request: Request) -> str:
    """Name a request in a few words: method, vocabulary, kind."""
    if isinstance(request, VocabularySpec):
        return f"vocabulary {request.name}"
    if isinstance(request, ContextsSpec):
        return f"contexts of {request.word}{'' if request.most else ', two sentences'}"
    if isinstance(request, ContextMapSpec):
        return f"{describe(request.contexts)} map {request.algorithm}"
    if isinstance(request, TokensSpec | SentencesSpec):
        return "random words in context" if request.kind == "tokens" else "sentences of the corpus"
    if isinstance(request, AgreementSpec):
        names = dict.fromkeys((request.left.method, request.right.method))
        kind = "agreement" if len(names) > 1 else "noise floor"
        return f"{' '.join(names)} {request.left.vocabulary} {kind}"
    if isinstance(request, TrustSpec):
        return describe(request.projection).replace(" map", " trust")
    if isinstance(request, TrainingSpec):
        return (
            f"{request.table.method} {request.table.corpus} training {request.table['algorithm']}"
        )
    if isinstance(request, TextVectorsSpec):
        return f"bert {request.over} {request.start:,} to {request.stop:,} vectors"
    if isinstance(request, SearchScoreSpec | TextIndexSpec | EncodingSpec):
        return f"search {request.kind}"
    if isinstance(request, VisualSearchSpec):
        return f"visual search of {request.collection}"
    if isinstance(request, CompanySpec):
        return f"cooccurrence company of {request.word}"
    spec = request if isinstance(request, Spec) else cast(Spec, request.table)  # type: ignore[attr-defined]
    if isinstance(request, ScorecardSpec):
        usual = methods.get(spec.method).spec(spec.vocabulary)
        unusual = (f"{name} {value}" for name, value in {*spec.parameters} - {*usual.parameters})
        return " ".join((spec.method, spec.vocabulary, *sorted(unusual), "scorecard"))
    kind = {"table": "vectors", "projection": "map"}.get(request.kind, request.kind)
    dimensions = getattr(request, "dimensions", None)
    by = "" if getattr(request, "algorithm", "umap") == "umap" else f" {request.algorithm}"  # type: ignore[attr-defined]
    return f"{spec.method} {spec.vocabulary} {kind}{by}" + (f" {dimensions}D" if dimensions else "")
