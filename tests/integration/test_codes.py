"""``csc-etl codes``: which codes of an extract no list has, as lines for the authority's file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from unit.builders import an_authority_file, an_extract

from etl.cli import main

SHARED = [
    {"FACT_CONTACT_ID": str(number), "DIM_PERSON_ID": str(number),
     "DIM_LOOKUP_CONT_SORC_ID_DESC": 'Our "front\u00a0 door"'} for number in range(1, 5)
]  # fmt: skip
FEW = [
    {"FACT_CONTACT_ID": "5", "DIM_LOOKUP_CONT_SORC_ID_DESC": "PII-NAME"},
    {"FACT_CONTACT_ID": "6", "DIM_LOOKUP_CONT_SORC_ID_DESC": "PII a note"},
    {"FACT_CONTACT_ID": "7", "DIM_LOOKUP_CONT_SORC_ID_DESC": "6 - Police"},
]


def shown(
    folder: Path, capsys: pytest.CaptureFixture[str], more: str = "", exit_code: int = 0
) -> str:
    extract = an_extract(folder, FACT_CONTACTS=[*SHARED, *FEW], FACT_CASENOTES=[{}])
    authority = an_authority_file(folder, more)
    assert main(["codes", str(extract), "--authority", str(authority)]) == exit_code
    said = capsys.readouterr()
    assert "PII" not in said.out + said.err
    assert {path.name for path in folder.iterdir()} == {extract.name, authority.name}
    return said.out


def test_codes_that_no_list_has_are_shown_as_lines_for_the_authoritys_file(tmp_path, capsys):
    said = shown(tmp_path, capsys)
    assert tomllib.loads(said) == {"codes": {"contact_source": {'Our "front door"': ""}}}
    assert "# 4 records" in said
    assert "# our values: 1A, 1B," in said
    assert "# 2 more codes of fewer than three children each" in said
    assert "shown: 2 records" in said
    assert "any code of" not in said


def test_the_lines_with_our_values_in_them_are_what_the_file_needs(tmp_path, capsys):
    lines = shown(tmp_path, capsys).replace('= ""', '= "2A"')
    again = shown(tmp_path, capsys, lines)
    assert "front door" not in again
    assert "# Put these under [codes.contact_source]:" in again
    assert tomllib.loads(again) == {}


def test_lines_without_our_values_are_refused(tmp_path, capsys):
    lines = shown(tmp_path, capsys)
    shown(tmp_path, capsys, lines, exit_code=2)


def test_a_list_that_has_none_of_a_columns_codes_is_said_first(tmp_path, capsys):
    extract = an_extract(tmp_path, FACT_CONTACTS=SHARED)
    assert main(["codes", str(extract), "--authority", str(an_authority_file(tmp_path))]) == 0
    said = capsys.readouterr().out
    assert "# no list has any code of FACT_CONTACTS.DIM_LOOKUP_CONT_SORC_ID_DESC, 4 records" in said


def test_an_extract_whose_codes_are_all_listed_is_said_to_be_so(tmp_path, capsys):
    extract = an_extract(tmp_path)
    assert main(["codes", str(extract), "--authority", str(an_authority_file(tmp_path))]) == 0
    assert "Every code of 2014-11-03 is in a list." in capsys.readouterr().out


def test_an_extract_that_cannot_be_read_stops_as_a_night_does(tmp_path, capsys):
    extract = an_extract(tmp_path, without=("FACT_CLA",))
    assert main(["codes", str(extract), "--authority", str(an_authority_file(tmp_path))]) == 3
    assert "table FACT_CLA" in capsys.readouterr().err
