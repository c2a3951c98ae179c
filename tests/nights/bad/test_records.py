"""What must come of every fault of what an extract says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import pytest
from unit.builders import BY_NAME, Rows, an_extract, headers

from nights.bad.awaiting import AWAITING
from nights.bad.judging import Night, judge
from nights.bad.records import (
    DISPUTED,
    HELD,
    OF_TWO_BIRTHS,
    RECORDS,
    REPEATED,
    TWO_BIRTHS,
    Record,
)
from nights.bad.second_nights import SECOND_NIGHTS
from nights.bad.whole import authority
from nights.marking import MARK

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]
# The column of a table's own id.
OWN_IDS = {"DIM_PERSON": "DIM_PERSON_ID", "FACT_CONTACTS": "FACT_CONTACT_ID"}
FIRST_NUMBER = 2_000


@dataclass(frozen=True)
class Judged:
    """The night, and the number of each record in its table."""

    night: Night
    numbers: dict[str, int]

    def row(self, record: Record) -> pd.DataFrame:
        """The record in our table; no row where it is not there."""
        frame = self.night.conformed[record.ours]
        return frame[frame["record_number"] == self.numbers[record.name]]


def own_id(table: str) -> str:
    """The column that a record's own number is in."""
    found = [name for name in headers()[table] if name in (f"{table}_ID", f"{table[:-1]}_ID")]
    return OWN_IDS.get(table) or found[0]


def told_apart(table: str, number: int) -> dict[str, str]:
    """What makes a record another than the others, those too whose ids cannot be read."""
    day = date(2014, 1, 6) + timedelta(days=number - FIRST_NUMBER)
    others = {
        "FACT_CONTACTS": {"CONTACT_DTTM": str(day)},
        "DIM_PERSON": {"LEGACY_ID": f"L{number}"},
    }
    return {own_id(table): str(number), **others.get(table, {})}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    folder = tmp_path_factory.mktemp("records")
    rows: dict[str, Rows] = {"DIM_PERSON": [{}]}
    numbers = {}
    for number, record in enumerate(RECORDS, start=FIRST_NUMBER):
        fields = {**told_apart(record.table, number), **record.fields}
        rows.setdefault(record.table, []).append(fields)
        numbers[record.name] = len(rows[record.table])
        for table, fields in record.beside:
            rows.setdefault(table, []).append(fields)
    rows["DIM_PERSON"] += TWO_BIRTHS
    rows["FACT_CONTACTS"] += [*REPEATED, *DISPUTED, OF_TWO_BIRTHS]
    yield Judged(judge(an_extract(folder, **rows), authority(folder)), numbers)


def expected(record: Record) -> object:
    marks = pytest.mark.xfail(strict=True) if record.name in AWAITING else ()
    return pytest.param(record, id=record.name, marks=marks)


@pytest.mark.parametrize("record", [expected(record) for record in RECORDS])
def test_what_must_come_of(record: Record, judged: Judged) -> None:
    assert judged.night.exit_code == 0, judged.night.message
    reason = judged.night.held.get((record.table, judged.numbers[record.name]))
    if record.held == HELD:
        assert reason is not None
    else:
        assert reason == record.held
    if record.ours and record.held is None:
        assert len(judged.row(record)) == 1
    if record.empty:
        assert judged.row(record)[record.empty].isna().all()
    if record.counted:
        reading = judged.night.reading
        assert reading is not None
        replaced = {(table, column) for table, column, _, _ in reading["replaced"]}
        assert (record.table, record.counted) in replaced


def of_contact(judged: Judged, number: str) -> tuple[int, list[str]]:
    """How many contacts with this number are loaded, and why the others are not."""
    contacts = judged.night.conformed["contact"]
    its = contacts[contacts["contact_id"] == number]["record_number"]
    held = [judged.night.held.get(("FACT_CONTACTS", int(record)), "") for record in its]
    return held.count(""), [reason for reason in held if reason]


def test_a_record_that_is_repeated_is_loaded_once(judged: Judged) -> None:
    assert of_contact(judged, "801") == (1, [])
    assert judged.night.reading is not None
    assert judged.night.reading["accounts"]["contact"]["repeats"] == 1


def test_records_of_one_id_and_two_contents_are_both_held_back(judged: Judged) -> None:
    assert of_contact(judged, "802") == (0, ["id_shared", "id_shared"])


@pytest.mark.xfail("two births" in AWAITING, reason="awaited", strict=True)
def test_a_child_of_two_births_is_loaded_and_both_its_rows_are_listed(judged: Judged) -> None:
    assert of_contact(judged, "803") == (1, [])
    last = judged.night.landed["DIM_PERSON"]
    assert {("DIM_PERSON", last - 1), ("DIM_PERSON", last)} <= judged.night.held.keys()


def test_no_value_of_a_record_is_shown(judged: Judged) -> None:
    assert any(MARK in str(record.fields) for record in RECORDS)
    assert not judged.night.shows_a_value


def test_every_table_of_ours_that_a_record_is_loaded_into_is_one() -> None:
    assert {record.ours for record in RECORDS} - {""} <= BY_NAME.keys()


def test_what_is_awaited_is_in_the_catalogue() -> None:
    names = {entry.name for entry in (*RECORDS, *SECOND_NIGHTS)} | {"two births"}
    assert set(AWAITING) <= names
