"""Children that stay erased: how their rows are recognised in an extract, and what stands in for
their ids.

Both need a secret of the authority that is kept encrypted, under the pseudonym key, in
``restricted``: neither the key nor the warehouse alone tells who was erased.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from cryptography.fernet import Fernet, InvalidToken

from etl.contracts.hand_overs import ERASED
from etl.privacy.key import wrong_key
from etl.run import Run
from etl.warehouse import Session

SECRET_BYTES = 32


@dataclass(frozen=True)
class Erased:
    """The erased children of one authority. recognised_by: a keyed hash of each."""

    secret: bytes
    recognised_by: frozenset[str]
    _known: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def hash_of(self, case_number: str) -> str:
        """What recognises the child, where only the hash is known."""
        return hmac.digest(self.secret, f"child|{case_number}".encode(), "sha256").hex()

    def are_among(self, case_numbers: pd.Series) -> npt.NDArray[np.bool_]:
        """Which of these are erased children's; each is hashed once."""
        for value in case_numbers.dropna().unique():
            if value not in self._known:
                self._known[value] = self.hash_of(value) in self.recognised_by
        return case_numbers.map(self._known).eq(True).to_numpy(dtype=bool, na_value=False)

    def stand_ins(self, ids: pd.Series) -> pd.Series:
        """What stands for the ids of an erased child's records, the same every night; null where
        the id is. Without the secret it leads back to nothing."""
        return ids.map({value: self.stand_in(value) for value in ids.dropna().unique()})

    def stand_in(self, value: str) -> str:
        """What stands for one id."""
        return "erased-" + hmac.digest(self.secret, f"id|{value}".encode(), "sha256").hex()[:24]


def new_secret() -> bytes:
    """For an authority that erases its first child."""
    return secrets.token_bytes(SECRET_BYTES)


def seal(secret: bytes, key: bytes, la_code: str) -> str:
    """The secret as it is stored: encrypted under the pseudonym key."""
    return _cipher(key, la_code).encrypt(secret).decode()


def unseal(sealed: str, key: bytes, la_code: str) -> bytes | None:
    """The secret; None where another key sealed it."""
    try:
        return _cipher(key, la_code).decrypt(sealed.encode())
    except InvalidToken:
        return None


def _cipher(key: bytes, la_code: str) -> Fernet:
    derived = hmac.digest(key, f"{la_code}|erasure secret".encode(), "sha256")
    return Fernet(base64.urlsafe_b64encode(derived))


def of_run(run: Run, key: bytes) -> Erased | None:
    """The erased children that a run must not bring back; None where there are none.

    Raises WrongUsage where the key is another than the one that the warehouse was loaded with.
    """
    found = ERASED.read_if_written(run)
    if found is None:
        return None
    secret = unseal(found["sealed"], key, run.la_code)
    if secret is None:
        raise wrong_key(f"authority {run.la_code}")
    return Erased(secret, frozenset(found["recognised_by"]))


def stored_erased(session: Session, la_code: str) -> tuple[str | None, list[str]]:
    """The sealed secret of an authority and the hashes of its erased children, as the warehouse
    has them; None where nobody was erased."""
    sealed = session.rows(
        "select secret from restricted.erasure_secret where la_code = :la_code", la_code=la_code
    )
    hashes = session.rows(
        "select recognised_by from restricted.erased_child where la_code = :la_code",
        la_code=la_code,
    )
    return (sealed[0][0] if sealed else None), [value for (value,) in hashes]
