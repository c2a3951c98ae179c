"""Which values of ours a code list leads to."""

from __future__ import annotations

from functools import cache

from etl.contracts.code_lists import national_codes
from etl.contracts.contract import Kind
from etl.contracts.register import CONFORMED


@cache
def values_of(code_list: str) -> tuple[str, ...]:
    """The values that rules hang on, and those of the national list of that name."""
    hung_on = [
        value
        for table in CONFORMED
        for column in table.columns
        if column.code_list == code_list
        for value in column.hangs_on
    ]
    return tuple(dict.fromkeys([*national_codes().get(code_list, ()), *hung_on]))


@cache
def is_whole(code_list: str) -> bool:
    """Whether no other value is one of the list: it is national, or of words of ours. A local list
    has values of the source's own beside those that a rule hangs on."""
    is_of_words = any(
        column.kind is Kind.TEXT
        for table in CONFORMED
        for column in table.columns
        if column.code_list == code_list
    )
    return code_list in national_codes() or is_of_words
