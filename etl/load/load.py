"""Loads a night: one session, in which the star, the audit and the figures change together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pyarrow.parquet as pq

from etl.authority import Authority
from etl.contracts.doors import Doors
from etl.contracts.hand_overs import COVERAGE, ERASED, IDENTITIES, LOADED, PREVIOUS, READING
from etl.contracts.register import PERSONS
from etl.errors import NOTHING_CHANGED, ConnectionFault, NightError
from etl.load import audit
from etl.load.changes import remember
from etl.load.national_codes import date_from_first_night
from etl.load.replaced_ids import replaced_ids
from etl.load.star import load_star
from etl.load.to_mend import write_records_to_mend
from etl.load.versions import Versions
from etl.log import counts, logger
from etl.privacy.erased import stored_erased
from etl.run import Run
from etl.warehouse import Session, Warehouse, check_order, first_extract, last_night
from etl.warehouse.keys import OWN_KEYS

# A quiet Sunday of a small council, or an export that did not run.
NOTHING_CHANGED_SINCE = (
    "Nothing in the extract differs from the load before: if people worked on the case system in "
    "between, ask the systems team whether the export ran."
)
Publish = Callable[[Session, Run], None]


def load_and_publish(
    run: Run, warehouse: Warehouse, authority: Authority, publish: Publish, started_at: datetime
) -> None:
    """Write the night into the warehouse; ``publish`` makes its figures in the same session.

    Raises ConnectionFault where another load or an erasure of the authority came between the checks
    and this one, NightStopped where the extract is no longer the latest.
    """
    with warehouse.writing(run.la_code) as session:
        last = last_night(session, run.la_code)
        _check_nobody_came_between(run, last[0] if last else None)
        _check_nobody_was_erased(session, run)
        check_order(session, run.la_code, run.extract_date)
        first = first_extract(session, run.la_code) or run.extract_date
        done = load_star(
            session, run, authority, first_extract=first, last_run_id=last[0] if last else None
        )
        doors = Doors(COVERAGE.read(run))
        audit.write_findings(session, run, replaced_ids(session, run, doors))
        audit.write_table_loads(session, run, done)
        message = NOTHING_CHANGED_SINCE if last and _is_all_as_before(run, done) else None
        if message:
            LOADED.write(run, message)
        audit.write_run(
            session, run, authority, status="loaded", message=message, started_at=started_at
        )
        date_from_first_night(session)
        publish(session, run)
        write_records_to_mend(session, run, known_by_number=_write_identities(session, run))
    remember(run)
    new, closed = (sum(getattr(v, name) for v in done.values()) for name in ("new", "closed"))
    logger.info(
        "loaded: %s new versions, %s closed", f"{new:,}", f"{closed:,}",
        extra=counts(new=new, closed=closed),
    )  # fmt: skip
    if message:
        logger.warning(message)


def _is_all_as_before(run: Run, done: dict[str, Versions]) -> bool:
    """Whether no row of the extract differs from what the load before brought. What derive makes
    of them may: a day has passed."""
    read = READING.read(run)["accounts"]
    return not any(done[name].new or done[name].closed for name in read.keys() & done.keys())


def _check_nobody_came_between(run: Run, last_run_id: str | None) -> None:
    expected = PREVIOUS.read(run)["run_id"]
    if last_run_id != expected:
        raise ConnectionFault(
            "Another load of this authority finished while this one was being checked.",
            where=f"load, {run.run_id}",
            means=NOTHING_CHANGED,
            next="Load the night again: it will be compared with what is there now.",
        )


def _check_nobody_was_erased(session: Session, run: Run) -> None:
    """A night that was read before an erasure would bring the child back."""
    known = ERASED.read_if_written(run)
    _, recognised_by = stored_erased(session, run.la_code)
    if set(recognised_by) != (set(known["recognised_by"]) if known else set()):
        raise ConnectionFault(
            "A child was erased while this night was being checked.",
            where=f"load, {run.run_id}",
            means=NOTHING_CHANGED,
            next="Load the night again: it will be read without the child.",
        )


def _write_identities(session: Session, run: Run) -> list[str]:
    """Put the identities of tonight's children, workers and families into ``restricted``, by
    their keys, and delete the files that brought them. Rows that did not change stay as they are:
    a night costs what changed. Returns of whom there were, as staged in ``identity_<name>``."""
    session.turn_to_identities()
    staged = []
    for person in PERSONS:
        if not IDENTITIES.has(run, person):  # the source does not tell who they are
            continue
        path, table = IDENTITIES.of(run, person), person.name
        token, numbers = person.key[0], [column.name for column in person.identity]
        session.stage(f"identity_{table}", pq.read_table(path))
        key, stored = OWN_KEYS[table], f"restricted.{table}_identity"
        columns = ", ".join((key, "la_code", *numbers))
        arriving = f"arriving_{table}_identity"
        same = " and ".join(
            f"stored.{name} is not distinct from identity.{name}" for name in numbers
        )
        session.make(
            arriving,
            f"select key.{key}, :la_code as la_code, {', '.join(numbers)} "
            f"from identity_{table} as identity join key_{table} as key "
            f"on key.{token} = identity.{token} where not exists (select 1 from {stored} as stored "
            f"where stored.{key} = key.{key} and stored.la_code = :la_code and {same})",
            la_code=run.la_code,
        )
        session.run(f"delete from {stored} where {key} in (select {key} from {arriving})")
        session.run(f"insert into {stored} ({columns}) select {columns} from {arriving}")
        session.drop(arriving)
        path.unlink()
        staged.append(table)
    return staged


def record_stopped(
    run: Run, warehouse: Warehouse, authority: Authority, error: NightError, started_at: datetime
) -> None:
    """Leave the audit's lines of a stopped night; everything else stays as it was."""
    with warehouse.writing(run.la_code) as session:
        audit.write_findings(session, run)
        audit.write_run(
            session, run, authority, status="stopped", message=error.what, started_at=started_at
        )


def now() -> datetime:
    """When a run begins, for the audit only; no figure depends on it."""
    return datetime.now(UTC)
