"""Flags of the columns that hold a record's outcomes as JSON.

On older servers that JSON is put together by hand: a worker's comment stands in it as it was typed,
with its own quotation marks and line breaks, and the whole is cut at a fixed length. So it is not
read as JSON: each flag is looked for by its key, before the comments begin. What a comment says
that looks like a flag is none, and a comment goes nowhere from here.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_COMMENTS = r'(?is)"(?:OUTCOME_)?COMMENTS".*'


def flags_of(outcomes: pd.Series, keys: Iterable[str]) -> pd.DataFrame:
    """A column of text for each key, as the flag is spelt; null where it cannot be found, or says
    nothing. outcomes: text, null where there is none."""
    before = pc.replace_substring_regex(pa.array(outcomes, pa.string()), _COMMENTS, "")
    # Without comments few are different: each is read once.
    position, different = pd.factorize(pd.Series(before.to_pandas(), dtype="str"))
    texts = pd.Series(different, dtype="str")
    found = {key: _flag(texts, key).reindex(position).set_axis(outcomes.index) for key in keys}
    return pd.DataFrame(found, index=outcomes.index)


def _flag(texts: pd.Series, key: str) -> pd.Series:
    """The key's value: in quotation marks, or a word or number without."""
    found = texts.str.extract(rf'(?i)"{key}"\s*:\s*(?:"([^"]*)"|([A-Za-z0-9]+))')
    value = found[0].fillna(found[1])
    return value.mask(value.str.lower().isin(["", "null"]))
