"""A mapping and the contracts say the same, both ways, or no night begins."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from etl.contracts.register import CONFORMED
from etl.errors import WrongUsage
from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES
from etl.sources.mapping import mappings
from etl.sources.source import Source


@pytest.fixture
def copy(tmp_path: Path) -> Source:
    """Liquidlogic with a mapping that may be changed."""
    shutil.copytree(LIQUIDLOGIC_FILES.folder, tmp_path, dirs_exist_ok=True)
    return replace(LIQUIDLOGIC_FILES, folder=tmp_path)


def change(source: Source, name: str, old: str, new: str) -> None:
    path = source.folder / "mapping" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def said(source: Source) -> str:
    """What is wrong with the mapping: four parts, and exit code 2."""
    with pytest.raises(WrongUsage) as error:
        mappings(source)
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "What", "Where", "Means", "Next",
    ]  # fmt: skip
    return error.value.what


def test_the_mapping_of_liquidlogic_fills_every_table():
    assert list(mappings(LIQUIDLOGIC_FILES).tables) == [table.name for table in CONFORMED]


def test_a_line_that_is_left_out_is_missed(copy):
    change(copy, "placement.toml", 'ended_date = "END_DTTM"\n', "")
    assert "placement.toml does not say where 'ended_date' is read from" in said(copy)


@pytest.mark.parametrize("table", mappings(LIQUIDLOGIC_FILES).tables.values(),
                         ids=lambda mapping: mapping.table)  # fmt: skip
def test_no_line_of_any_file_can_be_left_out(copy, table):
    path = copy.folder / "mapping" / f"{table.table}.toml"
    text = path.read_text(encoding="utf-8")
    for column in table.columns:
        if column.first_set:
            continue
        line = re.search(rf"^{column.ours} = .*\n", text, re.M)
        path.write_text(text.replace(line[0], "", 1), encoding="utf-8")
        assert f"'{column.ours}'" in said(replace(copy))
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "nearest"),
    [
        ("visit.toml", "latest_by", "latest_bye", "latest_by"),
        ("legal_status.toml", "optional_table", "optional_tabel", "optional_table"),
        ("visit.toml", "only_listed", "only_list", "only_listed"),
        ("placement.toml", "ended_date", "end_date", "ended_date"),
        ("child.toml", "is_estimated", "is_estimate", "is_estimated"),
        ("child.toml", "legacy_id", "legacy_ids", "legacy_id"),
        ("initial_conference.toml", "first_set", "first_sets", "first_set"),
    ],
)
def test_a_misspelt_key_is_told_with_the_nearest_known_one(copy, name, old, new, nearest):
    change(copy, name, old, new)
    assert f"'{new}'" in said(copy)
    assert f"did you mean '{nearest}'?" in said(copy)


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("team.toml", 'name = "NAME"', "name = 7", "name of team.toml must be a column's name"),
        ("legal_status.toml", "= true", '= "yes"', "'optional_table' in legal_status.toml must be"),
        ("visit.toml", 'token = "child"', 'token = "worker"', "needs token = 'child'"),
        ("referral.toml", 'closed_date = "REFRL_END_DTTM"',
         'closed_date = { column = "REFRL_END_DTTM", token = "child" }', "is no token of a person"),
        ("visit.toml", 'codes = "visit_type"', 'codes = "visit_tipe"', "needs a list in codes/"),
        ("referral.toml", 'codes = "need"', 'codes = "sex"', "must be 'need'"),
        ("team.toml", '= "NAME"', '= { column = "NAME", any_date = true }', "is for dates"),
        ("team.toml", "[columns]", "[columns", "team.toml is not TOML"),
        ("not_provided.toml", '["decided_date"]', '"decided_date"', "'contact' in [columns] of"),
        ("contact.toml", "received_date", "decided_date", "which is in not_provided.toml too"),
    ],
)  # fmt: skip
def test_what_else_is_wrong_with_a_file_is_said(copy, name, old, new, problem):
    change(copy, name, old, new)
    assert problem in said(copy)


def test_a_column_that_is_filled_twice_is_told(copy):
    change(copy, "visit.toml", "named_plan_id", "recorded_date")
    assert "visit.toml fills 'recorded_date' twice" in said(copy)


def test_a_file_for_no_table_and_a_table_without_a_file_are_told_together(copy):
    folder = copy.folder / "mapping"
    (folder / "placement.toml").rename(folder / "placements.toml")
    change(copy, "team.toml", 'name = "NAME"\n', "")
    problems = said(copy)
    assert "placements.toml is for no table (did you mean 'placement'?)" in problems
    assert "placement.toml is neither there nor in not_provided.toml" in problems
    assert "team.toml does not say where 'name' is read from" in problems


def test_what_a_kind_does_not_provide_it_says_by_names_that_exist(copy):
    change(copy, "not_provided.toml", "decided_date", "decided_dates")
    change(copy, "not_provided.toml", "tables = []", 'tables = ["plasement", "team"]')
    problems = said(copy)
    assert "column 'decided_dates' in contact in [columns]" in problems
    assert "'decided_date'" in problems
    assert "did you mean 'placement'?" in problems
    assert "team.toml is there and in not_provided.toml" in problems
