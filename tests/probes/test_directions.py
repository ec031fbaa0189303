"""Directions: what the lessons say, by hand, and words that lead nowhere."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import methods, recipes
from embeddings.errors import UnknownName, UserError
from embeddings.probes import directions, weat
from embeddings.types import EmbeddingTable, Spec

RANDOM = np.random.default_rng(0)
GENDER = [
    *(("he", "she"), ("man", "woman"), ("his", "her"), ("father", "mother")),
    *(("son", "daughter"), ("brother", "sister"), ("boy", "girl"), ("king", "queen")),
    *(("husband", "wife"), ("uncle", "aunt"), ("actor", "actress"), ("prince", "princess")),
    *(("himself", "herself"), ("men", "women"), ("boys", "girls"), ("him", "her")),
]


def fetch(method: str) -> EmbeddingTable:
    found = recipes.fetch(methods.get(method).spec("common-10k"))
    assert isinstance(found, EmbeddingTable)
    return found


@pytest.fixture(scope="module")
def words() -> EmbeddingTable:
    return fetch("glove")


# Known answers --------------------------------------------------------------------------------


def test_gender_is_one_direction_most_of_all_in_glove(words: EmbeddingTable) -> None:
    """The lessons' 16 pairs are not listed there; with these the order of methods is theirs."""
    found = {
        name: directions.from_pairs(words if name == "glove" else fetch(name), GENDER)
        for name in ("glove", "bert", "cooccurrence", "word2vec")
    }
    consistency = [each.consistency for each in found.values()]
    assert consistency == sorted(consistency, reverse=True)  # type: ignore[type-var]
    for each in found.values():
        assert each.consistency is not None and each.broken is not None
        assert each.broken < 0.5 * each.consistency
    assert found["glove"].consistency == pytest.approx(0.62, abs=0.01)
    assert found["glove"].broken == pytest.approx(0.20, abs=0.01)
    assert abs(directions.cosine(words, found["glove"], ("male", "female"))) < 0.05
    assert directions.cosine(words, found["glove"], ("nephew", "niece")) > 0.5


def test_words_lie_along_it_as_one_expects(words: EmbeddingTable) -> None:
    for how in directions.HOWS:
        gender = directions.from_pairs(words, GENDER, how)
        names = ("queen", "nurse", "maid", "captain", "officer", "king")
        placed = directions.place(words, gender, names)
        assert min(placed[:3]) > max(placed[3:])
        everything = directions.place(words, gender)
        assert everything.shape == (len(words),)
        assert everything[[words.index[name] for name in names]] == pytest.approx(placed, abs=1e-6)


# By hand --------------------------------------------------------------------------------------


def made(vectors: object, n: int = 8) -> EmbeddingTable:
    return EmbeddingTable(tuple(f"w{i}" for i in range(n)), vectors, Spec("made", "v"))


PAIRS = [("w0", "w1"), ("w2", "w3"), ("w4", "w5")]


@pytest.mark.parametrize("make", [np.asarray, sp.csr_array])
def test_mean_first_component_and_consistency(make: type) -> None:
    points = RANDOM.normal(size=(8, 5)).astype(np.float32)
    units = points / np.linalg.norm(points, axis=1, keepdims=True)
    differences = units[1:6:2] - units[0:6:2]
    found = directions.from_pairs(made(make(points)), PAIRS)
    mean = differences.mean(axis=0) / np.linalg.norm(differences.mean(axis=0))
    assert found.vector == pytest.approx(mean, abs=1e-6)
    normed = differences / np.linalg.norm(differences, axis=1, keepdims=True)
    cosines = normed @ normed.T
    assert found.consistency == pytest.approx(cosines[np.triu_indices(3, 1)].mean(), abs=1e-6)
    assert found.cosines == pytest.approx(normed @ mean, abs=1e-6)
    first = directions.from_pairs(made(make(points)), PAIRS, "first")
    main = np.linalg.svd(differences)[2][0]
    assert abs(first.vector @ main) == pytest.approx(1, abs=1e-6) and first.vector @ mean > 0
    shifted = [units[[3, 5, 1]] - units[[0, 2, 4]], units[[5, 1, 3]] - units[[0, 2, 4]]]
    broken = []
    for each in shifted:
        each = each / np.linalg.norm(each, axis=1, keepdims=True)
        broken.append((each @ each.T)[np.triu_indices(3, 1)].mean())
    assert found.broken == pytest.approx(np.mean(broken), abs=1e-6)


def test_one_pair_is_its_difference_whatever_the_way() -> None:
    table = made(RANDOM.normal(size=(8, 5)))
    mean, first = (directions.from_pairs(table, PAIRS[:1], how) for how in directions.HOWS)
    assert mean.vector == pytest.approx(first.vector, abs=1e-6)
    assert mean.consistency is None and mean.broken is None
    assert mean.cosines == pytest.approx([1])
    placed = directions.place(table, mean, ("w0", "w1"))
    assert placed[1] > placed[0]


def test_parallel_pairs_are_consistent_and_broken_ones_are_not() -> None:
    start = RANDOM.normal(size=(6, 40))
    points = np.empty((12, 40))
    points[0::2] = start / np.linalg.norm(start, axis=1, keepdims=True)
    points[1::2] = points[0::2] + 0.05 * np.eye(40)[0]
    names = tuple(f"w{i}" for i in range(12))
    table = EmbeddingTable(names, points, Spec("made", "v"))
    found = directions.from_pairs(table, list(zip(names[::2], names[1::2], strict=True)))
    assert found.consistency is not None and found.broken is not None
    assert found.consistency > 0.8 and abs(found.broken) < 0.4


def test_groups_of_words(words: EmbeddingTable) -> None:
    found = directions.from_groups(words, ["small", "tiny", "zyzzyva"], ["large", "huge"])
    assert found.missing == ("zyzzyva",) and found.how == "groups" and found.consistency is None
    units = [words.unit_vectors[[words.index[w] for w in group]].mean(axis=0)
             for group in (["small", "tiny"], ["large", "huge"])]  # fmt: skip
    difference = units[1] - units[0]
    assert found.vector == pytest.approx(difference / np.linalg.norm(difference), abs=1e-5)


def test_what_is_taken_out_is_gone_and_weat_falls(words: EmbeddingTable) -> None:
    gender = directions.from_pairs(words, GENDER)
    table = directions.without(words, gender)
    assert np.abs(directions.place(table, gender)).max() < 1e-5
    before, after = (weat.measure(each, weat.get("names-career")) for each in (words, table))
    assert before.effect is not None and after.effect is not None
    assert after.effect < before.effect
    with pytest.raises(UserError, match="Taking a direction out would fill"):
        directions.without(made(sp.csr_array(np.eye(8))), gender)


# Bad input ------------------------------------------------------------------------------------


def test_pairs_that_are_not_known(words: EmbeddingTable) -> None:
    found = directions.from_pairs(words, [("Man", "WOMAN"), ("zyzzyva", "king")])
    assert found.pairs == (("man", "woman"),) and found.missing == ("zyzzyva",)
    for pairs in ([("zyzzyva", "king")], []):
        with pytest.raises(UserError, match="knows both words of none"):
            directions.from_pairs(words, pairs)
    with pytest.raises(UserError, match="no word of the second group"):
        directions.from_groups(words, ["man"], ["zyzzyva"])
    with pytest.raises(UnknownName, match="Did you mean mean"):
        directions.from_pairs(words, [("man", "woman")], "meen")


def test_words_that_lead_nowhere(words: EmbeddingTable) -> None:
    for pairs in ([("man", "man")], [("man", "woman"), ("woman", "man")]):
        with pytest.raises(UserError, match="lead nowhere"):
            directions.from_pairs(words, pairs)
    with pytest.raises(UserError, match="lead nowhere"):
        directions.from_groups(words, ["man"], ["Man"])
    with pytest.raises(UserError, match="no word called 'kingg'"):
        directions.place(words, directions.from_pairs(words, [("man", "woman")]), ["kingg"])
