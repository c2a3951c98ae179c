"""Refuses a night from another system than the authority's nights before: no id of the one names
anything of the other, so that everything known would be closed and everything else new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from etl.errors import NOTHING_CHANGED, NightStopped
from etl.run import Run
from etl.warehouse import Session, Warehouse, last_night

# Of audit.observation, from which system a night came, and what came from others beside it.
OBSERVED, BESIDE = "source_system", "source_system_beside"


def check_same_system(
    run: Run, warehouse: Warehouse, system: str, first_system: str, beside: Mapping[str, str]
) -> None:
    """system: by whose folder of mappings the night is read, so that files and the database of one
    system are the same. first_system: that of nights of the releases that kept none. beside: by
    table of ours that is not the first door's, the name of its door and that door's system.

    Raises NightStopped where the authority's last loaded night came from another one, or one of its
    tables, which was not empty, through another door.
    """
    if not warehouse.exists():
        return
    with warehouse.reading() as session:
        last = last_night(session, run.la_code)
        if last is None:
            return
        before = _details(session, last[0], OBSERVED) or [first_system]
        were_beside = _by_table(_details(session, last[0], BESIDE))
        filled = _filled(session, last[0])
    if before != [system]:
        raise _stopped(
            run,
            f"The night comes from another kind of source ({system}) than the authority's nights "
            f"before ({before[0]})",
        )
    moved = [table for table in filled if were_beside.get(table) != beside.get(table)]
    if moved:
        raise _stopped(
            run,
            f"{', '.join(moved)}: taken from another [[source]] "
            f"({_named(moved, beside)}) than on the authority's nights before "
            f"({_named(moved, were_beside)})",
        )


def _stopped(run: Run, what: str) -> NightStopped:
    return NightStopped(
        f"{what}: no id of the one is one of the other's.",
        where=f"[source] kind, authority {run.la_code}",
        means=NOTHING_CHANGED,
        next="If the authority's file is wrong, put it right: the kind, of several sources the "
        "name and tables too. If the council has another source from now on, begin a warehouse for "
        "it with `csc-etl load --new`, and keep this one for the months that were published from "
        "it.",
    )


def _named(tables: Sequence[str], beside: Mapping[str, str]) -> str:
    return "; ".join(sorted({beside.get(table, "the first, or none") for table in tables}))


def _by_table(details: Sequence[str]) -> dict[str, str]:
    """By table, the name of its door and that door's system. details: of these, then the tables."""
    found: dict[str, str] = {}
    for door, *tables in (detail.split(", ") for detail in details):
        found |= dict.fromkeys(tables, door)
    return found


def _details(session: Session, run_id: str, observation: str) -> list[str]:
    rows = session.rows(
        "select detail from audit.observation "
        "where run_id = :run_id and observation = :observation order by 1",
        run_id=run_id,
        observation=observation,
    )
    return [detail for (detail,) in rows]


def _filled(session: Session, run_id: str) -> list[str]:
    """The tables that had records."""
    rows = session.rows(
        "select table_name from audit.table_load where run_id = :run_id and rows_in_file > 0 "
        "order by 1",
        run_id=run_id,
    )
    return [name for (name,) in rows]
