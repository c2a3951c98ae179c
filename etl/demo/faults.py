"""What is wrong with a few rows of an extract, as in life: faults of content and odd spellings.

Which rows are at fault, and how, follows from the seed, the table and the row alone. So a fault
stays with its row from night to night, and no history flaps. A fault that needs an entry not made
yet (an end before the start, while there is no end) waits for it.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.demo.fault_targets import CHILD, HELD_DATES, REFERRAL, TARGETS, Target

NO_SUCH_ID = 990_000_000
NO_TURN = np.iinfo(np.int64).max
YEARS_AHEAD = 30  # a slip in the year; no extract of the demo lies that late
UNREADABLE_DATES = ("31/02/2025", "n/k", "2025-13-45", "to follow")
SPELLINGS_OF_NO_DATE = ("NULL", "#N/A", "1900-01-01", "9999-12-31", "99991231", "#VALUE!")
SPELLINGS_OF_NO_TEXT = ("NULL", "#N/A", "-1", "SSD_PH", "#VALUE!")
SPELLINGS_OF_NO_CHILD = ("", "-1", "NULL")
FLAG_SPELLINGS = (("Yes", "No"), ("TRUE", "FALSE"), ("1", "0"), ("y", "n"), ("true", "false"))
WHITE_SPACE = ((" ", ""), ("", "  "), ("\u00a0", ""), ("", " \u00a0"))
FLAGS = ("DOB_ESTIMATED", "IS_CLIENT", "IS_OLA", "CANCELLED")
FREE_TEXT = ("ANSWER", "OUTCOME_COMMENTS")  # what is empty there is no code for "missing"


@dataclass(frozen=True)
class Faulty:
    """A table's good rows, its rows at fault as text, and how many of each kind there are."""

    good: pa.Table
    faulty: pd.DataFrame
    counts: Counter[str]


def spread(seed: int, purpose: str, rows: np.ndarray) -> np.ndarray:
    """A number from 0 to 1 for each row, the same on every night (splitmix64)."""
    key = np.uint64(zlib.crc32(f"{seed}/{purpose}".encode()) << 24)
    value = (rows.astype(np.uint64) + key) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    value ^= value >> np.uint64(31)
    return (value >> np.uint64(11)).astype(np.float64) / 2.0**53


def set_faulty_rows_apart(
    name: str, table: pa.Table, rows: np.ndarray, life: int, seed: int, per_thousand: float
) -> Faulty:
    """Puts faults into a table as exported; `rows` are the positions of its rows among the `life`
    rows it will ever have.

    Of those, that many in a thousand are chosen for a fault of content, and as many for a
    spelling. Repeats, and second rows with an id already taken, come on top.
    """
    turn = _turns(name, life, seed, per_thousand)[rows]
    chosen = np.flatnonzero(turn != NO_TURN)
    if not len(chosen):
        return Faulty(table, pd.DataFrame(columns=table.column_names), Counter())
    texts = {c: table[c].take(pa.array(chosen)).cast(pa.string()) for c in table.column_names}
    frame = pa.table(texts).to_pandas().astype(object)
    frame = frame.where(frame.notna(), None)
    work = _Work(frame, TARGETS[name], rows[chosen], seed, name)
    work.spoil_content(turn[chosen])
    work.spoil_spelling(-turn[chosen] - 1)
    good = table.filter(pa.array(turn == NO_TURN))
    return Faulty(good, pd.concat([frame, *work.extra]), work.counts)


def _turns(name: str, life: int, seed: int, per_thousand: float) -> np.ndarray:
    """Per row 0, 1, 2... for faults of content, -1, -2... for spellings, NO_TURN for most.

    Kinds of fault take turns, so that even a small council has some of each.
    """
    count = round(life * per_thousand / 1000) if name in TARGETS else 0
    turn = np.full(life, NO_TURN)
    order = np.argsort(spread(seed, name, np.arange(life)), kind="stable")[: 2 * count]
    turn[order[:count]] = np.arange(min(count, len(order)))
    turn[order[count:]] = -1 - np.arange(len(order) - min(count, len(order)))
    return turn


class _Work:
    """Rows of one table being spoilt, in place."""

    def __init__(
        self, frame: pd.DataFrame, target: Target, rows: np.ndarray, seed: int, name: str
    ) -> None:
        self.frame, self.target, self.rows = frame, target, rows
        self.seed, self.name = seed, name
        self.extra: list[pd.DataFrame] = []
        self.counts: Counter[str] = Counter()

    def spoil_content(self, turn: np.ndarray) -> None:
        """One kind of fault per row whose turn is not negative."""
        kinds = self._kinds()
        for number, (kind, spoil) in enumerate(kinds):
            self.counts[kind] += spoil((turn >= 0) & (turn % len(kinds) == number))

    def _kinds(self) -> list[tuple[str, Callable[[np.ndarray], int]]]:
        """The faults the table can have, those that few tables can have first."""
        target = self.target
        kinds: list[tuple[str, Callable[[np.ndarray], int]]] = []
        if target.end:
            kinds.append(("end_before_start", self._end_first))
        if target.parent:
            parent = "referral" if target.parent == REFERRAL else "plan"
            kinds.append((f"unknown_{parent}", self._unknown_parent))
        kinds.append(("repeated_row", self._repeat))
        if target.row_id and (target.altered or target.start):
            kinds.append(("shared_id", self._share_id))
        if target.row_id:
            kinds.append(("missing_id", self._lose_id))
        if target.child:
            kinds += [("missing_child", self._lose_child), ("unknown_child", self._unknown_child)]
        if target.start:
            kinds.append(("unreadable_date", self._unreadable_date))
        if target.start and target.row_id and self.name != "DIM_PERSON":
            kinds.append(("after_extract_date", self._far_ahead))
        if target.start and target.child and self.name not in HELD_DATES:
            kinds.append(("missing_date", self._lose_date))
        return kinds

    def _pick(self, purpose: str, options: int) -> np.ndarray:
        spread_rows = spread(self.seed, f"{self.name}/{purpose}", self.rows)
        return (spread_rows * options).astype(np.int64)

    def _choose(self, purpose: str, options: tuple[str, ...]) -> np.ndarray:
        return np.array(options, dtype=object)[self._pick(purpose, len(options))]

    def _has(self, column: str) -> np.ndarray:
        return self.frame[column].notna().to_numpy()

    def _put(self, rows: np.ndarray, column: str, values: object) -> int:
        texts = self.frame[column].to_numpy(dtype=object, copy=True)
        texts[rows] = values[rows] if isinstance(values, np.ndarray) else values
        self.frame[column] = texts
        return int(rows.sum())

    def _moved(self, column: str, offset: pd.DateOffset) -> np.ndarray:
        """The column's days, moved, as text."""
        written = "%Y-%m-%d %H:%M:%S.%f"
        days = pd.to_datetime(self.frame[column], format=written, errors="coerce") + offset
        return days.dt.strftime("%Y-%m-%d 00:00:00.000").astype(object).to_numpy()

    def _repeat(self, rows: np.ndarray) -> int:
        self.extra.append(self.frame[rows])
        return int(rows.sum())

    def _share_id(self, rows: np.ndarray) -> int:
        column = self.target.altered or self.target.start
        rows = rows & self._has(column)
        second = self.frame[rows].copy()
        if self.target.altered:
            second[column] = second[column].map({"Y": "N", "N": "Y"})
        else:
            second[column] = self._moved(column, pd.DateOffset(days=-1))[rows]
        self.extra.append(second)
        return int(rows.sum())

    def _lose_id(self, rows: np.ndarray) -> int:
        return self._put(rows, self.target.row_id, None)

    def _lose_child(self, rows: np.ndarray) -> int:
        return self._put(rows, CHILD, self._choose("no child", SPELLINGS_OF_NO_CHILD))

    def _unknown_child(self, rows: np.ndarray) -> int:
        return self._put(rows, CHILD, (NO_SUCH_ID + self.rows).astype(str).astype(object))

    def _unknown_parent(self, rows: np.ndarray) -> int:
        values = (NO_SUCH_ID + self.rows).astype(str).astype(object)
        return self._put(rows, self.target.parent, values)

    def _unreadable_date(self, rows: np.ndarray) -> int:
        if self.name == "FACT_FORM_ANSWERS":
            rows = rows & (self.frame["ANSWER_NO"] == "FormEndDate").to_numpy()
        rows = rows & self._has(self.target.start)
        return self._put(rows, self.target.start, self._choose("unreadable", UNREADABLE_DATES))

    def _far_ahead(self, rows: np.ndarray) -> int:
        """The end lies ahead where there is one, else the start."""
        ahead = pd.DateOffset(years=YEARS_AHEAD)
        count = 0
        if self.target.end:
            ended = rows & self._has(self.target.end)
            count += self._put(ended, self.target.end, self._moved(self.target.end, ahead))
            rows = rows & ~ended
        rows = rows & self._has(self.target.start)
        return count + self._put(rows, self.target.start, self._moved(self.target.start, ahead))

    def _lose_date(self, rows: np.ndarray) -> int:
        return self._put(rows, self.target.start, None)

    def _end_first(self, rows: np.ndarray) -> int:
        rows = rows & self._has(self.target.end)
        early = self._moved(self.target.start, pd.DateOffset(days=-30))
        return self._put(rows, self.target.end, early)

    def spoil_spelling(self, turn: np.ndarray) -> None:
        """One odd spelling per row whose turn is not negative: it says what it said before."""
        kinds = {
            "missing_spelled_out": self._spell_missing,
            "white_space": self._add_white_space,
            "flag_spelling": self._spell_flags,
        }
        for number, (kind, spell) in enumerate(kinds.items()):
            self.counts[kind] += spell((turn >= 0) & (turn % len(kinds) == number))

    def _spell_missing(self, rows: np.ndarray) -> int:
        """In the first column that is empty in the row."""
        count = 0
        for column in self.frame.columns:
            if column in FREE_TEXT:
                continue
            empty = rows & ~self._has(column)
            is_date = column.endswith(("_DTTM", "_DATE"))
            spellings = SPELLINGS_OF_NO_DATE if is_date else SPELLINGS_OF_NO_TEXT
            count += self._put(empty, column, self._choose("missing", spellings))
            rows = rows & ~empty
        return count

    def _add_white_space(self, rows: np.ndarray) -> int:
        """Around an id, the child or a date."""
        target = self.target
        columns = [c for c in (target.row_id, target.child, target.start) if c]
        which = self._pick("spaced column", max(len(columns), 1))
        around = self._pick("white space", len(WHITE_SPACE))
        before, after = (np.array(side, dtype=object) for side in zip(*WHITE_SPACE, strict=True))
        count = 0
        for number, column in enumerate(columns):
            spaced = rows & (which == number) & self._has(column)
            texts = self.frame[column].fillna("").to_numpy(dtype=object)
            count += self._put(spaced, column, before[around] + texts + after[around])
        return count

    def _spell_flags(self, rows: np.ndarray) -> int:
        """All flags of the row in one other way."""
        flags = [c for c in self.frame.columns if c.endswith("_FLAG") or c in FLAGS]
        style = self._pick("flag style", len(FLAG_SPELLINGS))
        yes, no = (np.array(side, dtype=object) for side in zip(*FLAG_SPELLINGS, strict=True))
        touched = np.zeros(len(rows), dtype=bool)
        for column in flags:
            is_set = rows & self._has(column)
            said_yes = (self.frame[column] == "Y").to_numpy()
            self._put(is_set, column, np.where(said_yes, yes[style], no[style]))
            touched |= is_set
        return int(touched.sum())
