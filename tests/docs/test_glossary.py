"""The glossary has every table's word, each word once, and the abbreviations to itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl.contracts.register import CONFORMED
from etl.derive.register import RULES
from etl.settings import PROJECT

GLOSSARY = (PROJECT / "GLOSSARY.md").read_text(encoding="utf-8")
WORDS, ABBREVIATIONS = (
    re.findall(r"^\| (?!word |short )(.+?) \|", part, re.MULTILINE)
    for part in GLOSSARY.split("## Abbreviations")
)
# Of words that social work has; those of the law, of offices and of numbers have no other name.
OF_SOCIAL_CARE = re.compile(r"\b(C&F|CAF|CIN|CLA|LAC|CPP|EHA|EHM|ICPC|RCPC|S47)\b")
PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.mark.parametrize("listed", [WORDS, ABBREVIATIONS], ids=["words", "abbreviations"])
def test_each_is_there_once_in_the_order_of_the_alphabet(listed: list[str]) -> None:
    assert len(listed) > 15
    assert listed == sorted(set(listed), key=str.casefold)


def test_every_table_of_ours_is_a_word() -> None:
    assert {table.name.replace("_", " ") for table in CONFORMED} - {*WORDS} == set()


def test_what_every_timescale_is_about_is_a_word() -> None:
    said = {word.replace("-", " ") for word in WORDS}
    about = {rule.timescale.replace("_", " ") for rule in RULES}
    assert [name for name in about if not any(word in name for word in said)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_abbreviates_what_has_a_word(page: Path) -> None:
    assert OF_SOCIAL_CARE.findall(page.read_text(encoding="utf-8")) == []
