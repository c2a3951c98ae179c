"""A row that is held back moves no figure and writes no version: a night between two whole ones,
in which one record is spoilt, counts what they count."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nights import editing
from nights.editing import Change, Row
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

DATES = ("2026-03-03", "2026-03-04", "2026-03-05")
LIMITS = "\n[limits]\nrows_held_back_percent = 100\n"


@dataclass(frozen=True)
class Spoilt:
    """night: which of the spoilt nights has it, with what is in other tables. table: of the source.
    change: what is done to its rows. held_back: how many rows of which of our tables are then held
    back."""

    night: int
    table: str
    change: Change
    held_back: dict[str, int]


def _first(rows: list[Row], fits: Callable[[Row], bool]) -> Row:
    return next(row for row in rows if fits(row))


def put(fits: Callable[[Row], bool], **values: str) -> Change:
    """Other values in the first row that fits."""

    def change(rows: list[Row]) -> list[Row]:
        _first(rows, fits).update(values)
        return rows

    return change


def again(fits: Callable[[Row], bool], **values: str) -> Change:
    """The first row that fits a second time, with other values."""
    return lambda rows: [*rows, {**_first(rows, fits), **values}]


def is_short_break(row: Row) -> bool:
    return row["DIM_LOOKUP_LGL_STATUS_DESC"].startswith("V") and not row["END_DTTM"]


def is_authorised(row: Row) -> bool:
    return row["ANSWER_NO"] == "FormEndDate" and row["ANSWER"] != ""


def is_held_conference(row: Row) -> bool:
    return row["DIM_LOOKUP_MTG_TYPE_ID_CODE"] == "CPConference" and row["ACTUAL_DTTM"] != ""


def is_any(row: Row) -> bool:
    return True


def is_looked_after(extract: Path) -> Callable[[Row], bool]:
    episodes = editing.read(extract, "FACT_CARE_EPISODES")
    open_now = {row["DIM_PERSON_ID"] for row in episodes if not row["CARE_END_DATE"]}
    return lambda row: row["DIM_PERSON_ID"] in open_now


# In a date's place: nothing that a night can read.
NO_DATE = "soon"
SPOILT: dict[str, Spoilt] = {
    "a legal status of short breaks": Spoilt(
        1, "FACT_LEGAL_STATUS", put(is_short_break, START_DTTM=NO_DATE), {"legal_status": 1}),
    "a legal status of short breaks, its id and when it began": Spoilt(
        2, "FACT_LEGAL_STATUS",
        put(is_short_break, FACT_LEGAL_STATUS_ID="1.5", START_DTTM=NO_DATE), {"legal_status": 1}),
    "an involvement": Spoilt(
        1, "FACT_INVOLVEMENTS", put(is_any, START_DTTM=NO_DATE), {"involvement": 1}),
    "an involvement, its id and when it began": Spoilt(
        2, "FACT_INVOLVEMENTS", put(is_any, FACT_INVOLVEMENTS_ID="1.5", START_DTTM=NO_DATE),
        {"involvement": 1}),
    "an authorised date, there twice": Spoilt(
        4, "FACT_FORM_ANSWERS", again(is_authorised, ANSWER="2025-01-06"),
        {"single_assessment": 1}),
    "an authorised date": Spoilt(
        1, "FACT_FORM_ANSWERS", put(is_authorised, ANSWER=NO_DATE), {"single_assessment": 1}),
    "the form that an answer belongs to": Spoilt(
        2, "FACT_FORM_ANSWERS", put(is_authorised, FACT_FORM_ID="1001.0"),
        {"single_assessment": 1}),
    "when an answer was given, of two": Spoilt(
        3, "FACT_FORM_ANSWERS", again(is_authorised, ANSWERED_DTTM=NO_DATE),
        {"single_assessment": 1}),
    "a conference's meeting, there twice": Spoilt(
        1, "FACT_MEETINGS", again(is_held_conference, ACTUAL_DTTM="2025-01-06"),
        {"initial_conference": 1}),
    "a conference's meeting, without its id": Spoilt(
        2, "FACT_MEETINGS", put(is_held_conference, FACT_MEETING_ID="-1"),
        {"initial_conference": 1}),
    "the plan that a visit names": Spoilt(
        1, "FACT_CP_VISIT", put(is_any, FACT_CP_PLAN_ID="1.5"), {"visit": 1}),
    "a plan": Spoilt(
        2, "FACT_CP_PLAN", put(is_any, START_DTTM=NO_DATE), {"child_protection_plan": 1}),
    "a period of care": Spoilt(
        1, "FACT_CLA", put(is_any, START_DTTM=NO_DATE), {"looked_after_period": 1}),
    "an episode of care": Spoilt(
        2, "FACT_CARE_EPISODES", put(is_any, CARE_START_DATE=NO_DATE), {"care_episode": 1}),
    "an episode of early help, without its id": Spoilt(
        1, "FACT_CAF_EPISODE", put(is_any, FACT_CAF_EPISODE_ID="1.5"), {"early_help": 1}),
    "a team": Spoilt(3, "DIM_DEPARTMENT", put(is_any, DIM_DEPARTMENT_ID="1.5"), {"team": 1}),
    "a referral, there twice": Spoilt(
        3, "FACT_REFERRALS", again(is_any, REFRL_START_DTTM="2025-01-06"), {"referral": 2}),
}  # fmt: skip


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """The same few children on three nights; one of them is on short breaks."""
    folder = tmp_path_factory.mktemp("few")
    first = few_children(folder, date.fromisoformat(DATES[0]))
    statuses = put(lambda row: not row["END_DTTM"], DIM_LOOKUP_LGL_STATUS_DESC="V4 - short breaks")
    editing.change(first, "FACT_LEGAL_STATUS", statuses)
    return (first, *(_as_of(first, folder / "later", night) for night in DATES[1:]))


def _as_of(extract: Path, folder: Path, night: str) -> Path:
    return Path(shutil.copytree(extract, folder / night))


@pytest.fixture(scope="module")
def loaded(
    engines: dict[str, Engine], extracts: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory
) -> Council:
    """A warehouse that holds the first night. The engines are held to agree elsewhere."""
    folder = tmp_path_factory.mktemp("held_back")
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    council = engines["duckdb"].council(folder / "council", authority)
    ran = council.load(extracts[0])
    assert ran.exit_code == 0, ran.err
    return council


def figures(council: Council) -> list[tuple[Any, ...]]:
    return council.rows(
        "select measure, month, numerator, denominator from report.monthly_measure order by 1, 2"
    )


def versions(council: Council, night: str) -> dict[str, int]:
    """By table, how many versions the night opened and closed."""
    return dict(
        council.rows(
            "select load.table_name, load.new_versions + load.closed from audit.table_load as load "
            "join audit.load_run as run on run.run_id = load.run_id "
            f"where run.extract_date = date '{night}' and load.new_versions + load.closed > 0"
        )
    )


def held_back(council: Council, night: str) -> dict[str, int]:
    return dict(
        council.rows(
            "select load.table_name, load.held_back from audit.table_load as load "
            "join audit.load_run as run on run.run_id = load.run_id "
            f"where run.extract_date = date '{night}' and load.held_back > 0"
        )
    )


def load_spoilt_and_whole(
    council: Council, extracts: tuple[Path, ...], changes: dict[str, Change], folder: Path
) -> None:
    """The second night with these tables changed, then the third; each must count what the first
    counted, and write nothing."""
    published = figures(council)
    spoilt = _as_of(extracts[1], folder / "spoilt", DATES[1])
    for table, change in changes.items():
        editing.change(spoilt, table, change)
    for night, extract in ((DATES[1], spoilt), (DATES[2], extracts[2])):
        ran = council.load(extract)
        assert ran.exit_code == 0, ran.err
        assert versions(council, night) == {}
        assert figures(council) == published


def test_each_record_is_spoilt_on_one_night_on_which_no_other_of_its_table_is() -> None:
    places = [(spoilt.night, spoilt.table) for spoilt in SPOILT.values()]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("night", sorted({spoilt.night for spoilt in SPOILT.values()}))
def test_records_spoilt_for_a_night_move_no_figure_and_write_no_version(
    engines: dict[str, Engine], loaded: Council, extracts: tuple[Path, ...], tmp_path: Path,
    night: int,
) -> None:  # fmt: skip
    council = engines["duckdb"].copy(loaded, tmp_path / "council")
    together = [spoilt for spoilt in SPOILT.values() if spoilt.night == night]
    changes = {spoilt.table: spoilt.change for spoilt in together}
    load_spoilt_and_whole(council, extracts, changes, tmp_path)
    expected: Counter[str] = Counter()
    for spoilt in together:
        expected.update(spoilt.held_back)
    assert held_back(council, DATES[1]) == expected
    assert held_back_and_reported(council) == []


def held_back_and_reported(council: Council) -> list[tuple[str, ...]]:
    """The records that were to be mended twice at once: what is held back is not loaded."""
    return council.rows(
        "select held.table_name, held.record_id, reported.reason "
        "from restricted.held_back as held join restricted.reported as reported "
        "using (table_name, record_id, case_number) "
        "where held_from < reported_to and reported_from < held_to"
    )


def test_two_birth_dates_of_a_looked_after_child_take_nothing_with_them(
    engines: dict[str, Engine], loaded: Council, extracts: tuple[Path, ...], tmp_path: Path
) -> None:
    council = engines["duckdb"].copy(loaded, tmp_path / "council")
    change = again(is_looked_after(extracts[0]), BIRTH_DTTM="2019-09-09 00:00:00.000")
    load_spoilt_and_whole(council, extracts, {"DIM_PERSON": change}, tmp_path)
    listed = council.rows(
        "select reason, column_name, count(*) from audit.rejected_row group by 1, 2"
    )
    assert listed == [("child_disputed", "birth_month", 2)]
