"""What every act on personal data has in common: where landed nights are, and the audit's
record."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from etl import __version__
from etl.errors import ConnectionFault, WrongUsage, reason
from etl.warehouse import Session, Warehouse


def landing_folder(asked: Path | None, warehouse: Warehouse) -> Path:
    """The folder of landed extracts: what was asked for, else the one beside the warehouse.

    Raises WrongUsage where none is named or the one that is is not there, ConnectionFault where
    it cannot be looked into: what is in it would stay as it is, unseen.
    """
    beside = warehouse.default_folder()
    if asked is None and beside is None:
        raise WrongUsage(
            "A warehouse in a database has no folder for landed extracts.",
            where="landing folder",
            means="Nothing was changed: landed nights hold personal data too.",
            next="Name the folder that loads use: --landing DIR.",
        )
    folder = asked or Path(str(beside)) / "landing"
    try:
        if folder.exists():
            list(folder.iterdir())
            return folder
    except OSError as error:
        raise ConnectionFault(
            f"The landing folder cannot be looked into ({reason(error)}).",
            where=str(folder),
            means="Nothing was changed: landed nights hold personal data too.",
            next="Give the command as the account that loads the nights.",
        ) from None
    if asked:
        raise WrongUsage(
            "There is no landing folder there.",
            where=str(folder.absolute()),
            means="Nothing was changed: landed nights hold personal data too.",
            next="Name the folder that loads use: --landing DIR.",
        )
    return folder


def scrub(warehouse: Warehouse, done: str, again: str) -> None:
    """Leave no bytes of what was deleted. Raises ConnectionFault where that cannot be now; what was
    done stays done.

    done: what, in words. again: what to do for the bytes.
    """
    try:
        warehouse.scrub()
    except ConnectionFault as fault:
        raise ConnectionFault(
            f"{done}, but the bytes of what was deleted are still there: {fault.what}",
            where=fault.where,
            means="No query shows it any more; who can read the warehouse's files might.",
            next=f"{again} when nobody reads the identities: it removes the bytes.",
        ) from None


def write_record(
    session: Session, la_code: str, action: str, done_at: datetime, rows: Mapping[str, int]
) -> None:
    """``audit.privacy_action``: what was done, when and to how many, part by part; not to whom.

    rows: how many, by what they were: a table, or the landing folder.
    """
    action_id = f"{la_code}-{action}-{uuid.uuid4().hex[:12]}"
    for part, count in rows.items():
        session.run(
            "insert into audit.privacy_action "
            "(action_id, part, la_code, action, done_at, software_version, rows) values "
            "(:action_id, :part, :la_code, :action, :done_at, :software_version, :rows)",
            action_id=action_id, part=part, la_code=la_code, action=action,
            done_at=done_at.astimezone(UTC).replace(tzinfo=None),
            software_version=__version__, rows=count,
        )  # fmt: skip
