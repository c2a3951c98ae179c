"""The audit's lines: what a run did, what it held back, what the checks said. Counts, no values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from etl import __version__
from etl.authority import Authority
from etl.contracts.hand_overs import (
    CARRIED,
    CHECKS,
    COUNTED,
    COVERAGE,
    DERIVED,
    KEPT,
    MANIFEST,
    NEWEST,
    PASSED,
    PREVIOUS,
    READING,
    REJECTED,
    REJECTED_COLUMNS,
    Derived,
    Reading,
    types_of_no_list,
)
from etl.contracts.register import STAR
from etl.errors import NOTHING_CHANGED, UnexpectedFault
from etl.load.versions import Versions
from etl.run import Run
from etl.warehouse import Session

# An observation, its detail, and of how many rows it is.
Observed = tuple[str, str, int | None]


def write_run(
    session: Session, run: Run, authority: Authority, *, status: str, message: str | None,
    started_at: datetime,
) -> None:  # fmt: skip
    """One line in ``audit.load_run``: status is loaded or stopped."""
    manifest = MANIFEST.read_if_written(run)
    derived = DERIVED.read_if_written(run)
    previous = PREVIOUS.read_if_written(run)
    _insert(
        session,
        "load_run",
        [
            {
                "run_id": run.run_id,
                "la_code": run.la_code,
                "extract_date": run.extract_date,
                "status": status,
                "message": message,
                "started_at": started_at.replace(tzinfo=None),
                "finished_at": datetime.now(UTC).replace(tzinfo=None),
                "software_version": __version__,
                "extract_sha256": manifest and manifest["sha256"],
                "authority_sha256": authority.sha256,
                "rules_sha256": derived and derived["rules_sha256"],
                "previous_run_id": previous and previous["run_id"],
            }
        ],
    )


def write_findings(
    session: Session, run: Run, replaced_ids: Mapping[str, int] | None = None
) -> None:
    """What the checks and readings of the run found, as far as it came. replaced_ids: by table,
    how many ids took the place of others."""
    checks = CHECKS.read_if_written(run) or []
    _insert(
        session,
        "expectation_result",
        [{"run_id": run.run_id, "number": n, **check} for n, check in enumerate(checks, start=1)],
    )
    rejected = REJECTED.at(run)
    if rejected.exists():
        of_the_audit = [column.name for column in REJECTED_COLUMNS]
        held = pq.read_table(rejected, columns=of_the_audit)
        _insert_table(session, "rejected_row", _one_line_a_record(held), run)
    counted = COUNTED.at(run)
    if counted.exists():
        _insert_table(session, "column_load", pq.read_table(counted), run)
    reading = READING.read_if_written(run)
    _insert(
        session,
        "replaced_value",
        [
            {"run_id": run.run_id, "source_table": table, "source_column": column,
             "spelling": spelling, "rows": rows}
            for table, column, spelling, rows in (reading["replaced"] if reading else [])
        ],
    )  # fmt: skip
    observations = _observations(run, reading)
    observations += [
        {"run_id": run.run_id, "observation": "id_replaced", "detail": table, "rows": rows}
        for table, rows in (replaced_ids or {}).items()
    ]
    _insert(session, "observation", observations)


def _observations(run: Run, reading: Reading | None) -> list[dict[str, Any]]:
    derived = DERIVED.read_if_written(run)
    found = [
        *(_of_reading(reading) if reading else ()),
        *(_of_deriving(derived) if derived else ()),
        *_of_doors(run),
    ]
    return [
        {"run_id": run.run_id, "observation": name, "detail": detail, "rows": rows}
        for name, detail, rows in found
    ]


def _of_reading(reading: Reading) -> Iterator[Observed]:
    """What the extract has that is not known, lacks, or says in words that no list has."""
    for table, column in reading["not_known"]:
        if column:
            yield "column_not_known", f"{table}.{column}", None
        else:
            yield "table_not_known", table, None
    yield from (("table_lacking", table, None) for table in reading["lacking"])
    for read in reading["codes"]:
        if read["rows"] and not read["rows_listed"]:
            where = f"{read['code_list']}: {read['source_table']}.{read['source_column']}"
            yield "codes_all_unknown", where, read["rows"]
    for table, columns in reading["not_named"]:
        yield "column_not_known", f"{table}, names not shown", columns
    for source_table, of_type, rows in types_of_no_list(reading["codes"]):
        yield "type_not_listed", f"{source_table}: {of_type}", rows
    yield from reading["noted"]


def _of_deriving(derived: Derived) -> Iterator[Observed]:
    """What was observed of visits, and which timescales could not be worked out, or not wholly."""
    yield from ((name, "visit", rows) for name, rows in derived["observed"].items())
    for name, lacking in derived["skipped"].items():
        yield "timescale_skipped", f"{name}: no {', '.join(lacking)}", None
    for observation, names in (
        ("timescale_not_carried", derived["not_carried"]),
        ("timescale_partly_carried", derived["partly_carried"]),
        ("rule_not_as_signed", derived["not_as_signed"]),
    ):
        yield from ((observation, name, None) for name in names)


def _of_doors(run: Run) -> Iterator[Observed]:
    """Whose records they are, and what the doors that they came through tell."""
    doors, carried = COVERAGE.read_if_written(run), CARRIED.read_if_written(run)
    if doors is None or carried is None:
        return
    first, *others = doors
    yield "source_system", first["system"], None
    for door in others:
        gives = ", ".join(door["gives"])
        yield "source_system_beside", f"{door['name']}: {door['system']}, {gives}", None
    for door in doors:
        if door["ids_from_content"]:
            yield "ids_from_content", door["name"] or door["system"], None
    if carried["covered_from"]:
        yield "covered_from", carried["covered_from"], None
    for door in doors if others else ():
        if door["covered_from"]:
            yield from (("table_covered_from", f"{table}: {door['covered_from']}", None)
                        for table in door["gives"])  # fmt: skip
    for measure, day in carried["covered_by_measure"].items():
        yield "measure_covered_from", f"{measure}: {day}", None
    yield from (("measure_carried", measure, None) for measure in carried["measures"] or ())


def _one_line_a_record(held: pa.Table) -> pa.Table:
    """A form that siblings share is one record of the source, and a row for each of them."""
    which = held.select(["table_name", "record_number"]).to_pandas()
    return held.filter(pa.array(~which.duplicated().to_numpy()))


def write_table_loads(session: Session, run: Run, done: dict[str, Versions]) -> None:
    """``audit.table_load``: for a table read from the extract,
    rows_in_file = repeats + outside + held_back + loaded, and loaded = unchanged + new_versions."""
    accounts = READING.read(run)["accounts"]
    held = _counts_by_table(REJECTED.at(run))
    newest = NEWEST.read(run)
    rows = []
    for table in STAR:
        if table.name not in done:
            continue
        account = accounts.get(table.name)
        versions = done[table.name]
        # A person about whom there is no record, and who is no client, is no child.
        others = PASSED.rows(run, table) - versions.loaded if PASSED.has(run, table) else 0
        rows.append(
            {
                "run_id": run.run_id,
                "table_name": table.name,
                "source_table": account and account["source_table"],
                "rows_in_file": account and account["rows"],
                "repeats": account and account["repeats"],
                "outside": account["outside"] + others if account else None,
                "held_back": held.get(table.name, 0) if account else None,
                "kept_earlier_version": KEPT.rows(run, table),
                "loaded": versions.loaded,
                "unchanged": versions.unchanged,
                "new_versions": versions.new,
                "closed": versions.closed,
                "days_since_newest_event": newest.get(table.name),
            }
        )
    _check_sums(run, rows)
    _insert(session, "table_load", rows)


def _check_sums(run: Run, rows: list[dict[str, Any]]) -> None:
    """Raises UnexpectedFault where a record of the extract went nowhere, or to two places."""
    wrong = [
        row["table_name"]
        for row in rows
        if row["loaded"] != row["unchanged"] + row["new_versions"]
        or row["unchanged"] < 0
        or (
            row["rows_in_file"] is not None
            and row["rows_in_file"]
            != row["repeats"] + row["outside"] + row["held_back"] + row["loaded"]
        )
    ]
    if wrong:
        raise UnexpectedFault(
            f"The accounts of the night do not sum: {', '.join(wrong)}.",
            where=f"load, {run.run_id}",
            means=NOTHING_CHANGED,
            next="This is a fault of the program: report it with this text.",
        )


def _counts_by_table(path: Path) -> dict[str, int]:
    names = pq.read_table(path, columns=["table_name"])["table_name"].to_pandas()
    return {str(name): int(count) for name, count in names.value_counts().items()}


def _insert(session: Session, table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    # The columns' types are the warehouse's: asked of an empty read of it.
    schema = session.table(f"select {', '.join(rows[0])} from audit.{table} limit 0").schema
    _append(session, table, pa.Table.from_pylist(rows, schema=schema))


def _insert_table(session: Session, table: str, content: pa.Table, run: Run) -> None:
    run_id = pa.array([run.run_id] * content.num_rows, pa.string())
    _append(session, table, content.append_column("run_id", run_id))


def _append(session: Session, table: str, content: pa.Table) -> None:
    staged = f"arriving_{table}"
    session.stage(staged, content)
    columns = ", ".join(content.column_names)
    session.run(f"insert into audit.{table} ({columns}) select {columns} from {staged}")
    session.drop(staged)
