"""What the beginning of an XML file says: its outermost element, what a header of the Department
for Education says of a return, and which elements there are. Nothing is looked up or replaced."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

_HEADER = ("Collection", "Year", "ReferenceDate", "LEA")
_LONGEST = 100


@dataclass
class Markup:
    """root: the local name of the outermost element. header: the texts of a return's header.
    names: the local names of the elements seen. has_doctype: as no return has."""

    root: str = ""
    header: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    has_doctype: bool = False


class _Doctype(Exception):
    """What follows may be made of entities."""


def markup_of(first: bytes) -> Markup:
    """What the bytes that a file begins with say; as far as they are well-formed."""
    found = Markup()
    within: list[str] = []
    text: list[str] = []

    def begin(name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        found.root = found.root or name
        found.names.add(name)
        within.append(name)
        text.clear()

    def end(_: str) -> None:
        name = within.pop()
        if name in _HEADER and "Header" in within and name not in found.header:
            found.header[name] = "".join(text).strip()[:_LONGEST]

    def doctype(*_: object) -> None:
        found.has_doctype = True
        raise _Doctype

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = doctype
    # Of an encoding that nobody knows, LookupError; what the file lacks its reader says.
    with suppress(expat.ExpatError, LookupError, ValueError, _Doctype):
        parser.Parse(first, False)
    return found
