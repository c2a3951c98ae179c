"""Applies an authority's retention: landed nights, and identities of those long gone, are removed.

Facts and their history stay: without an identity nothing leads from them to a person.
"""

from __future__ import annotations

import re
import shutil
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from etl.authority import Authority
from etl.calendar.working_days import months_later
from etl.errors import ConnectionFault, WrongUsage
from etl.privacy.record import landing_folder, scrub, write_record
from etl.warehouse import Session, existing_warehouse, the_authority
from etl.warehouse.keys import OWN_KEYS, PERSONS

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
    """Remove the authority's landed nights of before a day, and the identities of children,
    workers and families that no extract since that day has had.

    months: how long things are kept, by default the authority's ``landing_months``; on: the day
    from which they are counted back. Returns the first day that is kept, and what was removed.
    Raises WrongUsage where the authority has no loaded night, or less than a month is to be kept;
    ConnectionFault where a folder cannot be removed.
    """
    months = authority.landing_months if months is None else months
    if months < 1:
        raise WrongUsage(
            "Less than a month would be kept.",
            where="retention",
            means="Nothing was removed.",
            next="Give whole months, 1 or more; docs/privacy.md says what for.",
        )
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, authority.la_code)
    kept_from = months_later(pd.Series(pd.to_datetime([on])), -months)[0].date()
    nights = _remove_landed(landing_folder(landing, warehouse) / la_code, kept_from)
    with warehouse.writing(la_code) as session:
        counts = {f"restricted.{name}_identity": _gone(session, name, la_code, kept_from)
                  for name in PERSONS}  # fmt: skip
        removed = {part: rows for part, rows in {"landing": nights, **counts}.items() if rows}
        if removed:
            write_record(session, la_code, ACTION, done_at, removed)
        session.turn_to_identities()
        for name in PERSONS:
            session.run(
                f"delete from restricted.{name}_identity as identity where {_is_gone(name)}",
                la_code=la_code,
                kept_from=kept_from,
            )
    # Also where nothing was: a purge before this one may not have come so far.
    scrub(warehouse, "What the retention no longer allows is removed", "Purge again")
    return kept_from, removed


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


def _remove_landed(folder: Path, kept_from: date) -> int:
    """Returns how many nights were removed."""
    old = [
        night
        for night in (folder.iterdir() if folder.exists() else ())
        if _NIGHT.fullmatch(night.name) and date.fromisoformat(night.name) < kept_from
    ]
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
