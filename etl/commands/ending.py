"""A command that is told to end tidies up after itself first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ToldToEnd(BaseException):
    """Every block is left as by an error; no step takes it for a fault of its own."""


@contextmanager
def told_to_end() -> Iterator[list[str]]:
    """In the block, the first signal to end raises ToldToEnd, and later ones let the tidying go on.

    Yields the signals that came: a library that is waiting may put an error of its own in the place
    of ours. A signal that the command was begun to ignore, as by nohup, stays ignored.
    """
    came: list[str] = []

    def end(number: int, _: FrameType | None) -> None:
        if not came:
            came.append(signal.Signals(number).name)
            raise ToldToEnd

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    heeded = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, end) for each in heeded}
    try:
        yield came
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
