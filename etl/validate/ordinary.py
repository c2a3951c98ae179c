"""The ordinary checks of a table, made from its contract: its id, its child, values that cannot be
read, its dates, the rows it names, its codes. What is particular stands in ``expectations/``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from etl.contracts.code_lists import national_codes
from etl.contracts.contract import (
    BEFORE_CERTAIN_BIRTH,
    DAYS_BEFORE_BIRTH,
    LONG_BEFORE_BIRTH,
    MEETING_KNOWN,
    Column,
    Kind,
    Table,
)
from etl.contracts.register import BY_NAME

Expectation = dict[str, Any]
# The dates that did not happen, of a table with ``unless``; see cross_rows.
HAPPENED = "happened_date"
# Why a check is made, and what is to be done where it fails.
Because = tuple[str, str]
_NO_ID: Because = (
    "Without an id a record cannot be told from another, nor followed from night to night.",
    "Ask the systems team which records the export writes without an id.",
)
_SHARED_ID: Because = (
    "Of two records of one id and other content nobody can say which is right.",
    "Ask the systems team why the export has the record twice: a join most often doubles it.",
)
_UNREADABLE: Because = (
    "A value that cannot be read must not be guessed.",
    "Put the value right in the record; where every row fails, the format of the export changed.",
)
_NO_CHILD: Because = ("A record of nobody counts for nobody.", "Enter the child in the record.")
_UNKNOWN_CHILD: Because = (
    "A child that is not there, or is held back, takes its records along.",
    "Look first why the child is held back; else export the children and the record alike.",
)
_NO_DATE: Because = (
    "The date places the record: without it the record belongs to no month and starts no clock.",
    "Enter the date in the record.",
)
_AHEAD: Because = (
    "What lies ahead has not happened, and would be counted as done.",
    "Put the date right; what is only booked has a column of its own.",
)
_TOO_EARLY: Because = (
    "The calendar of working days begins in 1990, and no such record is of use.",
    "Put the date right.",
)
_ORDER: Because = (
    "What ends before it began is a mistake in one of the dates.",
    "Put the wrong one right.",
)
_BIRTH: Because = (
    "A child who is not born yet is not looked after.",
    "Put the date of the record, or the date of birth, right.",
)
_LONG_BEFORE_BIRTH: Because = (
    "Nothing can be on record of a child who is not conceived yet.",
    "Put the date of the record, or the date of birth, right.",
)
_UNKNOWN_PARENT: Because = (
    "The row cannot be counted under what it names, nor inherit its team and family.",
    "Export both tables of the same night and in full; else mend the reference in the record.",
)
_UNKNOWN_CODE: Because = (
    "A code that is mapped to none of the list is counted apart from those it belongs with.",
    "Map it under [codes] in the authority's file.",
)
_OF_ANOTHER_CHILD: Because = (
    "What is of one child meets nothing of another: a visit or conference is of each child apart.",
    "Look whose the record is: a merged double's may have moved in one table and not in the other.",
)
_AFTER_DEATH: Because = (
    "What is left open hides that the case was never closed; it is taken as ended on that day.",
    "Close the record with the day of death.",
)
_AT_18: Because = (
    "It is counted as open, though the service for children has ended.",
    "Close the record, or put the date of birth right.",
)
# Severity in Great Expectations' words.
_HOLD_BACK, _REPORT = "warning", "info"
_EARLIEST = "1990-01-01T00:00:00"
# Of what lasts, the date on which it is over, by table; see cross_rows.
LASTING = {
    "early_help": "ended_date",
    "referral": "closed_date",
    "single_assessment": "authorised_date",
    "section_47_enquiry": "completed_date",
    "child_protection_plan": "ended_date",
    "child_in_need_plan": "ended_date",
    "looked_after_period": "last_episode_ended_date",
    "placement": "ended_date",
}


def ordinary(table: Table) -> list[Expectation]:
    """The expectations, in the order of judging: what holds a row back first."""
    return [
        *_of_the_id(table),
        *_of_the_child(table),
        *(each for column in _dates(table) for each in _of_a_date(table, column)),
        *(each for column in _dates(table) for each in _of_an_order(table, column)),
        *_of_birth(table),
        *_of_parents(table),
        *_of_its_childs_life(table),
        *_of_codes(table),
    ]


def known(column: Column) -> str:
    """The flag by which it is judged whether the extract has the row that a column names."""
    return f"is_{column.stem}_known"


def parents(table: Table) -> tuple[Column, ...]:
    """The columns that name a row of another table, the child and the family not among them."""
    others = {"child", "family", table.name}
    return tuple(
        column
        for column in table.conformed_columns
        if column.names is not None and column.names not in others
    )


def of_another_child(column: Column) -> str:
    """The flag by which it is judged whether the row that a column names is another child's."""
    return f"is_{column.stem}_of_another_child"


def _expectation(
    kind: str, reason: str, says: str, severity: str, because: Because, **arguments: object
) -> Expectation:
    why, do = because
    return {
        "type": f"expect_column_{kind}",
        "kwargs": arguments,
        "severity": severity,
        "meta": {"reason": reason, "says": says, "why": why, "do": do},
    }


def _of_the_id(table: Table) -> Iterator[Expectation]:
    name = table.key[0]
    yield _expectation(
        "values_to_not_be_null", "id_missing", f"Every {table.noun} has an id.", _HOLD_BACK, _NO_ID,
        column=name,
    )  # fmt: skip
    yield _expectation(
        "values_to_be_unique", "id_shared",
        f"No two {table.plural} of different content share an id.", _HOLD_BACK, _SHARED_ID,
        column=name,
    )  # fmt: skip
    yield _expectation(
        "values_to_be_null", "unreadable", "Every value can be read as its type.", _HOLD_BACK,
        _UNREADABLE, column="unreadable_column",
    )  # fmt: skip


def _of_the_child(table: Table) -> Iterator[Expectation]:
    if not table.is_fact:
        return
    yield _expectation(
        "values_to_not_be_null", "child_missing", "Every row names a child.", _HOLD_BACK, _NO_CHILD,
        column="child_token",
    )  # fmt: skip
    yield _expectation(
        "values_to_be_in_set", "child_unknown", "The child is in the extract and not held back.",
        _HOLD_BACK, _UNKNOWN_CHILD, column="is_child_known", value_set=[True],
    )  # fmt: skip


def _dates(table: Table) -> tuple[Column, ...]:
    return tuple(column for column in table.conformed_columns if column.kind is Kind.DATE)


def _of_a_date(table: Table, column: Column) -> Iterator[Expectation]:
    name = column.name
    if column.required:
        yield _expectation(
            "values_to_not_be_null", f"{name}_missing", f"Every row has its {column.word}.",
            _HOLD_BACK, _NO_DATE, column=name,
        )  # fmt: skip
    if not column.may_lie_ahead:
        yield _expectation(
            "values_to_be_between", "after_extract_date",
            f"No {column.word} lies after the extract date.", _HOLD_BACK, _AHEAD,
            column=HAPPENED if column.unless else name,
            max_value={"$PARAMETER": "extract_date"},
        )  # fmt: skip
    if column.required or not (table.is_fact or column.may_lie_ahead):
        yield _expectation(
            "values_to_be_between", "before_1990",
            f"No {column.word} lies before 1990, where the calendar begins.", _HOLD_BACK,
            _TOO_EARLY, column=name, min_value=_EARLIEST,
        )  # fmt: skip


def _of_an_order(table: Table, column: Column) -> Iterator[Expectation]:
    if column.not_before is None:
        return
    other = table.column(column.not_before)
    yield _expectation(
        "pair_values_a_to_be_greater_than_b", f"{column.stem}_before_{other.stem}",
        f"No {table.noun} has its {column.word} before its {other.word}.", _HOLD_BACK, _ORDER,
        column_A=column.name, column_B=other.name, or_equal=True,
        ignore_row_if="either_value_is_missing",
    )  # fmt: skip


def _of_birth(table: Table) -> Iterator[Expectation]:
    if table.begins_at_birth:
        yield _expectation(
            "values_to_be_in_set", "before_birth",
            f"No {table.noun} is dated before a certain birth date.", _HOLD_BACK, _BIRTH,
            column=BEFORE_CERTAIN_BIRTH.name, value_set=[False],
        )  # fmt: skip
    if table.has(LONG_BEFORE_BIRTH.name):
        yield _expectation(
            "values_to_be_in_set", "long_before_birth",
            f"No {table.noun} is dated more than {DAYS_BEFORE_BIRTH} days before a certain birth "
            "date.", _HOLD_BACK, _LONG_BEFORE_BIRTH, column=LONG_BEFORE_BIRTH.name,
            value_set=[False],
        )  # fmt: skip


def _of_parents(table: Table) -> Iterator[Expectation]:
    named = [(known(column), BY_NAME[str(column.names)].noun) for column in parents(table)]
    if table.has(MEETING_KNOWN.name):
        named.append((MEETING_KNOWN.name, "meeting"))
    for name, noun in named:
        yield _expectation(
            "values_to_be_in_set", f"{noun.replace(' ', '_')}_unknown",
            f"The {noun} that the row names is in the extract; where it is not, the row is loaded "
            "without it.", _REPORT, _UNKNOWN_PARENT, column=name, value_set=[True],
        )  # fmt: skip

    for column in parents(table):
        parent = BY_NAME[str(column.names)]
        if table.is_fact and parent.is_fact:
            noun = parent.noun
            yield _expectation(
                "values_to_be_in_set", f"{noun.replace(' ', '_')}_of_another_child",
                f"The {noun} that the row names is of the same child; what names another child's, "
                "a sibling's perhaps, meets nothing of that child.", _REPORT, _OF_ANOTHER_CHILD,
                column=of_another_child(column), value_set=[False],
            )  # fmt: skip


def _of_its_childs_life(table: Table) -> Iterator[Expectation]:
    if table.name not in LASTING:
        return
    yield _expectation(
        "values_to_be_in_set", "open_after_death",
        f"No {table.noun} is open of a child who has died; it is closed on the day of death "
        "wherever what is open is counted.", _REPORT, _AFTER_DEATH,
        column="is_open_after_death", value_set=[False],
    )  # fmt: skip
    yield _expectation(
        "values_to_be_in_set", "open_at_18",
        f"No {table.noun} is open of a person who is 18 or older; it is counted as it is "
        "recorded.", _REPORT, _AT_18, column="is_open_at_18", value_set=[False],
    )  # fmt: skip


def _of_codes(table: Table) -> Iterator[Expectation]:
    for column in table.conformed_columns:
        if column.code_list in national_codes():
            yield _expectation(
                "values_to_be_in_set", "code_unknown",
                f"Every {column.name.replace('_', ' ')} is a national code, or is mapped to one.",
                _REPORT, _UNKNOWN_CODE,
                column=column.name, value_set=list(national_codes()[str(column.code_list)]),
            )  # fmt: skip
