"""Commands on personal data: erasing, purging, changing the key."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from etl import settings
from etl.commands.arguments import FAILED, LOADED, add_landing, add_warehouse, day
from etl.errors import WrongUsage
from etl.night.begin import authority_of


def add_erase(erase: argparse.ArgumentParser) -> None:
    erase.add_argument(
        "case_number", metavar="CASE_NUMBER",
        help="the case system's own id of the person, or - to read it from standard "
        "input, so that no shell remembers it",
    )  # fmt: skip
    add_warehouse(erase)
    add_landing(erase)
    erase.add_argument("--la-code", help="where the warehouse holds several authorities")
    _add_asking(erase)
    erase.set_defaults(command=_erase)


def add_purge(purge: argparse.ArgumentParser) -> None:
    purge.add_argument("--authority", type=Path, required=True, metavar="FILE.toml")
    add_warehouse(purge)
    add_landing(purge)
    purge.add_argument(
        "--older-than", type=int, metavar="MONTHS",
        help="how long to keep (default: landing_months of the authority's file)",
    )  # fmt: skip
    purge.add_argument(
        "--detail", action="store_true",
        help="also pages of checks and the audit's lines of single records, columns and checks "
        f"({settings.KEEP_PAGES_MONTHS}, {settings.KEEP_AUDIT_MONTHS}: 24 months each)",
    )  # fmt: skip
    purge.add_argument("--on", type=day, metavar="DATE", help="counted back from (default: today)")
    _add_asking(purge)
    purge.set_defaults(command=_purge)


def add_rotate_key(rotate: argparse.ArgumentParser) -> None:
    add_warehouse(rotate)
    rotate.add_argument("--la-code", help="only this authority (default: every one)")
    _add_asking(rotate)
    rotate.set_defaults(command=_rotate_key)


def _add_asking(parser: argparse.ArgumentParser) -> None:
    """``--yes`` and ``--dry-run``."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--yes", action="store_true", help="do it without asking at the terminal")
    either.add_argument(
        "--dry-run", action="store_true", help="say what would be changed, and change nothing"
    )


def _check_who_answers(asked: argparse.Namespace) -> None:
    """Raises WrongUsage where the command would have to ask, and nobody is at a terminal."""
    if asked.yes or asked.dry_run or (sys.stdin is not None and sys.stdin.isatty()):
        return
    raise WrongUsage(
        "This cannot be taken back, and nobody is at a terminal to be asked.",
        where="command line",
        means="Nothing was changed.",
        next="See with --dry-run what it would change; then give --yes.",
    )


def _is_agreed(question: str) -> bool:
    """Whether the answer at the terminal is yes."""
    print(f"{question} It cannot be taken back. Type yes to go on:", end=" ", flush=True)
    if sys.stdin.readline().strip().lower() == "yes":
        return True
    print("Nothing was changed.")
    return False


def _erase(asked: argparse.Namespace) -> int:
    from etl.privacy.erasure import erase, would_erase

    _check_who_answers(asked)
    key = settings.pseudonym_key()
    case_number = sys.stdin.readline() if asked.case_number == "-" else asked.case_number
    of_whom = {"key": key, "landing": asked.landing, "la_code": asked.la_code}
    if not asked.yes:
        _show_rows(would_erase(asked.warehouse, case_number, **of_whom), "would change in")
        if asked.dry_run:
            return LOADED
        if not _is_agreed("The child's identity will be forgotten."):
            return FAILED
    rows = erase(asked.warehouse, case_number, done_at=datetime.now(UTC), **of_whom)
    if not rows:
        print("The child was erased already; nothing changed.")
        return LOADED
    _show_rows(rows)
    print("The child is erased, and stays so when an extract brings it back.")
    return LOADED


def _purge(asked: argparse.Namespace) -> int:
    from etl.privacy.retention import purge, would_purge
    from etl.upkeep.detail import Kept, purge_detail, would_purge_detail

    _check_who_answers(asked)
    now = datetime.now(UTC)
    authority = authority_of(asked.authority)
    on, landing = asked.on or now.date(), asked.landing
    how = {"on": on, "landing": landing, "months": asked.older_than}
    detail = Kept(on, settings.keep_pages_months(), settings.keep_audit_months())
    of_nights = (asked.warehouse, authority.la_code, detail)
    if not asked.yes:
        kept_from, rows = would_purge(asked.warehouse, authority, **how)
        if asked.detail:
            rows |= would_purge_detail(*of_nights, landing=landing)
        _show_rows(rows, "would be removed from")
        print(f"Kept would be what is known on {kept_from} or later.")
        if asked.dry_run:
            return LOADED
        if not _is_agreed("What is older will be removed."):
            return FAILED
    # First, as the purge ends by leaving no bytes of either.
    more = purge_detail(*of_nights, done_at=now, landing=landing) if asked.detail else {}
    kept_from, rows = purge(asked.warehouse, authority, done_at=now, **how)
    rows |= more
    if rows:
        _show_rows(rows)
    print(f"Kept is what is known on {kept_from} or later; {'the rest' if rows else 'nothing'} "
          "was removed.")  # fmt: skip
    return LOADED


def _rotate_key(asked: argparse.Namespace) -> int:
    from etl.privacy.rotation import Keys, rotate_key, would_rotate

    _check_who_answers(asked)
    keys = Keys(settings.pseudonym_key(), settings.new_pseudonym_key())
    if not asked.yes:
        _show_authorities(
            would_rotate(asked.warehouse, keys, la_code=asked.la_code), "would change in"
        )
        if asked.dry_run:
            return LOADED
        if not _is_agreed("Every token will be made anew with the new key."):
            return FAILED
    changed = rotate_key(asked.warehouse, keys, done_at=datetime.now(UTC), la_code=asked.la_code)
    _show_authorities(changed)
    print(
        f"From now on set {settings.PSEUDONYM_KEY}, or the file that {settings.PSEUDONYM_KEY}"
        f"{settings.OF_FILE} names, to the new secret, wherever nights are loaded. "
        "Keep the old one, apart from the backups, until no backup of before this change is left: "
        "nobody can load nights into one without it. Then destroy it."
    )
    return LOADED


def _show_authorities(changed: Mapping[str, Mapping[str, int]], how: str = "changed in") -> None:
    for la_code, rows in changed.items():
        print(f"Authority {la_code}:" + ("" if rows else " has the new key's tokens already."))
        if rows:
            _show_rows(rows, how)


def _show_rows(rows: Mapping[str, int], how: str = "changed in") -> None:
    table = Table(how, "rows")
    for part, count in rows.items():
        table.add_row(part, f"{count:,}")
    Console().print(table if rows else f"{how}: nothing")
