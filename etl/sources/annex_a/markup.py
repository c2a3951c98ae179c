"""Reads a part of a workbook as a stream of its elements, in a few pieces of memory.

No entity is ever put in, nothing outside the part is looked at, and whatever prefix a program gives
to an element's name is no part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol
from xml.parsers import expat

_PIECE = 1 << 20
_IN_NAMESPACE = "}"
Attributes = Mapping[str, str]


class Reader(Protocol):
    """What is told of every element, by its local name."""

    def begin(self, name: str, attributes: Attributes) -> None: ...
    def text(self, text: str) -> None: ...
    def end(self, name: str) -> None: ...


class NotWellFormed(Exception):
    """It is no XML, or none that is read here. line: where; None where it declares a document type,
    as no program that writes workbooks does."""

    def __init__(self, line: int | None) -> None:
        super().__init__()
        self.line = line


def read_markup(raw: bytes, reader: Reader) -> None:
    """Tell ``reader`` of the elements of ``raw``. Raises NotWellFormed, and what the reader
    raises."""
    parser = expat.ParserCreate(namespace_separator=_IN_NAMESPACE)
    parser.buffer_text = True
    parser.StartElementHandler = _by_local_name(reader.begin)
    parser.EndElementHandler = lambda name: reader.end(local_name(name))
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        for start in range(0, len(raw), _PIECE):
            parser.Parse(raw[start : start + _PIECE], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:  # its message may quote the part
        raise NotWellFormed(error.lineno) from None


def _by_local_name(
    begin: Callable[[str, Attributes], None],
) -> Callable[[str, dict[str, str]], None]:
    return lambda name, attributes: begin(local_name(name), attributes)


@lru_cache(maxsize=1000)
def local_name(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(_IN_NAMESPACE)[2]


def _refuse(*_: object) -> None:
    raise NotWellFormed(None)
