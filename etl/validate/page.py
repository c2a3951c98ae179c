"""The page a person reads after a night: what moves figures, what failed, since when, what to do.

One HTML file with its style and pictures inside, readable offline and on a telephone, made of
counts only. A night that was stopped before anything was checked has its page too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import Table
from etl.contracts.frames import is_among
from etl.contracts.hand_overs import (
    CARRIED,
    CHECKS,
    COUNTED,
    HELD_BACK,
    KEPT,
    LOADED,
    PAST_CHECKS,
    READING,
    REJECTED,
    Account,
    CheckRow,
    Reading,
    types_of_no_list,
)
from etl.contracts.register import BY_NAME, CONFORMED
from etl.errors import NightError
from etl.run import Run
from etl.targets import NotSet
from etl.validate.suites import read_suite
from etl.validate.trend import Trend, trends

WHOLE = ("extract", "columns")
VERDICTS = {
    "passed": "passed",
    "failed": "failed",
    "not_applicable": "no rows to judge",
    "error": "could not be run",
}
ACTIONS = {"stop": "stops the night", "hold_back": "holds rows back", "report": "reported"}
# By it a page that a stop left is known from that of a night that was checked to its end.
STOPPED = '<meta name="csc-etl-night" content="stopped">'


@dataclass(frozen=True)
class Shown:
    """One check. why, do: as its suite says. trend: of the nights before, and tonight."""

    check: CheckRow
    why: str
    do: str
    trend: Trend

    @property
    def table(self) -> str:
        """Of what, in words."""
        name = self.check["table_name"]
        return "the whole extract" if name in WHOLE else name.replace("_", " ")

    @property
    def result(self) -> str:
        """Of one that does not hold: how many rows failed, and what comes of it."""
        check, does = self.check, ACTIONS[self.check["action"]]
        if check["outcome"] == "error":
            return f"could not be run, {does}"
        if check["rows_failed"]:
            return f"{check['rows_failed']:,} of {check['rows']:,}, {does}"
        # A column or table that fails as a whole names no rows that could be held back.
        return f"as a whole, {'holds no row back' if check['action'] == 'hold_back' else does}"


@dataclass(frozen=True)
class Moving:
    """Something that moves figures. what, do: sentences. figures: their titles, if they are known;
    names: what it is about, one a line."""

    what: str
    do: str
    figures: Sequence[str] = ()
    names: Sequence[str] = field(default_factory=tuple)


def write_page(
    run: Run,
    authority: str,
    figures: Mapping[str, tuple[str, ...]],
    stopped: NightError | None = None,
    not_set: Sequence[NotSet] = (),
    not_told: Sequence[str] = (),
) -> None:
    """Write ``run.page`` from what the night's steps left so far.

    figures: by table of ours, the titles of the measures that a row of it moves. stopped: why, if
    it was. not_set: of which targets and comparators the figures' year has none. not_told:
    titles of the measures that the kind of source does not tell. The page of a
    night that was checked to its end is not replaced by one that was stopped before it was checked:
    that date is loaded already.
    """
    checks = CHECKS.read_if_written(run)
    if checks is None and run.page.exists() and STOPPED not in run.page.read_text("utf-8"):
        return
    carried = CARRIED.read_if_written(run)
    past = PAST_CHECKS.read(run) if PAST_CHECKS.at(run).exists() else None
    shown = _shown(checks or [], past)
    environment = Environment(
        loader=PackageLoader("etl.validate"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    page = environment.get_template("checks.html").render(
        run=run,
        authority=authority,
        stopped=stopped,
        mark=STOPPED,
        is_checked=checks is not None,
        remark=LOADED.read_if_written(run),
        moving=_moving(run, shown, {} if stopped else figures),
        not_set=not_set,
        covered_from=carried and carried["covered_from"],
        not_told=not_told,
        failed=[each for each in shown if each.check["outcome"] in ("failed", "error")],
        mended=[each for each in shown if each.trend.is_mended],
        passed=sum(each.check["outcome"] == "passed" for each in shown),
        tables=_tables(run, shown),
        nights=_nights(run, past),
        verdicts=VERDICTS,
    )
    run.page.parent.mkdir(parents=True, exist_ok=True)
    run.page.write_text(page, encoding="utf-8")


def _shown(checks: list[CheckRow], past: pd.DataFrame | None) -> list[Shown]:
    said = {
        (name, meta["reason"], meta["says"]): (meta["why"], meta["do"])
        for name in {check["table_name"] for check in checks}
        # Backwards: of two that say the same the first holds.
        for meta in reversed([entry["meta"] for entry in read_suite(name)["expectations"]])
    }
    return [
        Shown(check, *said.get((check["table_name"], check["reason"], check["says"]), ("", "")),
              trend)
        for check, trend in trends(checks, past)
    ]  # fmt: skip


def _moving(run: Run, shown: list[Shown], figures: Mapping[str, tuple[str, ...]]) -> list[Moving]:
    """What moves figures, the worst first. figures: none where nothing is loaded."""
    if not shown:
        return []
    failed = [each for each in shown if each.check["outcome"] == "failed"]
    first = [
        Moving(
            f"Not so: {each.check['says']}", each.do, names=each.check["column_name"].split("; ")
        )
        for each in failed
        if each.check["action"] == "stop" or each.check["reason"] == "empty_on_first_load"
    ]
    return [
        *first,
        *_lists_that_map_nothing(run, failed),
        *(_held_back(run, figures) if figures else []),
    ]


def _lists_that_map_nothing(run: Run, failed: list[Shown]) -> list[Moving]:
    counted = COUNTED.read(run)
    any_value = counted[counted["code"].eq("")].set_index(["table_name", "column_name"])["rows"]
    return [
        Moving(
            f"No {column.replace('_', ' ')} of {each.table} is one that the list knows: the codes "
            "of this council are not mapped.",
            each.do,
        )
        for each in failed
        if each.check["reason"] == "code_unknown"
        for column in [each.check["column_name"]]
        if each.check["rows_failed"] == any_value.get((each.check["table_name"], column))
    ]


def _held_back(run: Run, figures: Mapping[str, tuple[str, ...]]) -> list[Moving]:
    """Rows held back of which nothing is known from before: what counts them is wrong."""
    found = []
    for table in CONFORMED:
        if not HELD_BACK.rows(run, table):
            continue
        lacking = _without_earlier_version(run, table)
        if lacking:
            found.append((lacking, _of_rows(table, lacking, figures)))
    return [moving for _, moving in sorted(found, key=lambda each: -each[0])]


def _without_earlier_version(run: Run, table: Table) -> int:
    """How many rows are held back whose earlier version is not kept; several of one id are one."""
    key = table.key[0]
    held = HELD_BACK.read(run, table)
    kept = KEPT.read(run, table)[key] if KEPT.has(run, table) else held[key].iloc[:0]
    named = held[key].dropna().drop_duplicates()
    unnamed = int(held[key].isna().sum())
    # Kept for rows whose id cannot be told; of children, for other tables' rows as well.
    others = int((~is_among(kept, named)).sum()) if table is not CHILD_TABLE else 0
    return int((~is_among(named, kept)).sum()) + max(unnamed - others, 0)


def _of_rows(table: Table, rows: int, figures: Mapping[str, tuple[str, ...]]) -> Moving:
    noun = table.noun if rows == 1 else table.plural
    moved = figures.get(table.name, ())
    records = " Nor is any record of a child that is held back." if table.name == "child" else ""
    return Moving(
        f"{rows:,} {noun} held back, with no earlier version that is kept: not counted.{records}"
        + (f" Each of these figures may be up to {rows:,} higher or lower than it is:"
           if moved else ""),
        "The reasons are below; audit.rejected_row has the records' places in the extract, "
        "restricted.held_back their numbers.",
        moved,
    )  # fmt: skip


def _tables(run: Run, shown: list[Shown]) -> list[dict[str, object]]:
    """Each suite with its checks, and the account of its table."""
    reading = READING.read_if_written(run)
    accounts = reading["accounts"] if reading else {}
    names = [*WHOLE, *(table.name for table in CONFORMED)]
    return [
        {
            "name": read_suite(name)["meta"]["about"] if name in WHOLE else BY_NAME[name].plural,
            "account": accounts.get(name),
            "types": _types(accounts.get(name), reading),
            "is_whole": name in WHOLE,
            "checks": [each for each in shown if each.check["table_name"] == name],
        }
        for name in names
    ]


def _types(account: Account | None, reading: Reading | None) -> list[tuple[str, int]]:
    """Of the records that are not read, how many have each type that no list names."""
    if account is None or reading is None:
        return []
    return [
        (of_type, rows)
        for source, of_type, rows in types_of_no_list(reading["codes"])
        if source == account["source_table"]
    ]


def _nights(run: Run, past: pd.DataFrame | None) -> list[dict[str, object]]:
    """The nights before, the latest first, with the page of each where it is still there."""
    rejected = len(REJECTED.read(run)) if REJECTED.at(run).exists() else None
    nights: list[dict[str, object]] = [
        {"date": run.extract_date.isoformat(), "status": "", "held": rejected, "page": ""}
    ]
    if past is not None and len(past):
        each = past.drop_duplicates("extract_date").sort_values("extract_date", ascending=False)
        dates = each["extract_date"].dt.strftime("%Y-%m-%d")
        for day, status, held in zip(dates, each["status"], each["held_back"], strict=True):
            page = f"{day}.html" if run.page.with_name(f"{day}.html").exists() else ""
            nights.append({"date": day, "status": status, "held": held, "page": page})
    return nights
