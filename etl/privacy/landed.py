"""Landed nights: which rows are about a child, wherever an extract has them, and a night without
them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.contracts.child import CHILD_TABLE
from etl.contracts.frames import PARQUET
from etl.sources.door import LEGACY_ID, Door
from etl.sources.legacy import columns_of_ids, legacy_forms, numbers_by_person
from etl.sources.mapping import mappings
from etl.sources.register import FIRST_KIND, SOURCES
from etl.sources.source import Forms
from etl.sources.spelling import without_surroundings

Mask = npt.NDArray[np.bool_]
MANIFEST = "manifest.json"
# The authority's file as it was that night: to load the night again as it was loaded.
AUTHORITY_FILE = "authority.toml"
# Of a table in the manifest: the hash of its Parquet file as it was written.
PARQUET_SHA256 = "parquet_sha256"


Called = Mapping[str, Mapping[str, str]]


def rows_about(
    folder: Path,
    are_theirs: Callable[[pd.Series], Mask],
    called: Called,
    doors: Sequence[Door] = (),
) -> dict[str, Mask]:
    """Of each table with such rows, which they are: those that name the children and, in tables
    that name nobody, those of a form or meeting that only they had.

    folder: landed tables, ``<table>.parquet``, and their manifest. are_theirs: which case numbers
    are the children's. called: columns that the authority calls otherwise, see
    ``etl.authority.Authority.columns``. doors: that the night came through; default: the one of the
    kind that the manifest says.
    """
    first, *others = doors or (Door(kind_of(folder)),)
    paths = sorted(folder.glob("*.parquet"))
    found = _rows_of_door(
        [path for path in paths if "." not in path.stem],
        replace(first, kind=kind_of(folder)), are_theirs, called,
    )  # fmt: skip
    for door in others:
        own = [path for path in paths if path.stem.startswith(door.prefix)]
        prefix = door.child_prefix(first)
        found |= _rows_of_door(own, door, _told_apart(are_theirs, prefix), called)
    return found


def _told_apart(
    are_theirs: Callable[[pd.Series], Mask], prefix: str
) -> Callable[[pd.Series], Mask]:
    """The same, asked by ids as a door writes them that knows children by ids of its own."""
    return (lambda ids: are_theirs(prefix + ids)) if prefix else are_theirs


def _rows_of_door(
    paths: Sequence[Path], door: Door, are_theirs: Callable[[pd.Series], Mask], called: Called
) -> dict[str, Mask]:
    """The same of the tables that came through one door."""
    source = SOURCES[door.kind]
    forms = source.forms
    if door.child_id == LEGACY_ID != source.child_id:
        numbers = _numbers_by_person(paths, door, called)
        are_theirs = _by_person(are_theirs, numbers)
    found: dict[str, Mask] = {}
    without_person = []
    theirs: dict[str, set[str]] = {}
    others: dict[str, set[str]] = {}
    for path in paths:
        persons = [_read(path, name) for name in _columns(path, forms.person, called)]
        if not any(_name_anybody(written, forms) for written in persons):
            without_person.append(path)
            continue
        mask = np.zeros(pq.read_metadata(path).num_rows, dtype=bool)
        for written in persons:
            # As it is known, and as it was before ids were read so.
            mask |= are_theirs(forms.read_ids(written)) | are_theirs(written)
        _note_records(path, forms, called, mask, theirs, others)
        if mask.any():
            found[path.stem] = mask
    for path in without_person:
        mask = np.zeros(pq.read_metadata(path).num_rows, dtype=bool)
        for name, record in _columns(path, forms.record, called).items():
            mask |= _records(path, name, forms).isin(
                theirs.get(record, set()) - others.get(record, set())
            )
        if mask.any():
            found[path.stem] = mask
    return found


def _name_anybody(persons: pd.Series, forms: Forms) -> bool:
    """Whether a column of persons says anything: an export may have it and leave it empty."""
    said = persons.dropna()
    nobody = f"(?i:{'|'.join(forms.missing_ids)})"
    return bool((~said.isin(forms.missing) & ~said.str.fullmatch(nobody)).any())


def kind_of(folder: Path) -> str:
    """The kind of source that a landed night is of; of several that of the first."""
    manifest = json.loads((folder / MANIFEST).read_text())
    return str(manifest.get("kind", FIRST_KIND))


def doors_of(folder: Path) -> tuple[Door, ...]:
    """The doors that a landed night came through, as far as the authority's file that it was loaded
    with was kept beside it: what they are called, and which ids of children are theirs. Raises
    OSError."""
    file = folder / AUTHORITY_FILE
    if not file.exists():
        return (Door(kind_of(folder)),)
    said = tomllib.loads(file.read_text(encoding="utf-8-sig"))["source"]
    return tuple(
        Door(
            kind=part["kind"],
            child_id=part.get("child_id", SOURCES[part["kind"]].child_id),
            name=part.get("name", ""),
            tables=tuple(part.get("tables", ())),
        )
        for part in (said if isinstance(said, list) else [said])
    )


def _numbers_by_person(paths: Sequence[Path], door: Door, called: Called) -> pd.Series:
    """The numbers that staff use of the persons in the tables of the night; none where it lacks the
    table that says them."""
    source = SOURCES[door.kind]
    child = mappings(source).tables[CHILD_TABLE.name]
    of_children = f"{door.prefix}{child.source}"
    path = next((path for path in paths if path.stem == of_children), None)
    if path is None:
        return pd.Series(dtype="str")
    found = [name for named in columns_of_ids(child) for name in _columns(path, named, called)]
    if len(found) < 2:
        return pd.Series(dtype="str")
    person, number = (_read(path, name) for name in found)
    return numbers_by_person(
        source.forms.read_ids(person), legacy_forms(source.forms).read_ids(number)
    )


def _by_person(
    are_theirs: Callable[[pd.Series], Mask], numbers: pd.Series
) -> Callable[[pd.Series], Mask]:
    """The same, asked by the ids of persons."""
    return lambda persons: are_theirs(persons.map(numbers).astype("str"))


def _note_records(
    path: Path, forms: Forms, called: Called, mask: Mask,
    theirs: dict[str, set[str]], others: dict[str, set[str]],
) -> None:  # fmt: skip
    """Which records the children's rows name, and which are named by those of others."""
    for name, record in _columns(path, forms.record, called).items():
        ids = _records(path, name, forms)
        theirs.setdefault(record, set()).update(ids[mask].dropna())
        others.setdefault(record, set()).update(ids[~mask].dropna())


def _columns(path: Path, named: str, called: Called) -> dict[str, str]:
    """The table's columns that are named so, and the part of the name that says what of."""
    table = path.stem.rpartition(".")[2]
    ours = {theirs: ours for ours, theirs in called.get(table, {}).items()}
    found = {}
    for name in pq.read_schema(path).names:
        plain = name.strip().upper()
        match = re.fullmatch(named, ours.get(plain, plain))
        if match:
            found[name] = match[1] if match.groups() else name
    return found


def _read(path: Path, column: str) -> pd.Series:
    """One column as text without what surrounds it, null where nothing is left."""
    values = pq.read_table(path, columns=[column])[column].combine_chunks()
    text = pd.Series(without_surroundings(values).to_pandas(), dtype="str")
    return text.where(text.ne(""))


def _records(path: Path, column: str, forms: Forms) -> pd.Series:
    """Ids of records as they are known; what is none as it is written."""
    written = _read(path, column)
    return forms.read_ids(written).fillna(written)


def copy_without(source: Path, target: Path, rows: Mapping[str, Mask]) -> None:
    """Copy a landed night without these rows of its tables; its manifest says how many they were,
    and has the hashes of the files as they are then.

    target: an empty folder of the owner's; what is put there is for the owner only.
    """
    for path in source.iterdir():
        if path.stem in rows and path.suffix == ".parquet":
            leave_out(path, rows[path.stem], target / path.name)
        else:
            shutil.copy2(path, target)
    manifest = json.loads((source / MANIFEST).read_text())
    for table, mask in rows.items():
        entry = manifest["tables"][table]
        entry["rows_erased"] = entry.get("rows_erased", 0) + int(mask.sum())
        entry[PARQUET_SHA256] = file_sha256(target / f"{table}.parquet")
    write_manifest(manifest, target)


def write_manifest(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write ``manifest.json``, for its owner only."""
    written = folder / MANIFEST
    written.write_text(json.dumps(manifest, indent=2))
    written.chmod(0o600)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def leave_out(path: Path, rows: Mask, target: Path) -> None:
    """Write the landed table without these rows, for its owner only."""
    kept = pq.read_table(path).filter(pa.array(~rows))
    pq.write_table(kept, target, **PARQUET)
    target.chmod(0o600)
