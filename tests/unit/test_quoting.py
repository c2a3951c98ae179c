"""Marks that open and close fields are found as one reads a file, a character at a time."""

from __future__ import annotations

import random
import re

import pytest

from etl.sources.arrival import quoting
from etl.sources.arrival.quoting import Quoting, line_at, quoting_of

BORDERS = b",\r\n"


def as_one_reads(text: bytes, fields: int) -> Quoting:
    """The rules, plainly."""
    at, opened, swallowed, holds_lines, is_first = 0, None, None, False, True
    while at < len(text):
        letter = text[at : at + 1]
        if opened is None:
            opened = at if letter == b'"' and is_first else None
            is_first = letter in BORDERS
        elif letter == b'"' and text[at + 1 : at + 2] == b'"':
            at += 1
        elif letter == b'"':
            if text[at + 1 : at + 2] not in BORDERS:
                return Quoting(misplaced=at)
            lines = text[opened:at].replace(b"\r", b"\n").split(b"\n")
            holds_lines |= len(lines) > 1
            is_record = any(
                line.count(b",") == fields - 1 and begins_as_its_record(text, opened, line)
                for line in lines
            )
            is_record |= joins_two(text, opened, at, fields)
            if len(lines) > 1 and fields >= 5 and is_record and swallowed is None:
                swallowed = opened
            opened, is_first = None, False
        at += 1
    return Quoting(None, opened is not None, swallowed, holds_lines)


KEY = re.compile(b'\\s*"?[0-9A-Fa-f{}:./ T-]*[0-9][0-9A-Fa-f{}:./ T-]*"?\\s*')


def begins_as_its_record(text: bytes, opened: int, line: bytes) -> bool:
    """A key stands first in the line where one does in the record that the field is of."""
    before = re.split(b"[\r\n]", text[:opened])[-1].split(b",")
    has_key = len(before) > 1 and KEY.fullmatch(before[0])
    return not has_key or KEY.fullmatch(line.strip(b'"').split(b",")[0]) is not None


def joins_two(text: bytes, opened: int, closed: int, fields: int) -> bool:
    """Two lines that are records by themselves, of which a field makes one."""
    ends = re.compile(b"[\r\n]")
    within = text[opened:closed].replace(b"\r\n", b"\n")
    before = ends.split(text[:opened])[-1]
    whole = before + within + ends.split(text[closed:])[0]
    lines = [line.split(b",") for line in ends.split(whole)]
    if within.count(b",") != fields - 1 or [len(line) for line in lines] != [fields, fields]:
        return False
    at = before.count(b",")
    keys = [[bool(KEY.fullmatch(field)) for field in line] for line in lines]
    first = next((place for place in range(at) if keys[0][place]), None)
    second = next((place for place in range(at + 1, fields) if keys[1][place]), None)
    return (first is not None and keys[1][first]) or (second is not None and keys[0][second])


def a_text(chance: random.Random) -> bytes:
    """Most of it marks, borders and few letters; every other one rather well quoted."""
    text = bytes(chance.choice(b'"",,\n\rab1') for _ in range(chance.randint(0, 24)))
    if chance.random() < 0.5:
        text = text.replace(b'"a', b'",').replace(b'""', b',"')
    return b"a" + text


@pytest.mark.parametrize("block_bytes", [1, 3, 8, 1 << 20])
def test_whole_blocks_are_judged_as_one_reads(
    monkeypatch: pytest.MonkeyPatch, block_bytes: int
) -> None:
    monkeypatch.setattr(quoting, "_BLOCK_BYTES", block_bytes)
    chance = random.Random(block_bytes)
    found = set()
    for _ in range(1_000):
        text, fields = a_text(chance), chance.choice((1, 5))
        assert quoting_of(text, fields) == as_one_reads(text, fields), text
        found.add(quoting_of(text, fields))
    assert len(found) > 10  # all that can be found, was


def test_a_field_longer_than_a_block_is_one_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "_BLOCK_BYTES", 16)
    text = b'1,"' + b"long,\n" * 20 + b'",2\n3,"4"\n'
    assert quoting_of(text, 3) == Quoting(holds_lines=True)
    assert quoting_of(text.replace(b'",2', b'"2'), 3).misplaced == text.index(b'",2')


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_lines_are_numbered_however_they_end(line_end: bytes) -> None:
    assert [line_at(b"a" + line_end + b"bc", at) for at in (0, 1 + len(line_end))] == [1, 2]


@pytest.mark.parametrize("record", ["{0},10{0},a note,N,2,3", "a note,N,Y, {0} ,b,2024-01-0{0}"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("later", [1, 2, 3])
@pytest.mark.parametrize("column", range(6))
def test_two_stray_marks_never_make_one_record_of_several(line_end, later, column, record):
    records = [record.format(key).encode().split(b",") for key in range(1, 7)]
    records[1][column] = b'"opened'
    records[1 + later][column] = b'closed"'
    text = line_end.join([b"a,b,c,d,e,f", *(b",".join(record) for record in records)])
    found = quoting_of(text + line_end, 6)
    assert found.swallowed == text.index(b'"opened')


def test_a_note_of_two_lines_with_as_many_commas_as_a_record_is_a_note():
    text = b'a,b,c,d,e,f\n1,2,"seen, at home, with\nboth, parents, there",N,2,3\n'
    assert quoting_of(text, 6) == Quoting(holds_lines=True)


OUTCOMES = b'"{""NFA_FLAG"": ""N"", ""ADVICE_FLAG"": ""Y"", ""MISSING_FLAG"": """", '


@pytest.mark.parametrize(
    "note",
    [
        OUTCOMES + b'""NUMBER_OF_OUTCOMES"": 1, ""COMMENTS"": ""seen,\nat home""}"',
        OUTCOMES + b'""COMMENTS"": ""they came:\nmother, father, aunt, uncle, school, GP""}"',
        b'"they came:\nmother, father, aunt, uncle, school, GP\nand left"',
    ],
)
def test_a_line_of_a_note_that_does_not_begin_with_a_key_as_its_record_does_is_no_record(note):
    assert quoting_of(b"a,b,c,d,e,f\n1,2,3,4,5," + note + b"\n", 6) == Quoting(holds_lines=True)
