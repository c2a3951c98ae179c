"""How seldom Python looks for garbage while a night begins and is walked."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects that hold others, made and not freed since it last looked. Importing all that a night
# needs makes half a million, which stay for good; a night's own are freed without looking.
MADE_BEFORE_LOOKING = 1_000_000


@contextmanager
def seldom_looked_for() -> Iterator[None]:
    """In the block, what points to itself is looked for after a million new objects, not after some
    hundreds: each time Python looks through all that is there, in vain."""
    before = gc.get_threshold()
    gc.set_threshold(MADE_BEFORE_LOOKING, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
