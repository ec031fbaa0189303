"""A direction taken out of all vectors: what changes, and what stays. Removing is not curing."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from embeddings import methods
from embeddings.errors import UserError
from embeddings.figures import bias as figures
from embeddings.figures.bias import Effect
from embeddings.probes import removal as probe
from embeddings.probes import weat
from embeddings.probes import words as lookup
from embeddings.probes.removal import Removal
from embeddings.probes.scales import Question
from embeddings.types import Request
from pages.shared import access, notices
from pages.shared.address import BIG
from pages.shared.directions import bias, choosing, measured
from pages.shared.directions.choosing import PAGE, Method
from pages.shared.directions.rows import by_lot
from pages.shared.reading import chart, table, text_in_address

WORD = "nurse"

Near = tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]


@dataclass(frozen=True)
class Row:
    """One method before and after."""

    method: Method
    removal: Removal
    before: weat.Result | None
    after: weat.Result | None
    near: Near | None


def show(vocabulary: str) -> list[Request]:
    """Show what taking a direction out changes; return what has to be made first."""
    if vocabulary == BIG:
        raise UserError(
            "Taking a direction out is not shown for 400,000 words: it would copy all their "
            "vectors. Choose a smaller vocabulary."
        )
    question = choosing.direction()
    with st.container(
        key="direction-controls", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        word = st.text_input(
            "Word",
            max_chars=40,
            label_visibility="collapsed",
            width=130,
            **text_in_address(PAGE, "word", WORD),
        )
        choosing.test_box()
        chosen = choosing.compared(vocabulary, dense=True)
    asked = choosing.test()
    word = word.strip() or WORD
    there, missing = measured.ready(chosen)
    choosing.tell(measured.unknown((word, *question.words), there, vocabulary))
    with st.spinner(
        f"Taking the direction out of all words of {len(there)} methods: the nearest neighbour of "
        f"{probe.ASKED} words before and after, and {2 * probe.SIDE:,} words told apart by their "
        f"neighbours before, after, and without each of {probe.CONTROLS} random directions …"
    ):
        rows = [row for method in there if (row := _row(method, question, asked, word))]
    sparse = [each.label for each in methods.available().values() if not each.dense]
    st.markdown(
        f"From every unit vector its part along the direction {notices.plain(question.label)} is "
        "subtracted ([Bolukbasi et al. 2016](https://arxiv.org/abs/1607.06520)). **Removing is "
        "not curing** ([Gonen and Goldberg 2019](https://arxiv.org/abs/1903.03862)): words that "
        "lay on the same side can still be known by their neighbours, as far as is measured here."
    )
    if rows:
        _table(rows, question, asked, word)
        _weat(rows, asked)
        _neighbours(rows, word)
    st.caption(f"Left out: {' and '.join(sparse)}, whose vectors are mostly 0 and would be filled.")
    return missing


def _row(method: Method, question: Question, asked: weat.Test, word: str) -> Row | None:
    removed, problem = measured.or_problem(measured.removed, method.spec, question)
    if removed is None:
        notices.tell(f"{method.name}: {problem}")
        return None
    before, problem = measured.or_problem(measured.test, method.spec, asked)
    after = None
    if before is None:
        notices.tell(f"{method.name}: {problem}")
    else:
        after, _ = measured.or_problem(measured.test_after, method.spec, asked, question)
    known = lookup.find(access.table(method.spec), word) is not None
    near = measured.neighbours(method.spec, question, word) if known else None
    return Row(method, removed, before, after, near)


def _table(rows: Sequence[Row], question: Question, asked: weat.Test, word: str) -> None:
    st.subheader("What changes, and what stays", anchor=False)
    st.html(removal_html(rows, question))
    first = rows[0].removal
    st.caption(
        f"Told apart: the {first.side} words that lie farthest to either side before are put on a "
        f"side by the majority of their {first.k} nearest neighbours among each other. Chance is "
        f".5. The control takes {probe.CONTROLS} directions through {by_lot(question)} out "
        "instead. Where it gives as much, that words stay apart is no peculiarity of this "
        "direction: it means that words at both ends differ in more than one direction."
    )
    table(removal_table(rows), f"removal-{rows[0].method.spec.vocabulary}")


def removal_html(rows: Sequence[Row], question: Question) -> str:
    """Write what changes and what stays, a column for each method."""
    low, high = html.escape(question.low), html.escape(question.high)

    def line(title: str, note: str, cells: Sequence[str]) -> str:
        listed = "".join(f"<td>{cell}</td>" for cell in cells)
        return f'<tr><th scope="row"><b>{title}</b><span>{note}</span></th>{listed}</tr>'

    asked = rows[0].removal.asked
    body = [
        line(
            "Words with another nearest neighbour",
            f"of {asked:,} drawn by lot",
            [f"{row.removal.changed:.1%}" for row in rows],
        ),
        line(
            f"Words towards {low} and towards {high} told apart, before",
            "by their neighbours; the direction helps",
            [f"{row.removal.before:.1%}" for row in rows],
        ),
        line(
            "The same after the direction is gone",
            "chance: 50 %",
            [f"<b>{row.removal.after:.1%}</b>" for row in rows],
        ),
        line(
            "Control: random directions taken out",
            f"mean and range of {probe.CONTROLS}",
            [
                "{1:.1%} <small>({0:.0%} to {2:.0%})</small>".format(*row.removal.control)
                for row in rows
            ],
        ),
    ]
    names = "".join(f'<th scope="col">{html.escape(row.method.name)}</th>' for row in rows)
    return (
        f'<table class="lse-words lse-out"><thead><tr><th scope="col">Measure</th>{names}</tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table>"
    )


def removal_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return one row for each method."""
    found = []
    for row in rows:
        low, mean, high = row.removal.control
        found.append(
            {
                "method": row.method.name,
                "another nearest neighbour": row.removal.changed,
                "words asked": row.removal.asked,
                "words": row.removal.words,
                "words of a side": row.removal.side,
                "k": row.removal.k,
                "told apart before": row.removal.before,
                "told apart after": row.removal.after,
                "chance": row.removal.chance,
                "control, low": low,
                "control, mean": mean,
                "control, high": high,
                "d before": row.before.effect if row.before else None,
                "p before": row.before.p if row.before else None,
                "d after": row.after.effect if row.after else None,
                "p after": row.after.p if row.after else None,
            }
        )
    return pd.DataFrame(found)


def _weat(rows: Sequence[Row], asked: weat.Test) -> None:
    known = [
        Effect(
            row.method.name,
            row.before.effect,
            row.before.chance,
            row.after.effect if row.after else None,
        )
        for row in rows
        if row.before and row.before.effect is not None and row.before.chance
    ]
    if not known:
        return
    title = asked.name if asked.name == "own" else choosing.test_title(asked)
    st.subheader("The bias test, before and after", anchor=False)
    picture, text = st.columns([6, 5], gap="large")
    with picture:
        chart(
            ("effects after", asked, tuple((each.name, each.value, each.after) for each in known)),
            lambda dark: figures.effects(known, dark),
            "; ".join(f"{e.name}: d {e.value:.2f} before" for e in known),
        )
    with text:
        lines = "".join(
            f'<tr><th scope="row">{html.escape(row.method.name)}</th>'
            f"<td>{_said(row.before)}</td><td>{_said(row.after)}</td></tr>"
            for row in rows
        )
        head = "".join(f'<th scope="col">{n}</th>' for n in ("Method", "d, p before", "d, p after"))
        st.html(
            f'<table class="lse-words lse-figures"><caption>{html.escape(title)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
        )


def _said(result: weat.Result | None) -> str:
    if result is None or result.effect is None:
        return "–"
    return f"<b>{result.effect:.2f}</b>, p {bias.said(result)}"


def _neighbours(rows: Sequence[Row], word: str) -> None:
    known = [row for row in rows if row.near]
    if not known:
        return
    st.markdown(
        f"**Nearest to** {notices.plain(word)}**, before and after** · struck out: gone; bold: new"
    )
    st.html(neighbours_html(known))


def neighbours_html(rows: Sequence[Row]) -> str:
    """Write a word's neighbours before and after, those that went and came marked."""
    heads, cells = [], []
    for row in rows:
        assert row.near is not None
        before, after = row.near
        old, new = {word for word, _ in before}, {word for word, _ in after}
        for title, listed, marked, name in (
            ("before", before, old - new, "lse-gone"),
            ("after", after, new - old, "lse-new"),
        ):
            items = "".join(
                f"<li{f' class={name!r}' if word in marked else ''}>{html.escape(word)} "
                f"<small>{cosine:.2f}</small></li>"
                for word, cosine in listed
            )
            heads.append(f'<th scope="col">{html.escape(row.method.name)}, {title}</th>')
            cells.append(f"<td><ol>{items}</ol></td>")
    return (
        f'<table class="lse-words lse-out"><thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody><tr>{''.join(cells)}</tr></tbody></table>"
    )
