"""The same lists as a workbook, one sheet for each list and one for each team and worker; and the
workbook of a sample. Every text is written as a text: no formula, no link out of the book."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from etl.worklist.lists import (
    Heading,
    InNeed,
    Late,
    Owed,
    TeamList,
    ToMend,
    WorkLists,
)
from etl.worklist.names import sheet_name
from etl.worklist.page import day, worker_column
from etl.worklist.sample import Drawn, Sample

PRIVATE = "Operational: identifies children. Keep, do not copy, shred."
_FOOT = "&L&8{}, as known on {}: identifies children: keep, do not copy, shred&R&8&P of &N"
_WIDTHS = {str: 22, date: 13, int: 10}
_ENTER_OR_REBOOK = "Enter the held date, or rebook"
Row = Sequence[Any]


@dataclass(frozen=True)
class Column:
    """A column of a sheet. kind: of its values. width: in characters."""

    title: str
    kind: type = str
    width: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, what it is in words, its columns and rows. after: lines under them."""

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    after: tuple[Row, ...] = ()


def workbook(lists: WorkLists) -> bytes:
    """The workbook of the lists."""
    worker = Column(worker_column(lists.heading), width=14)
    sheets = [*_lists(lists, worker), *_of_workers(lists)]
    return _written(sheets, lists.heading.known_on, _about(lists.heading))


def sample_workbook(sample: Sample) -> bytes:
    """The workbook of a sample, with what another needs to draw it anew."""
    return _written([_sampled(sample)], sample.known_on, [])


def _about(heading: Heading) -> list[tuple[str, str]]:
    """The lines of the first sheet."""
    owner = (
        "those who have the child now" if heading.is_by_allocation
        else "those of the record, else of the child’s referral"
    )  # fmt: skip
    return [
        ("Work lists", heading.authority),
        ("As known on", day(heading.known_on)),
        ("Newest visit in the system", day(heading.newest_visit) or "none"),
        ("Note", "What was done since then is not here yet"),
        ("Team and worker", owner),
        ("Handling", PRIVATE),
    ]


# What a line says, under the columns that are the same for every line.
_CHILD = (Column("Case", width=12), Column("Family", width=12))
_TEAM = Column("Team", width=24)
_BLANK = ("", "")


def _lists(lists: WorkLists, worker: Column) -> list[Sheet]:
    """A sheet for each list, all teams below one another."""
    heading = lists.heading
    month = f"{heading.month:%B %Y}"
    ahead = len(heading.days)

    def of_all(pick: Callable[[TeamList], Iterable[Any]], tell: Callable[[Any], Row]) -> Any:
        return tuple((team.name, *tell(line)) for team in lists.teams for line in pick(team))

    due, days = Column("Due", date), Column("Working days late", int)
    return [
        Sheet("Overdue", "Overdue at the last extract",
              (_TEAM, due, days, Column("What is owed", width=34), *_CHILD, worker,
               Column("Clock since", date), Column("Seen or done on"), Column("Note")),
              of_all(lambda team: team.overdue, lambda line: (*_overdue(line), *_BLANK))),
        Sheet("Held or missed", "Held or missed: the record does not say",
              (_TEAM, Column("Was due", date), Column("What", width=34), *_CHILD, worker,
               Column("What to do", width=30)),
              of_all(lambda team: team.awaiting, _awaiting)),
        Sheet("Due", f"Due in the next {ahead} working days",
              (_TEAM, Column("To be done by", date), due, Column("What is owed", width=34),
               *_CHILD, worker, Column("Booked for")),
              of_all(lambda team: team.due, lambda line: (*_due(line), ""))),
        Sheet("Completed late", f"Completed late in {month}",
              (_TEAM, days, Column("Late in"), Column("What", width=34), due,
               Column("Done", date), *reversed(_CHILD), worker),
              of_all(lambda team: team.late, _late)),
        Sheet("In need over 9 months", f"In need over 9 months at the end of {month}",
              (_TEAM, Column("Received", date), Column("Months open", int),
               Column("Last visit", date), Column("Need", width=34), *_CHILD, worker,
               Column("Closed since", date)),
              of_all(lambda team: team.in_need, _in_need)),
        Sheet("Records to mend", "Records that are held back, or reported by a check",
              (_TEAM, Column("Is", width=12), Column("Since", date), Column("Record"),
               Column("Its number"),
               Column("Case", width=12), Column("What is wrong", width=60), Column("Where"),
               Column("How to mend it", width=60)),
              of_all(lambda team: team.to_mend, _to_mend)),
        Sheet("Reported and counted", "Checks that too many records fail to be kept one by one, "
              "of the whole council",
              (Column("Records", int), Column("Of"), Column("What should hold", width=60),
               Column("How to mend it", width=60)),
              tuple((each.rows, each.what, each.wrong, each.mend) for each in lists.reported)),
    ]  # fmt: skip


def _overdue(line: Owed) -> Row:
    whose = line.whose
    return (line.due, line.working_days_late, line.what, whose.case, whose.family, whose.worker,
            line.started)  # fmt: skip


def _awaiting(line: Owed) -> Row:
    whose = line.whose
    return line.due, line.what, whose.case, whose.family, whose.worker, _ENTER_OR_REBOOK


def _due(line: Owed) -> Row:
    whose = line.whose
    return line.stands_on, line.due, line.what, whose.case, whose.family, whose.worker


def _late(line: Late) -> Row:
    whose = line.whose
    return (line.working_days_late, line.late_in, line.what, line.due, line.done, whose.family,
            whose.case, whose.worker)  # fmt: skip


def _in_need(line: InNeed) -> Row:
    whose = line.whose
    return (line.received, line.months_open, line.last_visit, line.need, whose.case, whose.family,
            whose.worker, line.closed)  # fmt: skip


def _to_mend(line: ToMend) -> Row:
    return ("held back" if line.is_held_back else "reported", line.since, line.what, line.record,
            line.whose.case, line.wrong, line.column, line.mend)  # fmt: skip


def _of_workers(lists: WorkLists) -> list[Sheet]:
    """A sheet for each worker of each team: all that is owed, overdue first."""
    columns = (
        Column("List", width=18), Column("Due", date), Column("Working days late", int),
        Column("What is owed", width=34), *_CHILD, Column("Note"),
    )  # fmt: skip
    found = []
    for team in lists.teams:
        named = (("Overdue", team.overdue), ("Held or missed", team.awaiting), ("Due", team.due))
        for worker in sorted({line.whose.worker for _, lines in named for line in lines}):
            name = worker or "not recorded"
            rows = tuple(
                (list_name, line.due, line.working_days_late, line.what, line.whose.case,
                 line.whose.family, "")
                for list_name, lines in named for line in lines if line.whose.worker == worker
            )  # fmt: skip
            found.append(Sheet(f"{team.name} {name}", f"{team.name}, worker {name}", columns, rows))
    return found


def _sampled(sample: Sample) -> Sheet:
    drawing = sample.drawing
    blank = ("Visited in time?", "Seen alone?", "Reason", "Grade", "Auditor", "Date")
    columns = (
        *_CHILD, _TEAM, Column("Worker", width=14), Column("Due", date), Column("Done", date),
        Column("Working days late", int), Column("Late in", width=12), *map(Column, blank),
    )  # fmt: skip
    after: list[Row] = [
        (),
        (f"Dip sample of {len(sample.drawn)}: {sample.title}, {drawing.month:%B %Y}",),
        (f"Authority {sample.la_code}, {sample.authority}; as known on {day(sample.known_on)}",),
        (f"Seed {drawing.seed}; asked for {drawing.size}; measure {drawing.measure}",),
        *((f"{share.team}: {share.drawn} of {share.population}",) for share in sample.shares),
        (f"Order in a team: sha256 of {drawing.seed}|{drawing.measure}|{drawing.month:%Y-%m}|"
         "subject id, ascending",),
        (PRIVATE,),
    ]  # fmt: skip
    return Sheet(
        "Dip sample", "Dip sample", columns,
        tuple((*_drawn(line), *[""] * len(blank)) for line in sample.drawn), tuple(after),
    )  # fmt: skip


def _drawn(line: Drawn) -> Row:
    whose = line.whose
    return (whose.case, whose.family, line.team, whose.worker, line.due, line.done,
            line.working_days_late, line.late_in)  # fmt: skip


def _written(sheets: Sequence[Sheet], known_on: date, about: Sequence[tuple[str, str]]) -> bytes:
    """The book in memory: only what is whole goes to a disk."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        # The same lists are the same file: by itself it would hold the clock.
        book.set_properties({"created": datetime.combine(known_on, time())})
        writer = _Writer(book, known_on)
        if about:
            writer.say(about, sheets)
        for sheet in sheets:
            writer.write(sheet)
    return target.getvalue()


class _Writer:
    """Writes sheets into a book. names: of the sheets so far."""

    def __init__(self, book: Any, known_on: date) -> None:
        self._book, self._known_on = book, known_on
        self._names: list[str] = []
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._day = book.add_format({"num_format": "ddd d mmm yyyy", "valign": "top"})
        self._number = book.add_format({"valign": "top"})

    def say(self, about: Sequence[tuple[str, str]], sheets: Sequence[Sheet]) -> None:
        """The first sheet: of what the lists are, and how long each is."""
        made = self._begin("Contents", "Contents")
        made.set_column(0, 0, 40)
        made.set_column(1, 1, 60)
        lines = [*about, *((sheet.about, f"{len(sheet.rows):,} lines") for sheet in sheets)]
        for number, (what, said) in enumerate(lines):
            made.write_string(number, 0, what, self._bold)
            made.write_string(number, 1, said, self._text)

    def write(self, sheet: Sheet) -> None:
        """One sheet."""
        made = self._begin(sheet.name, sheet.about)
        made.freeze_panes(1, 0)
        made.repeat_rows(0)
        for number, column in enumerate(sheet.columns):
            made.set_column(number, number, column.width or _WIDTHS[column.kind])
            made.write_string(0, number, column.title, self._bold)
        for row_number, row in enumerate(sheet.rows, start=1):
            for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
                self._cell(made, row_number, number, column, value)
        if sheet.rows:
            made.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
        for row_number, after in enumerate(sheet.after, start=len(sheet.rows) + 1):
            for number, text in enumerate(after):
                made.write_string(row_number, number, text)

    def _begin(self, name: str, about: str) -> Any:
        name = sheet_name(name, self._names)
        self._names.append(name)
        made = self._book.add_worksheet(name)
        made.set_landscape()
        made.set_paper(9)  # A4
        made.fit_to_pages(1, 0)
        # An ampersand begins a code of Excel's, two are one of the text.
        made.set_footer(_FOOT.format(about.replace("&", "&&")[:120], day(self._known_on)))
        return made

    def _cell(self, made: Any, row: int, column: int, of: Column, value: Any) -> None:
        if value is None or value == "":
            made.write_blank(row, column, None, self._text)
        elif of.kind is date:
            made.write_datetime(row, column, datetime.combine(value, time()), self._day)
        elif of.kind is int:
            made.write_number(row, column, value, self._number)
        else:
            made.write_string(row, column, value, self._text)
