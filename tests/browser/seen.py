"""What a browser shows of a file, and what it prints."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pypdf import PdfReader

# Pictures and printed pages of the last run, to look at.
OUTPUT = Path(__file__).parent / "output"


@dataclass
class Seen:
    """A file in a window. asked: addresses that it asked for, its own first; said: what came on
    the console."""

    page: Page
    asked: list[str]
    said: list[str]

    def ask(self, javascript: str) -> Any:
        """What an expression of the window is worth."""
        return self.page.evaluate(javascript)

    def open_details(self) -> None:
        """Show what is hidden until a reader asks for it."""
        self.ask("document.querySelectorAll('details').forEach(each => each.open = true)")

    def violations(self) -> list[str]:
        """What axe-core finds wrong, and where first."""
        found = Axe().run(self.page).response["violations"]
        return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]

    def picture(self, name: str) -> None:
        """Keep what is seen, from top to bottom."""
        self.page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)


def printed(page: Page, name: str) -> list[str]:
    """Print a page and keep it; returns the text of each page of paper."""
    content = page.pdf(
        path=OUTPUT / f"{name}.pdf", prefer_css_page_size=True, print_background=True, tagged=True
    )
    return pages_of(content)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, its words apart by one blank."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [" ".join(each.extract_text().split()) for each in pages]
