"""Reads exported text as the type a contract asks for.

White space around a value is no part of it; the known spellings of "missing" become null and are
counted, control characters in words become a space and are counted too; what cannot be read becomes
null and is marked. Each distinct text is read once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.contracts.contract import Kind
from etl.contracts.frames import column_from_arrow, pandas_type
from etl.sources.source import Forms
from etl.sources.spelling import (
    holds_control,
    single_spaced,
    whole_numbers,
    without_control,
    without_surroundings,
)

FLAGS = {
    "y": True, "yes": True, "true": True, "1": True,
    "n": False, "no": False, "false": False, "0": False,
}  # fmt: skip
# Under which spelling control characters are counted.
CONTROL_CHARACTER = "control character"
_WORDS = (Kind.CODE, Kind.TEXT)
_DIGITS = "[0-9]{1,9}"
# A time of day that does not exist is none.
_TIME = r"(?:[ T](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?)?"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_ISO_DAY, _UK_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
DATE_PATTERNS = {
    "iso": (re.compile(rf"(?P<day>{_ISO_DAY}){_TIME}"), "%Y-%m-%d"),
    "uk": (re.compile(rf"(?P<day>{_UK_DAY}){_TIME}"), "%d/%m/%Y"),
    # As XML Schema writes a day: it may say of which place, which is no part of it.
    "xs_date": (re.compile(rf"(?P<day>{_ISO_DAY}){_TIME}{_OFFSET}"), "%Y-%m-%d"),
}


@dataclass
class ReadColumn:
    """distinct: of each text of the column once what it was read as, typed; position: where that of
    each row stands. unreadable: True where the text of a row could not be read. replaced: rows by
    spelling of "missing", the empty field not counted.
    """

    distinct: pd.Series
    position: npt.NDArray[np.int32]
    unreadable: npt.NDArray[np.bool_]
    replaced: dict[str, int]

    @cached_property
    def values(self) -> pd.Series:
        """The column as it was read, one value per row."""
        return self.by_row(self.distinct)

    def by_row(self, found: pd.Series) -> pd.Series:
        """What was worked out of ``distinct``, for each row."""
        # Where no text stands twice, as ids do, those of the rows are they, in the same order.
        is_each_row = len(found) == len(self.position)
        return found if is_each_row else pd.Series(found.array.take(self.position))


@dataclass(frozen=True)
class _Each:
    """What texts were read as. typed: null where one means nothing or cannot be read. spelling: of
    "missing", null where a text means something. has_control: where it held a control character
    that a space stands for now."""

    typed: pd.Series
    unreadable: npt.NDArray[np.bool_]
    spelling: pa.Array
    has_control: npt.NDArray[np.bool_]


def read_column(
    raw: pa.ChunkedArray, kind: Kind, forms: Forms, *, date_formats: tuple[str, ...] = ("iso",),
    also_missing: tuple[str, ...] = (),
) -> ReadColumn:  # fmt: skip
    """The column as ``kind``. forms: those of the source. date_formats: those in which a date may
    be written. also_missing: what means nothing in this column, in any case."""
    encoded = raw.combine_chunks().dictionary_encode(null_encoding="encode")
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    texts = encoded.dictionary
    position = encoded.indices.to_numpy(zero_copy_only=False)
    is_id = np.zeros(len(texts), dtype=bool)
    if kind is Kind.ID and forms.numbers_are_ids:
        is_id = whole_numbers(texts)
    if len(texts) and is_id.all():  # then no text needs a look
        unreadable = np.zeros(len(position), dtype=bool)
        return ReadColumn(column_from_arrow(texts), position, unreadable, replaced={})
    others = texts.filter(pa.array(~is_id)) if is_id.any() else texts
    each = _read_each(others, kind, forms, date_formats, also_missing)
    typed, unreadable = each.typed, np.zeros(len(texts), dtype=bool)
    unreadable[~is_id] = each.unreadable
    if is_id.any():
        found = pc.replace_with_mask(texts, pa.array(~is_id), pa.array(typed, pa.string()))
        typed = column_from_arrow(found)
    counted = _counted(each, np.flatnonzero(~is_id), position)
    return ReadColumn(typed, position, unreadable[position], counted)


def _read_each(
    texts: pa.Array, kind: Kind, forms: Forms, date_formats: tuple[str, ...],
    also_missing: tuple[str, ...],
) -> _Each:  # fmt: skip
    written, has_control = _without_spelling(texts, kind)
    spelling = _missing_spelling(written, kind, forms, also_missing)
    is_spelt = spelling.null_count < len(spelling)
    present = pc.if_else(spelling.is_null(), written, None) if is_spelt else written
    typed = _typed(present, kind, forms, date_formats)
    unreadable = _as_mask(present.is_valid()) & typed.isna().to_numpy(dtype=bool)
    return _Each(typed, unreadable, spelling, has_control)


def _as_mask(found: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _counted(
    each: _Each, at: npt.NDArray[np.int64], position: npt.NDArray[np.int32]
) -> dict[str, int]:
    """Rows by what was replaced. at: where the texts stand among the column's; position: where that
    of each row does."""
    counted: dict[str, int] = {}
    is_spelt = _as_mask(pc.not_equal(each.spelling, "").fill_null(False))
    if not (is_spelt.any() or each.has_control.any()):
        return counted
    rows = np.bincount(position, minlength=at[-1] + 1)[at]
    for text in np.flatnonzero(is_spelt):
        name = each.spelling[int(text)].as_py()
        counted[name] = counted.get(name, 0) + int(rows[text])
    if each.has_control.any():
        counted[CONTROL_CHARACTER] = int(rows[each.has_control].sum())
    return counted


def _without_spelling(words: pa.Array, kind: Kind) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
    """The texts without what is no part of them, and which of them held a control character that
    a space stands for now. In ids, dates and flags there is none: they cannot be read."""
    words = without_surroundings(words)
    has_control = np.zeros(len(words), dtype=bool)
    if kind in _WORDS:
        has_control = holds_control(words).fill_null(False).to_numpy(zero_copy_only=False)
        words = without_control(words) if has_control.any() else words
    # A label stays as it was typed.
    return (words if kind is Kind.TEXT else single_spaced(words)), has_control


def _missing_spelling(
    written: pa.Array, kind: Kind, forms: Forms, also_missing: tuple[str, ...]
) -> pa.Array:
    """The spelling of "missing" by which a text means nothing; null where it means something."""
    is_missing = pc.is_in(written, pa.array(["", *forms.missing]))
    missing = pc.if_else(is_missing, written, None)
    if kind is Kind.DATE:
        days = {re.escape(day) + _TIME: name for day, name in forms.missing_dates.items()}
        missing = pc.coalesce(_named(written, days), missing)
    if kind is Kind.ID:
        ids = {f"(?i:{pattern})": name for pattern, name in forms.missing_ids.items()}
        missing = pc.coalesce(missing, _named(written, ids))
    words = {f"(?i:{re.escape(word)})": word for word in also_missing}
    return pc.coalesce(missing, _named(written, words))


def _named(written: pa.Array, patterns: Mapping[str, str]) -> pa.Array:
    """The name of the first pattern that a text matches whole; null where it matches none."""
    named = pa.nulls(len(written), pa.string())
    # Most columns hold none of them: then one look is enough.
    if not patterns or not pc.any(_matches(written, "|".join(patterns))).as_py():
        return named
    for pattern, name in patterns.items():
        named = pc.coalesce(named, pc.if_else(_matches(written, pattern), name, None))
    return named


def _matches(words: pa.Array, pattern: str) -> pa.Array:
    """Which texts match whole; null is null."""
    return pc.match_substring_regex(words, f"^(?:{pattern})$")


def _typed(words: pa.Array, kind: Kind, forms: Forms, date_formats: tuple[str, ...]) -> pd.Series:
    if kind is Kind.DATE:
        return _dates(words, date_formats)
    if kind is Kind.FLAG:
        said = pc.index_in(pc.utf8_lower(words), value_set=pa.array(FLAGS))
        return column_from_arrow(pa.array(FLAGS.values()).take(said))
    if kind is Kind.WHOLE:
        digits = pc.if_else(_matches(words, _DIGITS), words, None)
        return column_from_arrow(digits.cast(pa.int64()))
    if kind is Kind.ID:
        return forms.read_ids(column_from_arrow(words)).astype(pandas_type(kind))
    return column_from_arrow(words).astype(pandas_type(kind))


def _dates(words: pa.Array, formats: tuple[str, ...]) -> pd.Series:
    found = []
    for name in formats:
        pattern, layout = DATE_PATTERNS[name]
        day = pc.struct_field(pc.extract_regex(words, f"^{pattern.pattern}$"), "day")
        read = pd.to_datetime(column_from_arrow(day), format=layout, errors="coerce")
        found.append(read.astype("datetime64[s]"))
    return reduce(pd.Series.fillna, found)
