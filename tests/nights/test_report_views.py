"""The analysts' views after two nights: unique keys, no orphan, readable as the file is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import Kind
from etl.contracts.register import FACTS
from etl.settings import VIEWS
from etl.warehouse import Session, open_warehouse
from etl.warehouse.schema import build_metadata
from etl.warehouse.views import views as views_of_ours
from nights.agreement import owed
from nights.conftest import TwoNights
from nights.loading import Engine, asking, views

pytestmark = pytest.mark.slow

DIMENSIONS = {"child_key": "child", "family_key": "family", "team_key": "team",
              "worker_key": "worker", "timescale_key": "timescale",
              "allocated_team_key": "team", "allocated_worker_key": "worker",
              "allocated_child_key": "child"}  # fmt: skip


def key_of(view: Path) -> str:
    """The key that the head of a view's file names."""
    return VIEWS_OF_OURS[view.stem].key


VIEWS_OF_OURS = views_of_ours()
EVERY_VIEW = sorted(VIEWS.glob("*.sql"))


@pytest.fixture(scope="module")
def report(two_nights: TwoNights) -> Iterator[Session]:
    """One session for all that is asked."""
    with asking(two_nights.council.url) as session:
        yield session


def one(session: Session, sql: str) -> tuple[Any, ...]:
    [found] = session.rows(sql)
    return found


@pytest.mark.parametrize("view", EVERY_VIEW, ids=lambda view: view.stem)
def test_every_view_can_be_read_and_its_key_is_unique(report: Session, view: Path) -> None:
    key = key_of(view)
    rows = report.rows(f"select * from report.{view.stem}")
    found = one(report, f'select count("{key}"), count(distinct "{key}") from report.{view.stem}')
    assert found == (len(rows), len(rows))


def test_every_view_of_the_warehouse_has_its_sql_file(two_nights: TwoNights) -> None:
    there = views(two_nights.council.url)
    assert there == [f"report.{view.stem}" for view in EVERY_VIEW]


def test_a_file_opened_by_itself_as_an_analysts_tool_does_shows_every_view(
    engines: dict[str, Engine], two_nights_in: Callable[[Engine], TwoNights]
) -> None:
    file = two_nights_in(engines["duckdb"]).council.file
    with duckdb.connect(str(file), read_only=True) as connection:
        for view in EVERY_VIEW:
            assert connection.execute(f"select count(*) from report.{view.stem}").fetchone()


def test_no_view_has_a_key_without_a_member(report: Session) -> None:
    columns = report.rows(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'report'"
    )
    keys = [(view, key) for view, key in columns if key in DIMENSIONS]
    assert len(keys) > 40
    orphans = [
        (view, key, count)
        for view, key in keys
        if (count := one(
            report,
            f"select count(*) from report.{view} as fact where fact.{key} is null or not exists "
            f"(select 1 from report.{DIMENSIONS[key]} as member "
            f"where member.{key.removeprefix('allocated_')} = fact.{key})",
        )[0])
    ]  # fmt: skip
    assert orphans == []


def test_statuses_add_up_to_every_obligation(report: Session) -> None:
    statuses = dict(
        report.rows("select status, count(*) from report.timescale_obligation group by status")
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
    report: Session,
) -> None:
    wrong = one(
        report,
        "select count(*) from report.timescale_obligation "
        "where (status in ('late', 'overdue')) is distinct from coalesce(days_late > 0, false)",
    )
    assert wrong == (0,)


def test_late_only_in_the_record_is_in_time_in_practice(report: Session) -> None:
    """Of visits and assessments, whose recording days the source tells. Of what it does not date
    the first night brought some, and the second came too late to say: none is known to be late."""
    found = report.rows(
        "select not_recorded_before is null and first_recorded_date is not null as is_dated, "
        "count(*) filter (where is_late_only_in_record <> cast(is_in_time = 1 "
        "and first_recorded_date > due_date as integer)), sum(is_late_only_in_record) "
        "from report.timescale_obligation where done_date is not null group by 1"
    )
    by_whom = {is_dated: (wrong, late) for is_dated, wrong, late in found}
    assert by_whom[True][0] == 0
    assert by_whom[True][1] > 0
    late = report.rows(
        "select count(*) from report.timescale_obligation where is_late_only_in_record = 1 "
        "and not_recorded_before is not null and not_recorded_before <= due_date"
    )
    assert late == [(0,)]
    [(at_most_known_late,)] = report.rows(
        "select count(*) from report.timescale_obligation "
        "where not_recorded_before > due_date and done_date <= due_date"
    )
    assert by_whom[False][1] == at_most_known_late


def test_the_view_says_what_the_query_for_any_day_says_of_the_last_extract(
    report: Session, two_nights: TwoNights
) -> None:
    night = two_nights.expected.nights[1]
    by_query = [(*row[:3], row[-1]) for row in owed(two_nights.council, night, night)]
    by_view = report.rows(
        "select timescale, subject_id, sequence, status from report.timescale_obligation"
    )
    assert sorted(by_query) == sorted(by_view)


def test_current_measure_holds_every_latest_figure(report: Session) -> None:
    latest = one(report, "select count(*) from report.monthly_measure where label = 'latest'")
    assert one(report, "select count(*) from report.current_measure") == latest
    months = one(report, "select count(distinct month) from report.current_measure")
    assert months == (37,)


def test_a_column_of_one_name_in_two_views_relates_them_truly_or_not_at_all(
    report: Session,
) -> None:
    """As a tool that looks for relations by itself does: one name, unique on one side."""
    columns: dict[str, list[str]] = {}
    for view, column in report.rows(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'report' order by 1, 2"
    ):
        if view in {view.stem for view in EVERY_VIEW}:
            columns.setdefault(column, []).append(view)
    keys = {key_of(view): view.stem for view in EVERY_VIEW}
    false = []
    for column in sorted(set(keys) | {name for name in columns if name.endswith("_unique_id")}):
        one_side = [view.stem for view in EVERY_VIEW if key_of(view) == column]
        assert len(one_side) == 1, column
        for many in set(columns[column]) - set(one_side):
            lost = one(
                report,
                f'select count(*) from report.{many} as many where many."{column}" is not null '
                # national lists and what stands for nobody are of no authority
                f"and cast(many.\"{column}\" as text) <> '' "
                f'and not exists (select 1 from report.{one_side[0]} as one '
                f'where one."{column}" = many."{column}")',
            )  # fmt: skip
            if lost != (0,):
                false.append((column, many, lost))
    assert false == []


def test_what_is_due_soon_is_overdue_or_falls_due_by_the_tenth_working_day(
    report: Session,
) -> None:
    found = report.rows(
        "select place, is_overdue, due_date, status_date, working_days_left "
        "from report.due_soon order by place"
    )
    assert [row[0] for row in found] == list(range(1, len(found) + 1))
    overdue = one(report, "select sum(is_overdue) from report.timescale_obligation")
    assert sum(row[1] for row in found) == overdue[0]
    # the overdue ones first, each part by its days
    assert [row[1:3] for row in found] == sorted((row[1:3] for row in found),
                                                 key=lambda row: (-row[0], row[1]))  # fmt: skip
    left = {row[4] for row in found if not row[1]}
    assert left
    assert left <= set(range(11))
    later = one(
        report,
        "select count(*) from report.timescale_obligation where status = 'not_due' "
        "and due_date <= (select max(due_date) from report.due_soon)",
    )
    assert later == (sum(1 - row[1] for row in found),)


# By engine: a table or view of report, a column of it or none, and what the database says of it.
SAID = {
    "duckdb": "select table_name, column_name, comment from duckdb_columns() "
    "where schema_name = 'report' "
    "union all select view_name, '', comment from duckdb_views() where schema_name = 'report' "
    "union all select table_name, '', comment from duckdb_tables() where schema_name = 'report'",
    "postgresql": "select relname, coalesce(attname, ''), case when attnum is null "
    "then obj_description(oid, 'pg_class') else col_description(oid, attnum) end "
    "from pg_class left join (select attrelid, attname, attnum from pg_attribute "
    "where attnum > 0 and not attisdropped union all select oid, null, null from pg_class) "
    "as part on attrelid = oid "
    "where relnamespace = 'report'::regnamespace and relkind in ('r', 'v')",
}


@pytest.fixture(scope="module")
def said(report: Session, two_nights: TwoNights) -> dict[tuple[str, str], str]:
    """What the database says of each table and view of report ('' for a column) and column."""
    engine = "postgresql" if two_nights.council.database else "duckdb"
    return {(relation, column): text for relation, column, text in report.rows(SAID[engine])}


def test_the_database_says_of_every_view_and_column_what_its_name_does_not(
    said: dict[tuple[str, str], str],
) -> None:
    assert len({relation for relation, _ in said}) == len(EVERY_VIEW) + 10
    silent = [
        place
        for place, text in said.items()
        if not text or text.lower().strip(".") in {name.replace("_", " ") for name in place}
    ]
    assert silent == []


def test_the_database_says_what_the_files_and_contracts_say(
    said: dict[tuple[str, str], str],
) -> None:
    for view in VIEWS_OF_OURS.values():
        assert said.pop((view.name, "")) == view.comment
    for relation, column in [place for place in said if place[0] in VIEWS_OF_OURS]:
        assert said.pop((relation, column)) == VIEWS_OF_OURS[relation].meaning(column)
    tables = [table for table in build_metadata().sorted_tables if table.schema == "report"]
    assert said == {
        **{(table.name, ""): table.comment for table in tables},
        **{(table.name, column.name): column.comment for table in tables for column in table.c},
    }


def test_every_flag_of_report_is_a_number_to_sum(report: Session) -> None:
    flags = report.rows(
        "select table_name, column_name, lower(data_type) from information_schema.columns "
        "where table_schema = 'report' and (substr(column_name, 1, 3) = 'is_' "
        "or lower(data_type) = 'boolean')"
    )
    stored = {
        (view.name, column.name)
        for view in VIEWS_OF_OURS.values()
        for column in (view.table.stored_columns if view.table else ())
        if column.kind is Kind.FLAG and view.name == view.table.name
    }
    assert stored <= {(relation, flag) for relation, flag, _ in flags}
    assert {kind for *_, kind in flags} <= {"integer", "bigint"}
    for view, flag, _ in flags:
        values = report.rows(f"select distinct {flag} from report.{view}")
        assert {value for (value,) in values} <= {0, 1, None}, (view, flag)


def days_outside_the_calendar(session: Session) -> list[tuple[str, str]]:
    """Every column of report that has a day which report.date has not."""
    dates = session.rows(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'report' and lower(data_type) = 'date' order by 1, 2"
    )
    assert len(dates) > 60
    return [
        (relation, column)
        for relation, column in dates
        if one(
            session,
            f'select count(*) from report.{relation} as other where other."{column}" is not null '
            f'and not exists (select 1 from report.date where date = other."{column}")',
        )
        != (0,)
    ]


def test_every_day_in_report_is_a_day_of_its_calendar(report: Session) -> None:
    assert days_outside_the_calendar(report) == []


def test_so_it_is_where_something_is_planned_after_the_calendars_end(
    two_nights: TwoNights, engine: Engine, tmp_path: Path
) -> None:
    council = engine.copy(two_nights.first, tmp_path / "planned")
    planned = [
        (table.warehouse, column.name)
        for table in (CHILD_TABLE, *FACTS)
        for column in table.stored_columns
        if column.may_lie_ahead
    ]
    assert len(planned) > 4
    with open_warehouse(council.url).writing("874") as session:
        for relation, column in planned:
            session.run(f"update warehouse.{relation} set {column} = date '2099-12-31'")
    with asking(council.url) as session:
        assert days_outside_the_calendar(session) == []


FIGURES = {
    "comparator.value", "comparison.distance_pct", "comparison.distance_points",
    "comparison.england", "comparison.previous_month", "comparison.same_month_last_year",
    "comparison.statistical_neighbours", "comparison.target", "comparison.two_years_ago",
    "comparison.value", "current_measure.target", "current_measure.value", "monthly_measure.value",
    "monthly_measure_by_team.value", "restatement.difference", "restatement.now",
    "restatement.published", "target.value",
}  # fmt: skip


def test_figures_are_decimals_of_ten_places_and_all_else_is_whole(report: Session) -> None:
    types = report.rows(
        "select table_name || '.' || column_name, data_type, numeric_scale "
        "from information_schema.columns where table_schema = 'report'"
    )
    decimals = {name for name, kind, scale in types if scale == 10}
    assert decimals >= FIGURES
    not_exact = [
        (name, kind)
        for name, kind, _ in types
        if kind.lower().startswith(("double", "real", "float", "hugeint", "numeric", "decimal"))
        and name not in decimals
    ]
    assert not_exact == []


def test_a_figure_rounds_as_it_stands_a_half_upwards(report: Session) -> None:
    """Thirty-nine of eighty are 48.75%, of which a floating point number may be a little less."""
    rounded = report.rows(
        "select round(value, 1), numerator, denominator from report.current_measure "
        "where unit = 'percent' and denominator > 0 and 1000 * numerator % denominator > 0"
    )
    assert len(rounded) > 100
    wrong = [
        (value, numerator, denominator)
        for value, numerator, denominator in rounded
        if value != Decimal((2000 * numerator + denominator) // (2 * denominator)) / 10
    ]
    assert wrong == []


def test_every_team_in_use_has_a_row_and_its_name_in_every_month_of_every_measure(
    report: Session,
) -> None:
    teams, rows, figures, unnamed = one(
        report,
        "select count(distinct team_key), count(*), "
        "(select count(*) from report.monthly_measure where label = 'latest'), "
        "count(*) filter (where team_name is null) "
        "from report.monthly_measure_by_team where label = 'latest'",
    )
    assert teams > 1
    assert rows == teams * figures
    assert unnamed == 0
    differing = report.rows(
        "select whole.measure, whole.month from report.monthly_measure as whole join ("
        "select measure, month, sum(numerator) as numerator from report.monthly_measure_by_team "
        "where label = 'latest' group by measure, month) as teams "
        "on teams.measure = whole.measure and teams.month = whole.month "
        "where whole.label = 'latest' and teams.numerator <> whole.numerator"
    )
    assert differing == []


def test_the_calendar_has_numbers_to_sort_its_names_by(report: Session) -> None:
    found = report.rows(
        "select distinct month_number, month_name from report.date order by month_number"
    )
    assert [name for _, name in found][:3] == ["January", "February", "March"]
    days = report.rows("select distinct day_of_week_number, day_name from report.date order by 1")
    assert (days[0], days[-1]) == ((1, "Monday"), (7, "Sunday"))
