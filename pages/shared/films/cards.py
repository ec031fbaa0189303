"""What every method answers, side by side, as HTML; titles are data and are escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

import pandas as pd

from embeddings.applications.films import Recommended
from embeddings.applications.people import Alike
from pages.shared import address, links
from pages.shared.address import Choice
from pages.shared.films import asking as addresses
from pages.shared.films.asking import Asking
from pages.shared.films.shelf import POPULAR, Answer

WHY = 2
"""How many liked films are named beside each that is recommended."""


def films(answers: Iterable[Answer], asking: Asking, titles: Sequence[str]) -> str:
    """Write a card for each method: its ten films, and what pulled each in."""
    cards = (_card(answer, asking, titles) for answer in answers)
    return f'<div class="lse-picks">{"".join(cards)}</div>'


def _card(answer: Answer, asking: Asking, titles: Sequence[str]) -> str:
    label = html.escape(answer.label)
    if answer.films is None:
        body = "<p>Its vectors are being made.</p>"
    elif not answer.films:
        body = "<p>It knows none of these films: too few people like them.</p>"
    else:
        rows = (_film(answer, each, asking, titles) for each in answer.films)
        body = f"<ol>{''.join(rows)}</ol>"
    to = ""
    if answer.films and answer.key != POPULAR.key:
        lit = address.lit([*asking.liked, *(each.film for each in answer.films)])
        to = links.link("map", address.write(Choice(answer.key, "films")), "./", lit)
    return (
        f'<section data-method="{html.escape(answer.key)}"><h3>{label} <small>{to}</small></h3>'
        f"{body}</section>"
    )


def _film(answer: Answer, each: Recommended, asking: Asking, titles: Sequence[str]) -> str:
    title = titles[each.film]
    if answer.key == POPULAR.key:
        return f"<li>{html.escape(title)}<small>{each.likes:,} people like it</small></li>"
    to = addresses.write(addresses.look_at(asking, answer.key, each.film), tuple(titles))
    because = ", ".join(
        f"{html.escape(titles[film])} {share:.0%}"
        for film, share in each.shares()[:WHY]
        if share > 0
    )
    why = f"because of {because}" if because else f"near none of them; {each.likes:,} like it"
    return f"<li>{links.link(title, to)}<small>{why}</small></li>"


def why(each: Recommended, label: str, titles: Sequence[str]) -> str:
    """Say what pulled a film in: a bar for the share of each liked film."""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(titles[film])}</th><td>'
        f'<i style="width:{100 * share:.0f}%"></i></td><td>{share:.0%}</td>'
        f"<td>{cosine:.2f}</td></tr>"
        for (film, share), (_, cosine) in zip(each.shares(), each.why, strict=True)
    )
    return (
        f'<div class="lse-why"><p><b>{html.escape(titles[each.film])}</b> by '
        f"{html.escape(label)}: mean cosine {each.closeness:.2f}, liked by {each.likes:,} of 671 "
        "people.</p><table><thead><tr><th>Pulled in by</th><th></th><th>share</th><th>cosine</th>"
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def table(answers: Iterable[Answer], titles: Sequence[str]) -> pd.DataFrame:
    """Return the same as rows."""
    rows = [
        {
            "method": answer.label,
            "place": place,
            "film": titles[each.film],
            "mean cosine": None if answer.key == POPULAR.key else each.closeness,
            "people who like it": each.likes,
            "because of": "; ".join(
                f"{titles[film]} {share:.0%}" for film, share in each.shares() if share > 0
            ),
        }
        for answer in answers
        for place, each in enumerate(answer.films or (), 1)
    ]
    return pd.DataFrame(rows)


# ----------------------------------------------------------------------------------- people


def people(
    label: str, key: str, found: Sequence[Alike] | None, names: Sequence[str], titles: Sequence[str]
) -> str:
    """Write the card of one method: people like the new one, and the films that say so."""
    if found is None:
        body = "<p>Its vectors are being made.</p>"
    elif not found:
        body = "<p>It knows none of the films that you like: too few people like them.</p>"
    else:
        body = f"<ol>{''.join(_person(each, names, titles) for each in found)}</ol>"
    to = ""
    if found:
        lit = address.lit(each.person for each in found)
        to = links.link("map", address.write(Choice(key, "people")), "./", lit)
    return (
        f'<section data-method="{html.escape(key)}"><h3>{html.escape(label)} <small>{to}</small>'
        f"</h3>{body}</section>"
    )


def _person(each: Alike, names: Sequence[str], titles: Sequence[str]) -> str:
    def said(films: Sequence[int], most: int = 3) -> str:
        more = f" and {len(films) - most} more" if len(films) > most else ""
        return html.escape("; ".join(titles[film] for film in films[:most]) + more)

    lines = [f"Both like: {said(each.both_like)}." if each.both_like else "No film liked by both."]
    if each.differ:
        lines.append(f"Not of one mind: {said(each.differ)}.")
    if each.unseen:
        lines.append(f"Likes besides: {said(each.unseen[:2])}.")
    small = "".join(f"<small>{line}</small>" for line in lines)
    return f"<li>{html.escape(names[each.person])} <em>{each.cosine:.2f}</em>{small}</li>"
