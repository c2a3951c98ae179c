"""What the warehouse knew before tonight, for the steps that may not look into it themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from etl.contracts.child import CHILD_TABLE
from etl.contracts.frames import from_arrow, pandas_type
from etl.contracts.hand_overs import (
    ERASED,
    MANIFEST,
    PAST_CATEGORIES,
    PAST_CHECKS,
    PAST_EXTRACTS,
    PAST_LOADS,
    PREVIOUS,
    PREVIOUS_CHILDREN,
    PREVIOUS_COUNTS,
    Frame,
    Previous,
)
from etl.contracts.register import BY_NAME
from etl.privacy.erased import stored_erased
from etl.privacy.key import check_key
from etl.recall.window import begin_anew, rows_still_held
from etl.run import Run
from etl.warehouse import Session, Warehouse, check_order, last_night

# Half a year: weekdays of another season are no measure.
PAST_WORTH_COMPARING = timedelta(days=183)
# On the page of checks, beside tonight.
NIGHTS_SHOWN = 13


def look_back(
    run: Run, warehouse: Warehouse, key: bytes, covered_from: Mapping[str, date] | None = None
) -> bool:
    """Write what is known of the authority's last load, its children, what plans' categories were
    on the nights before, and what recognises erased children. Returns True where this very extract
    is already loaded.

    covered_from: by table of ours, since when tonight's source holds every event; without those
    that it always did.

    Raises NightStopped where the extract is not later than the last one loaded, WrongUsage where
    the pseudonym key is not the one of the nights before.
    """
    previous: Previous = {"run_id": None, "rows": {}}
    counts, loads = _nothing(PREVIOUS_COUNTS), _nothing(PAST_LOADS)
    extracts, categories = _nothing(PAST_EXTRACTS), _nothing(PAST_CATEGORIES)
    PAST_CHECKS.write(run, _nothing(PAST_CHECKS))
    children = _nothing(PREVIOUS_CHILDREN)
    if warehouse.exists():
        with warehouse.reading(identities=True) as session:
            # First of all: the page of a night that is refused here shows them too.
            PAST_CHECKS.write(run, _past_checks(session, run))
            last = last_night(session, run.la_code)
            if last:
                # Before anything is called well: the next night would stop by it.
                check_key(session, key, run.la_code)
                if is_already_loaded(session, run, MANIFEST.read(run)["sha256"]):
                    return True
            check_order(session, run.la_code, run.extract_date)
            if last:
                previous, counts = _compared_with(session, run, last[:2], covered_from or {})
                loads = _past_loads(session, run)
                children = _children(session, run.la_code)
                extracts = _past_extracts(session, run.la_code)
                categories = _past_categories(session, run.la_code)
            # Also of an authority whose every night was taken back since.
            _write_erased(session, run)
    PREVIOUS.write(run, previous)
    PREVIOUS_COUNTS.write(run, counts)
    PAST_LOADS.write(run, loads)
    PREVIOUS_CHILDREN.write(run, children)
    PAST_EXTRACTS.write(run, extracts)
    PAST_CATEGORIES.write(run, categories)
    return False


def _compared_with(
    session: Session, run: Run, last: tuple[str, date], covered_from: Mapping[str, date]
) -> tuple[Previous, pd.DataFrame]:
    """The last load's rows and values. Of tables whose source begins anew, no more of them than it
    still holds: of values nothing tells which these are, so that none are compared."""
    rows, counts = _rows_by_table(session, last[0]), _counts_by_column(session, last[0])
    anew = begin_anew(session, run, last, covered_from)
    held = rows_still_held(session, run, anew)
    still = {name: held.get(name, count) for name, count in rows.items()}
    # What is only looked up is the first door's, as the children are.
    is_looked_up = ~counts["table_name"].isin([*BY_NAME])
    is_anew = counts["table_name"].isin([*anew]) | (is_looked_up & (CHILD_TABLE.name in anew))
    return {"run_id": last[0], "rows": still}, counts[~is_anew].reset_index(drop=True)


def _write_erased(session: Session, run: Run) -> None:
    sealed, recognised_by = stored_erased(session, run.la_code)
    if sealed:
        ERASED.write(run, {"sealed": sealed, "recognised_by": sorted(recognised_by)})


def is_already_loaded(session: Session, run: Run, extract_sha256: str) -> bool:
    """Whether these very files were loaded for this date."""
    found = session.rows(
        """
        select 1 from audit.load_run
        where la_code = :la_code and extract_date = :extract_date
        and status = 'loaded' and extract_sha256 = :extract_sha256
        """,
        la_code=run.la_code,
        extract_date=run.extract_date,
        extract_sha256=extract_sha256,
    )
    return bool(found)


def _rows_by_table(session: Session, run_id: str) -> dict[str, int]:
    rows = session.rows(
        "select table_name, rows_in_file from audit.table_load where run_id = :run_id",
        run_id=run_id,
    )
    return dict(rows)


def _nothing(frame: Frame) -> pd.DataFrame:
    return pd.DataFrame(
        {column.name: pd.Series(dtype=pandas_type(column.kind)) for column in frame.columns}
    )


def _past_checks(session: Session, run: Run) -> pd.DataFrame:
    """What came of every check on the last nights, of several runs of one night on the last."""
    return from_arrow(
        session.table(_PAST_CHECKS, la_code=run.la_code, extract_date=run.extract_date,
                      nights=NIGHTS_SHOWN)
    )  # fmt: skip


_PAST_CHECKS = """
with ranked as (
    select run_id, extract_date, status, row_number() over (
        partition by extract_date order by started_at desc, run_id
    ) as of_that_night
    from audit.load_run
    where la_code = :la_code and extract_date < :extract_date and status in ('loaded', 'stopped')
),
nights as (
    select * from ranked where of_that_night = 1 order by extract_date desc limit :nights
)
select
    nights.extract_date, nights.status,
    (select count(*) from audit.rejected_row as rejected where rejected.run_id = nights.run_id)
        as held_back,
    result.table_name, result.column_name, result.reason, result.says, result.outcome,
    result.rows_failed
from nights
left join audit.expectation_result as result on result.run_id = nights.run_id
"""


def _past_loads(session: Session, run: Run) -> pd.DataFrame:
    """How big and how fresh each table was on the nights loaded before, as far back as is worth
    comparing with."""
    return from_arrow(
        session.table(
            "select run.extract_date, load.table_name, load.rows_in_file as rows, "
            "load.days_since_newest_event from audit.load_run as run "
            "join audit.table_load as load on load.run_id = run.run_id "
            "where run.la_code = :la_code and run.status = 'loaded' "
            "and run.extract_date >= :since and load.rows_in_file is not null",
            la_code=run.la_code,
            since=run.extract_date - PAST_WORTH_COMPARING,
        )
    )


def _counts_by_column(session: Session, run_id: str) -> pd.DataFrame:
    """Empty where an earlier release loaded that night: it counted no columns."""
    columns = ", ".join(column.name for column in PREVIOUS_COUNTS.columns)
    return from_arrow(
        session.table(
            f"select {columns} from audit.column_load where run_id = :run_id", run_id=run_id
        )
    )


def _children(session: Session, la_code: str) -> pd.DataFrame:
    columns = ", ".join(column.name for column in PREVIOUS_CHILDREN.columns)
    return from_arrow(
        session.table(
            f"select {columns} from warehouse.dim_child "
            "where la_code = :la_code and known_to = date '9999-12-31'",
            la_code=la_code,
        )
    )


def _past_extracts(session: Session, la_code: str) -> pd.DataFrame:
    return from_arrow(
        session.table(
            "select extract_date from audit.load_run "
            "where la_code = :la_code and status = 'loaded'",
            la_code=la_code,
        )
    )


def _past_categories(session: Session, la_code: str) -> pd.DataFrame:
    """What each version of a plan said of its category."""
    columns = ", ".join(column.name for column in PAST_CATEGORIES.columns)
    return from_arrow(
        session.table(
            f"select {columns} from warehouse.fact_child_protection_plan where la_code = :la_code",
            la_code=la_code,
        )
    )
