"""The analysts' views after two nights: unique keys, no orphan, readable as the file is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from etl.settings import VIEWS
from nights.agreement import owed
from nights.conftest import TwoNights

pytestmark = pytest.mark.slow

HEAD = "-- key: "
DIMENSIONS = {"child_key": "child", "family_key": "family", "team_key": "team",
              "worker_key": "worker", "timescale_key": "timescale"}  # fmt: skip


def key_of(view: Path) -> str:
    """The key that the head of a view's file names."""
    lines = view.read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix(HEAD).strip() for line in lines if line.startswith(HEAD))


EVERY_VIEW = sorted(VIEWS.glob("*.sql"))


@pytest.fixture(scope="module")
def report(two_nights: TwoNights) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file opened directly, as an analyst's tool opens it: named for itself."""
    with duckdb.connect(str(two_nights.council.file), read_only=True) as connection:
        yield connection


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[object, ...]:
    found = connection.execute(sql).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize("view", EVERY_VIEW, ids=lambda view: view.stem)
def test_every_view_can_be_read_and_its_key_is_unique(
    report: duckdb.DuckDBPyConnection, view: Path
) -> None:
    key = key_of(view)
    rows = report.execute(f"select * from report.{view.stem}").fetchall()
    found = one(report, f'select count("{key}"), count(distinct "{key}") from report.{view.stem}')
    assert found == (len(rows), len(rows))


def test_every_view_of_the_file_has_its_sql_file(report: duckdb.DuckDBPyConnection) -> None:
    views = report.execute(
        "select view_name from duckdb_views() where schema_name = 'report'"
    ).fetchall()
    assert {name for (name,) in views} == {view.stem for view in EVERY_VIEW}


def test_no_view_has_a_key_without_a_member(report: duckdb.DuckDBPyConnection) -> None:
    columns = report.execute(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'report'"
    ).fetchall()
    keys = [(view, key) for view, key in columns if key in DIMENSIONS]
    assert len(keys) > 40
    orphans = [
        (view, key, count)
        for view, key in keys
        if (count := one(
            report,
            f"select count(*) from report.{view} as fact where fact.{key} is null or not exists "
            f"(select 1 from report.{DIMENSIONS[key]} as member where member.{key} = fact.{key})",
        )[0])
    ]  # fmt: skip
    assert orphans == []


def test_statuses_add_up_to_every_obligation(report: duckdb.DuckDBPyConnection) -> None:
    statuses = dict(
        report.execute(
            "select status, count(*) from report.timescale_obligation group by status"
        ).fetchall()
    )
    assert set(statuses) <= {"in_time", "late", "not_due", "overdue", "ended_before_due",
                             "not_done"}  # fmt: skip
    due, in_time, late, overdue, all_of_them = one(
        report,
        "select sum(is_due), sum(is_in_time), sum(is_late), sum(is_overdue), count(*) "
        "from report.timescale_obligation",
    )
    assert in_time == statuses.get("in_time", 0)
    assert late == statuses.get("late", 0)
    assert overdue == statuses.get("overdue", 0)
    not_judged = statuses.get("not_due", 0) + statuses.get("ended_before_due", 0)
    assert due == in_time + late + overdue + statuses.get("not_done", 0)
    assert all_of_them == due + not_judged


def test_days_late_are_those_of_late_and_overdue_obligations(
    report: duckdb.DuckDBPyConnection,
) -> None:
    wrong = one(
        report,
        "select count(*) from report.timescale_obligation "
        "where (status in ('late', 'overdue')) is distinct from coalesce(days_late > 0, false)",
    )
    assert wrong == (0,)


def test_late_only_in_the_record_is_in_time_in_practice(report: duckdb.DuckDBPyConnection) -> None:
    wrong, some = one(
        report,
        "select count(*) filter (is_late_only_in_record <> cast(is_in_time = 1 "
        "and coalesce(first_recorded_date > due_date, false) as integer)), "
        "sum(is_late_only_in_record) from report.timescale_obligation",
    )
    assert wrong == 0
    assert some > 0


def test_the_view_says_what_the_query_for_any_day_says_of_the_last_extract(
    report: duckdb.DuckDBPyConnection, two_nights: TwoNights
) -> None:
    night = two_nights.expected.nights[1]
    by_query = [(*row[:3], row[-1]) for row in owed(two_nights.council.file, night, night)]
    by_view = report.execute(
        "select timescale, subject_id, sequence, status from report.timescale_obligation"
    ).fetchall()
    assert sorted(by_query) == sorted(by_view)


def test_current_measure_holds_every_latest_figure(report: duckdb.DuckDBPyConnection) -> None:
    latest = one(report, "select count(*) from report.monthly_measure where label = 'latest'")
    assert one(report, "select count(*) from report.current_measure") == latest
    months = one(report, "select count(distinct month) from report.current_measure")
    assert months == (25,)
