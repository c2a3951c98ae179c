"""What is a source is known for what it is, whatever is wrong with it, and what it would lose is
said."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from doors.census import a_census, a_child, assessment, details, element, texts
from doors.returns import a_return
from doors.ssd_extract import a_dataset
from doors.workbooks import a_workbook, some_lists
from unit.builders import NIGHT, an_extract

from etl.answers.lost import NOT, WHOLLY, lost
from etl.cli import main
from etl.sources.carries import carries_of
from etl.sources.recognition.register import RECOGNISERS
from etl.sources.register import SOURCES
from etl.sources.source import Source
from inspection.inspecting import inspected


def assert_known(said, kind: str) -> None:
    assert said.found["kind"] == kind
    assert said.found["readable"], said.page
    assert said.found["extract_date"] == NIGHT.isoformat()


def test_an_extract_of_liquidlogic_is_known_with_what_it_has_and_lacks(tmp_path, capsys):
    contacts = [
        {"FACT_CONTACT_ID": str(number), "DIM_PERSON_ID": "1", "CONTACT_DTTM": f"201{number}-02-03",
         "PII_OF_COUNCIL": "x", "PII surname": "PII"} for number in range(1, 5)
    ]  # fmt: skip
    for row in contacts:
        row["COUNCILS_OWN"] = row.pop("PII_OF_COUNCIL")
    extract = an_extract(tmp_path, FACT_CONTACTS=contacts, without=("FACT_DISABILITY",))
    said = inspected(capsys, extract)
    assert_known(said, "liquidlogic_files")
    tables = {each["table"]: each for each in said.found["tables"]}
    assert tables["FACT_CONTACTS"]["rows"] == 4
    assert tables["FACT_CONTACTS"]["columns_not_known"] == ["COUNCILS_OWN"]
    assert tables["FACT_CONTACTS"]["columns_without_a_plain_name"] == 1
    assert "FACT_DISABILITY" in said.found["tables_lacking"]
    assert said.found["timescales"]["child_in_need_visit"]["carried"] == NOT
    assert "this extract has no child in need plans" in said.plain


def test_years_are_those_of_several_records(tmp_path, capsys):
    years = [2011, 2011, 2011, 2012, 2013, 2013, 2013, 2099]
    contacts = [
        {"FACT_CONTACT_ID": str(number), "CONTACT_DTTM": f"{year}-02-03"}
        for number, year in enumerate(years, start=1)
    ]
    said = inspected(capsys, an_extract(tmp_path, FACT_CONTACTS=contacts))
    assert said.found["records"]["contact"] == {"rows": 8, "years": [2011, 2013]}


def test_how_dates_are_written_is_seen(tmp_path, capsys):
    contacts = [{"FACT_CONTACT_ID": str(each), "CONTACT_DTTM": "13/02/2014"} for each in (1, 2, 3)]
    extract = an_extract(tmp_path, FACT_CONTACTS=contacts)
    for file in extract.glob("*.csv"):
        file.write_text(file.read_text().replace("2010-05-05", "05/05/2010"))
    start = inspected(capsys, extract).start
    assert start is not None
    assert 'date_format = "uk"' in start.text()


def test_codes_that_no_list_has_are_shown_where_three_children_have_them(tmp_path, capsys):
    children = [{"DIM_PERSON_ID": str(number)} for number in range(1, 6)]
    contacts = [
        {"FACT_CONTACT_ID": str(number), "DIM_PERSON_ID": str(number),
         "DIM_LOOKUP_CONT_SORC_ID_DESC": "Our front door" if number < 5 else "PII"}
        for number in range(1, 6)
    ]  # fmt: skip
    extract = an_extract(tmp_path, DIM_PERSON=children, FACT_CONTACTS=contacts)
    said = inspected(capsys, extract)
    assert '"our front door" = ""' in said.plain.lower()
    assert [each["code_list"] for each in said.found["codes"]] == ["contact_source"]


@pytest.mark.parametrize(
    ("without", "is_said"),
    [(("FACT_REFERRALS",), "FACT_REFERRALS"), (("REFRL_START_DTTM",), "REFRL_START_DTTM")],
)
def test_what_is_needed_and_lacking_is_named_and_the_rest_is_told_all_the_same(
    tmp_path, capsys, without, is_said
):
    said = inspected(capsys, an_extract(tmp_path, without=without))
    assert not said.found["readable"]
    assert said.found["kind"] == "liquidlogic_files"
    assert is_said in said.found["stopped"]["what"]
    assert "IT CANNOT BE READ AS IT IS" in said.page
    assert said.found["tables"]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_an_extract_with_other_separators_is_known_and_what_is_wrong_is_said(
    tmp_path, capsys, separator
):
    extract = an_extract(tmp_path)
    for file in extract.glob("*.csv"):
        file.write_text(file.read_text().replace(",", separator))
    said = inspected(capsys, extract)
    assert not said.found["readable"]
    assert said.found["kind"] == "liquidlogic_files"
    assert "is separated by" in said.plain


def test_an_extract_in_utf_16_is_known_and_what_is_wrong_is_said(tmp_path, capsys):
    extract = an_extract(tmp_path)
    for file in extract.glob("*.csv"):
        file.write_text(file.read_text(), encoding="utf-16")
    said = inspected(capsys, extract)
    assert said.found["kind"] == "liquidlogic_files"
    assert "is in UTF-16" in said.plain


def test_the_dataset_of_the_sector_is_known(tmp_path, capsys):
    said = inspected(capsys, a_dataset(tmp_path))
    assert_known(said, "ssd_files")
    assert said.found["measures"]["assessments_overdue"]["carried"] == NOT
    assert said.found["covered_from"] == "2008-11-03"


def test_a_census_says_whose_and_of_which_day_and_year_it_is(tmp_path, capsys):
    child = a_child("1", details("2014-05-01", assessment("2014-05-02")))
    path = tmp_path / "council.xml"
    path.write_text(a_census(child))
    said = inspected(capsys, path)
    assert_known(said, "cin_census")
    assert said.found["la_code"] == "874"
    assert "census year" in said.plain
    zipped = tmp_path / "2014-11-03.xml.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(path, path.name)
    assert_known(inspected(capsys, zipped), "cin_census")


def test_elements_that_nobody_knows_are_counted(tmp_path, capsys):
    child = a_child("1", details("2014-05-01", element("CouncilsOwn", texts(PIIname="PII"))))
    path = tmp_path / "2014-11-03.xml"
    path.write_text(a_census(child))
    said = inspected(capsys, path)
    assert any("CouncilsOwn" in detail for _, detail, _ in said.found["noted"])


def test_the_lists_of_annex_a_are_known_as_a_workbook_and_as_files(tmp_path, capsys):
    workbook = a_workbook(tmp_path / "2014-11-03.xlsx", {1: [{"Date of Contact": "03/06/2014"}]})
    said = inspected(capsys, workbook)
    assert_known(said, "annex_a")
    assert not any(each["columns_lacking"] for each in said.found["tables"])
    assert_known(inspected(capsys, some_lists(tmp_path / "2014-11-03", {})), "annex_a")


def test_some_lists_alone_are_asked_for_by_the_authoritys_file(tmp_path, capsys):
    folder = some_lists(tmp_path / "2014-11-03", {})
    for file in folder.iterdir():
        if file.stem not in ("List 1", "List 3"):
            file.unlink()
    said = inspected(capsys, folder)
    assert "lists = [1, 3]" in said.plain
    assert said.start is not None
    assert "\nlists = [1, 3]\n" in said.start.text()


def test_the_looked_after_children_return_is_known_by_its_columns(tmp_path, capsys):
    extract = a_return(tmp_path)
    for number, file in enumerate(sorted(extract.iterdir())):
        file.rename(extract / f"export{number}.csv")
    assert_known(inspected(capsys, extract), "ssda903")


def test_an_extract_without_a_child_is_read(tmp_path, capsys):
    said = inspected(capsys, an_extract(tmp_path, DIM_PERSON=[]))
    assert_known(said, "liquidlogic_files")
    assert "child" not in said.found["records"]


def test_the_day_is_the_names_or_as_asked_and_they_may_not_differ(tmp_path, capsys):
    extract = an_extract(tmp_path)
    assert main(["inspect", str(extract), "--date", "2014-11-04"]) == 2
    assert "differs from the extract's own name" in capsys.readouterr().err
    other = extract.rename(tmp_path / "council")
    said = inspected(capsys, other, NIGHT)
    assert_known(said, "liquidlogic_files")


def test_nothing_is_left_of_what_was_read(tmp_path, capsys, monkeypatch):
    extract = an_extract(tmp_path / "given")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", None)
    inspected(capsys, extract)
    assert not list((tmp_path / "temporary").iterdir())
    assert [path.name for path in (tmp_path / "given").iterdir()] == [extract.name]


def test_a_file_that_is_there_is_not_written_over(tmp_path, capsys):
    path = tmp_path / "council.toml"
    path.write_text("kept")
    assert main(["inspect", str(tmp_path), "--write", str(path)]) == 2
    assert "is not written over" in capsys.readouterr().err
    assert path.read_text() == "kept"


def a_file_to_begin_with(extract: Path, folder: Path) -> Path:
    path = folder / "begin.toml"
    assert main(["inspect", str(extract), "--write", str(path)]) == 0
    return path


def test_a_file_to_begin_with_is_refused_until_its_blanks_are_filled(tmp_path, capsys):
    extract = an_extract(tmp_path)
    path = a_file_to_begin_with(extract, tmp_path)
    assert main(["check", str(extract), "--authority", str(path)]) == 2
    said = capsys.readouterr().err
    assert "'la_code' in [authority] must be three digits in quotes" in said
    assert "'name' in [authority] is empty" in said


@pytest.mark.parametrize("kind", sorted(RECOGNISERS))
def test_a_file_to_begin_with_loads_once_its_blanks_are_filled(tmp_path, capsys, monkeypatch, kind):
    monkeypatch.setenv("CSC_ETL_PSEUDONYM_KEY", "k" * 40)
    extract = made(kind, tmp_path / "given")
    path = a_file_to_begin_with(extract, tmp_path)
    text = path.read_text().replace('"three digits"', '"874"').replace('name = ""', 'name = "A"')
    path.write_text(text)
    warehouse = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    asked = ["load", str(extract), "--authority", str(path), "--warehouse", warehouse, "--new"]
    assert main(asked) == 0, capsys.readouterr().err


def made(kind: str, folder: Path) -> Path:
    """The least that is a night of the kind."""
    folder.mkdir()
    if kind == "cin_census":
        path = folder / "2014-11-03.xml"
        path.write_text(a_census(a_child("1", details("2014-05-01"))))
        return path
    if kind == "annex_a":
        return a_workbook(folder / "2014-11-03.xlsx", {1: [{"Date of Contact": "03/06/2014"}]})
    builders = {"liquidlogic_files": an_extract, "ssd_files": a_dataset, "ssda903": a_return}
    return builders[kind](folder)


def test_two_kinds_in_one_folder_are_both_told(tmp_path, capsys):
    extract = an_extract(tmp_path)
    shutil.copytree(a_dataset(tmp_path / "ssd"), extract, dirs_exist_ok=True)
    said = inspected(capsys, extract)
    assert len(said.found["others"]) == 1
    assert "they are not read" in said.plain


def test_every_kind_that_comes_as_files_is_recognised():
    assert RECOGNISERS.keys() == {kind for kind, each in SOURCES.items() if not each.is_database}


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.kind)
def test_why_is_said_of_all_that_a_kind_does_not_carry_wholly(source: Source):
    its = lost(source)
    assert [each.name for each in (*its.timescales, *its.measures)
            if each.how != WHOLLY and not each.why] == []  # fmt: skip
    carries = carries_of(source)
    if carries.measures is not None:
        assert {each.name for each in its.measures if each.how == WHOLLY} == carries.measures
        assert {each.name for each in its.timescales if each.how == WHOLLY} == carries.wholly


def test_the_json_is_one_object(tmp_path, capsys):
    assert main(["inspect", str(an_extract(tmp_path)), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["authority_file"] is None
