"""Lands an extract: every table as Parquet with the source's own columns, and a manifest.

Landing renames and repairs nothing, and drops nothing but the rows of children that were erased. It
holds personal data, so only its owner can read it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from etl.contracts.source_table import SourceTable
from etl.errors import NOTHING_CHANGED, ConnectionFault, reason
from etl.log import logger
from etl.privacy.landed import MANIFEST, Mask, copy_without, write_manifest
from etl.run import Run, owner_only

# The authority's file as it was that night: to load the night again as it was loaded.
AUTHORITY_FILE = "authority.toml"


def land_extract(run: Run, tables: Iterable[SourceTable]) -> dict[str, Any]:
    """Write ``<table>.parquet`` and ``manifest.json`` to the run's work folder.

    They count only once ``keep_landed`` has put them in place: an extract that is refused does
    not replace the landed one of its date. Returns the manifest: tables (rows, columns, sha256,
    encoding by table) and sha256 of all.
    Raises ConnectionFault where the landing folder cannot be written.
    """
    try:
        owner_only(run.landing)
        owner_only(run.landing / "work")
        owner_only(run.work)
        if (run.work / "landed").exists():
            shutil.rmtree(run.work / "landed")
        manifest = _write_tables(run, tables, owner_only(run.work / "landed"))
    except OSError as error:
        raise _cannot_write(run, error) from None
    rows = sum(table["rows"] for table in manifest["tables"].values())
    logger.info("landed %s tables, %s rows", len(manifest["tables"]), f"{rows:,}")
    return manifest


def _write_tables(run: Run, tables: Iterable[SourceTable], folder: Path) -> dict[str, Any]:
    described: dict[str, Any] = {}
    for table in tables:
        target = folder / f"{table.name}.parquet"
        pq.write_table(table.content, target, compression="zstd")
        target.chmod(0o600)
        described[table.name] = {
            "file": table.file,
            "rows": table.content.num_rows,
            "sha256": table.sha256,
            "encoding": table.encoding,
            "columns": table.content.column_names,
        }
    hashes = "".join(f"{name} {entry['sha256']}\n" for name, entry in sorted(described.items()))
    manifest = {
        "la_code": run.la_code,
        "extract_date": run.extract_date.isoformat(),
        "run_id": run.run_id,
        "sha256": hashlib.sha256(hashes.encode()).hexdigest(),
        "tables": described,
    }
    write_manifest(manifest, folder)
    return manifest


def take_landed(run: Run) -> dict[str, Any]:
    """Take the tables of a night that landed before, to load it again. Returns its manifest.

    Raises ConnectionFault where they cannot be read.
    """
    try:
        folder = owner_only(run.work / "landed")
        copy_without(run.landed, folder, {})
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except OSError as error:
        raise _cannot_write(run, error) from None
    return manifest


def keep_landed(run: Run, left_out: Mapping[str, Mask]) -> None:
    """Put a copy of the landed tables, and of the authority's file they are read by, in place as
    ``run.landed``. Raises ConnectionFault.

    left_out: rows that must not be kept, by table: those of children that were erased. The
    manifest says how many.
    """
    try:
        owner_only(run.landed.parent)
        arriving = owner_only(run.work / "kept_landed")
        copy_without(run.work / "landed", arriving, left_out)
        shutil.copyfile(run.authority_file, arriving / AUTHORITY_FILE)
        (arriving / AUTHORITY_FILE).chmod(0o600)
        if run.landed.exists():
            shutil.rmtree(run.landed)
        arriving.rename(run.landed)
    except OSError as error:
        raise _cannot_write(run, error) from None


def _cannot_write(run: Run, error: OSError) -> ConnectionFault:
    return ConnectionFault(
        f"The landing folder cannot be written ({reason(error)}).",
        where=f"land, {run.landing}",
        means=NOTHING_CHANGED,
        next="Free space or mend the folder's permissions, then load the night again.",
    )
