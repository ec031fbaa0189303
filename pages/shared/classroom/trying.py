"""Codes cannot be found by trying: who has named too many that are none must wait.

Only wrong codes count, so that a whole class behind one address can join within a minute.
"""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from embeddings.errors import UserError

WRONG = RateLimitItemPerMinute(60)
"""Wrong codes from one address; of 64 million codes a day's trying then finds a class of a hundred
with less than one chance in five."""

_limiter = MovingWindowRateLimiter(MemoryStorage())


class TooMany(UserError):
    """Too many wrong codes came from one address."""

    def __init__(self) -> None:
        super().__init__("Too many wrong codes came from here: wait a minute, then try again.")


def is_over(sender: str) -> bool:
    """Whether wrong codes have come too often from this address."""
    return not _limiter.test(WRONG, "code", sender)


def note(sender: str) -> None:
    """Count a wrong code."""
    _limiter.hit(WRONG, "code", sender)


def forget() -> None:
    """Forget all that was counted."""
    _limiter.storage.reset()
