"""Removes what nights wrote down of themselves in detail, once it is old: pages of checks, and the
audit's lines of single records, columns and checks.

What stays for ever is what a night did (``audit.load_run``, ``audit.table_load``), what was done to
personal data, and what an extract lacked or its source does not tell, for figures as known on its
day hang on that.
What is kept however old: what the next night compares itself with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from etl.calendar.working_days import months_later
from etl.errors import ConnectionFault, reason
from etl.night.begin import folders
from etl.privacy import retention
from etl.privacy.record import write_record
from etl.recall.earlier import NIGHTS_SHOWN
from etl.warehouse import Session, existing_warehouse, the_authority

ACTION = "purge_detail"
PAGES = "pages"
# In the folder of pages, those of the nightly DAG's dry runs.
_DRY_RUNS = "dry-run"
_PAGE = re.compile(r"(\d{4}-\d\d-\d\d)\.html")
# Of audit.observation, what figures as known on an earlier day are counted by, the system by which
# the next night is known to be of the same one, and the measures that are carried over no more.
_FIGURES_NEED = (
    "'table_lacking', 'timescale_skipped', 'timescale_not_carried', 'timescale_partly_carried', "
    "'source_system', 'source_system_beside', 'covered_from', 'table_covered_from', "
    "'measure_covered_from', 'ids_from_content', 'measure_carried', 'figures_carried_wrong'"
)
# Table, and which of its lines may go.
_TABLES = {
    "audit.rejected_row": "true",
    "audit.expectation_result": "true",
    "audit.column_load": "true",
    "audit.replaced_value": "true",
    "audit.observation": f"observation not in ({_FIGURES_NEED})",
}
# The last nights, loaded or stopped, and the last one loaded: etl/recall reads them.
_LAST_NIGHTS = """
select extract_date from (
    select extract_date from audit.load_run
    where la_code = :la_code and status in ('loaded', 'stopped')
    group by extract_date order by extract_date desc limit :nights
) as last_nights
union
select max(extract_date) from audit.load_run
where la_code = :la_code and status = 'loaded' having max(extract_date) is not null
"""
_OLD_RUNS = f"""
select run_id from audit.load_run
where la_code = :la_code and started_at < :kept_from and extract_date not in ({_LAST_NIGHTS})
"""


@dataclass(frozen=True)
class Kept:
    """For how many whole months pages and the audit's detail are kept, counted back from a day."""

    on: date
    pages_months: int
    audit_months: int

    @property
    def pages_from(self) -> date:
        """The first night whose page is kept, whatever the audit says."""
        return _before(self.on, self.pages_months)

    @property
    def audit_from(self) -> datetime:
        """From when on the detail of a run is kept: by when it ran, not by its extract's date."""
        return datetime.combine(_before(self.on, self.audit_months), datetime.min.time())


def purge_detail(
    url: str, la_code: str, kept: Kept, *, done_at: datetime, landing: Path | None = None
) -> dict[str, int]:
    """Remove an authority's pages of checks and lines of the audit that are older than is kept.

    landing: folder of landed extracts, None for the one beside a warehouse that is a file: pages
    are where the nights put them. Returns how many of each went, and writes that into
    ``audit.privacy_action``; nothing is written where none did. Raises WrongUsage where the
    warehouse is not there or lacks the authority, ConnectionFault where a page cannot be removed:
    then the audit is as it was.
    """
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.reading() as session:
        old, lines = _old(session, folders(url, landing)[1], la_code, kept)
    if not (old or any(lines.values())):
        return {}  # to write costs a copy of a file
    _remove(old)
    with warehouse.writing(la_code) as session:
        removed = {
            table: session.run(
                f"delete from {table} where run_id in ({_OLD_RUNS}) and {may_go}",
                **_asked(la_code, kept),
            )
            for table, may_go in _TABLES.items()
        }
        removed = {part: rows for part, rows in {PAGES: len(old), **removed}.items() if rows}
        write_record(session, la_code, ACTION, done_at, removed)
    return removed


def would_purge_detail(
    url: str, la_code: str, kept: Kept, *, landing: Path | None = None
) -> dict[str, int]:
    """What ``purge_detail`` would return, which takes the same. Changes nothing."""
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.reading() as session:
        old, lines = _old(session, folders(url, landing)[1], la_code, kept)
    return {part: rows for part, rows in {PAGES: len(old), **lines}.items() if rows}


def _old(
    session: Session, pages: Path, la_code: str, kept: Kept
) -> tuple[list[Path], dict[str, int]]:
    """The pages that may go, and how many lines of each table."""
    nights = session.rows(_LAST_NIGHTS, **_asked(la_code, kept))
    still_shown = {f"{night.isoformat()}.html" for (night,) in nights}
    old = _old_pages(pages, la_code, kept.pages_from)
    return (
        [page for page in old if page.name not in still_shown],
        {table: _count(session, table, la_code, kept) for table in _TABLES},
    )


def last_purged(session: Session, la_code: str) -> datetime | None:
    """When anything of the authority was last removed for being too old, in UTC; None: never."""
    [(done_at,)] = session.rows(
        "select max(done_at) from audit.privacy_action "
        "where la_code = :la_code and action in (:identities, :detail)",
        la_code=la_code,
        identities=retention.ACTION,
        detail=ACTION,
    )
    return done_at.replace(tzinfo=UTC) if done_at else None


def _count(session: Session, table: str, la_code: str, kept: Kept) -> int:
    [(found,)] = session.rows(
        f"select count(*) from {table} where run_id in ({_OLD_RUNS}) and {_TABLES[table]}",
        **_asked(la_code, kept),
    )
    return int(found)


def _asked(la_code: str, kept: Kept) -> dict[str, object]:
    return {"la_code": la_code, "kept_from": kept.audit_from, "nights": NIGHTS_SHOWN}


def _old_pages(pages: Path, la_code: str, kept_from: date) -> list[Path]:
    """Files named for a night of before; whatever else is in the folder is somebody's own."""
    try:
        return [
            page
            for folder in (pages / la_code, pages / _DRY_RUNS / la_code)
            if folder.is_dir()
            for page in sorted(folder.iterdir())
            if (named := _PAGE.fullmatch(page.name)) and _is_before(named[1], kept_from)
        ]
    except OSError as error:
        raise _cannot("The folder of pages cannot be looked into", error, pages) from None


def _is_before(night: str, day: date) -> bool:
    try:
        return date.fromisoformat(night) < day
    except ValueError:  # such as 2026-02-30
        return False


def _remove(pages: list[Path]) -> None:
    try:
        for page in pages:
            page.unlink(missing_ok=True)
    except OSError as error:
        where = pages[0].parent
        raise _cannot("An old page of checks cannot be removed", error, where) from None


def _cannot(what: str, error: OSError, folder: Path) -> ConnectionFault:
    return ConnectionFault(
        f"{what} ({reason(error)}).",
        where=str(folder),
        means="What is older than is to be kept is still there.",
        next="Mend the folder's permissions, then purge again as the account that loads.",
    )


def _before(day: date, months: int) -> date:
    first: date = months_later(pd.Series(pd.to_datetime([day])), -months)[0].date()
    return first
