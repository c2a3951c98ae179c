"""A night by dbt: its tables copied into DuckDB, then a snapshot of each, by comparing all
columns of the rows that have the same id."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bench.floor import tables

FILE, LANDED, KEPT = "dbt.duckdb", "landed", "kept"


def load(extract: str, folder: str, url: str) -> None:
    """The work: load a night, after the earlier ones, into a DuckDB file in the folder."""
    ids = _copy(extract, folder)
    project = _project(Path(folder), ids)
    from dbt.cli.main import dbtRunner

    asked = ["snapshot", "--project-dir", str(project), "--profiles-dir", str(project), "--quiet"]
    result = dbtRunner().invoke([*asked, "--no-send-anonymous-usage-stats"])
    if not result.success:
        raise SystemExit(f"dbt snapshot failed: {result.exception or result.result}")


def versions(folder: str, url: str) -> int:
    """The work: count the versions of all rows."""
    import duckdb

    asked = "select table_name from information_schema.tables where table_schema = ?"
    with duckdb.connect(f"{folder}/{FILE}") as connection:
        names = [name for (name,) in connection.execute(asked, [KEPT]).fetchall()]
        counts = (
            connection.execute(f'select count(*) from {KEPT}."{n}"').fetchone() for n in names
        )
        return sum(count for (count,) in filter(None, counts))


def _copy(extract: str, folder: str) -> dict[str, str]:
    """Copy the tables; returns by table the name of its id, which is its first column."""
    import duckdb

    ids = {}
    with duckdb.connect(f"{folder}/{FILE}") as connection:
        connection.execute(f"create schema if not exists {LANDED}")
        for name, table in tables(Path(extract)):
            connection.register("arrow", table)
            connection.execute(f'create or replace table {LANDED}."{name}" as select * from arrow')
            connection.unregister("arrow")
            ids[name] = table.column_names[0]
    return ids


def _project(folder: Path, ids: dict[str, str]) -> Path:
    """A project with a snapshot of each table."""
    project = folder / "dbt"
    (project / "snapshots").mkdir(parents=True, exist_ok=True)
    target = {"type": "duckdb", "path": str(folder / FILE), "schema": KEPT, "threads": 1}
    # JSON is YAML.
    _write(project / "profiles.yml", {"council": {"target": "dev", "outputs": {"dev": target}}})
    _write(project / "dbt_project.yml", {"name": "council", "profile": "council"})
    _write(project / "snapshots" / "sources.yml", {"sources": [_source(ids)]})
    snapshots = [_snapshot(name, key) for name, key in ids.items()]
    _write(project / "snapshots" / "snapshots.yml", {"snapshots": snapshots})
    return project


def _source(names: Iterable[str]) -> dict[str, object]:
    return {"name": LANDED, "schema": LANDED, "tables": [{"name": name} for name in names]}


def _snapshot(name: str, key: str) -> dict[str, object]:
    config = {
        "unique_key": key, "strategy": "check", "check_cols": "all", "hard_deletes": "invalidate",
    }  # fmt: skip
    return {
        "name": f"kept_{name.lower()}", "relation": f"source('{LANDED}', '{name}')",
        "config": config,
    }  # fmt: skip


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
