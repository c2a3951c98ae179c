"""The measures as their files say them.

The definition of a measure is its file in ``sql/measures/``; nothing is defined here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from etl.contracts.code_lists import ETHNIC_GROUPS
from etl.publish.as_known import said, shared_views, views_read
from etl.publish.comparable import History, history_of
from etl.publish.coverage import LooksBack, looks_back_of
from etl.settings import MEASURES

UNITS = ("count", "percent", "per_10000", "per_worker")
DIRECTIONS = ("higher", "lower", "neither")
# With what there is one for each of, timescale or ethnic_group: the part of a file's name in whose
# place the measures' ids have the name.
EACH = "each_"
# Whose rows a measure's rows of a child follow from, beside the months and what all share: from the
# child's own, or from others' too.
ALONE, TOGETHER = "each child alone", "together"
HEAD = "-- "
# A line of a head that begins another one: the rows of the file in another unit.
ANOTHER = "measure"
# A line that says how far it looks back; with a timescale behind it, of that one.
LOOKS_BACK = "looks_back"
_OF_TIMESCALE = re.compile(r"\btimescale = '(\w+)'")


@dataclass(frozen=True)
class Measure:
    """A measure: what its file's head says, and its SQL. counts: ``ALONE`` or ``TOGETHER``.
    timescale, ethnic_group: for one of those that exist for every timescale, or ethnic group; a
    rate of the latter is one of the group's own children. looks_back_by: of timescales for which
    it looks back otherwise."""

    measure: str
    title: str
    definition: str
    unit: str
    better: str
    citation: str | None
    history: History
    looks_back: LooksBack
    counts: str
    sql: str
    timescale: str | None = None
    ethnic_group: str | None = None
    looks_back_by: tuple[tuple[str, LooksBack], ...] = ()

    @cached_property
    def reads(self) -> dict[str, set[str]]:
        """By name, the shared views that it reads, and those that they read, with the columns that
        are named."""
        return views_read(self.sql)

    @cached_property
    def timescales(self) -> set[str]:
        """The timescales by which is owed what it reads of that."""
        return {self.timescale} if self.timescale else set(_OF_TIMESCALE.findall(said(self.sql)))

    @cached_property
    def definition_sha256(self) -> str:
        """The hash of what moves it, and it alone: its SQL and that of the views it reads, without
        comments and layout, and its timescale or ethnic group. Measures that have the same count
        the same rows."""
        views = sorted((name, said(shared_views()[name])) for name in self.reads)
        all_of_it = json.dumps([said(self.sql), views, self.timescale or self.ethnic_group])
        return hashlib.sha256(all_of_it.encode()).hexdigest()


@cache
def measure_files() -> tuple[Measure, ...]:
    """Every measure of the files of sql/measures/, as it stands there, by its name."""
    found = [measure for path in MEASURES.glob("*.sql") for measure in read_file(path)]
    return tuple(sorted(found, key=lambda measure: measure.measure))


def measures(timescales: dict[str, str]) -> list[Measure]:
    """Every measure; the files of several once for each timescale, or ethnic group.

    timescales: title by name.
    """
    each = {
        "timescale": timescales,
        "ethnic_group": {group.lower(): group for group in ETHNIC_GROUPS},
    }
    return [one for measure in measure_files() for one in _of_file(measure, each)]


def _of_file(measure: Measure, each: dict[str, dict[str, str]]) -> Iterator[Measure]:
    """The measure, or those that it stands for: each says of what, with the title by name."""
    for what, titles in each.items():
        if f"{EACH}{what}" not in measure.measure:
            continue
        for name, title in titles.items():
            yield replace(
                measure,
                measure=measure.measure.replace(f"{EACH}{what}", name),
                title=measure.title.replace(f"{{{what}}}", title),
                definition=measure.definition.replace(f"{{{what}}}", title),
                timescale=name if what == "timescale" else None,
                looks_back=dict(measure.looks_back_by).get(name, measure.looks_back),
                ethnic_group=name if what == "ethnic_group" else None,
            )
        return
    yield measure


def measure_names(timescales: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of all measures."""
    return tuple(measure.measure for measure in measures(dict.fromkeys(timescales, "")))


def definitions_sha256(every: Iterable[Measure]) -> str:
    """The hash of what moves any of them: software of another hash may count otherwise."""
    each = sorted((measure.measure, measure.unit, measure.definition_sha256) for measure in every)
    return hashlib.sha256(json.dumps(each).encode()).hexdigest()


def read_file(path: Path) -> Iterator[Measure]:
    """The file's measures, one for each head. Raises ValueError where a head lacks a line or says
    an unknown word, or no history, or looks back on what nobody knows."""
    sql = path.read_text(encoding="utf-8")
    for head in _heads(sql, path.stem):
        if head.get("unit") not in UNITS or head.get("better") not in DIRECTIONS:
            raise ValueError(f"{path.name}: the head needs a unit of {UNITS} and a better of "
                             f"{DIRECTIONS}")  # fmt: skip
        if head.get("counts") not in (ALONE, TOGETHER):
            raise ValueError(f"{path.name}: the head needs counts: {ALONE}, or: {TOGETHER}")
        yield Measure(
            measure=head["measure"],
            title=head["title"],
            definition=head["definition"],
            unit=head["unit"],
            better=head["better"],
            citation=head.get("citation"),
            history=history_of(head.get("history", "")),
            looks_back=looks_back_of(head.get(LOOKS_BACK)),
            counts=head["counts"],
            looks_back_by=tuple(
                (key.removeprefix(f"{LOOKS_BACK} "), looks_back_of(said))
                for key, said in head.items()
                if key.startswith(f"{LOOKS_BACK} ")
            ),
            sql=sql,
        )


def _heads(sql: str, name: str) -> list[dict[str, str]]:
    """What each head says, by the words its lines begin with; the first is of the file's name."""
    heads = [{ANOTHER: name}]
    for line in sql.splitlines():
        if not line.startswith(HEAD.strip()):
            break
        key, _, said = line.removeprefix(HEAD).partition(": ")
        if key == ANOTHER:
            heads.append({})
        heads[-1][key] = said.strip()
    return heads
