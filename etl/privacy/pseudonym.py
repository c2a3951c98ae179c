"""Turns the source's ids of children, workers and families into tokens."""

from __future__ import annotations

import hmac

import pandas as pd
import pyarrow as pa

from etl.contracts.frames import column_from_arrow, each_once


class Pseudonyms:
    """Tokens of one authority: HMAC-SHA-256 with the key of ``CSC_ETL_PSEUDONYM_KEY``.

    The authority's code and the kind of thing are part of what is hashed, so that neither two
    authorities nor a child and a worker with the same number share a token.
    """

    def __init__(self, key: bytes, la_code: str) -> None:
        self._key, self._la_code = key, la_code
        self._known: dict[str, dict[str, str]] = {}

    def tokens(self, ids: pd.Series, kind: str) -> pd.Series:
        """A token of 64 hexadecimal digits for each id, null where the id is."""
        known = self._known.setdefault(kind, {})
        distinct, position = each_once(ids)
        # HMAC has no form that takes a column: each id is hashed once a night.
        for value in distinct:
            if value not in known:
                said = f"{self._la_code}|{kind}|{value}".encode()
                known[value] = hmac.digest(self._key, said, "sha256").hex()
        found = pa.array([known[value] for value in distinct], pa.string()).take(position)
        return column_from_arrow(found).set_axis(ids.index)
