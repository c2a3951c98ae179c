"""By what the looked after children return as CSV is known: the columns of its modules, whatever
its files are called."""

from __future__ import annotations

from etl.sources.mapping import known_columns
from etl.sources.recognition.forms import CSV
from etl.sources.recognition.recognised import Recognised, counted, table_by_columns
from etl.sources.recognition.seen import Seen
from etl.sources.ssda903.source import SSDA903

_SOCIAL_WORKER = "SOCIAL_WORKER"


def recognised(seen: Seen) -> Recognised | None:
    """What a return is known by; None where it is none."""
    known = known_columns(SSDA903)
    modules = [table_by_columns(file, known) for file in seen.of_form(CSV)]
    found = [module for module in modules if module]
    if not found:
        return None
    shape = ("It has social workers: its form is of 2024 or later.",)
    return Recognised(
        SSDA903.kind,
        "the looked after children return (SSDA903), as files",
        f"{counted(len(found), 'file')} with the columns of its modules",
        len(found),
        shape=shape if _SOCIAL_WORKER in found else (),
    )
