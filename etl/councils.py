"""The councils whose nights are loaded: one authority's file each."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from etl.errors import WrongUsage


@dataclass(frozen=True)
class Council:
    """A council by its file. A file that cannot be read stands under its own name, without a name
    of a council (``is_read`` is false), so that it fails in its own task, which says what is wrong
    with it, and stops no other council."""

    la_code: str
    name: str
    authority_file: Path
    is_read: bool

    def to_json(self) -> dict[str, str]:
        """As text only, for Airflow."""
        return {
            "la_code": self.la_code,
            "name": self.name,
            "authority_file": str(self.authority_file),
        }


def councils_in(folder: Path) -> list[Council]:
    """The councils whose files are in the folder, by the files' names. Raises WrongUsage where
    there is none."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise WrongUsage(
            "The folder of authority files holds no .toml file.",
            where=str(folder),
            means="Nothing was begun.",
            next="Put one file per authority there, or name the right folder (CSC_ETL_AUTHORITIES, "
            "or --authorities).",
        )
    return [council_in(file) for file in files]


def council_in(authority_file: Path) -> Council:
    """The council that a file states."""
    try:
        stated = tomllib.loads(authority_file.read_text("utf-8-sig"))["authority"]
        return Council(
            str(stated["la_code"]), str(stated.get("name", "")), authority_file, is_read=True
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Council(authority_file.stem, "", authority_file, is_read=False)


def those_asked_for(councils: list[Council], la_codes: Collection[str]) -> list[Council]:
    """The councils of these codes. Raises WrongUsage where a code is no council's."""
    unknown = sorted(set(la_codes) - {council.la_code for council in councils})
    if unknown:
        raise WrongUsage(
            f"No authority's file states the la_code {', '.join(unknown)}.",
            where="councils, a parameter of the run",
            means="Nothing was begun, for no council.",
            next=f"Name some of {', '.join(council.la_code for council in councils)}, or leave "
            "`councils` empty for all of them.",
        )
    return [council for council in councils if council.la_code in la_codes]
