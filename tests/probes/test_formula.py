"""Reading questions: what a formula means, and where one goes wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import UserError
from embeddings.probes import formula
from embeddings.probes.formula import FormulaError, Term


def terms(text: str) -> dict[str, float]:
    return {term.word: term.weight for term in formula.parse(text).terms}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("king - man + woman", {"king": 1, "man": -1, "woman": 1}),
        ("0.5*paris + rome - italy", {"paris": 0.5, "rome": 1, "italy": -1}),
        ("-king + 2 * queen*3", {"king": -1, "queen": 6}),
        ("king+man -woman", {"king": 1, "man": 1, "woman": -1}),
        ("king − man – woman × 2", {"king": 1, "man": -1, "woman": -2}),
        ("mother-in-law - mother", {"mother-in-law": 1, "mother": -1}),
        ("u.s. + 1990s - 's", {"u.s.": 1, "1990s": 1, "'s": -1}),
        ('"c++" + "1990" - "+"', {"c++": 1, "1990": 1, "+": -1}),
        ("king + King - man", {"king": 2, "man": -1}),
        ("nan + inf", {"nan": 1, "inf": 1}),
        ("1e-3*.5*king", {"king": 0.0005}),
        ("king - man\n+ woman", {"king": 1, "man": -1, "woman": 1}),
        ("__import__ + os.system", {"__import__": 1, "os.system": 1}),
    ],
)
def test_a_formula_is_a_sum_of_words(text: str, expected: dict[str, float]) -> None:
    assert terms(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("king ?? man", 6, "'?' has no meaning here"),
        ("king + - man", 8, "expected a word or a number, and got '-'"),
        ("king man", 6, "expected + or - before 'man'"),
        ("king + ", 8, "got the end"),
        ("2*3 + king", 1, "2 is only a number: write 2*word"),
        ("king + 2", 8, "2 is only a number"),
        ("king * queen", 8, "words are added"),
        ("king/2", 5, "'/' has no meaning"),
        ("exec(1)", 5, "'(' has no meaning"),
        ("1e999*king", 1, "too large"),
        ('king + "man', 8, "never closed"),
        ('king + ""', 8, "no word between"),
        ("+".join(["a"] * 200), 201, "more than 100 terms"),
        ("man : king", 5, "a : b :: c"),
        ("man : :: woman : ?", 6, "a word is missing"),
        ("x" * 3000 + "(", 3001, "no meaning"),
    ],
)
def test_an_error_points_at_the_spot(text: str, column: int, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        formula.parse(text)
    line = str(caught.value)
    assert caught.value.column == column and line.startswith(f"Column {column}")
    assert said in line and "\n" not in line and len(line) < 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("king - King", "cancel each other out"),
        ("0*king", "cancel each other out"),
        ("1e308*a + 1e308*a", "not finite"),
        ("a" * 20_000, "10,000 at most"),
    ],
)
def test_a_formula_that_leaves_nothing(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        formula.parse_formula(text)


def test_an_analogy_is_b_minus_a_plus_c() -> None:
    asked = formula.parse("man : king :: woman : ?")
    assert asked == formula.analogy("man", "king", " woman ")
    assert asked.asked == ("man", "king", "woman") and asked.expected is None
    assert str(asked) == "king - man + woman"
    assert formula.parse("man:king::woman:queen").expected == "queen"
    assert formula.parse('":" : a :: b').asked == (":", "a", "b")
    with pytest.raises(UserError, match="second word is empty"):
        formula.analogy("man", " ", "woman")


def test_a_word_that_comes_twice_is_added_up() -> None:
    assert formula.analogy("man", "king", "man").terms == (Term("king", 1), Term("man", 0))
    assert formula.analogy("man", "king", "King").terms == (Term("king", 2), Term("man", -1))


weights = st.floats(-1e6, 1e6).filter(lambda x: abs(x) > 1e-6)
texts = st.text(st.characters(codec="utf-8", exclude_characters='"'), min_size=1).map(str.strip)


@given(st.dictionaries(texts.filter(bool), weights, min_size=1, max_size=8))
def test_what_is_printed_is_read_again(given: dict[str, float]) -> None:
    unlike = {word.lower(): Term(word, weight) for word, weight in given.items()}
    asked = formula.Question(tuple(unlike.values()))
    again = formula.parse_formula(str(asked))
    assert again.words == asked.words
    assert [t.weight for t in again.terms] == pytest.approx([t.weight for t in asked.terms])


def refusal(text: str) -> str:
    try:
        formula.parse(text)
    except UserError as error:
        return str(error)
    return ""


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    assert len(refusal(text).splitlines()) <= 1


def test_a_sum_of_the_form_of_an_analogy_is_one() -> None:
    found = formula.as_analogy(formula.parse("king - man + woman"))
    assert found.asked == ("man", "king", "woman")
    assert formula.as_analogy(formula.parse("woman + king - man")).asked == ("man", "woman", "king")
    for text in ("king - man", "2*king - man + woman", "king - man - woman", "a + b + c - d"):
        assert formula.as_analogy(formula.parse(text)).asked is None
