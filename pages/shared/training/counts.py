"""From counts to meaning: one word's row as it is counted, weighted, and squeezed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from embeddings import methods
from embeddings.errors import UserError
from embeddings.figures import company as figures
from embeddings.inside import company as probe
from embeddings.types import Company, EmbeddingTable, Request
from pages.shared import access, links, notices
from pages.shared.reading import chart, table
from pages.shared.training import asking as addresses
from pages.shared.training import bar
from pages.shared.training.asking import LEAST, Asking

EXAMPLES = ("bread", "king", "guitar")
NAMED = 8
PATTERNS = 3
FREQUENT = 10


@dataclass(frozen=True)
class Squeezed:
    """A word's row after SVD.

    Attributes
    ----------
    values : its numbers
    near : its nearest words, and whether each ever stands near it in the text
    patterns : numbers that stand out, from 0, each with the words that have most of it
    """

    values: NDArray[np.float32]
    near: tuple[tuple[str, bool], ...]
    patterns: tuple[tuple[int, tuple[str, ...]], ...]


def show(asking: Asking) -> list[Request]:
    """Show a word's row at each step; return what has to be made for it."""
    st.subheader("From counts to meaning", anchor=False)
    st.markdown(
        "Before anything was learned, meaning was counted. Take one word and see what each step of "
        "the method **Co-occurrence** brings to the front: which words stand within five words of "
        "it in the dictionary and Wikipedia, which do so more often than by chance, and what is "
        "left when ten thousand numbers are squeezed into a hundred."
    )
    _choose(asking)
    spec = probe.spec(asking.word)
    vectors = methods.get("cooccurrence").spec()
    missing: list[Request] = [each for each in (spec, vectors) if not access.has(each)]
    if not access.has(spec):
        st.caption(f"The company of {notices.plain(asking.word)} is being counted.")
        return missing
    found = access.company(spec)
    with st.container(key="counts"):
        _raw(found)
        _weighted(found, asking.least)
        _squeezed(found)
        table(rows(found, asking.least), f"company-{asking.word}", "Every context as a table")
    return missing


def _choose(asking: Asking) -> None:
    state = st.session_state
    state["training.count"], state["training.least"] = asking.word, asking.least
    with st.container(
        key="difference-controls", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        st.text_input(
            "Word",
            max_chars=addresses.LONGEST_WORD,
            key="training.count",
            on_change=_changed,
            label_visibility="collapsed",
            placeholder="a word",
            width=180,
        )
        st.segmented_control(
            "Name contexts met at least",
            LEAST,
            format_func=lambda n: f"met {n}+ times" if n > 1 else "met once or more",
            key="training.least",
            required=True,
            on_change=_changed,
            label_visibility="collapsed",
        )
        to = (links.link(word, addresses.write(replace(asking, word=word))) for word in EXAMPLES)
        st.html(f'<p class="lse-onward">Try {" · ".join(to)}</p>', width="content")


def _changed() -> None:
    state = st.session_state
    before, _ = addresses.read(st.query_params)
    word = (state["training.count"] or "").strip().lower() or before.word
    bar.go_to(replace(before, word=word, least=state["training.least"]))


def _raw(found: Company) -> None:
    top = best(found.counts, np.ones(len(found.counts), bool))
    common = sum(found.columns[i] < FREQUENT for i in top)
    picture, text = st.columns([7, 5], gap="large")
    with picture:
        st.markdown(f"**1 · Counts**: how often each context stands near {_word(found)}")
        _draw("counts", found, found.counts, top, "times")
    with text:
        st.markdown(
            f"{_word(found)} occurs {found.occurrences:,} times and stands near "
            f"{len(found.contexts):,} different words of the text's {found.n_contexts:,} most "
            f"frequent. Most often: {_listed(found, top, found.counts, '{:,.0f}')}."
        )
        st.markdown(
            f"*To the front come words that keep company with everything*: {common} of these "
            f"{len(top)} are among the text's {FREQUENT} most frequent words."
        )


def _weighted(found: Company, least: int) -> None:
    top = best(found.ppmi, found.counts >= least)
    picture, text = st.columns([7, 5], gap="large")
    with picture:
        st.markdown("**2 · PPMI**: how much more often than by chance, as a logarithm")
        _draw("ppmi", found, found.ppmi, top, "PPMI")
    with text:
        if not len(top):
            st.markdown(f"No context was met {least} times. Choose a smaller number above.")
            return
        st.markdown(
            f"Highest of those met at least {'once' if least == 1 else f'{least} times'}: "
            f"{_listed(found, top, found.ppmi, '{:.1f}')}."
        )
        st.markdown(f"*To the front comes what is its own*. {fall(found)}")
        if least == 1:
            st.markdown(
                "Met once is chance: a rare context that happens to stand there scores highest. "
                "That is why rare meetings are left out above."
            )


def _squeezed(found: Company) -> None:
    spec = methods.get("cooccurrence").spec()
    picture, text = st.columns([7, 5], gap="large")
    try:
        vectors = access.table(spec)
    except UserError:
        text.caption("The SVD is being made.")
        return
    word = found.spec.word
    if word not in vectors.index:
        text.markdown(
            f"**3 · SVD**: {_word(found)} is not among the {len(vectors):,} common words whose "
            "rows are squeezed here."
        )
        return
    row = squeeze(found, vectors)
    marked = [number for number, _ in row.patterns]
    with picture:
        st.markdown(f"**3 · SVD**: the row as {vectors.dim} numbers")
        chart(
            ("svd", word),
            lambda dark: figures.strip(row.values.tolist(), marked, dark),
            f"The {vectors.dim} numbers of {word} after SVD",
        )
    with text:
        st.markdown(
            "A number has no name, but the words that have most of it tell: "
            + "; ".join(f"number {at + 1}: {', '.join(words)}" for at, words in row.patterns)
            + "."
        )
        never = [near for near, meets in row.near if not meets]
        st.markdown(
            f"*To the front come words of like company*: nearest are "
            f"{', '.join(near for near, _ in row.near)}. {_strangers(never, len(row.near), found)}"
        )


def _strangers(never: Sequence[str], n: int, found: Company) -> str:
    if not never:
        return f"All {n} also stand near {_word(found)} somewhere in the text."
    verb = "never stands" if len(never) == 1 else "never stand"
    return (
        f"{len(never)} of them {verb} within five words of {_word(found)} in the whole text "
        f"({', '.join(never)}): that they are alike is nowhere written."
    )


def best(values: NDArray[np.float32], allowed: NDArray[np.bool_], most: int = NAMED) -> list[int]:
    """Return the contexts with the highest values above 0, the highest first."""
    order = np.lexsort((np.arange(len(values)), -values))
    return [int(i) for i in order if allowed[i] and values[i] > 0][:most]


def fall(found: Company) -> str:
    """Say how far the commonest context falls when it is weighed against chance."""
    first = int(np.argmax(found.counts))
    place = 1 + int((found.ppmi > found.ppmi[first]).sum())
    return (
        f"“{found.contexts[first]}”, its commonest context, falls from place 1 to place "
        f"{place:,} of {len(found.contexts):,}."
    )


def squeeze(found: Company, vectors: EmbeddingTable) -> Squeezed:
    """Look at a word's row after SVD."""
    at = vectors.index[found.spec.word]
    everything = np.asarray(vectors.vectors)
    row = everything[at]
    spread = everything.std(axis=0)
    standing = np.abs(row - everything.mean(axis=0)) / np.where(spread > 0, spread, 1)
    patterns = []
    for number in np.argsort(-standing)[:PATTERNS]:
        side = everything[:, number] * (1 if row[number] >= 0 else -1)
        patterns.append((int(number), tuple(vectors.words[i] for i in np.argsort(-side)[:4])))
    rows, _ = access.nearest(vectors, at, NAMED)
    met = set(found.contexts)
    near = tuple((vectors.words[i], vectors.words[i] in met) for i in rows.tolist())
    return Squeezed(row, near, tuple(patterns))


def rows(found: Company, least: int = 1) -> pd.DataFrame:
    """Return one row a context, the highest PPMI first."""
    frame = pd.DataFrame(
        {
            "context": found.contexts,
            "place in the text": found.columns + 1,
            "times": found.counts.astype(int),
            "PPMI": found.ppmi.round(3),
        }
    )
    frame = frame[frame["times"] >= least]
    return frame.sort_values(["PPMI", "times"], ascending=False, kind="stable")


def _draw(
    name: str, found: Company, values: NDArray[np.float32], named: Sequence[int], unit: str
) -> None:
    key = (name, found.spec.key, tuple(named))
    chart(
        key,
        lambda dark: figures.row(
            found.columns.tolist(),
            values.tolist(),
            found.contexts,
            named,
            unit,
            found.n_contexts,
            dark,
        ),
        f"{unit} of every context of {found.spec.word}; highest: "
        + ", ".join(found.contexts[i] for i in named),
    )


def _word(found: Company) -> str:
    return f"**{found.spec.word}**"


def _listed(found: Company, top: Sequence[int], values: NDArray[np.float32], form: str) -> str:
    return ", ".join(f"{found.contexts[i]} ({form.format(values[i])})" for i in top)
