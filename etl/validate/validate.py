"""Judges the conformed tables: which rows pass, which are held back, and whether to stop.

Every judgement is an expectation in ``expectations/``; here they are run and their answers
gathered. Nothing is repaired.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.authority import Authority
from etl.contracts.contract import Table
from etl.contracts.frames import is_among
from etl.contracts.hand_overs import (
    CHECKS,
    CONFORMED_TABLES,
    HELD_BACK,
    PASSED,
    PREVIOUS,
    PREVIOUS_CHILDREN,
    READING,
    REJECTED,
    Account,
    CheckRow,
)
from etl.contracts.register import CONFORMED
from etl.errors import NOTHING_CHANGED, NightStopped
from etl.log import logger
from etl.run import Run
from etl.validate.cross_rows import add_cross_row_columns
from etl.validate.page import write_page
from etl.validate.suites import Check, run_suite

# The order of judging: a row's child first, an episode before the period it ends.
_CHILDREN_FIRST = sorted(CONFORMED, key=lambda table: table.name != "child")


@dataclass
class Judged:
    """What came of one table. held_back: the frame's rows not loaded, with reason and column."""

    passed: pd.DataFrame
    held_back: pd.DataFrame
    checks: list[Check]


def validate(run: Run, authority: Authority) -> None:
    """Write the rows that passed, the ids of those held back and why, what came of each check, and
    the page.

    Raises NightStopped where an expectation that stops the night failed, or one could not be run.
    """
    conformed = {table.name: CONFORMED_TABLES.read(run, table) for table in CONFORMED}
    children = conformed["child"]["child_token"]
    judged: dict[str, Judged] = {}
    for table in _CHILDREN_FIRST:
        frame = add_cross_row_columns(table, conformed[table.name], conformed, children)
        judged[table.name] = _judge(table, frame, run)
        conformed[table.name] = judged[table.name].passed
        if table.name == "child":
            children = judged["child"].passed["child_token"]
        PASSED.write(run, table, judged[table.name].passed)
        HELD_BACK.write(run, table, judged[table.name].held_back)
    reading = READING.read(run)
    accounts = reading["accounts"]
    whole_extract = _judge_whole(run, authority, accounts, judged)
    checks = [check for table in CONFORMED for check in judged[table.name].checks] + whole_extract
    REJECTED.write(run, _rejected(judged, accounts, reading["left_out"]))
    CHECKS.write(run, [as_row(check) for check in checks])
    write_page(run, authority.name, checks, accounts)
    held_back = sum(len(entry.held_back) for entry in judged.values())
    logger.info("checked %s expectations, %s rows held back", len(checks), f"{held_back:,}")
    _stop_if_need_be(run, checks)


def _judge(table: Table, frame: pd.DataFrame, run: Run) -> Judged:
    parameters = {"extract_date": f"{run.extract_date}T00:00:00"}
    checks = run_suite(table.name, frame, parameters)
    reason = pd.Series(pd.NA, index=frame.index, dtype="str")
    column = reason.copy()
    for check in checks:
        if check.action == "hold_back" and check.outcome == "failed":
            # A row is held back once, for the first reason of its suite.
            rows = check.failed_rows[reason.iloc[check.failed_rows].isna().to_numpy()]
            reason.iloc[rows] = check.reason
            column.iloc[rows] = check.column
    column = column.mask(reason == "unreadable", frame["unreadable_column"])
    is_held = reason.notna()
    held = frame[is_held].assign(reason=reason[is_held], column_name=column[is_held])
    return Judged(frame[~is_held].reset_index(drop=True), held, checks)


def _rejected(
    judged: dict[str, Judged],
    accounts: dict[str, Account],
    left_out: list[tuple[str, str, int, str]],
) -> pd.DataFrame:
    """The records held back, and those of looked-up tables, such as the meetings, which have no
    table of ours and are named as in the source."""
    rows = [
        entry.held_back.assign(table_name=name, source_table=accounts[name]["source_table"])
        for name, entry in judged.items()
        if name in accounts
    ]
    names = ["source_table", "column_name", "record_number", "reason"]
    looked_up = pd.DataFrame(left_out, columns=names)
    rows.append(looked_up.assign(table_name=looked_up["source_table"]))
    columns = [column.name for column in REJECTED.columns]
    return pd.concat([frame[columns] for frame in rows if len(frame)] or [rows[0][columns]])


def _judge_whole(
    run: Run, authority: Authority, accounts: dict[str, Account], judged: dict[str, Judged]
) -> list[Check]:
    """The suite ``extract``: one row per table, compared with the last load."""
    previous = PREVIOUS.read(run)
    rows = pd.Series({name: account["rows"] for name, account in accounts.items()}, dtype=float)
    before = pd.Series(previous["rows"], dtype=float).reindex(rows.index)
    counted = pd.Series(
        {name: len(entry.passed) + len(entry.held_back) for name, entry in judged.items()}
    )
    held = pd.Series({name: len(entry.held_back) for name, entry in judged.items()})
    frame = pd.DataFrame(
        {
            "rows_lost_percent": 100 * (before - rows) / before.where(before > 0),
            "rows_held_back_percent": 100 * held / counted.where(counted > 0),
            "children_shared_percent": pd.Series(np.nan, index=rows.index),
        }
    )
    if previous["run_id"]:
        known = PREVIOUS_CHILDREN.read(run)
        tonight = pd.concat([judged["child"].passed, judged["child"].held_back])
        shared = is_among(_who(tonight), _who(known)).mean()
        frame.loc["child", "children_shared_percent"] = 100 * shared
    checks = run_suite("extract", frame, vars(authority.limits))
    tables = np.array(frame.index)
    return [
        Check(**{**vars(check), "column": ", ".join(tables[check.failed_rows]) or check.column})
        for check in checks
    ]


def _who(children: pd.DataFrame) -> pd.Series:
    """Token, sex and month of birth together: two councils may number children alike."""
    born = children["birth_month"].dt.strftime("%Y-%m").fillna("")
    return children["child_token"] + " " + children["sex"].fillna("") + " " + born


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
        said = "; ".join(f"{check.says} Failed by: {check.column}." for check in stops)
        raise NightStopped(
            said,
            where=f"validate, expectations/extract.json, {run.run_id}",
            means=NOTHING_CHANGED,
            next=f"Look at {run.page} and ask the systems team what changed; "
            "the limits are in the authority's file, [limits].",
        )
