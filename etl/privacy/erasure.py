"""Erases a child: who it was is forgotten, in every version and every landed night; what was
counted stays counted.

The child's facts stay under a new key, and under stand-ins for the ids of its records, which else
the case system could be asked for. Nothing that the warehouse holds leads from them to the child.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from etl.contracts.contract import TEAM, Kind, Table
from etl.contracts.register import FACTS
from etl.errors import ConnectionFault, WrongUsage
from etl.privacy.erased import Erased, new_secret, seal, stored_erased, unseal
from etl.privacy.key import check_key, wrong_key
from etl.privacy.landed import AUTHORITY_FILE, Mask, copy_without, rows_about
from etl.privacy.pseudonym import Pseudonyms
from etl.privacy.record import landing_folder, scrub, write_record
from etl.run import LAST_DERIVED, owner_only
from etl.sources.door import child_id_of
from etl.sources.local import columns_called
from etl.warehouse import Session, existing_warehouse, the_authority
from etl.warehouse.keys import FAMILY_SUBJECT, LAST_FROZEN_KEY, before_first_key
from etl.warehouse.to_mend import MEND_TABLES

ACTION = "erase"
# A landed night while it is written anew, and the one whose place it takes.
ARRIVING, LEAVING = ".erasing", ".leaving"
_COUNTED = ("report.frozen_subject", "report.restated_subject", "report.latest_subject")
_TABLES_OF_CHILDREN = (
    "warehouse.dim_child", *(f"warehouse.{fact.warehouse}" for fact in FACTS), *_COUNTED,
)  # fmt: skip


@dataclass
class Erasing:
    """One child's erasure in hand. key: the pseudonym key. rows: what was changed, by part."""

    la_code: str
    case_number: str
    key: bytes
    rows: dict[str, int] = field(default_factory=dict)

    def token(self, case_number: str) -> str:
        ids = pd.Series([case_number], dtype="str")
        return str(Pseudonyms(self.key, self.la_code).tokens(ids, "child")[0])

    def count(self, part: str, rows: int) -> None:
        """Note what was changed; parts with nothing are left out of the record."""
        if rows:
            self.rows[part] = self.rows.get(part, 0) + rows


def erase(
    url: str,
    case_number: str,
    *,
    key: bytes,
    done_at: datetime,
    landing: Path | None = None,
    la_code: str | None = None,
) -> dict[str, int]:
    """Erase the child of that case number. Returns what was changed, by table and for landing.

    Doing it again finishes what was cut short, and changes nothing else. Raises WrongUsage where
    no such child is known, the key is not the warehouse's, or a night is under way;
    ConnectionFault where a landed file cannot be changed.
    """
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    landing = landing_folder(landing, warehouse)
    asked = Erasing(la_code, case_number.strip(), key)
    _check_no_night(landing, la_code)
    with warehouse.writing(la_code) as session:
        erased, is_new = _erased(session, asked)
        stand_in = erased.stand_in(asked.case_number)
        check_key(session, key, la_code)
        found = _child_key(session, asked.token(asked.case_number), la_code)
        was_erased = erased.hash_of(asked.case_number) in erased.recognised_by
        _erase_landed(asked, landing / la_code)
        if found is None and not was_erased and not asked.rows:
            raise _unknown(la_code)
        if found is not None:
            _erase_star(session, asked, erased, found)
        if asked.rows:
            # Not the rows of each table: of one child they would be a likeness.
            write_record(session, la_code, ACTION, done_at, {"child": 1})
        session.turn_to_identities()
        if found is not None:
            _erase_identity(session, asked, found, stand_in)
        _remember(session, asked, erased, is_new=is_new)
    scrub(warehouse, "The child is erased", "Erase again")
    return asked.rows


def would_erase(
    url: str,
    case_number: str,
    *,
    key: bytes,
    landing: Path | None = None,
    la_code: str | None = None,
) -> dict[str, int]:
    """What ``erase`` would change, by table and for landing; nothing where the child was erased
    already. Changes nothing; raises what ``erase`` would."""
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    landing = landing_folder(landing, warehouse)
    asked = Erasing(la_code, case_number.strip(), key)
    _check_no_night(landing, la_code)
    with warehouse.reading(identities=True) as session:
        erased, _ = _erased(session, asked)
        check_key(session, key, la_code)
        found = _child_key(session, asked.token(asked.case_number), la_code)
        for table in _TABLES_OF_CHILDREN:
            [(rows,)] = session.rows(
                f"select count(*) from {table} where child_key = :found", found=found
            )
            asked.count(table, rows)
    for _, rows_of in _of_the_child(asked, landing / la_code):
        asked.count("landing", _how_many(rows_of))
    if not asked.rows and erased.hash_of(asked.case_number) not in erased.recognised_by:
        raise _unknown(la_code)
    return asked.rows


def _check_no_night(landing: Path, la_code: str) -> None:
    """A night that was read before the erasure would bring the child back after it."""
    under_way = sorted((landing / "work").glob(f"{la_code}-*"))
    if under_way:
        raise WrongUsage(
            "A night of this authority is under way.",
            where=str(under_way[0]),
            means="Nothing was changed.",
            next="Erase when the night is over. If none is running, remove that folder: it waits "
            "for a task of Airflow's that was given up.",
        )


def _erased(session: Session, asked: Erasing) -> tuple[Erased, bool]:
    """The authority's erased children, and whether this is the first."""
    sealed, recognised_by = stored_erased(session, asked.la_code)
    if sealed is None:
        return Erased(new_secret(), frozenset()), True
    secret = unseal(sealed, asked.key, asked.la_code)
    if secret is None:
        raise wrong_key(f"authority {asked.la_code}")
    return Erased(secret, frozenset(recognised_by)), False


def _child_key(session: Session, token: str, la_code: str) -> int | None:
    found = session.rows(
        "select distinct child_key from warehouse.dim_child "
        "where la_code = :la_code and child_token = :token",
        la_code=la_code,
        token=token,
    )
    return int(found[0][0]) if found else None


def _unknown(la_code: str) -> WrongUsage:
    return WrongUsage(
        "No child of that case number is known.",
        where=f"authority {la_code}, warehouse and landed nights",
        means="Nothing was changed.",
        next="Give the case system's own id of the person, not the number that staff know.",
    )


def _erase_star(session: Session, asked: Erasing, erased: Erased, child_key: int) -> None:
    """Put another key, token, family and stand-ins for ids into every version."""
    token = asked.token(erased.stand_in(asked.case_number))
    # A night that came after an erasure that was cut short knows the stand-in already.
    new_key = _child_key(session, token, asked.la_code) or _next_key(
        session, "child", asked.la_code
    )
    _stage_stand_ins(session, erased, child_key)
    family_key = _own_family(session, asked, child_key, token)
    _erase_counted(session, asked, Keys(child_key, new_key, family_key))
    for fact in FACTS:
        changed = ", ".join(
            f"{name} = (select known_as from stand_in where stand_in.id = fact.{name})"
            for name in _ids(fact)
        )
        rows = session.run(
            f"update warehouse.{fact.warehouse} as fact set child_key = :new_key, "
            f"family_key = :family_key{', ' if changed else ''}{changed} "
            "where child_key = :child_key",
            new_key=new_key, family_key=family_key, child_key=child_key,
        )  # fmt: skip
        asked.count(f"warehouse.{fact.warehouse}", rows)
    rows = session.run(
        "update warehouse.dim_child set child_key = :new_key, child_token = :token "
        "where child_key = :child_key",
        new_key=new_key, token=token, child_key=child_key,
    )  # fmt: skip
    asked.count("warehouse.dim_child", rows)
    _drop_families_of_nobody(session, asked)


class Keys(NamedTuple):
    """The child's key, and the child's and family's that take the place of what was."""

    was: int
    child: int
    family: int


def _erase_counted(session: Session, asked: Erasing, keys: Keys) -> None:
    """The same keys and stand-ins in what figures counted, frozen or latest. What is counted is a
    record, one of several things owed on a record, a family or a child without one."""
    families = " union ".join(
        f"select '{FAMILY_SUBJECT}' || cast(family_key as text) from warehouse.{fact.warehouse} "
        "where child_key = :was and family_key <> 0"
        for fact in FACTS
    )
    for table in _COUNTED:
        rows = session.run(
            f"""
            update {table} as counted set child_key = :child, subject_id = case
                when subject_id = 'child ' || cast(cast(:was as bigint) as text)
                    or subject_id in ({families})
                    then '{FAMILY_SUBJECT}' || cast(cast(:family as bigint) as text)
                else coalesce((
                    select known_as || substr(counted.subject_id, length(id) + 1) from stand_in
                    where counted.subject_id = id
                    or substr(counted.subject_id, 1, length(id) + 1) = id || '-'
                    order by length(id) desc
                    limit 1
                ), subject_id)
            end
            where child_key = :was
            """,
            **keys._asdict(),
        )
        asked.count(table, rows)


def _ids(fact: Table) -> list[str]:
    """The columns that hold ids of the source's records."""
    return [
        column.name
        for column in fact.stored_columns
        if column.kind is Kind.ID and column.name != TEAM.name
    ]


def _next_key(session: Session, name: str, la_code: str) -> int:
    last = session.rows(
        f"select greatest((select coalesce(max({name}_key), 0) from warehouse.dim_{name} "
        f"where la_code = :la_code), {LAST_FROZEN_KEY[name]})",
        la_code=la_code,
    )[0][0]
    return max(int(last), before_first_key(la_code)) + 1


def _stage_stand_ins(session: Session, erased: Erased, child_key: int) -> None:
    """Make ``stand_in``: what stands for each id in the child's facts."""
    every = " union ".join(
        f"select {name} as id from warehouse.{fact.warehouse} where child_key = :child_key "
        f"and {name} is not null"
        for fact in FACTS
        for name in _ids(fact)
    )
    ids = [value for (value,) in session.rows(every, child_key=child_key)]
    content = {"id": ids, "known_as": [erased.stand_in(value) for value in ids]}
    schema = pa.schema([(name, pa.string()) for name in content])
    session.stage("stand_in", pa.table(content, schema))


def _own_family(session: Session, asked: Erasing, child_key: int, token: str) -> int:
    """Make a family of the child alone, known as long as the child's facts; returns its key. It
    is what the next night makes of a child without a family, and may have made already."""
    every = " union all ".join(
        f"select known_from, known_to, run_id from warehouse.{fact.warehouse} "
        "where child_key = :child_key"
        for fact in FACTS
    )
    there = session.rows(
        "select family_key, min(known_from) from warehouse.dim_family "
        "where la_code = :la_code and family_token = :token group by family_key",
        la_code=asked.la_code,
        token=token,
    )
    if there:
        new_key, known_from = there[0]
        session.run(
            f"update warehouse.dim_family set known_from = coalesce((select min(known_from) "
            f"from ({every}) as known where known_from < :known_from), known_from) "
            "where family_key = :family_key and known_from = :known_from",
            family_key=new_key, known_from=known_from, child_key=child_key,
        )  # fmt: skip
        return int(new_key)
    new_key = _next_key(session, "family", asked.la_code)
    session.run(
        "insert into warehouse.dim_family "
        "(la_code, family_key, family_token, run_id, known_from, known_to) "
        "select :la_code, :family_key, :token, min(run_id), min(known_from), max(known_to) "
        f"from ({every}) as known having count(*) > 0",
        la_code=asked.la_code, family_key=new_key, token=token, child_key=child_key,
    )  # fmt: skip
    return new_key


def _drop_families_of_nobody(session: Session, asked: Erasing) -> None:
    """Families that only the child's facts named are known no more."""
    named = " union ".join(
        f"select family_key from warehouse.{fact.warehouse} where la_code = :la_code"
        for fact in FACTS
    )
    rows = session.run(
        "delete from warehouse.dim_family where la_code = :la_code and family_key <> 0 "
        f"and family_key not in ({named})",
        la_code=asked.la_code,
    )
    asked.count("warehouse.dim_family", rows)


def _erase_identity(session: Session, asked: Erasing, child_key: int, stand_in: str) -> None:
    new_key = _child_key(session, asked.token(stand_in), asked.la_code)
    # The new one is there where the erasure was cut short between the two files of DuckDB.
    session.run(
        "delete from restricted.child_identity where child_key in (:child_key, :new_key)",
        child_key=child_key,
        new_key=new_key,
    )
    for table in MEND_TABLES:
        session.run(
            f"delete from restricted.{table.name} "
            "where la_code = :la_code and case_number = :case_number",
            la_code=asked.la_code,
            case_number=asked.case_number,
        )
    session.run(
        "insert into restricted.child_identity (child_key, la_code, case_number, legacy_id) "
        "values (:child_key, :la_code, :stand_in, null)",
        child_key=new_key, la_code=asked.la_code, stand_in=stand_in,
    )  # fmt: skip
    session.run(
        "delete from restricted.family_identity where la_code = :la_code and family_key not in "
        "(select family_key from warehouse.dim_family where la_code = :la_code)",
        la_code=asked.la_code,
    )


def _remember(session: Session, asked: Erasing, erased: Erased, *, is_new: bool) -> None:
    """So that an extract does not bring the child back."""
    if is_new:
        session.run(
            "insert into restricted.erasure_secret (la_code, secret) values (:la_code, :secret)",
            la_code=asked.la_code,
            secret=seal(erased.secret, asked.key, asked.la_code),
        )
    session.run(
        "insert into restricted.erased_child (recognised_by, la_code) "
        "select :recognised_by, :la_code where not exists (select 1 "
        "from restricted.erased_child where recognised_by = :recognised_by)",
        recognised_by=erased.hash_of(asked.case_number),
        la_code=asked.la_code,
    )


def _erase_landed(asked: Erasing, folder: Path) -> None:
    """Take the child's rows out of every landed night of the authority. Raises ConnectionFault."""
    try:
        _finish_cut_short(folder)
        if (folder / LAST_DERIVED).exists():
            shutil.rmtree(folder / LAST_DERIVED)
        for night, found in _of_the_child(asked, folder):
            if found:
                _write_night_without(night, found)
                asked.count("landing", _how_many(found))
    except OSError as error:
        raise ConnectionFault(
            f"A landed night cannot be changed ({error.strerror or type(error).__name__}).",
            where=str(folder),
            means="The child is not erased yet.",
            next="Mend the folder's permissions or free space, then erase again.",
        ) from None


def _of_the_child(asked: Erasing, folder: Path) -> Iterator[tuple[Path, dict[str, Mask]]]:
    """Each landed night, and which rows of its tables are about the child."""

    def are_theirs(case_numbers: pd.Series) -> Mask:
        return case_numbers.eq(asked.case_number).to_numpy(dtype=bool, na_value=False)

    for night in sorted(folder.glob("????-??-??")):
        file = night / AUTHORITY_FILE
        yield night, rows_about(night, are_theirs, columns_called(file), child_id_of(file))


def _how_many(rows: dict[str, Mask]) -> int:
    return sum(int(mask.sum()) for mask in rows.values())


def _write_night_without(night: Path, rows: dict[str, Mask]) -> None:
    """Write the night anew beside itself, then put it in its place."""
    arriving = owner_only(night.with_suffix(ARRIVING))
    copy_without(night, arriving, rows)
    night.rename(night.with_suffix(LEAVING))
    _finish_cut_short(night.parent)


def _finish_cut_short(folder: Path) -> None:
    """What is leaving was written anew, whole, or it would not leave; anything else that was
    arriving is begun again."""
    for leaving in folder.glob(f"*{LEAVING}"):
        arriving = leaving.with_suffix(ARRIVING)
        if arriving.exists():
            arriving.rename(leaving.with_suffix(""))
        shutil.rmtree(leaving)
    for arriving in folder.glob(f"*{ARRIVING}"):
        shutil.rmtree(arriving)
