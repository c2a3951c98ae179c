"""Refuses a night from another system than the authority's nights before: no id of the one names
anything of the other, so that everything known would be closed and everything else new."""

from __future__ import annotations

from etl.errors import NOTHING_CHANGED, NightStopped
from etl.run import Run
from etl.warehouse import Session, Warehouse

# Of audit.observation, from which system a night came.
OBSERVED = "source_system"


def check_same_system(run: Run, warehouse: Warehouse, system: str, first_system: str) -> None:
    """system: by whose folder of mappings the night is read, so that files and the database of one
    system are the same. first_system: that of nights of the releases that kept none.

    Raises NightStopped where the authority's last loaded night came from another one.
    """
    if not warehouse.exists():
        return
    with warehouse.reading() as session:
        before = _last_system(session, run.la_code, first_system)
    if before in (None, system):
        return
    raise NightStopped(
        f"The night comes from another kind of source ({system}) than the authority's nights "
        f"before ({before}): no id of the one is one of the other's.",
        where=f"[source] kind, authority {run.la_code}",
        means=NOTHING_CHANGED,
        next="If the kind in the authority's file is wrong, put it right. If the council has "
        "another source from now on, begin a warehouse for it with `csc-etl load --new`, and keep "
        "this one for the months that were published from it.",
    )


def _last_system(session: Session, la_code: str, first_system: str) -> str | None:
    """That of the authority's last loaded night; None where there is none."""
    rows = session.rows(
        "select observed.detail from audit.load_run as run "
        "left join audit.observation as observed "
        "on observed.run_id = run.run_id and observed.observation = :observed "
        "where run.la_code = :la_code and run.status = 'loaded' "
        "order by run.extract_date desc, run.run_id limit 1",
        la_code=la_code,
        observed=OBSERVED,
    )
    return (rows[0][0] or first_system) if rows else None
