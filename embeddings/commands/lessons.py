"""``lessons``: list the guided lessons, check a file, or compute its figures anew."""

from __future__ import annotations

from pathlib import Path

import click

from embeddings import lessons
from embeddings.commands.common import examples, json_option, print_json, print_table, progress_bar
from embeddings.errors import UserError
from embeddings.lessons import Lesson, figures


@click.command(
    "lessons",
    epilog=examples("lessons", "lessons 5-arithmetic --compute", "lessons my-lesson.yaml"),
)
@click.argument("name", required=False)
@click.option("--compute", is_flag=True, help="Compute every figure of the lesson anew.")
@json_option
def show_lessons(name: str | None, compute: bool, as_json: bool) -> None:
    """List the guided lessons, or check one: by its name, or a file that you write."""
    if name is None:
        _list(as_json)
        return
    lesson = lessons.read(Path(name)) if name.endswith(lessons.ENDING) else lessons.get(name)
    found = _computed(lesson) if compute else {}
    if as_json:
        print_json(_content(lesson, found))
        return
    click.echo(f"{lesson.title}: {len(lesson.steps)} steps, {len(lesson.figures)} figures")
    if compute:
        rows = [(key, figure.text, found[key]) for key, figure in lesson.figures.items()]
        print_table(rows, ("figure", "the lesson says", "computed"))
    wrong = [key for key, text in found.items() if text != lesson.figures[key].text]
    if wrong:
        raise UserError(f"{lesson.key} says another thing than is computed: {', '.join(wrong)}.")


def _list(as_json: bool) -> None:
    found, problems = lessons.read_all()
    if as_json:
        print_json([_content(lesson, {}) for lesson in found.values()])
    else:
        print_table([(key, f"{len(each.steps)} steps", each.title) for key, each in found.items()])
    if problems:
        raise UserError(" ".join(map(str, problems)))


def _computed(lesson: Lesson) -> dict[str, str]:
    found = {}
    with progress_bar("Computing the figures") as progress:
        for at, (key, figure) in enumerate(lesson.figures.items()):
            progress(at / len(lesson.figures), key)
            found[key] = figure.written(figures.compute(figure))
    return found


def _content(lesson: Lesson, found: dict[str, str]) -> dict[str, object]:
    return {
        "key": lesson.key,
        "title": lesson.title,
        "aim": lesson.aim,
        "minutes": lesson.minutes,
        "steps": [step.title for step in lesson.steps],
        "figures": {
            key: {"says": figure.text, **({"computed": found[key]} if found else {})}
            for key, figure in lesson.figures.items()
        },
    }
