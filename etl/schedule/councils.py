"""The councils that a schedule is for: one authority's file each."""

from __future__ import annotations

import tomllib
from pathlib import Path

from etl import settings
from etl.errors import WrongUsage


def authority_files(schedule: settings.Schedule) -> list[Path]:
    """The authorities' files. Raises WrongUsage where there is none."""
    files = sorted(schedule.authorities.glob("*.toml"))
    if not files:
        raise WrongUsage(
            "The folder of authority files holds no .toml file.",
            where=str(schedule.authorities),
            means="Nothing was begun.",
            next="Put one file per authority there, or mend CSC_ETL_AUTHORITIES.",
        )
    return files


def code_in(authority_file: Path) -> str:
    """The la_code a file states. A file that cannot be read stands under its own name, so that it
    fails in its own task, which says what is wrong with it, and stops no other council."""
    try:
        return str(tomllib.loads(authority_file.read_text("utf-8-sig"))["authority"]["la_code"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return authority_file.stem
