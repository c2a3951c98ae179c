"""Builds small workbooks of Annex A's lists, and changes what is in one."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from etl.sources.annex_a.lists import LISTS

# One record of each list is of this child; each list adds to it.
CHILD = {"Child Unique ID": 1001, "Gender": "b) Female", "Ethnicity": "a) WBRI",
         "Date of Birth": "05/03/2010"}  # fmt: skip
Rows = list[Mapping[str, Any]]


def headings(number: int) -> list[str]:
    """Those of a list, as Ofsted writes them."""
    return [column.heading for column in LISTS[number]]


def a_workbook(
    path: Path,
    lists: Mapping[int, Rows] | None = None,
    *,
    change: Callable[[Workbook], None] | None = None,
) -> Path:
    """A workbook with every list, in which these have records: cells by heading, others empty."""
    book = Workbook()
    book.remove(book.active)
    for number in LISTS:
        sheet = book.create_sheet(f"List {number}")
        sheet.append(headings(number))
        for row in (lists or {}).get(number, []):
            sheet.append([{**CHILD, **row}.get(heading) for heading in headings(number)])
    if change:
        change(book)
    book.save(path)
    return path


def some_lists(folder: Path, lists: Mapping[int, str]) -> Path:
    """A folder with a CSV file for each list: its header alone, or the text given."""
    folder.mkdir(exist_ok=True)
    for number in LISTS:
        text = lists.get(number, f"{','.join(map(quoted, headings(number)))}\r\n")
        (folder / f"List {number}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def quoted(text: str) -> str:
    """A field of CSV."""
    return f'"{text}"'


def with_part(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The same file with one part changed, or a new one."""
    with zipfile.ZipFile(path) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in parts.items():
            archive.writestr(member, content)
    return path


def replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    """Changes a part's text; it must be there."""

    def change(raw: bytes) -> bytes:
        assert old.encode() in raw
        return raw.replace(old.encode(), new.encode())

    return change
