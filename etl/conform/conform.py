"""Turns landed tables into ours: columns mapped, values typed, persons pseudonymised.

Nothing is judged here and no row is dropped but the repeats of another row. A value that cannot be
read becomes null, and ``unreadable_column`` of its row names the column.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.authority import Authority
from etl.conform import birth
from etl.conform.reading import ReadColumn, read_column, translate, without_words_of_few
from etl.contracts.contract import TEAM, Column, Kind, Table, identifier, text, whole
from etl.contracts.frames import pandas_type, write_frame
from etl.contracts.register import CONFORMED
from etl.errors import NOTHING_CHANGED, NightStopped
from etl.log import logger
from etl.privacy.erased import Erased, of_run
from etl.privacy.pseudonym import Pseudonyms
from etl.run import Run, owner_only
from etl.sources.mapping import FromColumn, Lookup, Mapping, known_but_not_used, mappings

# The kind of thing whose ids become child_token; see the mapping files.
CHILD_KIND = "child"
# Of a lookup's rows, what is not part of their content.
BESIDE = ("record_number", "order")
# What every conformed table carries beside its contract's columns.
ROW_COLUMNS = (
    whole("record_number", "number of the record in the source's file, from 1"),
    text("unreadable_column", "the first of our columns whose value could not be read"),
)
CHILD_IDENTITY = (
    text("child_token", "the token"),
    identifier("case_number", "the source's id of the person"),
    identifier("legacy_id", "the number that staff know"),
)
WORKER_IDENTITY = (
    text("worker_token", "the token"),
    identifier("worker_id", "the source's id of the worker"),
    identifier("staff_id", "the staff number"),
)
FAMILY_IDENTITY = (
    text("family_token", "the token"),
    identifier("family_id", "the source's id of the family"),
)
# By the table that brings them: whose they are, and what is known of them.
IDENTITIES: dict[str, tuple[str, tuple[Column, ...]]] = {
    "child": ("child", CHILD_IDENTITY),
    "worker": ("worker", WORKER_IDENTITY),
    "contact": ("family", FAMILY_IDENTITY),
}


@dataclass
class Account:
    """Where the records of one source table went: rows = repeats + outside + conformed."""

    source_table: str
    rows: int = 0
    repeats: int = 0
    outside: int = 0


@dataclass
class Conforming:
    """One night's work in hand: what is read, and what is counted on the way."""

    landed: Path
    date_format: str
    pseudonyms: Pseudonyms
    extract_date: pd.Timestamp
    replaced: dict[tuple[str, str, str], dict[str, int]] = field(default_factory=dict)
    erased: Erased | None = None
    erased_tokens: set[str] = field(default_factory=set)
    births: pd.DataFrame = field(default_factory=pd.DataFrame)
    left_out: set[tuple[str, str, int, str]] = field(default_factory=set)

    def names(self, table: str) -> dict[str, str]:
        """The table's column names as landed, by their plain upper-case form."""
        found = pq.read_schema(self.landed / f"{table}.parquet").names
        return {plain_name(name): name for name in found}

    def has(self, table: str) -> bool:
        return (self.landed / f"{table}.parquet").exists()

    def columns(self, table: str, wanted: dict[str, bool]) -> pa.Table:
        """The wanted columns under their plain names; an optional one that is not there is left
        out."""
        names = self.names(table)
        present = [name for name in wanted if name in names]
        landed = pq.read_table(
            self.landed / f"{table}.parquet", columns=[names[name] for name in present]
        )
        return landed.rename_columns(present)

    def read(
        self, source: pa.Table, table: str, column: str, kind: Kind, *, part: str = "",
        any_date: bool = False,
    ) -> ReadColumn:  # fmt: skip
        """One column as ``kind``. part: which rows of the table these are, so that a column read
        for several of our tables is counted once."""
        formats = ("iso", "uk") if any_date else (self.date_format,)
        read = read_column(source[column], kind, date_formats=formats)
        self.replaced[table, column, part] = read.replaced
        return read


def plain_name(name: str) -> str:
    """A column's name without regard to case and surrounding spaces."""
    return name.strip().upper()


def conform(run: Run, authority: Authority, key: bytes) -> dict[str, Account]:
    """Write ``conformed/<table>.parquet`` for every contract, ``identity/*.parquet`` and
    ``conformed.json`` (accounts, replaced values, columns not known, our tables whose source the
    extract lacks, and records of looked-up tables that lack their id, or share it with other
    content) to the run's work folder.

    Raises NightStopped that names every missing table and column.
    """
    work = Conforming(
        run.work / "landed",
        authority.date_format,
        Pseudonyms(key, authority.la_code),
        pd.Timestamp(run.extract_date),
        erased=of_run(run.work, key, authority.la_code),
    )
    check_tables_and_columns(work)
    owner_only(run.landing / "work")
    folder = owner_only(run.work)
    accounts = {}
    by_name = {table.name: table for table in CONFORMED}
    # The child's births are needed by the tables that follow it.
    for mapping in sorted(mappings(), key=lambda mapping: mapping.table != "child"):
        table = by_name[mapping.table]
        frame, account = _conform_table(work, table, mapping)
        accounts[mapping.table] = account
        columns = (*ROW_COLUMNS, *table.conformed_columns)
        write_frame(frame, columns, folder / "conformed" / f"{table.name}.parquet")
        if mapping.identity:
            _write_identity(frame, table, owner_only(folder / "identity"))
    _write_counts(work, accounts, folder)
    logger.info("conformed %s tables", len(accounts))
    return accounts


def _write_identity(frame: pd.DataFrame, table: Table, folder: Path) -> None:
    """One row for each token of a kind of person."""
    whose, columns = IDENTITIES[table.name]
    known = frame.rename(columns={"contact_family_token": "family_token"})
    known = known.dropna(subset=columns[0].name).drop_duplicates(subset=columns[0].name)
    write_frame(known, columns, folder / f"{whose}.parquet")


def _write_counts(work: Conforming, accounts: dict[str, Account], folder: Path) -> None:
    replaced: dict[tuple[str, str, str], int] = {}
    for (table, column, _part), spellings in work.replaced.items():
        for spelling, rows in spellings.items():
            name = (table, column, spelling)
            replaced[name] = replaced.get(name, 0) + rows
    counts = {
        "accounts": {name: vars(account) for name, account in accounts.items()},
        "replaced": [[*name, rows] for name, rows in sorted(replaced.items())],
        "not_known": columns_not_known(work),
        "lacking": [mapping.table for mapping in mappings() if not work.has(mapping.source)],
        "left_out": sorted(work.left_out),
    }
    (folder / "conformed.json").write_text(json.dumps(counts))


def _needed(work: Conforming) -> dict[str, dict[str, bool]]:
    """The source's columns that the mappings need, by table; optional tables only if there."""
    needed: dict[str, dict[str, bool]] = {}
    for mapping in mappings():
        parts: tuple[Mapping | Lookup, ...] = (mapping, *mapping.lookups)
        for part in parts:
            if part.optional_table and not work.has(part.source):
                continue
            columns = needed.setdefault(part.source, {})
            for column, optional in part.source_columns.items():
                columns[column] = columns.get(column, True) and optional
    return needed


def check_tables_and_columns(work: Conforming) -> None:
    """Raises NightStopped that names every table and column the extract should have."""
    problems = []
    for table, columns in sorted(_needed(work).items()):
        if not work.has(table):
            problems.append(f"table {table} ({table}.csv)")
            continue
        names = work.names(table)
        lacking = [name for name, optional in columns.items() if not optional and name not in names]
        problems += [f"column {name} of {table}.csv" for name in sorted(lacking)]
    if problems:
        raise NightStopped(
            f"The extract lacks {', '.join(problems)}.",
            where=f"conform, extract of {work.extract_date:%Y-%m-%d}",
            means=NOTHING_CHANGED,
            next="Export what is missing and load again. After an upgrade of the case system, "
            "change the names in etl/sources/liquidlogic/mapping/.",
        )


def columns_not_known(work: Conforming) -> list[list[str]]:
    """[table, column] that no mapping knows; column is empty where the whole table is unknown."""
    needed, spare = _needed(work), known_but_not_used()
    found = []
    for path in sorted(work.landed.glob("*.parquet")):
        table = path.stem
        if table not in needed and table not in spare:
            found.append([table, ""])
            continue
        known = {*needed.get(table, {}), *spare.get(table, ())}
        found += [[table, name] for name in work.names(table) if name not in known]
    return found


def _conform_table(
    work: Conforming, table: Table, mapping: Mapping
) -> tuple[pd.DataFrame, Account]:
    account = Account(mapping.source)
    if mapping.optional_table and not work.has(mapping.source):
        columns = (*ROW_COLUMNS, *table.conformed_columns)
        empty = {column.name: pd.Series(dtype=pandas_type(column.kind)) for column in columns}
        return pd.DataFrame(empty), account
    source = work.columns(mapping.source, mapping.source_columns)
    account.rows = source.num_rows
    frame = pd.DataFrame({"record_number": np.arange(1, source.num_rows + 1)})
    frame["unreadable_column"] = pd.Series(pd.NA, index=frame.index, dtype="str")
    kinds = {column.name: column.kind for column in table.columns}
    for column in mapping.columns:
        _mark_unreadable(
            frame, column.ours, _read_ours(work, source, mapping, column, kinds, frame)
        )
    for lookup in mapping.lookups:
        _look_up(work, source, mapping, lookup, kinds, frame)
    _add_birth(work, source, mapping, frame)
    for ours, column_name in mapping.identity:
        # Numbers that staff know are written in any way; they go to restricted alone.
        frame[ours] = work.read(source, mapping.source, column_name, Kind.TEXT).values
    _hide_words_of_few(frame, table, mapping)
    _forget_erased(work, frame, table, mapping)
    if table.name == "child":
        frame["is_merged"] = frame["merged_date"].notna()
    listed = [column.ours for column in mapping.columns if column.only_listed]
    frame = frame.dropna(subset=listed) if listed else frame
    account.outside = account.rows - len(frame)
    kept = frame.drop_duplicates(subset=[name for name in frame if name != "record_number"])
    kept = kept.drop(columns="birth_date", errors="ignore")
    account.repeats = len(frame) - len(kept)
    return _with_every_column(kept.reset_index(drop=True), table), account


def _with_every_column(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """A contract's column that the extract has no source for is empty."""
    for column in table.conformed_columns:
        if column.name not in frame:
            frame[column.name] = pd.Series(
                pd.NA, index=frame.index, dtype="object"
            ).astype(pandas_type(column.kind))  # fmt: skip
    return frame


def _mark_unreadable(frame: pd.DataFrame, ours: str, unreadable: np.ndarray) -> None:
    first = unreadable & frame["unreadable_column"].isna().to_numpy()
    if first.any():
        frame.loc[first, "unreadable_column"] = ours


def _read_ours(
    work: Conforming, source: pa.Table, mapping: Mapping, column: FromColumn,
    kinds: dict[str, Kind], frame: pd.DataFrame,
) -> np.ndarray:  # fmt: skip
    """Add one of our columns to the frame; returns where it could not be read."""
    if column.first_set:
        return _first_set(work, source, mapping, column, frame)
    if column.column not in source.column_names:
        return np.zeros(len(frame), dtype=bool)
    read = work.read(
        source, mapping.source, column.column, kinds[column.ours], any_date=column.any_date
    )
    frame[column.ours] = _finished(work, column, read.values)
    return read.unreadable


def _finished(work: Conforming, column: FromColumn, values: pd.Series) -> pd.Series:
    if column.token == CHILD_KIND:
        return _child_tokens(work, values)
    if column.token:
        return work.pseudonyms.tokens(values, column.token)
    if column.codes:
        return translate(values, column.codes, only_listed=column.only_listed)
    return values


def _child_tokens(work: Conforming, case_numbers: pd.Series) -> pd.Series:
    """An erased child has the token of what stands in for its number."""
    if work.erased is None:
        return work.pseudonyms.tokens(case_numbers, CHILD_KIND)
    are_erased = work.erased.are_among(case_numbers)
    known_as = case_numbers.mask(are_erased, work.erased.stand_ins(case_numbers[are_erased]))
    tokens = work.pseudonyms.tokens(known_as, CHILD_KIND)
    work.erased_tokens.update(tokens[are_erased])
    return tokens


def _hide_words_of_few(frame: pd.DataFrame, table: Table, mapping: Mapping) -> None:
    if "child_token" not in frame:
        return
    kinds = {column.name: column.kind for column in table.columns}
    for column in mapping.columns:
        if kinds[column.ours] is Kind.CODE and column.ours in frame and not column.first_set:
            frame[column.ours] = without_words_of_few(
                frame[column.ours], frame["child_token"], column.codes
            )


def _forget_erased(work: Conforming, frame: pd.DataFrame, table: Table, mapping: Mapping) -> None:
    """In the rows of erased children, put what stands in for the ids of their records, which the
    case system could be asked for, and forget the family and every other number."""
    if work.erased is None or "child_token" not in frame:
        return
    rows = frame["child_token"].isin(work.erased_tokens)
    ids = [column.name for column in table.conformed_columns if column.kind is Kind.ID]
    for name in {*ids, "case_number"} - {TEAM.name}:
        if name in frame:
            frame[name] = frame[name].mask(rows, work.erased.stand_ins(frame.loc[rows, name]))
    forgotten = {"contact_family_token", *(ours for ours, _ in mapping.identity)} - {"case_number"}
    for name in forgotten & set(frame):
        frame[name] = frame[name].mask(rows)


def _first_set(
    work: Conforming, source: pa.Table, mapping: Mapping, column: FromColumn, frame: pd.DataFrame
) -> np.ndarray:
    """The word of the first flag that is yes, null where none is."""
    words = pd.Series(pd.NA, index=frame.index, dtype="str")
    unreadable = np.zeros(len(frame), dtype=bool)
    for name, word in column.first_set:
        if name not in source.column_names:
            continue
        read = work.read(source, mapping.source, name, Kind.FLAG)
        unreadable |= read.unreadable
        words = words.mask(words.isna() & read.values.fillna(False).astype(bool), word)
    frame[column.ours] = words
    return unreadable


def _look_up(
    work: Conforming, source: pa.Table, mapping: Mapping, lookup: Lookup,
    kinds: dict[str, Kind], frame: pd.DataFrame,
) -> None:  # fmt: skip
    """Add the lookup's columns to the frame, and mark rows whose values could not be read."""
    if lookup.optional_table and not work.has(lookup.source):
        return
    keys = [f"key {number}" for number in range(len(lookup.on))]
    wanted = _lookup_rows(work, lookup, kinds, keys)
    asked = pd.DataFrame(
        {
            key: work.read(source, mapping.source, here, Kind.ID).values
            for key, (here, _) in zip(keys, lookup.on, strict=True)
        }
    )
    found = asked.merge(wanted, on=keys, how="left", validate="many_to_one")
    for column in lookup.columns:
        values = found[column.ours]
        if column.is_present:
            values = values.fillna(False)
        frame[column.ours] = values.astype(pandas_type(kinds[column.ours]))
        marked = found[f"unreadable {column.ours}"].eq(True).to_numpy(dtype=bool, na_value=False)
        _mark_unreadable(frame, column.ours, marked)


def _lookup_rows(
    work: Conforming, lookup: Lookup, kinds: dict[str, Kind], keys: list[str]
) -> pd.DataFrame:
    """One row per key: the key, each of our columns, and ``unreadable <column>``.

    Of several rows the latest counts, the later record where that is equal. Where no date orders
    them and they differ, they are rows of one id with other content: none of them counts.
    """
    source = work.columns(lookup.source, lookup.source_columns)
    part = ""
    if lookup.where:
        name, value = lookup.where
        part = f"{name}={value}"
        source = source.filter(pc.equal(pc.utf8_trim_whitespace(source[name]), value))
    rows = pd.DataFrame({"record_number": np.arange(1, source.num_rows + 1)})
    for key, (_, there) in zip(keys, lookup.on, strict=True):
        rows[key] = work.read(source, lookup.source, there, Kind.ID, part=part).values
    for column in lookup.columns:
        kind = Kind.ID if column.is_present else kinds[column.ours]
        read = work.read(
            source, lookup.source, column.column, kind, part=part, any_date=column.any_date
        )
        values = read.values
        if column.is_present:
            values = values.notna() & values.ne(column.other_than or "")
        rows[column.ours] = _finished(work, column, values)
        rows[f"unreadable {column.ours}"] = read.unreadable
    order = None
    if lookup.latest_by:
        order = work.read(source, lookup.source, lookup.latest_by, Kind.DATE, part=part).values
    return _one_row_per_key(work, rows.assign(order=order), lookup, keys)


def _one_row_per_key(
    work: Conforming, rows: pd.DataFrame, lookup: Lookup, keys: list[str]
) -> pd.DataFrame:
    is_one_each = not (lookup.latest_by or all(column.is_present for column in lookup.columns))
    if is_one_each:
        _leave_out(work, lookup, rows, rows[keys].isna().any(axis=1), "id_missing")
    rows = rows.dropna(subset=keys)
    if lookup.latest_by:
        rows = rows.sort_values("order", kind="stable", na_position="first")
    elif is_one_each:
        rows = rows.drop_duplicates([name for name in rows if name not in BESIDE])
        is_shared = rows.duplicated(subset=keys, keep=False)
        _leave_out(work, lookup, rows, is_shared, "id_shared")
        rows = rows[~is_shared]
    else:
        rows = rows.sort_values([column.ours for column in lookup.columns], kind="stable")
    return rows.drop(columns="order").drop_duplicates(subset=keys, keep="last")


def _leave_out(
    work: Conforming, lookup: Lookup, rows: pd.DataFrame, chosen: pd.Series, reason: str
) -> None:
    """Note the records of a looked-up table that cannot be looked up, for validate to report."""
    work.left_out |= {
        (lookup.source, lookup.on[0][1], int(number), reason)
        for number in rows.loc[chosen, "record_number"]
    }


def _add_birth(work: Conforming, source: pa.Table, mapping: Mapping, frame: pd.DataFrame) -> None:
    if mapping.birth:
        names = dict(mapping.birth)
        date = work.read(source, mapping.source, names["date"], Kind.DATE)
        estimated = work.read(source, mapping.source, names["is_estimated"], Kind.FLAG)
        _mark_unreadable(frame, "birth_month", date.unreadable)
        _mark_unreadable(frame, "is_unborn", estimated.unreadable)
        births = pd.DataFrame({"date": date.values, "is_estimated": estimated.values})
        birth.of_children(frame, births, work.extract_date)
        births.index = pd.Index(frame["child_token"])
        work.births = births[births.index.notna() & ~births.index.duplicated()]
    elif mapping.table in birth.DATED_BY:
        birth.of_facts(frame, mapping.table, work.births)
