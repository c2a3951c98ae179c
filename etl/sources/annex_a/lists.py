"""The lists of Annex A and their columns: by which words of a heading each is known.

Councils keep Ofsted's headings, but not to the letter. A column is known by words that its heading
must have, and lands under a name of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from etl.sources.spelling import plain_word


class Cells(StrEnum):
    """What stands in a column."""

    ID = "id"
    DATE = "date"
    WHOLE = "whole"
    FLAG = "flag"
    WORDS = "words"


@dataclass(frozen=True)
class ListColumn:
    """name: under which it lands. heading: Ofsted's own. words: a pattern of what a heading has,
    as it is compared. cells: what stands in it. may_lack: a list may be without it."""

    name: str
    heading: str
    words: str
    cells: Cells = Cells.WORDS
    may_lack: bool = False

    def is_called(self, heading: str) -> bool:
        """Whether a heading, as it is compared, has the words."""
        return re.search(self.words, heading) is not None


CHILD_ID = ListColumn(
    "CHILD_ID", "Child Unique ID",
    r"^(?=.*\bchild\b)(?=.*\b(?:id|identifier)\b)", Cells.ID,
)  # fmt: skip
_OF_THE_CHILD = (
    CHILD_ID,
    ListColumn("SEX", "Gender", r"\b(?:gender|sex)\b"),
    ListColumn("ETHNICITY", "Ethnicity", r"\bethnicity\b"),
    ListColumn("DATE_OF_BIRTH", "Date of Birth", r"\bdate\b.*\bbirth\b", Cells.DATE),
)
_DISABILITY = ListColumn(
    "DISABILITY", "Does the Child have a Disability", "disability", Cells.FLAG, may_lack=True
)
_TEAM = ListColumn("TEAM", "Allocated Team", r"\bteam\b", may_lack=True)
_WORKER = ListColumn("WORKER", "Allocated Worker", r"\bworker\b", may_lack=True)


def _date(name: str, heading: str, words: str) -> ListColumn:
    return ListColumn(name, heading, words, Cells.DATE)


def _flag(name: str, heading: str, words: str, *, may_lack: bool = False) -> ListColumn:
    return ListColumn(name, heading, words, Cells.FLAG, may_lack)


LISTS: Mapping[int, tuple[ListColumn, ...]] = {
    1: (
        *_OF_THE_CHILD,
        _date("CONTACT_DATE", "Date of Contact", "^date of contact"),
        ListColumn("SOURCE", "Contact Source", "contact source"),
    ),
    2: (
        *_OF_THE_CHILD,
        _date("START_DATE", "Assessment start date", "assessment start"),
        _date("COMPLETION_DATE", "Assessment completion date", "assessment completion"),
        ListColumn(
            "ORGANISATION", "Organisation completing assessment", "organisation", may_lack=True
        ),
    ),
    3: (
        *_OF_THE_CHILD,
        _date("REFERRAL_DATE", "Date of referral", "^date of referral"),
        ListColumn("SOURCE", "Referral Source", "referral source"),
        _flag("NFA", "Referral NFA?", "referral nfa"),
        _TEAM,
        _WORKER,
    ),
    4: (
        *_OF_THE_CHILD,
        _DISABILITY,
        _date("START_DATE", "Continuous Assessment Start Date", "continuous assessment start"),
        _flag(
            "CHILD_SEEN", "Child Seen During Continuous Assessment", "child seen during",
            may_lack=True,
        ),
        _date(
            "AUTHORISATION_DATE", "Continuous Assessment Date of Authorisation",
            "date of authorisation",
        ),
        _TEAM,
        _WORKER,
    ),
    5: (
        *_OF_THE_CHILD,
        _DISABILITY,
        _date(
            "START_DATE", "Strategy discussion initiating Section 47 Enquiry Start Date",
            "strategy discussion",
        ),
        _flag(
            "CONFERENCE_UNNECESSARY",
            "Was an Initial Child Protection Conference deemed unnecessary?", "deemed unnecessary",
        ),
        _date(
            "CONFERENCE_DATE", "Date of Initial Child Protection Conference",
            "^date of initial child protection conference",
        ),
        _flag(
            "LED_TO_PLAN",
            "Did the Initial Child Protection Conference Result in a Child Protection Plan",
            "result in a child protection plan",
        ),
        _TEAM,
        _WORKER,
    ),
    6: (
        *_OF_THE_CHILD,
        _DISABILITY,
        _date("START_DATE", "CIN Start Date", "cin start date"),
        ListColumn("NEED", "Primary Need Code", "primary need", may_lack=True),
        _date("CLOSURE_DATE", "CIN Closure Date", "cin closure date"),
        ListColumn("CLOSURE_REASON", "Reason for Closure", "reason for closure", may_lack=True),
        _TEAM,
        _WORKER,
    ),
    7: (
        *_OF_THE_CHILD,
        _DISABILITY,
        _date("START_DATE", "Child Protection Plan Start Date", "plan start date"),
        ListColumn("INITIAL_CATEGORY", "Initial Category of Abuse", "initial category"),
        ListColumn("LATEST_CATEGORY", "Latest Category of Abuse", "latest category"),
        _date("LATEST_VISIT_DATE", "Date of the Last Statutory Visit", "last statutory visit"),
        _flag("SEEN_ALONE", "Was the Child Seen Alone?", "seen alone", may_lack=True),
        _date(
            "LATEST_REVIEW_DATE", "Date of latest review conference", "latest review conference"
        ),
        _date("END_DATE", "Child Protection Plan End Date", "plan end date"),
        ListColumn(
            "PREVIOUS_PLANS", "Number of Previous Child Protection Plans",
            "previous child protection plans", Cells.WHOLE,
        ),
        _TEAM,
        _WORKER,
    ),
    8: (
        *_OF_THE_CHILD,
        _DISABILITY,
        _date("START_DATE", "Date Started to be Looked After", "started to be looked after"),
        _date("END_DATE", "Date Ceased to be Looked After", "^date ceased"),
        ListColumn("END_REASON", "Reason Ceased to be Looked After", "reason ceased"),
        ListColumn("LEGAL_STATUS", "Child's Legal Status", "child s legal status"),
        _date(
            "LEGAL_STATUS_DATE", "Start date of current legal status", "current legal status"
        ),
        _date(
            "LATEST_REVIEW_DATE", "Date of Latest Statutory Review", "latest statutory review"
        ),
        _date("LATEST_VISIT_DATE", "Date of Last Social Work Visit", "last social work visit"),
        _date(
            "PLACEMENT_DATE", "Start Date of Most Recent Placement",
            "start date of most recent placement",
        ),
        ListColumn("PLACEMENT_TYPE", "Placement Type", "^placement type"),
        _TEAM,
        _WORKER,
    ),
}  # fmt: skip
_NUMBERED = re.compile(r"\s*list[\s_]*([0-9]{1,4})(?![0-9])", re.IGNORECASE)
# A heading that we do not know lands as the name of an empty column, so that the audit lists it.
_LONGEST_NAME = 64


def number_of(title: str) -> int | None:
    """Of which list a sheet or file of that title is; None where it is of none."""
    found = _NUMBERED.match(title)
    return int(found[1]) if found else None


def table_of(number: int) -> str:
    """The name that the list lands under."""
    return f"LIST_{number}"


def compared(heading: str) -> str:
    """A heading as it is compared: words of small letters and digits, one space between them."""
    straight = plain_word(heading).replace("\u2019", "'").replace("\u2018", "'")
    return re.sub("[^a-z0-9]+", " ", straight).strip()


def is_header(number: int, row: Mapping[int, str]) -> bool:
    """Whether a row of cells is the header of a list: it has the child's id and another of its
    columns. A sentence above the table may have the words of one."""
    cells = [compared(cell) for cell in row.values()]
    others = [cell for cell in cells if not CHILD_ID.is_called(cell)]
    return len(others) < len(cells) and any(
        column.is_called(cell) for column in LISTS[number] for cell in others
    )


@dataclass(frozen=True)
class Header:
    """The header of a list as it was found. at: by column of ours, in which column of the sheet it
    stands. lacking: headings of columns that are not there. doubtful: headings that two columns
    fit. others: names of columns that we do not know, in capitals."""

    at: Mapping[str, int]
    lacking: tuple[str, ...]
    doubtful: tuple[str, ...]
    others: tuple[str, ...]

    @classmethod
    def of(cls, number: int, row: Mapping[int, str]) -> Header:
        """row: the header's cells by column of the sheet."""
        cells = {column: compared(cell) for column, cell in row.items()}
        fitting = {
            column: _fitting(column, cells) for column in LISTS[number]
        }  # fmt: skip
        found = {column.name: fits[0] for column, fits in fitting.items() if len(fits) == 1}
        taken = {at for fits in fitting.values() for at in fits}
        return cls(
            found,
            tuple(c.heading for c, fits in fitting.items() if not fits and not c.may_lack),
            tuple(c.heading for c, fits in fitting.items() if len(fits) > 1),
            tuple(_names(cell for at, cell in cells.items() if at not in taken and cell)),
        )


def _fitting(column: ListColumn, cells: Mapping[int, str]) -> Sequence[int]:
    """The columns of a sheet that fit one of ours: of several the one called exactly so."""
    fits = [at for at, cell in cells.items() if column.is_called(cell)]
    exact = [at for at in fits if cells[at] == compared(column.heading)]
    return exact if len(fits) > 1 and len(exact) == 1 else fits


def _names(headings: Iterator[str]) -> Iterator[str]:
    names = (heading.upper().replace(" ", "_")[:_LONGEST_NAME] for heading in headings)
    return iter(dict.fromkeys(names))
