"""Several doors of one council: which tables come from which, whose children are the same, and what
is wrong with the file or the folder that says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from nights.loading import Council, Ran, command
from unit.builders import an_extract, read

from doors.returns import a_return
from doors.ssd_extract import a_dataset
from etl.errors import WrongUsage

NIGHT = date(2014, 11, 3)
FIRST = '[[source]]\nname = "children"\nkind = "liquidlogic_files"\n'
CARE = ["looked_after_period", "care_episode", "placement", "looked_after_review"]
SECOND = f'[[source]]\nname = "care"\nkind = "ssda903"\ntables = {CARE}\n'
LIMITS = "[limits]\nrows_held_back_percent = 100\n"


def a_file(folder: Path, *sources: str) -> Path:
    """An authority's file with these sources."""
    path = folder / "anyshire.toml"
    text = '[authority]\nla_code = "874"\nname = "Anyshire"\n'
    path.write_text(text + "".join(sources) + LIMITS, encoding="utf-8")
    return path


def a_night(folder: Path, *, returned: str = "7") -> Path:
    """Person 1, whom staff know as 7, has a referral; the return has a child in care."""
    night = folder / str(NIGHT)
    an_extract(
        folder / "made",
        DIM_PERSON=[{"DIM_PERSON_ID": "1", "LEGACY_ID": "7", "BIRTH_DTTM": "2010-05-05"}],
        FACT_REFERRALS=[{"FACT_REFERRAL_ID": "5", "DIM_PERSON_ID": "1"}],
    )
    night.mkdir()
    (folder / "made" / str(NIGHT)).rename(night / "children")
    a_return(folder / "other", header=[{"CHILD": returned}], episodes=[{"CHILD": returned}])
    (folder / "other" / str(NIGHT)).rename(night / "care")
    return night


def loaded(folder: Path, *sources: str, returned: str = "7") -> tuple[Council, Ran]:
    """The council after its night through these doors."""
    council = Council(folder, a_file(folder, *sources))
    return council, council.load(a_night(folder, returned=returned))


CHILDREN = "select count(*) from warehouse.dim_child where child_key > 0"


def test_a_child_whom_both_doors_know_by_one_number_is_one_child(tmp_path: Path) -> None:
    council, ran = loaded(tmp_path, f'{FIRST}child_id = "legacy_id"\n', SECOND)
    assert ran.exit_code == 0, ran.err
    assert council.rows(CHILDREN) == [(1,)]
    assert council.rows(
        "select count(*) from warehouse.fact_looked_after_period as period "
        "join warehouse.fact_referral as referral on referral.child_key = period.child_key"
    ) == [(1,)]


@pytest.mark.parametrize("returned", ["7", "1"])
def test_numbers_of_two_kinds_are_two_children_even_where_they_are_the_same(
    tmp_path: Path, returned: str
) -> None:
    """The case system's person 1, and the child whom staff know as 1."""
    council, ran = loaded(tmp_path, FIRST, SECOND, returned=returned)
    assert ran.exit_code == 0, ran.err
    assert council.rows(CHILDREN) == [(2,)]
    assert sorted(council.rows("select case_number from restricted.child_identity")) == [
        ("1",), (f"legacy_id.{returned}",),
    ]  # fmt: skip


def test_what_is_taken_from_another_door_is_not_read_from_the_first(tmp_path: Path) -> None:
    council, ran = loaded(tmp_path, FIRST, SECOND)
    assert ran.exit_code == 0, ran.err
    sources = dict(
        council.rows(
            "select table_name, source_table from audit.table_load where source_table is not null"
        )
    )
    assert {sources[name].partition(".")[0] for name in CARE} == {"care"}
    assert sources["referral"] == "FACT_REFERRALS"
    assert sources["child"].startswith("DIM_PERSON, care.")


def test_the_first_door_need_not_have_what_is_taken_from_another(tmp_path: Path) -> None:
    council = Council(tmp_path, a_file(tmp_path, FIRST, SECOND))
    night = a_night(tmp_path)
    for table in ("FACT_CLA", "FACT_CARE_EPISODES", "FACT_CLA_PLACEMENT", "FACT_CLA_REVIEW"):
        (night / "children" / f"{table}.csv").unlink()
    ran = council.load(night)
    assert ran.exit_code == 0, ran.err


def test_nor_need_a_dataset_have_what_it_would_be_arranged_of(tmp_path: Path) -> None:
    first = FIRST.replace("liquidlogic_files", "ssd_files") + 'child_id = "legacy_id"\n'
    council = Council(tmp_path, a_file(tmp_path, first, SECOND))
    night = a_night(tmp_path)
    (night / "children").rename(tmp_path / "not_this")
    care = ("ssd_cla_episodes", "ssd_cla_placement", "ssd_cla_reviews")
    dataset = a_dataset(
        tmp_path / "dataset", ssd_person=[{"pers_legacy_id": "7"}], ssd_cp_visits=[{}], without=care
    )
    dataset.rename(night / "children")
    ran = council.load(night)
    assert ran.exit_code == 0, ran.err
    assert council.rows("select count(*) from warehouse.fact_looked_after_period") == [(1,)]


def test_a_part_that_is_not_there_stops_the_night_and_is_named(tmp_path: Path) -> None:
    council = Council(tmp_path, a_file(tmp_path, FIRST, SECOND))
    night = a_night(tmp_path)
    (night / "care").rename(tmp_path / "elsewhere")
    ran = council.load(night)
    assert ran.exit_code == 3
    assert "called 'care'" in ran.err


def test_an_erased_child_is_found_through_every_door(tmp_path: Path) -> None:
    council, ran = loaded(tmp_path, FIRST, SECOND)
    assert ran.exit_code == 0, ran.err
    landed = tmp_path / "landing" / "874" / str(NIGHT)

    def rows(table: str) -> int:
        return int(pq.read_metadata(landed / f"{table}.parquet").num_rows)

    before = {name: rows(name) for name in ("care.HEADER", "care.EPISODES", "FACT_REFERRALS")}
    assert before == {"care.HEADER": 1, "care.EPISODES": 1, "FACT_REFERRALS": 1}
    erased = command(
        "erase", "legacy_id.7", "--warehouse", council.url, "--landing", tmp_path / "landing"
    )
    assert erased.exit_code == 0, erased.err
    assert {name: rows(name) for name in before} == {
        "care.HEADER": 0, "care.EPISODES": 0, "FACT_REFERRALS": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ((FIRST, SECOND.replace('name = "care"\n', "")), "needs a 'name'"),
        ((FIRST, SECOND.replace(f"tables = {CARE}\n", "")), "needs 'tables'"),
        ((f"{FIRST}tables = {CARE}\n", SECOND), "the first [[source]] has no 'tables'"),
        ((FIRST, SECOND.replace("placement'", "visit'")), "table 'visit'"),
        ((FIRST, SECOND, SECOND.replace('"care"', '"more"')), "is in two [[source]]"),
        ((FIRST, SECOND.replace('"care"', '"children"')), "name 'children' is in two"),
        ((FIRST.replace("[[source]]", "[source]"),), "means nothing"),
    ],
)
def test_a_file_that_does_not_say_what_comes_from_where_is_refused(
    tmp_path: Path, sources: tuple[str, ...], said: str
) -> None:
    with pytest.raises(WrongUsage) as refused:
        read(a_file(tmp_path, *sources))
    assert said in refused.value.what
