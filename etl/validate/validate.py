"""Judges the conformed tables: which rows pass, which are held back, and whether to stop.

Every judgement is an expectation in ``expectations/``; here they are run and their answers
gathered. Nothing is repaired.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.authority import Authority
from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import Table
from etl.contracts.doors import Doors
from etl.contracts.hand_overs import (
    CHECKS,
    CONFORMED_TABLES,
    COVERAGE,
    DOUBTFUL,
    HELD_BACK,
    LOOKED_UP_HELD_BACK,
    MOST_REPORTED,
    NEWEST,
    READING,
    REJECTED,
    REPORTED,
    Account,
    CheckRow,
    TableColumn,
    conformed_columns,
    to_mend,
)
from etl.contracts.register import CONFORMED
from etl.errors import NOTHING_CHANGED, NightStopped
from etl.log import counts, logger
from etl.run import Run
from etl.validate.asked import be_ready
from etl.validate.compared import Compared, columns, lost_tables, newest_events, whole_extract
from etl.validate.cross_rows import add_cross_row_columns, find_children
from etl.validate.suites import Check, run_suite

_MISSING = ("id_missing", "child_missing")
# What stops no night, and must not be missed.
WARNED_OF = "empty_on_first_load"
# More names than these are not read; the page has them all.
_NAMES_SAID = 8
# The order of judging: a row's child first, an episode before the period it ends.
_CHILDREN_FIRST = sorted(CONFORMED, key=lambda table: table is not CHILD_TABLE)


@dataclass
class Judged:
    """What came of one table, by its rows' places. passed: what is loaded, as conformed. held_back:
    the frame's other rows, with reason and column. reported: the records loaded that fail a
    check."""

    passed: pd.DataFrame
    held_back: pd.DataFrame
    reported: pd.DataFrame
    checks: list[Check]


def validate(run: Run, authority: Authority, relied_on: Collection[TableColumn]) -> None:
    """Write which rows are held back, the ids of these and of those reported and why, and what came
    of each check.
    relied_on: the columns that figures hang on.

    Raises NightStopped where an expectation that stops the night failed, or one could not be run.
    """
    be_ready()
    conformed = {table.name: CONFORMED_TABLES.read(run, table) for table in CONFORMED}
    doors = Doors(COVERAGE.read(run))
    judged: dict[str, Judged] = {}
    for table in _CHILDREN_FIRST:
        frame = add_cross_row_columns(table, conformed[table.name], conformed)
        ids_are_made = doors.of(table.name)["ids_from_content"]
        judged[table.name] = _judge(table, frame, run, ids_are_made=ids_are_made)
        conformed[table.name] = judged[table.name].passed
        _write_held_back(run, table, judged[table.name])
        if table is CHILD_TABLE:
            find_children(conformed)
    reading = READING.read(run)
    accounts = reading["accounts"]
    of_all = _judge_whole(run, authority, accounts, judged, relied_on)
    checks = [check for table in CONFORMED for check in judged[table.name].checks] + of_all
    REJECTED.write(run, _rejected(judged, accounts, reading["left_out"]))
    REPORTED.write_parts(run, (entry.reported for entry in judged.values()))
    CHECKS.write(run, [as_row(check) for check in checks])
    for check in of_all:
        if check.reason == WARNED_OF and check.outcome == "failed":
            logger.warning("%s Not so: %s.", check.says, check.column)
    held_back = sum(len(entry.held_back) for entry in judged.values())
    logger.info(
        "checked %s expectations, %s rows held back", len(checks), f"{held_back:,}",
        extra=counts(expectations=len(checks), held_back=held_back),
    )  # fmt: skip
    _stop_if_need_be(run, checks)


def _write_held_back(run: Run, table: Table, judged: Judged) -> None:
    """Which rows are held back, and which may yet be."""
    # Nor is any there that recall held back before this task was begun again.
    HELD_BACK.replace(run, table, judged.held_back.assign(row=judged.held_back.index))
    doubtful = judged.passed[judged.passed["doubtful_column"].notna()]
    DOUBTFUL.replace(run, table, doubtful.assign(row=doubtful.index))


def _judge(table: Table, frame: pd.DataFrame, run: Run, *, ids_are_made: bool) -> Judged:
    """What came of a table. ids_are_made: of what a record says, so that one without lacks
    something else, which is then its reason."""
    parameters = {"extract_date": f"{run.extract_date}T00:00:00"}
    checks = run_suite(table.name, frame, parameters)
    # An id that is made of child and date is missing because one of them is: that is said first.
    in_turn = checks
    if ids_are_made:
        in_turn = sorted(checks, key=lambda check: check.reason == _MISSING[0])
    held_by = np.full(len(frame), -1)
    for number, check in enumerate(in_turn):
        if check.action == "hold_back" and check.outcome == "failed":
            # A row is held back once, for the first reason of its suite.
            rows = check.failed_rows
            held_by[rows[held_by[rows] < 0]] = number
    is_held = held_by >= 0
    held = _with_reasons(frame[is_held], in_turn, held_by[is_held])
    reported = _reported(table, frame, checks, is_held)
    own = frame[[column.name for column in conformed_columns(table)]]
    return Judged(own[~is_held] if len(held) else own, held, reported, checks)


def _with_reasons(
    held: pd.DataFrame, checks: list[Check], held_by: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """The rows held back, with reason and column. held_by: by row, the number of its check."""
    of_each = pd.DataFrame([(check.reason, check.column) for check in checks], dtype="str")
    reason, column = (of_each[place].iloc[held_by].set_axis(held.index) for place in of_each)
    # What stands there and is no id is not missing.
    is_unread = reason.isin(_MISSING) & held["unreadable_column"].eq(column)
    reason = reason.mask(is_unread, "unreadable")
    column = column.mask(reason == "unreadable", held["unreadable_column"])
    # It could not be read because the record of another table that it stands in is held back.
    is_beside = (reason == "unreadable") & held["held_back_column"].notna()
    reason = reason.mask(is_beside, LOOKED_UP_HELD_BACK)
    return held.assign(reason=reason, column_name=column)


def _reported(
    table: Table, frame: pd.DataFrame, checks: list[Check], is_held: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """The records that fail what is only reported, once for each check, and are not held back."""
    listed = [
        (check, check.failed_rows[~is_held[check.failed_rows]])
        for check in checks
        if check.action == "report" and len(check.failed_rows) <= MOST_REPORTED
    ]
    rows = np.concatenate([np.array([], dtype=np.int64), *(failed for _, failed in listed)])
    times = [len(failed) for _, failed in listed]
    wanted = {"record_number", "child_token", "team_id", table.key[0]}
    return to_mend(table, frame[[name for name in frame if name in wanted]].iloc[rows]).assign(
        column_name=np.repeat([check.column for check, _ in listed], times),
        reason=np.repeat([check.reason for check, _ in listed], times),
    )


def _rejected(
    judged: dict[str, Judged],
    accounts: dict[str, Account],
    left_out: list[tuple[str, str, int, str, str]],
) -> pd.DataFrame:
    """The records held back, and those of looked-up tables, such as the meetings, which have no
    table of ours and are named as in the source."""
    rows = [
        to_mend(table, judged[table.name].held_back).assign(
            source_table=accounts[table.name]["source_table"]
        )
        for table in CONFORMED
        if table.name in accounts
    ]
    names = ["source_table", "column_name", "record_number", "reason", "record_id"]
    looked_up = pd.DataFrame(left_out, columns=names)
    rows.append(looked_up.assign(table_name=looked_up["source_table"]))
    columns = [column.name for column in REJECTED.columns]
    held = [frame.reindex(columns=columns) for frame in rows if len(frame)]
    return pd.concat(held or [rows[0][columns]])


def _judge_whole(
    run: Run,
    authority: Authority,
    accounts: dict[str, Account],
    judged: dict[str, Judged],
    relied_on: Collection[TableColumn],
) -> list[Check]:
    """The suites ``extract`` and ``columns``: the tables and columns against the last load."""
    counted = pd.Series(
        {name: len(entry.passed) + len(entry.held_back) for name, entry in judged.items()}
    )
    held = pd.Series({name: len(entry.held_back) for name, entry in judged.items()})
    newest = newest_events({name: each.passed for name, each in judged.items()}, CONFORMED, run)
    NEWEST.write(run, newest)
    children = pd.concat([judged["child"].passed, judged["child"].held_back])
    percent = 100 * held / counted.where(counted > 0)
    whole = whole_extract(run, children, percent, newest)
    lost = lost_tables(whole, authority.limits.rows_lost_percent, accounts)
    compared = {"extract": whole, "columns": columns(run, accounts, relied_on, lost)}
    return [
        _told(check, each)
        for name, each in compared.items()
        for check in run_suite(name, each.frame, vars(authority.limits))
    ]


def _told(check: Check, compared: Compared) -> Check:
    """The check with the names of what failed it, in the place of the column that it judged."""
    names = compared.told.get(check.column, pd.Series(compared.frame.index, dtype="str"))
    failed = names.iloc[check.failed_rows]
    return replace(check, column="; ".join(dict.fromkeys(failed)) or check.column)


def as_row(check: Check) -> CheckRow:
    """The check as ``audit.expectation_result`` keeps it: counts, no positions."""
    return {
        "table_name": check.table,
        "column_name": check.column,
        "reason": check.reason,
        "says": check.says,
        "action": check.action,
        "outcome": check.outcome,
        "rows": check.rows,
        "rows_failed": len(check.failed_rows),
    }


def _some(names: str) -> str:
    """The first of the names of what failed."""
    every = names.split("; ")
    more = len(every) - _NAMES_SAID
    return "; ".join(every[:_NAMES_SAID]) + (f"; and {more} more" if more > 0 else "")


def _stop_if_need_be(run: Run, checks: list[Check]) -> None:
    errors = [check for check in checks if check.outcome == "error"]
    stops = [check for check in checks if check.action == "stop" and check.outcome == "failed"]
    if errors:
        names = ", ".join(f"{check.reason} of {check.table}" for check in errors)
        raise NightStopped(
            f"{len(errors)} expectations could not be run: {names}.",
            where="validate, expectations/",
            means=NOTHING_CHANGED,
            next="Mend the suite: the column or a setting it names is not there.",
        )
    if stops:
        said = " ".join(
            f"{check.says} Failed by: {_some(check.column or check.table)}." for check in stops
        )
        raise NightStopped(
            said,
            where=f"validate, expectations/extract.json, {run.run_id}",
            means=NOTHING_CHANGED,
            next=f"Look at {run.page} and ask the systems team what changed; "
            "the limits are in the authority's file, [limits].",
        )
