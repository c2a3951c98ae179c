"""Exports of both engines: every row of report and nothing else, whole or not at all, the same
bytes twice, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import shutil
import stat
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import pyarrow.parquet
import pytest

from etl import __version__
from etl.export import workbook
from etl.export.relations import relations
from etl.settings import UMASK
from nights.loading import Council, Engine, Ran, asking, command, types
from nights.prepared import DATES, YESTERDAY, prepared

pytestmark = [pytest.mark.slow, pytest.mark.analysts]

NIGHT = DATES[YESTERDAY]
EVERYTHING = sorted(relations())
SHEETS = ("comparison", "team", "due_soon", "child_month", "frozen_month")
# What is in a warehouse that no source wrote, a formula and the like in a team's name.
NAMES = ('=1+1&"a, ü"', "+44", "-5 to 10s", "@team", "\tteam", "\rteam")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """One with a night loaded, in which teams have names that a spreadsheet would run."""
    nights = prepared(tmp_path_factory.getbasetemp())
    made = nights.council(engine, tmp_path_factory.mktemp("export") / "council")
    with asking(made.url) as session:
        keys = session.rows(
            "select team_key from warehouse.dim_team where la_code <> '' order by 1"
        )
    _rename(made, {key: name for (key,), name in zip(keys, NAMES, strict=True)})
    return made


def _rename(council: Council, names: dict[int, str]) -> None:
    from etl.warehouse import open_warehouse

    with open_warehouse(council.url).writing("900") as session:
        for key, name in names.items():
            session.run(
                "update warehouse.dim_team set name = :name where team_key = :key",
                name=name, key=key,
            )  # fmt: skip


def exported(council: Council, folder: Path, *more: str) -> Path:
    ran = export(council, folder, *more)
    assert ran.exit_code == 0, ran.err
    return folder


def export(council: Council, folder: Path, *more: str) -> Ran:
    return command("export", folder, "--warehouse", council.url, *more)


def counts(council: Council) -> dict[str, int]:
    """The rows of everything in report, by name."""
    with asking(council.url) as session:
        return {
            name: session.rows(f"select count(*) from report.{name}")[0][0] for name in EVERYTHING
        }


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_everything_in_report_is_a_file_and_nothing_else_is(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export")
    there = {name.split(".")[1] for name in types(council.url) if name.startswith("report.")}
    # which a view shows, row for row
    assert there - set(EVERYTHING) == {"latest_subject"}
    assert set(EVERYTHING) <= there
    assert names_in(folder) == sorted([*(f"{name}.csv" for name in EVERYTHING), "export.json"])
    assert {name: len(read_csv(folder / f"{name}.csv")) for name in EVERYTHING} == counts(council)


def test_an_export_says_whose_night_it_is_by_which_release_and_how_many_rows(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export")
    about = json.loads((folder / "export.json").read_text(encoding="utf-8"))
    assert about["authorities"] == [
        {"la_code": "900", "name": "Westmere", "extract_date": NIGHT.isoformat()}
    ]
    assert about["software_version"] == __version__
    assert about["rows"] == counts(council)


def test_a_csv_has_days_as_days_flags_as_numbers_and_what_is_empty_empty(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export", "--only", "referral", "comparison")
    assert (folder / "referral.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    written = read_csv(folder / "referral.csv")
    with asking(council.url) as session:
        stored = session.table("select * from report.referral").to_pylist()
    by_id = {row["referral_unique_id"]: row for row in stored}
    assert len(written) == len(stored)
    for row in written:
        there = by_id[row["referral_unique_id"]]
        assert row["received_date"] == str(there["received_date"])
        assert row["closed_date"] == ("" if there["closed_date"] is None
                                      else str(there["closed_date"]))  # fmt: skip
        assert row["is_transfer_in"] in ("", "0", "1")
    assert {row["closed_date"] == "" for row in written} == {True, False}


def test_what_a_spreadsheet_would_run_has_an_apostrophe_before_it_and_numbers_have_none(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export", "--only", "team", "comparison")
    written = {row["name"] for row in read_csv(folder / "team.csv")}
    assert written == {*(f"'{name}" for name in NAMES), "not known"}
    distances = [row["distance_pct"] for row in read_csv(folder / "comparison.csv")]
    assert any(float(distance) < 0 for distance in distances if distance)


def test_parquet_has_every_row_and_every_type(council: Council, tmp_path: Path) -> None:
    folder = exported(council, tmp_path / "export", "--format", "parquet")
    with asking(council.url) as session:
        for name in EVERYTHING:
            there = session.table(f"select * from report.{name}")
            written = pyarrow.parquet.read_table(folder / f"{name}.parquet")
            assert written.schema.names == there.schema.names
            assert written.schema.types == there.schema.types
            assert written.num_rows == there.num_rows
    teams = pyarrow.parquet.read_table(folder / "team.parquet").column("name").to_pylist()
    assert NAMES[0] in teams


def sheets(file: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """Each sheet's rows: of each cell its kind (a text, a number, a day) and what is in it."""
    found = {}
    with zipfile.ZipFile(file) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        for number, sheet in enumerate(book.iter(f"{MAIN}sheet"), start=1):
            content = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            found[sheet.attrib["name"]] = [
                [_cell(cell) for cell in row.iter(f"{MAIN}c")] for row in content.iter(f"{MAIN}row")
            ]
    return found


def _cell(cell: ElementTree.Element) -> tuple[str, str]:
    assert cell.find(f"{MAIN}f") is None
    text, value = cell.find(f"{MAIN}is/{MAIN}t"), cell.find(f"{MAIN}v")
    if text is not None:
        return "text", text.text or ""
    assert value is not None
    return ("day" if cell.get("s") else "number"), value.text or ""


def test_a_workbook_has_a_sheet_for_each_view_and_no_formula_or_link(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export", "--format", "xlsx", "--only", *SHEETS)
    assert names_in(folder) == ["export.json", "report.xlsx"]
    found = sheets(folder / "report.xlsx")
    assert list(found) == ["about", *sorted(SHEETS)]
    rows = counts(council)
    assert {name: len(found[name]) - 1 for name in SHEETS} == {name: rows[name] for name in SHEETS}
    names = {cell for row in found["team"] for cell in row}
    assert {("text", NAMES[0]), ("text", NAMES[1])} <= names
    said = {row[0][1]: row[1] for row in found["about"]}
    assert said["authority"] == ("text", "900 Westmere")
    assert said["extract date"] == ("day", str((NIGHT - date(1899, 12, 30)).days))
    assert said["rows of team"] == ("number", str(rows["team"]))
    with zipfile.ZipFile(folder / "report.xlsx") as archive:
        assert not [name for name in archive.namelist() if "hyperlink" in name or "vba" in name]
        assert all(b"<hyperlink" not in archive.read(name) for name in archive.namelist())


def test_days_and_flags_of_a_workbook_are_numbers_that_can_be_sorted_and_summed(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export", "--format", "xlsx", "--only", "child_month")
    head, *rows = sheets(folder / "report.xlsx")["child_month"]
    names = [text for _, text in head]
    # empty cells are not written, and these columns have none before them
    month_end = names.index("month_end")
    assert {row[month_end][0] for row in rows} == {"day"}
    in_need = names.index("is_in_need")
    assert {row[in_need] for row in rows} == {("number", "0"), ("number", "1")}


def test_what_does_not_fit_into_a_sheet_goes_on_in_the_next(
    council: Council, tmp_path: Path
) -> None:
    rows = counts(council)["referral"]
    with mock.patch.object(workbook, "SHEET_ROWS", rows // 2):
        folder = exported(council, tmp_path / "export", "--format", "xlsx", "--only", "referral")
    found = sheets(folder / "report.xlsx")
    parts = [found[name] for name in ("referral", "referral 2", "referral 3")]
    assert all(part[0] == parts[0][0] for part in parts)
    assert all(len(part) <= rows // 2 for part in parts)
    ids = [row[0][1] for part in parts for row in part[1:]]
    assert len(ids) == len(set(ids)) == rows


@pytest.mark.parametrize(
    ("limit", "said"), [("SHEET_NAME", "characters of name"), ("CELL_TEXT", "A text is longer")]
)
def test_what_excel_would_cut_is_refused_by_name(
    council: Council, tmp_path: Path, limit: str, said: str
) -> None:
    with mock.patch.object(workbook, limit, 5):
        ran = export(council, tmp_path / "export", "--format", "xlsx", "--only", "measure")
    assert ran.exit_code == 2
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert said in ran.err
    assert "measure" in ran.err
    assert not (tmp_path / "export").exists()


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_two_exports_of_one_night_are_the_same_bytes(
    council: Council, tmp_path: Path, form: str
) -> None:
    only = ("--only", *SHEETS) if form == "xlsx" else ()
    first, second = (
        exported(council, tmp_path / name, "--format", form, *only) for name in ("first", "second")
    )
    assert bytes_in(first) == bytes_in(second)


def test_both_engines_write_the_same_csv(engines: dict[str, Engine], tmp_path: Path) -> None:
    nights = prepared(tmp_path)
    folders = []
    for name, engine in engines.items():
        council = nights.council(engine, tmp_path / name)
        folders.append(exported(council, tmp_path / f"of_{name}"))
    # a run's id holds a part that is chance
    names = [name for name in names_in(folders[0]) if name != "last_extract.csv"]
    of_file, of_database = ([_comparable(folder / name) for name in names] for folder in folders)
    assert [name for name, one, other in zip(names, of_file, of_database, strict=True)
            if one != other] == []  # fmt: skip


def _comparable(file: Path) -> object:
    """Its bytes; of what is divided in a view, the last of ten decimals may differ."""
    if file.name != "comparison.csv":
        return file.read_bytes()
    return [
        {name: round(float(cell), 8) if name.startswith("distance_") and cell else cell
         for name, cell in row.items()}
        for row in read_csv(file)
    ]  # fmt: skip


def test_an_earlier_export_is_replaced_also_by_one_of_another_form(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export")
    exported(council, folder, "--format", "parquet", "--only", "team")
    assert names_in(folder) == ["export.json", "team.parquet"]


def test_a_folder_with_something_else_in_it_is_refused_and_left_as_it_is(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export", "--only", "team")
    (folder / "mine.csv").write_text("a,b\n")
    before = bytes_in(folder)
    ran = export(council, folder)
    assert ran.exit_code == 2
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert "mine.csv" in ran.err
    assert bytes_in(folder) == before


def test_what_an_earlier_release_exported_is_replaced(council: Council, tmp_path: Path) -> None:
    folder = exported(council, tmp_path / "export", "--only", "team")
    (folder / "a_view_of_old.csv").write_text("a,b\n")
    about = json.loads((folder / "export.json").read_text())
    about["files"].append("a_view_of_old.csv")
    (folder / "export.json").write_text(json.dumps(about))
    exported(council, folder, "--only", "team")
    assert names_in(folder) == ["export.json", "team.csv"]


def test_an_export_that_fails_leaves_the_one_before(council: Council, tmp_path: Path) -> None:
    folder = exported(council, tmp_path / "export", "--only", "team")
    before = bytes_in(folder)
    with mock.patch("etl.export.csv_files.in_rows", side_effect=OSError(28, "full")):
        ran = export(council, folder)
    assert ran.exit_code == 1
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert "No space left on device" in ran.err
    assert bytes_in(folder) == before


def test_a_replacement_that_is_cut_short_does_not_say_that_it_is_whole(
    council: Council, tmp_path: Path
) -> None:
    folder = exported(council, tmp_path / "export", "--only", "team", "worker")
    real, replaced = Path.replace, []

    def fail_at_the_second(self: Path, target: Path) -> Any:
        replaced.append(target)
        if len(replaced) == 2:
            raise OSError(5, "failed")
        return real(self, target)

    with mock.patch.object(Path, "replace", fail_at_the_second):
        ran = export(council, folder, "--only", "team", "worker")
    assert ran.exit_code == 1
    assert "export.json" not in names_in(folder)
    exported(council, folder, "--only", "team", "worker")
    assert names_in(folder) == ["export.json", "team.csv", "worker.csv"]


def test_two_exports_do_not_write_one_folder(council: Council, tmp_path: Path) -> None:
    folder = exported(council, tmp_path / "export", "--only", "team")
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        ran = export(council, folder, "--only", "team")
    finally:
        os.close(handle)
    assert ran.exit_code == 1
    assert "another export writes it" in ran.err


def test_what_a_killed_export_left_is_removed(council: Council, tmp_path: Path) -> None:
    folder = exported(council, tmp_path / "export", "--only", "team")
    (folder / ".writing").mkdir()
    (folder / ".writing" / "child.csv").write_text("a,b\n")
    exported(council, folder, "--only", "team")
    assert names_in(folder) == ["export.json", "team.csv"]


@pytest.mark.parametrize(("mask", "file", "of_folder"), [("", 0o640, 0o750), ("077", 0o600, 0o700)])
def test_who_may_read_an_export_is_who_may_read_a_warehouse(
    council: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    mask: str, file: int, of_folder: int,
) -> None:  # fmt: skip
    monkeypatch.setenv(UMASK, mask)
    folder = exported(council, tmp_path / "export", "--only", "team")
    assert stat.S_IMODE(folder.stat().st_mode) == of_folder
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {file}


def test_a_view_that_is_not_there_is_wrong_usage_and_nothing_is_written(
    council: Council, tmp_path: Path
) -> None:
    ran = export(council, tmp_path / "export", "--only", "team", "child_identity")
    assert ran.exit_code == 2
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert "child_identity" in ran.err
    assert not (tmp_path / "export").exists()


def test_a_warehouse_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    nowhere = replace(Council(tmp_path, tmp_path), folder=tmp_path / "nowhere")
    ran = export(nowhere, tmp_path / "export")
    assert ran.exit_code == 2
    assert not (tmp_path / "export").exists()


def test_a_file_in_the_place_of_the_folder_is_told_of(council: Council, tmp_path: Path) -> None:
    shutil.copyfile(__file__, tmp_path / "export")
    ran = export(council, tmp_path / "export")
    assert ran.exit_code == 1
    assert ran.parts == ["What", "Where", "Means", "Next"]
