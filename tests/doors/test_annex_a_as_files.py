"""What is read of a workbook of Annex A, or of its lists as CSV files, and what stops the night."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from doors.workbooks import CHILD, a_workbook, headings, replaced, some_lists, with_part
from etl.contracts.source_table import SourceTable
from etl.errors import NightStopped
from etl.sources.annex_a.files import read_lists
from etl.sources.annex_a.lists import LISTS, compared, number_of

CONTACT = {"Date of Contact": date(2014, 5, 6), "Contact Source": "q) 6: Police"}
SHEET_1 = "xl/worksheets/sheet1.xml"


def read(where: Path, most_bytes: int = 1 << 30, lists: tuple[int, ...] = ()) -> dict[str, Any]:
    """The lists by name: their records."""
    return {table.name: table.content.to_pylist() for table in tables(where, most_bytes, lists)}


def tables(
    where: Path, most_bytes: int = 1 << 30, lists: tuple[int, ...] = ()
) -> list[SourceTable]:
    door = SimpleNamespace(lists=lists)
    return list(
        read_lists(
            SimpleNamespace(path=where),  # type: ignore[arg-type]
            SimpleNamespace(most_bytes=most_bytes, door=door),  # type: ignore[arg-type]
        )
    )


def contacts(path: Path, *rows: dict[str, Any], **how: Any) -> list[dict[str, Any]]:
    """The records of list 1 of a workbook that has these."""
    found: list[dict[str, Any]] = read(a_workbook(path, {1: list(rows)}, **how))["LIST_1"]
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "2014-11-03.xlsx"


def stopped(where: Path, most_bytes: int = 1 << 30, lists: tuple[int, ...] = ()) -> str:
    """What the operator is told."""
    with pytest.raises(NightStopped) as caught:
        read(where, most_bytes, lists)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_every_list_lands_under_names_of_ours_whatever_is_in_it(path: Path) -> None:
    found = read(a_workbook(path, {1: [CONTACT]}))
    assert list(found) == [f"LIST_{number}" for number in range(1, 9)]
    assert found["LIST_1"] == [
        {"CHILD_ID": "1001", "SEX": "b) Female", "ETHNICITY": "a) WBRI",
         "DATE_OF_BIRTH": "05/03/2010", "CONTACT_DATE": "2014-05-06", "SOURCE": "q) 6: Police"},
    ]  # fmt: skip
    assert found["LIST_2"] == []


@pytest.mark.parametrize(
    ("cell", "lands"),
    [
        (datetime(2014, 5, 6, 13, 30), "2014-05-06"),  # noqa: DTZ001 - as a cell holds it
        (41765, "2014-05-06"),
        (41765.75, "2014-05-06"),
        ("06/05/2014", "06/05/2014"),
        ("2014-05-06", "2014-05-06"),
        (19999, "19999"),
        (80001, "80001"),
        ("#N/A", "#N/A"),
        ("=TODAY()", "formula without a stored value"),
        ("6 May 2014", "6 May 2014"),
    ],
)
def test_a_date_lands_as_iso_where_it_is_a_day_of_excel_and_else_as_it_is(
    path: Path, cell: Any, lands: str
) -> None:
    [record] = contacts(path, {**CONTACT, "Date of Contact": cell})
    assert record["CONTACT_DATE"] == lands


def test_the_days_of_a_workbook_of_1904_are_counted_from_there(path: Path) -> None:
    def since_1904(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    [record] = contacts(path, {**CONTACT, "Date of Contact": date(2014, 5, 6)}, change=since_1904)
    assert record["CONTACT_DATE"] == "2014-05-06"
    [record] = contacts(path, {**CONTACT, "Date of Contact": 41765}, change=since_1904)
    assert record["CONTACT_DATE"] == "2018-05-07"


@pytest.mark.parametrize("cell", [3001001, 3001001.0, "3001001", "3001001.0"])
def test_a_childs_id_is_the_same_as_number_or_text(path: Path, cell: Any) -> None:
    [record] = contacts(path, {**CONTACT, "Child Unique ID": cell})
    assert record["CHILD_ID"] == "3001001"


def test_a_number_in_any_notation_is_the_same(path: Path) -> None:
    a_workbook(path, {1: [{**CONTACT, "Child Unique ID": 3001001}]})
    with_part(path, SHEET_1, replaced("<v>3001001</v>", "<v>3.001001E6</v>"))
    assert read(path)["LIST_1"][0]["CHILD_ID"] == "3001001"


def test_of_a_formula_the_stored_value_is_read(path: Path) -> None:
    a_workbook(path, {1: [{**CONTACT, "Contact Source": "=1+1", "Gender": "=A1"}]})
    with_part(path, SHEET_1, replaced("<f>1+1</f><v />", "<f>1+1</f><v>41765</v>"))
    [record] = read(path)["LIST_1"]
    assert record["SOURCE"] == "41765"
    assert record["SEX"] == "#NOT STORED"


def test_a_part_of_a_text_that_says_how_it_is_read_aloud_is_no_part_of_it(path: Path) -> None:
    with_shared_texts(path)
    rich = "<si><r><t>q) 6: Po</t></r><r><t>lice</t></r><rPh><t>no</t></rPh></si>"
    with_part(path, "xl/sharedStrings.xml", replaced("<si><t>q) 6: Police</t></si>", rich))
    assert read(path)["LIST_1"][0]["SOURCE"] == "q) 6: Police"


def test_a_line_end_as_excel_writes_it_is_no_part_of_a_childs_id_or_heading(path: Path) -> None:
    def as_excel_has_it(book: Workbook) -> None:
        sheet = book["List 1"]
        sheet["A1"], sheet["A2"] = "Child Unique ID_x000D_\n", "3001001_x000D_\n"
        sheet["F2"] = "local_x005F_x0041_ _xD83D_"

    [record] = contacts(path, CONTACT, change=as_excel_has_it)
    assert (record["CHILD_ID"], record["SOURCE"]) == ("3001001", "local_x0041_ _xD83D_")


def with_shared_texts(path: Path) -> Path:
    """A workbook whose cells name their texts by number, as Excel writes them."""
    with xlsxwriter.Workbook(path) as book:
        for number in LISTS:
            sheet = book.add_worksheet(f"List {number}")
            sheet.write_row(0, 0, headings(number))
            if number == 1:
                sheet.write_row(1, 0, [1001, "Male", "WBRI", 40242, 41765, "q) 6: Police"])
    return path


def test_rows_above_the_header_and_rows_without_a_value_are_no_records(path: Path) -> None:
    def untidy(book: Workbook) -> None:
        sheet = book["List 1"]
        sheet.insert_rows(1, 3)
        sheet["A1"] = "Annex A: list 1. Every child must have its unique id"
        sheet.merge_cells("A1:F1")
        sheet.append(["  ", None, None])
        sheet.append([1002, None, None, None, date(2014, 5, 7)])

    found = contacts(path, CONTACT, change=untidy)
    assert [record["CHILD_ID"] for record in found] == ["1001", "1002"]


def test_a_merged_cell_holds_its_value_in_its_first_row_alone(path: Path) -> None:
    def merged(book: Workbook) -> None:
        book["List 1"].merge_cells("A3:A5")
        book["List 1"].merge_cells("E6:E7")

    found = contacts(path, *[CONTACT] * 6, change=merged)
    assert [record["CHILD_ID"] for record in found] == ["1001"] * 2 + [None] * 2 + ["1001"] * 2
    assert [record["CHILD_ID_IS_MERGED"] for record in found] == [None, None, "Y", "Y", None, None]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("CHILD  Unique\nID ", "Child Unique ID"),
        ("Child identifier (LCS)", "Child Unique ID"),
        ("Sex", "Gender"),
        ("Child's ethnicity code", "Ethnicity"),
        ("Date (of birth)", "Date of Birth"),
        ("Date of contact received", "Date of Contact"),
    ],
)
def test_a_heading_is_known_by_its_words(path: Path, theirs: str, ours: str) -> None:
    def renamed(book: Workbook) -> None:
        sheet = book["List 1"]
        sheet.cell(1, headings(1).index(ours) + 1).value = theirs

    [record] = contacts(path, CONTACT, change=renamed)
    assert None not in record.values()
    assert len(record) == len(headings(1))


def test_the_apostrophe_of_a_heading_may_be_curly() -> None:
    assert compared("Child\u2019s  Legal-Status") == compared("CHILD'S LEGAL STATUS")


@pytest.mark.parametrize(
    "title", ["List 4", "list 4", "List_4", "LIST4", "List 4 ", "List 4 - Assessments"]
)
def test_a_sheet_is_known_by_the_number_in_its_title(title: str) -> None:
    assert number_of(title) == 4
    assert number_of(title.replace("4", "40")) == 40


@pytest.mark.parametrize("title", ["Checklist 4", "Lists", "Sheet4", "4"])
def test_other_sheets_are_none(title: str) -> None:
    assert number_of(title) is None


def test_columns_that_are_not_known_land_by_name_alone(path: Path) -> None:
    def more(book: Workbook) -> None:
        book["List 1"].cell(1, 8).value = "Case note"
        book["List 1"].cell(2, 8).value = "She said so"

    [record] = contacts(path, CONTACT, change=more)
    assert record["CASE_NOTE"] is None


def test_of_two_headings_that_fit_the_exact_one_is_it(path: Path) -> None:
    def two(book: Workbook) -> None:
        sheet = book["List 1"]
        sheet.cell(1, 8).value = "Expected date of birth"
        sheet.cell(2, 8).value = "01/01/2020"

    [record] = contacts(path, CONTACT, change=two)
    assert record["DATE_OF_BIRTH"] == "05/03/2010"


def test_hidden_sheets_are_not_read(path: Path) -> None:
    def with_draft(book: Workbook) -> None:
        book.create_sheet("List 1 (draft)").sheet_state = "hidden"
        book.create_sheet("list_1").sheet_state = "veryHidden"

    assert len(contacts(path, CONTACT, change=with_draft)) == 1


def test_lists_that_are_not_asked_for_may_be_missing(path: Path) -> None:
    def part(book: Workbook) -> None:
        for number in (2, 4, 5, 6, 7, 8):
            del book[f"List {number}"]

    a_workbook(path, {1: [CONTACT]}, change=part)
    assert list(read(path, lists=(1, 3))) == ["LIST_1", "LIST_3"]
    told = stopped(path)
    assert "lacks list 2, list 4, list 5, list 6, list 7, list 8" in told
    assert "lists = [1, 3]" in told


def test_the_content_decides_whether_two_nights_are_the_same(path: Path) -> None:
    first = tables(a_workbook(path, {1: [CONTACT]}))[0].sha256
    another = {**CONTACT, "Contact Source": "a) 1A"}
    assert tables(a_workbook(path, {1: [another]}))[0].sha256 != first
    assert tables(a_workbook(path, {1: [CONTACT]}))[0].sha256 == first


def _spoilt(change: Callable[[Workbook], None]) -> Callable[[Path], Path]:
    return lambda path: a_workbook(path, {1: [CONTACT]}, change=change)


def _two_sheets(book: Workbook) -> None:
    book.create_sheet("list_1 again")


def _no_header(book: Workbook) -> None:
    book["List 1"].delete_rows(1)


def _without_a_column(book: Workbook) -> None:
    book["List 1"].cell(1, 5).value = "When"


def _two_that_fit(book: Workbook) -> None:
    book["List 1"].cell(1, 4).value = "Date of birth (LCS)"
    book["List 1"].cell(1, 8).value = "Date of birth (NHS)"


def _many_headings(book: Workbook) -> None:
    for column in range(8, 700):
        book["List 1"].cell(1, column).value = f"More {column}"


def _in_the_part(old: str, new: str, part: str = SHEET_1) -> Callable[[Path], Path]:
    def spoil(path: Path) -> Path:
        return with_part(a_workbook(path, {1: [CONTACT]}), part, replaced(old, new))

    return spoil


def _with_a_password(path: Path) -> Path:
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512))
    return path


def _a_photograph(path: Path) -> Path:
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(512))
    return path


def _another_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    return path


def _cut_off(path: Path) -> Path:
    raw = a_workbook(path, {1: [CONTACT]}).read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    return path


def _far_row(path: Path) -> Path:
    return _in_the_part('<row r="2"', '<row r="2000000"')(path)


def _shared_texts_from_elsewhere(path: Path) -> Path:
    change = replaced("<sst", '<!DOCTYPE x SYSTEM "http://x/y"><sst')
    return with_part(with_shared_texts(path), "xl/sharedStrings.xml", change)


BAD: list[tuple[Callable[[Path], Path], str]] = [
    (_spoilt(_two_sheets), "holds list 1 twice"),
    (_spoilt(_no_header), "List 1 has no header"),
    (_spoilt(_without_a_column), "List 1 lacks 'Date of Contact'"),
    (_spoilt(_two_that_fit), "several columns that may be 'Date of Birth'"),
    (_spoilt(_many_headings), "columns: it is no list of Annex A"),
    (_in_the_part('r="A2"', 'r="ALBGA2"'), "more than 16,384 columns"),
    (_far_row, "more than 1,048,576 rows"),
    (_in_the_part("</sheetData>", ""), "is not well-formed XML, from line 1"),
    (
        _in_the_part("<worksheet", '<!DOCTYPE x [<!ENTITY a "ha">]><worksheet'),
        "list 1 declares a document type",
    ),
    (_shared_texts_from_elsewhere, "its texts declares a document type"),
    (_with_a_password, "has a password, or is of Excel's old kind"),
    (_a_photograph, "cannot be unpacked"),
    (_another_zip, "is no .xlsx workbook"),
    (_cut_off, "cannot be unpacked"),
]


@pytest.mark.parametrize(("spoil", "says"), BAD, ids=[says for _, says in BAD])
def test_a_workbook_that_cannot_be_trusted_stops_the_night(
    path: Path, spoil: Callable[[Path], Path], says: str
) -> None:
    told = stopped(spoil(path))
    assert says in told
    assert "WBRI" not in told and "1001" not in told


def test_a_workbook_that_unpacks_to_more_than_is_allowed_stops_the_night(path: Path) -> None:
    def bomb(raw: bytes) -> bytes:
        return raw.replace(b"<sheetData>", b"<sheetData>" + b" " * (8 << 20))

    with_part(a_workbook(path, {1: [CONTACT]}), SHEET_1, bomb)
    assert path.stat().st_size < 1 << 17
    assert "bigger than" in stopped(path, most_bytes=4 << 20)


def test_a_cell_in_the_last_corner_costs_nothing(path: Path) -> None:
    def corner(book: Workbook) -> None:
        book["List 1"].cell(1_048_576, 16_384).value = "x"

    assert len(contacts(path, CONTACT, change=corner)) == 2


LIST_1 = "Child Unique ID,Gender,Ethnicity,Date of Birth,Date of Contact,Contact Source\r\n"
RECORD = "0012,Male,WBRI,05/03/2010,41765,6\r\n"


def test_lists_may_come_as_files_of_their_numbers(tmp_path: Path) -> None:
    folder = some_lists(
        tmp_path / "2014-11-03",
        {1: "Contacts since May,,,,,,\r\n,,,,,,\r\n"
            + LIST_1.replace("\r\n", ",Note\r\n").replace("Child Unique ID", '"Child\nUnique ID"')
            + RECORD.replace("\r\n", ",no\r\n") + ",,,,,,\r\n"},
    )  # fmt: skip
    [record] = read(folder)["LIST_1"]
    assert record == {
        "CHILD_ID": "0012", "SEX": "Male", "ETHNICITY": "WBRI", "DATE_OF_BIRTH": "05/03/2010",
        "CONTACT_DATE": "2014-05-06", "SOURCE": "6", "NOTE": None,
    }  # fmt: skip


def test_a_workbook_and_files_of_the_same_cells_are_the_same(path: Path, tmp_path: Path) -> None:
    book = a_workbook(path, {1: [{**CHILD, **CONTACT, "Child Unique ID": "0012"}]})
    record = '0012,b) Female,a) WBRI,05/03/2010,"2014-05-06",q) 6: Police\r\n'
    assert read(book) == read(some_lists(tmp_path / "lists", {1: LIST_1 + record}))


def test_a_zip_of_such_files_is_the_same(tmp_path: Path) -> None:
    folder = some_lists(tmp_path / "lists", {1: LIST_1 + RECORD})
    with zipfile.ZipFile(tmp_path / "2014-11-03.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"out/{file.name}")
    assert read(tmp_path / "2014-11-03.zip") == read(folder)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (LIST_1.replace(",", ";"), "separated by semicolons"),
        ("Contacts\r\n" + LIST_1.replace(",", "\t").replace("Unique ", ""), "separated by tabs"),
        (LIST_1 + RECORD + "0013,Male\r\n", "not as many fields as its header in record 2"),
        (LIST_1 + '0013,"Male', "quotation mark"),
        ("Notes\r\n", "no header"),
        (",".join(f"x{column}" for column in range(1000)) + "," + LIST_1, "1,006 columns"),
        (LIST_1.replace("Contact Source", "From"), "lacks 'Contact Source'"),
    ],
)
def test_a_file_that_is_no_list_stops_the_night(tmp_path: Path, text: str, says: str) -> None:
    told = stopped(some_lists(tmp_path / "2014-11-03", {1: text}))
    assert says in told
    assert "0013" not in told


def test_two_files_of_one_list_stop_the_night(tmp_path: Path) -> None:
    folder = some_lists(tmp_path / "2014-11-03", {})
    (folder / "list_3.csv").write_text("x")
    assert "holds list 3 twice" in stopped(folder)


@pytest.mark.parametrize("is_zip", [False, True])
def test_a_workbook_within_a_folder_or_zip_is_called_so(tmp_path: Path, is_zip: bool) -> None:
    folder = tmp_path / "2014-11-03"
    folder.mkdir()
    book = a_workbook(folder / "Annex A.xlsx", {1: [CONTACT]})
    archive = tmp_path / "2014-11-03.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(book, f"out/{book.name}")
    assert "is a workbook within a folder or zip" in stopped(archive if is_zip else folder)
