"""Run: the one small value that passes between steps. Paths and words, never data."""

from __future__ import annotations

import errno
import re
import shutil
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from etl.errors import NOTHING_CHANGED, ConnectionFault, WrongUsage, reason
from etl.log import logger

LAST_DERIVED = "last_derived"


@dataclass(frozen=True)
class Arrival:
    """What came of one night.

    kind: of the source, as in the authority's file. where: it is to be read from; None: nothing
    came, a database is asked, or it still stands elsewhere. date: the extract date. url: where it
    stands, without what lets us in there, if that is elsewhere.
    """

    kind: str
    where: Path | None
    date: date
    url: str = ""

    @property
    def path(self) -> Path:
        """Where the files are. Raises ValueError where nothing came."""
        if self.where is None:
            raise ValueError("a database is asked: there are no files")
        return self.where


@dataclass(frozen=True)
class Run:
    """One night of one authority.

    run_id: ``<la_code>-<extract_date>-<6 hex>``. arrival, authority_file: what was asked for.
    warehouse: URL. landing: owner-only folder of landed files. pages: folder of the pages a
    person reads.
    """

    run_id: str
    la_code: str
    arrival: Arrival
    authority_file: Path
    warehouse: str
    landing: Path
    pages: Path

    @property
    def extract_date(self) -> date:
        """That of what arrived."""
        return self.arrival.date

    @property
    def is_landed(self) -> bool:
        """Whether the night is loaded again from what landed before."""
        return self.arrival.where == self.landed

    @property
    def landed(self) -> Path:
        """``landing/<la_code>/<extract_date>``: what is kept of the landed tables, and
        manifest.json."""
        return self.landing / self.la_code / self.extract_date.isoformat()

    @property
    def work(self) -> Path:
        """Owner-only folder of what passes between this run's steps; removed at its end."""
        return self.landing / "work" / self.run_id

    @property
    def last_derived(self) -> Path:
        """Owner-only folder of what the authority's last load was given."""
        return self.landing / self.la_code / LAST_DERIVED

    @property
    def page(self) -> Path:
        """The page with the results of this night's checks."""
        return self.pages / self.la_code / f"{self.extract_date.isoformat()}.html"

    def to_json(self) -> dict[str, str]:
        """The run as text only, for Airflow; without the URL, which may hold a password."""
        return {
            "run_id": self.run_id,
            "la_code": self.la_code,
            "kind": self.arrival.kind,
            "extract": str(self.arrival.where or ""),
            "url": self.arrival.url,
            "extract_date": self.extract_date.isoformat(),
            "authority_file": str(self.authority_file),
            "landing": str(self.landing),
            "pages": str(self.pages),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any], *, warehouse: str) -> Run:
        """The run that ``to_json`` wrote, into the warehouse at this URL."""
        return cls(
            run_id=values["run_id"],
            la_code=values["la_code"],
            arrival=Arrival(
                values["kind"],
                Path(values["extract"]) if values["extract"] else None,
                date.fromisoformat(values["extract_date"]),
                values["url"],
            ),
            authority_file=Path(values["authority_file"]),
            warehouse=warehouse,
            landing=Path(values["landing"]),
            pages=Path(values["pages"]),
        )


_UNSAFE_IN_PATH = re.compile(r"""['"`\x00-\x1f\x7f]""")


def checked(path: Path, what: str) -> Path:
    """The path as an absolute one without ``..``. Raises WrongUsage where a name on it has a
    quotation mark or a control character, which nobody's folder needs."""
    if _UNSAFE_IN_PATH.search(str(path)):
        raise WrongUsage(
            f"The path of {what} has a quotation mark or a control character.",
            where=what,
            means="Nothing was begun.",
            next="Give the file or folder a plain name.",
        )
    return path.resolve()


def new_run_id(la_code: str, extract_date: date) -> str:
    """An id no other run has."""
    return f"{la_code}-{extract_date.isoformat()}-{uuid.uuid4().hex[:6]}"


def owner_only(folder: Path) -> Path:
    """The folder, made if need be, that nobody but its owner can look into."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder


def cannot_use(landing: Path, error: OSError) -> ConnectionFault:
    """The error of a landing folder that another account owns, or that cannot be written."""
    is_another_accounts = error.errno in (errno.EACCES, errno.EPERM)
    return ConnectionFault(
        f"The landing folder cannot be written ({reason(error)}).",
        where=f"land, {landing}",
        means=NOTHING_CHANGED,
        next="Load as the account that owns the folder and loads every night, or mend the folder's "
        "permissions, then load the night again."
        if is_another_accounts
        else "Free space or mend the folder's permissions, then load the night again.",
    )


def clear_work(run: Run) -> None:
    """Remove what passed between the steps of this run, the identity file first of all."""
    shutil.rmtree(run.work, ignore_errors=True)
    if run.work.exists():
        logger.warning("the work folder could not be removed: remove %s by hand", run.work)
