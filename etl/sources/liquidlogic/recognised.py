"""By what an extract of Liquidlogic as files is known: files named for its tables, with their
columns."""

from __future__ import annotations

import re

from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES
from etl.sources.recognition.recognised import Recognised, counted, named_for_tables
from etl.sources.recognition.seen import Seen, SeenFile

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T].*)?")
_UK = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}(?: .*)?")


def recognised(seen: Seen) -> Recognised | None:
    """What an extract is known by; None where it is none."""
    files = named_for_tables(seen, LIQUIDLOGIC_FILES)
    if not files:
        return None
    return Recognised(
        LIQUIDLOGIC_FILES.kind,
        "an extract of Liquidlogic's reporting tables, as files",
        f"{counted(len(files), 'file')} named for its tables, with their columns",
        len(files),
        keys={"date_format": (date_format(files), "how its dates are written")},
    )


def date_format(files: list[SeenFile]) -> str:
    """How most of the dates in the files' first rows are written."""
    fields = [field.strip() for file in files for row in file.rows[1:] for field in row]
    iso = sum(_ISO.fullmatch(field) is not None for field in fields)
    uk = sum(_UK.fullmatch(field) is not None for field in fields)
    return "uk" if uk > iso else "iso"
