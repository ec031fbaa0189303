"""How somebody wants their files to be read: what they chose, and which repairs they accept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from embeddings.errors import UserError
from embeddings.types import Parameters

KINDS = ("words", "text", "vectors", "images")


@dataclass(frozen=True)
class Options:
    """What was chosen; what is empty is found out from the files.

    Attributes
    ----------
    format : key of one of `formats.available()`
    kind : "words", "text" or "vectors", where a file can be read as several; or "images"
    word : name of the column that holds the words
    vectors : names of the columns of numbers, or of the one list column, that are the vectors
    text : name of the column that holds the documents
    columns : names of the columns that are kept beside the words; None for all that can be
    categories : names of columns of numbers that are categories
    header : "yes" or "no", whether the first line of a table names its columns
    tensor : name of the array or tensor that holds the vectors
    lower : whether words are folded to small letters
    keep : the repairs that are accepted, keys of `problems.REPAIRS`
    """

    format: str = ""
    kind: str = ""
    word: str = ""
    vectors: tuple[str, ...] = ()
    text: str = ""
    columns: tuple[str, ...] | None = None
    categories: tuple[str, ...] = ()
    header: str = ""
    tensor: str = ""
    lower: bool = False
    keep: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("kind", "header"):
            allowed = {"kind": ("", *KINDS), "header": ("", "yes", "no")}[name]
            if getattr(self, name) not in allowed:
                raise UserError(f"{name} must be one of: {', '.join(filter(None, allowed))}.")
        object.__setattr__(self, "keep", tuple(sorted(set(self.keep))))

    @property
    def pairs(self) -> Parameters:
        """What was chosen as sorted (name, scalar) pairs: a part of a request.

        What is left as it was is not among them; lists of names are written as JSON.
        """
        chosen = []
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                written = json.dumps(value) if isinstance(value, tuple) else value
                chosen.append((each.name, written))
        return tuple(sorted(chosen))

    @classmethod
    def from_pairs(cls, pairs: Parameters | Mapping[str, Any]) -> Options:
        """Rebuild the options from their pairs.

        Raises
        ------
        UserError
            If these are not the pairs of any options.
        """
        try:
            values: dict[str, Any] = dict(pairs)
            for name in ("vectors", "columns", "categories", "keep"):
                if name in values:
                    names = json.loads(values[name])
                    if not isinstance(names, list):
                        raise TypeError
                    values[name] = tuple(str(each) for each in names)
            for name in ("format", "kind", "word", "text", "header", "tensor"):
                if not isinstance(values.get(name, ""), str):
                    raise TypeError
            values["lower"] = bool(values.get("lower", False))
            return cls(**values)
        except (TypeError, ValueError) as error:
            if isinstance(error, UserError):
                raise
            raise UserError("These are not options that a file can be read with.") from None
