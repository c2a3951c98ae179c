"""What a door carries of all that can be owed and counted: ``carries.toml`` of its kind.

A door that has no such file carries everything that its tables allow.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.sources.source import Source


@dataclass(frozen=True)
class Carries:
    """measures: ids of those that may be published, without the pairs of timescales; None: all.
    with_open_assessments: those that may be only where the extract has open assessments. wholly:
    timescales that are owed, their pairs published; None: all. partly: those that are owed and not
    published. child_month: the columns of a month's snapshot that it can tell; None: all.
    latest_only: of clocks that repeat it knows only the last event."""

    measures: frozenset[str] | None = None
    with_open_assessments: frozenset[str] = frozenset()
    wholly: frozenset[str] | None = None
    partly: frozenset[str] = frozenset()
    child_month: frozenset[str] | None = None
    latest_only: bool = False


def carries_of(source: Source) -> Carries:
    """What the kind's file says. Raises ValueError where it has an unknown key."""
    return _read(source.folder / "carries.toml")


@cache
def _read(path: Path) -> Carries:
    if not path.exists():
        return Carries()
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := said.keys() - Carries.__dataclass_fields__.keys():
        raise ValueError(f"{path} has an unknown key: {', '.join(sorted(unknown))}")
    lists = {key: frozenset(value) for key, value in said.items() if isinstance(value, list)}
    return Carries(**lists, latest_only=said.get("latest_only", False))
