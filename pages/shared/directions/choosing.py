"""What the reader chooses on the page of directions; the address is the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from embeddings import captions, methods
from embeddings.errors import UserError
from embeddings.probes import scales, weat
from embeddings.probes.scales import Question
from embeddings.types import Spec
from pages.shared import access, comparison, notices, offers
from pages.shared.address import BIG
from pages.shared.reading import in_address, say_what_is_wrong, text_in_address

PAGE = "directions"
VIEWS = {
    "one": "One direction",
    "plane": "Plane of two",
    "bias": "Bias test",
    "removal": "Taking it out",
}
OWN, ALL = "own", "all"
DIRECTION, SECOND, TEST = "gender", "size", "math-arts"
HOWS = {
    "mean": "Mean of the pairs",
    "first": "First principal component",
    "one": "One pair",
    "groups": "Two groups",
}
GROUPS = {
    "gender": "Professions",
    "good": "Emotions",
    "size": "Animals",
    "tense": "Verbs in their tenses",
    "age": "Family and royalty",
    "heat": "Nature and weather",
    "wealth": "Professions",
    "capital": "Capitals",
    "number": "Animals",
}
"""The group of words that is first placed along each ready-made direction."""

MOST_METHODS = 4
MOST_TESTED = 50
"""Words in each of the reader's own groups of a bias test: all that are more cost time."""

MOST_FIRST = 30
"""Pairs of which the first principal component is made anew for every bootstrap sample."""

MOST_TYPED = 2000
"""Letters in one field: an address has to hold them."""

OWN_PAIRS = "man woman\nking queen\nfather mother"
OWN_WORDS = "nurse dancer maid captain officer teacher"


@dataclass(frozen=True)
class Method:
    """One method's vectors of the chosen words."""

    spec: Spec
    name: str

    @property
    def key(self) -> str:
        """The method's name in addresses."""
        return self.spec.method


def can(words: str) -> tuple[str, ...]:
    """Return the methods that have vectors of a vocabulary."""
    return ("glove",) if words == BIG else offers.method_keys()


def bar() -> tuple[str, str]:
    """Show the top bar; return the view and the vocabulary."""
    words = offers.vocabularies()
    say_what_is_wrong(
        {
            "view": (list(VIEWS), "one"),
            "vocabulary": (words, "common-10k"),
            "direction": ([*scales.ready(), OWN], DIRECTION),
            "second": ([*scales.ready(), OWN], SECOND),
            "how": (list(HOWS), "mean"),
            "test": ([*weat.tests(), OWN], TEST),
        }
    )
    with st.container(key="controls", horizontal=True, vertical_alignment="center", gap="small"):
        view = st.segmented_control(
            "View",
            list(VIEWS),
            format_func=lambda key: VIEWS[key],
            required=True,
            label_visibility="collapsed",
            wrap=False,
            **in_address(PAGE, "view", list(VIEWS), "one"),
        )
        chosen = st.selectbox(
            "Vocabulary",
            words,
            format_func=offers.vocabulary_label,
            label_visibility="collapsed",
            width=205,
            **in_address(PAGE, "vocabulary", words, "common-10k"),
        )
        if view == "bias":
            test_box()
        else:
            _direction_box("direction", "Direction", DIRECTION)
            if view == "plane":
                _direction_box("second", "Second direction", SECOND)
            _how_box()
    return str(view), str(chosen)


def _direction_box(name: str, label: str, default: str) -> None:
    ready = scales.ready()
    options = [*ready, OWN]
    st.selectbox(
        label,
        options,
        format_func=lambda key: "My own" if key == OWN else _ends(ready[key]),
        label_visibility="collapsed",
        width=178,
        **in_address(PAGE, name, options, default),
    )


def _ends(ready: scales.Ready) -> str:
    return f"{ready.low} → {ready.high}"


def _how_box() -> None:
    st.selectbox(
        "Made of",
        list(HOWS),
        format_func=lambda key: HOWS[key],
        label_visibility="collapsed",
        width=200,
        **in_address(PAGE, "how", list(HOWS), "mean"),
    )


def test_box() -> None:
    """Let the reader choose a bias test."""
    options = [*weat.tests(), OWN]
    st.selectbox(
        "Test",
        options,
        format_func=lambda key: "My own test" if key == OWN else test_title(weat.get(key)),
        label_visibility="collapsed",
        width=320,
        **in_address(PAGE, "test", options, TEST),
    )


def test_title(test: weat.Test) -> str:
    """Name a test by its groups."""
    (x, y), (a, b) = test.targets, test.attributes
    return f"{x.title} / {y.title}: {a.title.lower()} / {b.title.lower()}"


def given(name: str, options: Sequence[str], default: str) -> str:
    """Return what the address says, or the default where that is none of the options."""
    value = st.query_params.get(name, default)
    return value if value in options else default


def direction(name: str = "direction", default: str = DIRECTION) -> Question:
    """Return the direction that is chosen; what the reader types himself is asked for here.

    Raises
    ------
    UserError
        If he has typed no words that a direction can be made of.
    """
    chosen = given(name, [*scales.ready(), OWN], default)
    how = given("how", list(HOWS), "mean")
    if chosen == OWN:
        return _own(name, how)
    question = scales.get(chosen).question(how)
    return _one_of(question, f"{name}_pair") if how == "one" else question


def _own(name: str, how: str) -> Question:
    prefix = "" if name == "direction" else "second_"
    with st.container(key="own" if not prefix else "own second", gap="small"):
        if how == "groups":
            return _own_groups(prefix)
        text = st.text_area(
            "Pairs, one a line: from, to",
            height=104,
            max_chars=MOST_TYPED,
            **text_in_address(PAGE, f"{prefix}pairs", OWN_PAIRS),
        )
        typed = scales.read_pairs(text, MOST_FIRST if how == "first" else scales.MOST_PAIRS)
        tell(typed.problems)
        if not typed.found:
            raise UserError("Write at least one pair, as: man woman")
        first, second = typed.found[0]
        question = Question(first, second, typed.found, how=how)
        return _one_of(question, f"{prefix}own_pair") if how == "one" else question


def _own_groups(prefix: str) -> Question:
    columns, sides, empty = st.columns(2), [], []
    for column, name, label, default in zip(
        columns,
        ("low", "high"),
        ("Words of one end", "Words of the other end"),
        ("small little tiny", "large big huge"),
        strict=True,
    ):
        with column:
            text = st.text_area(
                label,
                height=90,
                max_chars=MOST_TYPED,
                **text_in_address(PAGE, prefix + name, default),
            )
        typed = scales.read_words(text)
        tell(typed.problems)
        empty += [] if typed.found else [label]
        sides.append(typed.found)
    if empty:
        raise UserError(f"{empty[0]}: write at least one.")
    return Question(sides[0][0], sides[1][0], (), (sides[0], sides[1]), "groups")


def _one_of(question: Question, name: str) -> Question:
    """Let the reader choose one of the pairs."""
    named = {f"{a}-{b}": (a, b) for a, b in question.pairs}
    chosen = st.selectbox(
        "Pair", list(named), width=240, **in_address(PAGE, name, list(named), next(iter(named)))
    )
    pair = named[str(chosen)]
    return Question(pair[0], pair[1], (pair,), ((pair[0],), (pair[1],)), "one")


def compared(words: str, dense: bool = False) -> list[Method]:
    """Let the reader choose up to four methods, each one click away.

    Parameters
    ----------
    words : the vocabulary
    dense : whether only methods with dense vectors can be asked
    """
    options = [key for key in can(words) if not dense or methods.get(key).dense]
    first = [key for key in comparison.FIRST if key in options]
    shown = _methods_given(options) or first
    key = f"{PAGE}.methods"
    st.session_state[key] = shown
    st.pills(
        "Methods",
        options,
        selection_mode="multi",
        format_func=offers.method_label,
        key=key,
        on_change=_choose_methods,
        args=(tuple(shown),),
        label_visibility="collapsed",
    )
    specs = [methods.get(each).spec(words) for each in shown]
    return [Method(spec, captions.name(spec)) for spec in specs]


def _methods_given(options: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(filter(None, st.query_params.get("methods", "").split("|"))))
    for name in names:
        if name not in offers.method_keys():
            notices.warn(f"{offers.unknown('method', name, offers.method_keys())} Left out.")
    known = [name for name in names if name in options]
    if len(known) > MOST_METHODS:
        notices.warn(f"{len(known)} methods are too many: the first {MOST_METHODS} are shown.")
    return known[:MOST_METHODS]


def _choose_methods(before: tuple[str, ...]) -> None:
    """Write the methods that are shown; a fifth takes the place of the first."""
    chosen = list(st.session_state[f"{PAGE}.methods"])
    kept = [key for key in before if key in chosen] + [key for key in chosen if key not in before]
    st.query_params["methods"] = "|".join(kept[-MOST_METHODS:] or before)


def group(words: str) -> tuple[str, tuple[str, ...]]:
    """Let the reader choose which words are placed; return the choice and the words.

    For all words there are none: then those farthest out are shown.
    """
    topics = access.word_list(words).topics
    options = [*topics, ALL, OWN]
    chosen_direction = st.query_params.get("direction", DIRECTION)
    default = GROUPS.get(chosen_direction, "Professions")
    default = default if default in options else ALL
    say_what_is_wrong({"group": (options, default)})
    names = {ALL: "All words: the farthest out", OWN: "My own words"}
    chosen = str(
        st.selectbox(
            "Words",
            options,
            format_func=lambda key: names.get(key, key),
            label_visibility="collapsed",
            width=240,
            **in_address(PAGE, "group", options, default),
        )
    )
    if chosen in topics:
        known = access.word_list(words)
        at = topics.index(chosen)
        return chosen, tuple(w for w, t in zip(known.words, known.topic, strict=True) if t == at)
    return chosen, ()


def own_words() -> tuple[str, ...]:
    """Let the reader type words of his own."""
    text = st.text_area(
        "My own words",
        height=70,
        max_chars=MOST_TYPED,
        **text_in_address(PAGE, "words", OWN_WORDS),
    )
    typed = scales.read_words(text)
    tell(typed.problems)
    return typed.found


def test() -> weat.Test:
    """Return the bias test that is chosen; the reader's own groups are asked for here.

    Raises
    ------
    UserError
        If he has left one of them empty.
    """
    chosen = given("test", [*weat.tests(), OWN], TEST)
    if chosen != OWN:
        return weat.get(chosen)
    fields = {
        "x": ("Targets", "doctor engineer pilot judge"),
        "y": ("Other targets", "nurse teacher librarian dancer"),
        "a": ("What the targets are thought to go with", "man men he his male"),
        "b": ("What the other targets are thought to go with", "woman women she her female"),
    }
    found, empty = [], []
    with st.container(key="own test", gap="small"):
        columns = [*st.columns(2), *st.columns(2)]
        for column, (name, (label, default)) in zip(columns, fields.items(), strict=True):
            with column:
                text = st.text_area(
                    label,
                    height=80,
                    max_chars=MOST_TYPED,
                    **text_in_address(PAGE, f"test_{name}", default),
                )
            typed = scales.read_words(text, MOST_TESTED)
            tell([f"{label}: {line}" for line in typed.problems])
            empty += [] if typed.found else [label]
            found.append(typed.found)
    if empty:
        raise UserError(f"{empty[0]}: write at least two words.")
    return weat.own(*found)


def tell(problems: Sequence[str]) -> None:
    """Tell the reader what of his text was left out, a few lines of it."""
    most = 4
    shown = problems if len(problems) <= most + 1 else problems[:most]
    for line in shown:
        notices.warn(line)
    if len(problems) > len(shown):
        notices.warn(f"And {len(problems) - len(shown)} more lines like these.")
