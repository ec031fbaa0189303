"""How far the places along a direction can be believed: pairs, a known order, other methods."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from embeddings.probes import scales as probe
from embeddings.probes.scales import Question
from pages.shared import notices
from pages.shared.directions import choosing, measured
from pages.shared.directions.choosing import ALL, OWN
from pages.shared.directions.rows import Row, by_lot
from pages.shared.reading import table


def show(rows: Sequence[Row], question: Question) -> None:
    """Show how alike the pairs are, and what is known of the order from elsewhere."""
    if question.how in ("mean", "first"):
        st.subheader("Is it one direction?", anchor=False)
        st.markdown(
            "**Mean cosine among pairs**: how alike the steps of every two pairs are; 1 is the "
            "same step. **Broken up**: the same after each first word was paired with other "
            "pairs' second words. That much the kinds of words give by themselves; only what is "
            "above it speaks for one direction."
        )
        st.html(consistency_html(rows))
        table(pairs_table(rows), "pairs")
    _order(rows, question)


def consistency_html(rows: Sequence[Row]) -> str:
    """Write how consistent the pairs are by every method."""
    body = []
    for row in rows:
        found = row.scale.direction
        if found.consistency is None or found.broken is None:
            continue
        worst = int(np.argmin(found.cosines))
        a, b = found.pairs[worst]
        body.append(
            f'<tr><th scope="row">{html.escape(row.method.name)}</th><td>{len(found.pairs)}</td>'
            f"<td><b>{found.consistency:.2f}</b></td><td>{found.broken:.2f}</td>"
            f"<td>{html.escape(a)} – {html.escape(b)} ({found.cosines[worst]:.2f})</td></tr>"
        )
    heads = ("Method", "Pairs", "Mean cosine among pairs", "Broken up", "Farthest off (its cosine)")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<table class="lse-words"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def pairs_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Return the cosine of each pair's step with the direction, by every method."""
    columns = {
        row.method.name: dict(
            zip(row.scale.direction.pairs, row.scale.direction.cosines, strict=True)
        )
        for row in rows
    }
    pairs = list(dict.fromkeys(pair for column in columns.values() for pair in column))
    return pd.DataFrame(
        {
            "from": [a for a, _ in pairs],
            "to": [b for _, b in pairs],
            **{name: [column.get(pair) for pair in pairs] for name, column in columns.items()},
        }
    )


def _order(rows: Sequence[Row], question: Question) -> None:
    name = choosing.given("direction", list(probe.ready()), OWN)
    reference = probe.ready()[name].reference if name in probe.ready() else None
    if reference is None:
        return
    st.subheader("Does it put words in their true order?", anchor=False)
    st.markdown(
        f"Spearman's rank correlation of the places along the direction with "
        f"{notices.plain(reference.title)} ({notices.plain(reference.source)}), beside what "
        f"{probe.DRAWS:,} directions through {by_lot(question)} give."
    )
    body = []
    for row in rows:
        found = measured.order(row.method.spec, question, reference)
        if found is None:
            continue
        verdict = "more than chance" if found.rho > found.chance else "no more than chance"
        body.append(
            f'<tr><th scope="row">{html.escape(row.method.name)}</th><td>{len(found.words)}</td>'
            f"<td><b>{found.rho:.2f}</b></td><td>{found.chance:.2f}</td><td>{found.p:.3f}</td>"
            f"<td>{verdict}</td></tr>"
        )
    heads = (
        *("Method", "Words", "Rank correlation", "One random direction in 20 reaches"),
        *("Share that reaches as much", "So it is"),
    )
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    st.html(
        f'<table class="lse-words"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )
    st.caption(notices.plain(f"Words: {', '.join(reference.words)}"))


# ---------------------------------------------------------------------------------- agreement


def agreement(rows: Sequence[Row], question: Question, group: str, vocabulary: str) -> None:
    """Say on which words all methods agree, and give every place as a table."""
    words = tuple(dict.fromkeys(word for row in rows for word in row.words))
    shared = [word for word in words if all(word in row.words for row in rows)]
    if words and len(rows) > 1 and group != ALL and all(row.sure is not None for row in rows):
        st.subheader("Do the methods agree?", anchor=False)
        st.markdown(agreement_text(rows, question, shared))
    table(places_table(rows, words, question), f"places-{vocabulary}")


def agreement_text(rows: Sequence[Row], question: Question, shared: Sequence[str]) -> str:
    """Say which words lie surely on the same side in all methods, and which on different sides.

    Words that the direction is made of are not counted: it puts them on their sides itself.
    """
    made_of = {word for row in rows for word in row.ends}
    left_out = sum(word in made_of for word in shared)
    shared = [word for word in shared if word not in made_of]
    signs = {
        word: [
            0 if (row.share(word) or 0) < probe.SURE else (1 if row.z(word) > 0 else -1)
            for row in rows
        ]
        for word in shared
    }
    high = [word for word, each in signs.items() if set(each) == {1}]
    low = [word for word, each in signs.items() if set(each) == {-1}]
    split = [word for word, each in signs.items() if {1, -1} <= set(each)]
    n, all_of = len(shared), "both" if len(rows) == 2 else f"all {len(rows)}"
    lines = [
        f"Of {n} words that {all_of} methods know, **{len(high) + len(low)}** lie surely on the "
        f"same side in {all_of}."
    ]
    if left_out:
        more = f"{left_out} more {'are words' if left_out > 1 else 'is a word'}"
        lines[0] += (
            f" {more} that the direction is made of, which it puts on their side itself; not "
            "counted."
        )
    for words, end in ((low, question.low), (high, question.high)):
        if words:
            lines.append(f"Towards {notices.plain(end)}: {notices.plain(', '.join(words))}.")
    if split:
        lines.append(
            f"Surely on different sides: {notices.plain(', '.join(split))}. What a word is, here "
            "depends on the method and its text."
        )
    return "\n\n".join(lines)


def places_table(rows: Sequence[Row], words: Sequence[str], question: Question) -> pd.DataFrame:
    """Return where each word lies by every method, those that the direction is made of included."""
    made_of = {word: end for row in rows for word, end in row.ends.items()}
    words = list(dict.fromkeys((*words, *made_of)))
    names = {0: question.low, 1: question.high}
    found: dict[str, list[object]] = {
        "word": list(words),
        "of the end": [names[made_of[w]] if w in made_of else "" for w in words],
    }
    for row in rows:
        name, known = row.method.name, {*row.words, *row.ends}
        found[f"{name}, sd"] = [row.z(w) if w in known else None for w in words]
        found[f"{name}, cosine"] = [row.cosine(w) if w in known else None for w in words]
        if row.sure is not None:
            found[f"{name}, share of samples"] = [
                row.share(w) if w in known else None for w in words
            ]
    return pd.DataFrame(found)
