"""What must come of every entry of Annex A's catalogue of bad input."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from nights.bad.judging import Night, judge
from nights.marking import LIMITS
from unit.builders import an_authority_file

from doors.annex_a_bad import FAULTS, RECORDS, WHOLE, Fault, Record, numbered, with_every_record
from doors.workbooks import a_workbook
from etl.sources.annex_a.lists import table_of

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]
# The table of each list that has a row for each of its records.
TABLES = {
    1: "contact", 2: "early_help", 3: "referral", 4: "single_assessment",
    5: "section_47_enquiry", 7: "child_protection_plan", 8: "looked_after_period",
}  # fmt: skip
NUMBERS = {record.name: number for record, number, _ in numbered()}


def authority(folder: Path, more: str = "") -> Path:
    """One whose records come as Annex A, and may all be held back."""
    path = an_authority_file(folder, LIMITS + more)
    said = path.read_text(encoding="utf-8")
    path.write_text(said.replace('"liquidlogic_files"', '"annex_a"'), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("bad")
    judged = judge(with_every_record(folder / "2014-11-03.xlsx"), authority(folder))
    assert judged.exit_code == 0, judged.message
    return judged


def row_of(night: Night, record: Record) -> pd.Series:
    """The row of ours that a record became."""
    number = NUMBERS[record.name]
    if record.ours != "child":
        return _numbered(night.conformed[record.ours], number)
    token = _numbered(night.conformed[TABLES[record.number]], number)["child_token"]
    children = night.conformed["child"]
    [found] = [row for _, row in children[children["child_token"] == token].iterrows()]
    return found


def _numbered(frame: pd.DataFrame, number: int) -> pd.Series:
    [found] = [row for _, row in frame[frame["record_number"] == number].iterrows()]
    return found


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_what_must_come_of_a_record(record: Record, night: Night) -> None:
    assert night.held.get((record.ours.upper(), NUMBERS[record.name])) == record.held
    for column, value in record.says.items():
        found = row_of(night, record)[column]
        assert (
            pd.isna(found) if value is None else str(found).removesuffix(" 00:00:00") == str(value)
        )


REPEATS = [record for record in RECORDS if record.name.startswith("a repeat ")]


@pytest.mark.parametrize("repeat", REPEATS, ids=lambda record: record.name)
def test_a_repeat_is_one_record_however_it_is_written(repeat: Record, night: Night) -> None:
    records = night.conformed[repeat.ours]["record_number"]
    assert records.eq(NUMBERS[repeat.name]).any()
    assert not records.eq(NUMBERS[repeat.name] + 1).any()


def test_two_records_of_one_day_that_differ_are_two(night: Night) -> None:
    assessments = night.conformed["single_assessment"]
    number = NUMBERS["two of one day that differ"]
    ids = assessments.loc[assessments["record_number"].isin([number, number + 1]), "assessment_id"]
    assert ids.nunique() == len(ids) == 2


def test_no_value_is_shown_and_columns_that_are_not_known_are_told_by_their_names(
    night: Night,
) -> None:
    assert not night.shows_a_value
    assert night.reading is not None
    lists = [table_of(number) for number in WHOLE]
    assert night.reading["not_known"] == [[name, "CASE_NOTE"] for name in lists]
    assert night.reading["not_named"] == [[name, 1] for name in lists]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_workbook_that_cannot_be_trusted_stops_the_night(fault: Fault, tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "2014-11-03.xlsx", WHOLE)
    fault.spoil(path)
    limit = authority(tmp_path, more="extract_gib = 0.03125\n")
    stopped = judge(path, limit, lands_only=True)
    assert stopped.exit_code == 3, stopped.message
    assert fault.says in stopped.message
    assert not stopped.shows_a_value


def test_the_catalogue_is_of_many_each_called_by_its_own_name() -> None:
    names = [each.name for each in (*RECORDS, *FAULTS)]
    assert len(set(names)) == len(names) >= 50
