"""A children in need census as it is written: one XML file, read as a stream.

Yields its blocks as tables of text, one ``Child`` after the other, each let go once its rows are
set down. Elements go by their local names, in any order. What is wrong with the file as a file is
found here, told with its line and without its words; what a date or a code means is not known here.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable
from typing import Any
from xml.parsers import expat

import pyarrow as pa

from etl.errors import NightStopped
from etl.sources.arrival.files import CHANGE_THE_EXPORT, COPY_AGAIN, stop
from etl.sources.cin_census.elements import (
    CHILD,
    CHILD_ID,
    ELEMENT,
    ROOT,
    TIMES,
    UNKNOWN_ELEMENTS,
    Block,
    landed_columns,
)

# Between the texts of an element that a block holds twice: such a value cannot be read.
TWICE = " | "
_PIECE_OF_TEXT = 1 << 16
_LONGEST_TEXT = 1 << 16
# Expat keeps what it has not seen the end of.
_LONGEST_TAG = 1 << 24
_DEEPEST = 64
# Whoever writes an element's name may write anything.
_MOST_UNKNOWN = 100
_LONGEST_NAME = 64
OTHERS = "others"
_ROWS_AT_ONCE = 1 << 16
_EVERY_BYTE = bytes(range(256))
_CUT_OFF = (
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
)
_NO_ENCODING = "says that it is in an encoding that cannot be read"
_NO_DOCTYPE = (
    "Nothing in it is looked up or replaced. If the export of the case system wrote it, let it "
    "write the census without a DOCTYPE and without entities; else find out who made the file."
)


class Message:
    """Reads one file. where: it, for people. Once it is read: header, the values of its ``Header``;
    encoding, that of its declaration; children, how many ``Child`` it has."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.header: dict[str, str] = {}
        self.encoding = "utf-8"
        self.children = 0
        self._tables = {name: _Rows(columns) for name, columns in landed_columns().items()}
        self._unknown: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()
        self._blocks: list[Block] = [ROOT]
        self._rows: list[dict[str, str]] = [self.header]
        self._of_child: list[tuple[str, dict[str, str]]] = []
        self._name, self._table = "", ""
        self._text: list[str] | None = None
        self._length = 0
        self._passed_over = 0
        self._parser = self._made_parser()

    def read(self, pieces: Iterable[bytes]) -> dict[str, pa.Table]:
        """The tables of the file. Raises NightStopped where it is no census that can be trusted,
        and what ``pieces`` raises."""
        fed = 0
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
                fed += len(piece)
                if fed - self._parser.CurrentByteIndex > _LONGEST_TAG:
                    raise self._stop(f"has a tag of more than {_LONGEST_TAG >> 20} MiB")
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._not_well_formed(error) from None
        except UnicodeError:  # of one of Python's encodings that are of no file
            raise self._stop(_NO_ENCODING) from None
        except LookupError as error:  # of Python's codecs; of ours it would be a KeyError
            if type(error) is not LookupError:
                raise
            raise self._stop(_NO_ENCODING) from None
        for name, times in self._unknown.items():
            self._tables[UNKNOWN_ELEMENTS].add({ELEMENT: name, TIMES: str(times)})
        return {name: rows.table() for name, rows in self._tables.items()}

    def _made_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _PIECE_OF_TEXT
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add_text
        parser.XmlDeclHandler = self._note_encoding
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        return parser

    def _note_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is None:
            return
        self.encoding = codecs.lookup(encoding).name
        is_of_one_byte = len(_EVERY_BYTE.decode(self.encoding, "replace")) == len(_EVERY_BYTE)
        if not is_of_one_byte and not self.encoding.startswith(("utf-8", "utf-16")):
            raise self._stop(_NO_ENCODING)

    def _refuse_doctype(self, *_: Any) -> None:
        """Entities and external references are declared in a DOCTYPE, and nowhere else."""
        raise self._stop("has a DOCTYPE, as no census has", _NO_DOCTYPE)

    def _begin(self, name: str, _: dict[str, str]) -> None:
        if self._passed_over:
            self._passed_over += 1
            if self._passed_over > _DEEPEST:
                raise self._stop(f"has elements more than {_DEEPEST} deep in each other")
            return
        if ":" in name:
            name = name.rpartition(":")[2]
        if self._text is not None:
            self._pass_over_unknown(self._name, name)
            return
        block = self._blocks[-1]
        if name not in block.known:
            self._pass_over_unknown_in(block, name)
            return
        found = block.known[name]
        if found is None:
            self._passed_over = 1
        elif isinstance(found, str):
            self._name, self._table, self._text, self._length = name, found, [], 0
        else:
            self._begin_block(found)

    def _begin_block(self, block: Block) -> None:
        self._blocks.append(block)
        if block.numbered:
            self._numbers[block.numbered] += 1
        if block.table:
            row = self._row_within(block)
            self._rows.append(row)
            self._of_child.append((block.table, row))

    def _row_within(self, block: Block) -> dict[str, str]:
        """A row that says where it stands."""
        outer = {each.numbered for each in (*self._blocks, block) if each.numbered}
        return {name: str(self._numbers[name]) for name in outer}

    def _end(self, _: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
        elif self._text is not None:
            self._set_value("".join(self._text))
            self._text = None
        else:
            block = self._blocks.pop()
            if block.table:
                self._rows.pop()
            if block is CHILD:
                self._set_down_child()

    def _set_value(self, text: str) -> None:
        if self._table:
            row = self._row_within(self._blocks[-1])
            self._of_child.append((self._table, row))
        else:
            row = self._rows[-1]
        before = row.get(self._name)
        row[self._name] = text if before in (None, text) else f"{before}{TWICE}{text}"

    def _set_down_child(self) -> None:
        """Its rows, each with its id, wherever in the child that stands."""
        self.children += 1
        child = next(row for table, row in self._of_child if table == CHILD.table)
        its_id = {CHILD_ID: child[CHILD_ID]} if CHILD_ID in child else {}
        for table, row in self._of_child:
            self._tables[table].add(row | its_id)
        self._of_child.clear()

    def _add_text(self, text: str) -> None:
        if self._text is None or self._passed_over:
            return  # white space between elements, or what is not read
        self._text.append(text)
        self._length += len(text)
        if self._length > _LONGEST_TEXT:
            raise self._stop(f"has a value of more than {_LONGEST_TEXT >> 10} KiB")

    def _pass_over_unknown_in(self, block: Block, name: str) -> None:
        if block is ROOT:
            raise self._stop(
                "is no children in need census: its outermost element is not Message",
                "Give the file that the case system writes for the children in need census.",
            )
        self._pass_over_unknown(self._name_of(block), name)

    def _pass_over_unknown(self, outer: str, name: str) -> None:
        """Note an element that nobody knows, and pass over all in it. One that would bring what is
        in another file cannot be passed over: what is missing then nobody knows."""
        if name == "include":
            raise self._stop("includes another file, which is not read", _NO_DOCTYPE)
        self._passed_over = 1
        told = f"{outer}/{name[:_LONGEST_NAME]}"
        if told not in self._unknown and len(self._unknown) >= _MOST_UNKNOWN:
            told = OTHERS
        self._unknown[told] += 1

    def _name_of(self, block: Block) -> str:
        """What the block that is open is called."""
        outer = self._blocks[-2]
        return next(name for name, inner in outer.blocks.items() if inner is block)

    def _not_well_formed(self, error: expat.ExpatError) -> NightStopped:
        """Expat's own words for it hold nothing of the file."""
        what = f"is not well-formed XML: {expat.ErrorString(error.code)} in line {error.lineno:,}"
        if error.code in _CUT_OFF:
            return self._stop_at(f"{what}; it is cut off, or empty", COPY_AGAIN)
        return self._stop_at(what, f"{COPY_AGAIN} If it stops again, the export writes it so.")

    def _stop(self, what: str, next: str = CHANGE_THE_EXPORT) -> NightStopped:
        return self._stop_at(f"{what} (line {self._parser.CurrentLineNumber:,})", next)

    def _stop_at(self, what: str, next: str) -> NightStopped:
        return stop(f"The census {what}.", self.where, next)


class _Rows:
    """Rows of one table on their way to Arrow, so that not all of them are Python's at once."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.schema = pa.schema([(name, pa.string()) for name in columns])
        self.waiting: list[dict[str, str]] = []
        self.batches: list[pa.RecordBatch] = []

    def add(self, row: dict[str, str]) -> None:
        self.waiting.append(row)
        if len(self.waiting) >= _ROWS_AT_ONCE:
            self._set_down()

    def table(self) -> pa.Table:
        self._set_down()
        return pa.Table.from_batches(self.batches, self.schema)

    def _set_down(self) -> None:
        self.batches.append(pa.RecordBatch.from_pylist(self.waiting, self.schema))
        self.waiting.clear()
