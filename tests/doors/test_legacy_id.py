"""Children known by the number that staff use: ``[source] child_id = "legacy_id"``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from nights.bad.judging import Night, judge
from nights.loading import Council, command
from nights.marking import LIMITS
from unit.builders import NIGHT, an_authority_file, an_extract

from doors.ssd_extract import a_dataset

pytestmark = pytest.mark.slow
BY_NUMBER = 'child_id = "legacy_id"\n'
# By id of a person, the number that staff use; two of one number, and one without.
NUMBERS = {"1": "AB1234", "2": "0077", "3": "SHARED", "4": "SHARED", "5": ""}


def as_liquidlogic(folder: Path) -> Path:
    return an_extract(
        folder,
        DIM_PERSON=[
            {"DIM_PERSON_ID": person, "LEGACY_ID": number} for person, number in NUMBERS.items()
        ],
        FACT_CONTACTS=[{"FACT_CONTACT_ID": person, "DIM_PERSON_ID": person} for person in NUMBERS],
    )


def as_dataset(folder: Path) -> Path:
    return a_dataset(
        folder,
        ssd_person=[
            {"pers_person_id": f"90{person}", "pers_legacy_id": number}
            for person, number in NUMBERS.items()
        ],
        ssd_contacts=[
            {"cont_contact_id": person, "cont_person_id": f"90{person}"} for person in NUMBERS
        ],
    )


KINDS = {"liquidlogic_files": as_liquidlogic, "ssd_files": as_dataset}


def authority(folder: Path, kind: str, more: str = BY_NUMBER) -> Path:
    path = an_authority_file(folder, LIMITS)
    said = path.read_text(encoding="utf-8")
    path.write_text(said.replace('"liquidlogic_files"', f'"{kind}"\n{more}'), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=KINDS)
def night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp(request.param)
    return judge(KINDS[request.param](folder), authority(folder, request.param))


def tokens(night: Night, table: str) -> pd.Series:
    return night.conformed[table]["child_token"].dropna()


def test_records_name_the_child_by_the_number(night: Night) -> None:
    assert night.exit_code == 0, night.message
    assert len(tokens(night, "child")) == 2
    assert set(tokens(night, "contact")) == set(tokens(night, "child"))


def test_a_person_without_a_number_of_its_own_is_held_back_and_all_under_it(night: Night) -> None:
    reasons = sorted(night.held.values())
    assert reasons == ["child_missing"] * 3 + ["id_missing"] * 3


def test_the_same_child_has_one_token_through_both_doors(tmp_path: Path) -> None:
    found = []
    for kind, extract in KINDS.items():
        folder = tmp_path / kind
        folder.mkdir()
        found.append(set(tokens(judge(extract(folder), authority(folder, kind)), "child")))
    assert found[0] == found[1]


def test_by_persons_ids_the_tokens_are_others(tmp_path: Path, night: Night) -> None:
    plain = judge(as_liquidlogic(tmp_path), authority(tmp_path, "liquidlogic_files", ""))
    assert len(tokens(plain, "child")) == len(NUMBERS)
    assert not set(tokens(plain, "child")) & set(tokens(night, "child"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_child_is_erased_by_its_number_from_what_landed_too(tmp_path: Path, kind: str) -> None:
    council = Council(tmp_path, authority(tmp_path, kind))
    assert council.load(KINDS[kind](tmp_path)).exit_code == 0
    numbers = council.rows("select case_number from restricted.child_identity order by 1")
    assert numbers == [("0077",), ("AB1234",)]
    ran = command("erase", "AB1234", "--warehouse", council.url)
    assert ran.exit_code == 0, ran.err
    assert ran.shown_rows["landing"] == "2"
    assert (
        council.rows("select 1 from restricted.child_identity where case_number = 'AB1234'") == []
    )
    [landed] = (tmp_path / "landing").rglob(f"{NIGHT}/*PERSON.parquet")
    written = pd.read_parquet(landed)
    assert "AB1234" not in written.to_csv()
