"""One file of a night as CSV: its text, its header and its records, or what is wrong with it.

Nothing is repaired, and nothing of the file is quoted but a column's name that is known.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.csv

from etl.contracts.source_table import SourceTable
from etl.errors import NightStopped
from etl.sources.arrival.files import CHANGE_THE_EXPORT, COPY_AGAIN, stop
from etl.sources.arrival.quoting import Quoting, line_at, quoting_of

# While it reads a file Arrow takes SIGTERM and SIGINT for itself, and where one comes as the file
# ends it is lost: a load that was told to end would go on.
pa.enable_signal_handlers(False)

_LARGEST_RECORD = 1 << 24
_LONGEST_HEADER = 1 << 16
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_FIRST_LETTERS = 16
# What sqlcmd and SSMS write beside the records, in their own words.
_FOOTER = re.compile(
    rb"[\r\n]\s*\([0-9,]+ row(?:s|\(s\))? affected\)\s*(?:Completion time: \S+\s*)?\Z"
)
_FOOTER_BYTES = 400
_RULE_UNDER_HEADER = re.compile(rb"(?:\r\n|\r|\n)[-, ]*--[-, ]*(?:[\r\n]|\Z)")


_BESIDE_THE_RECORDS = (
    "has what sqlcmd or SSMS writes around the records (a line of dashes under the header, or "
    "'(n rows affected)' at the end): it is no CSV."
)
_LEAVE_OUT = (
    "Let the export leave it out (in SQL: set nocount on) and write the night again; load that."
)
_QUOTE = (
    "Let the export put quotation marks around every text, and double those within it "
    "(docs/extract.md); let it write the night again, and load that."
)
_COPY_OR_QUOTE = f"{COPY_AGAIN} If it stops again: l{_QUOTE[1:]}"
_TRAILING = "has a separator at the end of its lines, after the last column."


@dataclass(frozen=True)
class CsvFile:
    """file: its name. where: that, for people, with the extract it is of. known: the names of
    columns, in capitals, of which its header must have one."""

    file: str
    where: str
    known: Collection[str]

    def read(self, name: str, raw: bytes) -> SourceTable:
        """The table ``name`` of the file's bytes. Raises NightStopped where it is no such file."""
        encoding, text = self._text(raw)
        line = re.split(rb"[\r\n]", text[: _LONGEST_HEADER + 1], maxsplit=1)[0]
        records = text[len(line) :]
        names = self._names(line.decode(encoding) if len(line) <= _LONGEST_HEADER else "")
        self._check_beside(records)
        holds_lines = self._check_quoting(quoting_of(records, len(names)), records)
        content = self._records(records, names, encoding, holds_lines=holds_lines)
        return SourceTable(name, content, hashlib.sha256(raw).hexdigest(), encoding, self.file)

    def _stop(self, what: str, next: str = CHANGE_THE_EXPORT) -> NightStopped:
        return stop(f"{self.file} {what}", self.where, next)

    def _text(self, raw: bytes) -> tuple[str, bytes]:
        """The encoding, and the text without the mark of UTF-8, which is no part of it."""
        text = raw.removeprefix(_UTF_8_MARK)
        if not text:
            raise self._stop("is empty: it has not even a header line.", COPY_AGAIN)
        if text.startswith(_UTF_16_MARKS) or _looks_like_utf_16(text):
            raise self._stop("is in UTF-16; it must be in UTF-8 or Windows-1252.")
        encoding, no_text_at = _encoding(text)
        if no_text_at is not None:
            raise self._stop(
                f"is not text in UTF-8 or Windows-1252: line {line_at(text, no_text_at):,} has a "
                "byte that is neither."
            )
        return encoding, text

    def _names(self, line: str) -> list[str]:
        """The column names as written."""
        names = _split(line, ",")
        plain = [_plain(name) for name in names]
        if not any(plain) or not all(name.isprintable() for name in plain):
            self._check_separator(line)
            raise self._stop("is not text with a header line.")
        if not set(self.known).intersection(plain):
            self._check_separator(line)
            raise self._stop(
                "has no header line: none of the names in its first line is known as a column of "
                "that table. (The line is not shown: it may be a record.)"
            )
        if not all(plain):
            raise self._stop(_TRAILING if all(plain[:-1]) else "has a column without a name.")
        repeated = {name for name in plain if plain.count(name) > 1}
        if repeated:
            told = sorted(repeated.intersection(self.known)) or ["that we do not know"]
            raise self._stop(f"has the column {', '.join(told)} twice.")
        return names

    def _check_separator(self, line: str) -> None:
        for separator, called in OTHER_SEPARATORS.items():
            if set(self.known).intersection(map(_plain, _split(line, separator))):
                raise self._stop(f"is separated by {called}; it must be by commas.")

    def _check_beside(self, records: bytes) -> None:
        if _RULE_UNDER_HEADER.match(records) or _FOOTER.search(records[-_FOOTER_BYTES:]):
            raise self._stop(_BESIDE_THE_RECORDS, _LEAVE_OUT)

    def _check_quoting(self, found: Quoting, records: bytes) -> bool:
        """Whether a field goes over several lines."""
        if found.misplaced is not None:
            raise self._stop(
                f"has a quotation mark in line {line_at(records, found.misplaced):,} that closes "
                "a field before its end: it is not quoted as CSV.",
                _QUOTE,
            )
        if found.swallowed is not None:
            raise self._stop(
                f"has a quotation mark in line {line_at(records, found.swallowed):,} that opens "
                "a field with whole records in it: it is not quoted as CSV.",
                _QUOTE,
            )
        if found.never_closes:
            raise self._stop(
                "opens a quotation mark that never closes: it is cut off, or not quoted as CSV.",
                _COPY_OR_QUOTE,
            )
        return found.holds_lines

    def _records(
        self, records: bytes, names: list[str], encoding: str, *, holds_lines: bool
    ) -> pa.Table:
        """The records as text. Arrow closes a field at marks that are refused before; all others
        it takes as we do."""
        schema = pa.schema([(name, pa.string()) for name in names])
        uneven = _Uneven()
        if not records.strip(b"\r\n"):
            return schema.empty_table()
        try:
            content = pa.csv.read_csv(
                pa.py_buffer(records if records.endswith((b"\n", b"\r")) else records + b"\n"),
                read_options=pa.csv.ReadOptions(
                    use_threads=False,  # so that an uneven record's number is known
                    block_size=_LARGEST_RECORD,
                    column_names=names,
                    encoding=encoding,
                ),
                parse_options=pa.csv.ParseOptions(
                    newlines_in_values=holds_lines, invalid_row_handler=uneven.note
                ),
                convert_options=pa.csv.ConvertOptions(column_types=schema, null_values=[]),
            )
        except pa.ArrowInvalid:  # its message may quote a record
            raise self._stop(
                f"has a record of more than {_LARGEST_RECORD >> 20} MiB: it is not quoted as CSV.",
                _QUOTE,
            ) from None
        self._check_even(uneven, content.num_rows)
        return content

    def _check_even(self, uneven: _Uneven, even: int) -> None:
        if not uneven.numbers:
            return
        first, many = uneven.numbers[0], len(uneven.numbers)
        if uneven.with_a_separator_more == many and not even:
            raise self._stop(_TRAILING)
        is_last = many == 1 and first == even + 1
        raise self._stop(
            f"has not as many fields as its header in record {first:,} ({many:,} such "
            f"record{'s' * (many > 1)}): it is cut off, or not quoted as CSV.",
            COPY_AGAIN if is_last else _COPY_OR_QUOTE,
        )


@dataclass
class _Uneven:
    """The numbers of the records with more or fewer fields than the header, and how many of them
    only have a separator more, at their end."""

    numbers: list[int] = field(default_factory=list)
    with_a_separator_more: int = 0

    def note(self, row: pa.csv.InvalidRow) -> str:
        """Skips the record: the file is refused once it is read."""
        self.numbers.append(row.number)
        is_one_more = row.actual_columns == row.expected_columns + 1
        self.with_a_separator_more += is_one_more and row.text.rstrip().endswith(",")
        return "skip"


def rows_of_an_unknown_file(raw: bytes) -> set[int]:
    """How many records a file of which nothing is known has below its first line: counted as CSV,
    and as lines, since it may be no CSV."""
    text = raw.removeprefix(_UTF_8_MARK).decode("latin-1")
    found = {sum(1 for line in text.splitlines() if line)}
    with suppress(csv.Error):  # then it is none
        found.add(sum(1 for record in csv.reader(io.StringIO(text, newline="")) if record))
    return {max(rows - 1, 0) for rows in found}


def _encoding(text: bytes) -> tuple[str, int | None]:
    """UTF-8, else Windows-1252; and where the first byte is that is in neither, None if it is."""
    no_text_at = None
    if text.isascii():
        return "utf-8", None
    for encoding in ("utf-8", "cp1252"):
        try:
            text.decode(encoding)
        except UnicodeDecodeError as error:
            no_text_at = error.start
        else:
            return encoding, None
    return "", no_text_at


def _looks_like_utf_16(text: bytes) -> bool:
    """Whether every other byte of what it begins with is 0, as in a header of English letters."""
    first = text[:_FIRST_LETTERS]
    return len(first) == _FIRST_LETTERS and not (any(first[::2]) and any(first[1::2]))


def _split(line: str, separator: str) -> list[str]:
    """The fields of a line; none where it is not quoted as CSV."""
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return []


def _plain(name: str) -> str:
    """A column's name without regard to case and to white space around it."""
    return name.replace("\u00a0", " ").replace("\t", " ").strip().upper()
