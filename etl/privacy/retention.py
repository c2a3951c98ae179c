"""Applies an authority's retention: landed nights, and identities of those long gone, are removed.

Facts and their history stay: without an identity nothing leads from them to a person.
"""

from __future__ import annotations

import re
import shutil
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from etl.authority import MOST_MONTHS, Authority
from etl.calendar.working_days import months_later
from etl.errors import ConnectionFault, WrongUsage
from etl.privacy.record import landing_folder, scrub, write_record
from etl.warehouse import Session, existing_warehouse, the_authority
from etl.warehouse.keys import OWN_KEYS, PERSONS
from etl.warehouse.to_mend import MEND_TABLES, MendTable

ACTION = "purge"
_NIGHT = re.compile(r"\d{4}-\d\d-\d\d")


def purge(
    url: str,
    authority: Authority,
    *,
    on: date,
    done_at: datetime,
    landing: Path | None = None,
    months: int | None = None,
) -> tuple[date, dict[str, int]]:
    """Remove the authority's landed nights of before a day, the identities of children, workers
    and families that no extract since that day has had, and the records mended before it.

    months: how long things are kept, by default the authority's ``landing_months``; on: the day
    from which they are counted back. Returns the first day that is kept, and what was removed.
    Raises WrongUsage where the authority has no loaded night, or less than a month is to be kept;
    ConnectionFault where a folder cannot be removed.
    """
    kept_from = _first_kept(authority, on, months)
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, authority.la_code)
    nights = _remove_landed(landing_folder(landing, warehouse) / la_code, kept_from)
    with warehouse.writing(la_code) as session:
        removed = _removed(session, la_code, kept_from, nights)
        if removed:
            write_record(session, la_code, ACTION, done_at, removed)
        session.turn_to_identities()
        for name in PERSONS:
            session.run(
                f"delete from restricted.{name}_identity as identity where {_is_gone(name)}",
                la_code=la_code,
                kept_from=kept_from,
            )
        for table in MEND_TABLES:
            session.run(
                f"delete from restricted.{table.name} where {_is_mended(table)}",
                la_code=la_code,
                kept_from=kept_from,
            )
    # Also where nothing was: a purge before this one may not have come so far.
    scrub(warehouse, "What the retention no longer allows is removed", "Purge again")
    return kept_from, removed


def would_purge(
    url: str,
    authority: Authority,
    *,
    on: date,
    landing: Path | None = None,
    months: int | None = None,
) -> tuple[date, dict[str, int]]:
    """What ``purge`` would return, which takes the same. Changes nothing."""
    kept_from = _first_kept(authority, on, months)
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, authority.la_code)
    nights = len(_old_nights(landing_folder(landing, warehouse) / la_code, kept_from))
    with warehouse.reading(identities=True) as session:
        return kept_from, _removed(session, la_code, kept_from, nights)


def _first_kept(authority: Authority, on: date, months: int | None) -> date:
    months = authority.landing_months if months is None else months
    if not 1 <= months <= MOST_MONTHS:
        raise WrongUsage(
            f"{'Less than a month' if months < 1 else 'More than a century'} would be kept.",
            where="retention",
            means="Nothing was removed.",
            next=f"Give whole months, 1 to {MOST_MONTHS:,}; docs/privacy.md says what for.",
        )
    first: date = months_later(pd.Series(pd.to_datetime([on])), -months)[0].date()
    return first


def _removed(session: Session, la_code: str, kept_from: date, nights: int) -> dict[str, int]:
    """How many landed nights, identities and mended records are too old; parts without any are left
    out."""
    counts = {f"restricted.{name}_identity": _gone(session, name, la_code, kept_from)
              for name in PERSONS}  # fmt: skip
    for table in MEND_TABLES:
        [(mended,)] = session.rows(
            f"select count(*) from restricted.{table.name} where {_is_mended(table)}",
            la_code=la_code,
            kept_from=kept_from,
        )
        counts[f"restricted.{table.name}"] = int(mended)
    return {part: rows for part, rows in {"landing": nights, **counts}.items() if rows}


def _is_mended(table: MendTable) -> str:
    """SQL: the record is to be mended no more since before the first day that is kept."""
    return f"la_code = :la_code and {table.until} <= :kept_from"


def _is_gone(name: str) -> str:
    """SQL: no version of the member was known on the first day that is kept, or after it."""
    return (
        "identity.la_code = :la_code and not exists ("
        f"select 1 from warehouse.dim_{name} as member "
        f"where member.{OWN_KEYS[name]} = identity.{OWN_KEYS[name]} "
        "and member.known_to > :kept_from)"
    )


def _gone(session: Session, name: str, la_code: str, kept_from: date) -> int:
    found = session.rows(
        f"select count(*) from restricted.{name}_identity as identity where {_is_gone(name)}",
        la_code=la_code,
        kept_from=kept_from,
    )
    return int(found[0][0])


def _old_nights(folder: Path, kept_from: date) -> list[Path]:
    return [
        night
        for night in (folder.iterdir() if folder.exists() else ())
        if _NIGHT.fullmatch(night.name) and date.fromisoformat(night.name) < kept_from
    ]


def _remove_landed(folder: Path, kept_from: date) -> int:
    """Returns how many nights were removed."""
    old = _old_nights(folder, kept_from)
    try:
        for night in old:
            shutil.rmtree(night)
    except OSError as error:
        raise ConnectionFault(
            f"A landed night cannot be removed ({error.strerror or type(error).__name__}).",
            where=str(folder),
            means="What is older than the retention is still there.",
            next="Mend the folder's permissions, then purge again.",
        ) from None
    return len(old)
