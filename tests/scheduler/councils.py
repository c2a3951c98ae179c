"""Small invented councils, each with a life of its own, whose extracts come in their own way."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nights.loading import KEY, WESTMERE

from etl.demo import write_extract
from etl.demo.nights import CUT_TABLE, cut_short

NIGHT = date(2026, 4, 2)
CHILDREN = 1000
# The marker of an export that says by itself when it is all there.
WHOLE = "READY"


@dataclass(frozen=True)
class Councils:
    """A folder with the councils' files and extracts, and all that a night makes of them."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the DAGs are told of the folders and the key; not the warehouse."""
        return {
            "CSC_ETL_AUTHORITIES": str(self.folder / "authorities"),
            "CSC_ETL_EXTRACTS": str(self.folder / "extracts"),
            "CSC_ETL_LANDING": str(self.folder / "landing"),
            # A copy that has begun is waited for, however long the machine takes until it looks.
            "CSC_ETL_QUIET_MINUTES": "60",
            "CSC_ETL_REPORTS": str(self.folder / "reports"),
            "CSC_ETL_PSEUDONYM_KEY": KEY,
        }

    def found(self, la_code: str) -> None:
        """Write a council's file; the extract is another matter."""
        text = WESTMERE.read_text(encoding="utf-8")
        text = text.replace('la_code = "900"', f'la_code = "{la_code}"')
        text = text.replace('name = "Westmere"', f'name = "Westmere {la_code}"')
        file = self.folder / "authorities" / f"{la_code}.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def prepare(self, la_code: str) -> Path:
        """Write a council's extract of the night where no night looks. Returns its folder."""
        return write_extract(
            self.folder / "prepared" / la_code,
            children=CHILDREN, extract_date=NIGHT, seed=int(la_code),
        )  # fmt: skip

    def half_copy(self, la_code: str) -> None:
        """Prepare an extract of which a table is cut short: its manifest counts more."""
        cut_short(self.prepare(la_code) / CUT_TABLE)

    def begin_to_arrive(self, la_code: str) -> Path:
        """Let a copy begin that does not end: a table of it still has the copy's name for it."""
        where = self.folder / "extracts" / la_code / NIGHT.isoformat()
        where.mkdir(parents=True)
        (where / f"{CUT_TABLE}.filepart").touch()
        return where

    def arrive(self, la_code: str) -> None:
        """Put what is prepared where it is looked for, and then say that it is all there."""
        prepared = self.folder / "prepared" / la_code / NIGHT.isoformat()
        where = self.folder / "extracts" / la_code / NIGHT.isoformat()
        where.mkdir(parents=True, exist_ok=True)
        for file in prepared.iterdir():
            shutil.move(file, where)
        for unfinished in where.glob("*.filepart"):
            unfinished.unlink()
        (where / WHOLE).touch()
