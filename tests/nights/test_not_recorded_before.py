"""Of an event that the source does not date itself, the extract before the first that held it: the
same in whatever order nights come, and after an upgrade of a warehouse that did not keep it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from nights.agreement import wrong_figures
from nights.editing import Row, change, change_row, copy_as, drop_row, read
from nights.expected import reference_figures
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

REVIEWS = "FACT_CLA_REVIEW"
FIRST, SECOND, THIRD, FOURTH = NIGHTS = tuple(date(2026, 5, day) for day in (18, 19, 22, 23))
ANOTHER_ID = "990003"
MONTHS = (date(2026, 4, 1), date(2026, 3, 1), date(2026, 1, 1), date(2025, 11, 1))
OWED = (
    "select timescale, subject_id, sequence, done_date, first_recorded_date, not_recorded_before, "
    "known_from, known_to from warehouse.fact_timescale_obligation"
)


@dataclass(frozen=True)
class Chosen:
    """The ids of three reviews, each the last held of its period of care. second, third: the night
    that holds it first. twice: held first on the second, and on the third by another review too."""

    second: str
    third: str
    twice: str


@dataclass(frozen=True)
class Nights:
    """The extracts, what was chosen in them, and the day on which each review was held."""

    extracts: tuple[Path, ...]
    chosen: Chosen
    held: dict[str, tuple[str, date]]


def last_of_three_periods(extract: Path) -> list[Row]:
    held: dict[str, Row] = {}
    for row in sorted(read(extract, REVIEWS), key=lambda row: row["MEETING_DTTM"]):
        if row["MEETING_DTTM"]:
            held[row["FACT_CLA_ID"]] = row
    return sorted(held.values(), key=lambda row: row["MEETING_DTTM"])[-3:]


def last_visit(extract: Path) -> tuple[str, str, str, str]:
    """Of the last visit to a looked after child, its table, id column, id, and the column that says
    when it was recorded."""
    visits = [r for r in read(extract, "FACT_CASENOTES")
              if r["DIM_LOOKUP_CASNT_TYPE_ID_CODE"] == "STVL"]  # fmt: skip
    last = max(visits, key=lambda row: row["EVENT_DTTM"])
    return "FACT_CASENOTES", "FACT_CASENOTE_ID", last["FACT_CASENOTE_ID"], "CREATED_DTTM"


def last_authorisation(extract: Path) -> tuple[str, str, str, str]:
    """The same of the answer that says when the last assessment was authorised."""
    forms = {row["FACT_FORM_ID"] for row in read(extract, "FACT_SINGLE_ASSESSMENT")}
    answers = [r for r in read(extract, "FACT_FORM_ANSWERS")
               if r["ANSWER_NO"] == "FormEndDate" and r["FACT_FORM_ID"] in forms
               and r["ANSWER"][:2] == "20"]  # fmt: skip
    last = max(answers, key=lambda row: row["ANSWER"])
    name = "FACT_FORM_ANSWER_ID"
    return "FACT_FORM_ANSWERS", name, last[name], "ANSWERED_DTTM"


def lose_the_date(extract: Path, table: str, column: str, value: str, dated_by: str) -> None:
    change_row(extract, table, column, value, **{dated_by: ""})


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder: Path = tmp_path_factory.mktemp("not_recorded_before")
    whole = few_children(folder, FIRST)
    (whole / "MANIFEST.csv").write_text("")
    rows = last_of_three_periods(whole)
    chosen = Chosen(*(row["FACT_CLA_REVIEW_ID"] for row in rows))
    held = {
        row["FACT_CLA_REVIEW_ID"]: (
            row["FACT_CLA_ID"], date.fromisoformat(row["MEETING_DTTM"][:10])
        )
        for row in rows
    }  # fmt: skip
    undated = [last_visit(whole), last_authorisation(whole)]
    lacking = {FIRST: set(held), SECOND: {chosen.third}}
    extracts = []
    for night in NIGHTS:
        extract = copy_as(whole, folder / "nights", night.isoformat())

        def some(rows: list[Row], night: date = night) -> list[Row]:
            kept = [r for r in rows if r["FACT_CLA_REVIEW_ID"] not in lacking.get(night, set())]
            again = [{**r, "FACT_CLA_REVIEW_ID": ANOTHER_ID} for r in kept
                     if r["FACT_CLA_REVIEW_ID"] == chosen.twice]  # fmt: skip
            return kept + (again if night >= THIRD else [])

        change(extract, REVIEWS, some)
        for table, column, value, dated_by in undated:
            lose_the_date(extract, table, column, value, dated_by)
            if night == FIRST:
                drop_row(extract, table, column, value)
        extracts.append(extract)
    return Nights(tuple(extracts), chosen, held)


def load(council: Council, *extracts: Path) -> None:
    for extract in extracts:
        ran = council.load(extract)
        assert ran.exit_code == 0, ran.err


@pytest.fixture(scope="module")
def council(engine: Engine, nights: Nights, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """Three nights in order."""
    made = engine.council(tmp_path_factory.mktemp("in_order") / "council", WESTMERE)
    load(made, *nights.extracts[:3])
    return made


def recorded(council: Council, nights: Nights, review: str) -> list[tuple[Any, ...]]:
    period, day = nights.held[review]
    return council.rows(
        "select first_recorded_date, not_recorded_before from warehouse.fact_timescale_obligation "
        "where timescale = 'looked_after_review' and subject_id = :period and done_date = :day "
        "and known_to = date '9999-12-31'",
        period=period,
        day=day,
    )


def test_it_is_the_extract_before_the_first_that_held_the_review(
    council: Council, nights: Nights
) -> None:
    assert recorded(council, nights, nights.chosen.second) == [(SECOND, FIRST)]
    assert recorded(council, nights, nights.chosen.third) == [(THIRD, SECOND)]


def test_of_two_reviews_of_one_day_the_one_held_first_says_when(
    council: Council, nights: Nights
) -> None:
    assert recorded(council, nights, nights.chosen.twice) == [(SECOND, FIRST)]


def test_there_is_none_for_what_the_source_dates_and_for_what_the_first_load_brought(
    council: Council,
) -> None:
    dated = council.rows(
        "select timescale, count(first_recorded_date), count(not_recorded_before) "
        "from warehouse.fact_timescale_obligation where done_date is not null "
        "and known_to = date '9999-12-31' group by timescale"
    )
    counts = {timescale: tuple(numbers) for timescale, *numbers in dated}
    # The three reviews, a visit, and an assessment that meets its referral too.
    assert {name: before for name, (_, before) in counts.items() if before} == {
        "looked_after_review": 3, "looked_after_visit": 1, "single_assessment": 1,
        "single_assessment_from_referral": 1,
    }  # fmt: skip
    assert counts["looked_after_review"] == (3, 3)
    assert counts["looked_after_visit"][0] > 10
    assert counts["child_protection_review"] == (0, 0)


def test_what_the_source_leaves_undated_is_dated_by_the_extracts(council: Council) -> None:
    found = council.rows(
        "select distinct first_recorded_date, not_recorded_before "
        "from warehouse.fact_timescale_obligation where not_recorded_before is not null "
        "and timescale not like '%_review'"
    )
    assert found == [(SECOND, FIRST)]


def test_every_night_agrees_with_the_reference_that_looks_at_the_nights_before(
    council: Council, nights: Nights
) -> None:
    *earlier, last = zip(NIGHTS[:3], nights.extracts[:3], strict=True)
    figures = reference_figures(last[1], WESTMERE, last[0], MONTHS, tuple(earlier))
    assert any(line["measure"].endswith("_as_recorded_pct") and line["denominator"]
               for line in figures)  # fmt: skip
    assert wrong_figures(council, figures) == []


def test_no_more_is_recorded_in_time_than_was_done_in_time(council: Council) -> None:
    both = council.rows(
        "select practice.numerator, recorded.numerator, practice.denominator, recorded.denominator "
        "from report.monthly_measure as practice join report.monthly_measure as recorded "
        "on recorded.month = practice.month and recorded.label = practice.label "
        "and recorded.measure = replace(practice.measure, '_in_practice_', '_as_recorded_') "
        "where practice.measure like '%_in_practice_pct' and recorded.value is not null"
    )
    assert len(both) > 20
    assert [row for row in both if row[0] < row[1] or row[2] != row[3]] == []


def test_a_night_that_comes_late_or_is_loaded_again_ends_as_if_all_came_in_order(
    engine: Engine, council: Council, nights: Nights, tmp_path: Path
) -> None:
    late = engine.council(tmp_path / "late", WESTMERE)
    first, second, third, _ = nights.extracts
    load(late, first, third)
    assert recorded(late, nights, nights.chosen.third) == [(THIRD, FIRST)]
    ran = command(*late.arguments(second), "--backfill")
    assert ran.exit_code == 0, ran.err
    assert sorted(late.rows(OWED), key=repr) == sorted(council.rows(OWED), key=repr)
    undone = command("undo", THIRD, "--warehouse", late.url)
    assert undone.exit_code == 0, undone.err
    load(late, third)
    assert sorted(late.rows(OWED), key=repr) == sorted(council.rows(OWED), key=repr)


def forget_in_a_file(council: Council) -> None:
    """Make the file one of the release before."""
    with duckdb.connect(str(council.file)) as connection:
        name = "star.fact_timescale_obligation"
        connection.execute(
            f"create table star.kept as select * exclude (not_recorded_before) from {name}"
        )
        connection.execute(f"drop table {name}")
        connection.execute("alter table star.kept rename to fact_timescale_obligation")


def forget_in_a_database(council: Council) -> None:
    """Make the database one of the revision before the column."""
    url = make_url(str(council.database)).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in (
            "alter table warehouse.fact_timescale_obligation "
            "drop column not_recorded_before cascade",
            # what later revisions add
            "drop table warehouse.fact_involvement, report.measure_history, "
            "report.latest_subject, warehouse.dim_population_group, "
            "warehouse.dim_publication_step, restricted.reported, "
            "warehouse.fact_health_check, warehouse.fact_missing_episode, "
            "warehouse.fact_disability, warehouse.fact_assessment_factor, "
            "warehouse.fact_care_leaver_eligibility, warehouse.fact_care_leaver cascade",
            "alter table warehouse.dim_code drop column code_group cascade",
            "alter table warehouse.fact_placement drop column provider_code cascade, "
            "drop column change_reason_code cascade",
            "alter table restricted.worker_identity drop column forename, drop column surname",
            "alter table warehouse.dim_authority drop column published_months cascade, "
            "drop column history_from cascade",
            "alter table warehouse.fact_looked_after_period drop column is_start_known cascade",
            "alter table report.monthly_measure drop column is_comparable cascade",
            "alter table report.monthly_measure_by_team "
            "drop column is_comparable cascade, drop column team_name cascade",
            "update audit.schema_version set version_num = '0006'",
        ):
            connection.execute(text(statement))
    engine.dispose()


def test_an_upgrade_fills_it_so_that_the_next_night_writes_no_version_for_it(
    engine: Engine, council: Council, nights: Nights, tmp_path: Path
) -> None:
    earlier = engine.copy(council, tmp_path / "earlier")
    shutil.copytree(council.folder / "landing", earlier.folder / "landing")
    forget = forget_in_a_database if earlier.database else forget_in_a_file
    forget(earlier)
    ran = command("upgrade", "--warehouse", earlier.url)
    assert ran.exit_code == 0, ran.err
    assert sorted(earlier.rows(OWED), key=repr) == sorted(council.rows(OWED), key=repr)
    # Every row is looked at, as on the first night of another release.
    shutil.rmtree(earlier.folder / "landing" / "900" / "last_derived")
    # Involvements went with the revisions that were taken back: their accounts do not sum.
    ran = command(*earlier.arguments(nights.extracts[3]))
    assert ran.exit_code == 0, ran.err
    # So did health checks: they are first held that night.
    written = earlier.rows(
        "select distinct timescale from warehouse.fact_timescale_obligation "
        "where (known_from = :night or known_to = :night) "
        "and timescale not like '%_health_assessment'",
        night=FOURTH,
    )
    assert written == []
