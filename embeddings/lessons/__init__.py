"""Guided lessons: each is one readable file, checked when it is read, with the line of a mistake.

A lesson leads through the app's own pages. Each step asks for a guess before anything is shown,
then shows it, explains it, and leaves something to try. Every figure in its sentences stands in
the list of figures, with what computes it (`embeddings.lessons.figures`): so a test computes all of
them anew.

Files are YAML, of the form that ``assets/lessons/schema.json`` says. Where ``$LSE_LESSONS`` names a
folder, the lessons in it stand beside the packaged ones; one of the same name stands in its place,
as a translation does.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from embeddings.errors import UnknownName, UserError

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "lessons"
SETTING = "LSE_LESSONS"
ENDING = ".yaml"
LARGEST = 200_000
"""Bytes of a file that are read."""

MOST = 100
"""Lessons that a folder may have."""

_NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")

Value = str | float | bool | tuple[str | float, ...]
Place = tuple[str | int, ...]


class LessonError(UserError):
    """A file that is no lesson; the message names the file, the line, and what to do."""

    def __init__(self, file: str, line: int | None, what: str) -> None:
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {what}")
        self.file, self.line = file, line


@dataclass(frozen=True)
class Figure:
    """A figure that a lesson shows: what computes it, from what, and what comes out.

    Attributes
    ----------
    compute : name of a function of `embeddings.lessons.figures`
    arguments : of that function
    value : what it gives
    digits : behind the point
    unit : "%" where a share is shown in hundredths
    """

    compute: str
    arguments: Mapping[str, Any]
    value: Value
    digits: int = 2
    unit: str = ""

    @property
    def text(self) -> str:
        """The figure as people read it."""
        return self.written(self.value)

    def written(self, value: Value) -> str:
        """Return such a value as people read it: a share of .714 with the unit "%" is "71 %"."""
        if isinstance(value, tuple):
            return ", ".join(self.written(each) for each in value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return value
        if self.unit == "%":
            return f"{value * 100:.{self.digits}f} %"
        return f"{value:,.{self.digits}f}{self.unit}"


@dataclass(frozen=True)
class Prediction:
    """What is asked before anything is shown.

    Attributes
    ----------
    kind : "choice" of one of the choices, "word" that is typed, or "click" on a word of the map
    answers : which are right
    choices : to choose from; only for a choice
    """

    kind: str
    ask: str
    answers: tuple[str, ...]
    choices: tuple[str, ...] = ()

    def is_right(self, answer: str) -> bool:
        """Whether an answer is right, whatever its capitals and the spaces around it."""
        return answer.strip().casefold() in {each.strip().casefold() for each in self.answers}


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Attributes
    ----------
    open, opens_then : addresses within the app, before the reveal and after it
    says : what the reveal says
    explain : three sentences
    alone : one thing to try alone
    """

    title: str
    open: str
    prediction: Prediction
    says: str
    opens_then: str
    explain: str
    alone: str


@dataclass(frozen=True)
class Lesson:
    """A lesson, as it is shown: figures stand in its sentences.

    Attributes
    ----------
    key : name of its file, without the ending
    read_on : sources, each with its URL
    figures : by their names
    """

    key: str
    title: str
    aim: str
    minutes: int
    language: str
    read_on: tuple[tuple[str, str], ...]
    figures: Mapping[str, Figure]
    steps: tuple[Step, ...]


def folders() -> tuple[Path, ...]:
    """Return where lessons lie: the packaged ones, then those of ``$LSE_LESSONS``."""
    own = os.environ.get(SETTING, "").strip()
    return (FOLDER, *((Path(own).expanduser(),) if own else ()))


def read_all() -> tuple[dict[str, Lesson], list[LessonError]]:
    """Return every lesson by its key, in the order of their numbers, and what is wrong."""
    paths: dict[str, Path] = {}
    problems: list[LessonError] = []
    for folder in folders():
        if not folder.is_dir():
            problems.append(LessonError(folder.name, None, f"{SETTING} names no folder."))
            continue
        found = sorted(folder.glob(f"*{ENDING}"))
        if len(found) > MOST:
            problems.append(LessonError(folder.name, None, f"Only {MOST} lessons are read."))
        paths |= {path.stem: path for path in found[:MOST]}
    lessons = {}
    for key, path in sorted(paths.items(), key=lambda each: _in_order(each[0])):
        try:
            lessons[key] = read(path)
        except LessonError as problem:
            problems.append(problem)
    return lessons, problems


def _in_order(key: str) -> tuple[int, str]:
    """Return what lessons are ordered by: the number that a name begins with, else the name."""
    number = key.partition("-")[0]
    return (int(number) if number.isdecimal() else MOST, key)


def get(key: str) -> Lesson:
    """Return one lesson.

    Raises
    ------
    UnknownName
        With the nearest names.
    """
    lessons, _ = read_all()
    try:
        return lessons[key]
    except KeyError:
        raise UnknownName("lesson", key, lessons) from None


def read(path: Path) -> Lesson:
    """Read a file, which is read again only when it has changed.

    Raises
    ------
    LessonError
        With the line of the first mistake.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise LessonError(path.name, None, f"it cannot be read: {error.strerror}.") from error
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2 * MOST)
def _read(path: Path, _changed: int, size: int) -> Lesson:
    name = path.name
    if not _KEY.fullmatch(path.stem):
        raise LessonError(name, None, "name it in small letters, digits and hyphens.")
    if size > LARGEST:
        raise LessonError(name, None, f"it has {size:,} bytes; a lesson has {LARGEST:,} at most.")
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise LessonError(name, line, "this is not UTF-8: save the file as UTF-8.") from error
    except OSError as error:
        raise LessonError(name, None, f"it cannot be read: {error.strerror}.") from error
    return parse(text, name)


def parse(text: str, name: str) -> Lesson:
    """Read the text of a lesson.

    Parameters
    ----------
    name : of its file, with the ending

    Raises
    ------
    LessonError
        With the line of the first mistake.
    """
    content, lines = _content(text, name)

    def line(place: Place) -> int | None:
        while place and place not in lines:
            place = place[:-1]
        return lines.get(place)

    error = best_match(_schema().iter_errors(content))
    if error is not None:
        raise LessonError(name, line(_place(error)), _in_words(error))
    figures = {each: _figure(given) for each, given in content.get("figures", {}).items()}
    used: set[str] = set()
    for place, sentence in _sentences(content):
        for each in _NAME.findall(sentence):
            if each not in figures:
                raise LessonError(name, line(place), str(UnknownName("figure", each, figures)))
            used.add(each)
    for each in figures:
        if each not in used:
            raise LessonError(name, line(("figures", each)), f"no sentence shows {each}.")
    steps = []
    for number, step in enumerate(content["steps"]):
        predict = step["predict"]
        if "choices" in predict and predict["answer"] not in predict["choices"]:
            at = line(("steps", number, "predict", "answer"))
            raise LessonError(name, at, f"{predict['answer']!r} is none of the choices.")
        steps.append(_step(step, figures))
    return Lesson(
        key=name.removesuffix(ENDING),
        title=content["title"],
        aim=_shown(content["aim"], figures),
        minutes=content["minutes"],
        language=content.get("language", "en"),
        read_on=tuple((each["text"], each["url"]) for each in content["read_on"]),
        figures=figures,
        steps=tuple(steps),
    )


@cache
def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / "schema.json").read_text("utf-8")))


def _place(error: ValidationError) -> Place:
    """Return where a mistake stands; of a name too many, the place of that name."""
    place: Place = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        return (
            *place,
            next(each for each in error.instance if each not in error.schema["properties"]),
        )
    return place


def _in_words(error: ValidationError) -> str:
    """Say what is wrong, shortly: the library quotes whole parts of the file."""
    place = ".".join(str(each) for each in error.absolute_path) or "the file"
    if error.validator == "required":
        given = error.instance if isinstance(error.instance, dict) else {}
        lacks = [each for each in error.validator_value if each not in given]
        return f"{place} lacks {', '.join(lacks)}."
    if error.validator == "additionalProperties":
        known = ", ".join(error.schema.get("properties", {}))
        extra = [each for each in error.instance if each not in error.schema["properties"]]
        return f"{place} has {', '.join(map(str, extra))}; it may have {known}."
    if error.validator == "oneOf" and place.endswith("predict"):
        return f"{place} must have choices and answer, or words, or click."
    if error.validator == "type":
        return f"{place} must be {_kind(error.validator_value)}."
    if error.validator in ("maxLength", "minLength", "maxItems", "minItems"):
        kind = "at most" if error.validator.startswith("max") else "at least"
        of = "letters" if error.validator.endswith("Length") else "entries"
        return f"{place} must have {kind} {error.validator_value} {of}."
    if error.validator == "pattern":
        shown = str(error.instance)[:60]
        return f"{place} is {shown!r}; it must be {_form(str(error.validator_value))}."
    return f"{place}: {error.message[:200]}"


def _kind(types: str | list[str]) -> str:
    names = {
        "string": "a text",
        "integer": "a whole number",
        "array": "a list",
        "object": "entries with names",
        "number": "a number",
        "boolean": "true or false",
    }
    wanted = [types] if isinstance(types, str) else types
    return " or ".join(names.get(each, each) for each in wanted)


def _form(pattern: str) -> str:
    if pattern.startswith("^https"):
        return "an address that begins with https://"
    if pattern.startswith("^/"):
        return "an address within the app, as /compare?view=trust"
    if pattern.startswith("^[a-z]{2}"):
        return "two letters, as en"
    return f"of the form {pattern}"


def _figure(given: dict[str, Any]) -> Figure:
    rest = {name: value for name, value in given.items() if name not in _OF_FIGURES}
    value = given["value"]
    return Figure(
        given["compute"],
        rest,
        tuple(value) if isinstance(value, list) else value,
        given.get("digits", 2),
        given.get("unit", ""),
    )


_OF_FIGURES = ("compute", "value", "digits", "unit")


def _step(step: dict[str, Any], figures: Mapping[str, Figure]) -> Step:
    predict, reveal = step["predict"], step["reveal"]
    kind = {"choices": "choice", "words": "word", "click": "click"}
    found = next(kind[each] for each in kind if each in predict)
    right = [predict["answer"]] if found == "choice" else predict.get("words", predict.get("click"))
    choices, right = (
        tuple(_shown(each, figures) for each in given)
        for given in (predict.get("choices", ()), right)
    )
    return Step(
        title=step["title"],
        open=step["open"],
        prediction=Prediction(found, _shown(predict["ask"], figures), right, choices),
        says=_shown(reveal["say"], figures),
        opens_then=reveal.get("open", step["open"]),
        explain=_shown(step["explain"], figures),
        alone=_shown(step["try"], figures),
    )


def _shown(sentence: str, figures: Mapping[str, Figure]) -> str:
    return _NAME.sub(lambda found: figures[found[1]].text, " ".join(sentence.split()))


def _sentences(content: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield every text in which figures may stand, with its place."""
    yield ("aim",), content["aim"]
    for number, step in enumerate(content["steps"]):
        at: Place = ("steps", number)
        yield (*at, "predict", "ask"), step["predict"]["ask"]
        for name in ("choices", "words", "click"):
            for i, each in enumerate(step["predict"].get(name, ())):
                yield (*at, "predict", name, i), each
        yield (*at, "reveal", "say"), step["reveal"]["say"]
        yield (*at, "explain"), step["explain"]
        yield (*at, "try"), step["try"]


def _content(text: str, name: str) -> tuple[Any, dict[Place, int]]:
    """Return what YAML says, by its safe subset, and in which line each part begins."""
    lines: dict[Place, int] = {}
    try:
        loader = yaml.SafeLoader(text)
    except yaml.YAMLError as error:  # a letter that YAML does not allow
        at = getattr(error, "position", 0)
        raise LessonError(name, text[:at].count("\n") + 1, "this is not text.") from error
    try:
        node = loader.get_single_node()
        if node is None:
            raise LessonError(name, 1, "the file is empty.")
        content = _built(node, (), lines, loader, name)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise LessonError(name, mark.line + 1 if mark else None, f"{error.problem}.") from error
    except yaml.YAMLError as error:
        raise LessonError(name, None, "this is not YAML.") from error
    except RecursionError as error:
        raise LessonError(name, None, "it is nested too deeply.") from error
    finally:
        loader.dispose()
    return content, lines


def _built(
    node: yaml.Node, place: Place, lines: dict[Place, int], loader: yaml.SafeLoader, name: str
) -> Any:
    """Build a value from its node; of a name that is given twice the line of the second is said.

    An alias stands for a node that has been built before: a few of them could stand for billions.
    """
    line = node.start_mark.line + 1
    if len(lines) > LARGEST // 4:
        raise LessonError(name, line, "there is too much in it.")
    lines[place] = line
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            at = key_node.start_mark.line + 1
            if key in found:
                raise LessonError(name, at, f"{key} stands here a second time.")
            found[key] = _built(value_node, (*place, key), lines, loader, name)
            lines[*place, key] = at
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_built(each, (*place, i), lines, loader, name) for i, each in enumerate(node.value)]
    return loader.construct_object(node)
