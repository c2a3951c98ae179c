"""What the warehouse knew before tonight, for the steps that may not look into it themselves."""

from __future__ import annotations

import pandas as pd

from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import DIMENSION_KEYS, Column, Table
from etl.contracts.frames import from_arrow, is_among, pandas_type, to_arrow
from etl.contracts.hand_overs import (
    ERASED,
    HELD_BACK,
    KEPT,
    MANIFEST,
    PASSED,
    PREVIOUS,
    PREVIOUS_CHILDREN,
    Previous,
    key_columns,
)
from etl.contracts.register import CONFORMED
from etl.log import logger
from etl.privacy.erased import stored_erased
from etl.privacy.key import check_key
from etl.run import Run
from etl.warehouse import Session, Warehouse, check_order, last_night


def look_back(run: Run, warehouse: Warehouse, key: bytes) -> bool:
    """Write what is known of the authority's last load, its children, and what recognises erased
    ones. Returns True where this very extract is already loaded.

    Raises NightStopped where the extract is not later than the last one loaded, WrongUsage where
    the pseudonym key is not the one of the nights before.
    """
    previous: Previous = {"run_id": None, "rows": {}}
    children = pd.DataFrame(
        {
            column.name: pd.Series(dtype=pandas_type(column.kind))
            for column in PREVIOUS_CHILDREN.columns
        }
    )
    if warehouse.exists():
        with warehouse.reading(identities=True) as session:
            last = last_night(session, run.la_code)
            if last and is_already_loaded(session, run, MANIFEST.read(run)["sha256"]):
                return True
            check_order(session, run.la_code, run.extract_date)
            if last:
                check_key(session, key, run.la_code)
                previous = {"run_id": last[0], "rows": _rows_by_table(session, last[0])}
                children = _children(session, run.la_code)
            # Also of an authority whose every night was taken back since.
            _write_erased(session, run)
    PREVIOUS.write(run, previous)
    PREVIOUS_CHILDREN.write(run, children)
    return False


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


def _children(session: Session, la_code: str) -> pd.DataFrame:
    return from_arrow(
        session.table(
            "select child_token, sex, birth_month from warehouse.dim_child "
            "where la_code = :la_code and known_to = date '9999-12-31'",
            la_code=la_code,
        )
    )


def keep_earlier_versions(run: Run, warehouse: Warehouse) -> None:
    """Write the current versions of rows held back tonight.

    Held back is not absent: what the warehouse knew of such a row stays, and the later steps go
    on from it. A child that kept rows refer to is kept too, even where the extract lacks it.
    """
    if not warehouse.exists():
        return
    needed: list[pd.Series] = []
    kept_rows = 0
    with warehouse.reading() as session:
        for table in sorted(CONFORMED, key=lambda table: table is CHILD_TABLE):
            if table.warehouse is None:
                continue
            held = HELD_BACK.read(run, table)
            if table is CHILD_TABLE:
                held = _children_to_keep(run, held, needed)
            held = held.dropna().drop_duplicates()
            if held.empty:
                continue
            kept = _current_versions(session, table, held, run.la_code)
            if table.is_fact:
                needed.append(kept["child_token"])
            kept_rows += len(kept)
            KEPT.write(run, table, kept)
    if kept_rows:
        logger.info("kept the earlier version of %s rows held back", f"{kept_rows:,}")


def _children_to_keep(run: Run, held: pd.DataFrame, needed: list[pd.Series]) -> pd.DataFrame:
    passed = PASSED.read(run, CHILD_TABLE)["child_token"]
    wanted = pd.concat([held["child_token"], *needed])
    return pd.DataFrame({"child_token": wanted[~is_among(wanted, passed)]})


def _current_versions(
    session: Session, table: Table, ids: pd.DataFrame, la_code: str
) -> pd.DataFrame:
    """The current versions of these rows, as conform would have written them."""
    staged = f"held_{table.name}"
    session.stage(staged, to_arrow(ids, key_columns(table)))
    match = " and ".join(f"held.{column} = fact.{column}" for column in table.key)
    columns = ", ".join(
        f"{_stands_for(table, column)} as {column.name}" for column in table.conformed_columns
    )
    owners = ""
    if table.is_fact:
        owners = " ".join(
            f"left join warehouse.dim_{name} as {name} on {name}.{name}_key = fact.{name}_key "
            f"and {name}.known_to = date '9999-12-31'"
            for name in (key.removesuffix("_key") for key in DIMENSION_KEYS)
        )
    found = session.table(
        f"select {columns} from warehouse.{table.warehouse} as fact "
        f"join {staged} as held on {match} {owners} "
        "where fact.la_code = :la_code and fact.known_to = date '9999-12-31'",
        la_code=la_code,
    )
    frame = from_arrow(found)
    return frame.astype(
        {column.name: pandas_type(column.kind) for column in table.conformed_columns}
    )


def _stands_for(table: Table, column: Column) -> str:
    """SQL for a conformed column in a stored row."""
    if column.recalled_as:
        return column.recalled_as
    if column.stored:
        return f"fact.{column.name}"
    # The member that the row's key names; see the joins.
    return f"{column.names}.{column.name}" if table.is_fact and column.names else "null"
