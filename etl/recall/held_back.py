"""What stays of rows that are held back tonight: their earlier versions, which the later steps go
on from. Held back is not absent."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import DIMENSION_KEYS, Column, Table
from etl.contracts.frames import arrow_schema, from_arrow, is_among, to_arrow
from etl.contracts.hand_overs import (
    DOUBTFUL,
    HELD_BACK,
    KEPT,
    LOOKED_UP_HELD_BACK,
    PASSED,
    READING,
    REJECTED,
    REPORTED,
    held_back_columns,
    to_mend,
)
from etl.contracts.register import CONFORMED
from etl.log import counts, logger
from etl.run import Run
from etl.warehouse import Session, Warehouse

_CURRENT = "known_to = date '9999-12-31'"


def keep_earlier_versions(run: Run, warehouse: Warehouse) -> None:
    """Write the current versions of rows held back tonight.

    A row whose id cannot be told is known by its child and date. A child that kept rows refer to
    is kept too, even where the extract lacks it. A row in doubt whose earlier version had what
    tonight is not found is held back here.
    """
    if not warehouse.exists():
        return
    needed: list[pd.Series] = []
    kept_rows = 0
    with warehouse.reading() as session:
        for table in sorted(CONFORMED, key=lambda table: table is CHILD_TABLE):
            recall = _Recall(run, session, table)
            kept = recall.versions_to_keep(needed)
            KEPT.replace(run, table, kept)
            if kept.empty:
                continue
            if table.is_fact:
                needed.append(kept["child_token"])
            kept_rows += len(kept)
    if kept_rows:
        logger.info(
            "kept the earlier version of %s rows held back", f"{kept_rows:,}",
            extra=counts(kept_earlier_version=kept_rows),
        )  # fmt: skip


class _Recall:
    """One table's earlier versions."""

    def __init__(self, run: Run, session: Session, table: Table) -> None:
        self.run, self.session, self.table = run, session, table
        self.key = table.key[0]
        self.held = self._held_back()
        self.asked = 0

    def versions_to_keep(self, needed: list[pd.Series]) -> pd.DataFrame:
        """The current versions of tonight's rows held back. needed: tokens of the children that
        kept rows of other tables are about."""
        ids = pd.concat([self.held[self.key], self._hold_back_doubtful()])
        if self.table is CHILD_TABLE:
            ids = pd.concat([ids, *needed])
            ids = ids[~is_among(ids, self._passed())]
        kept = self._current(self.key, ids)
        return pd.concat([kept, self._without_id()]).drop_duplicates(self.key)

    def _held_back(self) -> pd.DataFrame:
        if not HELD_BACK.has(self.run, self.table):
            return from_arrow(arrow_schema(held_back_columns(self.table)).empty_table())
        return HELD_BACK.read(self.run, self.table)

    def _without_id(self) -> pd.DataFrame:
        """The versions of rows held back whose id cannot be told: of a fact the child's of that
        date, else any of the child's; of a dimension any. Those whose id the extract has are other
        rows."""
        held = self.held[self.held[self.key].isna()]
        if held.empty:
            return self._selected("false")
        if self.table.is_fact:
            known = self._not_in_the_extract(self._current("child_token", held["child_token"]))
            same = ["child_token", str(self.table.dated_by)]
            held_of, known_of = (each.set_index(same).index for each in (held, known))
            # The date may be what cannot be read, or what was changed with the id.
            undated = held.loc[~held_of.isin(known_of), "child_token"]
            return known[known_of.isin(held_of) | is_among(known["child_token"], undated)]
        # One whose id is empty is no member: sources write their unknown one so.
        if not held["unreadable_column"].eq(self.key).any():
            return self._selected("false")
        known = self._not_in_the_extract(self._keys())
        return self._current(self.key, known[self.key])

    def _not_in_the_extract(self, known: pd.DataFrame) -> pd.DataFrame:
        if known.empty:
            return known
        there = pd.concat([self._passed(), self.held[self.key]])
        return known[~is_among(known[self.key], there)]

    def _passed(self) -> pd.Series:
        """The ids of tonight's rows that passed."""
        return PASSED.read(self.run, self.table, [self.key])[self.key]

    def _hold_back_doubtful(self) -> pd.Series:
        """Take the rows in doubt that had, as last known, what they lack tonight from those that
        passed; returns their ids."""
        if not DOUBTFUL.has(self.run, self.table):
            return pd.Series(dtype="str")
        doubtful = DOUBTFUL.read(self.run, self.table)
        known = self._current(self.key, doubtful[self.key])
        known = doubtful[[self.key]].merge(known, on=self.key, how="left")
        is_lost = np.zeros(len(doubtful), dtype=bool)
        for name in doubtful["doubtful_column"].unique():
            is_of = doubtful["doubtful_column"].eq(name).to_numpy(dtype=bool)
            is_lost |= is_of & _is_lost(known[name], doubtful[name])
        held = doubtful[is_lost]
        if len(held):
            self._reject(held)
        return held[self.key]

    def _reject(self, held: pd.DataFrame) -> None:
        every = pd.concat([self.held, held[list(self.held)]], ignore_index=True)
        HELD_BACK.write(self.run, self.table, every)
        account = READING.read(self.run)["accounts"][self.table.name]
        lines = to_mend(self.table, held.rename(columns={"doubtful_column": "column_name"}))
        lines = lines.assign(source_table=account["source_table"], reason=LOOKED_UP_HELD_BACK)
        before = REJECTED.read(self.run)
        REJECTED.write(self.run, pd.concat([before, lines[list(before)]], ignore_index=True))
        reported = REPORTED.read(self.run)
        is_held = (reported["table_name"] == self.table.name) & reported["record_number"].isin(
            held["record_number"]
        )
        REPORTED.write(self.run, reported[~is_held])

    def _current(self, by: str, values: pd.Series) -> pd.DataFrame:
        """The current versions with one of the values, as conform would have written them."""
        column = self.table.column(by)
        wanted = pd.DataFrame({by: values.dropna().unique()})
        if wanted.empty:
            return self._selected("false")
        self.asked += 1
        staged = f"recalled_{self.table.name}_{self.asked}"
        self.session.stage(staged, to_arrow(wanted, (column,)))
        is_wanted = f"{by} in (select {by} from {staged})"
        if by != self.key:
            is_wanted = (
                "child_key in (select child_key from warehouse.dim_child "
                f"where {_CURRENT} and {is_wanted})"
            )
        return self._selected(is_wanted)

    def _selected(self, where: str) -> pd.DataFrame:
        """Those of the current versions that are so, chosen before anything is joined to them."""
        columns = self.table.conformed_columns
        if where == "false":
            return from_arrow(arrow_schema(columns).empty_table())
        owners = ""
        if self.table.is_fact:
            owners = " ".join(
                f"left join warehouse.dim_{name} as {name} on {name}.{name}_key = fact.{name}_key "
                f"and {name}.{_CURRENT}"
                for name in (key.removesuffix("_key") for key in DIMENSION_KEYS)
            )
        named = ", ".join(f"{self._stands_for(column)} as {column.name}" for column in columns)
        found = self.session.table(
            f"select {named} from (select * from warehouse.{self.table.warehouse} "
            f"where la_code = :la_code and {_CURRENT} and {where}) as fact {owners}",
            la_code=self.run.la_code,
        )
        return from_arrow(found.cast(arrow_schema(columns)))

    def _keys(self) -> pd.DataFrame:
        """The ids of all current versions."""
        found = self.session.table(
            f"select {self.key} from warehouse.{self.table.warehouse} "
            f"where la_code = :la_code and {_CURRENT}",
            la_code=self.run.la_code,
        )
        return from_arrow(found.cast(arrow_schema([self.table.column(self.key)])))

    def _stands_for(self, column: Column) -> str:
        """SQL for a conformed column in a stored row."""
        if column.recalled_as:
            return column.recalled_as
        if column.stored:
            return f"fact.{column.name}"
        # The member that the row's key names; see the joins.
        return f"{column.names}.{column.name}" if self.table.is_fact and column.names else "null"


def _is_lost(known: pd.Series, found: pd.Series) -> npt.NDArray[np.bool_]:
    """Where there was a value and is none, or of a flag a yes and is a no."""
    is_lost = known.notna() & found.isna()
    if isinstance(known.dtype, pd.BooleanDtype):
        is_lost |= (known & ~found).fillna(False).astype(bool)
    return is_lost.to_numpy(dtype=bool)
