"""``recommend``: what to watch next and whom to follow, by every method, and how good that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import click

from embeddings import methods, recipes
from embeddings.applications import films, people
from embeddings.commands.common import (
    examples,
    json_option,
    print_json,
    print_table,
    progress_bar,
    say,
)
from embeddings.errors import UnknownName, UserError
from embeddings.types import (
    SHARES,
    EmbeddingTable,
    HeldOut,
    Progress,
    Ratings,
    RatingsSpec,
    Spec,
    Vocabulary,
    VocabularySpec,
)

EVERY = "all"
SHOWN_WHY = 2
"""How many liked films are named beside each that is recommended."""


@click.command(
    "recommend",
    epilog=examples(
        'recommend "Alien" "Blade Runner (1982)" "The Matrix"',
        'recommend "Toy Story" --method films-als --popularity 0',
        'recommend --people "Alien=5" "Heat=4" "Titanic=1"',
        "recommend --evaluate",
    ),
)
@click.argument("titles", nargs=-1, metavar="[FILM]...")
@click.option(
    *("-m", "--method", "method_key"),
    default=EVERY,
    show_default=True,
    metavar="NAME",
    help="One of the methods for films, or for people with --people (see: methods).",
)
@click.option(
    "--popularity",
    type=click.IntRange(0, 100),
    default=25,
    show_default=True,
    help="Percent that popularity counts, against closeness.",
)
@click.option(
    "--evaluate",
    is_flag=True,
    help="Hold out everybody's last liked film, and print how often each method finds it.",
)
@click.option("--people", "of_people", is_flag=True, help="Find people like you, not films.")
@json_option
def recommend(
    titles: tuple[str, ...],
    method_key: str,
    popularity: int,
    evaluate: bool,
    of_people: bool,
    as_json: bool,
) -> None:
    """Recommend what to watch after the FILMs you like.

    With --people each FILM may have stars, as "Heat=4"; without them it has five. Somebody likes a
    film that they gave four stars or more.
    """
    keys = _keys(method_key, "people" if of_people else "films")
    with progress_bar("Reading MovieLens") as progress:
        if evaluate:
            rows = _found_again(keys, progress) if of_people else _held_out(keys, progress)
        elif of_people:
            rows = _alike(titles, keys, progress)
        else:
            rows = _recommended(titles, keys, popularity / 100, progress)
    if as_json:
        print_json(rows)
    else:
        _print(rows)


def _keys(method_key: str, kind: str) -> tuple[str, ...]:
    known = methods.available(kind)
    if method_key == EVERY:
        return tuple(known)
    if method_key not in known:
        raise UnknownName(f"method for {kind}", method_key, (EVERY, *known))
    return (method_key,)


def _words(name: str) -> Vocabulary:
    return cast(Vocabulary, recipes.fetch(VocabularySpec(name)))


def _ratings() -> Ratings:
    return cast(Ratings, recipes.fetch(RatingsSpec()))


def _table(spec: Spec, progress: Progress) -> EmbeddingTable:
    return cast(EmbeddingTable, recipes.fetch(spec, progress=progress))


def _recommended(
    titles: tuple[str, ...], keys: tuple[str, ...], share: float, progress: Progress
) -> list[dict[str, Any]]:
    words, likes = _words("films"), _ratings().likes
    liked = tuple(dict.fromkeys(films.find(title, words.words) for title in titles))
    if problem := films.check_liked(liked, len(words)):
        raise UserError(problem)
    found = []
    for key in keys:
        among = films.space_of(_table(methods.get(key).spec("films"), progress), words.index, likes)
        recommended = films.recommend(among, liked, share)
        if not recommended:
            say(f"{methods.get(key).label} knows none of these films: too few people like them.")
        for place, each in enumerate(recommended, 1):
            found.append(
                {
                    "method": key,
                    "place": place,
                    "film": words.words[each.film],
                    "cosine": round(each.closeness, 3),
                    "likes": each.likes,
                    "because of": ", ".join(
                        f"{words.words[film]} {part:.0%}"
                        for film, part in each.shares()[:SHOWN_WHY]
                        if part > 0
                    ),
                }
            )
    return found


def _held_out(keys: tuple[str, ...], progress: Progress) -> list[dict[str, Any]]:
    _words("films")
    found = []
    for key in keys:
        measured = cast(HeldOut, recipes.fetch(films.spec(key), progress=progress))
        for share in SHARES[:-1]:
            found.append(_scored(key, share, films.judge(measured, share)))
    alone = films.judge(measured, SHARES[-1])
    return [_scored("popularity", SHARES[-1], alone), *found]


def _scored(key: str, share: float, score: films.Score) -> dict[str, Any]:
    def with_ends(value: tuple[float, Any]) -> str:
        return f"{value[0]:.3f} ({value[1].low:.3f} to {value[1].high:.3f})"

    return {
        "method": key,
        "popularity counts": f"{share:.0%}",
        "hit rate": with_ends(score.hit_rate),
        "NDCG": with_ends(score.ndcg),
        "coverage": f"{score.coverage:.3f}",
        "mean percentile": f"{score.popularity:.3f}",
        "beside popularity": with_ends(score.beside),
        "": score.verdict if share < 1 else "",
    }


def _people(key: str, progress: Progress) -> people.People:
    tables = [_table(spec, progress) for spec in people.needed(key)]
    return people.people_of(
        tables[0],
        _words("people").index,
        _ratings().likes,
        tables[1] if len(tables) > 1 else None,
        _words("films").index,
    )


def _alike(
    titles: tuple[str, ...], keys: tuple[str, ...], progress: Progress
) -> list[dict[str, Any]]:
    words, names, ratings = _words("films"), _words("people"), _ratings()
    rated = _rated(titles, words)
    problem = people.check_rated(rated)
    if problem and not any(map(people.is_like, rated.values())):
        raise UserError(problem)
    if problem:
        say(problem)
    found = []
    for key in keys:
        for place, each in enumerate(people.alike(_people(key, progress), ratings, rated), 1):
            found.append(
                {
                    "method": key,
                    "place": place,
                    "person": names.words[each.person],
                    "cosine": round(each.cosine, 3),
                    "both rated": each.both_rated,
                    "both like": ", ".join(words.words[f] for f in each.both_like[:3]),
                    "likes besides": ", ".join(words.words[f] for f in each.unseen[:2]),
                }
            )
    return found


def _rated(titles: tuple[str, ...], words: Vocabulary) -> Mapping[int, float]:
    found = {}
    for text in titles:
        title, equals, stars = text.rpartition("=")
        if not equals:
            title, stars = text, "5"
        found[films.find(title, words.words)] = people.stars(stars)
    return found


def _found_again(keys: tuple[str, ...], progress: Progress) -> list[dict[str, Any]]:
    likes = _ratings().likes
    found = []
    for key in keys:
        share, asked = people.found_again(_people(key, progress), likes)
        found.append({"method": key, "found again first": f"{share:.3f}", "of people": asked})
    return found


def _print(rows: list[dict[str, Any]]) -> None:
    if rows:
        print_table([tuple(row.values()) for row in rows], tuple(rows[0]))
