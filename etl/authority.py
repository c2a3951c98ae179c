"""An authority's file: all that is local to a council, read from TOML and checked whole."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from etl.calendar.allowance import Allowance
from etl.contracts.code_lists import ETHNIC_GROUPS
from etl.contracts.dimensions import AGE_BANDS
from etl.errors import WrongUsage
from etl.sources.door import KEYS as SOURCE_KEYS
from etl.sources.door import Door, read_door
from etl.sources.local import Local, read_local
from etl.sources.register import SOURCES
from etl.toml_reader import TomlReader

COUNTINGS = ("elapsed", "inclusive")
# As many of a hash as are printed to be signed: enough that no other rule begins with them.
SIGNED_DIGITS = 16


@dataclass(frozen=True)
class LocalStandard:
    """An authority's own allowance for a timescale, in force from a date (None: always) until
    before another (None: until the next one, or for ever)."""

    timescale: str
    steps: tuple[Allowance, ...]
    effective_from: date | None
    effective_to: date | None
    counting: str
    citation: str | None


@dataclass(frozen=True)
class Limits:
    """Beyond which a night is stopped: shares in percent; how many days the newest event of an
    extract may lie before its date; how big an extract may be once unpacked."""

    rows_lost_percent: float = 20
    rows_held_back_percent: float = 5
    children_shared_percent: float = 50
    values_lost_percent: float = 20
    stale_days: float = 7
    extract_gib: float = 4


@dataclass(frozen=True)
class Target:
    """A target (scope ``target``) or comparator of a measure in a financial year."""

    measure: str
    financial_year: str
    scope: str
    value: float


@dataclass(frozen=True)
class PublicationStep:
    """A known step in a measure: from this month on, its first day, it is another than before."""

    measure: str
    month: date
    reason: str


@dataclass(frozen=True)
class PopulationGroup:
    """Of the children of a mid-year those of an ethnic group or age band. characteristic: by which
    of the two they are grouped."""

    year: int
    characteristic: str
    group_name: str
    children_0_17: int


@dataclass(frozen=True)
class Population:
    """Children aged 0 to 17 at a mid-year, and groups of them."""

    year: int
    children_0_17: int
    source: str | None
    groups: tuple[PopulationGroup, ...] = ()


@dataclass(frozen=True)
class Authority:
    """What an authority's file says. ``sha256`` is the hash of the file's bytes; ``signed`` holds,
    by timescale, the first digits of the hash that was signed. codes, columns, answers: what is
    called otherwise here than by its kind of source, see ``etl.sources.local``."""

    la_code: str
    name: str
    region: str | None
    door: Door
    limits: Limits
    freeze_working_day: int
    landing_months: int
    months: int
    history_from: date | None
    population: tuple[Population, ...]
    standards: tuple[LocalStandard, ...]
    targets: tuple[Target, ...]
    comparators: tuple[Target, ...]
    sha256: str
    steps: tuple[PublicationStep, ...] = ()
    signed: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# The keys that each part of the file may hold; those in capitals must be there.
_KEYS = {
    "": {"AUTHORITY", "SOURCE", "limits", "publication", "population", "timescales", "target",
         "comparator", "codes", "columns", "answers"},
    "authority": {"LA_CODE", "NAME", "region"},
    "source": SOURCE_KEYS,
    "limits": {field.name for field in fields(Limits)},
    "publication": {"freeze_working_day", "landing_months", "months", "history_from", "signed",
                    "step"},
    "publication.step": {"MEASURE", "MONTH", "REASON"},
    "population": {"YEAR", "CHILDREN_0_17", "source", "ethnic_groups", "age_bands"},
    "timescales": {"ALLOWANCE", "citation", "effective_from", "effective_to", "counting"},
    "target": {"MEASURE", "FINANCIAL_YEAR", "VALUE"},
    "comparator": {"MEASURE", "SCOPE", "FINANCIAL_YEAR", "VALUE"},
}  # fmt: skip
# In days or GiB: more than any night has.
_LARGEST_LIMIT = 1_000
# Of a month.
_MOST_WORKING_DAYS = 23
# What is published unless the file says otherwise: three years, and the month before them.
MONTHS = 37
# Two years and the same month of the year before them; ten years.
_FEWEST_MONTHS, _MOST_MONTHS = 25, 121
# A century: longer than any record of a child is kept.
MOST_MONTHS = 1_200
_YEARS = (1990, 2100)
# A standard may have been in force long before the first record.
_STANDARD_YEARS = (1900, 2100)
# Three times those of the largest authority.
_MOST_CHILDREN = 1_000_000
# By key of a population, what its groups are of, and their names by the keys they have there.
_GROUPINGS = {
    "ethnic_groups": ("ethnic_group", {group.lower(): group for group in ETHNIC_GROUPS}),
    "age_bands": ("age_band", {band: band for band in AGE_BANDS}),
}
# Published figures are rounded, so that groups seldom come to the very total.
_ROUNDED_PERCENT = 1
# More than any count, share or rate of an authority.
_LARGEST_TARGET = 1_000_000
SCOPES = ("england", "statistical_neighbours")


class _Reader(TomlReader):
    """Collects everything that is wrong with one file, so that one look mends it."""

    def __init__(self, timescales: Mapping[str, bool], measures: tuple[str, ...]) -> None:
        super().__init__()
        self.timescales, self.measures = timescales, measures


def read_authority(
    path: Path, *, timescales: Mapping[str, bool], measures: tuple[str, ...]
) -> Authority:
    """Read and check an authority's file.

    timescales, measures: the names that exist, for its standards, targets and comparators; of a
    timescale, whether it recurs.
    Raises WrongUsage that lists everything wrong with the file.
    """
    try:
        raw = path.read_bytes()
        reader = _Reader(timescales, measures)
        content = reader.content(raw)
    except OSError as error:
        raise _unreadable(path, f"cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _unreadable(path, f"is not TOML: {error}") from None
    if any(not text.isprintable() for text in _texts(content)):
        raise _unreadable(path, "a key or text holds a control character")
    reader.check_keys(content, _KEYS[""], "the file")
    authority = _authority(reader, content, hashlib.sha256(raw).hexdigest())
    if reader.problems:
        raise _unreadable(path, "; ".join(reader.problems))
    return authority


def _texts(content: Any) -> Iterator[str]:
    """Every key and text in it, however deep: a dotted key nests without end."""
    waiting = [content]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting += [*found, *found.values()]
        elif isinstance(found, list):
            waiting += found


def _unreadable(path: Path, what: str) -> WrongUsage:
    return WrongUsage(
        f"The authority's file {path.name}: {what}.",
        where=str(path),
        means="No night was begun.",
        next="Mend the file; docs/authority.md describes every key.",
    )


def _table(reader: _Reader, content: dict[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key, {})
    if not isinstance(found, dict):
        reader.problems.append(f"[{key}] must be a table")
        return {}
    if key in content:
        reader.check_keys(found, _KEYS[key], f"[{key}]")
    return found


def _rows(reader: _Reader, content: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = content.get(key, [])
    if not (isinstance(found, list) and all(isinstance(row, dict) for row in found)):
        reader.problems.append(f"[[{key}]] must be a list of tables, written with two brackets")
        return []
    for row in found:
        reader.check_keys(row, _KEYS[key], f"[[{key}]]")
    return found


def _authority(reader: _Reader, content: dict[str, Any], sha256: str) -> Authority:
    who, source = _table(reader, content, "authority"), _table(reader, content, "source")
    publication = _table(reader, content, "publication")
    la_code = reader.value(who, "la_code", str, "", "[authority]")
    if not re.fullmatch(r"[0-9]{3}", la_code):
        reader.problems.append("'la_code' in [authority] must be three digits in quotes")
    door = read_door(reader, source, SOURCES)
    local = read_local(reader, content, SOURCES[door.kind]) if door.kind in SOURCES else Local()
    return Authority(
        la_code=la_code,
        name=reader.words(who, "name", "", "[authority]"),
        region=reader.words(who, "region", None, "[authority]"),
        door=door,
        limits=_limits(reader, content),
        freeze_working_day=reader.number(
            publication, "freeze_working_day", int, 5, "[publication]", (1, _MOST_WORKING_DAYS)
        ),
        landing_months=reader.number(
            publication, "landing_months", int, 24, "[publication]", (1, MOST_MONTHS)
        ),
        months=reader.number(
            publication, "months", int, MONTHS, "[publication]", (_FEWEST_MONTHS, _MOST_MONTHS)
        ),
        history_from=_day(reader, publication, "history_from", "[publication]"),
        population=_population(reader, content),
        standards=_standards(reader, content),
        targets=_targets(reader, content, "target"),
        comparators=_targets(reader, content, "comparator"),
        steps=_steps(reader, publication),
        sha256=sha256,
        signed=_signed(reader, publication),
        **vars(local),
    )


def _signed(reader: _Reader, publication: dict[str, Any]) -> dict[str, str]:
    """By timescale, the digits of its hash as it was signed."""
    where = "'signed' in [publication]"
    found = {}
    for name, written in reader.value(publication, "signed", dict, {}, "[publication]").items():
        reader.one_of(name, tuple(reader.timescales), "timescale", where)
        digits = re.sub(r"\s", "", written).lower() if isinstance(written, str) else ""
        if not re.fullmatch(f"[0-9a-f]{{{SIGNED_DIGITS},64}}", digits):
            reader.problems.append(
                f"'{name}' in {where} must be the hash that `csc-etl rules` prints, in quotes: "
                f"{SIGNED_DIGITS} to 64 hexadecimal digits"
            )
        found[name] = digits
    return found


def _limits(reader: _Reader, content: dict[str, Any]) -> Limits:
    part = _table(reader, content, "limits")
    found = {}
    for key in part:
        most = 100 if key.endswith("_percent") else _LARGEST_LIMIT
        found[key] = reader.number(part, key, float, None, "[limits]", (0, most))
    known = _KEYS["limits"] & found.keys()
    return Limits(**{key: float(found[key]) for key in known if found[key] is not None})


def _population(reader: _Reader, content: dict[str, Any]) -> tuple[Population, ...]:
    where = "[[population]]"
    rows = [
        Population(
            reader.number(row, "year", int, 0, where, _YEARS),
            reader.number(row, "children_0_17", int, 0, where, (1, _MOST_CHILDREN)),
            reader.words(row, "source", None, where),
            _population_groups(reader, row),
        )
        for row in _rows(reader, content, "population")
    ]
    if len({row.year for row in rows}) < len(rows):
        reader.problems.append(f"a year appears twice in {where}")
    return tuple(rows)


def _population_groups(reader: _Reader, row: dict[str, Any]) -> tuple[PopulationGroup, ...]:
    """Those of the year that the file gives; a group may be left out."""
    found: list[PopulationGroup] = []
    for key, (characteristic, names) in _GROUPINGS.items():
        part = reader.value(row, key, dict, {}, "[[population]]")
        where = f"[population.{key}] of {row.get('year')}"
        reader.check_keys(part, set(names), where)
        own = [
            PopulationGroup(
                row.get("year", 0), characteristic, name,
                reader.number(part, group, int, 0, where, (0, _MOST_CHILDREN)),
            )
            for group, name in names.items()
            if group in part
        ]  # fmt: skip
        _check_total(reader, row, own, is_whole=len(own) == len(names), where=where)
        found += own
    return tuple(found)


def _check_total(
    reader: _Reader, row: dict[str, Any], groups: list[PopulationGroup], *, is_whole: bool,
    where: str,
) -> None:  # fmt: skip
    """Groups come to no more than all children, and to no less where none is left out; a year
    whose own number cannot be read is not judged."""
    total, come_to = row.get("children_0_17"), sum(group.children_0_17 for group in groups)
    if not groups or type(total) is not int:
        return
    margin = total * _ROUNDED_PERCENT / 100
    if come_to > total + margin or (is_whole and come_to < total - margin):
        reader.problems.append(
            f"the groups in {where} come to {come_to:,} children, the year has {total:,}: they "
            f"may differ by {_ROUNDED_PERCENT} percent, as published figures are rounded"
        )


def _targets(reader: _Reader, content: dict[str, Any], key: str) -> tuple[Target, ...]:
    where = f"[[{key}]]"
    targets = []
    for row in _rows(reader, content, key):
        measure = reader.value(row, "measure", str, "", where)
        reader.one_of(measure, reader.measures, "measure", where)
        year = reader.value(row, "financial_year", str, "", where)
        if not _is_financial_year(year):
            reader.problems.append(f"'financial_year' in {where} must look like \"2014/15\"")
        scope = "target"
        if key == "comparator":
            scope = reader.value(row, "scope", str, "", where)
            reader.one_of(scope, SCOPES, "scope", where)
        value = reader.number(row, "value", float, 0.0, where, (0, _LARGEST_TARGET))
        targets.append(Target(measure, year, scope, float(value)))
    if len({(row.measure, row.financial_year, row.scope) for row in targets}) < len(targets):
        reader.problems.append(f"a measure and financial year appear twice in {where}")
    return tuple(targets)


def _steps(reader: _Reader, publication: dict[str, Any]) -> tuple[PublicationStep, ...]:
    where = "[[publication.step]]"
    steps = []
    for row in _rows(reader, {where[2:-2]: publication.get("step", [])}, where[2:-2]):
        measure = reader.value(row, "measure", str, "", where)
        reader.one_of(measure, reader.measures, "measure", where)
        written = reader.value(row, "month", str, "", where)
        month = _month(written)
        if month is None:
            reader.problems.append(f"'month' in {where} must look like \"2013-11\"")
        steps.append(
            PublicationStep(measure, month or date.min, reader.words(row, "reason", "", where))
        )
    if len({(step.measure, step.month) for step in steps}) < len(steps):
        reader.problems.append(f"a measure and month appear twice in {where}")
    return tuple(steps)


def _month(text: str) -> date | None:
    """The first day of ``2013-11``."""
    match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
    if match is None or not _YEARS[0] <= int(match[1]) <= _YEARS[1]:
        return None
    return date(int(match[1]), int(match[2]), 1)


def _is_financial_year(text: str) -> bool:
    match = re.fullmatch(r"([0-9]{4})/([0-9]{2})", text)
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


def _standards(reader: _Reader, content: dict[str, Any]) -> tuple[LocalStandard, ...]:
    standards: list[LocalStandard] = []
    timescales = content.get("timescales", {})
    if not isinstance(timescales, dict):
        reader.problems.append("[timescales] must be a table")
        return ()
    for name, entries in timescales.items():
        reader.one_of(name, tuple(reader.timescales), "timescale", "[timescales]")
        entries = entries if isinstance(entries, list) else [entries]
        if not all(isinstance(entry, dict) for entry in entries):
            reader.problems.append(f"[timescales.{name}] must be a table")
            continue
        own = [_standard(reader, name, entry) for entry in entries]
        _check_follow_on(reader, name, own)
        standards.extend(own)
    return tuple(standards)


def _check_follow_on(reader: _Reader, name: str, own: list[LocalStandard]) -> None:
    """On every day from the first on, exactly one standard must be in force."""
    where = f"[[timescales.{name}]]"
    if not own:
        reader.problems.append(f"{where} is empty")
        return
    dated = sorted(
        ((entry.effective_from, entry.effective_to) for entry in own if entry.effective_from),
        key=lambda span: span[0],
    )
    if len(own) > 1 and len(dated) < len(own):
        reader.problems.append(f"{where}: of several standards each needs an 'effective_from'")
        return
    for start, end in dated:
        if end and end <= start:
            reader.problems.append(
                f"{where}: the standard from {start} has its effective_to on {end}, which must be "
                "later"
            )
            return
    for (start, end), (next_start, _) in pairwise(dated):
        if start == next_start:
            reader.problems.append(f"{where}: two standards start on {start}")
        elif end and end > next_start:
            reader.problems.append(
                f"{where}: two standards are in force from {next_start} until {end}"
            )
        elif end and end < next_start:
            reader.problems.append(f"{where}: none is in force from {end} until {next_start}")
    last = dated[-1][1] if dated else own[0].effective_to
    if last:
        reader.problems.append(
            f"{where}: none is in force from {last} on; add the one that follows, England's "
            "allowance if it is that"
        )


def _standard(reader: _Reader, name: str, entry: dict[str, Any]) -> LocalStandard:
    where = f"[timescales.{name}]"
    reader.check_keys(entry, _KEYS["timescales"], where)
    allowance = entry.get("allowance", [])
    texts = allowance if isinstance(allowance, list) else [allowance]
    steps: list[Allowance] = []
    for text in texts:
        try:
            steps.append(Allowance.read(str(text)))
        except ValueError as error:
            reader.problems.append(f"'allowance' in {where}: {error}")
    if "allowance" in entry and not texts:
        reader.problems.append(f"'allowance' in {where} is empty")
    if len(steps) > 1 and not reader.timescales.get(name, True):
        reader.problems.append(f"'allowance' in {where}: it is one deadline and has one allowance")
    counting = reader.value(entry, "counting", str, "elapsed", where)
    reader.one_of(counting, COUNTINGS, "counting", where)
    if counting == "inclusive" and reader.timescales.get(name, False):
        one = [step for step in steps if step.count == 1 and step.unit.endswith("days")]
        if one:
            reader.problems.append(
                f"'allowance' in {where}: {one[0].in_words()} counted inclusively is over on the "
                "day it starts, and can never be met"
            )
    return LocalStandard(
        timescale=name,
        steps=tuple(steps),
        effective_from=_day(reader, entry, "effective_from", where),
        effective_to=_day(reader, entry, "effective_to", where),
        counting=counting,
        citation=reader.words(entry, "citation", None, where),
    )


def _day(reader: _Reader, entry: dict[str, Any], key: str, where: str) -> date | None:
    """A day of the years that figures can be asked for, and some before."""
    found: date | None = reader.value(entry, key, date, None, where)
    first, last = _STANDARD_YEARS
    if found and not first <= found.year <= last:
        reader.problems.append(f"'{key}' in {where} must lie between {first} and {last}")
        return None
    return found
