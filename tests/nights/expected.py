"""What two nights must give: the golden files, or a stand-in that the reference calculates."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from reference.measures import measures
from reference.timescales import obligations, status_on

from etl.demo.extract import write_extract
from etl.settings import PROJECT
from nights import editing
from nights.loading import BANK_HOLIDAYS, WESTMERE, authority_of

DATES = ("started_date", "due_date", "done_date")
OBLIGATION = ("timescale", "subject_id", "sequence", *DATES, "status")
STAND_IN_NIGHTS = (date(2026, 3, 3), date(2026, 4, 2))
STAND_IN_MONTHS = (date(2026, 2, 1), date(2026, 1, 1), date(2025, 2, 1))
STAND_IN_SEED = 1045


@dataclass(frozen=True)
class Expected:
    """Two nights and what must come of them.

    figures: measure lines with ``known_on``. obligations: rows of OBLIGATION as known on the first
    night, the status being that of status_day. marker: what every identifying value begins with.
    """

    source: str
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


def expected(folder: Path) -> Expected:
    """The golden files where they are, else the stand-in, written to the folder."""
    golden = Path(os.environ.get("CSC_ETL_GOLDEN", PROJECT.parent / "shared" / "golden"))
    return from_golden(golden) if golden.is_dir() else from_reference(folder)


def from_golden(golden: Path) -> Expected:
    """The figures and obligations that the golden files list."""
    with (golden / "expected_obligations_2014-10-31.csv").open(newline="") as file:
        owed = [
            (
                *(row[name] for name in ("timescale", "subject_id")),
                int(row["sequence"]),
                *(date.fromisoformat(row[name]) if row[name] else None for name in DATES),
                row["status"],
            )
            for row in csv.DictReader(file)
        ]
    figures = json.loads((golden / "expected_measures.json").read_text())
    return Expected(
        source="golden",
        authority=golden / "peterborough.toml",
        extracts=(golden / "2014-11-03", golden / "2014-12-04.zip"),
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


def hold_back_minutes(extract: Path) -> None:
    """As in the golden nights, reviews of the last month are held and their minutes are to come."""
    month = f"{STAND_IN_MONTHS[0]:%Y-%m}"

    def without(rows: list[editing.Row]) -> list[editing.Row]:
        for row in rows:
            if row["MEETING_DTTM"].startswith(month):
                row["MEETING_DTTM"] = ""
        return rows

    editing.change(extract, "FACT_CP_REVIEW", without)


def from_reference(folder: Path) -> Expected:
    """Two generated nights with some faults, calculated row by row."""
    first, second = (
        write_extract(
            folder, children=1500, extract_date=night, seed=STAND_IN_SEED, faults_per_thousand=2.0
        )
        for night in STAND_IN_NIGHTS
    )
    hold_back_minutes(first)
    figures = []
    for extract, night in zip((first, second), STAND_IN_NIGHTS, strict=True):
        figures += reference_figures(extract, WESTMERE, night, STAND_IN_MONTHS)
    return Expected(
        source="stand-in",
        authority=WESTMERE,
        extracts=(first, second),
        nights=STAND_IN_NIGHTS,
        figures=figures,
        obligations=reference_obligations(
            first, WESTMERE, STAND_IN_NIGHTS[0], status_day=date(2026, 2, 28)
        ),
        status_day=date(2026, 2, 28),
        marker="DEMO-",
    )


def reference_figures(
    extract: Path, authority: Path, night: date, months: tuple[date, ...]
) -> list[dict[str, Any]]:
    """The reference's measures, as known on the night."""
    found = measures(extract, authority_of(authority), night, BANK_HOLIDAYS, months)
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
