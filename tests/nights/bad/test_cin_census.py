"""What must come of every fault of a children in need census."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from doors.census import a_census, an_authority_of_a_census

from etl.privacy.pseudonym import Pseudonyms
from etl.sources.cin_census.message import Message
from nights.bad.cin_census import ALL, ANOTHER, CASES, CENSUS, FAULTS, WHOLE, Case
from nights.bad.files import Fault
from nights.bad.judging import Night, judge
from nights.bad.records import HELD
from nights.loading import KEY
from nights.marking import LIMITS

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]
BLOCKS = ("CHILD", "CINDETAILS", "ASSESSMENTS", "SECTION47", "CHILDPROTECTIONPLANS", "REVIEWS",
          "CINPLANDATES")  # fmt: skip


def a_night(folder: Path, *children: str) -> Path:
    """The folder of a night with a census of these children."""
    extract = folder / "2014-11-03"
    extract.mkdir()
    (extract / CENSUS).write_text(a_census(*children), encoding="utf-8")
    return extract


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_must_come_of_a_file(fault: Fault, tmp_path: Path) -> None:
    extract = a_night(tmp_path, WHOLE, ANOTHER)
    where = fault.spoil(extract) or extract
    authority = an_authority_of_a_census(tmp_path, LIMITS + "extract_gib = 0.03125\n")
    night = judge(where, authority, lands_only=True)
    assert night.exit_code == fault.exit_code, night.message
    assert fault.says in night.message
    assert fault.next in night.message
    assert not night.shows_a_value
    if fault.exit_code == 0:
        assert {name: night.landed[name] for name in BLOCKS} == {
            "CHILD": 2, "CINDETAILS": 2, "ASSESSMENTS": 1, "SECTION47": 1,
            "CHILDPROTECTIONPLANS": 1, "REVIEWS": 1, "CINPLANDATES": 1,
        }  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """The night of all cases. reasons: why a block is held back, None where it is not, by case and
    landed table."""

    night: Night
    reasons: dict[str, dict[str, list[str | None]]]

    def rows(self, case: Case) -> pd.DataFrame:
        """The child's rows in the case's table."""
        frame = self.night.conformed[case.ours]
        token = Pseudonyms(KEY.encode(), "874").tokens(pd.Series([number_of(case)]), "child")[0]
        return frame[frame["child_token"].eq(token)]


def number_of(case: Case) -> str:
    return f"C{100 + CASES.index(case)}"


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """One night of all cases, each of a child of its own."""
    folder = tmp_path_factory.mktemp("cases")
    by_case = {case.name: case.children(number_of(case)) for case in CASES}
    children = [child for each in by_case.values() for child in each]
    extract = a_night(folder, WHOLE, ANOTHER, *children)
    named = ["", "", *(name for name, each in by_case.items() for _ in each)]
    night = judge(extract, an_authority_of_a_census(folder, LIMITS))
    assert night.exit_code == 0, night.message
    return Judged(night, reasons(night, extract / CENSUS, named))


def reasons(night: Night, file: Path, named: list[str]) -> dict[str, dict[str, list[str | None]]]:
    """named: what each ``Child`` of the file is a case of."""
    found: dict[str, dict[str, list[str | None]]] = {name: {} for name in named}
    landed = Message("").read([file.read_bytes()])
    for table in BLOCKS:
        for at, child in enumerate(landed[table]["Child_number"].to_pylist(), 1):
            there = found[named[int(child) - 1]].setdefault(table, [])
            there.append(night.held.get((table, at)))
    for number, child in zip(
        landed["CINDETAILS"]["CINdetails_number"].to_pylist(),
        landed["CINDETAILS"]["Child_number"].to_pylist(), strict=True,
    ):  # fmt: skip
        if reason := night.held.get(("CONFERENCES", int(number))):
            found[named[int(child) - 1]].setdefault("CONFERENCES", []).append(reason)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_must_come_of_a_childs_records(case: Case, judged: Judged) -> None:
    found = judged.reasons[case.name]
    held = {table: {reason for reason in each if reason} for table, each in found.items()}
    held = {table: each for table, each in held.items() if each}
    assert held.keys() == case.held.keys(), held
    for table, reason in case.held.items():
        assert reason == HELD or held[table] == {reason}, held
        assert found[table][0] is not None or case.held is not ALL
    if case.ours:
        assert told(judged.rows(case), case.holds) == case.holds


def told(rows: pd.DataFrame, holds: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {
        name: [
            None if pd.isna(value)
            else value.date().isoformat() if isinstance(value, pd.Timestamp) else value
            for value in rows[name]
        ]
        for name in holds
    }  # fmt: skip


def test_nothing_of_what_a_census_says_is_told_of_its_faults(judged: Judged) -> None:
    assert not judged.night.shows_a_value


def test_elements_that_nobody_knows_are_noted_by_name_and_by_number_where_it_is_none(
    judged: Judged,
) -> None:
    assert judged.night.reading is not None
    assert judged.night.reading["noted"] == [
        ["element_not_known", "CINdetails/ShoeSize", 1],
        ["element_not_known", "others, whose names may be something else than names", 1],
    ]


def test_of_the_children_that_nothing_is_wrong_with_nothing_is_held_back(judged: Judged) -> None:
    assert {reason for each in judged.reasons[""].values() for reason in each} == {None}


def test_the_catalogue_is_of_many_faults_each_called_by_its_own_name() -> None:
    names = Counter(each.name for each in (*FAULTS, *CASES))
    assert max(names.values()) == 1
    assert len(names) >= 60
