"""Turns the source's ids of children, workers and families into tokens."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from etl.contracts.frames import column_from_arrow, each_once, row_of, taken

_NONE = pd.Series(dtype="str")


class Pseudonyms:
    """Tokens of one authority: HMAC-SHA-256 with the key of ``CSC_ETL_PSEUDONYM_KEY``.

    The authority's code and the kind of thing are part of what is hashed, so that neither two
    authorities nor a child and a worker with the same number share a token.
    """

    def __init__(self, key: bytes, la_code: str) -> None:
        # What is the same for every token is hashed once.
        self._begun, self._la_code = HMAC(key, SHA256()), la_code
        self._known: dict[str, tuple[pd.Series, pd.Series]] = {}

    def tokens(self, ids: pd.Series, kind: str) -> pd.Series:
        """A token of 64 hexadecimal digits for each id, null where the id is."""
        known, tokens = self._known.get(kind, (_NONE, _NONE))
        rows = row_of(ids, known)
        is_new = (rows < 0) & ids.notna().to_numpy()
        if is_new.any():
            new, position = each_once(ids[is_new])
            rows = rows.copy()
            rows[is_new] = len(known) + position.to_numpy()
            known = pd.concat([known, column_from_arrow(new)], ignore_index=True)
            made = column_from_arrow(self._made(new, kind))
            tokens = pd.concat([tokens, made], ignore_index=True)
            self._known[kind] = known, tokens
        return taken(tokens, rows, ids.index)

    def _made(self, ids: pa.Array, kind: str) -> pa.Array:
        """HMAC has no form that takes a column: each id is hashed once a night."""
        begun = self._begun.copy()
        begun.update(f"{self._la_code}|{kind}|".encode())
        made = []
        for value in ids.to_numpy(zero_copy_only=False).tolist():
            hashed = begun.copy()
            hashed.update(value.encode())
            made.append(hashed.finalize().hex())
        return pa.array(made, pa.string())
