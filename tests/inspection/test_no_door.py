"""Anything can be inspected: what is no source is said to be none, and what it is instead."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from etl.cli import main
from etl.errors import WrongUsage
from etl.sources.recognition.forms import form_of_old_office
from inspection.inspecting import SECRET, inspected

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + SECRET.encode()
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600


def a_file(folder: Path, name: str, content: bytes | str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    raw = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(raw)
    return path


def a_return(collection: str, root: str = "Message", inner: str = "") -> str:
    return (
        f"<?xml version='1.0'?><{root}><Header><CollectionDetails><Collection>{collection}"
        f"</Collection><Year>2025</Year></CollectionDetails></Header>{inner}<{SECRET}/></{root}>"
    )


@pytest.mark.parametrize(
    ("name", "content", "is_said"),
    [
        ("2014-11-03.png", PNG, "a picture (PNG)"),
        ("photograph", b"\xff\xd8\xff\xe0 PII", "a picture (JPEG)"),
        ("IMG.HEIC", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00PII", "a picture (HEIC)"),
        ("plan.pdf", b"%PDF-1.7 PII", "a PDF"),
        ("nothing.csv", b"", "an empty file"),
        ("letter.txt", "Dear Mrs PII\nabout your child", "text without columns"),
        ("page.html", "<!DOCTYPE html><html>PII</html>", "a web page"),
        ("data.json", '{"PII": 1}', "JSON"),
        ("programme.exe", b"MZ\x90\x00PII", "a program"),
        ("noise.bin", bytes(range(256)), "of no form that is known here"),
        ("List 1.csv", "PII surname,PII forename\nPII,PII\n", "of no table that is known here"),
        ("old.xls", OLD_OFFICE + "Workbook".encode("utf-16-le"), "(.xls)"),
        ("x.xlsx", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "save it without one"),
        ("sc.xml", a_return("SC1"), "it is the school census (spring)"),
        ("cin.xml", a_return("PII"), "another collection than the children in need census"),
        ("other.xml", a_return("CIN", root="PII"), "outermost element is not Message"),
        ("903.xml", a_return("", inner="<CHILDID>PII</CHILDID><DECOM/>"), "let the case system"),
        ("bomb.xml", "<!DOCTYPE m [<!ENTITY a 'PII'>]><Message>&a;</Message>", "document type"),
        ("x.zip", b"PK\x03\x04PII", "a damaged zip or gzip"),
        ("x.csv.gz", b"\x1f\x8bPII", "a damaged zip or gzip"),
    ],
)  # fmt: skip
def test_what_is_no_source_is_said_to_be_none_and_what_it_is(
    tmp_path, capsys, name, content, is_said
):
    said = inspected(capsys, a_file(tmp_path, name, content))
    assert "No night can be loaded from it." in said.page
    assert is_said in said.plain
    assert said.found["kind"] is None
    assert not said.found["readable"]


def test_a_file_of_old_office_is_told_by_what_is_in_it():
    msg = "__properties_version1.0".encode("utf-16-le")
    assert form_of_old_office(msg) == "an e-mail of Outlook (.msg)"
    assert form_of_old_office(b"") == "a file of an old Office program"


def test_an_empty_folder_is_one(tmp_path, capsys):
    assert "It is an empty folder." in inspected(capsys, tmp_path).plain


def test_a_folder_in_a_folder_is_not_taken_for_nothing(tmp_path, capsys):
    a_file(tmp_path / "night" / "export", "header.csv", "CHILD,SEX\n")
    said = inspected(capsys, tmp_path / "night").plain
    assert "empty" not in said
    assert "It holds 1 folder, not looked into: inspect one by itself." in said


def test_a_folder_of_nights_says_to_inspect_one_of_them(tmp_path, capsys):
    for day in (3, 4):
        (tmp_path / f"2014-11-0{day}").mkdir()
    assert "2 files or folders that are named for a day" in inspected(capsys, tmp_path).plain


def test_a_folder_of_anything_is_counted_by_what_its_files_are(tmp_path, capsys):
    folder = tmp_path / "council"
    folder.mkdir()
    a_file(folder, "PII.png", PNG)
    a_file(folder, "PII.csv", "PII,PII\n")
    with zipfile.ZipFile(folder / "PII.zip", "w") as archive:
        archive.writestr("PII", "PII")
    said = inspected(capsys, folder)
    assert not said.found["readable"]
    assert "1 file: a picture (PNG)" in said.plain
    assert "1 file: text with columns" in said.plain
    assert "A zip within is not looked into" in said.plain


def test_a_zip_of_something_else_and_one_with_a_password_are_told(tmp_path, capsys):
    path = tmp_path / "something.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("PII/PII.png", PNG)
    assert "It is a zip of 1 file: a picture (PNG)." in inspected(capsys, path).plain
    raw = bytearray(path.read_bytes())
    for at in (6, raw.index(b"PK\x01\x02") + 8):
        raw[at] |= 1
    path.write_bytes(raw)
    assert "What has a password cannot be read" in inspected(capsys, path).plain


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_is_told_however_it_is_packed(tmp_path, capsys, packed):
    path = tmp_path / "2014-11-03.zip"
    with zipfile.ZipFile(path, "w", packed) as archive:
        archive.writestr("header.csv", "".join(f"{number},PII\n" for number in range(5_000)))
    raw = bytearray(path.read_bytes())
    raw[60:120] = bytes(byte ^ 0x5A for byte in raw[60:120])
    path.write_bytes(raw)
    assert "a damaged zip or gzip" in inspected(capsys, path).plain


def test_a_workbook_without_lists_is_none_of_annex_a(tmp_path, capsys):
    book = Workbook()
    book.active.title = "PII"
    book.active.append(["Child Unique ID", "PII"])
    book.save(tmp_path / "book.xlsx")
    said = inspected(capsys, tmp_path / "book.xlsx")
    assert "no sheet is called List 1" in said.plain
    other = tmp_path / "around"
    other.mkdir()
    (tmp_path / "book.xlsx").rename(other / "book.xlsx")
    assert "A workbook is inspected by itself" in inspected(capsys, other).plain


def test_a_file_that_is_called_otherwise_than_its_table_is_told_what_to_call_it(tmp_path, capsys):
    text = "FACT_S47_ID,DIM_PERSON_ID,START_DTTM,END_DTTM,FACT_REFERRAL_ID,COMPLETED_BY_DEPT_ID"
    text += ",OUTCOME_CP_CONFERENCE_FLAG,OUTCOME_NFA_FLAG,COMPLETED_BY_USER_STAFF_ID\nPII,PII\n"
    file = a_file(tmp_path, "PII export.csv", text)
    assert "has columns of FACT_S47 (liquidlogic_files)" in inspected(capsys, file).plain


def test_little_is_read_of_what_would_unpack_to_very_much(tmp_path, capsys):
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(64):
            file.write(b"," * (1 << 20))
    assert not inspected(capsys, path).found["readable"]


def test_what_is_not_there_is_wrong_usage(tmp_path, capsys):
    assert main(["inspect", str(tmp_path / "nowhere")]) == WrongUsage.exit_code
    assert "There is nothing at" in capsys.readouterr().err


def test_a_check_that_stops_is_what_its_exit_code_says(tmp_path, capsys):
    assert main(["inspect", str(a_file(tmp_path, "photograph", PNG))]) == 3
    assert "It is a picture (PNG)." in capsys.readouterr().out
