"""Whether a pseudonym key is the one that a warehouse was loaded with."""

from __future__ import annotations

import pandas as pd

from etl.errors import WrongUsage
from etl.privacy.pseudonym import Pseudonyms
from etl.settings import OF_FILE, PSEUDONYM_KEY
from etl.warehouse import Session


def check_key(session: Session, key: bytes, la_code: str) -> None:
    """Raises WrongUsage where a known child has another token than the key gives."""
    known = session.rows(
        "select identity.case_number, child.child_token from restricted.child_identity as identity "
        "join warehouse.dim_child as child on child.child_key = identity.child_key "
        "where identity.la_code = :la_code limit 1",
        la_code=la_code,
    )
    numbers = pd.Series([number for number, _ in known], dtype="str")
    if [*Pseudonyms(key, la_code).tokens(numbers, "child")] != [token for _, token in known]:
        raise wrong_key(f"authority {la_code}")


def wrong_key(where: str) -> WrongUsage:
    """The error for a key that is not the warehouse's."""
    return WrongUsage(
        f"{PSEUDONYM_KEY} is not the key that this warehouse was loaded with.",
        where=where,
        means="Nothing was changed: with another key no child would be recognised.",
        next=f"Set {PSEUDONYM_KEY}, or the file that {PSEUDONYM_KEY}{OF_FILE} names, to the secret "
        "of the nights before. To change it, run `csc-etl rotate-key`; docs/privacy.md says how.",
    )
