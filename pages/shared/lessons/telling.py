"""What the dock is told of a step: with the page, or at once over a class's connection."""

from __future__ import annotations

from typing import Any

from embeddings.errors import UserError
from embeddings.lessons import Lesson, Step
from pages.shared.lessons import place as places
from pages.shared.lessons.place import Place


def step(place: Place, lesson: Lesson, at: Step, is_hidden: bool = False) -> dict[str, Any]:
    """Return all that the dock shows of a step.

    Parameters
    ----------
    place : where in the lesson
    lesson, at : the lesson and its step there
    is_hidden : whether the answer stays here: in a class nobody is sent it before all see it
    """
    path, query, fragment = places.target(place, at)
    asks = at.prediction
    is_last = place.step + 1 == len(lesson.steps)
    return {
        "lesson": lesson.title,
        "language": lesson.language,
        "aim": lesson.aim,
        "place": place.text,
        "step": place.of(seen=False).text,
        "number": place.step + 1,
        "steps": [each.title for each in lesson.steps],
        "seen": place.seen,
        "title": at.title,
        "ask": asks.ask,
        "kind": asks.kind,
        "choices": list(asks.choices),
        "answers": [] if is_hidden else list(asks.answers),
        "says": "" if is_hidden else at.says,
        "explain": "" if is_hidden else at.explain,
        "alone": "" if is_hidden else at.alone,
        "readOn": [{"text": text, "url": url} for text, url in lesson.read_on],
        "path": path,
        "query": query,
        "fragment": fragment,
        "next": None if is_last else place.of(step=place.step + 1, seen=False).text,
        "back": place.of(step=place.step - 1, seen=False).text if place.step else None,
        "reveal": place.of(seen=True).text,
    }


def of_class(text: str, is_seen: bool) -> dict[str, Any] | None:
    """Return what who follows a class is shown of the place where it is; None where there is none.

    Parameters
    ----------
    text : the place, as the class keeps it
    is_seen : whether the step has been revealed
    """
    if not text:
        return None
    try:
        place, lesson, at = places.read(text)
    except UserError:  # a lesson that has gone since
        return None
    return step(place.of(seen=is_seen), lesson, at, is_hidden=not is_seen)
