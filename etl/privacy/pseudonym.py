"""Turns the source's ids of children, workers and families into tokens."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from etl.contracts.frames import column_from_arrow, each_once, row_of

_NONE = pa.array([], pa.string())


class Pseudonyms:
    """Tokens of one authority: HMAC-SHA-256 with the key of ``CSC_ETL_PSEUDONYM_KEY``.

    The authority's code and the kind of thing are part of what is hashed, so that neither two
    authorities nor a child and a worker with the same number share a token.
    """

    def __init__(self, key: bytes, la_code: str) -> None:
        # What is the same for every token is hashed once.
        self._begun, self._la_code = HMAC(key, SHA256()), la_code
        self._known: dict[str, tuple[pa.Array, pa.Array]] = {}

    def tokens(self, ids: pd.Series, kind: str) -> pd.Series:
        """A token of 64 hexadecimal digits for each id, null where the id is."""
        known, tokens = self._known.get(kind, (_NONE, _NONE))
        distinct, position = each_once(ids)
        rows = row_of(column_from_arrow(distinct), column_from_arrow(known))
        is_new = rows < 0
        if is_new.any():
            new = distinct.filter(pa.array(is_new))
            rows = np.where(is_new, len(known) - 1 + np.cumsum(is_new), rows)
            known = pa.concat_arrays([known, new])
            tokens = pa.concat_arrays([tokens, self._made(new, kind)])
            self._known[kind] = known, tokens
        found = tokens.take(pa.array(rows).take(position))
        return column_from_arrow(found).set_axis(ids.index)

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
