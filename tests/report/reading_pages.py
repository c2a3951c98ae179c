"""Reads a page as a tree of elements, to ask what is on it. Refuses one whose tags do not match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """An element. content: elements and texts, in their order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Element | str] = field(default_factory=list)

    def every(self, tag: str = "", **attributes: str) -> list[Element]:
        """All within it of a tag that have these attributes, or classes of ``class_``."""
        return [each for each in self._inside() if each.fits(tag, attributes)]

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only such one."""
        [found] = self.every(tag, **attributes)
        return found

    def fits(self, tag: str, attributes: dict[str, str]) -> bool:
        classes = self.attributes.get("class", "").split()
        return tag in ("", self.tag) and all(
            value in classes if name == "class_" else self.attributes.get(name) == value
            for name, value in attributes.items()
        )

    def _inside(self) -> Iterator[Element]:
        for each in self.content:
            if isinstance(each, Element):
                yield each
                yield from each._inside()

    @property
    def text(self) -> str:
        """All its text in order, blanks as one; of a style, none."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for each in self.content:
            if isinstance(each, str):
                yield each
            elif each.tag not in ("style", "svg"):
                block = each.tag not in ("b", "span", "abbr", "i", "em", "a")
                yield " " if block else ""
                yield from each._texts()
                yield " " if block else ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> ends <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def read(html: str) -> Element:
    """The whole page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert [each.tag for each in reader.open] == ["document"]
    return reader.open[0]


def rows_of(table: Element) -> list[list[str]]:
    """A table line by line, its cells as text, head first. Drawings are empty."""
    return [
        [each.text for each in row.content if isinstance(each, Element)]
        for row in table.every("tr")
    ]


def style_of(html: str) -> str:
    """What is between the tags of the only style."""
    [style] = re.findall(r"<style>(.*?)</style>", html, flags=re.S)
    return style
