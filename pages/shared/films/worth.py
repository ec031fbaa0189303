"""How good the recommendations are: everybody's last liked film, held out and looked for."""

from __future__ import annotations

import html

import pandas as pd
import streamlit as st

from embeddings import methods
from embeddings.applications import films
from embeddings.applications.films import Score
from embeddings.figures import films as figures
from embeddings.figures.films import Row
from embeddings.figures.scores import Value
from embeddings.types import HeldOut, Interval, Request
from pages.shared import access, own
from pages.shared.films import shelf
from pages.shared.films.asking import Asking
from pages.shared.reading import chart, table

POPULAR = "Popularity alone"
VERDICTS = {"better": "beat popularity", "worse": "fall behind it", "unclear": "cannot be told"}


def show(asking: Asking) -> list[Request]:
    """Show what every method is worth; return what is still to be measured."""
    st.subheader("How good is it?", anchor="how-good-is-it")
    wanted = shelf.held_out()
    found = {key: access.held_out(spec) for key, spec in wanted.items() if access.has(spec)}
    missing: list[Request] = [spec for key, spec in wanted.items() if key not in found]
    st.markdown(
        "Everybody's **last liked film is hidden**, every method learns anew without these films, "
        "and is asked for ten films for somebody who liked the twelve before it. The hit rate is "
        "the share of people whose hidden film is among the ten; NDCG counts it less the lower it "
        "stands. Most films that somebody would like are no hit: only one is hidden."
    )
    if not found:
        st.caption("This is measured once, and takes a minute or two.")
        return missing
    scores = _scores(found, asking.share)
    alone = films.judge(next(iter(found.values())), 1.0)
    rows = [_row(POPULAR, alone), *(_row(methods.get(k).label, s) for k, s in scores.items())]
    key = ("films held out", tuple(wanted[k].key for k in found), asking.popularity)
    chart(key, lambda dark: figures.worth(rows, dark), _told(rows))
    st.html(f'<div class="lse-findings">{said(found, scores, alone, asking)}</div>')
    table(_frame(scores, alone), f"films-held-out-{asking.popularity}")
    return missing


def _scores(found: dict[str, HeldOut], share: float) -> dict[str, Score]:
    return {key: _score(f"{each.spec.key} {share}", each, share) for key, each in found.items()}


@own.cached(64)
def _score(key: str, _found: HeldOut, _share: float) -> Score:
    return films.judge(_found, _share)


def _row(label: str, score: Score) -> Row:
    return Row(label, _value(score.hit_rate), _value(score.ndcg))


def _value(measured: tuple[float, Interval]) -> Value:
    return Value(measured[0], measured[1].low, measured[1].high)


def _told(rows: list[Row]) -> str:
    return "Hit rate at 10: " + ", ".join(f"{r.label} {r.hit_rate.at:.3f}" for r in rows) + "."


def said(found: dict[str, HeldOut], scores: dict[str, Score], alone: Score, asking: Asking) -> str:
    """Say in sentences which methods beat popularity, and which do not."""
    n = len(next(iter(found.values())).people)
    if asking.popularity == 100:
        return (
            "<p>Where popularity counts 100 %, every method recommends what popularity does: let "
            "it count less to tell them apart.</p>"
        )
    parts = []
    for verdict, text in VERDICTS.items():
        those = [
            f"{html.escape(methods.get(key).label)} ({_signed(score.beside)})"
            for key, score in scores.items()
            if score.verdict == verdict
        ]
        if those and verdict == "unclear":
            parts.append(f"Of {', '.join(those)} it {text}: the interval of the difference has 0.")
        elif those:
            parts.append(f"{', '.join(those)} {text if len(those) > 1 else _one(text)}.")
    widest = max(scores, key=lambda key: scores[key].coverage)
    unknown = (found[widest].ranks[0] < 0).mean()
    return (
        f"<p>With popularity counting {asking.popularity} %, beside popularity's "
        f"{alone.hit_rate[0]:.3f} over {n} people (difference of the hit rates, 95 % interval): "
        f"{' '.join(parts)}</p>"
        f"<p>Popularity recommends only {alone.coverage:.1%} of all films, whoever asks; "
        f"{html.escape(methods.get(widest).label)} reaches {scores[widest].coverage:.0%}, and what "
        f"it recommends is liked by more people than {scores[widest].popularity:.1%} of the films "
        f"(popularity: {alone.popularity:.1%}). {unknown:.0%} of the hidden films can be found by "
        f"no method: fewer than {films.FEWEST} other people like them.</p>"
        "<p>Intervals are of a bootstrap over people, and take the films as given. The settings of "
        "the methods were chosen with these very people in sight, so expect a little less of "
        "others.</p>"
    )


def _one(text: str) -> str:
    return text.replace("beat ", "beats ").replace("fall ", "falls ")


def _signed(measured: tuple[float, Interval]) -> str:
    value, ends = measured
    return f"{value:+.3f}, {ends.low:+.3f} to {ends.high:+.3f}"


def _frame(scores: dict[str, Score], alone: Score) -> pd.DataFrame:
    everything = {POPULAR: alone} | {methods.get(k).label: s for k, s in scores.items()}
    rows = []
    for label, score in everything.items():
        row: dict[str, object] = {"method": label}
        for name, (value, ends) in {
            "hit rate at 10": score.hit_rate,
            "NDCG at 10": score.ndcg,
            "hit rate beside popularity": score.beside,
            "NDCG beside popularity": score.ndcg_beside,
        }.items():
            row |= {name: value, f"{name}: low": ends.low, f"{name}: high": ends.high}
        row |= {"coverage": score.coverage, "mean popularity percentile": score.popularity}
        rows.append(row)
    return pd.DataFrame(rows)
