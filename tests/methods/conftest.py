"""Small corpora, and the packaged tests of meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from embeddings import corpus
from embeddings.types import EmbeddingTable
from tests.inside.conftest import hub, made_bert, small_bert  # noqa: F401

MakeCorpus = Callable[[Sequence[Sequence[str]]], corpus.Corpus]


@pytest.fixture(scope="session")
def make_corpus() -> MakeCorpus:
    """Documents, each a list of sentences, as a corpus."""

    def make(documents: Sequence[Sequence[str]]) -> corpus.Corpus:
        text = [sentence for document in documents for sentence in document]
        tokens = [corpus.tokenize(sentence) for sentence in text]
        counts = Counter(token for sentence in tokens for token in sentence)
        types = tuple(sorted(counts, key=lambda t: (-counts[t], t)))
        index = {t: i for i, t in enumerate(types)}
        return corpus.Corpus(
            "toy",
            types,
            np.array([index[t] for sentence in tokens for t in sentence], dtype=np.int32),
            np.array([0, *accumulate(map(len, tokens))], dtype=np.int64),
            np.array([0, *accumulate(map(len, documents))], dtype=np.int64),
            text,
            [str(i) for i in range(len(documents))],
        )

    return make


@pytest.fixture(scope="session")
def toy(make_corpus: MakeCorpus) -> corpus.Corpus:
    """Four sentences, each a document; car and bus never meet and keep the same company."""
    return make_corpus(
        [
            ["The cat eats fish."],
            ["The dog eats meat."],
            ["The car needs petrol."],
            ["The bus needs petrol."],
        ]
    )


@pytest.fixture(scope="session")
def wikipedia() -> corpus.Corpus:
    """The smaller half of the packaged text."""
    return corpus.read("wikipedia")


class WordSim:
    """WordSim-353: pairs of words and how alike people find them (Finkelstein et al. 2002)."""

    def __init__(self) -> None:
        gensim = find_spec("gensim")
        assert gensim is not None and gensim.origin is not None
        path = Path(gensim.origin).parent / "test" / "test_data" / "wordsim353.tsv"
        lines = [line.lower().split("\t") for line in path.read_text("utf-8").splitlines()]
        self.pairs = [(a, b, float(x)) for a, b, x in (p[:3] for p in lines if p[0][0] != "#")]
        self.words = tuple(dict.fromkeys(w for a, b, _ in self.pairs for w in (a, b)))

    def correlation(self, table: EmbeddingTable) -> float:
        """Spearman's correlation of the cosines with the judgements, over the pairs it knows."""
        known = [p for p in self.pairs if p[0] in table.index and p[1] in table.index]
        rows = np.array([[table.index[a], table.index[b]] for a, b, _ in known])
        unit = table.unit_vectors
        first, second = unit[rows[:, 0]], unit[rows[:, 1]]
        product = first.multiply(second) if table.is_sparse else first * second
        cosines = np.asarray(product.sum(axis=1)).ravel()
        return float(spearmanr(cosines, [x for _, _, x in known]).statistic)


@pytest.fixture(scope="session")
def wordsim() -> WordSim:
    """The packaged WordSim-353."""
    return WordSim()
