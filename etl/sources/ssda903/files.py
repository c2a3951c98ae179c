"""A night of the looked after children return: a folder or a zip of one CSV per module.

Councils and their programs call the files as they like, so a module is known by its columns. What
can be wrong with a return as files is found here and in ``arrival``; the meaning of the columns is
not known here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from etl.contracts.source_table import SourceTable
from etl.errors import NightStopped
from etl.run import Arrival
from etl.sources.arrival.csv_extract import check_ends, check_rows
from etl.sources.arrival.csv_file import CsvFile
from etl.sources.arrival.files import ANY_CSV, COPY_AGAIN, csv_files, stop, to_be_read
from etl.sources.arrival.manifest import MANIFEST, read_manifest
from etl.sources.source import Expected

HEADER, EPISODES, REVIEWS = "HEADER", "EPISODES", "REVIEWS"
NEEDED = (HEADER, EPISODES, REVIEWS)
_A_TABLES_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_ONE_COLLECTION = (
    "Leave one file of each module in the folder, all of one collection, and load it again."
)
_EXPORT_CSV = (
    "Let the case system export the return as CSV, one file per module, and load that "
    "(docs/sources/ssda903.md)."
)


def read_return(arrival: Arrival, expected: Expected) -> Iterator[SourceTable]:
    """Every module of the return, one by one, under its own name, whatever its file is called; a
    CSV of no module has no columns.

    Raises NightStopped where a file cannot be trusted, where a module that is needed is missing or
    where two files are of one; ConnectionFault where one cannot be read.
    """
    with to_be_read(arrival.path):
        yield from _modules(arrival.path, expected)


def _modules(extract: Path, expected: Expected) -> Iterator[SourceTable]:
    if extract.suffix.lower() == ".xml":
        raise _is_xml(extract)
    files = csv_files(extract, expected.most_bytes, ANY_CSV)
    manifest = None
    if MANIFEST in files:
        manifest = read_manifest(files.pop(MANIFEST)(), extract)
        _check_listed(manifest, files, extract)
    if not files:
        raise _is_xml(extract) if _holds_xml(extract) else _holds_nothing(extract)
    modules = _Modules(expected.columns, extract)
    ends_whole: dict[str, bool] = {}
    for name in sorted(files):
        raw = files[name]()
        where = f"{extract}, {name}.csv"
        table = CsvFile(f"{name}.csv", where, modules.every_column).read(name, raw)
        if manifest is not None:
            check_rows(table, manifest[name], where)
        ends_whole[name] = raw.endswith((b"\n", b"\r"))
        yield modules.named(table)
    check_ends(ends_whole, extract)
    modules.check_needed()


@dataclass
class _Modules:
    """The modules of a return as its files are read. known: the columns of each. files: the file
    that each was found in. others: how many files were of none."""

    known: Mapping[str, frozenset[str]]
    extract: Path
    files: dict[str, str] = field(default_factory=dict)
    others: int = 0

    @property
    def every_column(self) -> frozenset[str]:
        """Every column of the return."""
        return frozenset().union(*self.known.values())

    def named(self, table: SourceTable) -> SourceTable:
        """The table under the name of its module. Raises NightStopped where another file was of the
        same."""
        names = {name.replace("\u00a0", " ").strip().upper() for name in table.content.column_names}
        module = self._module_of(names, table.file)
        if module is None:
            return self._other(table)
        if module in self.files:
            raise stop(
                f"{self.files[module]} and {table.file} are both of the module {module}: they may "
                "be of two collections, last year's and this year's.",
                str(self.extract),
                _ONE_COLLECTION,
            )
        self.files[module] = table.file
        return replace(table, name=module)

    def _module_of(self, names: Collection[str], file: str) -> str | None:
        """The module of which most of its own columns are there, those that no other module has;
        None where there is none of any."""
        shares = {module: self._share(module, names) for module in self.known}
        most = max(shares.values(), default=0.0)
        found = sorted(module for module, share in shares.items() if share == most)
        if not most:
            return None
        if len(found) > 1:
            raise stop(
                f"{file} has the columns of the modules {' and '.join(found)}.",
                str(self.extract),
                "Let the case system export one file per module, and load that.",
            )
        return found[0]

    def _share(self, module: str, names: Collection[str]) -> float:
        others = [columns for name, columns in self.known.items() if name != module]
        own = self.known[module].difference(*others)
        return len(own.intersection(names)) / len(own)

    def _other(self, table: SourceTable) -> SourceTable:
        """What it holds is not kept; the audit lists it by its name, if it is called as tables
        are."""
        self.others += 1
        is_plain = _A_TABLES_NAME.fullmatch(table.name) and table.name not in self.known
        name = table.name if is_plain else f"OTHER_FILE_{self.others}"
        return SourceTable(name, pa.table({}), table.sha256, "", table.file)

    def check_needed(self) -> None:
        """Raises NightStopped where a module that is needed was not found."""
        if missing := [module for module in NEEDED if module not in self.files]:
            raise stop(
                f"The return lacks the module{'s' * (len(missing) > 1)} {', '.join(missing)}: no "
                "file has its columns.",
                str(self.extract),
                "Export what is missing and load it again. A module is known by the names of its "
                "columns, whatever its file is called (docs/sources/ssda903.md).",
            )


def _check_listed(manifest: Mapping[str, int], files: Collection[str], extract: Path) -> None:
    """Raises NightStopped where the manifest lists other files than are there."""
    if lacking := len(manifest.keys() - set(files)):
        what = f"The manifest lists {lacking:,} file{'s' * (lacking > 1)} that the return lacks."
        raise stop(what, f"{extract}, MANIFEST.csv", COPY_AGAIN)
    if left_out := sorted(set(files) - manifest.keys()):
        what = f"The manifest leaves out {len(left_out):,} of the files that the return holds."
        raise stop(what, f"{extract}, MANIFEST.csv", COPY_AGAIN)


def _holds_xml(extract: Path) -> bool:
    if extract.is_dir():
        names = [path.name for path in extract.iterdir()]
    else:
        with zipfile.ZipFile(extract) as archive:
            names = archive.namelist()
    return any(name.lower().endswith(".xml") for name in names)


def _is_xml(extract: Path) -> NightStopped:
    return stop(
        "The return came as XML, which is not read: its elements have other names than the columns "
        "of the CSV modules.",
        str(extract),
        _EXPORT_CSV,
    )


def _holds_nothing(extract: Path) -> NightStopped:
    return stop("The return holds no CSV.", str(extract), COPY_AGAIN)
