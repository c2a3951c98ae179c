"""Waiting for what another process does, with an end to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
LOOK_EVERY = 0.5


class TooLate(AssertionError):
    """What was waited for did not come within its time."""


def until(
    found: Callable[[], Found | None], within: float, what: str, shown: Callable[[], object] = str
) -> Found:
    """The first answer that is not empty, asked for twice a second. Raises TooLate after
    ``within`` seconds, with ``what`` was waited for and what is
    ``shown`` then."""
    last = time.monotonic() + within
    while not (answer := found()):
        if time.monotonic() > last:
            raise TooLate(f"not within {within:.0f} s: {what} {shown()}")
        time.sleep(LOOK_EVERY)
    return answer
