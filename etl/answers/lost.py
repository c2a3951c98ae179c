"""What a kind of source does not carry, and why, in words: for whoever asks what figures there will
be before a night is loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.contracts.register import BY_NAME, CONFORMED
from etl.derive.register import RULES
from etl.derive.rule import Rule
from etl.publish.as_known import FACT_OF
from etl.publish.measures import EACH, Measure, measure_files
from etl.sources.carries import Carries, carries_of
from etl.sources.mapping import mappings
from etl.sources.source import Source

WHOLLY, PARTLY, NOT = "wholly", "partly", "not"


@dataclass(frozen=True)
class Carried:
    """A timescale or measure. how: wholly, partly (owed, and not published) or not. why: it is not
    wholly; empty where it is."""

    name: str
    how: str
    why: str = ""


@dataclass(frozen=True)
class Lost:
    """What is carried of every timescale, and of every measure but the pairs of timescales, which
    are published where those are carried wholly."""

    timescales: tuple[Carried, ...]
    measures: tuple[Carried, ...]


def lost(source: Source, lacking: Collection[str] = (), *, has_open: bool = False) -> Lost:
    """What the kind carries, in an extract that lacks those tables of ours. has_open: the extract
    has assessments that are not authorised yet, as the authority's file says."""
    asked = _Asked(source, carries_of(source), frozenset(lacking), has_open)
    return Lost(
        tuple(asked.timescale(rule) for rule in RULES),
        tuple(asked.measure(each) for each in measure_files() if EACH not in each.measure),
    )


@dataclass(frozen=True)
class _Asked:
    source: Source
    carries: Carries
    lacking: frozenset[str]
    has_open: bool

    def timescale(self, rule: Rule) -> Carried:
        name, carries = rule.timescale, self.carries
        if without := self._without(rule.tables, self.lacking):
            return Carried(name, NOT, f"this extract has no {without}")
        if carries.wholly is None or name in carries.wholly:
            return Carried(name, WHOLLY)
        how = PARTLY if name in carries.partly else NOT
        return Carried(name, how, self._said("timescales", name) or self._has_not(rule.tables))

    def measure(self, measure: Measure) -> Carried:
        name, tables = measure.measure, _tables_of(measure)
        if without := self._without(tables, self.lacking):
            return Carried(name, NOT, f"this extract has no {without}")
        carries = self.carries
        if carries.measures is None or name in carries.measures:
            return Carried(name, WHOLLY)
        if name in carries.with_open_assessments and self.has_open:
            return Carried(name, WHOLLY)
        return Carried(name, NOT, self._why_not(name, measure, tables))

    def _why_not(self, name: str, measure: Measure, tables: Collection[str]) -> str:
        """In the words of the kind, else by what it lacks."""
        not_whole = [
            each.title[0].lower() + each.title[1:] for each in RULES
            if each.timescale in measure.timescales
            and self.carries.wholly is not None and each.timescale not in self.carries.wholly
        ]  # fmt: skip
        return (
            self._said("measures", name)
            or self._has_not(tables)
            or (f"it is told by a timescale that is not whole: {not_whole[0]}" if not_whole else "")
            or self._said("measures", "otherwise")
        )

    def _said(self, part: str, name: str) -> str:
        return reasons(self.source.folder).get(part, {}).get(name, "")

    def _has_not(self, tables: Collection[str]) -> str:
        absent = {table.name for table in CONFORMED} - mappings(self.source).tables.keys()
        without = self._without(tables, absent)
        return f"the source has no {without}" if without else ""

    def _without(self, tables: Collection[str], absent: Collection[str]) -> str:
        """Those of the tables that are absent, in words; empty where none is."""
        return " and no ".join(dict.fromkeys(_plural(name) for name in tables if name in absent))


def _tables_of(measure: Measure) -> list[str]:
    return sorted({FACT_OF[view].name for view in measure.reads if view in FACT_OF})


def _plural(table: str) -> str:
    """``child protection reviews``, where the contract calls them reviews."""
    contract, words = BY_NAME[table], table.replace("_", " ")
    return (
        words.removesuffix(contract.noun) + contract.plural
        if words.endswith(contract.noun)
        else contract.plural
    )


@cache
def reasons(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """What ``lost.toml`` of a kind says: by timescale or measure, why it is not carried wholly.
    ``otherwise`` goes for every measure of which nothing else tells."""
    path = folder / "lost.toml"
    if not path.exists():
        return {}
    said: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return said


def with_a_gap(found: Collection[Carried]) -> Iterator[Carried]:
    """Those that are not carried wholly."""
    return (each for each in found if each.how != WHOLLY)
