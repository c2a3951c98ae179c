"""The columns of codes of a table: ours in place of the source's, what no list has counted, and
what may be a name hidden."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.conform.work import Conforming
from etl.contracts.contract import Kind, Table
from etl.contracts.hand_overs import ReadCodes, UnlistedCode
from etl.contracts.values import is_whole
from etl.sources.mapping import FromColumn, Mapping

# What a code looks like. The warehouse keeps it as it is: a name or a note in such a field must not
# be carried there.
_CODE = r"[0-9A-Z][0-9A-Z._/+-]{0,11}"
WORDS_OF_FEW = "words of few"
CHILDREN_WHO_SHARE_A_WORD = 3


def read_codes(work: Conforming, frame: pd.DataFrame, table: Table, mapping: Mapping) -> None:
    """Put our values in place of the source's in every column of codes, note what no list has, and
    hide what may be a name. Where only what is listed counts, the rest becomes null, or the word
    that stands for it."""
    for column in mapping.columns:
        is_code = column.codes or table.column(column.ours).kind is Kind.CODE
        if not is_code or column.ours not in frame or column.first_set:
            continue
        listed = work.code_list(column.codes or "")
        values, is_listed = listed.translate(frame[column.ours], whole=column.whole)
        children = frame["child_token"] if table.has("child_token") else None
        if is_whole(listed.name):
            _note(work, mapping.source, column, values, is_listed, children)
        if column.only_listed:
            values = values.where(is_listed)
        elif column.otherwise is not None:
            values = values.where(is_listed | values.isna(), column.otherwise or pd.NA)
        elif children is not None:
            values = without_words_of_few(values, children, is_listed)
        frame[column.ours] = values


def _note(
    work: Conforming, source: str, column: FromColumn, values: pd.Series,
    is_listed: npt.NDArray[np.bool_], children: pd.Series | None,
) -> None:  # fmt: skip
    """What was read of a column by its list. A word that few children have may be a name and is
    only counted."""
    unlisted = values[values.notna() & ~is_listed]
    rows = unlisted.groupby(unlisted).size()
    having = rows * 0
    if children is not None:
        having = children[unlisted.index].groupby(unlisted).nunique()
    is_shared = having >= CHILDREN_WHO_SHARE_A_WORD
    shown = [
        UnlistedCode(code=str(code), rows=int(rows[code]), children=int(having[code]))
        for code in rows.index[is_shared]
    ]
    work.codes.append(
        ReadCodes(
            code_list=str(column.codes), source_table=source, source_column=column.column,
            rows=int(values.notna().sum()), rows_listed=int(is_listed.sum()),
            unlisted=shown, few_codes=int((~is_shared).sum()),
            few_rows=int(rows[~is_shared].sum()),
        )
    )  # fmt: skip


def without_words_of_few(
    values: pd.Series, children: pd.Series, is_listed: npt.NDArray[np.bool_]
) -> pd.Series:
    """The codes with WORDS_OF_FEW in place of what may be no code but a name or a note: words that
    no list has, that do not look like a code (up to 12 capital letters, digits and ``. _ / + -``)
    and that fewer than CHILDREN_WHO_SHARE_A_WORD have. A council's own word, used, is kept.

    children: child_token by row. is_listed: which are values of a list.
    """
    distinct = pd.Series(values[~is_listed].dropna().unique(), dtype="str")
    words = distinct[~distinct.str.fullmatch(_CODE).astype(bool)]
    if words.empty:
        return values
    may_be = values.isin(words) & ~is_listed
    having = children.groupby(values.where(may_be)).nunique()
    few = words[words.map(having).fillna(0) < CHILDREN_WHO_SHARE_A_WORD]
    return values.mask(values.isin(few) & may_be, WORDS_OF_FEW)
