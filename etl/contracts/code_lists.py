"""The national code lists: what the codes of children's social care mean."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("code_lists")


@cache
def national_codes() -> dict[str, dict[str, str]]:
    """Label by code, by code list, from ``code_lists/<list>.csv``."""
    lists = {}
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as source:
            lists[path.stem] = {row["code"]: row["label"] for row in csv.DictReader(source)}
    return lists
