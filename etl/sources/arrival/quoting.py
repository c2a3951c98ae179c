"""Which quotation marks of a CSV file open and close its fields, found for whole blocks at a time.

A mark opens a field only as the field's first character; anywhere else outside quotes it is an
ordinary one. Inside, two marks in a row are one mark of the text, and a single one closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Octets = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_MARK, _COMMA, _LF, _CR = b'",\n\r'
# What a field ends and the next begins with.
_IS_BORDER = np.isin(np.arange(256), (_COMMA, _LF, _CR))
_MARKS = re.compile(b'"*')
_BLOCK_BYTES = 1 << 20
# Of fewer fields, a line of a note that looks like a record is a line of a note.
_FEWEST_FIELDS_OF_A_RECORD = 5
_LONGEST_LINE = 1 << 16
_LINE_END = re.compile(rb"[\r\n]")
# A number, a GUID, a date or a time: what a note has no field of where a record has one.
_KEY = re.compile(rb"\s*\"?[0-9A-Fa-f{}:./ T-]*[0-9][0-9A-Fa-f{}:./ T-]*\"?\s*")


@dataclass(frozen=True)
class Quoting:
    """What was found. misplaced: where a mark first closes a field before its end. never_closes:
    the last mark that opens has none that closes. swallowed: where a quoted field first begins, a
    line of which is a whole record, or which makes one record of two. holds_lines: a quoted field
    goes over several lines. Positions are in bytes, None where there is no such place."""

    misplaced: int | None = None
    never_closes: bool = False
    swallowed: int | None = None
    holds_lines: bool = False


def quoting_of(text: bytes, fields: int) -> Quoting:
    """How a file is quoted. fields: as many as its header has. Ends at a misplaced mark."""
    found = np.frombuffer(text, dtype=np.uint8)
    opened: int | None = None
    swallowed: int | None = None
    holds_lines = False
    for start, end in _blocks(text):
        runs = _Runs.of(found[start:end], is_inside=opened is not None)
        misplaced = _first((runs.closes + start)[~_is_border(found, runs.closes + start + 1)])
        if misplaced is not None:
            return Quoting(misplaced=misplaced)
        opens, closes = runs.opens + start, runs.closes[runs.is_of_a_long_field] + start
        pairs = [(opens, closes)]
        if opened is not None and closes.size:
            # The field that began in a block before this one is looked at by itself.
            pairs = [(np.array([opened]), closes[:1]), (opens, closes[1:])]
        for opening, closing in pairs:
            over_lines, whole_record = _lines(found, opening[: closing.size], closing, fields)
            holds_lines |= over_lines
            swallowed = whole_record if swallowed is None else swallowed
        if opens.size > pairs[-1][1].size:
            opened = int(opens[-1])
        elif closes.size:
            opened = None
    return Quoting(None, opened is not None, swallowed, holds_lines)


def _lines(
    text: Octets, opens: Positions, closes: Positions, fields: int
) -> tuple[bool, int | None]:
    """Whether one of these fields goes over several lines, and where the first begins that has a
    line of as many separators as a record, or that joins two records."""
    if not opens.size:
        return False, None
    begin = int(opens[0])
    around = text[begin : closes[-1]]
    ends = np.flatnonzero((around == _LF) | (around == _CR)) + begin
    within = np.searchsorted(opens, ends) - 1
    is_within = (within >= 0) & (ends < closes[within])
    if not is_within.any() or fields < _FEWEST_FIELDS_OF_A_RECORD:
        return bool(is_within.any()), None
    ends, long = ends[is_within], np.unique(within[is_within])
    opens, closes = opens[long], closes[long]
    bounds = np.sort(np.concatenate([opens, ends, closes]))
    separators = np.flatnonzero(around == _COMMA) + begin
    many = np.diff(np.searchsorted(separators, bounds))
    is_record = (many == fields - 1) & ~np.isin(bounds[:-1], closes)
    starts, stops = bounds[:-1][is_record], bounds[1:][is_record]
    begun = opens[np.searchsorted(opens, starts, "right") - 1]
    proven = (
        int(opened)
        for opened, start, stop in zip(begun, starts, stops, strict=True)
        if _begins_as_its_record(text, int(opened), text[start:stop].tobytes())
    )
    first = next(proven, None)
    as_many = np.diff(np.searchsorted(separators, np.column_stack([opens, closes])))[:, 0]
    for at in np.flatnonzero(as_many == fields - 1):
        if first is not None and first <= opens[at]:
            break
        if _joins_two(text, int(opens[at]), int(closes[at]), fields):
            return True, int(opens[at])
    return True, first


def _begins_as_its_record(text: Octets, opened: int, line: bytes) -> bool:
    """Whether a line of a field may be a record: where the record that the field is of begins with
    a key, number or date, the line does too. A note has as many separators now and then, and
    outcomes that are written as JSON often."""
    own, comma, _ = _rest_of_line(text, opened, -1).partition(b",")
    begins_with_key = comma and _KEY.fullmatch(own)
    return not begins_with_key or bool(_KEY.fullmatch(line.strip(b'"\r\n').split(b",")[0]))


def _joins_two(text: Octets, opened: int, closed: int, fields: int) -> bool:
    """Whether a field begins in one line and ends in the next, of which each, read without regard
    to marks, is a record: two stray marks made one of two. What tells a record from a note is the
    key, number or date that both have in the same place."""
    within = text[opened:closed].tobytes().replace(b"\r\n", b"\n")
    if len(_LINE_END.findall(within)) != 1:
        return False
    before, after = _rest_of_line(text, opened, -1), _rest_of_line(text, closed, 1)
    first, second = (line.split(b",") for line in _LINE_END.split(before + within + after))
    if not len(first) == len(second) == fields:
        return False
    marked = before.count(b",")
    # Of each line the part that no note has: what stands before the mark, and after it.
    in_first = [at for at in range(marked) if _KEY.fullmatch(first[at])]
    in_second = [at for at in range(marked + 1, fields) if _KEY.fullmatch(second[at])]
    return any(_KEY.fullmatch(second[at]) for at in in_first[:1]) or any(
        _KEY.fullmatch(first[at]) for at in in_second[:1]
    )


def _rest_of_line(text: Octets, at: int, towards: int) -> bytes:
    """What stands between a place and the beginning (-1) or the end (1) of its line."""
    begin, end = (max(at - _LONGEST_LINE, 0), at) if towards < 0 else (at, at + _LONGEST_LINE)
    around = text[begin:end]
    parts = _LINE_END.split(around.tobytes())
    return parts[-1] if towards < 0 else parts[0]


def line_at(text: bytes, position: int) -> int:
    """The number of the line that a byte is in, from 1."""
    before = text[:position]
    return 1 + (before.count(b"\n") or before.count(b"\r"))


@dataclass(frozen=True)
class _Runs:
    """The marks of a block. opens: where fields begin that go on beyond their first run of marks.
    closes: the last mark of every field; is_of_a_long_field: whether it is one of those, or one of
    marks alone, as the empty field."""

    opens: Positions
    closes: Positions
    is_of_a_long_field: Mask

    @classmethod
    def of(cls, block: Octets, *, is_inside: bool) -> _Runs:
        """is_inside: whether the block begins within a quoted field.

        Of marks in a row only their number matters. An odd one at the beginning of a field opens it
        or, met inside, closes it; an odd one elsewhere leaves what it meets outside.
        """
        marks = np.flatnonzero(block == _MARK)
        first = np.flatnonzero(np.diff(marks, prepend=-2) != 1)
        starts, many = marks[first], np.diff(first, append=marks.size)
        is_odd, begins = many % 2 == 1, _is_border(block, starts - 1)
        turns = np.cumsum(is_odd & begins) + is_inside
        left = np.maximum.accumulate(np.where(is_odd & ~begins, turns, 0))
        inside = (turns - left) % 2 == 1
        was_inside = np.concatenate([[is_inside], inside[:-1]])[: inside.size]
        of_marks_alone = ~was_inside & begins & ~is_odd
        is_last = (was_inside & ~inside) | of_marks_alone
        return cls(
            opens=starts[inside & ~was_inside],
            closes=(starts + many - 1)[is_last],
            is_of_a_long_field=~of_marks_alone[is_last],
        )


def _blocks(text: bytes) -> Iterator[tuple[int, int]]:
    """Where blocks begin and end. None but the first begins with a mark: of marks in a row, and of
    the one before each, no block lacks anything."""
    start = 0
    while start < len(text):
        end = min(start + _BLOCK_BYTES, len(text))
        end = _MARKS.match(text, end).end()  # type: ignore[union-attr]  # it matches none, too
        yield start, end
        start = end


def _is_border(text: Octets, at: Positions) -> Mask:
    """Whether there is a separator, a line end, or the text's own."""
    beyond = (at < 0) | (at >= text.size)
    return np.asarray(_IS_BORDER[text[np.where(beyond, 0, at)]] | beyond)


def _first(positions: Positions) -> int | None:
    return int(positions[0]) if positions.size else None
