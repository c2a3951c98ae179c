"""The command line: nights without Airflow, figures of any day and why they are what they are, and
what is owed to the people whose data it is."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import NoReturn, TextIO, cast

from etl import __version__, log, settings
from etl.commands import codes, figures, nights, privacy, rules
from etl.commands.arguments import FAILED
from etl.errors import ConnectionFault, NightError, WrongUsage, reason, without_values

EXIT_CODES = """exit codes: 0 loaded, or already loaded; 3 stopped by a check, nothing changed;
2 wrong usage; 1 anything else"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    log.to_screen(as_json=settings.log_as_json())
    try:
        with _showing():
            asked = _parser().parse_args(arguments)
            return int(asked.command(asked))
    except _NotShown as fault:
        return _told_of(fault.error)
    except NightError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Interrupted. A change is made whole or not at all; run it again.", file=sys.stderr)
        return FAILED
    except Exception as error:  # the last border: a message could quote a record
        print(without_values(error, "command line"), file=sys.stderr)
        return FAILED


class _NotShown(Exception):
    """Standard output cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error


class _Screen:
    """Standard output, whose errors are told from those of every other file."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError as error:
            raise _NotShown(error) from None

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError as error:
            raise _NotShown(error) from None

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@contextmanager
def _showing() -> Iterator[None]:
    """At its end, all that the block printed has been written. Raises _NotShown."""
    if sys.stdout is None:  # closed before Python began
        yield
        return
    screen = _Screen(sys.stdout)
    with redirect_stdout(cast(TextIO, screen)):
        try:
            yield
        except SystemExit:  # of --help and --version
            screen.flush()
            raise
        screen.flush()


def _told_of(error: OSError) -> int:
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
        print(fault, file=sys.stderr)
    return FAILED


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command as every other error is said."""

    def error(self, message: str) -> NoReturn:
        raise WrongUsage(
            f"The command cannot be read: {message}.",
            where="command line",
            means="Nothing was begun.",
            next=f"`{self.prog} --help` shows how it is written.",
        )


_COMMANDS = {
    "load": (nights.add_load, "load one night's extract into the warehouse"),
    "check": (nights.add_check, "check an extract without loading it"),
    "codes": (codes.add_codes, "show an extract's codes that no list has, as lines to add"),
    "status": (nights.add_status, "show the last nights"),
    "undo": (nights.add_undo, "take the last night back: the wrong extract was loaded"),
    "measures": (figures.add_measures, "show a month's measures as known on any day"),
    "freeze": (figures.add_freeze, "keep a month's measures as published, for ever"),
    "restate": (figures.add_restate, "show what has moved since a freeze, and why"),
    "explain": (
        figures.add_explain, "show, day by day, what was owed on one record and how it stood"
    ),
    "rules": (rules.add_rules, "write the timescales as a page to read, print and sign"),
    "upgrade": (nights.add_upgrade, "bring a warehouse of an earlier release to this one"),
    "erase": (privacy.add_erase, "forget who a child was; what was counted stays counted"),
    "purge": (
        privacy.add_purge, "remove landed nights and identities older than the retention"
    ),
    "rotate-key": (privacy.add_rotate_key, "change the pseudonym key, history kept"),
    "demo-extract": (nights.add_demo_extract, "write an extract of an invented council"),
}  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="csc-etl", description=__doc__, epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"csc-etl {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (add_arguments, about) in _COMMANDS.items():
        add_arguments(commands.add_parser(name, help=about))
    return parser


if __name__ == "__main__":
    sys.exit(main())
