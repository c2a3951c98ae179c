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

import pyarrow as pa
import pyarrow.parquet as pq

from etl.contracts.frames import PARQUET
from etl.contracts.hand_overs import LANDED, Manifest
from etl.contracts.source_table import SourceTable
from etl.errors import NOTHING_CHANGED, ConnectionFault, reason
from etl.log import counts, logger
from etl.privacy.landed import (
    AUTHORITY_FILE,
    MANIFEST,
    PARQUET_SHA256,
    Mask,
    copy_without,
    file_sha256,
    write_manifest,
)
from etl.run import Run, cannot_use, owner_only


def land_extract(run: Run, tables: Iterable[SourceTable]) -> Manifest:
    """Write ``<table>.parquet`` and ``manifest.json`` to the run's work folder.

    They count only once ``keep_landed`` has put them in place: an extract that is refused does
    not replace the landed one of its date. Returns the manifest: tables (rows, columns, sha256 of
    the source's file and of ours, encoding by table) and sha256 of all.
    Raises ConnectionFault where the landing folder cannot be written.
    """
    try:
        owner_only(run.landing)
        owner_only(run.landing / "work")
        owner_only(run.work)
        if LANDED.at(run).exists():
            shutil.rmtree(LANDED.at(run))
        manifest = _write_tables(run, tables, owner_only(LANDED.at(run)))
    except OSError as error:
        raise cannot_use(run.landing, error) from None
    rows = sum(table["rows"] for table in manifest["tables"].values())
    by_table = {name: table["rows"] for name, table in manifest["tables"].items()}
    logger.info(
        "landed %s tables, %s rows", len(by_table), f"{rows:,}",
        extra=counts(tables=len(by_table), rows=rows, rows_by_table=by_table),
    )  # fmt: skip
    return manifest


def _write_tables(run: Run, tables: Iterable[SourceTable], folder: Path) -> Manifest:
    described: dict[str, Any] = {}
    for table in tables:
        target = folder / f"{table.name}.parquet"
        rows, sha256 = _write(table, target)
        target.chmod(0o600)
        described[table.name] = {
            "file": table.file,
            "rows": rows,
            "sha256": sha256,
            PARQUET_SHA256: file_sha256(target),
            "encoding": table.encoding,
            "columns": table.content.schema.names,
        }
    manifest: Manifest = {
        "la_code": run.la_code,
        "extract_date": run.extract_date.isoformat(),
        "run_id": run.run_id,
        "kind": run.arrival.kind,
        "sha256": _sha256_of(described),
        "tables": described,
    }
    write_manifest(manifest, folder)
    return manifest


def _write(table: SourceTable, target: Path) -> tuple[int, str]:
    """Write the table; returns how many rows it has, and the hash that tells it from others."""
    if isinstance(table.content, pa.Table):
        pq.write_table(table.content, target, **PARQUET)
        return table.content.num_rows, table.sha256
    rows, digest = 0, hashlib.sha256(table.content.schema.serialize())
    with pq.ParquetWriter(target, table.content.schema, **PARQUET) as writer:
        for batch in table.content:
            writer.write_batch(batch)
            rows += batch.num_rows
            digest.update(batch.serialize())
    return rows, digest.hexdigest()


def _sha256_of(tables: Mapping[str, Any]) -> str:
    """The hash of an extract: that of the hashes of the source's files."""
    hashes = "".join(f"{name} {entry['sha256']}\n" for name, entry in sorted(tables.items()))
    return hashlib.sha256(hashes.encode()).hexdigest()


def take_landed(run: Run) -> None:
    """Take the tables and the manifest of a night that landed before, to load it again.

    Raises ConnectionFault where a file is not the one that was written, or cannot be copied.
    """
    if altered := altered_file(run.landed):
        raise ConnectionFault(
            f"The landed files of {run.extract_date} are not those that were loaded, so that "
            "night cannot be loaded from them.",
            where=f"{run.landed}, {altered}",
            means=NOTHING_CHANGED,
            next="Load that night from its extract.",
        )
    try:
        owner_only(run.work)
        copy_without(run.landed, owner_only(LANDED.at(run)), {})
    except OSError as error:
        raise cannot_use(run.landing, error) from None


def altered_file(landed: Path) -> str | None:
    """The name of a file of a landed night that is missing, cannot be read or is not as it was
    written; None where all are."""
    try:
        manifest = json.loads((landed / MANIFEST).read_text())
        tables = manifest["tables"]
        if manifest["sha256"] != _sha256_of(tables):
            return MANIFEST
        files = {f"{name}.parquet": entry for name, entry in tables.items()}
        added = {path.name for path in landed.glob("*.parquet")} - files.keys()
        altered = (
            name for name, entry in files.items() if not _is_as_written(landed / name, entry)
        )
        return next(altered, None) or min(added, default=None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # it is no manifest of ours
        return MANIFEST


def _is_as_written(path: Path, entry: Mapping[str, Any]) -> bool:
    """A manifest of release 0.1.0 has no hash of the file: then it must hold as many rows."""
    try:
        if PARQUET_SHA256 in entry:
            return file_sha256(path) == entry[PARQUET_SHA256]
        rows: int = pq.read_table(path).num_rows
        return rows == entry["rows"] - entry.get("rows_erased", 0)
    except (OSError, pa.ArrowException):
        return False


def keep_landed(run: Run, left_out: Mapping[str, Mask]) -> None:
    """Put a copy of the landed tables, and of the authority's file they are read by, in place as
    ``run.landed``. Raises ConnectionFault.

    left_out: rows that must not be kept, by table: those of children that were erased. The
    manifest says how many.
    """
    try:
        owner_only(run.landed.parent)
        arriving = owner_only(run.work / "kept_landed")
        copy_without(LANDED.at(run), arriving, left_out)
        shutil.copyfile(run.authority_file, arriving / AUTHORITY_FILE)
        (arriving / AUTHORITY_FILE).chmod(0o600)
        if run.landed.exists():
            shutil.rmtree(run.landed)
        arriving.rename(run.landed)
    except OSError as error:
        raise cannot_use(run.landing, error) from None


def keep_authority_file(run: Run) -> None:
    """Keep the authority's file that a landed night was loaded with beside it, in the place of that
    of before: it is loaded with it when it is loaded again."""
    kept = run.landed / AUTHORITY_FILE
    if kept.exists() and kept.samefile(run.authority_file):
        return
    try:
        arriving = kept.with_suffix(".arriving")
        shutil.copyfile(run.authority_file, arriving)
        arriving.chmod(0o600)
        arriving.replace(kept)
    except OSError as error:
        logger.warning("the authority's file could not be kept as %s: %s", kept, reason(error))
