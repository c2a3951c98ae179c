"""Reads exported text as the type a contract asks for.

White space is no part of a value; the known spellings of "missing" become null and are counted;
what cannot be read becomes null and is marked. Each distinct text is read once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.contracts.code_lists import national_codes
from etl.contracts.contract import Kind
from etl.contracts.frames import pandas_type
from etl.sources.source import Forms

FLAGS = {
    "y": True, "yes": True, "true": True, "1": True,
    "n": False, "no": False, "false": False, "0": False,
}  # fmt: skip
# What a code looks like. The warehouse keeps it as it is: a name or a note in such a field must not
# be carried there.
_CODE = r"[0-9A-Z][0-9A-Z._/+-]{0,11}"
WORDS_OF_FEW = "words of few"
CHILDREN_WHO_SHARE_A_WORD = 3
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?"
DATE_PATTERNS = {
    "iso": (re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}){_TIME}"), "%Y-%m-%d"),
    "uk": (re.compile(rf"(\d{{1,2}}/\d{{1,2}}/\d{{4}}){_TIME}"), "%d/%m/%Y"),
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
    raw: pa.ChunkedArray, kind: Kind, forms: Forms, *, date_formats: tuple[str, ...] = ("iso",)
) -> ReadColumn:
    """The column as ``kind``. forms: those of the source. date_formats: those in which a date may
    be written."""
    encoded = raw.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    position = encoded.indices.to_numpy(zero_copy_only=False)
    words = pd.Series(pc.utf8_trim_whitespace(encoded.dictionary).to_pandas(), dtype="str")
    spelling = _missing_spelling(words, kind, forms)
    present = words.where(spelling.isna())
    typed = _typed(present, kind, forms, date_formats)
    unreadable = (present.notna() & typed.isna()).to_numpy(dtype=bool)
    rows = np.bincount(position, minlength=len(words))
    counted = pd.Series(rows).groupby(spelling[spelling != ""]).sum()
    return ReadColumn(
        values=typed.take(position).reset_index(drop=True),
        unreadable=unreadable[position],
        replaced={str(name): int(count) for name, count in counted.items() if count},
    )


def _missing_spelling(words: pd.Series, kind: Kind, forms: Forms) -> pd.Series:
    """The spelling of "missing" by which a text means nothing; null where it means something."""
    missing = words.where(words.isin(("", *forms.missing)))
    if kind is Kind.DATE and forms.missing_dates:
        day = words.str.split(r"[ T]", n=1, regex=True).str[0]
        missing = missing.fillna(day.map(dict(forms.missing_dates)))
    return missing


def _typed(words: pd.Series, kind: Kind, forms: Forms, date_formats: tuple[str, ...]) -> pd.Series:
    if kind is Kind.DATE:
        return _dates(words, date_formats)
    if kind is Kind.FLAG:
        return words.str.lower().map(FLAGS).astype("boolean")
    if kind is Kind.ID:
        return words.where(words.str.fullmatch(forms.ids)).astype(pandas_type(kind))
    return words.astype(pandas_type(kind))


def _dates(words: pd.Series, formats: tuple[str, ...]) -> pd.Series:
    found = pd.Series(pd.NaT, index=words.index, dtype="datetime64[s]")
    for name in formats:
        pattern, layout = DATE_PATTERNS[name]
        day = words.str.extract(f"^{pattern.pattern}$", expand=False)
        read = pd.to_datetime(day, format=layout, errors="coerce")
        found = found.fillna(read.astype("datetime64[s]"))
    return found


def translate(
    values: pd.Series, codes: str, code_map: Mapping[str, str], *, only_listed: bool
) -> pd.Series:
    """Values by the list ``codes``: as the source's own list says (code_map: ours by its, in small
    letters), else the national code that the value is or begins with, else the value itself (or
    null, where ``only_listed``)."""
    distinct = pd.Series(values.dropna().unique(), dtype="str")
    found = distinct.str.lower().map(dict(code_map)).astype("str")
    national = sorted(national_codes().get(codes, {}), key=len, reverse=True)
    if national:
        leading = "|".join(re.escape(code) for code in national)
        found = found.fillna(distinct.str.extract(rf"^({leading})(?![0-9A-Za-z])", expand=False))
    if not only_listed:
        found = found.fillna(distinct)
    return values.map(dict(zip(distinct, found, strict=True))).astype("str")


def without_words_of_few(
    values: pd.Series, children: pd.Series, listed: Collection[str]
) -> pd.Series:
    """The codes with WORDS_OF_FEW in place of what may be no code but a name or a note: words that
    no list has, that do not look like a code (up to 12 capital letters, digits and ``. _ / + -``)
    and that fewer than CHILDREN_WHO_SHARE_A_WORD have. A council's own word, used, is kept.

    children: child_token by row. listed: the values of the lists they were translated by.
    """
    distinct = pd.Series(values.dropna().unique(), dtype="str")
    words = distinct[~distinct.str.fullmatch(_CODE).astype(bool) & ~distinct.isin(listed)]
    if words.empty:
        return values
    having = children.groupby(values.where(values.isin(words))).nunique()
    few = words[words.map(having).fillna(0) < CHILDREN_WHO_SHARE_A_WORD]
    return values.mask(values.isin(few), WORDS_OF_FEW)
