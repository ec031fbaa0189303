"""Settings are whole numbers within bounds, or one line says what they are and may be."""

from __future__ import annotations

import pytest

from embeddings.environment import switch, whole_number
from embeddings.errors import UserError


@pytest.mark.parametrize(("text", "found"), [("", 5), ("  ", 5), ("7", 7), (" 9 ", 9), ("1", 1)])
def test_what_is_set_counts_and_what_is_not_is_the_default(text: str, found: int) -> None:
    assert whole_number({"X": text}, "X", 5, 1, 9) == found
    assert whole_number({}, "X", 5, 1, 9) == 5


@pytest.mark.parametrize("text", ["0", "10", "-1", "1.5", "many", "١", "9" * 5000, "1e1"])
def test_anything_else_is_said_in_one_short_line(text: str) -> None:
    with pytest.raises(UserError, match=r"X is .* whole number from 1 to 9") as failure:
        whole_number({"X": text}, "X", 5, 1, 9)
    assert len(str(failure.value)) < 150


def test_a_switch_is_on_off_or_not_set() -> None:
    assert [switch({"X": text}, "X") for text in ("1", "0", "", " ")] == [True, False, None, None]
    with pytest.raises(UserError, match="from 0 to 1"):
        switch({"X": "yes"}, "X")
