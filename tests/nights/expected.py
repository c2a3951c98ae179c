"""What the two golden nights must give; and what the reference calculates of any night."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reference.measures import measures
from reference.timescales import obligations, status_on

from etl.settings import PROJECT
from nights.loading import BANK_HOLIDAYS, authority_of

GOLDEN = PROJECT / "tests" / "golden"
DATES = ("started_date", "due_date", "done_date")
OBLIGATION = ("timescale", "subject_id", "sequence", *DATES, "status")


@dataclass(frozen=True)
class Expected:
    """Two nights and what must come of them.

    figures: measure lines with ``known_on``. obligations: rows of OBLIGATION as known on the first
    night, the status being that of status_day. marker: what every identifying value begins with.
    """

    authority: Path
    extracts: tuple[Path, Path]
    nights: tuple[date, date]
    figures: list[dict[str, Any]]
    obligations: list[tuple[Any, ...]]
    status_day: date
    marker: str

    @property
    def timescales(self) -> list[str]:
        return sorted({obligation[0] for obligation in self.obligations})


def expected() -> Expected:
    """The figures and obligations that the golden files list."""
    with gzip.open(
        GOLDEN / "expected_obligations_2014-10-31.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        owed = [
            (
                *(row[name] for name in ("timescale", "subject_id")),
                int(row["sequence"]),
                *(date.fromisoformat(row[name]) if row[name] else None for name in DATES),
                row["status"],
            )
            for row in csv.DictReader(file)
        ]
    figures = json.loads((GOLDEN / "expected_measures.json").read_text())
    return Expected(
        authority=GOLDEN / "peterborough.toml",
        extracts=(GOLDEN / "2014-11-03.zip", GOLDEN / "2014-12-04.zip"),
        nights=(date(2014, 11, 3), date(2014, 12, 4)),
        figures=[
            {**line, "month": date.fromisoformat(line["month"]),
             "known_on": date.fromisoformat(line["known_on"])}
            for line in figures
        ],
        obligations=sorted(owed),
        status_day=date(2014, 10, 31),
        marker="PII-",
    )  # fmt: skip


def reference_figures(
    extract: Path,
    authority: Path,
    night: date,
    months: tuple[date, ...],
    earlier: tuple[tuple[date, Path], ...] = (),
) -> list[dict[str, Any]]:
    """The reference's measures, as known on the night. earlier: the nights loaded before it."""
    found = measures(extract, authority_of(authority), night, BANK_HOLIDAYS, months, earlier)
    return [{**line, "known_on": night} for line in found]


def reference_obligations(
    extract: Path, authority: Path, night: date, *, status_day: date
) -> list[tuple[Any, ...]]:
    """The reference's obligations that have a status on the day, as rows of OBLIGATION."""
    owed = obligations(extract, authority_of(authority), night, BANK_HOLIDAYS)
    rows = [{**row, "status": status_on(row, status_day)} for row in owed]
    return sorted(
        tuple(row[name] for name in OBLIGATION) for row in rows if row["status"] is not None
    )
