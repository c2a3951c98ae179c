"""The measures as their files say them, and the months that are published.

The definition of a measure is its file in ``sql/measures/``; nothing is defined here.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from etl.settings import MEASURES

MONTHS = 25
UNITS = ("count", "percent", "per_10000")
DIRECTIONS = ("higher", "lower", "neither")
EACH_TIMESCALE = "each_timescale_"


@dataclass(frozen=True)
class Measure:
    """A measure: what its file's head says, and its SQL. timescale: for one of the pair that
    exists for every timescale."""

    measure: str
    title: str
    definition: str
    unit: str
    better: str
    citation: str | None
    sql: str
    timescale: str | None = None


@cache
def measure_files() -> tuple[Measure, ...]:
    """Every file of sql/measures/, as it stands there."""
    return tuple(_read(path) for path in sorted(MEASURES.glob("*.sql")))


def measures(timescales: dict[str, str]) -> list[Measure]:
    """Every measure; the files of the pair once for each timescale.

    timescales: title by name.
    """
    found = []
    for measure in measure_files():
        if not measure.measure.startswith(EACH_TIMESCALE):
            found.append(measure)
            continue
        ending = measure.measure.removeprefix(EACH_TIMESCALE)
        found += [
            replace(
                measure,
                measure=f"{timescale}_{ending}",
                title=measure.title.replace("{timescale}", title),
                definition=measure.definition.replace("{timescale}", title),
                timescale=timescale,
            )
            for timescale, title in timescales.items()
        ]
    return found


def measure_names(timescales: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of all measures."""
    return tuple(measure.measure for measure in measures(dict.fromkeys(timescales, "")))


def definitions_sha256(every: list[Measure]) -> str:
    """The hash of all their SQL: software of another hash may count otherwise."""
    said = sorted((measure.measure, measure.timescale or "", measure.sql) for measure in every)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _read(path: Path) -> Measure:
    """Raises ValueError where a file's head lacks a line or says an unknown word."""
    sql = path.read_text(encoding="utf-8")
    head = {}
    for line in sql.splitlines():
        if not line.startswith("-- "):
            break
        name, _, said = line.removeprefix("-- ").partition(": ")
        head[name] = said.strip()
    if head.get("unit") not in UNITS or head.get("better") not in DIRECTIONS:
        raise ValueError(f"{path.name}: the head needs a unit of {UNITS} and a better of "
                         f"{DIRECTIONS}")  # fmt: skip
    return Measure(
        measure=path.stem,
        title=head["title"],
        definition=head["definition"],
        unit=head["unit"],
        better=head["better"],
        citation=head.get("citation"),
        sql=sql,
    )


def last_complete_months(extract_date: date) -> tuple[date, date]:
    """First days of the first and last of the last 25 months that ended before the date."""
    last = extract_date.year * 12 + extract_date.month - 2
    first = last - MONTHS + 1
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)
