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
from etl.commands.arguments import LOADED, add_landing, add_warehouse, day
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
    erase.set_defaults(command=_erase)


def add_purge(purge: argparse.ArgumentParser) -> None:
    purge.add_argument("--authority", type=Path, required=True, metavar="FILE.toml")
    add_warehouse(purge)
    add_landing(purge)
    purge.add_argument(
        "--older-than", type=int, metavar="MONTHS",
        help="how long to keep (default: landing_months of the authority's file)",
    )  # fmt: skip
    purge.add_argument("--on", type=day, metavar="DATE", help="counted back from (default: today)")
    purge.set_defaults(command=_purge)


def add_rotate_key(rotate: argparse.ArgumentParser) -> None:
    add_warehouse(rotate)
    rotate.add_argument("--la-code", help="only this authority (default: every one)")
    rotate.set_defaults(command=_rotate_key)


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
        asked.warehouse, authority_of(asked.authority), on=asked.on or now.date(),
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
