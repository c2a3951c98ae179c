"""Annex A's catalogue of bad input. Records: one fault each, all in one workbook, each of a child
of its own. Faults: what is done to a workbook that then cannot be trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nights.marking import MARK
from openpyxl import Workbook

from doors.workbooks import Rows, a_workbook, replaced, with_part
from etl.conform.codes import WORDS_OF_FEW

SHEET_3 = "xl/worksheets/sheet3.xml"
DAY = datetime(2014, 6, 5)  # noqa: DTZ001 - as a cell holds it
# What a record of each list has unless it says otherwise.
USUAL: Mapping[int, Mapping[str, Any]] = {
    1: {"Date of Contact": DAY, "Contact Source": "q) 6: Police"},
    2: {"Assessment start date": DAY, "Organisation completing assessment": "HV"},
    3: {"Date of referral": DAY, "Referral Source": "q) 6: Police", "Referral NFA?": "b) No",
        "Allocated Team": "East", "Allocated Worker": f"{MARK} Jones"},
    4: {"Continuous Assessment Start Date": DAY,
        "Continuous Assessment Date of Authorisation": date(2014, 7, 1)},
    5: {"Strategy discussion initiating Section 47 Enquiry Start Date": DAY},
    6: {"CIN Start Date": DAY},
    7: {"Child Protection Plan Start Date": DAY, "Initial Category of Abuse": "a) Neglect",
        "Number of Previous Child Protection Plans": 0},
    8: {"Date Started to be Looked After": DAY, "Start Date of Most Recent Placement": DAY,
        "Placement Type": "f) U6: Foster placement - not FFA", "Child's Legal Status": "C2: FCO"},
}  # fmt: skip
CHILD, BIRTH, CONTACT = "Child Unique ID", "Date of Birth", "Date of Contact"
REFERRAL, START = "Date of referral", "Continuous Assessment Start Date"
PLACED = "Start Date of Most Recent Placement"
ENQUIRY = "Strategy discussion initiating Section 47 Enquiry Start Date"
CONFERENCE = "Date of Initial Child Protection Conference"


@dataclass(frozen=True)
class Record:
    """number: of the list; cells: by heading. ours: the table of ours that it is looked for in.
    held: the reason that it is held back for; else says: what columns there have. twice: it stands
    there a second time, with these cells changed."""

    name: str
    number: int
    cells: Mapping[str, Any]
    ours: str
    held: str | None = None
    says: Mapping[str, Any] = field(default_factory=dict)
    twice: Mapping[str, Any] | None = None


_ABOUT_A_CONTACT = {
    "day": CONTACT, "child": CHILD, "source": "Contact Source", "born": BIRTH, "sex": "Gender",
}  # fmt: skip


def contact(name: str, held: str | None = None, **more: Any) -> Record:
    cells = {heading: more.pop(key) for key, heading in _ABOUT_A_CONTACT.items() if key in more}
    return Record(name, 1, cells, "contact", held, more.pop("says", {}), **more)


def source(name: str, cell: Any, code: str) -> Record:
    return contact(name, source=cell, says={"source_code": code})


def flag(name: str, cell: Any, says: Any = None, held: str | None = None) -> Record:
    says = {"is_no_further_action": says}
    return Record(name, 3, {"Referral NFA?": cell}, "referral", held, {} if held else says)


def category(name: str, cell: str, code: str) -> Record:
    cells = {"Latest Category of Abuse": cell}
    return Record(name, 7, cells, "child_protection_plan", says={"latest_category": code})


def sex(name: str, cell: str, says: str) -> Record:
    return Record(name, 1, {"Gender": cell}, "child", says={"sex": says})


RECORDS = [
    # Dates: day and month are never swapped.
    contact("a day of Excel's", day=41795, says={"received_date": "2014-06-05"}),
    contact("a UK date", day="05/06/2014", says={"received_date": "2014-06-05"}),
    contact("an ISO date", day="2014-06-05", says={"received_date": "2014-06-05"}),
    contact("an ISO date with a time", day="2014-06-05 00:00:00",
            says={"received_date": "2014-06-05"}),
    contact("an American date", "unreadable", day="06/25/2014"),
    contact("a year of two digits", "unreadable", day="05/06/14"),
    contact("a date in words", "unreadable", day="5 June 2014"),
    contact("a number that is no day of ours", "unreadable", day=19_999),
    contact("a date as one number", "unreadable", day=20140605),
    contact("a formula that stores nothing", "unreadable", day="=TODAY()"),
    contact("an error for a date", "received_date_missing", day="#REF!"),
    contact("no date", "received_date_missing", day=None),
    contact("after the extract date", "after_extract_date", day=date(2014, 11, 4)),
    # Ids.
    contact("no child", "child_missing", child=None),
    contact("a child that is a name", "unreadable", child=f"{MARK} Ann"),
    contact("an error for a child", "child_missing", child="#N/A", source="4"),
    contact("a child's number with letters before it", child="LCS-00123"),
    # Birth dates.
    contact("two birth dates", "child_unknown", born="01/02/2010",
            twice={BIRTH: "02/02/2010", CONTACT: date(2014, 6, 6)}),
    contact("born in words", "child_unknown", born=f"{MARK} May"),
    contact("expected later than anybody can know", "child_unknown", born="31/08/2015"),
    Record("not born yet", 1, {BIRTH: "30/08/2015"}, "child",
           says={"birth_month": "2015-08-01", "is_unborn": True}),
    Record("born on the day", 1, {BIRTH: date(2014, 11, 3)}, "child",
           says={"birth_month": "2014-11-01", "is_unborn": False}),
    # Codes.
    source("a source behind its letter", "p1) 5D: LA services", "5D"),
    source("a source behind a space that does not break", "q)\u00a06: Police", "6"),
    source("a source over two lines", "\u200bq)\n6: Police", "6"),
    source("a source that is the code alone", "1a", "1A"),
    source("a council's own number", "7 - Police", WORDS_OF_FEW),
    source("a number of two digits", "09", "09"),
    source("an error for a source", "#VALUE!", None),
    sex("a gender behind its letter", "a) Male", "M"),
    sex("a gender behind its letter and another space", "b)\u00a0Female", "F"),
    sex("a gender of somebody not born", "c) Not stated/recorded (incl. unborn)", "U"),
    sex("a gender in full", "female", "F"),
    sex("a gender that is not known", "c) Unborn/Unknown", "U"),
    Record("an ethnicity within words", 1, {"Ethnicity": "White and Asian (MWAS)"}, "child",
           says={"ethnicity_code": "MWAS"}),
    flag("yes by its letter", "a) Yes", True),
    flag("no by its letter", "B) no", False),
    flag("neither", "c) Not known", None),
    flag("yes as Excel has it", True, True),
    flag("neither, without its letter", "Unknown", None),
    flag("a question that does not arise", "N/A", None),
    flag("yes, and more", "Yes-See care notes", True),
    flag("no, and more", "no: stepped up", False),
    flag("yes behind a space that does not break", "a)\u00a0Yes", True),
    flag("words that begin as no does", f"Nobody {MARK}", held="unreadable"),
    flag("a flag that is none", f"{MARK} perhaps", held="unreadable"),
    category("a category behind its letter", "c) Sexual abuse", "SAB"),
    category("several categories", "Multiple: neglect, physical", "MUL"),
    Record("a placement of its letter", 8, {"Placement Type": "a) U1: long term"}, "placement",
           says={"placement_type_code": "U1"}),
    Record("a placement of two letters", 8, {"Placement Type": "zz) T4: Temporary"}, "placement",
           says={"placement_type_code": "T4"}),
    Record("a retired placement", 8, {"Placement Type": "h1: Independent"}, "placement",
           says={"placement_type_code": "H1"}),
    Record("a placement without its day", 8, {PLACED: None}, "placement",
           held="started_date_missing"),
    Record("a period whose end is an American date", 8,
           {"Date Ceased to be Looked After": "06/25/2014"}, "looked_after_period",
           held="unreadable"),
    # Records that are one, and that are not.
    contact("a repeat in another spelling", day=DAY, says={"source_code": "6"},
            twice={CONTACT: "05/06/2014"}),
    contact("a repeat in other words", day=DAY, sex="Female", source="a) 1A: Individual",
            twice={"Gender": "b) F", "Contact Source": "1a"}),
    Record("a repeat whose team is spaced otherwise", 3, {"Allocated Team": "East End"}, "referral",
           twice={"Allocated Team": "East\u00a0 End"}),
    Record("two of one day that differ", 4, {}, "single_assessment", says={"authorised_date":
           "2014-07-01"}, twice={"Continuous Assessment Date of Authorisation": None}),
    # Dates that cannot be true.
    Record("authorised before it began", 4, {START: date(2014, 7, 2)}, "single_assessment",
           held="authorised_before_started"),
    Record("a plan that ended before it began", 7,
           {"Child Protection Plan End Date": date(2014, 6, 4)}, "child_protection_plan",
           held="ended_before_started"),
    Record("previous plans in words", 7, {"Number of Previous Child Protection Plans": "none yet"},
           "child_protection_plan", held="unreadable"),
    Record("previous plans as a fraction of Excel's", 7,
           {"Number of Previous Child Protection Plans": 2.0}, "child_protection_plan",
           says={"previous_plans": 2}),
    # Section 47.
    Record("a conference", 5, {CONFERENCE: date(2014, 6, 20)}, "section_47_enquiry",
           says={"outcome": "initial_conference"}),
    Record("no conference needed", 5,
           {"Was an Initial Child Protection Conference deemed unnecessary?": "a) Yes"},
           "section_47_enquiry", says={"outcome": "no_conference"}),
    Record("not decided yet", 5,
           {"Was an Initial Child Protection Conference deemed unnecessary?": "b) No"},
           "section_47_enquiry", says={"outcome": None}),
    Record("an enquiry without its day", 5, {ENQUIRY: None}, "section_47_enquiry",
           held="started_date_missing"),
]  # fmt: skip

FIRST_CHILD = 5_000
# A child with a record in every list, beside whom the faults stand.
WHOLE = {number: [{**cells, CHILD: 1001}] for number, cells in USUAL.items()}


def numbered() -> list[tuple[Record, int, dict[int, Rows]]]:
    """Each record, its number in its list, and what it adds to the lists."""
    found, lengths = [], dict.fromkeys(WHOLE, 1)
    for child, record in enumerate(RECORDS, start=FIRST_CHILD):
        rows = [{**USUAL[record.number], CHILD: child, **record.cells}]
        rows += [{**rows[0], **record.twice}] if record.twice else []
        found.append((record, lengths[record.number] + 1, {record.number: rows}))
        lengths[record.number] += len(rows)
    return found


def with_every_record(path: Path) -> Path:
    """A workbook with all of them."""
    lists: dict[int, Rows] = {number: list(rows) for number, rows in WHOLE.items()}
    for _, _, added in numbered():
        for number, rows in added.items():
            lists[number] += rows
    return a_workbook(path, lists, change=_with_a_note)


def _with_a_note(book: Workbook) -> None:
    """Columns that we do not know, one of which has no name but somebody's."""
    for sheet in book:
        column = sheet.max_column + 1
        sheet.cell(1, column).value, sheet.cell(1, column + 1).value = "Case note", "3001001"
        sheet.cell(2, column).value = sheet.cell(2, column + 1).value = f"{MARK} said so"


@dataclass(frozen=True)
class Fault:
    """spoil: changes the workbook at a path, or puts something else there. says: what the message
    must say."""

    name: str
    spoil: Callable[[Path], object]
    says: str


def _of_the_book(change: Callable[[Workbook], None]) -> Callable[[Path], object]:
    return lambda path: a_workbook(path, WHOLE, change=change)


def _in_the_part(old: str, new: str, part: str = SHEET_3) -> Callable[[Path], object]:
    return lambda path: with_part(path, part, replaced(old, new))


def _again(book: Workbook) -> None:
    book.create_sheet("list_3")


def _not_there(book: Workbook) -> None:
    del book["List 3"]


def _hidden(book: Workbook) -> None:
    book["List 3"].sheet_state = "hidden"


def _other_headings(book: Workbook) -> None:
    for cell in book["List 3"][1]:
        cell.value = MARK


def _two_dates(book: Workbook) -> None:
    book["List 3"].cell(1, 5).value = f"Date of referral ({MARK})"
    book["List 3"].cell(1, 20).value = "Date of referral to panel"


def _bomb(path: Path) -> None:
    with_part(path, SHEET_3, lambda raw: raw.replace(b"<sheetData>", b"<sheetData>" + b" " * MANY))


def _laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet'
    _in_the_part("<worksheet", laughs)(path)


MANY = 64 << 20
FAULTS = [
    Fault("two sheets of one list", _of_the_book(_again), "holds list 3 twice"),
    Fault("a list that is not there", _of_the_book(_not_there), "lacks list 3"),
    Fault("a list that is hidden", _of_the_book(_hidden), "lacks list 3"),
    Fault("a list without its headings", _of_the_book(_other_headings), "List 3 has no header"),
    Fault("two columns that may be one", _of_the_book(_two_dates), "'Date of referral'"),
    Fault("a zip bomb", _bomb, "bigger than"),
    Fault("a billion laughs", _laughs, "declares a document type"),
    Fault("a text of another file",
          _in_the_part("<worksheet", '<!DOCTYPE x [<!ENTITY a SYSTEM "/etc/passwd">]><worksheet'),
          "declares a document type"),
    Fault("a million columns", _in_the_part('r="A2"', 'r="BDWGN2"'), "16,384 columns"),
    Fault("more rows than Excel has", _in_the_part('<row r="2"', '<row r="1048577"'), "rows"),
    Fault("a sheet that was cut off", _in_the_part("</sheetData>", ""), "not well-formed"),
    Fault("a workbook that was cut off",
          lambda path: path.write_bytes(path.read_bytes()[:2000]), "cannot be unpacked"),
    Fault("a workbook with a password",
          lambda path: path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
          "has a password"),
    Fault("a photograph", lambda path: path.write_bytes(b"\xff\xd8\xff\xe0" * 99),
          "cannot be unpacked"),
    Fault("text", lambda path: path.write_text(f"{MARK}\n"), "cannot be unpacked"),
]  # fmt: skip
