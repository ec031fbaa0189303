"""Groups of words: those that belong together are found, and named by words of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import clusters
from embeddings.errors import UserError
from embeddings.methods import glove
from embeddings.types import Clusters, Column, EmbeddingTable, Spec, Vocabulary

SPEC = Spec("glove", "some")

KINDS = {
    "animals": "dog cat horse cow pig sheep goat rabbit lion tiger bear wolf fox deer mouse rat",
    "months": "january february march april june july august september october november december",
    "numbers": "one two three four five six seven eight nine ten eleven twelve twenty thirty",
    "countries": "france germany italy spain portugal poland greece austria sweden norway denmark",
}


def vocabulary(words: tuple[str, ...]) -> Vocabulary:
    """Return a vocabulary of these words, the most frequent first."""
    none = np.full(len(words), -1)
    return Vocabulary("some", words, (), none.astype(np.int16), (), none.astype(np.int8), -none)


@pytest.fixture(scope="module")
def known() -> EmbeddingTable:
    words = tuple(" ".join(KINDS.values()).split())
    rows = [glove.index()[word] for word in words]
    return EmbeddingTable(words, np.array(glove.matrix()[rows]), SPEC)


@pytest.fixture(scope="module")
def found(known: EmbeddingTable) -> Clusters:
    return clusters.find(known, vocabulary(known.words), clusters.spec(SPEC, 4))


def test_kinds_of_words_are_found_again(known: EmbeddingTable, found: Clusters) -> None:
    from sklearn.metrics import adjusted_rand_score

    truth = [i for i, kind in enumerate(KINDS.values()) for _ in kind.split()]
    assert adjusted_rand_score(truth, found.labels) > 0.9
    assert (np.diff(np.bincount(found.labels)) <= 0).all(), "the largest comes first"


def test_names_are_two_words_of_the_group_each(known: EmbeddingTable, found: Clusters) -> None:
    assert len(set(found.names)) == len(found.names) == 4
    for group, name in enumerate(found.names):
        members = {known.words[i] for i in np.flatnonzero(found.labels == group)}
        assert len(name.split(" · ")) == 2 and members.issuperset(name.split(" · "))


def test_names_are_frequent_words(known: EmbeddingTable) -> None:
    rare = {"dog", "cat", "horse", "france", "germany", "italy", "three", "four", "july"}
    by_frequency = tuple(sorted(known.words, key=rare.__contains__))
    groups = clusters.find(known, vocabulary(by_frequency), clusters.spec(SPEC, 4))
    assert rare.isdisjoint(" · ".join(groups.names).split(" · "))


def test_a_name_is_not_two_forms_of_one_word() -> None:
    words = ("walk", "walks", "walked", "stroll", *(f"w{i}" for i in range(16)))
    points = np.ones((20, 3), np.float32)  # all equally central: the frequent come first
    name = clusters._name(words, points, np.arange(20), np.arange(20))
    assert name == "walk · stroll"


@pytest.mark.parametrize("n", [3, 9, 100])
def test_words_without_structure_get_no_groups(n: int) -> None:
    words = tuple(f"w{i}" for i in range(n))
    table = EmbeddingTable(words, sp.csr_array(sp.eye_array(n, format="csr")), SPEC)
    groups = clusters.find(table, vocabulary(words), clusters.spec(SPEC))
    assert (groups.labels == -1).all() and groups.names == ()
    assert groups.notes["reason"] == ("no structure" if n == 100 else "too few words")


def test_sparse_vectors_are_grouped_too() -> None:
    random = np.random.default_rng(0)
    blocks = np.kron(np.eye(4), np.ones((25, 30))) * random.poisson(2, size=(100, 120))
    words = tuple(f"w{i}" for i in range(100))
    table = EmbeddingTable(words, sp.csr_array(blocks), SPEC)
    groups = clusters.find(table, vocabulary(words), clusters.spec(SPEC, 4))
    assert np.bincount(groups.labels).tolist() == [25] * 4
    assert len({tuple(groups.labels[i : i + 25]) for i in range(0, 100, 25)}) == 4


def test_long_tables_are_grouped_in_batches(
    known: EmbeddingTable, found: Clusters, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sklearn.metrics import adjusted_rand_score

    monkeypatch.setattr(clusters, "LARGE", 20)
    groups = clusters.find(known, vocabulary(known.words), clusters.spec(SPEC, 4))
    assert adjusted_rand_score(groups.labels, found.labels) > 0.8


def test_the_number_of_groups_fits_the_vocabulary() -> None:
    numbers = [
        clusters.spec(Spec("glove", name)).n_clusters
        for name in ("topics", "common-2k", "common-10k", "glove-400k")
    ]
    assert numbers == sorted(set(numbers))
    with pytest.raises(UserError):
        clusters.spec(SPEC, 1)


def test_groups_of_things_are_named_by_the_category_that_is_most_their_own(
    known: EmbeddingTable,
) -> None:
    kinds = tuple(KINDS)
    truth = [i for i, kind in enumerate(kinds) for _ in KINDS[kind].split()]
    kind = Column("Kind", np.array(truth), kinds)
    things = replace(vocabulary(known.words), columns=(kind,), noun="thing", nouns="things")
    named = clusters.find(known, things, clusters.spec(SPEC, 4))
    assert set(named.names) == set(kinds)
    for group, name in enumerate(named.names):
        members = np.array(truth)[named.labels == group]
        assert np.bincount(members).argmax() == kinds.index(name)
    # Words are named by words, whatever columns they have.
    words = replace(vocabulary(known.words), columns=(kind,))
    assert not set(clusters.find(known, words, clusters.spec(SPEC, 4)).names) & set(kinds)


def test_what_is_common_everywhere_names_no_group(known: EmbeddingTable) -> None:
    n = len(known)
    animals = len(KINDS["animals"].split())
    # Most animals are "common" too; but only among them is anything rare.
    codes = np.zeros(n, dtype=int)
    codes[: animals // 2 - 1] = 1
    column = Column("Mark", codes, ("common", "rare"))
    things = replace(vocabulary(known.words), columns=(column,), noun="thing", nouns="things")
    found = clusters.find(known, things, clusters.spec(SPEC, 4))
    group = np.bincount(found.labels[:animals]).argmax()
    assert found.names[group] == "rare"
    assert sorted(found.names) == ["common", "common", "common", "rare"]
