"""A source's codes as ours, by the lists of the authority, of the source and of the nation.

A code is the same in any case and with any white space. The whole is looked up first; what no list
has may be a code with its label behind it, or hold the words of a list's pattern: ``*words*``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.contracts.code_lists import national_codes
from etl.contracts.frames import column_from_arrow, each_once, taken
from etl.contracts.values import values_of
from etl.sources.spelling import DASH, any_of, plain, plain_words

# In a list's word: anything may stand here.
ANYTHING = "*"


class CodeList:
    """One list. name: as in the mapping; empty where a column has none. ours: our value by the
    source's, as it is compared, of the source's own list and, before it, the authority's."""

    def __init__(self, name: str, ours: Mapping[str, str]) -> None:
        self.name = name
        national = national_codes().get(name, {})
        values = values_of(name)
        self.codes = dict(zip(plain_words(values), values, strict=True))
        labels = dict(zip(plain_words(national.values()), national, strict=True))
        self.ours = {**labels, **self.codes, **ours}
        patterns = [word for word in ours if ANYTHING in word]
        # What says more is tried first: of `*health assessment*` and `*health*` the first.
        self._patterns = {
            word: ".*".join(map(re.escape, word.split(ANYTHING)))
            for word in sorted(patterns, key=len, reverse=True)
        }

    @cached_property
    def _leading(self) -> tuple[str, str]:
        """Patterns of a code before a dash or colon, and of a national one before any label. One of
        letters alone may be a word of that label: `both` is a code of ethnicity."""
        national = self.codes if self.name in national_codes() else ()
        with_digit = [code for code in national if any(map(str.isdigit, code))]
        return f"^({any_of(self.ours)}){DASH}", f"^({any_of(with_digit)})[ (]"

    def translate(
        self, values: pd.Series, *, whole: bool = False
    ) -> tuple[pd.Series, npt.NDArray[np.bool_]]:
        """The values as ours, or as they are where the list has none; and which it has. whole: a
        code before a label is none."""
        each, position = each_once(values)
        distinct = column_from_arrow(each)
        words = plain(distinct)
        found = words.map(self.ours).astype("str")
        for pattern in () if whole else self._leading:
            rest = words[found.isna()]
            if len(rest) and self.ours:
                found = found.fillna(rest.str.extract(pattern, expand=False).map(self.ours))
        for word, pattern in self._patterns.items():
            holds = found.isna() & words.str.fullmatch(pattern).astype(bool)
            found = found.mask(holds, self.ours[word])
        rows = position.fill_null(-1).to_numpy(zero_copy_only=False)
        is_listed = found.notna().to_numpy(dtype=bool)
        return (
            taken(found.fillna(distinct), rows, values.index),
            np.isin(rows, np.flatnonzero(is_listed)),
        )
