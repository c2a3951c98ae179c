"""Takes the last night back: every table as the night before left it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow as pa

from etl.contracts.register import KEYED_DIMENSIONS, STAR
from etl.load.national_codes import date_from_first_night
from etl.warehouse import Session
from etl.warehouse.keys import OWN_KEYS, PERSONS
from etl.warehouse.to_mend import MEND_TABLES


def take_back(session: Session, la_code: str, extract_date: date, undone_at: datetime) -> None:
    """Drop the versions that the authority's last night opened, and open those again that it
    closed. The audit keeps the run, as undone.

    What a figure was frozen as stays. The published figures and the identities are still those of
    the night: publish anew, then ``forget``.
    """
    values = {"la_code": la_code, "extract_date": extract_date}
    for table in STAR:
        if not (table.keeps_history and table.has_authority):
            continue
        stored = f"warehouse.{table.warehouse}"
        session.run(
            f"delete from {stored} where la_code = :la_code and known_from = :extract_date",
            **values,
        )
        session.run(
            f"update {stored} set known_to = date '9999-12-31' "
            "where la_code = :la_code and known_to = :extract_date",
            **values,
        )
    session.run(
        "update audit.load_run set status = 'undone', undone_at = :undone_at "
        "where la_code = :la_code and extract_date = :extract_date and status = 'loaded'",
        undone_at=undone_at.astimezone(UTC).replace(tzinfo=None),
        **values,
    )
    date_from_first_night(session)


def keys_given_since(session: Session, la_code: str, day: date) -> dict[str, pa.Table]:
    """By dimension, the keys of members that came on that day or later: they keep them when the
    nights are loaded again."""
    found = {}
    for table in KEYED_DIMENSIONS:
        named = ", ".join(table.key)
        found[table.name] = session.table(
            f"select distinct {named}, {OWN_KEYS[table.name]} from warehouse.{table.warehouse} "
            "where la_code = :la_code and known_from >= :day",
            la_code=la_code,
            day=day,
        )
    return found


def forget(session: Session, la_code: str, since: date) -> None:
    """Remove the identities of members that no night knows any more, and take back which records
    are to be mended, to how it was before the nights since that day. A member whose number one of
    them changed keeps it until the next load."""
    session.turn_to_identities()
    for table in MEND_TABLES:
        for statement in (
            f"delete from restricted.{table.name} "
            f"where la_code = :la_code and {table.since} >= :since",
            f"update restricted.{table.name} set {table.until} = date '9999-12-31' "
            f"where la_code = :la_code and {table.until} >= :since",
        ):
            session.run(statement, la_code=la_code, since=since)
    for name in PERSONS:
        session.run(
            f"delete from restricted.{name}_identity where la_code = :la_code "
            f"and {OWN_KEYS[name]} not in "
            f"(select {OWN_KEYS[name]} from warehouse.dim_{name} where la_code = :la_code)",
            la_code=la_code,
        )
