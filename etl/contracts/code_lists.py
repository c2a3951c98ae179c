"""The national code lists: what the codes of children's social care mean."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("code_lists")
# Those of the census of England and Wales. Chinese is Asian since that of 2011.
ETHNIC_GROUPS = ("White", "Mixed", "Asian", "Black", "Other")


@cache
def national_codes() -> dict[str, dict[str, str]]:
    """Label by code, by code list, from ``code_lists/<list>.csv``."""
    return {name: {row["code"]: row["label"] for row in rows} for name, rows in _lists().items()}


@cache
def code_groups() -> dict[str, dict[str, str]]:
    """By code list, to which group of the list each code belongs, where it says so."""
    return {
        name: {row["code"]: row["group"] for row in rows if "group" in row}
        for name, rows in _lists().items()
    }


def _lists() -> dict[str, list[dict[str, str]]]:
    """The rows of every list."""
    lists = {}
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as source:
            lists[path.stem] = list(csv.DictReader(source))
    return lists
