"""What recognises erased children, and which landed rows are about a child."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.contracts.hand_overs import ERASED
from etl.errors import WrongUsage
from etl.privacy.erased import Erased, new_secret, of_run, seal, unseal
from etl.privacy.landed import leave_out, rows_about
from etl.run import checked
from etl.warehouse import open_warehouse
from unit.builders import a_run

KEY, OTHER = b"a key of the tests", b"another key of theirs"
SECRET = bytes(range(32))


def ids(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


def test_a_sealed_secret_opens_with_its_key_and_authority_alone() -> None:
    sealed = seal(SECRET, KEY, "900")
    assert unseal(sealed, KEY, "900") == SECRET
    assert unseal(sealed, OTHER, "900") is None
    assert unseal(sealed, KEY, "901") is None
    assert new_secret() != new_secret()


def test_an_erased_child_is_recognised_with_the_secret_alone() -> None:
    known_by = Erased(SECRET, frozenset()).hash_of("7")
    asked = ids("7", "8", None, "7")
    assert Erased(SECRET, frozenset({known_by})).are_among(asked).tolist() == [
        True,
        False,
        False,
        True,
    ]
    assert not Erased(new_secret(), frozenset({known_by})).are_among(asked).any()


def test_a_stand_in_is_the_same_every_night_and_tells_nothing() -> None:
    erased = Erased(SECRET, frozenset())
    found = erased.stand_ins(ids("1001", None, "1002", "1001"))
    assert found[0] == found[3] != found[2]
    assert found.isna().tolist() == [False, True, False, False]
    assert not found.dropna().str.contains("1001|1002").any()
    assert found[0] != Erased(new_secret(), frozenset()).stand_in("1001")


def test_a_run_with_another_key_than_the_erased_were_sealed_with_does_not_go_on(
    tmp_path: Path,
) -> None:
    run = a_run(tmp_path / "2014-11-03", tmp_path / "westmere.toml", la_code="900")
    assert of_run(run, KEY) is None
    ERASED.write(run, {"sealed": seal(SECRET, KEY, "900"), "recognised_by": ["a hash"]})
    found = of_run(run, KEY)
    assert found == Erased(SECRET, frozenset({"a hash"}))
    with pytest.raises(WrongUsage, match="is not the key"):
        of_run(run, OTHER)


def land(folder: Path, **tables: dict[str, list[str]]) -> None:
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    (folder / "manifest.json").write_text('{"kind": "liquidlogic_files"}')


def about_7(folder: Path, **called: dict[str, str]) -> dict[str, list[bool]]:
    found = rows_about(folder, lambda numbers: numbers.eq("7").to_numpy(dtype=bool), called)
    return {table: mask.tolist() for table, mask in found.items()}


def test_rows_that_name_the_child_are_about_it_however_the_column_is_written(
    tmp_path: Path,
) -> None:
    land(
        tmp_path,
        DIM_PERSON={"DIM_PERSON_ID": ["6", " 7 ", "77"]},
        NOT_KNOWN={"related_person_id ": ["7", "", "5"], "DIM_PERSON_ID": ["5", "5", "7"]},
        FACT_OTHERS={"DIM_PERSON_ID": ["1"]},
    )  # fmt: skip
    assert about_7(tmp_path) == {
        "DIM_PERSON": [False, True, False],
        "NOT_KNOWN": [True, False, True],
    }


def test_rows_are_about_the_child_however_its_id_is_spelt(tmp_path: Path) -> None:
    land(tmp_path, DIM_PERSON={"DIM_PERSON_ID": ["007", "7\u200b", "\u00a07\u00a0", "70", "07.0"]})
    assert about_7(tmp_path) == {"DIM_PERSON": [True, True, True, False, False]}


def test_rows_are_about_the_child_where_the_authority_calls_the_column_otherwise(
    tmp_path: Path,
) -> None:
    land(
        tmp_path,
        FACT_REFERRALS={"Child No": ["7", "8"], "FORM": ["70", "80"]},
        FACT_FORM_ANSWERS={"FACT_FORM_ID": ["80", "70"]},
    )
    called = {"DIM_PERSON_ID": "CHILD NO", "FACT_FORM_ID": "FORM"}
    assert about_7(tmp_path, FACT_REFERRALS=called) == {
        "FACT_REFERRALS": [True, False],
        "FACT_FORM_ANSWERS": [False, True],
    }


def test_a_form_or_meeting_that_only_the_child_had_is_about_it(tmp_path: Path) -> None:
    land(
        tmp_path,
        FACT_SINGLE_ASSESSMENT={"DIM_PERSON_ID": ["7", "8"], "FACT_FORM_ID": ["70", "80"]},
        FACT_FORM_ANSWERS={"FACT_FORM_ID": ["80", " 70", "70"], "ANSWER": ["x", "y", "z"]},
        FACT_INVITED={"DIM_PERSON_ID": ["7", "7", "8"], "FACT_MEETINGS_ID": ["1", "2", "2"]},
        FACT_MEETINGS={"FACT_MEETING_ID": ["1", "2", ""]},
    )  # fmt: skip
    found = about_7(tmp_path)
    assert found["FACT_FORM_ANSWERS"] == [False, True, True]
    assert found["FACT_MEETINGS"] == [True, False, False]


def test_rows_left_out_are_gone_and_the_file_is_its_owners(tmp_path: Path) -> None:
    land(tmp_path, DIM_PERSON={"DIM_PERSON_ID": ["6", "7"]})
    target = tmp_path / "kept.parquet"
    leave_out(tmp_path / "DIM_PERSON.parquet", pd.Series([False, True]).to_numpy(), target)
    assert pq.read_table(target).to_pylist() == [{"DIM_PERSON_ID": "6"}]
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["o'brien", 'a"b', "a`b", "a\nb", "a\x00b"])
def test_a_path_with_a_quotation_mark_or_control_character_is_refused(name: str) -> None:
    with pytest.raises(WrongUsage, match="quotation mark or a control character") as refused:
        checked(Path("/data") / name, "the extract")
    assert name not in str(refused.value)


def test_a_path_that_goes_up_is_followed_before_it_is_used() -> None:
    assert checked(Path("/data/a/../b"), "the extract") == Path("/data/b")


@pytest.mark.parametrize(
    "url", ["duckdb:///a'b.duckdb", "duckdb:///a\nb.duckdb", "postgresql://h/a\x07", "sqlite:///a"]
)
def test_a_warehouse_url_with_such_a_path_or_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        open_warehouse(url)
    assert refused.value.exit_code == 2


def test_where_a_database_is_is_said_without_its_password() -> None:
    url = "postgresql://loader:s3cret@db.example:5433/csc?password=s3cret&sslmode=require"
    assert open_warehouse(url).shown() == "postgresql://loader@db.example:5433/csc"
    with pytest.raises(WrongUsage) as refused:
        open_warehouse("postgresql://loader:s3cret@db.example:port/csc")
    assert "s3cret" not in str(refused.value)
