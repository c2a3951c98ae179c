"""Which nights a warehouse holds, and of whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from etl.errors import NOTHING_CHANGED, NightStopped, WrongUsage
from etl.warehouse.session import Session, Warehouse


@dataclass(frozen=True)
class LoadedNight:
    """Its extract date, its run, and the hashes of its extract, of the software's rules and of the
    authority's file that it was loaded with."""

    extract_date: date
    run_id: str
    extract_sha256: str | None
    rules_sha256: str | None
    authority_sha256: str | None


def loaded_nights(session: Session, la_code: str) -> list[LoadedNight]:
    """The authority's nights in the order of their dates."""
    rows = session.rows(
        "select extract_date, run_id, extract_sha256, rules_sha256, authority_sha256 "
        "from audit.load_run where la_code = :la_code and status = 'loaded' order by extract_date",
        la_code=la_code,
    )
    return [LoadedNight(*row) for row in rows]


def night_known_on(session: Session, la_code: str, day: date) -> LoadedNight:
    """The last night loaded up to the day: what "as known on" that day shows. Raises WrongUsage
    where there was none yet."""
    nights = loaded_nights(session, la_code)
    known = [night for night in nights if night.extract_date <= day]
    if not known:
        raise WrongUsage(
            f"Nothing was known on {day}"
            + (f": the first extract is that of {nights[0].extract_date}." if nights else "."),
            where=f"authority {la_code}",
            means="Nothing was changed.",
            next="Ask as known on a later day; `csc-etl status` shows which nights are loaded.",
        )
    return known[-1]


def last_night(session: Session, la_code: str) -> tuple[str, date, str] | None:
    """run_id, extract date and hash of the authority's last loaded extract."""
    rows = session.rows(
        """
        select run_id, extract_date, extract_sha256
        from audit.load_run
        where la_code = :la_code and status = 'loaded'
        order by extract_date desc, run_id
        limit 1
        """,
        la_code=la_code,
    )
    return rows[0] if rows else None


def first_extract(session: Session, la_code: str) -> date | None:
    """The date of the authority's first loaded extract."""
    rows = session.rows(
        "select min(extract_date) from audit.load_run "
        "where la_code = :la_code and status = 'loaded'",
        la_code=la_code,
    )
    found: date | None = rows[0][0]
    return found


def check_order(session: Session, la_code: str, extract_date: date) -> None:
    """Raises NightStopped where the extract is not later than the last one loaded."""
    loaded = [night.extract_date for night in loaded_nights(session, la_code)]
    if not loaded or extract_date > loaded[-1]:
        return
    is_there = extract_date in loaded
    other = "another extract of that date" if is_there else f"a later one ({loaded[-1]})"
    raise NightStopped(
        f"The extract of {extract_date} cannot be loaded: {other} is loaded already.",
        where=f"load, authority {la_code}",
        means=NOTHING_CHANGED,
        next="Leave it, if the right one is loaded. If not, take the nights back from the last one "
        "down to that date with `csc-etl undo`, then load the right ones in order."
        if is_there
        else "If it is a night that was missed, load it with --backfill: the later ones are "
        "loaded again after it. `csc-etl status` shows which nights are loaded.",
    )


def authorities(warehouse: Warehouse) -> list[str]:
    """The codes of those with a loaded night."""
    with warehouse.reading() as session:
        found = session.rows(
            "select distinct la_code from audit.load_run where status = 'loaded' order by la_code"
        )
    return [code for (code,) in found]


def the_authority(warehouse: Warehouse, asked: str | None) -> str:
    """The one asked for, else the only one. Raises WrongUsage where that is none."""
    there = authorities(warehouse)
    if not there:
        raise nothing_loaded(warehouse)
    if asked in there:
        return str(asked)
    if asked is None and len(there) == 1:
        return there[0]
    raise WrongUsage(
        "The warehouse holds several authorities."
        if asked is None
        else "The warehouse holds no night of that authority.",
        where=warehouse.shown(),
        means="Nothing was changed.",
        next=f"Say which with --la-code: {', '.join(there)}.",
    )


def nothing_loaded(warehouse: Warehouse) -> WrongUsage:
    """The error where every night was taken back, or none was ever loaded whole."""
    return WrongUsage(
        "The warehouse holds no loaded night.",
        where=warehouse.shown(),
        means="Nothing was changed.",
        next="Load one first with `csc-etl load`; `csc-etl status` shows what became of others.",
    )
