"""Which nights of the invented council there are, and which of them belong together."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from etl.calendar.working_days import last_day
from etl.demo import HORIZON, LAST_HORIZON, World, faults, simulate, write_extract
from etl.demo.extract import write_night

FEW = 1000
OF_THE_LAST_OLD_NIGHT = "08caa53d03ec5a50a741d0c0e9f96c915b06fcf23c445446d6423e84ce525b2b"


def ids(world: World, table: str, day: date) -> set[int]:
    """The ids of the persons in a table on a day."""
    shown = world.tables[table].as_on(np.datetime64(day, "D"))
    return set(shown["DIM_PERSON_ID"].to_pylist())


def digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def test_a_night_of_before_july_2026_is_byte_for_byte_what_it_always_was(tmp_path: Path) -> None:
    """Warehouses and tests of other releases hold such nights."""
    written = write_extract(tmp_path, children=FEW, extract_date=HORIZON)
    assert digest(written) == OF_THE_LAST_OLD_NIGHT


def test_every_night_to_the_end_of_the_calendar_can_be_written(tmp_path: Path) -> None:
    assert last_day() == LAST_HORIZON
    first = HORIZON + timedelta(days=1)
    for night in (first, date(2026, 11, 29), LAST_HORIZON):
        assert (write_extract(tmp_path, children=FEW, extract_date=night) / "MANIFEST.csv").exists()
    with pytest.raises(ValueError, match="there is no night 2032-01-01"):
        write_extract(tmp_path, children=FEW, extract_date=date(2032, 1, 1))


def test_a_large_council_has_faults_in_every_table_that_can_have_some(tmp_path: Path) -> None:
    """One of the tables has neither a start nor anything else that two rows of one id differ in."""
    night = write_night(simulate(FEW), tmp_path, HORIZON, faults_per_thousand=300.0)
    spoilt = {table for table, _ in night.faults}
    assert spoilt >= {"DIM_CLA_ELIGIBILITY", "FACT_MEETINGS", "DIM_PERSON"}


def test_later_nights_are_of_one_world_in_which_children_only_become_more() -> None:
    world = simulate(FEW, None, LAST_HORIZON)
    nights = (date(2026, 7, 1), date(2026, 11, 29), date(2026, 11, 30), date(2031, 12, 31))
    known = [ids(world, "DIM_PERSON", night) for night in nights]
    assert known == sorted(known, key=len)
    assert all(earlier <= later for earlier, later in pairwise(known))


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029, 2030, 2031])
def test_in_no_later_year_does_the_council_run_empty_or_over(year: int) -> None:
    """As many children are on a plan and looked after as in the world of the first four years,
    within what chance does; a longer history must not thin them out."""
    usual, later = simulate(5000), simulate(5000, None, LAST_HORIZON)
    night = date(year, 12, 1)
    for table, ended in (("FACT_CP_PLAN", "END_DTTM"), ("FACT_CARE_EPISODES", "CARE_END_DATE")):
        before = open_on(usual, HORIZON, table, ended)
        assert 0.5 * before < open_on(later, night, table, ended) < 2 * before


def test_no_table_of_a_later_night_has_so_many_rows_at_fault_that_it_is_stopped() -> None:
    """A small one is, by a single young person whose own record is held back."""
    world = simulate(5000, None, LAST_HORIZON)
    persons = world.tables["DIM_PERSON"]
    children = np.asarray(persons.columns["DIM_PERSON_ID"])[at_fault(world, "DIM_PERSON")]
    months = np.arange("2026-07", "2032-01", dtype="datetime64[M]").astype("datetime64[D]")
    for name, table in world.tables.items():
        is_bad = at_fault(world, name)
        if "DIM_PERSON_ID" in table.columns:
            is_bad |= np.isin(np.asarray(table.columns["DIM_PERSON_ID"]), children)
        for night in months:
            rows = is_bad[table.rows_on(night)]
            assert rows.mean() < 0.04, f"{name} on {night}"  # the limit is a twentieth


def at_fault(world: World, table: str) -> np.ndarray:
    """Of every row that the table will ever have, whether it has a fault of content."""
    turn = faults._turns(table, len(world.tables[table].recorded), world.seed, 2.0)
    return (turn >= 0) & (turn != faults.NO_TURN)


def open_on(world: World, day: date, table: str, ended: str) -> int:
    return world.tables[table].as_on(np.datetime64(day, "D"))[ended].null_count
