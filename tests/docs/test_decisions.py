"""Every decision is a page of the index and says what, why and what was measured."""

from __future__ import annotations

import re

from etl.settings import PROJECT

FOLDER = PROJECT / "docs" / "decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))


def test_every_decision_is_in_the_index_under_its_number_and_title() -> None:
    listed = re.findall(
        r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", (FOLDER / "README.md").read_text(), re.M
    )
    titles = [page.read_text(encoding="utf-8").splitlines()[0] for page in PAGES]
    assert [name for _, _, name in listed] == [page.name for page in PAGES]
    assert [f"# {number}. {title}" for number, title, _ in listed] == titles
    assert [int(number) for number, _, _ in listed] == [int(page.name[:4]) for page in PAGES]


def test_every_decision_says_what_why_and_what_was_measured() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"^\*\*(.+?)\.\*\*", text, re.M) == ["Decision", "Why", "Measured"]
