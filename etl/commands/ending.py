"""How a command ends: told to, it tidies up after itself first; done, it ends at once."""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SOON_SECONDS = 0.01


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

    def again(number: int, _: FrameType | None) -> None:
        raise ToldToEnd

    if threading.current_thread() is not threading.main_thread():
        yield came
        return
    heeded = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, end) for each in heeded}
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, again)
    try:
        with _heard_everywhere():
            yield came
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def _heard_everywhere() -> Iterator[None]:
    """Python drops what is raised while an object is cleared away, in whatever code the signal
    came; in the block it is then raised once more, a moment later."""
    told_before = sys.unraisablehook

    def told(dropped: sys.UnraisableHookArgs) -> None:
        if isinstance(dropped.exc_value, ToldToEnd):
            signal.setitimer(signal.ITIMER_REAL, _SOON_SECONDS)
        else:
            told_before(dropped)

    sys.unraisablehook = told
    try:
        yield
    finally:
        sys.unraisablehook = told_before


def end_process(code: int) -> NoReturn:
    """End the process of a command that is done. What was left for the end is done and what was
    written is flushed, but no module is taken down object by object, as Python would: that takes a
    tenth of a small night."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):  # ``main`` told of what could not be written
                stream.flush()
    os._exit(code)
