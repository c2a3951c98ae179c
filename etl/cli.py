"""The command line: one night without Airflow, its checks alone, what the last nights did, and why
a figure is what it is."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.table import Table

from etl import __version__, log, night, settings
from etl.errors import NightError, WrongUsage, without_values
from etl.run import Run

LOADED, FAILED, WRONG_USAGE, STOPPED = 0, 1, 2, 3
EXIT_CODES = """exit codes: 0 loaded, or already loaded; 3 stopped by a check, nothing changed;
2 wrong usage; 1 anything else"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    log.to_screen(as_json=settings.log_as_json())
    try:
        asked = _parser().parse_args(arguments)
        return int(asked.command(asked))
    except NightError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Interrupted; nothing was loaded.", file=sys.stderr)
        return FAILED
    except Exception as error:  # the last border: a message could quote a record
        print(without_values(error, "command line"), file=sys.stderr)
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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day such as 2014-10-31") from None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="csc-etl", description=__doc__, epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"csc-etl {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_load(commands.add_parser("load", help="load one night's extract into the warehouse"))
    _add_check(commands.add_parser("check", help="check an extract without loading it"))
    _add_status(commands.add_parser("status", help="show the last nights"))
    _add_explain(
        commands.add_parser(
            "explain", help="show, day by day, what was owed on one record and how it stood"
        )
    )
    _add_upgrade(
        commands.add_parser("upgrade", help="bring a warehouse of an earlier release to this one")
    )
    _add_erase(
        commands.add_parser("erase", help="forget who a child was; what was counted stays counted")
    )
    _add_purge(
        commands.add_parser(
            "purge", help="remove landed nights and identities that are older than the retention"
        )
    )
    _add_rotate_key(
        commands.add_parser("rotate-key", help="change the pseudonym key, history kept")
    )
    _add_demo_extract(
        commands.add_parser("demo-extract", help="write an extract of an invented council")
    )
    return parser


def _add_load(load: argparse.ArgumentParser) -> None:
    _add_extract(load)
    _add_warehouse(load)
    _add_landing(load)
    load.add_argument("--timings", action="store_true", help="show what each step took")
    load.set_defaults(command=_load)


def _add_check(check: argparse.ArgumentParser) -> None:
    _add_extract(check)
    check.add_argument(
        "--warehouse", metavar="URL", help="compare with what is loaded there; default: nothing"
    )
    check.add_argument(
        "--pages", type=Path, default=Path("pages"), metavar="DIR",
        help="where to put the page of results (default: pages/)",
    )  # fmt: skip
    check.set_defaults(command=_check)


def _add_status(status: argparse.ArgumentParser) -> None:
    _add_warehouse(status)
    status.add_argument("--nights", type=int, default=14, help="how many (default 14)")
    status.set_defaults(command=_status)


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("timescale", metavar="TIMESCALE", help="see docs/timescales.md")
    explain.add_argument(
        "subject_id", metavar="SUBJECT_ID",
        help="the source's id of what it is owed on: an assessment, referral, plan, placement ...",
    )  # fmt: skip
    _add_warehouse(explain)
    explain.add_argument(
        "--on", type=_day, metavar="DATE", help="as at this day (default: that of --known-on)"
    )
    explain.add_argument(
        "--known-on", type=_day, metavar="DATE",
        help="as known on this day (default: the last extract's)",
    )  # fmt: skip
    explain.add_argument("--la-code", help="where several authorities have the id")
    explain.set_defaults(command=_explain)


def _add_upgrade(upgrade: argparse.ArgumentParser) -> None:
    _add_warehouse(upgrade)
    upgrade.set_defaults(command=_upgrade)


def _add_erase(erase: argparse.ArgumentParser) -> None:
    erase.add_argument(
        "case_number", metavar="CASE_NUMBER",
        help="the case system's id of the person (DIM_PERSON_ID), or - to read it from standard "
        "input, so that no shell remembers it",
    )  # fmt: skip
    _add_warehouse(erase)
    _add_landing(erase)
    erase.add_argument("--la-code", help="where the warehouse holds several authorities")
    erase.set_defaults(command=_erase)


def _add_purge(purge: argparse.ArgumentParser) -> None:
    purge.add_argument("--authority", type=Path, required=True, metavar="FILE.toml")
    _add_warehouse(purge)
    _add_landing(purge)
    purge.add_argument(
        "--older-than", type=int, metavar="MONTHS",
        help="how long to keep (default: landing_months of the authority's file)",
    )  # fmt: skip
    purge.add_argument("--on", type=_day, metavar="DATE", help="counted back from (default: today)")
    purge.set_defaults(command=_purge)


def _add_rotate_key(rotate: argparse.ArgumentParser) -> None:
    _add_warehouse(rotate)
    rotate.add_argument("--la-code", help="only this authority (default: every one)")
    rotate.set_defaults(command=_rotate_key)


def _add_demo_extract(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("folder", type=Path, help="where to put the night's folder")
    demo.add_argument("--date", type=_day, required=True, help="the extract date")
    demo.add_argument("--children", type=int, default=5000, help="1,000 to 1,000,000")
    demo.add_argument("--seed", type=int, help="another seed, another council")
    demo.add_argument("--faults", type=float, default=2.0, help="faulty rows per thousand")
    demo.set_defaults(command=_demo_extract)


def _add_warehouse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--warehouse", required=True, metavar="URL",
        help="duckdb:///path or postgresql://user@host/database",
    )  # fmt: skip


def _add_landing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--landing", type=Path, metavar="DIR",
        help="owner-only folder of landed files (default: landing/ beside a warehouse file)",
    )  # fmt: skip


def _add_extract(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("extract", type=Path, help="folder or zip of one night")
    parser.add_argument("--authority", type=Path, required=True, metavar="FILE.toml")
    parser.add_argument("--date", type=_day, help="the extract date, where its name is no date")


def _load(asked: argparse.Namespace) -> int:
    settings.pseudonym_key()  # before anything is read: a load without it is wrong usage
    run = _begin(asked, asked.warehouse, asked.landing)
    loaded, timings = night.load_night(run)
    if asked.timings:
        _show_timings(timings)
    if loaded:
        print(f"Loaded {run.extract_date} of authority {run.la_code}. Checks: {run.page}")
    else:
        print(f"{run.extract_date} of authority {run.la_code} is already loaded; nothing changed.")
    return LOADED


def _begin(asked: argparse.Namespace, warehouse: str, landing: Path | None) -> Run:
    return night.begin(
        asked.extract, asked.authority, warehouse, extract_date=asked.date, landing=landing
    )


def _check(asked: argparse.Namespace) -> int:
    """Works on a landed copy in a temporary folder of its own, gone at the end.

    Without a warehouse to compare with, the tokens serve this check alone and any key will do.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = asked.warehouse or f"duckdb:///{Path(folder) / 'none.duckdb'}"
        key = settings.pseudonym_key() if asked.warehouse else secrets.token_bytes()
        run = replace(_begin(asked, url, Path(folder) / "landing"), pages=asked.pages.absolute())
        if not night.check_night(run, key):
            print(f"{run.extract_date} of authority {run.la_code} is loaded already.")
            return LOADED
    print(f"No check stops {run.extract_date} of authority {run.la_code}. Checks: {run.page}")
    return LOADED


def _status(asked: argparse.Namespace) -> int:
    from etl.warehouse import existing_warehouse

    with existing_warehouse(asked.warehouse).reading() as session:
        rows = session.rows(_LAST_NIGHTS, nights=asked.nights)
    table = Table("extract date", "authority", "result", "held back", "new", "closed", "why")
    for extract_date, la_code, status, held_back, new, closed, message in rows:
        colour = "green" if status == "loaded" else "red"
        table.add_row(
            str(extract_date), la_code, f"[{colour}]{status}[/]", f"{held_back:,}",
            f"{new:,}", f"{closed:,}", message or "",
        )  # fmt: skip
    Console().print(table)
    return LOADED


def _explain(asked: argparse.Namespace) -> int:
    from etl.explain import explain, in_words

    found = explain(
        asked.warehouse, asked.timescale, asked.subject_id,
        on=asked.on, known_on=asked.known_on, la_code=asked.la_code,
    )  # fmt: skip
    print(in_words(found))
    return LOADED


_LAST_NIGHTS = """
select
    run.extract_date, run.la_code, run.status,
    (select count(*) from audit.rejected_row as rejected where rejected.run_id = run.run_id),
    coalesce((select sum(new_versions) from audit.table_load as load
        where load.run_id = run.run_id), 0),
    coalesce((select sum(closed) from audit.table_load as load
        where load.run_id = run.run_id), 0),
    run.message
from audit.load_run as run
order by run.started_at desc
limit :nights
"""


def _upgrade(asked: argparse.Namespace) -> int:
    from etl.upgrade import upgrade

    upgrade(asked.warehouse)
    print("The warehouse's tables and views are those of this release; every row was kept.")
    return LOADED


def _erase(asked: argparse.Namespace) -> int:
    from etl.privacy.erasure import erase

    case_number = sys.stdin.readline() if asked.case_number == "-" else asked.case_number
    rows = erase(
        asked.warehouse, case_number, key=settings.pseudonym_key(), done_at=datetime.now(UTC),
        landing=asked.landing, la_code=asked.la_code,
    )  # fmt: skip
    if not rows:
        print("The child was erased already; nothing changed.")
        return LOADED
    _show_rows(rows)
    print("The child is erased, and stays so when an extract brings it back.")
    return LOADED


def _purge(asked: argparse.Namespace) -> int:
    from etl.privacy.retention import purge

    now = datetime.now(UTC)
    kept_from, rows = purge(
        asked.warehouse, night.authority_of(asked.authority), on=asked.on or now.date(),
        done_at=now, landing=asked.landing, months=asked.older_than,
    )  # fmt: skip
    if rows:
        _show_rows(rows)
    print(f"Kept is what is known on {kept_from} or later; {'the rest' if rows else 'nothing'} "
          "was removed.")  # fmt: skip
    return LOADED


def _rotate_key(asked: argparse.Namespace) -> int:
    from etl.privacy.rotation import Keys, rotate_key

    keys = Keys(settings.pseudonym_key(), settings.new_pseudonym_key())
    changed = rotate_key(asked.warehouse, keys, done_at=datetime.now(UTC), la_code=asked.la_code)
    for la_code, rows in changed.items():
        print(f"Authority {la_code}:" + ("" if rows else " has the new key's tokens already."))
        if rows:
            _show_rows(rows)
    print(f"From now on set {settings.PSEUDONYM_KEY} to the new secret, wherever nights are "
          "loaded, and destroy the old one.")  # fmt: skip
    return LOADED


def _show_rows(rows: Mapping[str, int]) -> None:
    table = Table("changed in", "rows")
    for part, count in rows.items():
        table.add_row(part, f"{count:,}")
    Console().print(table)


def _demo_extract(asked: argparse.Namespace) -> int:
    from etl.demo import SEED, write_extract

    try:
        written = write_extract(
            asked.folder,
            children=asked.children,
            extract_date=asked.date,
            seed=SEED if asked.seed is None else asked.seed,
            faults_per_thousand=asked.faults,
        )
    except ValueError as error:
        raise WrongUsage(
            f"The demo extract cannot be made: {error}",
            where="command line",
            means="Nothing was written.",
            next="Choose another number of children, or another date.",
        ) from None
    print(f"Wrote {written}")
    return LOADED


def _show_timings(timings: list[night.Timing]) -> None:
    table = Table("step", "seconds", "process seconds", "peak MiB")
    for timing in timings:
        table.add_row(
            timing.step, f"{timing.seconds:.1f}", f"{timing.process_seconds:.1f}",
            f"{timing.peak_mebibytes:,.0f}",
        )  # fmt: skip
    total = sum(timing.process_seconds for timing in timings)
    seconds = sum(timing.seconds for timing in timings)
    table.add_row("[bold]all[/]", f"{seconds:.1f}", f"{total:.1f}", "")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
