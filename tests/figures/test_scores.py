"""Charts of scores: every number that is given is drawn, and words stay words."""

from __future__ import annotations

import pytest

from embeddings.figures import scores
from embeddings.figures.scores import Curve, Row, Value

ROWS = [
    Row("GloVe", "5 of 9", Value(0.5, 0.4, 0.6), 0.2, 0.001, (Value(0.3, -0.2, 0.5), None)),
    Row("<b>odd</b>", "0 of 9", None, None, 0.01, (None, None)),
]


@pytest.mark.parametrize("dark", [False, True])
def test_every_score_has_its_bar_its_whiskers_and_what_stands_beside_it(dark):
    figure = scores.overall(ROWS, ["All", "WordSim-353", "SimLex-999"], dark)
    right, beside, chance, _, pairs, none = figure.data
    assert list(right.x) == [50.0]
    assert right.error_x.array[0] == pytest.approx(10)
    assert right.error_x.arrayminus[0] == pytest.approx(10)
    assert list(beside.x) == [20.0] and list(chance.x) == [0.1, 1.0]
    assert list(pairs.x) == [0.3] and list(none.x) == []
    assert figure.layout.xaxis2.range[0] < -0.2
    assert "<b>" not in "".join(figure.layout.yaxis.ticktext)
    assert "5 of 9" in figure.layout.yaxis.ticktext[0]


def test_curves_of_one_method_look_alike_and_are_named_once():
    values = (Value(0.2, 0.1, 0.3), Value(0.4))
    panels = [
        ("All", [Curve("BERT", (0, 1), values), Curve("BERT", (0, 1), values, True)]),
        ("WordSim-353", [Curve("BERT", (0, 1), values), Curve("Other", (1,), values[:1])]),
    ]
    figure = scores.layers(panels)
    assert [trace.showlegend for trace in figure.data] == [True, True, False, True]
    assert figure.data[0].line.color == figure.data[1].line.color == figure.data[2].line.color
    assert figure.data[3].line.color != figure.data[0].line.color
    assert figure.data[1].line.dash == "dot" and "c alone" in figure.data[1].name
    assert list(figure.layout.xaxis.tickvals) == [0, 1]


def test_nothing_measured_draws_nothing():
    assert scores.layers([("All", [])]).data == ()
    scores.overall([], ["All", "WordSim-353"])
