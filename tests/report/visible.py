"""What a reader sees of a page: its text, without what is closed or drawn; and its tables."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

_HIDDEN = ("svg", "details", "style", "script", "head")
_BLOCKS = (
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "tr",
    "td",
    "th",
    "figcaption",
    "dt",
    "dd",
    "section",
    "div",
)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in _HIDDEN

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def visible_text(page: Path | str) -> str:
    """The text of a page, blocks on lines of their own, spaces as one."""
    parser = _Text()
    parser.feed(page if isinstance(page, str) else page.read_text(encoding="utf-8"))
    lines = "".join(parser.parts).replace("\xad", "").replace("\xa0", " ").splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def tables_of(page: Path | str) -> list[list[str]]:
    """Every row of every table, cell by cell."""
    html = page if isinstance(page, str) else page.read_text(encoding="utf-8")
    return [
        [
            visible_text(cell).replace("\n", " ")
            for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)
        ]
        for row in re.findall(r"<tr.*?</tr>", html, re.S)
    ]
