"""Where somebody is in a lesson: ``?lesson=5-arithmetic.2`` is the second step of a lesson.

Behind the step stands ``.seen`` once it has been revealed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from embeddings import lessons
from embeddings.errors import UserError
from embeddings.lessons import Lesson, Step

SEEN = "seen"


@dataclass(frozen=True)
class Place:
    """A step of a lesson, before or after its reveal.

    Attributes
    ----------
    key : of the lesson
    step : from 0
    seen : whether it has been revealed
    """

    key: str
    step: int = 0
    seen: bool = False

    @property
    def text(self) -> str:
        """The place as the address holds it."""
        return f"{self.key}.{self.step + 1}" + (f".{SEEN}" if self.seen else "")

    def of(self, **changes: object) -> Place:
        """Return another place of the same lesson."""
        return replace(self, **changes)  # type: ignore[arg-type]


def read(text: str) -> tuple[Place, Lesson, Step]:
    """Return the place that an address names, with its lesson and its step.

    Raises
    ------
    UserError
        If there is no such lesson, or it has no such step.
    """
    key, _, rest = text.partition(".")
    lesson = lessons.get(key)
    number, _, seen = (rest or "1").partition(".")
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= len(lesson.steps)):
        raise UserError(
            f"{lesson.title!r} has the steps 1 to {len(lesson.steps)}, and no {number[:20]!r}."
        )
    place = Place(key, int(number) - 1, seen == SEEN)
    return place, lesson, lesson.steps[place.step]


def target(place: Place, step: Step) -> tuple[str, dict[str, str], str]:
    """Return where a step leads: the page's name in the address, its query and its fragment."""
    parts = urlsplit(step.opens_then if place.seen else step.open)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return parts.path.strip("/"), query, parts.fragment
