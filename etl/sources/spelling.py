"""What of a text is no part of what it says, and how words are compared.

White space around a value is no part of it, nor are characters that nobody sees. Words of lists are
compared without regard to case, and to how much white space stands inside.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# Arrow's patterns know no classes of Unicode: what they mean is spelt out.
_INVISIBLE = (
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff]"
)
WHITE_SPACE = "[\t-\r\x1c- \x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_CONTROL = "[\x00-\x1f\x7f-\x9f]"
# Between a code, or the name of an answer, and its label.
DASH = "[ ]?[\u2010-\u2015\u2212:-]"
LONGEST_NUMBER = 20
_ZERO, _NINE = np.uint8(ord("0")), 9
_SPACE, _FIRST_PLAIN, _LAST_PLAIN = b" !~"  # ids, flags and most codes have no other characters


def without_surroundings(words: pa.Array) -> pa.Array:
    """The texts without invisible characters, and without white space around them."""
    if _are_plain(words):
        return words
    if _are_plain(words, with_spaces=True):
        return pc.ascii_trim(words, " ")
    seen = pc.replace_substring_regex(words, _INVISIBLE, "")
    return pc.replace_substring_regex(seen, f"^{WHITE_SPACE}+|{WHITE_SPACE}+$", "")


def holds_control(words: pa.Array) -> pa.Array:
    """Where a text holds a control character, as no text that a person typed does."""
    if _are_plain(words):
        return pa.repeat(False, len(words))
    return pc.match_substring_regex(words, _CONTROL)


def without_control(words: pa.Array) -> pa.Array:
    """The texts with a space in place of control characters."""
    return without_surroundings(pc.replace_substring_regex(words, f"{_CONTROL}+", " "))


def single_spaced(words: pa.Array) -> pa.Array:
    """The texts with one space wherever white space stands inside."""
    is_plain = _are_plain(words, with_spaces=True)
    has_more = (
        pc.match_substring(words, "  ")
        if is_plain
        else pc.match_substring_regex(words, WHITE_SPACE)
    )
    if not pc.any(has_more).as_py():
        return words
    return pc.replace_substring_regex(words, f"{WHITE_SPACE}+", " ")


def _are_plain(words: pa.Array | pa.ChunkedArray, *, with_spaces: bool = False) -> bool:
    """Whether no text has another character than the printed ones of ASCII, and its space where
    that is said, by all their bytes at once."""
    lowest = _SPACE if with_spaces else _FIRST_PLAIN
    for chunk in words.chunks if isinstance(words, pa.ChunkedArray) else [words]:
        _, ends, written = chunk.buffers()
        if written is None:  # none has any
            continue
        first, last = np.frombuffer(ends, "int32")[[chunk.offset, chunk.offset + len(chunk)]]
        octets = np.frombuffer(written, "uint8")[first:last]
        if octets.size and not lowest <= octets.min() <= octets.max() <= _LAST_PLAIN:
            return False
    return True


def whole_numbers(words: pa.Array) -> npt.NDArray[np.bool_]:
    """Which texts are whole numbers of up to LONGEST_NUMBER digits without zeros before them, told
    from the bytes of all at once; False where there is none."""
    is_number = np.zeros(len(words), dtype=bool)
    _, ends, written = words.buffers()
    if written is None:
        return is_number
    begins = np.frombuffer(ends, "int32")[words.offset : words.offset + len(words) + 1]
    lengths = np.diff(begins)
    there = np.flatnonzero(lengths)
    if there.size:
        digits = np.frombuffer(written, "uint8")[: begins[-1]] - _ZERO  # above 9: it is none
        first = begins[there]
        is_number[there] = (
            (np.maximum.reduceat(digits, first) <= _NINE)
            & (digits[first] != 0)
            & (lengths[there] <= LONGEST_NUMBER)
        )
    return is_number


def plain(words: pd.Series) -> pd.Series:
    """The texts as they are compared with the words of a list; null stays null."""
    found = pa.array(words, pa.string())
    found = single_spaced(without_control(without_surroundings(found)))
    return pd.Series(pc.utf8_lower(found).to_pandas(), dtype="str").set_axis(words.index)


@lru_cache(maxsize=10_000)  # the words of lists, asked for anew for every list that is read
def plain_word(word: str) -> str:
    """One text as it is compared."""
    return str(plain(pd.Series([word], dtype="str"))[0])


def plain_words(words: Iterable[str]) -> list[str]:
    """Many texts as they are compared, all at once."""
    return list(plain(pd.Series([*words], dtype="str")))


def any_of(words: Collection[str]) -> str:
    """A pattern of the words, the longest first; of none, one that nothing matches."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"


def are_called(words: pd.Series, names: Collection[str]) -> pd.Series:
    """Which texts are one of the names, or one with a dash or colon and a label behind it; false
    where there is none."""
    pattern = f"(?:{any_of([plain_word(name) for name in names])})(?:{DASH}.*)?"
    return plain(words).str.fullmatch(pattern).fillna(False).astype(bool)
