"""How far maps can be trusted: each beside the other algorithm's, with what chance would give."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from embeddings import methods, neighbors, projection, recipes
from embeddings.probes import trust as probe
from embeddings.types import Projection
from pages.shared import access, quality

GLOVE = methods.get("glove").spec("topics")
UMAP, PCA = projection.spec(GLOVE), projection.spec(GLOVE, "pca")

VIEW = """
from embeddings import methods, projection
from pages.shared import quality
table = methods.get("glove").spec("topics")
quality.show([projection.spec(table, algorithm) for algorithm in {algorithms}])
"""


@pytest.fixture(scope="module")
def judged(small_map):
    """What is known of GloVe's two maps; a shaken PCA stands for UMAP, which takes long."""
    table = recipes.fetch(GLOVE)
    near = recipes.fetch(neighbors.spec(GLOVE))
    drawn = recipes.fetch(PCA)
    random = np.random.default_rng(0)
    shaken = [
        Projection(
            drawn.coordinates + random.normal(size=drawn.coordinates.shape) * 0.01,
            replace(UMAP, seed=seed),
        )
        for seed in (42, 43)
    ]
    umap, pca = probe.spec(UMAP), probe.spec(PCA)
    return {
        umap: probe.judge(table, near, shaken[0], umap, shaken[1]),
        pca: probe.judge(table, near, drawn, pca),
    }


@pytest.fixture
def known(judged, monkeypatch):
    """Put it where the page looks; a test takes away what is to be missing."""
    known = dict(judged)
    monkeypatch.setattr(access, "has", lambda request: request in known)
    monkeypatch.setattr(access, "trust", lambda request: known[request])
    return known


def view(*algorithms):
    return AppTest.from_string(VIEW.format(algorithms=algorithms), default_timeout=60).run()


def html_of(page) -> str:
    return "".join(each.proto.body for each in page.get("html"))


def test_each_map_stands_beside_the_other_algorithms(known, quiet_jobs):
    page = view("umap")
    assert not page.exception and not quiet_jobs.asked
    told = html_of(page)
    for trust in known.values():
        assert f"<td>{trust.summary['trustworthiness']:.3f}</td>" in told
    assert "GloVe<br>UMAP" in told and "GloVe<br>PCA" in told
    assert len(page.get("plotly_chart")) == 1


def test_k_n_and_chance_are_stated(known, quiet_jobs):
    page = view("pca")
    text = " ".join(each.value for each in (*page.markdown, *page.caption))
    assert "k 15, 601 words." in text
    assert f"<td>{15 / 600:.2g}</td>" in html_of(page)
    shared = known[probe.spec(UMAP)].summary["seeds_shared"] * 15
    assert f"the map with another seed keeps {shared:.1f} for GloVe" in text


def test_both_maps_of_the_same_vectors_are_one_row(known):
    rows = quality.rows_of([UMAP, PCA])
    assert [(row.umap.projection, row.pca.projection) for row in rows] == [(UMAP, PCA)]


def test_maps_with_other_settings_have_rows_and_names_of_their_own():
    rows = quality.rows_of([UMAP, projection.spec(GLOVE, seed=7)])
    assert len({row.name for row in rows}) == len(rows) == 2
    assert rows[0].pca == rows[1].pca


def test_what_is_missing_is_asked_for_while_the_rest_is_shown(known, quiet_jobs):
    missing = probe.spec(UMAP)
    del known[missing]
    page = view("umap")
    assert not page.exception
    assert quiet_jobs.asked == [missing]
    told = html_of(page)
    assert "<td>…</td>" in told
    assert f"<td>{known[probe.spec(PCA)].summary['recall']:.3f}</td>" in told


def test_what_another_seed_changes_is_not_claimed_where_it_is_not_measured(known, quiet_jobs):
    full = known[probe.spec(UMAP)]
    summary = {name: value for name, value in full.summary.items() if name != "seeds_shared"}
    known[probe.spec(UMAP)] = replace(full, summary=summary)
    page = view("umap")
    assert "What another seed of UMAP changes is not measured." in page.caption[0].value
    assert "<td>–</td><td>–</td>" in html_of(page)


def test_the_table_has_a_row_for_each_map(known):
    rows = quality.rows_of([UMAP])
    table = quality.quality_table(rows, known)
    assert list(table["drawn by"]) == ["UMAP", "PCA"]
    assert list(table["words"]) == [601, 601]
    assert table["Shared by two seeds"].notna().tolist() == [True, False]
    panels = quality.panels_of(rows, known)
    assert [panel.title for panel in panels] == [kind.label for kind in quality.KINDS]
    assert panels[2].chance == pytest.approx(15 / 600)
