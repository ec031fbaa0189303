"""Tables that people take along are read by pandas, and run nothing in a spreadsheet."""

from __future__ import annotations

import io

import pandas as pd

from pages.shared.reading import as_csv, as_parquet

ROWS = pd.DataFrame(
    {
        "word": ["=1+1", "king", None],
        "rank": [1, "not known", None],
        "score": [0.123456789, 2.0, float("nan")],
        "right": [True, False, True],
    }
)


def test_parquet_keeps_numbers_and_makes_text_of_what_is_mixed() -> None:
    found = pd.read_parquet(io.BytesIO(as_parquet(ROWS)))
    assert found["word"].tolist()[:2] == ["=1+1", "king"] and pd.isna(found["word"][2])
    assert found["rank"].tolist()[:2] == ["1", "not known"] and pd.isna(found["rank"][2])
    assert found["score"][0] == 0.123456789 and pd.isna(found["score"][2])
    assert found["right"].tolist() == [True, False, True]


def test_csv_runs_nothing() -> None:
    assert as_csv(ROWS).splitlines()[1].startswith("'=1+1,1,0.123457")


def test_a_table_of_nothing_is_one() -> None:
    found = pd.read_parquet(io.BytesIO(as_parquet(ROWS[:0])))
    assert list(found) == list(ROWS)
