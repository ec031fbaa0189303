"""``verify``: whether what is shipped is intact, and is what methods and maps really give."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import click
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from embeddings import methods, neighbors, recipes, store, vocabulary
from embeddings.commands.build import K, describe, judge, plan, strangers
from embeddings.commands.common import (
    GLOVE_ONLY,
    examples,
    json_option,
    print_json,
    print_table,
    progress_bar,
)
from embeddings.errors import MissingPackage, UserError
from embeddings.inside import contexts
from embeddings.methods import Method
from embeddings.store import Store
from embeddings.types import (
    TRUST_ARRAYS,
    Agreement,
    AgreementSpec,
    Answers,
    Contexts,
    ContextsSpec,
    EmbeddingTable,
    Neighbors,
    Progress,
    Projection,
    ProjectionSpec,
    Request,
    Scalar,
    ScorecardSpec,
    Spec,
    Trust,
    TrustSpec,
)

LEAST_OVERLAP = 0.9
"""Share of 15 neighbours that must be the same when vectors are computed again."""

LEAST_OVERLAP_TRAINED = 0.5
"""The same for vectors trained anew: rounding differs between machines and training spreads it."""

LEAST_COSINE = 0.99
"""Between a shipped vector and the same one computed again, where its axes are fixed."""

MOST_CHANGE = 0.01
"""By which a map's recall and trustworthiness may differ from those noted when it was made."""

REDRAWN = "topics"
"""The vocabulary whose maps are drawn again: its few words take a second each."""

MOST_CHANGE_REDRAWN = 0.03
"""By which recall and trustworthiness of a map drawn again may differ from the shipped one's.

UMAP draws another map on another machine, as it does by another seed: among four seeds and all
methods the largest difference was 0.014."""

SHARED = "seeds_shared"
COMPARED = {"trustworthiness", "continuity", "recall", "distance_correlation", SHARED}
"""What is said of a map as a whole."""

NOT_TRAINED = "shipped vectors, not trained again"

SLOW = ("bert_in_context",)
"""Methods that read many sentences for each word: a few words are enough of a sample."""

FEW = 5


@dataclass
class Report:
    """What was looked at, and what was wrong."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, what: str, check: str, result: str, problem: str = "") -> None:
        """Note one check; a problem makes it a failure."""
        self.rows.append((what, check, result, problem or "ok"))
        if problem:
            self.failures.append(f"{what}: {problem}")


@click.command(epilog=examples("verify", "verify --method bert --sample 100"))
@click.option(
    *("-m", "--method", "method_keys"), multiple=True, metavar="NAME", help="Only this method's."
)
@click.option(
    *("-v", "--vocabulary", "vocabulary_names"),
    multiple=True,
    metavar="NAME",
    help="Only this vocabulary's.",
)
@click.option(
    "--sample", default=20, show_default=True, help="How many words are computed again, 1 to 1000."
)
@click.option(
    "--full",
    is_flag=True,
    help="Train Word2Vec again too, which takes minutes; without it, its vectors are taken as "
    "they are shipped, and only neighbours and maps are made from them again. And draw the maps of "
    "topics by another seed as well.",
)
@json_option
def verify(
    method_keys: tuple[str, ...],
    vocabulary_names: tuple[str, ...],
    sample: int,
    full: bool,
    as_json: bool,
) -> None:
    """Check what is shipped: checksums, vectors, neighbours, maps and what is said of them.

    Every file is read and its checksum compared; files that nothing asks for are named. The
    vectors of a sample of words are computed again by each method (Word2Vec's with --full), and
    their 15 nearest neighbours compared with the shipped ones. The recall and trustworthiness of
    each map are measured again. The maps of the vocabulary topics are drawn again by UMAP, and
    must be nearly as good. How far methods agree is measured again where no vectors have to be
    computed for it, and how far the maps of topics can be trusted. The tests of meaning are taken
    again on the common words, with --full by all words of GloVe too. Of the
    words in their sentences the first is read again. Exit status 1 if anything
    fails.
    """
    if not 1 <= sample <= 1000:
        raise UserError(f"--sample is {sample}; it must be a whole number from 1 to 1000.")
    keys = method_keys or tuple(methods.available())
    wanted = plan(keys, vocabulary_names or vocabulary.all_names())
    report = Report()
    with (
        tempfile.TemporaryDirectory() as scratch,
        progress_bar("Reading the shipped files") as progress,
    ):
        # What is not shipped, as vectors that a package holds, is made once and thrown away.
        shipped = Store(store.SHIPPED, Path(scratch))
        there = check_files(wanted, Store(store.SHIPPED), report)
        check_strangers(store.SHIPPED, report)
        for request in there:
            if isinstance(request, neighbors.NeighborsSpec):
                check_neighbors(request, shipped, sample, full, report, progress)
            if isinstance(request, ProjectionSpec):
                check_map(request, shipped, report, progress)
                if request.algorithm == "umap" and request.table.vocabulary == REDRAWN:
                    check_redrawn(request, shipped, report, progress)
            if isinstance(request, AgreementSpec) and is_quick(request, there):
                check_agreement(request, shipped, report, progress)
            if isinstance(request, ScorecardSpec) and can_be_scored(request, full):
                check_scorecard(request, shipped, report, progress)
            if isinstance(request, ContextsSpec) and is_read_again(request):
                check_contexts(request, shipped, report, progress)
            if isinstance(request, TrustSpec) and can_be_judged(request, there):
                check_trust(request, shipped, full, report, progress)
    if as_json:
        names = ("what", "check", "result", "verdict")
        checks = [dict(zip(names, row, strict=True)) for row in report.rows]
        print_json({"checks": checks, "failures": report.failures})
    else:
        print_table(report.rows, ("what", "check", "result", "verdict"))
    for failure in report.failures:
        click.echo(failure, err=True)
    if report.failures:
        raise click.exceptions.Exit(1)


def check_files(wanted: Iterable[Request], shipped: Store, report: Report) -> list[Request]:
    """Read every file and compare its checksum; return the requests whose files are intact."""
    intact, total = [], 0
    for request in wanted:
        path = shipped.path(request.kind, request.key)
        total += 1
        if path is None:
            problem = "is not shipped: run python -m embeddings build"
        elif found := shipped.problem(path):
            problem = f"{path.name} is damaged, {found}: run python -m embeddings build"
        else:
            intact.append(request)
            continue
        report.add(describe(request), "checksum", "-", problem)
    report.add("files", "checksum", f"{len(intact)} of {total}")
    return intact


def check_strangers(folder: Path, report: Report) -> None:
    """Report files that no request names: they cost space, and nobody sees whether they are right.

    They are looked for among everything that is shipped, whatever is checked besides.
    """
    names = [path.relative_to(folder).as_posix() for path in strangers(folder)]
    if names:
        some = ", ".join(names[:FEW]) + (", ..." if len(names) > FEW else "")
        advice = "delete them: python -m embeddings build --prune"
        report.add("strangers", "name", f"{len(names)}", f"nothing asks for {some}; {advice}")


def check_neighbors(
    request: neighbors.NeighborsSpec,
    shipped: Store,
    sample: int,
    full: bool,
    report: Report,
    progress: Progress,
) -> None:
    """Compute a sample of words again and compare their neighbours with the shipped ones."""
    method, what = methods.get(request.table.method), describe(request)
    try:
        stored = cast(Neighbors, shipped.load(request))
        table = shipped_table(request.table, shipped, progress)
        words = sample_of(table, min(sample, FEW) if method.key in SLOW else sample)
        again, how = computed_again(method, table, words, full, progress)
    except MissingPackage as error:
        report.add(what, "vectors", "-", str(error))
        return
    found = [overlap(again, table, stored, word) for word in words if word in again.index]
    share, retrained = float(np.mean(found)), how == "trained again"
    least = LEAST_OVERLAP_TRAINED if retrained else LEAST_OVERLAP
    problem = "" if share >= least else f"only {share:.0%} of {K} neighbours are the same"
    report.add(what, f"{how}, {len(found)} words", f"{share:.1%} of {K} the same", problem)
    if again is not table and not method.own_vocabulary and not retrained:
        worst = min(cosine(again.vector(word), table.vector(word)) for word in words)
        problem = "" if worst >= LEAST_COSINE else f"a vector has turned, cosine {worst:.3f}"
        report.add(what.replace("neighbors", "vectors"), how, f"cosine {worst:.5f}", problem)


def computed_again(
    method: Method, table: EmbeddingTable, words: tuple[str, ...], full: bool, progress: Progress
) -> tuple[EmbeddingTable, str]:
    """Return the table with at least these words' vectors computed anew, and how it was done.

    A method whose vectors hang on the whole vocabulary computes all of them. Word2Vec learns
    all its vectors at once, for minutes: it does so only when a full check is asked for, and once,
    as the smaller vocabularies take their vectors from the largest. Otherwise the shipped vectors
    stand, and what is compared are the neighbours that follow from them.
    """
    trains = method.key == "word2vec"
    if trains and (not full or vocabulary.parent(table.spec.vocabulary)):
        return table, NOT_TRAINED
    everything = (*table.words, *table.missing)
    if trains or method.own_vocabulary:
        again = methods.embed(table.spec, everything, progress)
        return again, "trained again" if trains else "computed again"
    return put_in(table, methods.embed(table.spec, words, progress)), "computed again"


def put_in(table: EmbeddingTable, some: EmbeddingTable) -> EmbeddingTable:
    """Return the table with the vectors of some words replaced; a word that got none is missing."""
    stack = sp.vstack if table.is_sparse else np.vstack
    both: Any = stack([table.vectors, some.vectors])
    if table.is_sparse:
        both = both.tocsr()
    rows = [
        len(table) + some.index[word] if word in some.index else row
        for row, word in enumerate(table.words)
    ]
    return EmbeddingTable(table.words, both[rows], table.spec, table.missing)


def overlap(again: EmbeddingTable, table: EmbeddingTable, stored: Neighbors, word: str) -> float:
    """Return the share of a word's first 15 shipped neighbours that are found again."""
    before = {table.words[row] for row in stored.indices[table.index[word], :K]}
    indices, _ = neighbors.of_word(again, word, K, stored.spec.metric, stored.spec.seed)
    return len(before & {again.words[row] for row in indices}) / max(len(before), 1)


def check_map(request: ProjectionSpec, shipped: Store, report: Report, progress: Progress) -> None:
    """Measure a map's quality again and compare it with what was noted when it was made."""
    shown = cast(Projection, shipped.load(request))
    for name, value in judge(shown, shipped, progress).items():
        noted = shown.notes.get(name)
        problem = ""
        if noted is None:
            problem = f"was made without a note of its {name}"
        elif abs(float(value) - float(noted)) > MOST_CHANGE:
            problem = f"{name} is {value}, and was {noted} when it was made"
        report.add(describe(request), name, f"{float(value):.4f}", problem)


def check_redrawn(
    request: ProjectionSpec, shipped: Store, report: Report, progress: Progress
) -> None:
    """Draw a map again from the shipped neighbours; it must keep about as many of them."""
    stored = judge(cast(Projection, shipped.load(request)), shipped, progress)
    drawn = judge(cast(Projection, recipes.make(request, shipped, progress)), shipped, progress)
    for name, before in stored.items():
        now, problem = float(drawn[name]), ""
        if abs(now - float(before)) > MOST_CHANGE_REDRAWN:
            problem = f"drawn again its {name} is {now:.4f}, and {before} as shipped"
        report.add(describe(request), f"{name} drawn again", f"{now:.4f}", problem)


def is_quick(request: AgreementSpec, there: Collection[Request]) -> bool:
    """Whether an agreement can be measured from what is shipped, and takes no long time.

    Vectors of another seed are not shipped; where they are those of the usual seed, only their ties
    are drawn anew. In the larger vocabularies one method stands for all: every pair with GloVe.
    """
    tables = (request.left, request.right)
    if len({table.seed for table in tables}) > 1:
        return request.left.vocabulary == REDRAWN and not methods.get(request.left.method).by_lot
    if not all(neighbors.spec(table) in there for table in tables):
        return False
    return request.left.vocabulary == REDRAWN or "glove" in {table.method for table in tables}


def can_be_judged(request: TrustSpec, there: Collection[Request]) -> bool:
    """Whether the map and the neighbours by which it is judged are shipped and intact."""
    return {request.projection, neighbors.spec(request.projection.table)} <= set(there)


def check_agreement(
    request: AgreementSpec, shipped: Store, report: Report, progress: Progress
) -> None:
    """Measure again how far two tables agree."""
    stored = cast(Agreement, shipped.load(request))
    again = cast(Agreement, recipes.make(request, shipped, progress))
    what = describe(request)
    if not np.array_equal(stored.ids, again.ids):
        report.add(what, "shared words", f"{len(again.ids)}", "it is of other words")
        return
    numbers = {f"overlap of {k}": (again.overlap(k), stored.overlap(k)) for k in stored.ks}
    numbers |= {"CKA": (again.cka, stored.cka), "RSA": (again.rsa, stored.rsa)}
    apart = {name: abs(now.value - before.value) for name, (now, before) in numbers.items()}
    worst = max(apart, key=lambda name: apart[name])
    now, before = numbers[worst]
    problem = ""
    if apart[worst] > MOST_CHANGE:
        problem = f"its {worst} is {now.value:.4f}, and {before.value:.4f} as shipped"
    report.add(what, f"measured again, {worst}", f"{now.value:.4f}", problem)


def can_be_scored(request: ScorecardSpec, full: bool) -> bool:
    """Whether the vectors are shipped or come from a package, and asking them takes seconds."""
    table = request.table
    if table.vocabulary not in recipes.SCORED:
        return full and table.vocabulary == GLOVE_ONLY
    usual = methods.get(table.method).spec(table.vocabulary)
    return table == usual and (full or table.method != "one_hot")


def check_scorecard(
    request: ScorecardSpec, shipped: Store, report: Report, progress: Progress
) -> None:
    """Ask a table again; its scores must be those that are shipped, but for rounding."""
    stored = cast(Answers, shipped.load(request))
    again = cast(Answers, recipes.make(request, shipped, progress))
    what, how = describe(request), "answered again"
    if not np.array_equal(stored.attempted, again.attempted):
        report.add(what, how, f"{again.attempted.sum()}", "it is of other questions")
        return
    n = max(int(stored.attempted.sum()), 1)
    numbers = {
        "accuracy": (again.right.sum() / n, stored.right.sum() / n),
        "nearest word to c": (again.nearest.sum() / n, stored.nearest.sum() / n),
    }
    numbers |= {
        before.name: (now.spearman or 0.0, before.spearman or 0.0)
        for now, before in zip(again.pairs, stored.pairs, strict=True)
    }
    for name, (now, before) in numbers.items():
        problem = ""
        if abs(now - before) > MOST_CHANGE:
            problem = f"its {name} is {now:.4f}, and {before:.4f} as shipped"
        report.add(what, f"{how}, {name}", f"{now:.4f}", problem)


def is_read_again(request: ContextsSpec) -> bool:
    """Whether a word is read in its sentences again: the first one, and every two sentences."""
    return not request.most or request.word == contexts.words()[0]


def check_contexts(
    request: ContextsSpec, shipped: Store, report: Report, progress: Progress
) -> None:
    """Read a word in its sentences again; what is measured must be what is shipped."""
    stored = cast(Contexts, shipped.load(request))
    what, how = describe(request), "read again"
    try:
        again = cast(Contexts, recipes.make(request, shipped, progress))
    except MissingPackage as error:
        report.add(what, how, "-", str(error))
        return
    if not np.array_equal(stored.numbers, again.numbers):
        report.add(what, how, f"{len(again)}", "it was read in other sentences")
        return
    apart = [
        abs(now - before)
        for name in ("alike", "alike_centred", "labels_within", "labels_between")
        for now, before in zip(again.statistics[name], stored.statistics[name], strict=True)
        if now is not None and before is not None
    ]
    worst = max(apart, default=0.0)
    problem = f"a mean cosine differs by {worst:.4f}" if worst > MOST_CHANGE else ""
    report.add(what, how, f"{len(again)} times", problem)


def check_trust(
    request: TrustSpec, shipped: Store, full: bool, report: Report, progress: Progress
) -> None:
    """Compare what is said of single dots with what is noted of their map, or measure it again."""
    stored = cast(Trust, shipped.load(request))
    notes = cast(Projection, shipped.load(request.projection)).notes
    how, expected = "as noted", {**notes, "recall": notes.get(f"recall_{K}", float("nan"))}
    if request.projection.table.vocabulary == REDRAWN:
        how, expected = "measured again", {**judged_again(request, shipped, full, progress)}
    means = {name: float(np.nanmean(getattr(stored, name))) for name in TRUST_ARRAYS}
    found = {**stored.summary, **means}
    for name in sorted(found.keys() & expected.keys() & COMPARED):
        now, before, problem = float(expected[name]), float(found[name]), ""
        if not abs(now - before) <= (MOST_CHANGE_REDRAWN if name == SHARED else MOST_CHANGE):
            problem = f"its {name} is {now:.4f} {how}, and {before:.4f} as shipped"
        report.add(describe(request), f"{name} {how}", f"{now:.4f}", problem)


def judged_again(
    request: TrustSpec, shipped: Store, full: bool, progress: Progress
) -> Mapping[str, Scalar]:
    """Judge a shipped map again; only a full check draws it by another seed as well."""
    from embeddings.probes import trust

    if full:
        return cast(Trust, recipes.make(request, shipped, progress)).summary
    table = shipped_table(request.projection.table, shipped, progress)
    near = cast(Neighbors, shipped.load(neighbors.spec(table.spec)))
    drawn = cast(Projection, shipped.load(request.projection))
    return trust.judge(table, near, drawn, request, progress=progress).summary


def shipped_table(spec: Spec, shipped: Store, progress: Progress) -> EmbeddingTable:
    """Return the vectors that are shipped, or come as they are from a package."""
    return cast(EmbeddingTable, recipes.fetch(spec, shipped, progress))


def sample_of(table: EmbeddingTable, n: int) -> tuple[str, ...]:
    """Draw words of a table, the same ones each time."""
    rows = np.random.default_rng(42).choice(len(table), min(n, len(table)), replace=False)
    return tuple(table.words[row] for row in np.sort(rows))


def cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return the cosine of two vectors; two zero vectors are the same."""
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths > 0 else float(np.array_equal(a, b))
