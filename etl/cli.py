"""The command line: nights without Airflow, figures of any day and why they are what they are, and
what is owed to the people whose data it is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from etl import __version__, settings
from etl.commands import (
    codes,
    export,
    figures,
    inspect,
    nights,
    privacy,
    report,
    rules,
    status,
    upkeep,
    worklist,
)
from etl.commands.ending import ToldToEnd, end_process, told_to_end
from etl.commands.screen import NotShown, showing, tell, telling, told_of
from etl.errors import NightError, WrongUsage, is_of_a_disk, of_a_disk, without_values
from etl.left_behind import remove_left_behind, remove_temporary_left_behind
from etl.log import raised_in
from etl.run import checked

EXIT_CODES = """exit codes: 0 loaded, or already loaded; 3 stopped by a check, nothing changed;
2 wrong usage; 1 anything else; of `status --within` alone: 4 a council has no night loaded of so
many days, 5 none is late but a check stopped the last night of one"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    with telling(), told_to_end() as signals:
        try:
            with showing():
                asked = _parser().parse_args(arguments)
                # After --help and --version, which whoever mends a setting may need.
                settings.check_names()
                settings.check_log()
                _remove_left_behind(asked)
                return int(asked.command(asked))
        except NotShown as fault:
            return told_of(fault.error)
        except (Exception, KeyboardInterrupt, ToldToEnd) as error:
            return _ended_by(error, signals)


def run() -> NoReturn:
    """The console's command: ends its process."""
    end_process(main())


def _ended_by(error: BaseException, signals: list[str]) -> int:
    """Says why the command ended. The last border: a message of an error not ours could quote a
    record."""
    told: NightError
    if signals or isinstance(error, KeyboardInterrupt):
        told = _told_to_end(by=signals[0] if signals else "SIGINT")
    elif isinstance(error, NightError):
        told = error
    elif isinstance(error, OSError) and is_of_a_disk(error):
        told = of_a_disk(error)
    else:
        told = without_values(error, "command line")
    return tell(told, raised_in(error))


def _told_to_end(by: str) -> NightError:
    return NightError(
        f"The command was told to end ({by}).",
        where="command line",
        means="A change is made whole or not at all; `csc-etl status` shows the last nights. What "
        "the command had in hand is removed.",
        next="Run it again.",
    )


def _remove_left_behind(asked: argparse.Namespace) -> None:
    """Remove what processes that died left of personal data in the system's folder of temporary
    files, and in the landing folder that the command's warehouse has."""
    from etl.warehouse import open_warehouse

    remove_temporary_left_behind()
    url, landing = getattr(asked, "warehouse", None), getattr(asked, "landing", None)
    beside = open_warehouse(url).default_folder() if url else None
    if landing or beside:
        folder = checked(landing or Path(str(beside)) / "landing", "the landing folder")
        remove_left_behind(folder / "work")


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
    "inspect": (inspect.add_inspect, "say what something is, and what figures it would give"),
    "load": (nights.add_load, "load one night's extract into the warehouse"),
    "check": (nights.add_check, "check an extract without loading it"),
    "codes": (codes.add_codes, "show an extract's codes that no list has, as lines to add"),
    "status": (status.add_status, "show the last nights, and whether a council has none lately"),
    "undo": (nights.add_undo, "take the last night back: the wrong extract was loaded"),
    "measures": (figures.add_measures, "show a month's measures as known on any day"),
    "freeze": (figures.add_freeze, "keep a month's measures as published, for ever"),
    "restate": (figures.add_restate, "show what has moved since a freeze, and why"),
    "recount": (figures.add_recount, "count every figure whole, and say what is published not so"),
    "explain": (
        figures.add_explain, "show, day by day, what was owed on one record and how it stood"
    ),
    "report": (report.add_report, "write a month's report, its page and its workbook"),
    "export": (export.add_export, "write files of all that analysts read, for Excel or Power BI"),
    "worklist": (
        worklist.add_worklist, "write what each team still owes to its children, or draw a sample"
    ),
    "rules": (rules.add_rules, "write the timescales as a page to read, print and sign"),
    "upgrade": (nights.add_upgrade, "bring a warehouse of an earlier release to this one"),
    "backup": (upkeep.add_backup, "copy a warehouse away, prove the copy, remove old ones"),
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
    run()
