"""The audit's lines: what a run did, what it held back, what the checks said. Counts, no values."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from etl import __version__
from etl.authority import Authority
from etl.contracts.contract import Table
from etl.contracts.legal_status import LEGAL_STATUS
from etl.contracts.register import STAR
from etl.errors import NOTHING_CHANGED, UnexpectedFault
from etl.load.versions import Versions
from etl.run import Run
from etl.warehouse import Session


def write_run(
    session: Session, run: Run, authority: Authority, *, status: str, message: str | None,
    started_at: datetime,
) -> None:  # fmt: skip
    """One line in ``audit.load_run``: status is loaded or stopped."""
    manifest = _json(run.work / "manifest.json")
    derived = _json(run.work / "derived.json")
    previous = _json(run.work / "previous.json")
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
                "extract_sha256": manifest.get("sha256"),
                "authority_sha256": authority.sha256,
                "rules_sha256": derived.get("rules_sha256"),
                "previous_run_id": previous.get("run_id"),
            }
        ],
    )


def write_findings(session: Session, run: Run) -> None:
    """What the checks and readings of the run found, as far as it came."""
    checks = json.loads(_text(run.work / "checks.json") or "[]")
    _insert(
        session,
        "expectation_result",
        [{"run_id": run.run_id, "number": n, **check} for n, check in enumerate(checks, start=1)],
    )
    rejected = run.work / "rejected.parquet"
    if rejected.exists():
        _insert_table(session, "rejected_row", pq.read_table(rejected), run)
    conformed = _json(run.work / "conformed.json")
    _insert(
        session,
        "replaced_value",
        [
            {"run_id": run.run_id, "source_table": table, "source_column": column,
             "spelling": spelling, "rows": rows}
            for table, column, spelling, rows in conformed.get("replaced", [])
        ],
    )  # fmt: skip
    _insert(session, "observation", _observations(run, conformed))


def _observations(run: Run, conformed: dict[str, Any]) -> list[dict[str, Any]]:
    found = [
        {"observation": "column_not_known" if column else "table_not_known",
         "detail": f"{table}.{column}" if column else table, "rows": None}
        for table, column in conformed.get("not_known", [])
    ]  # fmt: skip
    derived = _json(run.work / "derived.json")
    found += [
        {"observation": name, "detail": "visit", "rows": rows}
        for name, rows in derived.get("observed", {}).items()
    ]
    found += [
        {
            "observation": "timescale_skipped",
            "detail": f"{name}: no {', '.join(lacking)}",
            "rows": None,
        }
        for name, lacking in derived.get("skipped", {}).items()
    ]
    found += [
        {"observation": "rule_not_as_signed", "detail": name, "rows": None}
        for name in derived.get("not_as_signed", [])
    ]
    return [{"run_id": run.run_id, **row} for row in found]


def write_table_loads(session: Session, run: Run, done: dict[str, Versions]) -> None:
    """``audit.table_load``: for a table read from the extract,
    rows_in_file = repeats + outside + held_back + loaded, and loaded = unchanged + new_versions."""
    accounts = _json(run.work / "conformed.json").get("accounts", {})
    held = _counts_by_table(run.work / "rejected.parquet")
    rows = []
    done = {**done, LEGAL_STATUS.name: _not_in_star(run, LEGAL_STATUS)}
    for table in (*STAR, LEGAL_STATUS):
        if table.name not in done:
            continue
        account = accounts.get(table.name, {})
        versions = done[table.name]
        kept = run.work / "kept" / f"{table.name}.parquet"
        passed = run.work / "passed" / f"{table.name}.parquet"
        # A person about whom there is no record, and who is no client, is no child.
        others = pq.read_metadata(passed).num_rows - versions.loaded if passed.exists() else 0
        rows.append(
            {
                "run_id": run.run_id,
                "table_name": table.name,
                "source_table": account.get("source_table"),
                "rows_in_file": account.get("rows"),
                "repeats": account.get("repeats"),
                "outside": account["outside"] + others if account else None,
                "held_back": held.get(table.name, 0) if account else None,
                "kept_earlier_version": pq.read_metadata(kept).num_rows if kept.exists() else 0,
                "loaded": versions.loaded,
                "unchanged": versions.unchanged,
                "new_versions": versions.new,
                "closed": versions.closed,
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


def _not_in_star(run: Run, table: Table) -> Versions:
    """The account of a table that is read but has no versions of its own."""
    passed = pq.read_metadata(run.work / "passed" / f"{table.name}.parquet").num_rows
    return Versions(loaded=passed, unchanged=passed, new=0, closed=0)


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


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_text(path) or "{}")
    return found
