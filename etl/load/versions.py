"""Writes a table's versions: what is new or changed is added, what changed or went is closed.

A version changes with its business content alone. Rows named in ``kept`` are left as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from etl.contracts.contract import Table
from etl.run import Run
from etl.warehouse import Session
from etl.warehouse.keys import content_columns, version_key


@dataclass(frozen=True)
class Versions:
    """loaded: rows of tonight. unchanged + new = loaded. closed: versions that ended tonight."""

    loaded: int
    unchanged: int
    new: int
    closed: int


def write_versions(
    session: Session,
    run: Run,
    table: Table,
    arriving: str,
    *,
    la_code: str,
    kept: str | None,
    touched: str | None = None,
    loaded: int | None = None,
) -> Versions:
    """Bring ``table`` to the rows of the temporary table ``arriving``.

    arriving: the content columns, keys resolved, one row per version key. kept: a temporary table
    of version keys whose current versions stay. touched: a temporary table of the only version keys
    that may have changed or gone, where arriving has no others; without it, every current version
    that is not in arriving ends. loaded: how many rows tonight has but for those kept; None: as
    many as arriving has.
    """
    target = f"warehouse.{table.warehouse}"
    key, content = version_key(table), content_columns(table)
    # Said beside the content, of which it is a part: PostgreSQL can join by nothing else.
    same_key = " and ".join(f"arriving.{name} = current.{name}" for name in key) or "true"
    same = " and ".join(f"arriving.{name} is not distinct from current.{name}" for name in content)
    is_current = "current.la_code = :la_code and current.known_to = date '9999-12-31'"
    is_kept = _is_not_in(kept, key) if kept else "true"
    may_end = "true"
    if touched:
        of_touched = " and ".join(f"touched.{name} = current.{name}" for name in key)
        may_end = f"exists (select 1 from {touched} as touched where {of_touched})"
    values = {"la_code": la_code, "extract_date": run.extract_date, "run_id": run.run_id}
    closed = session.run(
        f"update {target} as current set known_to = :extract_date "
        f"where {is_current} and {may_end} and {is_kept} "
        f"and not exists (select 1 from {arriving} as arriving where {same_key} and {same})",
        **values,
    )
    not_kept = is_kept.replace("current.", "arriving.")
    is_new = f"not exists (select 1 from {target} as current where {is_current} and {same_key})"
    new = session.run(
        _adding(table, f"{arriving} as arriving where {not_kept} and {is_new}"), **values
    )
    if loaded is None:
        counted = f"select count(*) from {arriving} as arriving where {not_kept}"
        loaded = int(session.rows(counted)[0][0])
    return Versions(loaded=loaded, unchanged=loaded - new, new=new, closed=closed)


def write_first_versions(
    session: Session, run: Run, table: Table, arriving: str, **parameters: Any
) -> Versions:
    """The same where nothing of the authority is stored, so that every row is new.

    arriving: a query with the content columns, keys resolved. parameters: of it.
    """
    new = session.run(
        _adding(table, f"({arriving}) as arriving"),
        la_code=run.la_code,
        extract_date=run.extract_date,
        run_id=run.run_id,
        **parameters,
    )
    return Versions(loaded=new, unchanged=0, new=new, closed=0)


def _adding(table: Table, rows: str) -> str:
    """SQL that stores rows as versions known from tonight on."""
    columns = ", ".join(content_columns(table))
    return (
        f"insert into warehouse.{table.warehouse} "
        f"(la_code, {columns}, run_id, known_from, known_to) "
        f"select :la_code, {columns}, :run_id, :extract_date, date '9999-12-31' from {rows}"
    )


def _is_not_in(kept: str, key: tuple[str, ...]) -> str:
    kept_key = " and ".join(f"kept.{name} = current.{name}" for name in key)
    return f"not exists (select 1 from {kept} as kept where {kept_key})"
