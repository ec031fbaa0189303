"""What every method promises, whatever it computes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from embeddings import methods, vocabulary
from embeddings.errors import Cancelled, MissingPackage, UnknownName, UserError
from embeddings.methods import Method
from embeddings.types import EmbeddingTable, Spec, request_from_json

WORDS = ("king", "music", "queen", "water", "city", "good", "the")
UNKNOWN = "𐌰𐌱𐌲"
SMALL: dict[str, dict[str, Any]] = {
    "word2vec": {"epochs": 1, "dimensions": 20},
    "bert_in_context": {"sentences": 2},
    "cooccurrence": {"dimensions": 10, "contexts": 500},
}
KEYS = tuple(methods.available())


def spec_of(method: Method) -> Spec:
    return method.spec("own", "wikipedia", parameters=SMALL.get(method.key))


@pytest.fixture(scope="session", params=KEYS)
def method(request: pytest.FixtureRequest) -> Method:
    return methods.get(request.param)


@pytest.fixture(scope="session")
def table(method: Method) -> EmbeddingTable:
    words = WORDS if method.own_vocabulary else (*WORDS[:3], UNKNOWN, *WORDS[3:])
    return methods.embed(spec_of(method), words)


def dense(table: EmbeddingTable) -> np.ndarray:
    return table.vectors.toarray() if table.is_sparse else table.vectors


def test_the_seven_are_there_in_order_of_year() -> None:
    assert KEYS == (
        "one_hot",
        "document_counts",
        "cooccurrence",
        "word2vec",
        "glove",
        "bert",
        "bert_in_context",
    )


def test_words_come_in_order_with_finite_float32_vectors(
    method: Method, table: EmbeddingTable
) -> None:
    assert table.words == WORDS
    assert table.vectors.dtype == np.float32
    assert sp.issparse(table.vectors) or isinstance(table.vectors, np.ndarray)
    assert table.is_sparse <= (not method.dense)
    assert np.isfinite(dense(table)).all()
    assert (dense(table) != 0).any(axis=1).all()


def test_an_unknown_word_is_missing_and_has_no_vector(
    method: Method, table: EmbeddingTable
) -> None:
    assert table.missing == (() if method.own_vocabulary else (UNKNOWN,))


def test_knowing_no_word_is_an_error(method: Method) -> None:
    words: Sequence[str] = () if method.own_vocabulary else (UNKNOWN,)
    with pytest.raises(UserError, match="knows none of these"):
        methods.embed(spec_of(method), words)


def test_a_vector_does_not_depend_on_the_other_words(method: Method, table: EmbeddingTable) -> None:
    if method.own_vocabulary:
        pytest.skip("this method's axes are the words themselves")
    again = methods.embed(spec_of(method), ("water", "king"))
    rows = [table.index["water"], table.index["king"]]
    assert again.words == ("water", "king")
    # Exact for counting and training; a model run in other batches rounds differently.
    np.testing.assert_allclose(dense(again), dense(table)[rows], rtol=1e-4, atol=1e-5)


def test_the_same_spec_gives_the_same_vectors(method: Method, table: EmbeddingTable) -> None:
    again = methods.embed(table.spec, (*table.words, *table.missing))
    assert np.array_equal(dense(again), dense(table))


def test_it_says_whether_its_vectors_depend_on_the_seed(
    method: Method, table: EmbeddingTable
) -> None:
    again = methods.embed(replace(table.spec, seed=43), (*table.words, *table.missing))
    assert np.array_equal(dense(again), dense(table)) != method.by_lot


def test_work_stops_when_told_to(method: Method) -> None:
    def stop(fraction: float, message: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        methods.embed(spec_of(method), WORDS, stop)


def test_progress_goes_from_0_to_1_in_words(method: Method) -> None:
    seen: list[tuple[float, str]] = []
    methods.embed(spec_of(method), WORDS, lambda f, m: seen.append((f, m)))
    fractions = [fraction for fraction, _ in seen]
    assert seen and fractions == sorted(fractions)
    assert all(0 <= fraction <= 1 and message for fraction, message in seen)


def test_the_spec_is_complete_and_survives_json(method: Method) -> None:
    spec = method.spec()
    assert {name for name, _ in spec.parameters} == {p.name for p in method.all_parameters}
    assert request_from_json(spec.canonical) == spec
    assert request_from_json(spec.canonical).key == spec.key


def test_a_default_lies_in_its_own_range(method: Method) -> None:
    for parameter in method.all_parameters:
        assert parameter.check(parameter.default) == parameter.default
        assert parameter.help.endswith(".") and parameter.label


def test_a_parameter_out_of_range_is_refused_and_the_range_named(method: Method) -> None:
    for parameter in method.all_parameters:
        if parameter.choices or isinstance(parameter.default, bool):
            wrong: list[Any] = ["nonsense"]
        else:
            assert parameter.low is not None and parameter.high is not None
            wrong = [parameter.low - 1, parameter.high + 1, "nonsense", float("nan")]
        for value in wrong:
            with pytest.raises(UserError) as error:
                method.spec(parameters={parameter.name: value})
            assert str(error.value).startswith(parameter.name)
            assert parameter.allowed in str(error.value)


def test_an_unknown_parameter_is_refused(method: Method) -> None:
    with pytest.raises(UnknownName):
        method.spec(parameters={"colour": 1})


def test_a_seed_out_of_range_is_refused(method: Method) -> None:
    with pytest.raises(UserError, match="from 0 to"):
        method.spec(seed=-1)


def test_it_says_what_it_is(method: Method) -> None:
    assert str(method.year) in method.reference
    for reference, url in method.references:
        assert re.search(r" (19|20)\d\d, ", reference)
        assert url.startswith("https://") and not set(url) & set("()<> ")
    for text in (method.summary, method.explanation, method.numbers, method.sees, method.misses):
        assert text == text.strip() and text.endswith(".") and "  " not in text
    assert method.learns_from in ("nothing", "corpus", "package")
    assert len(method.summary) <= 90 < len(method.explanation)


def test_a_package_that_is_not_installed_is_named(
    method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not method.needs:
        pytest.skip("this method needs no package")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingPackage, match=r"pip install [a-z0-9-]+$"):
        methods.embed(spec_of(method), WORDS)


def test_centring_takes_the_mean_away() -> None:
    glove = methods.get("glove")
    table = methods.embed(glove.spec(parameters={"centred": True}), WORDS)
    assert np.abs(table.vectors.mean(axis=0)).max() < 1e-6


def test_centring_never_fills_a_sparse_table() -> None:
    spec = methods.get("cooccurrence").spec(
        corpus="wikipedia", parameters={"dimensions": 0, "centred": True}
    )
    with pytest.raises(UserError, match="SVD"):
        methods.embed(spec, WORDS)


def test_an_unknown_method_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="word2vec"):
        methods.get("wrod2vec")


def test_an_unknown_corpus_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="wikipedia"):
        methods.embed(methods.get("word2vec").spec(corpus="wikipeda"), WORDS)


def test_declarations_load_no_heavy_library() -> None:
    code = (
        "import sys, embeddings.methods as m; m.available(); "
        "heavy = {'torch', 'transformers', 'gensim', 'sklearn', 'numba', 'umap'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True
    )
    assert found.stdout.strip() == "[]"


def test_each_names_the_vocabulary_of_all_its_words() -> None:
    names = {key: methods.own_words(key) for key in methods.available()}
    assert set(names.values()) <= set(vocabulary.all_names())
    assert {key: name for key, name in names.items() if name != "corpus"} == {
        "glove": "glove-400k",
        "bert": "wordpieces",
    }
