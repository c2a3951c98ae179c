"""What a command shows: every word of it goes through here, and none of it moves a cursor."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from typing import TextIO, cast

from etl import log, settings
from etl.commands.arguments import FAILED
from etl.errors import ConnectionFault, NightError, reason
from etl.harmless import harmless

# Ends of lines, tabs, and the colours of our own tables.
_OURS = re.compile(r"(\r?\n|\t|\x1b\[(?:0|1|1;3[1-3]|3[1-3])m)")


class NotShown(Exception):
    """Standard output cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error


class _Screen:
    """A stream to which harmless text is written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        parts = _OURS.split(text)
        parts[::2] = map(harmless, parts[::2])
        self._stream.write("".join(parts))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


class _Output(_Screen):
    """Standard output, whose errors are told from those of every other file."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError as error:
            raise NotShown(error) from None

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            raise NotShown(error) from None


@contextmanager
def telling() -> Iterator[None]:
    """What the block writes to standard error is harmless; where the log is to be JSON, all of it
    is one object a line."""
    with ExitStack() as until:
        if sys.stderr is not None:  # closed before Python began
            until.enter_context(redirect_stderr(cast(TextIO, _Screen(sys.stderr))))
        if settings.log_as_json():
            until.enter_context(log.others_as_objects())
        log.to_screen(as_json=settings.log_as_json())
        yield


def tell(fault: NightError, place: log.Place = log.NOWHERE) -> int:
    """Says to standard error what is wrong, and in JSON where in which run. Returns the exit code
    that goes with it."""
    print(_as_object(fault, place) if settings.log_as_json() else fault, file=sys.stderr)
    return fault.exit_code


def _as_object(fault: NightError, place: log.Place) -> str:
    return log.as_object(
        datetime.now(UTC), "error", place, fault.what,
        what=fault.what, where=fault.where, means=fault.means, next=fault.next,
        exit_code=fault.exit_code,
    )  # fmt: skip


@contextmanager
def showing() -> Iterator[None]:
    """At its end, all that the block printed has been written. Raises NotShown."""
    if sys.stdout is None:
        yield
        return
    screen = _Output(sys.stdout)
    with redirect_stdout(cast(TextIO, screen)):
        try:
            yield
        except SystemExit:  # of --help and --version
            screen.flush()
            raise
        screen.flush()


def told_of(error: OSError) -> int:
    """Says why the output could not be written; nothing where its reader had read enough."""
    # Python writes at its end what is still waiting to be written.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        fault = ConnectionFault(
            f"What was to be shown could not be written ({reason(error)}).",
            where="standard output",
            means="Only the words are lost; what the command did stays done.",
            next="Let the output go where there is room for it; then run it again.",
        )
        tell(fault)
    return FAILED
