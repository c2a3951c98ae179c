"""Changes the pseudonym key: every token is made anew from the identities in ``restricted``, in
every version; no key, date or row of the history is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import pyarrow as pa

from etl.errors import WrongUsage
from etl.privacy.erased import seal, stored_erased, unseal
from etl.privacy.key import wrong_key
from etl.privacy.pseudonym import Pseudonyms
from etl.privacy.record import scrub, write_record
from etl.warehouse import Session, Warehouse, authorities, existing_warehouse, the_authority
from etl.warehouse.keys import PERSONS

ACTION = "rotate_key"


@dataclass(frozen=True)
class Keys:
    """The key that the warehouse was loaded with, and the one it is to have."""

    old: bytes
    new: bytes


def rotate_key(
    url: str, keys: Keys, *, done_at: datetime, la_code: str | None = None
) -> dict[str, dict[str, int]]:
    """Make the tokens of one authority, or of all, anew. Returns how many by authority and
    dimension; nothing for an authority whose tokens are the new key's already.

    Raises WrongUsage where the old key is not the one that the warehouse was loaded with, or ids of
    records are made of tokens.
    """
    warehouse = existing_warehouse(url)
    asked = [the_authority(warehouse, la_code)] if la_code else authorities(warehouse)
    _check_ids_are_the_sources(warehouse, asked)
    changed = {}
    for code in asked:
        with warehouse.writing(code) as session:
            changed[code] = _rotate(session, code, keys, done_at)
    # A key is changed when somebody may have it, and old tokens are of it.
    scrub(warehouse, "The key is changed", "Change it to the same again")
    return changed


def would_rotate(url: str, keys: Keys, *, la_code: str | None = None) -> dict[str, dict[str, int]]:
    """What ``rotate_key`` would return, which takes the same. Changes nothing."""
    warehouse = existing_warehouse(url)
    asked = [the_authority(warehouse, la_code)] if la_code else authorities(warehouse)
    _check_ids_are_the_sources(warehouse, asked)
    found = {}
    for code in asked:
        with warehouse.reading(identities=True) as session:
            _stage_tokens(session, code, keys)
            rows = {
                f"warehouse.dim_{name}": int(session.rows(
                    f"select count(*) from warehouse.dim_{name} where la_code = :la_code "
                    f"and {name}_token in (select old from token)", la_code=code,
                )[0][0])
                for name in PERSONS
            }  # fmt: skip
        found[code] = {table: count for table, count in rows.items() if count}
    return found


def _check_ids_are_the_sources(warehouse: Warehouse, asked: Sequence[str]) -> None:
    """Raises WrongUsage where records of an authority have ids that are made of their children's
    tokens: under another key the next night would bring them as others, and close these."""
    with warehouse.reading() as session:
        made = {
            la_code
            for (la_code,) in session.rows(
                "select distinct run.la_code from audit.load_run as run join audit.observation as "
                "observed on observed.run_id = run.run_id where run.status = 'loaded' "
                "and observed.observation = 'ids_from_content'"
            )
        }
    if theirs := sorted(made & {*asked}):
        raise WrongUsage(
            "The records come from a source without ids of its own: theirs are made of the tokens, "
            "and would all be others under another key.",
            where=f"authority {', '.join(theirs)}",
            means="Nothing was changed.",
            next="Begin a warehouse with the new key (`csc-etl load --new`), and keep this one, "
            "which its key still opens, for what was published from it. Of other councils in it: "
            "--la-code.",
        )


def _stage_tokens(session: Session, la_code: str, keys: Keys) -> None:
    """Make ``token``: the new one of each old one."""
    tokens = _new_tokens(session, la_code, keys)
    content = {"old": list(tokens), "new": list(tokens.values())}
    session.stage("token", pa.table(content, pa.schema([(name, pa.string()) for name in content])))


def _rotate(session: Session, la_code: str, keys: Keys, done_at: datetime) -> dict[str, int]:
    _stage_tokens(session, la_code, keys)
    rows = {}
    for name in PERSONS:
        table = f"warehouse.dim_{name}"
        rows[table] = session.run(
            f"update {table} as member set {name}_token = "
            f"(select token.new from token where token.old = member.{name}_token) "
            f"where la_code = :la_code and {name}_token in (select old from token)",
            la_code=la_code,
        )
    rows = {table: count for table, count in rows.items() if count}
    if rows:
        write_record(session, la_code, ACTION, done_at, rows)
    sealed, _ = stored_erased(session, la_code)
    secret = unseal(sealed, keys.old, la_code) if sealed else None
    if secret is not None:
        session.turn_to_identities()
        session.run(
            "update restricted.erasure_secret set secret = :secret where la_code = :la_code",
            secret=seal(secret, keys.new, la_code),
            la_code=la_code,
        )
    return rows


def _new_tokens(session: Session, la_code: str, keys: Keys) -> dict[str, str]:
    """The new token of each old one; empty where all are new already."""
    old, new = Pseudonyms(keys.old, la_code), Pseudonyms(keys.new, la_code)
    found: dict[str, str] = {}
    for name, source in PERSONS.items():
        ids, stored = _known(session, name, source, la_code)
        was, will_be = old.tokens(ids, name), new.tokens(ids, name)
        if len(ids) and will_be.eq(stored).all():
            continue
        if not was.eq(stored).all():
            raise wrong_key(f"authority {la_code}")
        found |= dict(zip(was, will_be, strict=True))
    if found:
        found |= _of_nobody_known(session, la_code, new, found)
    return found


def _known(session: Session, name: str, source: str, la_code: str) -> tuple[pd.Series, pd.Series]:
    """The ids of a dimension's members that are known, and their tokens."""
    rows = session.rows(
        f"select distinct identity.{source}, member.{name}_token "
        f"from restricted.{name}_identity as identity join warehouse.dim_{name} as member "
        f"on member.{name}_key = identity.{name}_key where identity.la_code = :la_code",
        la_code=la_code,
    )
    ids, tokens = zip(*rows, strict=True) if rows else ((), ())
    return pd.Series(ids, dtype="str"), pd.Series(tokens, dtype="str")


def _of_nobody_known(
    session: Session, la_code: str, new: Pseudonyms, known: dict[str, str]
) -> dict[str, str]:
    """New tokens of members without an identity, made of their old ones: those whose identity was
    purged. Should one return, it is not recognised."""
    found: dict[str, str] = {}
    for name in PERSONS:
        stored = session.rows(
            f"select distinct {name}_token from warehouse.dim_{name} "
            f"where la_code = :la_code and {name}_token is not null",
            la_code=la_code,
        )
        unknown = pd.Series([token for (token,) in stored if token not in known], dtype="str")
        if len(unknown):
            _check_some_are_known(session, la_code, name)
        found |= dict(zip(unknown, new.tokens(unknown, f"{name} of old"), strict=True))
    return found


def _check_some_are_known(session: Session, la_code: str, name: str) -> None:
    """Raises WrongUsage where there is no identity at all: a release before this one kept none of
    families, and the next night brings them."""
    if not session.rows(
        f"select 1 from restricted.{name}_identity where la_code = :la_code limit 1",
        la_code=la_code,
    ):
        raise WrongUsage(
            f"No {name}'s identity is known, so that none would be recognised under another key.",
            where=f"authority {la_code}",
            means="Nothing was changed.",
            next="Load a night with this release first, then change the key.",
        )
