"""A night by dlt: slowly changing dimensions of type 2, from Arrow tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bench.floor import tables

HASH = "row_hash"
# It neither warns of each table's text nor tells its maker that it ran.
os.environ |= {"RUNTIME__LOG_LEVEL": "ERROR", "RUNTIME__DLTHUB_TELEMETRY": "false"}


def load(extract: str, folder: str, url: str) -> None:
    """The work: load a night, after the earlier ones, into a DuckDB file in the folder."""
    import dlt
    from dlt.sources.helpers.transform import add_row_hash_to_table

    keeps = {"disposition": "merge", "strategy": "scd2", "row_version_column_name": HASH}

    def resource(name: str, table: Any) -> Any:
        made = dlt.resource([table], name=name.lower(), write_disposition=keeps)
        return made.add_map(add_row_hash_to_table(HASH))

    _pipeline(folder).run([resource(*named) for named in tables(Path(extract))])


def versions(folder: str, url: str) -> int:
    """The work: count the versions of all rows."""
    pipeline = _pipeline(folder)
    with pipeline.sql_client() as client:
        names = pipeline.default_schema.data_table_names()
        return sum(client.execute_sql(f"select count(*) from {name}")[0][0] for name in names)


def _pipeline(folder: str) -> Any:
    import dlt

    file = dlt.destinations.duckdb(f"{folder}/dlt.duckdb")
    return dlt.pipeline(
        "council", pipelines_dir=f"{folder}/dlt", destination=file, dataset_name="council"
    )
