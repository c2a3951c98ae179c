"""Writes an Annex A of invented children, the same each time."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from etl.sources.annex_a.lists import LISTS, Cells, ListColumn

# Of so many children one is in the list.
_ONE_OF = {1: 1, 2: 6, 3: 1, 4: 2, 5: 5, 6: 1, 7: 10, 8: 10}
_ETHNICITIES = ("a) WBRI", "d) WOTH", "e) MWBC", "k) APKN", "n) BAFR", "t) NOBT")
_CHOICES = {
    "SEX": ("a) Male", "b) Female"),
    "SOURCE": ("q) 6: Police", "e) 2A: Schools", "k) 3E: Health services", "a) 1A: Individual"),
    "INITIAL_CATEGORY": ("a) Neglect", "d) Emotional abuse"),
    "LATEST_CATEGORY": ("a) Neglect", "c) Sexual abuse"),
    "NEED": ("N1 - Abuse or neglect", "N4 - Family in acute stress"),
    "LEGAL_STATUS": ("C2: Full care order", "V2: Section 20", "C1: Interim care order"),
    "PLACEMENT_TYPE": ("f) U6: Foster placement - not FFA", "d) U4: Foster placement - long term"),
    "ORGANISATION": ("SCH", "HV"),
    "TEAM": ("First Response", "Family Support East", "Family Support West"),
    "WORKER": tuple(f"Worker Number{number}" for number in range(200)),
}
_ENDS = ("CLOSURE_DATE", "END_DATE", "CLOSURE_REASON", "END_REASON")
# What a list has beside what is read.
_OTHERS = ("Age of Child (Years)", "Case Status", "Placement postcode", "Placement Location")


def write_night(folder: Path, children: int, night: date) -> Path:
    """A workbook with every list; returns where it is."""
    path = folder / f"{night}.xlsx"
    draws = random.Random(874)
    born = [night - timedelta(days=draws.randrange(200, 6000)) for _ in range(children)]
    of_child = [(draws.choice(_CHOICES["SEX"]), draws.choice(_ETHNICITIES), day) for day in born]
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for number, columns in LISTS.items():
            sheet = book.add_worksheet(f"List {number}")
            sheet.write_row(0, 0, [*(column.heading for column in columns), *_OTHERS])
            for row, child in enumerate(range(0, children, _ONE_OF[number]), start=1):
                cells = {"CHILD_ID": 700_000 + child} | dict(
                    zip(("SEX", "ETHNICITY", "DATE_OF_BIRTH"), of_child[child], strict=True)
                )
                for at, column in enumerate(columns):
                    value = cells.get(column.name) or _cell(draws, column, night)
                    if value is not None:
                        sheet.write(row, at, value)
                sheet.write_row(row, len(columns), [9, "e) Closed", "ZZ1 1ZZ", "a) In"])
    return path


def _cell(draws: random.Random, column: ListColumn, night: date) -> Any:
    if column.name in _ENDS:
        return None
    if column.cells is Cells.DATE:
        # What happened later stands in a later part of the six months.
        is_later = column.name.startswith(("LATEST", "AUTH", "COMPL", "CONF"))
        return night - timedelta(days=draws.randrange(1, 60) + (0 if is_later else 60))
    if column.cells is Cells.FLAG:
        return draws.choice(("a) Yes", "b) No"))
    if column.cells is Cells.WHOLE:
        return draws.randrange(3)
    return draws.choice(_CHOICES[column.name])
