"""Names of files and sheets, made of the names of teams."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_SHEET_NAME = 31
# What Excel allows in no name of a sheet.
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")


def file_names(teams: Mapping[int, str]) -> Mapping[int, str]:
    """The page of each team, by its key: small letters, digits and hyphens. Of several teams that
    would have one name those of later keys are numbered.

    teams: the names of all that there are, by their keys. Were it only those that are owed
    something, a page would be another team's the next night.
    """
    found: dict[int, str] = {}
    for key in sorted(teams):
        name = f"worklist-{_plain(teams[key])}"
        numbered = (f"{name}-{number}.html" for number in range(2, len(found) + 2))
        names = (f"{name}.html", *numbered)
        found[key] = next(each for each in names if each not in found.values())
    return found


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80] or "team"


def sheet_name(text: str, taken: Iterable[str]) -> str:
    """The name of a sheet: what Excel allows, and no other's; it knows no small letters."""
    plain = _NOT_IN_SHEETS.sub(" ", text).strip("' ") or "team"
    lower = {each.lower() for each in taken}
    name, number = plain[:_SHEET_NAME].strip("' "), 1
    while name.lower() in lower or name.lower() == "history":
        number += 1
        ending = f" ({number})"
        name = plain[: _SHEET_NAME - len(ending)] + ending
    return name
