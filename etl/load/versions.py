"""Writes a table's versions: what is new or changed is added, what changed or went is closed.

A version changes with its business content alone. Rows named in ``kept`` are left as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl.contracts.contract import Table
from etl.run import Run
from etl.warehouse import Session
from etl.warehouse.schema import content_columns, version_key


@dataclass(frozen=True)
class Versions:
    """loaded: rows of tonight. unchanged + new = loaded. closed: versions that ended tonight."""

    loaded: int
    unchanged: int
    new: int
    closed: int


def write_versions(
    session: Session, run: Run, table: Table, arriving: str, *, la_code: str, kept: str | None
) -> Versions:
    """Bring ``table`` to the rows of the temporary table ``arriving``.

    arriving: the content columns, keys resolved, one row per version key. kept: a temporary table
    of version keys whose current versions stay.
    """
    target = f"warehouse.{table.warehouse}"
    key, content = version_key(table), content_columns(table)
    # Said beside the content, of which it is a part: PostgreSQL can join by nothing else.
    same_key = " and ".join(f"arriving.{name} = current.{name}" for name in key) or "true"
    same = " and ".join(f"arriving.{name} is not distinct from current.{name}" for name in content)
    is_current = "current.la_code = :la_code and current.known_to = date '9999-12-31'"
    is_kept = "true"
    if kept:
        kept_key = " and ".join(f"kept.{name} = current.{name}" for name in key)
        is_kept = f"not exists (select 1 from {kept} as kept where {kept_key})"
    values = {"la_code": la_code, "extract_date": run.extract_date, "run_id": run.run_id}
    closed = session.run(
        f"update {target} as current set known_to = :extract_date "
        f"where {is_current} and {is_kept} "
        f"and not exists (select 1 from {arriving} as arriving where {same_key} and {same})",
        **values,
    )
    not_kept = is_kept.replace("current.", "arriving.")
    columns = ", ".join(content)
    new = session.run(
        f"insert into {target} (la_code, {columns}, run_id, known_from, known_to) "
        f"select :la_code, {columns}, :run_id, :extract_date, date '9999-12-31' "
        f"from {arriving} as arriving where {not_kept} and not exists "
        f"(select 1 from {target} as current where {is_current} and {same_key})",
        **values,
    )
    loaded = session.rows(f"select count(*) from {arriving} as arriving where {not_kept}")[0][0]
    return Versions(loaded=loaded, unchanged=loaded - new, new=new, closed=closed)
