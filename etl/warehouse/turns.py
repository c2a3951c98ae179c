"""Loads that may not write at once take turns."""

from __future__ import annotations

import time
from collections.abc import Callable

from etl.log import logger

LOCK_WAIT_SECONDS = 3600


def take_turn(take: Callable[[], bool], what: str) -> bool:
    """Try once a second until ``take`` succeeds, and say so once; False after an hour.

    what: whose load is waited for.
    """
    began = time.monotonic()
    while not take():
        waited = time.monotonic() - began
        if waited > LOCK_WAIT_SECONDS:
            return False
        if waited < 1:
            logger.info("waiting for another load %s", what)
        time.sleep(1)
    return True
