"""What pages for reading share: choices in the address, charts, tables to take along, and turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from embeddings.errors import UnknownName, UserError
from embeddings.figures.tables import neutral
from embeddings.types import Request
from pages.shared import access, notices, own, progress


def say_what_is_wrong(known: Mapping[str, tuple[Sequence[str], str]]) -> None:
    """Say of each name in the address whose value is none of the known ones what is shown instead.

    Parameters
    ----------
    known : of each name its values and the default
    """
    for name, (options, default) in known.items():
        given = st.query_params.get(name, default)
        if given not in options:
            notices.warn(f"{UnknownName(name, given, options)} Showing {default}.")


def in_address(page: str, name: str, options: Sequence[str], default: str) -> dict[str, Any]:
    """Return the settings of a widget that keeps its value in the address.

    Not bound by Streamlit: what is bound nobody else may write, and the page writes its address as
    a whole.
    """
    key, given = f"{page}.{name}", st.query_params.get(name, default)
    st.session_state[key] = given if given in options else default
    return {"key": key, "on_change": _write, "args": (key, name, default)}


def text_in_address(page: str, name: str, default: str = "") -> dict[str, Any]:
    """Return the settings of a widget for text that keeps what is typed in the address."""
    key = f"{page}.{name}"
    st.session_state[key] = st.query_params.get(name, default)
    return {"key": key, "on_change": _write, "args": (key, name, default)}


def _write(key: str, name: str, default: str) -> None:
    value = st.session_state[key]
    if value in (None, default):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value


def chart(key: tuple[object, ...], draw: Callable[[bool], Any], alt: str) -> None:
    """Show a chart, drawn once for everybody who sees the same, with a name for who cannot see it.

    Parameters
    ----------
    key : all that the chart depends on but the theme; its first part names the chart
    draw : makes the figure, told whether it stands on a dark ground
    """
    is_dark = st.context.theme.type == "dark"
    # What shows something that a visitor brought is not kept: it would outlive that.
    figure = draw(is_dark) if own.touched() else _figure((*key, is_dark), lambda: draw(is_dark))
    st.plotly_chart(figure, key=f"chart {key[0]}", config={"displayModeBar": False}, alt=alt)


@st.cache_resource(max_entries=128, show_spinner=False)
def _figure(key: tuple[object, ...], _draw: Callable[[], Any]) -> Any:
    return _draw()


def table(rows: pd.DataFrame, name: str, title: str = "The same as a table") -> None:
    """Show the same as a table, which can be kept as a CSV file of that name."""
    with st.expander(title):
        st.dataframe(rows, hide_index=True)
        downloads("Download this table (CSV)", lambda: rows, name, f"csv {name}")


def downloads(label: str, rows: Callable[[], pd.DataFrame], name: str, key: str) -> None:
    """Show what a table can be taken along as; it is written when somebody asks.

    Parameters
    ----------
    label : of the CSV
    rows : makes the table
    name : of the file, without its ending
    key : of the CSV's button; the other has one like it
    """
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            label, lambda: as_csv(rows()), f"{name}.csv", "text/csv", on_click="ignore", key=key
        )
        st.download_button(
            "Parquet",
            lambda: as_parquet(rows()),
            f"{name}.parquet",
            "application/vnd.apache.parquet",
            on_click="ignore",
            key=f"parquet {key}",
        )


def as_parquet(rows: pd.DataFrame) -> bytes:
    """Write a table as parquet: numbers stay numbers, what is mixed becomes text."""
    mixed = [name for name in rows.columns if rows[name].dtype == object]
    kept = rows.assign(
        **{
            str(name): rows[name].map(lambda cell: None if cell is None else str(cell))
            for name in mixed
            if rows[name].map(type).nunique() > 1
        }
    )
    return kept.to_parquet(index=False)


def as_csv(rows: pd.DataFrame) -> str:
    """Write a table so that no spreadsheet runs anything in it."""
    plain = rows.map(lambda value: neutral(value) if isinstance(value, str) else value)
    plain.columns = [neutral(str(name)) for name in rows.columns]
    return plain.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def in_turn(missing: Iterable[Request]) -> list[Request]:
    """Put what did not work last: it is said why, and nothing else waits for it."""
    return sorted(missing, key=_has_ended)


def _has_ended(request: Request) -> bool:
    """Whether asking for something was in vain: it failed, or the reader cancelled it."""
    if request.key in st.session_state.get(progress.WITHDRAWN, ()):
        return True
    try:
        return access.status(request.key).ended
    except UserError:  # nobody has asked for it
        return False
