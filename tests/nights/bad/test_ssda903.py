"""What must come of every fault of a return of looked after children."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from doors.returns import a_return
from unit.builders import Rows

from nights.bad.files import Fault
from nights.bad.judging import Night, judge
from nights.bad.records import HELD
from nights.bad.ssda903 import FILES, RECORDS, Record, authority, whole
from nights.bad.whole import rows_of
from nights.marking import MARK

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]
FIRST_NUMBER = 2_000


@pytest.mark.parametrize("fault", FILES, ids=lambda fault: fault.name)
def test_what_must_come_of(fault: Fault, tmp_path: Path) -> None:
    extract = whole(tmp_path)
    rows = {name.upper(): many for name, many in rows_of(extract).items()}
    where = fault.spoil(extract) or extract
    night = judge(
        where,
        authority(tmp_path, more="extract_gib = 0.03125\n"),
        lands_only=fault.exit_code == 0 and not fault.listed,
    )
    assert night.exit_code == fault.exit_code, night.message
    assert fault.says in night.message
    assert fault.next in night.message
    assert not night.shows_a_value
    if fault.exit_code == 0:
        loaded = {name: rows[name] for name in night.landed if name in rows}
        assert {name: many for name, many in night.landed.items() if name in rows} == loaded
        assert {"HEADER", "EPISODES", "REVIEWS"} <= loaded.keys()
    if night.reading is not None:
        assert night.held == {}
        assert tuple(night.reading["not_known"]) == tuple(map(list, fault.listed))


@dataclass(frozen=True)
class Judged:
    """The night, and the number of each record in its module."""

    night: Night
    numbers: dict[str, int]

    def held(self, record: Record) -> dict[str, str]:
        """Why the rows made of it are held back, by the table that they were made for."""
        number = self.numbers[record.name]
        module = record.module.upper()
        tables = ("EPISODES", "PERIODS", "PLACEMENTS") if module == "EPISODES" else (module,)
        return {
            table: self.night.held[table, number]
            for table in tables if (table, number) in self.night.held
        }  # fmt: skip


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    """One night with every record, each of a child of its own."""
    folder = tmp_path_factory.mktemp("records")
    rows: dict[str, Rows] = {"header": [], "episodes": [], "reviews": []}
    numbers = {}
    for number, record in enumerate(RECORDS, start=FIRST_NUMBER):
        child = {"CHILD": str(number)}
        rows[record.module].append({**child, **record.fields})
        numbers[record.name] = len(rows[record.module])
        if record.module != "header":
            rows["header"].append(child)
        if record.module == "reviews":
            rows["episodes"].append(child)
    yield Judged(judge(a_return(folder, **rows), authority(folder)), numbers)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_what_must_come_of_a_record(record: Record, judged: Judged) -> None:
    assert judged.night.exit_code == 0, judged.night.message
    found = judged.held(record)
    assert found.keys() == record.held.keys()
    assert {
        table: HELD if record.held[table] == HELD else reason for table, reason in found.items()
    } == record.held


def test_no_value_of_a_record_is_shown(judged: Judged) -> None:
    assert any(MARK in str(record.fields) for record in RECORDS)
    assert not judged.night.shows_a_value


def test_the_catalogue_is_of_many_faults_each_called_by_its_own_name() -> None:
    names = [entry.name for entry in (*FILES, *RECORDS)]
    assert len(set(names)) == len(names) >= 60
