"""What was found in files before they are taken in: shown to whoever brought them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from embeddings.sources.context import Found
from embeddings.sources.problems import Problem


@dataclass(frozen=True)
class Inspection:
    """What was found.

    Attributes
    ----------
    format, label : key of the format and its name for people; "" where it is none that is known
    kind : "words", "text" or "vectors"; "" where nothing can be read
    rows : words, vectors or documents that would be taken in, with every repair that is offered
    dim : numbers of a vector; 0 where there are none
    encoding : of a text file
    columns : columns, arrays or tensors, with what each is used as
    sample_names, sample : the first rows as short texts, and what stands in each place
    problems : what is wrong
    ambiguous : questions that had to be guessed at, one sentence each
    will : what will be done, one sentence
    choices : for each option that can be chosen here, the values that it may have
    size : bytes of the files
    either : kinds as which a table can be read as well; () where it is clear
    """

    format: str = ""
    label: str = ""
    kind: str = ""
    rows: int = 0
    dim: int = 0
    encoding: str = ""
    columns: tuple[Found, ...] = ()
    sample_names: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = ()
    ambiguous: tuple[str, ...] = ()
    will: str = ""
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    size: int = 0
    either: tuple[str, ...] = ()

    @property
    def fatal(self) -> Problem | None:
        """What makes it impossible to read anything, None if nothing does."""
        return next((problem for problem in self.problems if problem.fatal), None)

    @property
    def needed(self) -> tuple[Problem, ...]:
        """The problems for each of which a repair must be accepted, or the file be changed."""
        return tuple(problem for problem in self.problems if problem.repair)

    def to_json(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Inspection:
        """Rebuild it from its JSON.

        Raises
        ------
        ValueError, KeyError, TypeError
            If it is not the JSON of an inspection.
        """
        values = json.loads(text)
        values["columns"] = tuple(
            Found(**{**each, "examples": tuple(each["examples"])}) for each in values["columns"]
        )
        values["problems"] = tuple(
            Problem(**{**each, "alternatives": tuple(each["alternatives"])})
            for each in values["problems"]
        )
        for name in ("sample_names", "ambiguous", "either"):
            values[name] = tuple(values[name])
        values["sample"] = tuple(tuple(row) for row in values["sample"])
        values["choices"] = tuple((name, tuple(able)) for name, able in values["choices"])
        return cls(**values)
