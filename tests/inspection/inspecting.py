"""Looks at something as ``csc-etl inspect`` does, and at what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from etl.commands.inspect import look_at
from etl.commands.starting_file import Start

# Whatever holds this in a test is a value of a record, or a name that nobody knows.
SECRET = "PII"


@dataclass(frozen=True)
class Said:
    """What was found. page: in words. found: as JSON. start: the authority's file to begin with."""

    page: str
    found: dict[str, Any]
    start: Start | None

    @property
    def plain(self) -> str:
        """The page in one line."""
        return " ".join(self.page.split())


def inspected(
    capsys: pytest.CaptureFixture[str], what: Path | str, asked: date | None = None
) -> Said:
    """All that is said of it, in which nothing secret may be."""
    found, start = look_at(str(what), asked)
    page, as_json = "\n".join(found.lines()), json.dumps(found.as_json())
    logged = capsys.readouterr()
    said = page + as_json + (start.text() if start else "") + logged.out + logged.err
    assert SECRET not in said.replace(str(what), "")
    return Said(page, json.loads(as_json), start)
