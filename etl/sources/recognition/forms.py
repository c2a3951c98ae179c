"""Of which form a file is, by its first bytes: what its name says is nobody's word for it."""

from __future__ import annotations

import re

CSV, XML, WORKBOOK, ZIP, EMPTY = "CSV", "XML", "an Excel workbook", "a zip", "an empty file"
# What nobody can tell by looking at it.
UNKNOWN = "of no form that is known here"
_BEGINS = (
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a document (RTF)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x1f\x8b", "a file packed with gzip"),
    (b"PGDMP", "a copy of a PostgreSQL database"),
    (b"TAPE\x00\x00", "a backup of a SQL Server database"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_PICTURE_OR_FILM = re.compile(rb".{4}ftyp(\w{4})", re.DOTALL)
_PICTURES = (b"heic", b"heix", b"mif1", b"avif")
# Files of Office before 2007, and those with a password since.
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_IN_OLD_OFFICE = (
    ("EncryptedPackage", "a workbook or document with a password"),
    ("Workbook", "an Excel workbook of the kind before 2007 (.xls)"),
    ("Book", "an Excel workbook of the kind before 2007 (.xls)"),
    ("WordDocument", "a Word document of the kind before 2007 (.doc)"),
    ("__properties_version1.0", "an e-mail of Outlook (.msg)"),
)
_IN_ZIP = (
    ("xl/workbook.xml", WORKBOOK),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("content.xml", "an OpenDocument file (LibreOffice)"),
)
_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF_8_MARK = b"\xef\xbb\xbf"
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SEPARATORS = (",", ";", "\t", "|")
_FIRST_LETTERS = 16


def is_zip(first: bytes) -> bool:
    """Whether a file begins as a zip does; an empty one too."""
    return first.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_of_old_office(first: bytes) -> bool:
    """Whether a file begins as those of Office before 2007."""
    return first.startswith(_OLD_OFFICE)


def form_of_old_office(whole: bytes) -> str:
    """Which of them: by the names of its streams, wherever they stand."""
    for name, form in _IN_OLD_OFFICE:
        if name.encode("utf-16-le") in whole:
            return form
    return "a file of an old Office program"


def form_of_zip(names: set[str]) -> str:
    """What a zip is, by what is in it."""
    return next((form for name, form in _IN_ZIP if name in names), ZIP)


def form_of(first: bytes) -> str:
    """What any other file is."""
    if not first:
        return EMPTY
    for begins, form in _BEGINS:
        if first.startswith(begins):
            return form
    if picture := _PICTURE_OR_FILM.match(first):
        return "a picture (HEIC)" if picture[1] in _PICTURES else "a film"
    return _form_of_text(text_of(first))


def text_of(first: bytes) -> str:
    """The text that a file begins with; empty where it is no text."""
    encoding = _UTF_16.get(first[:2]) or _utf_16_without_mark(first)
    if encoding:
        text = first.decode(encoding, "ignore").removeprefix("\ufeff")
    else:
        text = first.removeprefix(_UTF_8_MARK).decode("latin-1")
    return "" if _NO_TEXT.search(text) else text


def _utf_16_without_mark(first: bytes) -> str | None:
    letters = first[:_FIRST_LETTERS]
    if len(letters) < _FIRST_LETTERS:
        return None
    if not any(letters[1::2]):
        return "utf-16-le"
    return None if any(letters[::2]) else "utf-16-be"


def _form_of_text(text: str) -> str:
    begins = text.lstrip()[:_FIRST_LETTERS].lower()
    if not begins:
        return UNKNOWN
    if begins.startswith(("<!doctype html", "<html")):
        return "a web page"
    if re.match(r"<[?!a-z_]", begins):
        return XML
    if begins[0] in "{[":
        return "JSON"
    return CSV if separator_of(first_line(text)) else "text without columns"


def first_line(text: str) -> str:
    """The first line of a text."""
    return re.split(r"[\r\n]", text, maxsplit=1)[0]


def separator_of(line: str) -> str | None:
    """What parts a line into most fields; None where nothing does."""
    most = max(_SEPARATORS, key=line.count)
    return most if most in line else None
