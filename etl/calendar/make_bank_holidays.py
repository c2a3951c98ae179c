"""Writes bank_holidays_england.csv from the `holidays` library: run it each autumn.

``python -m etl.calendar.make_bank_holidays 2031`` writes 1990 to the given year. The file is kept
in the project, dated by its history there: a one-off bank holiday is proclaimed at short notice,
and the due dates that it moves must be traceable to a commit.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import holidays

FILE = Path(__file__).with_name("bank_holidays_england.csv")
FIRST_YEAR = 1990


def write_bank_holidays(last_year: int, file: Path = FILE) -> None:
    """Write every bank holiday of England from 1990 to ``last_year`` with its name."""
    days = holidays.country_holidays(
        "GB", subdiv="ENG", years=range(FIRST_YEAR, last_year + 1), observed=True
    )
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("date", "name"))
        writer.writerows((day.isoformat(), name) for day, name in sorted(days.items()))


if __name__ == "__main__":
    write_bank_holidays(int(sys.argv[1]))
