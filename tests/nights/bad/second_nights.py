"""Extracts that are whole files and yet not the night's: hollow, stale, halved, another council's.
Each is compared with a night that was loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unit.builders import an_extract

from nights.bad.whole import FRESH
from nights.editing import Row, change

FIRST, SECOND, BEFORE, WEEKS_LATER = "2014-11-03", "2014-11-04", "2014-11-02", "2014-11-20"
MANY = 24  # of fewer than 20, nobody says that they are gone


@dataclass(frozen=True)
class SecondNight:
    """says: what the message must say. night: its date."""

    name: str
    spoil: Callable[[Path], object]
    says: tuple[str, ...] = ()
    night: str = SECOND


def a_first_night(folder: Path) -> Path:
    """Children with an assessment, a plan, and a review at a meeting each."""
    numbers = [str(number) for number in range(1, MANY + 1)]
    return an_extract(
        folder,
        DIM_PERSON=[{"DIM_PERSON_ID": n} for n in numbers],
        FACT_CONTACTS=[{"FACT_CONTACT_ID": n, "DIM_PERSON_ID": n, "CONTACT_DTTM": FRESH}
                       for n in numbers],
        FACT_SINGLE_ASSESSMENT=[
            {"FACT_SINGLE_ASSESSMENT_ID": n, "DIM_PERSON_ID": n, "FACT_FORM_ID": n}
            for n in numbers
        ],
        FACT_FORM_ANSWERS=[{"FACT_FORM_ID": n, "ANSWER": "2014-02-03"} for n in numbers],
        FACT_CP_PLAN=[{"FACT_CP_PLAN_ID": n, "DIM_PERSON_ID": n} for n in numbers],
        FACT_MEETINGS=[{"FACT_MEETING_ID": n, "ACTUAL_DTTM": "2014-04-01"} for n in numbers],
        FACT_CP_REVIEW=[
            {"FACT_CP_REVIEW_ID": n, "DIM_PERSON_ID": n, "FACT_CP_PLAN_ID": n,
             "FACT_MEETING_ID": n, "MEETING_DTTM": "2014-04-01"}
            for n in numbers
        ],
    )  # fmt: skip


def emptied(table: str) -> Callable[[Path], object]:
    return lambda extract: change(extract, table, lambda _: [])


def without(table: str, column: str) -> Callable[[Path], object]:
    """Every field of the column empty."""

    def empty(rows: list[Row]) -> list[Row]:
        return [{**row, column: ""} for row in rows]

    return lambda extract: change(extract, table, empty)


def other_children(extract: Path) -> None:
    for table in ("DIM_PERSON", "FACT_CONTACTS", "FACT_SINGLE_ASSESSMENT", "FACT_CP_PLAN",
                  "FACT_CP_REVIEW"):  # fmt: skip
        change(extract, table, _of_others)


def _of_others(rows: list[Row]) -> list[Row]:
    return [{**row, "DIM_PERSON_ID": f"9{row['DIM_PERSON_ID']}"} for row in rows]


def half(table: str) -> Callable[[Path], object]:
    return lambda extract: change(extract, table, lambda rows: rows[::2])


SECOND_NIGHTS = [
    SecondNight("a contact more", lambda extract: change(
        extract, "FACT_CONTACTS", lambda rows: [*rows, {**rows[0], "FACT_CONTACT_ID": "99"}])),
    SecondNight("half of a table", half("FACT_CONTACTS"), ("rows", "limit")),
    SecondNight("another council", other_children, ("children",)),
    SecondNight("a night before the last one", lambda _: None, ("a later one",), BEFORE),
    SecondNight("answers of forms emptied", emptied("FACT_FORM_ANSWERS"), ("FACT_FORM_ANSWERS",)),
    SecondNight("meetings emptied", emptied("FACT_MEETINGS"), ("FACT_MEETINGS",)),
    SecondNight("a column of held dates emptied", without("FACT_CP_REVIEW", "MEETING_DTTM"),
                ("FACT_CP_REVIEW", "MEETING_DTTM", str(MANY))),
    SecondNight("nothing newer than a week", lambda extract: change(
        extract, "FACT_CONTACTS", lambda rows: [*rows, {**rows[0], "FACT_CONTACT_ID": "99"}]),
        ("days",), WEEKS_LATER),
]  # fmt: skip
