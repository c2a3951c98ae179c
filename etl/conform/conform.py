"""Turns landed tables into ours: columns mapped, values typed, persons pseudonymised.

Nothing is judged here and no row is dropped but the repeats of another row. A value that cannot be
read becomes null, and ``unreadable_column`` of its row names the column.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.authority import Authority
from etl.conform import birth
from etl.conform.arrange import arrange
from etl.conform.codes import read_codes
from etl.conform.counted import as_frame, count_columns, count_references, names_of_records
from etl.conform.disputed import settle
from etl.conform.lookups import has_a_code, look_up, spread
from etl.conform.present import check_tables_and_columns
from etl.conform.several import counted_of, one_list
from etl.conform.values import mark_unreadable, read_ours
from etl.conform.work import Conforming, record_numbers
from etl.contracts.child import CHILD_TABLE
from etl.contracts.contract import TEAM, Column, Kind, Table
from etl.contracts.family import FAMILY_TABLE
from etl.contracts.frames import arrow_schema, as_one, column_from_arrow, from_arrow, pandas_type
from etl.contracts.hand_overs import (
    ARRANGED,
    CONFORMED_TABLES,
    COUNTED,
    COVERAGE,
    IDENTITIES,
    LANDED,
    PREVIOUS_CHILDREN,
    READING,
    Account,
    Coverage,
    conformed_columns,
)
from etl.contracts.health_check import COMPLETED, HEALTH_CHECK
from etl.contracts.register import CONFORMED, PERSONS
from etl.log import counts, logger
from etl.privacy.erased import of_run
from etl.privacy.pseudonym import Pseudonyms
from etl.run import Run
from etl.sources.carries import carries_of
from etl.sources.door import given_by, taken_from
from etl.sources.mapping import Mapping, mappings, only
from etl.sources.source import Source

# What a child's token is made of.
CASE_NUMBER = CHILD_TABLE.identity[0].name


def conform(
    run: Run, authority: Authority, sources: Sequence[Source], key: bytes
) -> dict[str, Account]:
    """Write every conformed table, the identities and what was counted while reading.

    sources: the kinds that the landed tables are of, one for each door. Raises NightStopped that
    names every missing table and column.
    """
    works = _of_doors(run, authority, sources, key)
    for work in works:
        check_tables_and_columns(work)
        arrange(work)
    # The children's births are needed by the tables that follow them.
    read = [_conform_table(work, CHILD_TABLE, work.mappings.tables["child"]) for work in works]
    # Of a hollow extract the first door's children tell: of others only some are taken.
    count_columns(works[0], CHILD_TABLE, works[0].mappings.tables["child"], read[0][0])
    births = pd.concat([work.births for work in works])
    accounts: dict[str, Account] = {}
    for work in works:
        work.births = births
        accounts |= _conform_facts(run, work)
    children, accounts[CHILD_TABLE.name] = one_list(works, read)
    CONFORMED_TABLES.write(run, CHILD_TABLE, children)
    _write_identity(run, children, CHILD_TABLE, works)
    given = {name for work in works for name in work.gives}
    for table in CONFORMED:
        if table.name not in given and table is not CHILD_TABLE:
            CONFORMED_TABLES.write(run, table, _empty(table))
    READING.write(run, counted_of(works, accounts))
    COVERAGE.write(run, [_coverage(work) for work in works])
    COUNTED.write(run, as_frame(works))
    for work in works:
        _warn_of_unknown_codes(work)
    logger.info("conformed %s tables", len(accounts), extra=counts(tables=len(accounts)))
    return accounts


def _of_doors(
    run: Run, authority: Authority, sources: Sequence[Source], key: bytes
) -> list[Conforming]:
    works = []
    for door, source in zip(authority.doors, sources, strict=True):
        taken = taken_from(door, authority.doors, source)
        gives = given_by(door, authority.doors, source)
        covered_from = door.covered_from or source.covered_from(run.extract_date)
        works.append(
            Conforming(
                LANDED.at(run),
                ARRANGED.at(run),
                source,
                only(mappings(source), taken),
                door,
                Pseudonyms(key, authority.la_code),
                pd.Timestamp(run.extract_date),
                PREVIOUS_CHILDREN.read(run).set_index("child_token"),
                covered_from=pd.Timestamp(covered_from) if covered_from else None,
                gives=tuple(table.name for table in CONFORMED if table.name in gives),
                child_prefix=door.child_prefix(authority.door),
                own_codes=authority.codes,
                called=authority.columns,
                answers=authority.answers,
                erased=of_run(run, key),
            )
        )
    return works


def _conform_facts(run: Run, work: Conforming) -> dict[str, Account]:
    """Every table that is taken from the door, but for the children."""
    accounts, linked = {}, {}
    for table in CONFORMED:
        if table.name not in work.gives or table is CHILD_TABLE:
            continue
        mapping = work.mappings.tables[table.name]
        frame, accounts[table.name] = _conform_table(work, table, mapping)
        count_columns(work, table, mapping, frame)
        if work.has(mapping.source):
            linked[table.name] = frame[names_of_records(table)]
        # Of the first door every child is there, with a record or without.
        if table.has("child_token") and CHILD_TABLE.name not in work.gives:
            work.about.update(frame["child_token"].dropna())
        CONFORMED_TABLES.write(run, table, frame)
        _write_identity(run, frame, table, [work])
    count_references(work, linked)
    return accounts


def _warn_of_unknown_codes(work: Conforming) -> None:
    for read in work.codes:
        if read["rows"] and not read["rows_listed"]:
            logger.warning(
                "no list has any code of %s.%s, %s rows: see `csc-etl codes`",
                work.told(read["source_table"]), read["source_column"], f"{read['rows']:,}",
            )  # fmt: skip


def _write_identity(
    run: Run, frame: pd.DataFrame, table: Table, works: Sequence[Conforming]
) -> None:
    """One row for each token of the kind of person that the table brings the numbers of."""
    brought = {ours for work in works for ours, _ in work.mappings.tables[table.name].identity}
    for person in PERSONS:
        if not brought & {column.name for column in person.identity}:
            continue
        token = person.key[0]
        named = next(c.name for c in table.conformed_columns if c.names == person.name)
        numbers = [column.name for column in person.identity if column.name in frame]
        known = frame[[named, *numbers]].rename(columns={named: token}).dropna(subset=token)
        known = known.drop_duplicates(subset=token)
        IDENTITIES.write(run, person, _with_columns(known, person.identity))


def _coverage(work: Conforming) -> Coverage:
    """What the door carries, for those who know no source."""
    carries, door = carries_of(work.source), work.door
    withheld = frozenset() if door.open_assessments else carries.with_open_assessments
    listed = None if carries.measures is None else carries.measures | carries.with_open_assessments
    return {
        "system": work.source.folder.name,
        "covered_from": f"{work.covered_from:%Y-%m-%d}" if work.covered_from else None,
        "measures": None if listed is None else sorted(listed - withheld),
        "wholly": None if carries.wholly is None else sorted(carries.wholly),
        "partly": sorted(carries.partly),
        "child_month": None if carries.child_month is None else sorted(carries.child_month),
        "latest_only": carries.latest_only,
        "gives": sorted(work.gives),
        "name": door.name if door.tables else "",
        "ids_from_content": work.source.ids_from_content,
        "not_provided": {
            name: sorted(columns) for name, columns in work.mappings.not_provided.items()
        },
    }


def _empty(table: Table) -> pd.DataFrame:
    return from_arrow(arrow_schema(conformed_columns(table)).empty_table())


def _conform_table(
    work: Conforming, table: Table, mapping: Mapping
) -> tuple[pd.DataFrame, Account]:
    account: Account = {
        "source_table": work.told(mapping.source),
        "rows": 0,
        "repeats": 0,
        "outside": 0,
    }
    if mapping.optional_table and not work.has(mapping.source):
        return _empty(table), account
    kinds = {column.name: column.kind for column in table.columns}
    source, frame = _records(work, mapping, kinds, account)
    with work.in_hand(source):
        _read_columns(work, source, mapping, kinds, frame)
        _add_birth(work, source, table, mapping, frame)
        _add_identity(work, source, mapping, frame)
    read_codes(work, frame, table, mapping)
    if table.key_of:
        frame[table.key[0]] = as_one(frame[list(table.key_of)], "-")
    _keep_apart(work, frame, table)
    _forget_erased(work, frame, table, mapping)
    if "merged_date" in frame:
        frame["is_merged"] = frame["merged_date"].notna()
    if table is HEALTH_CHECK:
        is_completed = frame["status"].eq(COMPLETED).fillna(False).astype(bool)
        frame["is_not_completed"] = (~is_completed).astype("boolean")
    listed = [column.ours for column in mapping.columns if column.only_listed]
    frame = frame.dropna(subset=listed) if listed else frame
    account["outside"] = account["rows"] - len(frame)
    kept = _without_repeats(work, frame, table)
    if table is CHILD_TABLE:
        kept = _with_columns(kept, table.conformed_columns)  # a kind may have no merged children
        if work.source.settles_disputed_children:
            kept = settle(work, kept, mapping.source, work.known_children)
        kept = kept.drop(columns="birth_date", errors="ignore")
    account["repeats"] = len(frame) - len(kept)
    return _with_columns(kept.reset_index(drop=True), table.conformed_columns), account


def _read_columns(
    work: Conforming, source: pa.Table, mapping: Mapping, kinds: dict[str, Kind],
    frame: pd.DataFrame,
) -> None:  # fmt: skip
    """Its own, and those of its lookups."""
    for column in mapping.columns:
        mark_unreadable(frame, column.ours, read_ours(work, source, mapping, column, kinds, frame))
    for lookup in mapping.lookups:
        if not lookup.every:
            look_up(work, source, mapping, lookup, kinds, frame)


def _keep_apart(work: Conforming, frame: pd.DataFrame, table: Table) -> None:
    """Give ids of records as they are known among those of all doors."""
    for each in table.conformed_columns:
        if each.kind is Kind.ID and each.name in frame:
            frame[each.name] = work.apart(frame[each.name])


def _without_repeats(work: Conforming, frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Of rows that say the same, the first. Where ids are made of what a row says, one without an
    id is no repeat: two that cannot be read may say different things."""
    key = table.key[0]
    # Rows that say the same have the same key, as few have.
    may_repeat = frame[key].duplicated(keep=False)
    if work.source.ids_from_content:
        may_repeat &= frame[key].notna()
    if not may_repeat.any():
        return frame
    is_repeat = may_repeat.to_numpy(copy=True)
    is_repeat[is_repeat] = frame[is_repeat].drop(columns="record_number").duplicated()
    return frame[~is_repeat] if is_repeat.any() else frame


def _records(
    work: Conforming, mapping: Mapping, kinds: dict[str, Kind], account: Account
) -> tuple[pa.Table, pd.DataFrame]:
    """The records of the source that become rows, and a frame of those rows with what their lookups
    of every record found. Notes how many records there are: one that becomes several rows counts
    as often."""
    source = work.columns(mapping.source, mapping.source_columns)
    account["rows"] = source.num_rows
    numbers = record_numbers(source)
    for name, code_list in mapping.only:
        chosen = has_a_code(source[name], work.code_list(code_list))
        source, numbers = source.filter(pa.array(chosen)), numbers[chosen]
    nothing = column_from_arrow(pa.nulls(len(numbers), pa.string()))
    marks = dict.fromkeys(("unreadable_column", "held_back_column", "doubtful_column"), nothing)
    frame = pd.DataFrame({"record_number": numbers, **marks})
    for lookup in mapping.lookups:
        if lookup.every:
            source, frame = spread(work, source, mapping, lookup, kinds, frame)
    account["rows"] += len(frame) - int(np.count_nonzero(np.bincount(frame["record_number"])))
    return source, frame


def _with_columns(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """A column that the extract has no source for is empty."""
    lacking = {
        column.name: pd.Series(pd.NA, index=frame.index, dtype="object").astype(
            pandas_type(column.kind)
        )
        for column in columns
        if column.name not in frame
    }
    return frame.assign(**lacking)


def _add_identity(
    work: Conforming, source: pa.Table, mapping: Mapping, frame: pd.DataFrame
) -> None:
    """The numbers of persons, which go to ``restricted`` alone: the id that the token is made of as
    ids are read; those that staff know are written in any way."""
    made_of = {person.identity[0].name for person in PERSONS}
    for ours, column_name in mapping.identity:
        kind = Kind.ID if ours in made_of else Kind.TEXT
        values = work.read(source, mapping.source, column_name, kind).values
        if ours == CASE_NUMBER:
            # One without a number of its own is held back, and mended by what the source calls it.
            frame[ours] = work.child_ids(values).fillna(values)
        else:
            frame[ours] = work.apart(values) if kind is Kind.ID else values


def _forget_erased(work: Conforming, frame: pd.DataFrame, table: Table, mapping: Mapping) -> None:
    """In the rows of erased children, put what stands in for the ids of their records, which the
    case system could be asked for, and forget the family and every other number."""
    if work.erased is None or "child_token" not in frame:
        return
    rows = frame["child_token"].isin(work.erased_tokens)
    # A team is nobody's record.
    ids = [
        column.name
        for column in table.conformed_columns
        if column.kind is Kind.ID and column.names != TEAM.names
    ]
    for name in {*ids, CASE_NUMBER}:
        if name in frame:
            frame[name] = frame[name].mask(rows, work.erased.stand_ins(frame.loc[rows, name]))
    families = {column.name for column in table.columns if column.names == FAMILY_TABLE.name}
    forgotten = {*families, *(ours for ours, _ in mapping.identity)} - {CASE_NUMBER}
    for name in forgotten & set(frame):
        frame[name] = frame[name].mask(rows)


def _add_birth(
    work: Conforming, source: pa.Table, table: Table, mapping: Mapping, frame: pd.DataFrame
) -> None:
    if mapping.birth:
        names = dict(mapping.birth)
        date = work.read(source, mapping.source, names["date"], Kind.DATE)
        mark_unreadable(frame, "birth_month", date.unreadable)
        births = pd.DataFrame({"date": date.values})
        births["is_estimated"] = pd.Series(False, index=births.index, dtype="boolean")
        if "is_estimated" in names:
            estimated = work.read(source, mapping.source, names["is_estimated"], Kind.FLAG)
            mark_unreadable(frame, "is_unborn", estimated.unreadable)
            births["is_estimated"] = estimated.values
        birth.of_children(frame, births, work.extract_date)
        work.births = births.set_index(pd.Index(frame["child_token"]))
    elif table.is_fact:
        birth.of_facts(frame, table, work.births)
