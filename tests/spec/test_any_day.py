"""What was owed on any day as known on any day: the one query, against plain loops."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.timescales import status_on

from spec.both_ways import DATES, STATUS_QUERY, obligations_in_a_warehouse

START = date(2023, 12, 20)
FOR_EVER = date(9999, 12, 31)
Version = dict[str, Any]
days = st.integers(0, 40).map(lambda shift: START + timedelta(shift))


@st.composite
def versions(draw: st.DrawFn) -> list[Version]:
    """Obligations of two subjects, each known in some versions one after the other; what was
    closed for a time may come back."""
    found = []
    for subject in ("A", "B"):
        for sequence in (1, 2):
            for since, until in _spans(draw):
                started, due = sorted((draw(days), draw(days)))
                done = draw(st.none() | days.filter(lambda day, least=started: day >= least))
                closed = None if done else draw(st.none() | days)
                found.append(
                    {"subject_id": subject, "sequence": sequence, "known_from": since,
                     "known_to": until, "started_date": started, "due_date": due,
                     "done_date": done, "closed_date": closed}
                )  # fmt: skip
    return found


def _spans(draw: st.DrawFn) -> list[tuple[date, date]]:
    """Times of knowledge that do not overlap: pairs of a few days put in order."""
    ordered = sorted(draw(st.lists(days, min_size=1, max_size=5, unique=True)))
    spans = list(zip(ordered[::2], [*ordered[1::2], FOR_EVER], strict=False))
    return [(since, until) for since, until in spans if since < until]


def by_plain_loops(known: list[Version], on: date, known_on: date) -> set[tuple[Any, ...]]:
    found = set()
    for version in known:
        if version["known_from"] <= known_on < version["known_to"]:
            status = status_on(version, on)
            if status:
                done, closed = (_by(on, version[name]) for name in ("done_date", "closed_date"))
                until = done if status == "late" else on if status == "overdue" else None
                late = (until - version["due_date"]).days if until else None
                found.add((version["subject_id"], version["sequence"], status, done, closed, late))
    return found


def _by(on: date, day: date | None) -> date | None:
    return day if day and day <= on else None


SCHEMA = pa.schema(
    [("subject_id", pa.string()), ("sequence", pa.int64())]
    + [(name, pa.date32()) for name in (*DATES, "known_from", "known_to")]
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(known=versions(), asked=st.lists(st.tuples(days, days), min_size=5, max_size=5))
def test_status_as_at_any_day_and_as_known_on_any_day_is_one_query(
    known: list[Version], asked: list[tuple[date, date]]
) -> None:
    content = pa.Table.from_pylist(known, schema=SCHEMA)
    with obligations_in_a_warehouse(content) as session:
        for on, known_on in asked:
            found = session.table(STATUS_QUERY, on=on, known_on=known_on).to_pylist()
            columns = (
                "subject_id", "sequence", "status", "done_date", "closed_date", "days_late",
            )  # fmt: skip
            said = {tuple(row[name] for name in columns) for row in found}
            assert said == by_plain_loops(known, on, known_on)
            assert len(said) == len(found)


def test_what_lies_after_the_day_is_not_shown_and_days_late_are_counted_to_it() -> None:
    """A review due on 2 January: held five days late, asked before and after it was held."""
    held = {
        "subject_id": "A", "sequence": 1, "started_date": START, "due_date": date(2024, 1, 2),
        "done_date": date(2024, 1, 7), "closed_date": None, "known_from": START,
        "known_to": FOR_EVER,
    }  # fmt: skip
    expected = {
        date(2024, 1, 2): (None, "not_due", None),
        date(2024, 1, 4): (None, "overdue", 2),
        date(2024, 1, 7): (date(2024, 1, 7), "late", 5),
        date(2024, 1, 20): (date(2024, 1, 7), "late", 5),
    }
    with obligations_in_a_warehouse(pa.Table.from_pylist([held], schema=SCHEMA)) as session:
        for on, said in expected.items():
            row = session.table(STATUS_QUERY, on=on, known_on=date(2024, 2, 1)).to_pylist()[0]
            assert (row["done_date"], row["status"], row["days_late"]) == said
