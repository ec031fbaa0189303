"""The address of a training: which one is shown, which beside it, and whose company is counted.

``?run=text:dictionary,epochs:5&beside=text:dictionary,algorithm:cbow,epochs:5&count=bread``

A run is written as the settings of a Word2Vec are on the other pages, its text always named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from embeddings import methods, recipes, sources
from embeddings.inside import training
from embeddings.types import TrainingSpec
from pages.shared import address
from pages.shared.address import TEXT, TRAINING_SEED, Choice

TEXTS = {
    "dictionary": "Dictionary",
    "wikipedia": "Wikipedia",
    "packaged": "Dictionary and Wikipedia",
}
LEAST = (1, 2, 5, 10)
"""How often two words must have met to be named."""

LONGEST_WORD = 40


@dataclass(frozen=True)
class Asking:
    """What somebody looks at.

    Attributes
    ----------
    run : settings of the training that is shown
    beside : of the one beside it; "" where there is none
    word : whose company is counted
    least : how often a context must stand near it to be named
    """

    run: str
    beside: str = ""
    word: str = "king"
    least: int = 5

    @property
    def runs(self) -> tuple[str, ...]:
        """The one or two trainings."""
        return tuple(dict.fromkeys(filter(None, (self.run, self.beside))))


def read(query: Mapping[str, str]) -> tuple[Asking, tuple[str, ...]]:
    """Return what a query stands for, and one line for each thing wrong in it."""
    problems: list[str] = []

    def run(name: str, usual: str) -> str:
        if not query.get(name):
            return usual
        choice, wrong = address.read({"method": training.METHOD, "settings": query[name]})
        problems.extend(wrong)
        return written(choice)

    least = query.get("least", "5")
    if least not in map(str, LEAST):
        problems.append(f"least is {least!r}; it must be one of 1, 2, 5, 10. Showing 5.")
        least = "5"
    word = query.get("count", "king").strip().lower()[:LONGEST_WORD] or "king"
    found = Asking(run("run", shipped()[0]), run("beside", ""), word, int(least))
    if found.beside == found.run:
        found = replace(found, beside="")
    return found, tuple(problems)


def write(asking: Asking) -> dict[str, str]:
    """Return the query that stands for it; what is as usual is left out."""
    usual = Asking(shipped()[0])
    given = {
        "run": asking.run,
        "beside": asking.beside,
        "count": asking.word,
        "least": str(asking.least),
    }
    plain = {"run": usual.run, "beside": "", "count": usual.word, "least": str(usual.least)}
    return {name: value for name, value in given.items() if value != plain[name]}


def written(choice: Choice) -> str:
    """Return a run as an address has it; settings of a map, and centring, are none of a run."""
    text = dict(choice.settings).get(TEXT.name, TEXT.default)
    names = {p.name for p in methods.get(training.METHOD).parameters} | {TRAINING_SEED.name}
    kept = {name: value for name, value in choice.settings if name in names}
    plain = address.with_settings(Choice(training.METHOD), kept)
    rest = address.write(plain).get("settings", "")
    return ",".join(filter(None, [f"{TEXT.name}:{text}", rest]))


def choice_of(run: str) -> Choice:
    """Return the choice of a map that a run's vectors have."""
    return address.read({"method": training.METHOD, "settings": run})[0]


def request(run: str) -> TrainingSpec:
    """Return the request for a run. Raises ``UserError`` where its text is gone."""
    table = address.projection_of(choice_of(run)).table
    return training.spec(table.corpus, dict(table.parameters), table.seed)


def shipped() -> tuple[str, ...]:
    """Return the runs that are shipped."""
    return tuple(map(_run_of, recipes.shipped_trainings()))


def _run_of(spec: TrainingSpec) -> str:
    values = dict(spec.table.parameters)
    values |= {TEXT.name: spec.table.corpus, TRAINING_SEED.name: spec.table.seed}
    return written(address.with_settings(Choice(training.METHOD), values))


def label(run: str) -> str:
    """Name a run: its text, the algorithm, the epochs, and whatever is unusual."""
    spec = request(run).table
    of_text = TEXTS.get(spec.corpus) or sources.title(spec.corpus)
    epochs = f"{spec['epochs']} epoch{'s' if spec['epochs'] > 1 else ''}"
    parts = [of_text, "CBOW" if spec["algorithm"] == "cbow" else spec["algorithm"], epochs]
    for parameter in methods.get(training.METHOD).parameters:
        value = spec[parameter.name]
        if parameter.name in ("algorithm", "epochs") or value == parameter.default:
            continue
        shown = f"{value:g}" if isinstance(value, float) else value
        parts.append(f"{parameter.label[0].lower()}{parameter.label[1:]} {shown}")
    if spec.seed != TRAINING_SEED.default:
        parts.append(f"seed {spec.seed}")
    return " · ".join(parts)


def names(runs: Sequence[str]) -> list[str]:
    """Name runs that stand beside each other by what they do not have in common."""
    parts = [label(run).split(" · ") for run in runs]
    shared = set.intersection(*map(set, parts)) if len(parts) > 1 else set()
    return [" · ".join(part for part in each if part not in shared) or "usual" for each in parts]


def is_own(run: str) -> bool:
    """Whether a run learns from a text that somebody brought."""
    return sources.is_name(str(dict(choice_of(run).settings).get(TEXT.name, "")))
