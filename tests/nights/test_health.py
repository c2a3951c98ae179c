"""Health checks through whole nights: which are health assessments, what they meet, and what is
owed of those that are only booked, on both engines."""

from __future__ import annotations

import csv
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from reference.extract import held_back

from nights import editing
from nights.agreement import differences, owed, wrong_figures
from nights.editing import Row
from nights.expected import reference_figures, reference_obligations
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine, authority_of, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

FIRST, SECOND = date(2026, 3, 3), date(2026, 3, 4)
MONTHS = (date(2025, 7, 1), date(2025, 12, 1), date(2026, 2, 1))
LIMITS = "\n[limits]\nrows_held_back_percent = 60\n"
TIMESCALES = ("initial_health_assessment", "review_health_assessment")
# Children of this test alone: id, born, and the days on which periods of care begin and end.
CHILDREN = {
    "Amy": ("9001", "2021-01-15", [("2025-06-02", "")]),
    "Ben": ("9002", "2010-04-08", [("2026-01-19", "")]),
    "Cara": ("9003", "2010-04-08", [("2026-01-19", "")]),
    "Dan": ("9004", "2010-04-08", [("2026-01-19", "")]),
    "Eve": ("9005", "2012-02-29", [("2025-09-01", "2025-10-06"), ("2025-10-06", "")]),
}
COLUMNS = (
    "FACT_HEALTH_CHECK_ID", "DIM_PERSON_ID", "DIM_LOOKUP_EVENT_TYPE_DESC", "START_DTTM",
    "DIM_LOOKUP_EXAM_STATUS_DESC",
)  # fmt: skip
COMPLETED_IN_THE_FUTURE = "8007"
CHECKS = [
    ("8001", "Amy", "Initial Health Assessment", "2025-06-20", "Completed"),
    ("8002", "Amy", "Health assessment (review)", "2026-01-20", "COMPLETE"),
    ("8003", "Ben", "Initial Health Assessment", "2026-03-20", "Booked"),
    ("8004", "Cara", "Initial Health Assessment", "2026-02-10", "Booked"),
    ("8005", "Cara", "Dental check", "2026-02-02", "Completed"),
    ("8006", "Dan", "Growth check", "2026-02-05", "Completed"),
    (COMPLETED_IN_THE_FUTURE, "Dan", "Initial Health Assessment", "2026-03-20", "Completed"),
    ("8008", "Eve", "REVIEW  HEALTH ASSESSMENT", "2025-10-06", "Completed - in clinic"),
    ("8009", "Eve", "Growth check", "2025-11-05", "Completed"),
    ("8010", "Amy", "Growth check", "2025-11-05", "Completed"),
]
# Of the next night: what it changes by check.
NEXT_NIGHT = {"8004": "Completed: in clinic"}
NO_LIST_HAS = "Growth check"


@dataclass(frozen=True)
class Nights:
    """Two nights of one council. first: the council as the first left it."""

    council: Council
    first: Council
    extracts: dict[date, Path]

    def after(self, night: date) -> Council:
        """The council as the night left it."""
        return self.first if night == FIRST else self.council


@pytest.fixture(scope="module")
def nights(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("health")
    extract = few_children(folder, FIRST)
    for name in CHILDREN:
        _add_child(extract, name)
    checks = [*_of_this_test(), *_of_the_others(extract)]
    _write(extract, checks)
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    council = engine.council(folder / "council", authority)
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    first = engine.copy(council, folder / "first")
    later = folder / SECOND.isoformat()
    shutil.copytree(extract, later)
    for row in checks:
        row[COLUMNS[-1]] = NEXT_NIGHT.get(row[COLUMNS[0]], row[COLUMNS[-1]])
    _write(later, checks)
    ran = council.load(later)
    assert ran.exit_code == 0, ran.err
    yield Nights(council, first, {FIRST: extract, SECOND: later})


def _add_child(extract: Path, name: str) -> None:
    """The child with its periods of care, each of one episode, like the first of the extract."""
    id, born, periods = CHILDREN[name]
    person = {"DIM_PERSON_ID": id, "LEGACY_ID": id, "UPN": "", "NHS_NUMBER": "",
              "BIRTH_DTTM": born, "DOB_ESTIMATED": "N", "DEATH_DTTM": "", "DUPLICATED_DTTM": "",
              "FORENAME": name, "SURNAME": "TEST"}  # fmt: skip
    _add(extract, "DIM_PERSON", person)
    for number, (started, ended) in enumerate(periods):
        period = {"FACT_CLA_ID": f"{id}{number}", "DIM_PERSON_ID": id, "FACT_REFERRAL_ID": ""}
        _add(extract, "FACT_CLA", {**period, "START_DTTM": started, "LAST_UPDATED_DTTM": started})
        episode = {
            "FACT_CARE_EPISODES_ID": f"{id}{number}", "FACT_CLA_PLACEMENT_ID": "",
            "FACT_CLA_ID": f"{id}{number}", "DIM_PERSON_ID": id, "CARE_START_DATE": started,
            "CARE_END_DATE": ended, "CARE_REASON_END_CODE": "E8" if ended else "",
        }  # fmt: skip
        _add(extract, "FACT_CARE_EPISODES", episode)


def _add(extract: Path, table: str, row: Row) -> None:
    editing.change(extract, table, lambda rows: [*rows, {**rows[0], **row}])


def _of_this_test() -> list[Row]:
    return [
        dict(zip(COLUMNS, (id, CHILDREN[child][0], *others), strict=True))
        for id, child, *others in CHECKS
    ]


def _of_the_others(extract: Path) -> list[Row]:
    """Assessments of the children that the demo council has in care, at various times after the
    start; each fourth is only booked."""
    ids = {id for id, _, _ in CHILDREN.values()}
    rows: list[Row] = []
    for period in editing.read(extract, "FACT_CLA"):
        for days in (20, 28, 35, 200, 230, 395, 600):
            day = date.fromisoformat(period["START_DTTM"][:10]) + timedelta(days + len(rows) % 5)
            if period["DIM_PERSON_ID"] not in ids and day < FIRST:
                status = "Booked" if len(rows) % 4 == 0 else "Completed"
                what = (period["DIM_PERSON_ID"], "Health assessment", day.isoformat(), status)
                rows.append(dict(zip(COLUMNS, (str(1 + len(rows)), *what), strict=True)))
    return rows


def _write(extract: Path, rows: list[Row]) -> None:
    with (extract / "FACT_HEALTH_CHECK.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def of_child(council: Council, child: str, night: date) -> list[tuple[object, ...]]:
    """What is owed to a child of this test under the two timescales, as known on the night."""
    periods = {f"{CHILDREN[child][0]}{number}" for number in range(len(CHILDREN[child][2]))}
    return [
        (timescale.partition("_")[0], subject, number, str(due), done and str(done), status)
        for timescale, subject, number, _, due, done, status in owed(council, night, night)
        if timescale in TIMESCALES and subject in periods
    ]


@pytest.mark.parametrize("night", [FIRST, SECOND], ids=str)
def test_everything_owed_agrees_with_the_reference(nights: Nights, night: date) -> None:
    awaited = reference_obligations(nights.extracts[night], WESTMERE, night, status_day=night)
    for timescale in TIMESCALES:
        statuses = {row[-1] for row in awaited if row[0] == timescale}
        assert {"in_time", "late", "overdue"} <= statuses
    assert differences(awaited, owed(nights.council, night, night)) == {}


@pytest.mark.parametrize("night", [FIRST, SECOND], ids=str)
def test_the_figures_of_both_timescales_agree_with_the_reference(
    nights: Nights, night: date
) -> None:
    earlier = ((FIRST, nights.extracts[FIRST]),) if night == SECOND else ()
    figures = [
        line
        for line in reference_figures(nights.extracts[night], WESTMERE, night, MONTHS, earlier)
        if line["measure"].startswith(TIMESCALES)
    ]
    assert len(figures) == 2 * 2 * len(MONTHS)
    assert wrong_figures(nights.after(night), figures) == []


def test_a_child_under_five_at_one_assessment_and_five_at_the_next_has_six_months_then_twelve(
    nights: Nights,
) -> None:
    assert of_child(nights.council, "Amy", FIRST) == [
        ("initial", "90010", 1, "2025-06-30", "2025-06-20", "in_time"),
        ("review", "90010", 1, "2025-12-20", "2026-01-20", "late"),
        ("review", "90010", 2, "2027-01-20", None, "not_due"),
    ]


def test_a_check_booked_for_a_day_to_come_is_loaded_and_meets_nothing(nights: Nights) -> None:
    found = nights.council.rows(
        "select checked_date, kind, status, is_health_assessment "
        "from warehouse.fact_health_check where health_check_id = '8003'"
    )
    assert found == [(date(2026, 3, 20), "health_assessment", "Booked", False)]
    assert of_child(nights.council, "Ben", SECOND) == [
        ("initial", "90020", 1, "2026-02-16", None, "overdue")
    ]


@pytest.mark.parametrize("night", [FIRST, SECOND], ids=str)
def test_a_check_completed_on_a_day_to_come_is_held_back(nights: Nights, night: date) -> None:
    asked = "select distinct record_number, reason from audit.rejected_row "
    found = nights.after(night).rows(asked + "where source_table = 'FACT_HEALTH_CHECK'")
    where = [row[0] for row in CHECKS].index(COMPLETED_IN_THE_FUTURE) + 1
    held = held_back(nights.extracts[night], authority_of(WESTMERE), night)
    assert [number for table, number, _ in held if table == "FACT_HEALTH_CHECK"] == [where]
    assert found == [(where, "after_extract_date")]
    assert not nights.council.rows(
        "select 1 from warehouse.fact_health_check where health_check_id = :id",
        id=COMPLETED_IN_THE_FUTURE,
    )


def test_a_check_whose_status_becomes_completed_was_recorded_from_that_night_on(
    nights: Nights,
) -> None:
    due = ("initial", "90030", 1, "2026-02-16")
    assert of_child(nights.council, "Cara", FIRST) == [(*due, None, "overdue")]
    assert of_child(nights.council, "Cara", SECOND) == [
        (*due, "2026-02-10", "in_time"),
        ("review", "90030", 1, "2027-02-10", None, "not_due"),
    ]
    recorded = nights.council.rows(
        "select first_recorded_date, not_recorded_before from warehouse.fact_timescale_obligation "
        "where subject_id = '90030' and timescale = 'initial_health_assessment' "
        "and known_to = date '9999-12-31'"
    )
    assert recorded == [(SECOND, FIRST)]


def test_an_assessment_between_two_periods_of_care_counts_for_both(nights: Nights) -> None:
    """On the last day of the first, which owes no review after it."""
    assert of_child(nights.council, "Eve", SECOND) == [
        ("initial", "90050", 1, "2025-09-29", "2025-10-06", "late"),
        ("initial", "90051", 1, "2025-11-03", "2025-10-06", "in_time"),
        ("review", "90051", 1, "2026-10-06", None, "not_due"),
    ]


def test_a_type_that_no_list_has_is_another_check_and_is_listed_for_the_authoritys_file(
    nights: Nights,
) -> None:
    kinds = "select kind, count(*) from report.health_check group by kind"
    assert {("other", 3), ("dental", 1)} < set(nights.council.rows(kinds))
    ran = command("codes", nights.extracts[FIRST], "--authority", WESTMERE)
    assert ran.exit_code == 0, ran.err
    assert tomllib.loads(ran.out)["codes"]["health_check_kind"] == {NO_LIST_HAS: ""}
