"""Limits come from the environment, and are held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from embeddings.errors import UserError
from embeddings.sources.limits import MEGABYTE, Limits
from embeddings.sources.reading import Options, inspect, read


def test_without_settings_the_defaults_hold() -> None:
    assert Limits.from_environment({}) == Limits()


def test_every_setting_is_read() -> None:
    given = {
        "LSE_UPLOADS": "0",
        "LSE_UPLOAD_MB": "10",
        "LSE_SOURCE_ROWS": "100",
        "LSE_SOURCE_DIM": "8",
        "LSE_SOURCE_NUMBERS": "500",
        "LSE_SOURCE_LINE": "2048",
        "LSE_SOURCE_SECONDS": "7",
        "LSE_SOURCE_MEMORY_MB": "600",
        "LSE_SOURCE_EXPANDED_MB": "20",
        "LSE_SOURCES_PER_VISITOR": "3",
        "LSE_VISITOR_MB": "50",
        "LSE_IMAGES": "20",
        "LSE_IMAGE_MB": "2",
        "LSE_IMAGES_MB": "30",
        "LSE_IMAGE_PIXELS": "1000",
    }
    assert Limits.from_environment(given) == Limits(
        uploads=False,
        upload=10 * MEGABYTE,
        rows=100,
        dim=8,
        numbers=500,
        line=2048,
        seconds=7,
        memory=600 * MEGABYTE,
        expanded=20 * MEGABYTE,
        per_visitor=3,
        stored=50 * MEGABYTE,
        images=20,
        image=2 * MEGABYTE,
        images_bytes=30 * MEGABYTE,
        image_pixels=1000,
    )


@pytest.mark.parametrize("value", ["-1", "many", "1e3", "0", "9" * 5000, "1.5", "١٢"])
def test_what_is_no_setting_is_named(value: str) -> None:
    with pytest.raises(UserError, match=r"LSE_SOURCE_ROWS is .*must be a whole number from"):
        Limits.from_environment({"LSE_SOURCE_ROWS": value})


ROWS = "".join(f"word{i} 0.{i}5 1.5\n" for i in range(10))


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        ({"upload": 50}, "at most 50 can be brought"),
        ({"rows": 9}, "more than 9 rows"),
        ({"dim": 1}, "at most 1 can be read"),
        ({"numbers": 19}, "more than 19 numbers"),
        ({"line": 10}, "longer than 10 bytes"),
    ],
)
def test_what_is_too_much_is_not_read(bring, limit, says) -> None:
    files = bring(glove_txt=ROWS)
    assert len(read(files)) == 10
    limits = replace(Limits(), **limit)
    with pytest.raises(UserError, match=says):
        read(files, limits=limits)
    found = inspect(files, limits=limits)
    assert found.fatal is not None and says in str(found.fatal)


def test_a_long_word_is_data_and_a_longer_one_is_offered_to_be_left_out(bring) -> None:
    files = bring(words_txt="cat\n" + "a" * 10_000 + "\n" + "b" * 10_001 + "\n")
    (problem,) = inspect(files, Options(kind="words")).problems
    assert (problem.repair, problem.line, problem.fatal) == ("long", 3, False)


def test_columns_and_categories_that_are_too_many_are_left_out(bring) -> None:
    cells = "".join(f"w{i},{i % 2}x,id-{i}-{i}\n" for i in range(30))
    files = bring(table_csv="word,kind,id\n" + cells)
    found = read(files, limits=replace(Limits(), categories=5))
    assert [column.name for column in found.columns] == ["kind"]
    said = inspect(files, limits=replace(Limits(), columns=1)).will
    assert "“id” is one too many" in said
