"""The chart of bias tests: nothing that it draws lies beyond its axis."""

from __future__ import annotations

import pytest

from embeddings.figures import bias
from embeddings.figures.bias import Effect


@pytest.mark.parametrize(
    ("rows", "reach"),
    [
        ([Effect("GloVe", 1.9, (-1.0, 1.0))], 2.05),
        ([], 2.05),
        ([Effect("GloVe", 2.79, (-1.0, 1.0)), Effect("BERT", 0.1, (-0.5, 0.5))], 1.05 * 2.79),
        ([Effect("GloVe", 0.5, (-2.4, 1.0))], 1.05 * 2.4),
        ([Effect("GloVe", 0.5, (-1.0, 2.2))], 1.05 * 2.2),
        ([Effect("GloVe", 0.5, (-1.0, 1.0), -3.0)], 1.05 * 3.0),
    ],
)
def test_the_axis_reaches_as_far_as_what_is_drawn(rows: list[Effect], reach: float) -> None:
    low, high = bias.effects(rows).layout.xaxis.range
    assert (low, high) == pytest.approx((-reach, reach))
