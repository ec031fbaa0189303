"""What is said of each label: gathered value by value, and found to be numbers or categories."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np

from embeddings.sources.labels import clean
from embeddings.sources.problems import short
from embeddings.types import Column

MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "<na>", "nat"))


def number(value: Any) -> float:
    """Return a cell as a number, NaN where nothing is said.

    Raises
    ------
    ValueError
        If it is something else; so are infinity and numbers beyond every float.
    """
    if value is None or (isinstance(value, str) and value.strip().lower() in MISSING):
        return math.nan
    if isinstance(value, str) and "_" in value:
        raise ValueError(value)  # Python's own spelling of numbers
    try:
        found = float(value)
    except (TypeError, OverflowError):
        raise ValueError(str(type(value))) from None
    if math.isinf(found):
        raise ValueError("infinite")
    return found


class ColumnBuilder:
    """One column as it grows: both readings are kept until one of them is ruled out."""

    def __init__(self, name: str, most: int, label: int, is_category: bool = False) -> None:
        self.name, self.most, self.label = name, most, label
        self.numbers = array("d")
        self.codes = array("i")
        self.index: dict[str, int] = {}
        self.is_number = not is_category
        self.is_category = True
        self.examples: list[str] = []

    def add(self, values: Iterable[Any]) -> None:
        """Take the values of further rows."""
        values = list(values)
        if self.is_number:
            try:
                self.numbers.extend([number(value) for value in values])
            except ValueError:
                self.is_number, self.numbers = False, array("d")
        if self.is_category:
            self._add_codes(values)

    def _add_codes(self, values: list[Any]) -> None:
        for value in values:
            text = "" if value is None else clean(str(value)[: self.label])
            if text.lower() in MISSING:
                self.codes.append(-1)
                continue
            code = self.index.setdefault(text, len(self.index))
            if code < 3:
                self.examples = list(self.index)[:3]
            if code >= self.most:
                # Too many for categories; the first ones are still good as examples.
                self.is_category, self.codes, self.index = False, array("i"), {}
                return
            self.codes.append(code)

    def column(self) -> Column | None:
        """Return the column, None where it says nothing, or says something else of every row."""
        if self.is_number and len(self.numbers):
            numbers = np.array(self.numbers, np.float64)
            return Column(self.name, numbers) if not np.isnan(numbers).all() else None
        if self.is_category and self.index:
            return Column(self.name, np.array(self.codes, np.int32), tuple(self.index))
        return None

    @property
    def role(self) -> str:
        """What it is as far as is known: "number", "category" or "text"."""
        return "number" if self.is_number else "category" if self.is_category else "text"

    @property
    def shown(self) -> tuple[str, ...]:
        """A few of its values, short."""
        return tuple(short(value, 20) for value in self.examples)
