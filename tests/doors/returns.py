"""Looked after children returns that show only what matters: a test names the rows, and of a row
the fields, that it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from unit.builders import KEY, NIGHT, Rows, a_run, read, write_csv

from etl.conform.conform import conform
from etl.contracts.frames import read_frame
from etl.contracts.hand_overs import READING
from etl.contracts.source_table import SourceTable
from etl.land.landing import land_extract
from etl.recall.earlier import look_back
from etl.run import Arrival, Run
from etl.sources.door import Door
from etl.sources.mapping import known_columns
from etl.sources.source import Expected
from etl.sources.ssda903.files import read_return
from etl.sources.ssda903.source import SSDA903
from etl.warehouse import open_warehouse

COLUMNS = {
    "header": ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"],
    "episodes": ["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC",
                 "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"],
    "reviews": ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"],
    "uasc": ["CHILD", "SEX", "DOB", "DUC"],
}  # fmt: skip
PLAIN = {
    "header": {"CHILD": "7", "SEX": "1", "DOB": "05/05/2010", "ETHNIC": "WBRI"},
    "episodes": {"CHILD": "7", "DECOM": "06/01/2014", "RNE": "S", "LS": "C2", "CIN": "N1",
                 "PLACE": "U6", "PLACE_PROVIDER": "PR1"},
    "reviews": {"CHILD": "7", "DOB": "05/05/2010", "REVIEW": "30/01/2014", "REVIEW_CODE": "PN1"},
    "uasc": {"CHILD": "7", "SEX": "1", "DOB": "05/05/2010"},
}  # fmt: skip


def a_return(folder: Path, night: date = NIGHT, **rows: Rows) -> Path:
    """A night with these rows of its modules; child 7 unless the header is named, and no review."""
    extract = folder / str(night)
    extract.mkdir(parents=True, exist_ok=True)
    rows = {"header": [{}], "episodes": [], "reviews": [], **rows}
    for module, own in rows.items():
        filled = [{**PLAIN[module], **row} for row in own]
        names = dict.fromkeys([*COLUMNS[module], *(name for row in filled for name in row)])
        write_csv(extract / f"{module}.csv", list(names), filled)
    return extract


def an_authority_of_the_return(folder: Path, more: str = "", source: str = "") -> Path:
    """An authority's file whose records come as the return."""
    folder.mkdir(exist_ok=True)
    path = folder / "anyshire.toml"
    path.write_text(
        f'[authority]\nla_code = "874"\nname = "Anyshire"\n[source]\nkind = "ssda903"\n{source}\n'
        f"{more}",
        encoding="utf-8",
    )
    return path


def expected() -> Expected:
    """What is known of a return before it is read."""
    return Expected(known_columns(SSDA903), 1 << 30, "874", Door("ssda903"))


def tables_of(extract: Path) -> dict[str, SourceTable]:
    """The modules as they are read."""
    arrival = Arrival("ssda903", extract, NIGHT)
    return {table.name: table for table in read_return(arrival, expected())}


@dataclass
class Conformed:
    """A night as far as it is conformed."""

    run: Run

    def table(self, name: str) -> pd.DataFrame:
        """One of our tables, by record number."""
        frame = read_frame(self.run.work / "conformed" / f"{name}.parquet")
        return frame.sort_values("record_number", kind="stable").reset_index(drop=True)

    def days(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """These columns of it, dates as ISO text and what is empty as None."""
        rows = self.table(table)[list(columns)].astype("object")
        return [tuple(map(_plain, row)) for row in rows.itertuples(index=False)]

    @property
    def noted(self) -> dict[str, int]:
        """Rows by what the arrangement found."""
        return {name: rows for name, _, rows in READING.read(self.run)["noted"]}


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def conformed(folder: Path, source: str = "", **rows: Rows) -> Conformed:
    """Land and conform a return with these rows. source: what else is said of it in the
    authority's file."""
    authority = an_authority_of_the_return(folder, source=source)
    extract = a_return(folder, **rows)
    run = replace(a_run(extract, authority), arrival=Arrival("ssda903", extract, NIGHT))
    land_extract(run, read_return(run.arrival, expected()))
    look_back(run, open_warehouse(run.warehouse), KEY)
    conform(run, read(authority), [SSDA903], KEY)
    return Conformed(run)
