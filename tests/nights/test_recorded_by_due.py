"""Done in time in practice, recorded in time, and late only in the record: a case for each way in
which a doing and its recording may lie about the due day, in a warehouse of either engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from etl.derive.register import CHILD_PROTECTION_REVIEW
from etl.load.star import _load_dates
from etl.publish.counting import count
from etl.publish.measures import measures
from etl.settings import QUERIES
from etl.warehouse import Session, open_warehouse
from etl.warehouse.views import publish_views
from nights.loading import WESTMERE, Engine

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

FIRST_EXTRACT, LAST_EXTRACT = date(2026, 2, 20), date(2026, 4, 10)
MARCH = date(2026, 3, 1)
DUE, LAST_DAY = date(2026, 3, 10), date(2026, 3, 31)
TIMESCALE = CHILD_PROTECTION_REVIEW.timescale


def march(day: int) -> date:
    return date(2026, 3, day)


@dataclass(frozen=True)
class Owed:
    """An obligation. The last two: the source's own day of recording, or the first extract that
    held it; and of that the one before."""

    due: date = DUE
    done: date | None = DUE
    closed: date | None = None
    first_recorded: date | None = None
    not_recorded_before: date | None = None


@dataclass(frozen=True)
class Case:
    """What is owed, and what it comes to in March: in practice and as recorded, numerator and
    denominator, and how many were late in the record alone."""

    owed: Sequence[Owed]
    in_practice: tuple[int, int]
    as_recorded: tuple[int, int]
    late_only_in_record: int = 0
    first_extract: date = FIRST_EXTRACT


KNOWN = Owed(first_recorded=march(10))
BY_THE_NEXT_EXTRACT = Owed(first_recorded=march(11), not_recorded_before=march(10))
IN_A_GAP = Owed(first_recorded=march(13), not_recorded_before=march(10))
AFTER_ONE_WITHOUT_IT = Owed(first_recorded=march(13), not_recorded_before=march(11))
BY_THE_FIRST_LOAD = Owed()
CASES = {
    "typed on the due day, in the next day's extract": Case(
        [BY_THE_NEXT_EXTRACT], (1, 1), (1, 1)
    ),
    "an extract after the due day did not hold it": Case(
        [AFTER_ONE_WITHOUT_IT], (1, 1), (0, 1), 1
    ),
    "a gap of extracts over the due day": Case([IN_A_GAP], (1, 1), (0, 0)),
    "one in a gap among others": Case(
        [KNOWN, IN_A_GAP, AFTER_ONE_WITHOUT_IT], (3, 3), (0, 0), 1
    ),
    "one in a gap that was due in another month": Case(
        [KNOWN, Owed(date(2026, 2, 27), date(2026, 2, 27), None, march(2), date(2026, 2, 25))],
        (1, 1), (1, 1),
    ),
    "by a first load of the day after": Case(
        [BY_THE_FIRST_LOAD], (1, 1), (1, 1), first_extract=march(11)
    ),
    "by a first load of two days after": Case(
        [BY_THE_FIRST_LOAD], (1, 1), (0, 0), first_extract=march(12)
    ),
    "by the source's own date on the due day": Case([KNOWN], (1, 1), (1, 1)),
    "by the source's own date the day after": Case(
        [Owed(first_recorded=march(11))], (1, 1), (0, 1), 1
    ),
    "ended on the due day without it": Case([Owed(done=None, closed=DUE)], (0, 0), (0, 0)),
    "ended the day after without it": Case([Owed(done=None, closed=march(11))], (0, 1), (0, 1)),
    "due on the last day and not done": Case([Owed(LAST_DAY, None)], (0, 1), (0, 1)),
    "due on the last day and done after it": Case(
        [Owed(LAST_DAY, date(2026, 4, 2), None, date(2026, 4, 2))], (0, 1), (0, 1)
    ),
    "done late, nobody knows when it was recorded": Case(
        [KNOWN, Owed(done=march(11))], (1, 2), (1, 2)
    ),
    "nothing due": Case([Owed(date(2026, 4, 1), None)], (0, 0), (0, 0)),
}  # fmt: skip
CODES = {name: str(901 + number) for number, name in enumerate(CASES)}


def fill(session: Session, la_code: str, case: Case) -> None:
    """An authority that holds the case and nothing else."""
    put(session, "warehouse.dim_authority", la_code=la_code, name=la_code, region="invented",
        run_id=la_code, known_from=case.first_extract, known_to=date.max)  # fmt: skip
    child = {"child_key": int(la_code), "la_code": la_code, "child_token": la_code}
    of_the_first = {"run_id": la_code, "known_from": case.first_extract, "known_to": date.max}
    put(session, "warehouse.dim_child", **child, is_merged=False, **of_the_first)
    put(session, "report.last_extract", la_code=la_code, extract_date=LAST_EXTRACT, run_id=la_code)
    for number, owed in enumerate(case.owed, start=1):
        put(
            session, "warehouse.fact_timescale_obligation", la_code=la_code, timescale=TIMESCALE,
            timescale_key=0, subject_type="child_protection_plan", subject_id=str(number),
            sequence=1, child_key=int(la_code), family_key=0, team_key=0, worker_key=0,
            started_date=date(2026, 1, 5), due_date=owed.due, done_date=owed.done,
            closed_date=owed.closed, first_recorded_date=owed.first_recorded,
            not_recorded_before=owed.not_recorded_before, **of_the_first,
        )  # fmt: skip


def put(session: Session, table: str, **row: Any) -> None:
    columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    session.run(f"insert into {table} ({columns}) values ({values})", **row)


@pytest.fixture(scope="module")
def found(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """By case: the measures of March, and what the view and the query for any day say."""
    folder = tmp_path_factory.mktemp("recorded_by_due")
    url = engine.council(folder, WESTMERE).url
    every = measures({TIMESCALE: ""})
    with open_warehouse(url).writing("900") as session:
        _load_dates(session)
        publish_views(session)
        for name, case in CASES.items():
            fill(session, CODES[name], case)
        return {name: {**figures_of(session, code, every), **late_of(session, code)}
                for name, code in CODES.items()}  # fmt: skip


def figures_of(session: Session, la_code: str, every: Any) -> dict[str, Any]:
    counting = count(session, la_code, every, known_on=LAST_EXTRACT, first=MARCH, last=MARCH)
    figures = {one.measure: (one.numerator, one.denominator, one.value)
               for one in counting.figures()}  # fmt: skip
    counting.drop()
    return figures


def late_of(session: Session, la_code: str) -> dict[str, Any]:
    view = session.rows(
        "select sum(is_late_only_in_record) from report.timescale_obligation "
        "where la_code = :la_code",
        la_code=la_code,
    )
    query = (QUERIES / "timescale_status.sql").read_text(encoding="utf-8")
    asked = session.rows(
        f"select sum(is_late_only_in_record) from ({query}) as asked where la_code = :la_code",
        la_code=la_code, on=LAST_EXTRACT, known_on=LAST_EXTRACT,
    )  # fmt: skip
    return {"view": view[0][0], "query": asked[0][0]}


@pytest.mark.parametrize("name", CASES)
def test_in_practice_is_everything_due_and_how_much_of_it_was_done_in_time(
    found: dict[str, dict[str, Any]], name: str
) -> None:
    assert found[name][f"{TIMESCALE}_in_practice_pct"][:2] == CASES[name].in_practice
    assert found[name][f"{TIMESCALE}_in_practice_pct"] == found[name]["reviews_in_time_pct"]


@pytest.mark.parametrize("name", CASES)
def test_as_recorded_is_over_the_same_or_over_nothing(
    found: dict[str, dict[str, Any]], name: str
) -> None:
    numerator, denominator, value = found[name][f"{TIMESCALE}_as_recorded_pct"]
    assert (numerator, denominator) == CASES[name].as_recorded
    assert value == (round(Decimal(100 * numerator) / denominator, 10) if denominator else None)


@pytest.mark.parametrize("name", CASES)
def test_late_only_in_the_record_is_what_is_known_to_be_recorded_after_its_due_day(
    found: dict[str, dict[str, Any]], name: str
) -> None:
    expected = CASES[name].late_only_in_record
    assert (found[name]["view"], found[name]["query"]) == (expected, expected)
