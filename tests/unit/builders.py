"""Builders that show only what matters: everything else of an extract, run or authority is plain.

An extract is written as the case system would: one CSV per table that the mapping needs, with the
mapping's own columns, which are held against the contracts when they are read. A test names only
the rows, and of a row only the fields, that it is about.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from nights.verdicts import remembered

from etl.authority import Authority, read_authority
from etl.conform.conform import conform
from etl.contracts.contract import Kind
from etl.contracts.frames import read_frame
from etl.contracts.hand_overs import CONFORMED_TABLES, PASSED
from etl.contracts.register import BY_NAME
from etl.derive.register import TIMESCALES
from etl.land.landing import keep_landed, land_extract
from etl.night.relied_on import figures, relied_on
from etl.publish.measures import measure_names
from etl.recall.earlier import look_back
from etl.run import Arrival, Run
from etl.sources.arrival.csv_extract import read_extract
from etl.sources.door import Door
from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES
from etl.sources.mapping import known_columns, mappings
from etl.sources.source import Expected
from etl.validate.page import write_page
from etl.validate.validate import validate
from etl.warehouse import open_warehouse

NIGHT = date(2014, 11, 3)
KEY = b"a key that only the tests have"

LONG_BEFORE = "2014-01-06"
# What a row needs beside its own id, its child and the date that places it.
BESIDE = {
    "DIM_DEPARTMENT": {"NAME": "Assessment team"},
    "DIM_WORKER": {"DEPARTMENT_NAME": "Assessment team"},
    "DIM_PERSON": {"BIRTH_DTTM": "2010-05-05", "GENDER_MAIN_CODE": "F"},
    "FACT_FORM_ANSWERS": {"FACT_FORM_ID": "1", "ANSWER_NO": "FormEndDate"},
    "FACT_CP_CONFERENCE": {"FACT_MEETING_ID": "1"},
    "FACT_MEETINGS": {"FACT_MEETING_ID": "1", "ACTUAL_DTTM": "2014-01-20", "CANCELLED": "N"},
    "FACT_MEETING_SUBJECTS": {"FACT_MEETINGS_ID": "1"},
    "FACT_CP_PLAN": {"START_DTTM": "2014-01-20", "IS_OLA": "N"},
    "FACT_CP_REVIEW": {"FACT_MEETING_ID": "1", "FACT_CP_PLAN_ID": "1"},
    "FACT_CARE_EPISODES": {"FACT_CLA_ID": "1"},
    "FACT_CLA_PLACEMENT": {"FACT_CLA_ID": "1"},
    "FACT_CLA_REVIEW": {"FACT_CLA_ID": "1", "FACT_MEETING_ID": "1"},
    "FACT_LEGAL_STATUS": {"DIM_LOOKUP_LGL_STATUS_DESC": "V2"},
    "FACT_CASENOTES": {"EVENT_DTTM": "2014-01-27", "SEEN_FLAG": "Y"},
    "FACT_CP_VISIT": {"FACT_CASENOTE_ID": "1", "FACT_CP_PLAN_ID": "1"},
}
Rows = list[dict[str, str]]


@cache
def headers() -> dict[str, list[str]]:
    """The columns that the mapping needs, by table, those of optional tables included."""
    found: dict[str, dict[str, None]] = {}
    for _, part in mappings(LIQUIDLOGIC_FILES).parts():
        found.setdefault(part.source, {}).update(dict.fromkeys(part.source_columns))
    return {table: list(columns) for table, columns in found.items()}


@cache
def expected() -> Expected:
    """What is known of an extract before it is read, and at most a GiB of it unpacked."""
    return Expected(known_columns(LIQUIDLOGIC_FILES), 1 << 30, "874", Door(LIQUIDLOGIC_FILES.kind))


def optional_tables() -> set[str]:
    """The tables that an extract may lack."""
    parts = mappings(LIQUIDLOGIC_FILES).parts()
    return {part.source for _, part in parts if part.optional_table}


@cache
def plain(source_table: str) -> dict[str, str]:
    """The least that makes a row of a table of the source fit, by the contract of the table of ours
    that it becomes: number 1, of child 1, dated long before the night, of the first code listed."""
    found = {"DIM_PERSON_ID": "1"} if "DIM_PERSON_ID" in headers().get(source_table, ()) else {}
    for name, mapping in mappings(LIQUIDLOGIC_FILES).tables.items():
        if mapping.source != source_table:
            continue
        contract = BY_NAME[name]
        for column in mapping.columns:
            ours = contract.column(column.ours)
            if column.only_listed:
                found[column.column] = next(iter(LIQUIDLOGIC_FILES.code_map(str(column.codes))))
            elif column.ours in contract.key:
                found[column.column] = "1"
            elif ours.required and ours.kind is Kind.DATE:
                found[column.column] = LONG_BEFORE
    return found | BESIDE.get(source_table, {})


def a_row(table: str, **fields: str) -> dict[str, str]:
    """A row that fits, with these fields."""
    return {**plain(table), **fields}


def an_extract(
    folder: Path, *, night: date = NIGHT, without: tuple[str, ...] = (), **rows: Rows
) -> Path:
    """The folder of one night with these rows, and child 1 unless children are named.

    without: columns, or whole tables, to leave out.
    """
    extract = folder / night.isoformat()
    extract.mkdir(parents=True, exist_ok=True)
    rows = {"DIM_PERSON": [{}], **rows}
    for table, columns in {**{table: [] for table in rows}, **headers()}.items():
        if table in without or (table in optional_tables() and table not in rows):
            continue
        own = [a_row(table, **fields) for fields in rows.get(table, [])]
        named = [name for name in dict.fromkeys([*columns, *(n for row in own for n in row)])
                 if name not in without]  # fmt: skip
        write_csv(extract / f"{table}.csv", named, own)
    return extract


def write_csv(path: Path, columns: list[str], rows: Rows) -> None:
    """One table as the export writes it; fields that a row does not name are empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def write_manifest(extract: Path, rows: dict[str, int]) -> None:
    """MANIFEST.csv with these numbers of rows."""
    write_csv(
        extract / "MANIFEST.csv",
        ["table", "rows"],
        [{"table": table, "rows": str(count)} for table, count in rows.items()],
    )


PLAIN_AUTHORITY = """
[authority]
la_code = "{la_code}"
name = "Anyshire"
[source]
kind = "liquidlogic_files"
date_format = "{date_format}"
{more}
"""


def an_authority_file(
    folder: Path, more: str = "", *, la_code: str = "874", date_format: str = "iso"
) -> Path:
    """An authority's file with the least it needs, and what else the test is about."""
    path = folder / "anyshire.toml"
    text = PLAIN_AUTHORITY.format(la_code=la_code, date_format=date_format, more=more)
    path.write_text(text, encoding="utf-8")
    return path


def an_authority(folder: Path, more: str = "", **plain: str) -> Authority:
    """The same, read."""
    return read(an_authority_file(folder, more, **plain))


def read(path: Path) -> Authority:
    """An authority's file, checked against the timescales and measures that exist."""
    return read_authority(path, timescales=TIMESCALES, measures=measure_names(TIMESCALES))


def a_run(extract: Path, authority_file: Path, *, la_code: str = "874", night: date = NIGHT) -> Run:
    """A run over the extract whose folders all lie beside it."""
    around = extract.parent
    return Run(
        run_id=f"{la_code}-{night}-abcdef",
        la_code=la_code,
        arrival=Arrival("liquidlogic_files", extract, night),
        authority_file=authority_file,
        warehouse=f"duckdb:///{around / 'warehouse.duckdb'}",
        landing=around / "landing",
        pages=around / "pages",
    )


@dataclass
class Checked:
    """A night as far as its checks."""

    run: Run

    def table(self, step: str, name: str) -> pd.DataFrame:
        """One of our tables after a step: ``conformed`` or ``passed``."""
        tables = {"conformed": CONFORMED_TABLES, "passed": PASSED}[step]
        return tables.read(self.run, BY_NAME[name])

    def reasons(self) -> dict[tuple[str, int], tuple[str, str]]:
        """Reason and column of every row held back, by source table and record number."""
        rejected = read_frame(self.run.work / "rejected.parquet")
        return {
            (row.source_table, int(row.record_number)): (row.reason, row.column_name)
            for row in rejected.itertuples()
        }


def a_conformed_night(folder: Path, more: str = "", **rows: Any) -> Checked:
    """Land and conform an extract with these rows under an authority with these lines."""
    night = rows.get("night", NIGHT)
    plain = {name: rows.pop(name) for name in ("la_code", "date_format") if name in rows}
    path = an_authority_file(folder, more, **plain)
    extract = an_extract(folder, **rows)
    run = a_run(extract, path, la_code=plain.get("la_code", "874"), night=night)
    conform_night(run)
    return Checked(run)


def conform_night(run: Run) -> None:
    """Land the run's extract and conform it."""
    land_extract(run, read_extract(run.arrival, expected()))
    look_back(run, open_warehouse(run.warehouse), KEY)
    keep_landed(run, {})
    conform(run, read(run.authority_file), [LIQUIDLOGIC_FILES], KEY)


def a_checked_night(folder: Path, more: str = "", **rows: Any) -> Checked:
    """The same, and validate it; unless they are named, child 1 has a plan and a past episode.

    However many rows are held back, the night goes on unless the test says otherwise.
    """
    past = {"CARE_END_DATE": "2014-06-02", "CARE_REASON_END_CODE": "E4A"}
    rows = {"FACT_CP_PLAN": [{}], "FACT_CARE_EPISODES": [past], **rows}
    night = a_conformed_night(folder, more or "[limits]\nrows_held_back_percent = 100", **rows)
    with remembered():
        validate(night.run, read(night.run.authority_file), relied_on())
    write_page(night.run, "Anyshire", figures())
    return night
