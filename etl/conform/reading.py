"""Reads exported text as the type a contract asks for.

White space around a value is no part of it; the known spellings of "missing" become null and are
counted, control characters in words become a space and are counted too; what cannot be read becomes
null and is marked. Each distinct text is read once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.contracts.contract import Kind
from etl.contracts.frames import pandas_type
from etl.sources.source import Forms
from etl.sources.spelling import (
    holds_control,
    single_spaced,
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
DATE_PATTERNS = {
    "iso": (re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}){_TIME}"), "%Y-%m-%d"),
    "uk": (re.compile(rf"([0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{4}}){_TIME}"), "%d/%m/%Y"),
}


@dataclass
class ReadColumn:
    """values: typed, one per row. unreadable: True where a text could not be read.

    replaced: rows by spelling of "missing", the empty field not counted.
    """

    values: pd.Series
    unreadable: npt.NDArray[np.bool_]
    replaced: dict[str, int] = field(default_factory=dict)


def read_column(
    raw: pa.ChunkedArray, kind: Kind, forms: Forms, *, date_formats: tuple[str, ...] = ("iso",),
    also_missing: tuple[str, ...] = (),
) -> ReadColumn:  # fmt: skip
    """The column as ``kind``. forms: those of the source. date_formats: those in which a date may
    be written. also_missing: what means nothing in this column, in any case."""
    encoded = raw.combine_chunks().dictionary_encode(null_encoding="encode")
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    position = encoded.indices.to_numpy(zero_copy_only=False)
    written, has_control = _without_spelling(encoded.dictionary, kind)
    words = pd.Series(written.to_pandas(), dtype="str")
    spelling = _missing_spelling(written, kind, forms)
    for word in also_missing:
        found = _matching(written, f"(?i:{re.escape(word)})")
        spelling.iloc[found] = spelling.iloc[found].fillna(word)
    present = words.where(spelling.isna())
    typed = _typed(present, kind, forms, date_formats)
    unreadable = (present.notna() & typed.isna()).to_numpy(dtype=bool)
    return ReadColumn(
        values=typed.take(position).reset_index(drop=True),
        unreadable=unreadable[position],
        replaced=_counted(spelling, has_control, np.bincount(position, minlength=len(words))),
    )


def _counted(
    spelling: pd.Series, has_control: npt.NDArray[np.bool_], rows: npt.NDArray[np.intp]
) -> dict[str, int]:
    """Rows by what was replaced. spelling, has_control: by text, of which rows says how many."""
    counted: dict[str, int] = {}
    is_spelt = (spelling.notna() & (spelling != "")).to_numpy(dtype=bool)
    for name, count in zip(spelling[is_spelt], rows[is_spelt], strict=True):
        counted[name] = counted.get(name, 0) + int(count)
    if has_control.any():
        counted[CONTROL_CHARACTER] = int(rows[has_control].sum())
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


def _missing_spelling(written: pa.Array, kind: Kind, forms: Forms) -> pd.Series:
    """The spelling of "missing" by which a text means nothing; null where it means something."""
    is_missing = pc.is_in(written, pa.array(["", *forms.missing]))
    missing = pd.Series(pc.if_else(is_missing, written, None).to_pandas(), dtype="str")
    if kind is Kind.DATE and forms.missing_dates:
        days = "|".join(map(re.escape, forms.missing_dates))
        found = _matching(written, f"({days}){_TIME}")
        day = missing.index[found].map(lambda at: re.split("[ T]", written[at].as_py())[0])
        missing.iloc[found] = day.map(dict(forms.missing_dates))
    if kind is Kind.ID:
        for pattern, name in forms.missing_ids.items():
            found = _matching(written, f"(?i:{pattern})")
            missing.iloc[found] = missing.iloc[found].fillna(name)
    return missing


def _matching(words: pa.Array, pattern: str) -> npt.NDArray[np.uint64]:
    """Where a text matches whole."""
    found = pc.indices_nonzero(pc.match_substring_regex(words, f"^(?:{pattern})$"))
    return np.asarray(found.to_numpy())


def _typed(words: pd.Series, kind: Kind, forms: Forms, date_formats: tuple[str, ...]) -> pd.Series:
    if kind is Kind.DATE:
        return _dates(words, date_formats)
    if kind is Kind.FLAG:
        return words.str.lower().map(FLAGS).astype("boolean")
    if kind is Kind.WHOLE:
        digits = words.where(words.str.fullmatch(_DIGITS))
        return pd.to_numeric(digits).astype(pandas_type(kind))
    if kind is Kind.ID:
        return forms.read_ids(words).astype(pandas_type(kind))
    return words.astype(pandas_type(kind))


def _dates(words: pd.Series, formats: tuple[str, ...]) -> pd.Series:
    found = pd.Series(pd.NaT, index=words.index, dtype="datetime64[s]")
    for name in formats:
        pattern, layout = DATE_PATTERNS[name]
        day = words.str.extract(f"^{pattern.pattern}$", expand=False)
        read = pd.to_datetime(day, format=layout, errors="coerce")
        found = found.fillna(read.astype("datetime64[s]"))
    return found
