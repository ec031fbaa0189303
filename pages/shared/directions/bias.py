"""A bias test by every method: effect, p-value, what chance gives, and the words that were used."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from embeddings.figures import bias as figures
from embeddings.figures.bias import Effect
from embeddings.probes import weat
from embeddings.types import Request
from pages.shared import notices, scales
from pages.shared.directions import choosing, measured
from pages.shared.directions.choosing import Method
from pages.shared.reading import chart, table

PAPER = "[Caliskan, Bryson and Narayanan 2017](https://doi.org/10.1126/science.aal4230)"

Found = tuple[Method, weat.Result]


def show(vocabulary: str) -> list[Request]:
    """Show a bias test by every method; return what has to be made first."""
    asked = choosing.test()
    with st.container(
        key="direction-controls", horizontal=True, vertical_alignment="center", gap="medium"
    ):
        chosen = choosing.compared(vocabulary)
    there, missing = measured.ready(chosen)
    (x, y), (a, b) = asked.targets, asked.attributes
    st.markdown(
        f"Are {notices.plain(x.title)} nearer to {notices.plain(a.title)}, and "
        f"{notices.plain(y.title)} to {notices.plain(b.title)}? A word's **association** is its "
        "mean cosine with the first attributes minus that with the second. The **effect size d** "
        "is the difference of both targets' means in standard deviations, from −2 to 2 where both "
        "are equally many; the **p-value** is how often targets divided by lot give as much "
        "(one-sided). "
        f"WEAT, {PAPER}"
    )
    found: list[Found] = []
    for method in there:
        result, problem = measured.or_problem(measured.test, method.spec, asked)
        if result is None:
            notices.tell(f"{method.name}: {problem}")
        else:
            found.append((method, result))
    if found:
        _effects(found, asked)
        _strips(found, asked)
        _words(found, asked, vocabulary)
    return missing


def _effects(found: Sequence[Found], asked: weat.Test) -> None:
    picture, text = st.columns([6, 5], gap="large")
    known = [
        Effect(method.name, result.effect, result.chance)
        for method, result in found
        if result.effect is not None and result.chance is not None
    ]
    with picture:
        if known:
            chart(
                ("effects", asked, tuple(method.spec.key for method, _ in found)),
                lambda dark: figures.effects(known, dark),
                "Effect sizes: " + "; ".join(f"{row.name} {row.value:.2f}" for row in known),
            )
    with text:
        st.html(effects_html(found))
        unequal = [method.name for method, result in found if result.unequal]
        if unequal:
            notices.warn(
                f"{', '.join(unequal)}: the two groups of targets are not equally many, so one "
                "word more or less weighs more in the smaller one. Read d with care."
            )
    table(effects_table(found), f"weat-{asked.name}")


def said(result: weat.Result) -> str:
    """Say a p-value and of what it is."""
    p = "< .001" if result.p < 0.001 else f"{result.p:.3f}".removeprefix("0")
    how = "all" if result.exact else "random"
    return f"{p} ({how} {result.divisions:,})"


def effects_html(found: Sequence[Found]) -> str:
    """Write each method's effect, its p-value and how many words it used."""
    body = []
    for method, result in found:
        used = [len(group.words) for group in result.used]
        effect = "none" if result.effect is None else f"{result.effect:.2f}"
        body.append(
            f'<tr><th scope="row">{html.escape(method.name)}</th><td><b>{effect}</b></td>'
            f"<td>{said(result)}</td>"
            f"<td>{used[0]} + {used[1]}, {used[2]} + {used[3]}</td></tr>"
        )
    heads = ("Method", "d", "p (divisions)", "Words: targets, attributes")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<table class="lse-words lse-figures"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def effects_table(found: Sequence[Found]) -> pd.DataFrame:
    """Return one row for each method, with the words that it used and those it does not know."""
    rows = []
    for method, result in found:
        low, high = result.chance or (None, None)
        row: dict[str, object] = {
            "method": method.name,
            "vocabulary": method.spec.vocabulary,
            "d": result.effect,
            "p": result.p,
            "divisions": result.divisions,
            "all of them": result.exact,
            "by lot, low": low,
            "by lot, high": high,
        }
        for used, missing in zip(result.used, result.missing, strict=True):
            row[f"{used.title}: used"] = " ".join(used.words)
            row[f"{used.title}: not known"] = " ".join(missing.words)
        rows.append(row)
    return pd.DataFrame(rows)


def _strips(found: Sequence[Found], asked: weat.Test) -> None:
    (x, y), (a, b) = asked.targets, asked.attributes
    st.subheader("Every word's association", anchor=False)
    far = max(abs(each.value) for _, r in found for group in r.associations for each in group)
    reach = max(0.05, far * 1.08)
    step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.5) if reach / s <= 6 or s == 0.5)
    scales.strips(
        [_strip(method, result, asked) for method, result in found],
        (b.title, a.title),
        reach,
        step,
        "as near to both",
        key="bias strips",
    )
    st.caption(
        f"Above the line {notices.plain(x.title)}, below it {notices.plain(y.title)}. To the right "
        f"a word is nearer to {notices.plain(a.title)}, to the left to {notices.plain(b.title)}; "
        "the scale is a difference of mean cosines."
    )
    table(associations_table(found), f"associations-{asked.name}", "Every association as a table")


def associations_table(found: Sequence[Found]) -> pd.DataFrame:
    """Return one row for each target word and method, those of the strongest associations first."""
    rows = [
        {
            "word": each.word,
            "group": group.title,
            "method": method.name,
            "vocabulary": method.spec.vocabulary,
            "association": each.value,
        }
        for method, result in found
        for group, values in zip(result.used[:2], result.associations, strict=True)
        for each in sorted(values, key=lambda each: -each.value)
    ]
    return pd.DataFrame(rows)


def _strip(method: Method, result: weat.Result, asked: weat.Test) -> scales.Strip:
    rows = []
    for group, each, kind in zip(asked.targets, result.associations, (6, 0), strict=True):
        line = "{} ({}): association {:+.3f}"
        rows.append(
            tuple(
                (w.word, round(w.value, 4), kind, True, line.format(w.word, group.title, w.value))
                for w in each
            )
        )
    effect = "no effect" if result.effect is None else f"d {result.effect:.2f}"
    return scales.Strip(method.name, f"{effect}, p {said(result)}", (), rows[0], rows[1])


def _words(found: Sequence[Found], asked: weat.Test, vocabulary: str) -> None:
    """Say which words were used and which are missing."""
    lines = []
    for at, group in enumerate(asked.groups):
        for method, result in found:
            lacking = result.missing[at].words
            if lacking:
                n = len(lacking) + len(result.used[at].words)
                lines.append((group.title, method.name, n - len(lacking), n, " ".join(lacking)))
    st.subheader("Words that were left out", anchor=False)
    if not lines:
        st.caption("None: every method knows every word of all four groups.")
        return
    by_list: dict[tuple[str, str, int, int], list[str]] = {}
    for title, name, used, n, words in lines:
        by_list.setdefault((title, words, used, n), []).append(name)
    body = "".join(
        f'<tr><th scope="row">{html.escape(title)}</th><td>{html.escape(", ".join(names))}</td>'
        f"<td>{used} of {n}</td><td>{html.escape(lacking)}</td></tr>"
        for (title, lacking, used, n), names in by_list.items()
    )
    heads = ("Group", "Method", "Used", "Without a vector here")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    st.html(f'<table class="lse-words"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')
    if vocabulary != choosing.BIG:
        st.caption(
            "A test of few words says little: with 400,000 words (GloVe alone) hardly one is "
            "missing. Choose them above."
        )
