"""The heat map of sections and methods: a table whose cells are buttons, coloured by their value.

A table and no picture, so that it is read out, walked through by arrow keys and pressed like any
other. A chart would take no click on a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from embeddings.figures import comparison

SCRIPT = Path(__file__).parents[3] / "assets" / "score_grid" / "grid.js"

_component = st.components.v2.component(
    "score_grid",
    html='<div data-score-grid class="lse-score-grid"></div>',
    js=SCRIPT.read_text("utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True)
class Line:
    """A row or a column: its name in the address, for people, and a few words below it.

    ``group`` heads a new group of rows.
    """

    key: str
    name: str
    note: str = ""
    group: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell: what stands in it, its place on the scale from 0 to 1, and all there is to say."""

    text: str
    value: float | None
    said: str


def show(
    title: str,
    columns: Sequence[Line],
    rows: Sequence[Line],
    cells: Sequence[Sequence[Cell]],
    opened: tuple[str, str],
    press: Callable[[str, str], None],
) -> None:
    """Show the grid.

    Parameters
    ----------
    cells : one sequence for each row
    opened : keys of the row and the column of the open cell
    press : called with both keys when the reader presses a cell
    """
    rows_by, columns_by = ([each.key for each in lines] for lines in (rows, columns))
    at = None
    if opened[0] in rows_by and opened[1] in columns_by:
        at = [rows_by.index(opened[0]), columns_by.index(opened[1])]
    data = {
        "title": title,
        "columns": [_line(each) for each in columns],
        "rows": [_line(each) for each in rows],
        "cells": [[_cell(each) for each in row] for row in cells],
        "open": at,
    }

    def pressed() -> None:
        chosen = getattr(st.session_state["score grid"], "pressed", None)
        if chosen:
            press(str(chosen["row"]), str(chosen["column"]))

    _component(key="score grid", data=data, on_pressed_change=pressed)


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "name": line.name,
        "note": line.note,
        "group": line.group,
        "isTotal": line.is_total,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    colors: dict[str, str] = {}
    if cell.value is not None:
        for dark, name in ((False, "light"), (True, "dark")):
            ground, ink = comparison.ground(cell.value, dark)
            colors |= {f"--ground-{name}": ground, f"--ink-{name}": ink}
    return {"text": cell.text, "said": cell.said, "colors": colors, "isEmpty": cell.value is None}
