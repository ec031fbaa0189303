"""Twenty-two analogies whose answers are known from an independent computation on these vectors.

It had another list of 10,000 words (without some topic words) and its own training of the counts
and of Word2Vec. What comes in packages must be right and wrong in the same places; what was trained
anew may differ in a few.
"""

from __future__ import annotations

import pytest

from embeddings import methods, recipes
from embeddings.probes import analogy, formula
from embeddings.types import EmbeddingTable

COLUMNS = ("cooccurrence", "word2vec", "glove", "bert")
ALL_RIGHT = """\
man : king :: woman : queen
he : she :: his : her
man : woman :: actor : actress
hand : finger :: foot : toe
cat : cats :: mouse : mice
good : better :: bad : worse
germany : german :: france : french
"""
TABLE = """\
boy : girl :: son : daughter          | yes no yes yes  | word2vec wife
day : night :: summer : winter        | yes yes yes no  | bert nights
walk : walking :: swim : swimming     | yes no yes yes  | word2vec diving
one : two :: three : four             | yes yes no yes  | glove eight
england : london :: france : paris    | yes no yes yes  |
spain : madrid :: portugal : lisbon   | yes no no yes   | glove barcelona
slow : slowly :: quick : quickly      | yes no no yes   | glove away
king : prince :: queen : princess     | no no yes yes   |
small : smaller :: big : bigger       | no no yes yes   |
france : paris :: italy : rome        | no no yes no    | cooccurrence berlin, bert florence
man : doctor :: woman : nurse         | no no yes no    | cooccurrence physician, bert doctors
bread : baker :: meat : butcher       | no no no yes    |
monday : tuesday :: friday : saturday | no no no no     | cooccurrence thursday, glove wednesday
possible : impossible :: happy : unhappy | no no no no  | glove glad, bert happiness
red : rose :: yellow : lemon          | no no no no     | cooccurrence pink, word2vec rosa
"""
"""Right or not, and wrong answers that both computations give."""


def expected() -> list[tuple[str, tuple[bool, ...], list[str]]]:
    rows = [(line, (True,) * 4, []) for line in ALL_RIGHT.splitlines()]
    for line in TABLE.splitlines():
        asked, cells, wrong = (part.strip() for part in line.split("|"))
        right = tuple(cell == "yes" for cell in cells.split())
        rows.append((asked, right, [each for each in wrong.split(", ") if each]))
    return rows


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, str], analogy.Answer]:
    found = {}
    for method in COLUMNS:
        table = recipes.fetch(methods.get(method).spec("common-10k"))
        assert isinstance(table, EmbeddingTable)
        for asked, _, _ in expected():
            found[asked, method] = analogy.answer(table, formula.parse(asked))
    return found


@pytest.mark.parametrize("method", ["glove", "bert"])
def test_what_comes_in_packages_is_right_in_the_same_places(answers, method):
    for asked, right, _ in expected():
        is_right = answers[asked, method].rank == 1
        assert is_right == right[COLUMNS.index(method)], asked


@pytest.mark.parametrize("method", ["cooccurrence", "word2vec"])
def test_what_is_trained_is_right_in_nearly_the_same_places(answers, method):
    at = COLUMNS.index(method)
    other = [
        asked for asked, right, _ in expected() if (answers[asked, method].rank == 1) != right[at]
    ]
    assert len(other) <= 3, other


def test_wrong_answers_have_the_same_words(answers):
    for asked, _, wrong in expected():
        for each in wrong:
            method, word = each.split()
            assert answers[asked, method].words[0] == word, asked


def test_the_ranks_of_wrong_answers_are_those_of_the_other_list_but_for_added_words(answers):
    ranks = {
        ("possible : impossible :: happy : unhappy", "glove"): 225,
        ("red : rose :: yellow : lemon", "glove"): 2554,
        ("red : rose :: yellow : lemon", "bert"): 1817,
        ("man : doctor :: woman : nurse", "bert"): 13,
    }
    for (asked, method), rank in ranks.items():
        assert answers[asked, method].rank == pytest.approx(rank, rel=0.02), asked
