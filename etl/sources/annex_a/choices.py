"""What is chosen from the drop-down lists of Annex A: ``q) 6: Police``, ``a) Yes``, or what stands
there instead. Put so that the lists of codes know it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from etl.contracts.code_lists import national_codes
from etl.sources.spelling import single_spaced, without_surroundings

# The letter that a choice has in its list: `q)`, `p1)` where one was put in later, `zz)` where
# there are more than letters.
_LETTER = r"^[A-Za-z]{1,2}[0-9]?\)[ ]?"
# What a council says more of it, as in `Yes - see notes`.
_MORE = r"(?:[ ]?[,;:(\u2010-\u2015-].*)?"
_YES = rf"(?i:a\).*|(?:yes|y){_MORE})"
_NO = rf"(?i:b\).*|(?:no|n){_MORE})"
_NEITHER = (
    r"(?i:c\).*|unknown|n/?a|not (?:known|stated|recorded|applicable|yet known)|"
    r"not stated/recorded)"
)
# A national code before its label, retired ones too, by the list.
_LEADING = {
    "need": "N[0-9]{1,2}",
    "closure_reason": "RC[0-9]{1,2}",
    "care_end_reason": "X1|E[0-9]{1,2}[AB]?",
    "legal_status": "[A-Z][0-9]",
    "placement_type": "[A-Z][0-9]{1,2}",
}
_SOURCE = r"([0-9]{1,2}[A-Fa-f]?)(?![0-9A-Za-z])"
# Of categories by what a text says of them; of several only that there are several.
_CATEGORIES = {
    "neglect": "NEG", "physical": "PHY", "sexual": "SAB", "emotional": "EMO",
}  # fmt: skip


def chosen(words: pd.Series, choose: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """What ``choose`` makes of the texts, read with single spaces and without characters that
    nobody sees; one that it makes nothing of stays as it was typed."""
    typed = single_spaced(without_surroundings(pa.array(words, pa.string())))
    compared = pd.Series(typed.to_pandas(), dtype="str").set_axis(words.index)
    found = choose(compared)
    return found.where(found.ne(compared), words)


def flags(words: pd.Series) -> pd.Series:
    """Yes and no; a third choice says neither, and is empty."""
    found = words.mask(_are(words, _NEITHER))
    return found.mask(_are(found, _YES), "yes").mask(_are(found, _NO), "no")


def _are(words: pd.Series, pattern: str) -> pd.Series:
    return words.str.fullmatch(pattern).fillna(False).astype(bool)


def without_letter(words: pd.Series) -> pd.Series:
    """What stands behind the letter of the list."""
    return words.str.replace(_LETTER, "", regex=True)


def codes(words: pd.Series, code_list: str) -> pd.Series:
    """The national code that a text begins with, with or without a letter before it; else what
    stands behind the letter."""
    chosen = without_letter(words)
    pattern = rf"^((?i:{_LEADING[code_list]}))(?![0-9A-Za-z])"
    code = chosen.str.extract(pattern, expand=False).str.upper()
    return code.fillna(chosen)


def sources(words: pd.Series) -> pd.Series:
    """The national code behind a letter. A number that begins a text without one is a council's
    own, and no national code: the text stays as it is."""
    code = words.str.extract(_LETTER + _SOURCE, expand=False).str.upper()
    return code.fillna(without_letter(words))


def ethnicities(words: pd.Series) -> pd.Series:
    """The code of four capitals that stands in a text; else what stands behind the letter."""
    known = "|".join(national_codes()["ethnicity"])
    code = words.str.extract(rf"(?<![A-Za-z])({known})(?![A-Za-z])", expand=False)
    return code.fillna(without_letter(words))


def categories(words: pd.Series) -> pd.Series:
    """The category that a text names: several where it says so, else the only one it names."""
    chosen = without_letter(words)
    said = chosen.str.lower()
    names = {
        code: said.str.contains(re.escape(word)).fillna(False).astype(bool)
        for word, code in _CATEGORIES.items()
    }
    is_one = sum(named.astype("int64") for named in names.values()) == 1
    found = pd.Series(pd.NA, index=words.index, dtype="str")
    for code, named in names.items():
        found = found.mask(named & is_one, code)
    found = found.mask(said.str.contains("multiple").fillna(False).astype(bool), "MUL")
    return found.fillna(chosen)
