"""What an inspection found in files: as a page of text, and as JSON. No value of a record is in
it."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from etl.answers.lost import NOT, PARTLY, WHOLLY, Carried, Lost, lost, with_a_gap
from etl.commands.codes import lines_to_add
from etl.conform.present import A_NAME
from etl.night.inspection import Inspected
from etl.sources.mapping import columns_read, known_columns, mappings, optional_tables
from etl.sources.recognition.recognised import Recognised, counted
from etl.sources.source import Source

_WIDTH = 98


@dataclass(frozen=True)
class NoDoor:
    """Something that no night can be loaded from. what: it is, in sentences."""

    path: Path | str
    what: tuple[str, ...]
    is_readable = False

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "path": str(self.path),
            "kind": None,
            "readable": self.is_readable,
            "what": list(self.what),
        }

    def lines(self) -> Iterator[str]:
        """The page."""
        yield from ("WHAT IT IS", *wrapped("No night can be loaded from it.", indent=2))
        for sentence in self.what:
            yield from wrapped(sentence, indent=2)
        yield from wrapped(
            "docs/inspect.md says what nights are loaded from; docs/sources/ how each is exported.",
            indent=2,
        )


@dataclass(frozen=True)
class LandedTable:
    """One table of the source that is there. known: how many of its columns are. lacks: columns
    that are read and that an extract may lack. not_known: columns that look like a name; others:
    how many do not."""

    name: str
    rows: int
    known: int
    lacks: tuple[str, ...]
    not_known: tuple[str, ...]
    others: int


@dataclass(frozen=True)
class Known:
    """Files of a kind of source that is known. others: what else they might be."""

    path: Path | str
    recognised: Recognised
    source: Source
    extract_date: date
    inspected: Inspected
    others: tuple[str, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether nothing stops its reading."""
        return self.inspected.stopped is None

    @cached_property
    def tables(self) -> tuple[LandedTable, ...]:
        """Those that landed and that are known."""
        landed = self.inspected.landed
        known, read = known_columns(self.source), columns_read(self.source)
        of_reader = self.recognised.from_reader
        tables = landed["tables"] if landed else {}
        return tuple(
            _landed(name, entry, known[name], read.get(name, {}), of_reader)
            for name, entry in sorted(tables.items())
            if name in known
        )

    @cached_property
    def tables_not_known(self) -> list[str]:
        """Those that landed and that nobody knows."""
        landed = self.inspected.landed
        names = landed["tables"].keys() if landed else ()
        return sorted(name for name in names if name not in known_columns(self.source))

    @cached_property
    def tables_lacking(self) -> list[str]:
        """Those that an extract may lack, and this one does."""
        if self.inspected.landed is None:
            return []
        return sorted(optional_tables(self.source) - self.inspected.landed["tables"].keys())

    @cached_property
    def lost(self) -> Lost:
        """What is carried, and what not."""
        reading = self.inspected.reading
        provided = mappings(self.source).tables
        lacking = reading["lacking"] if reading else ()
        return lost(self.source, [name for name in lacking if name in provided])

    @property
    def noted(self) -> list[tuple[str, str, int]]:
        """What the kind's arrangement found worth knowing: observation, detail, how many."""
        reading = self.inspected.reading
        return [each for each in reading["noted"] if each[2]] if reading else []

    @cached_property
    def lines_of_codes(self) -> tuple[str, ...]:
        """Codes that no list has, as lines to add to an authority's file."""
        reading = self.inspected.reading
        return tuple(lines_to_add(reading["codes"], ())) if reading else ()

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        recognised, stopped = self.recognised, self.inspected.stopped
        covered_from = self.source.covered_from(self.extract_date)
        return {
            "path": str(self.path),
            "kind": recognised.kind,
            "readable": self.is_readable,
            "what": [recognised.title, recognised.told_by, *recognised.shape],
            "others": list(self.others),
            "extract_date": self.extract_date.isoformat(),
            "covered_from": covered_from.isoformat() if covered_from else None,
            "la_code": recognised.la_code,
            "tables": [
                {"table": each.name, "rows": each.rows, "columns_known": each.known,
                 "columns_lacking": list(each.lacks), "columns_not_known": list(each.not_known),
                 "columns_without_a_plain_name": each.others}
                for each in self.tables
            ],
            "tables_not_known": self.tables_not_known,
            "tables_lacking": self.tables_lacking,
            "records": {
                name: {"rows": each.rows, "years": list(each.years) if each.years else None}
                for name, each in self.inspected.became.items()
            },
            "noted": [list(each) for each in self.noted],
            "timescales": carried_as_json(self.lost.timescales),
            "measures": carried_as_json(self.lost.measures),
            "codes": [
                {key: read[key] for key in ("code_list", "source_table", "source_column",
                                            "unlisted", "few_codes", "few_rows")}
                for read in (self.inspected.reading or {"codes": []})["codes"]
                if read["rows_listed"] < read["rows"]
            ],
            "stopped": {
                "what": stopped.what, "where": stopped.where, "next": stopped.next
            } if stopped else None,
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """The page."""
        yield from self._what()
        if self.inspected.stopped:
            yield from self._stopped()
        if self.inspected.landed:
            yield from self._tables()
        if self.inspected.became:
            yield from self._records()
        yield from told_of_lost(self.lost)
        if self.inspected.reading:
            yield from self._codes()

    def _what(self) -> Iterator[str]:
        recognised = self.recognised
        yield "WHAT IT IS"
        yield from wrapped(f"It is {recognised.title}: kind {recognised.kind}.", indent=2)
        yield from wrapped(f"Told by {recognised.told_by}.", indent=2)
        whose = f", of authority {recognised.la_code}" if recognised.la_code else ""
        yield from wrapped(f"Read as of {self.extract_date}{whose}.", indent=2)
        for sentence in recognised.shape:
            yield from wrapped(sentence, indent=2)
        for key, (value, why) in recognised.keys.items():
            yield from wrapped(f"[source] needs {key} = {value}: {why}.", indent=2)
        covered_from = self.source.covered_from(self.extract_date)
        yield from wrapped(
            f"Unless the authority's file says otherwise, it is taken to hold every event since "
            f"{covered_from}: figures that look further back are not published."
            if covered_from
            else "Unless the authority's file says otherwise, it is taken to hold all there were.",
            indent=2,
        )
        for title in self.others:
            yield from wrapped(f"Some of its files look like {title}; they are not read.", indent=2)

    def _stopped(self) -> Iterator[str]:
        stopped = self.inspected.stopped
        if stopped is None:
            return
        yield from ("", "IT CANNOT BE READ AS IT IS")
        yield from wrapped(stopped.what, indent=2)
        yield from wrapped(f"Where: {stopped.where}", indent=2)
        yield from wrapped(f"Next: {stopped.next}", indent=2)

    def _tables(self) -> Iterator[str]:
        width = max((len(each.name) for each in self.tables), default=0)
        yield from ("", "TABLES AND COLUMNS")
        for each in self.tables:
            known = f"{counted(each.known, 'column')} known"
            yield f"  {each.name:<{width}} {each.rows:>11,} records, {known}"
            if each.lacks:
                yield from listed("lacks, and may:", each.lacks)
            if each.not_known:
                yield from listed("not known:", each.not_known)
            if each.others:
                yield f"    {counted(each.others, 'column')} whose heading is no plain name"
        if self.tables_lacking:
            yield from listed("Tables that it lacks, and may:", self.tables_lacking, indent=2)
        if self.tables_not_known:
            yield from listed("Tables that are not known:", self.tables_not_known, indent=2)

    def _records(self) -> Iterator[str]:
        yield from ("", "WHAT BECOMES OF THEM, BEFORE ANY CHECK")
        for name, each in self.inspected.became.items():
            years = ""
            if each.years:
                first, last = each.years
                years = f", {first} to {last}" if first != last else f", {first}"
            yield f"  {name:<26} {each.rows:>11,}{years}"
        for observation, detail, rows in self.noted:
            yield from listed(f"{observation.replace('_', ' ')}, {rows:,}:", [detail], indent=2)

    def _codes(self) -> Iterator[str]:
        yield from ("", "CODES")
        if not self.lines_of_codes:
            yield "  Every code is in a list."
            return
        yield from wrapped(
            "These are in no list, and stay as they are unless the authority's file says what they "
            "mean; those of fewer than three children may be names, and are only counted:",
            indent=2,
        )
        yield from (f"  {line}".rstrip() for line in self.lines_of_codes)


def _landed(
    name: str,
    entry: dict[str, Any],
    known: Collection[str],
    read: dict[str, bool],
    of_reader: Collection[str],
) -> LandedTable:
    written = {column.replace("\u00a0", " ").strip().upper() for column in entry["columns"]}
    written -= set(of_reader)
    unknown = sorted(written - set(known))
    told = tuple(column for column in unknown if A_NAME.fullmatch(column))
    return LandedTable(
        name,
        entry["rows"],
        known=len(written & set(known)),
        lacks=tuple(
            sorted(
                each
                for each, may in read.items()
                if may and each not in written and each not in of_reader
            )
        ),
        not_known=told,
        others=len(unknown) - len(told),
    )


def told_of_lost(its: Lost) -> Iterator[str]:
    """What is carried of the timescales and measures, with why not."""
    yield from ("", "TIMESCALES")
    for how, said in (
        (WHOLLY, "Wholly, and the shares of each in time:"),
        (PARTLY, "Partly: what is owed is listed, shares are not published:"),
        (NOT, "Not at all:"),
    ):
        yield from _of_how(its.timescales, how, said)
    gaps = list(with_a_gap(its.measures))
    yield from ("", "MEASURES")
    yield f"  Published: {len(its.measures) - len(gaps)} of {len(its.measures)}."
    yield from _of_how(its.measures, NOT, "Not published:")


def carried_as_json(found: Iterable[Carried]) -> dict[str, dict[str, str]]:
    """By name, how each is carried and why not wholly."""
    return {each.name: {"carried": each.how, "why": each.why} for each in found}


def _of_how(found: Iterable[Carried], how: str, said: str) -> Iterator[str]:
    """Those carried so; where that is not wholly, by why."""
    chosen = [each for each in found if each.how == how]
    if not chosen:
        return
    if how == WHOLLY:
        yield from listed(said, [each.name for each in chosen], indent=2)
        return
    yield f"  {said}"
    for why in dict.fromkeys(each.why for each in chosen):
        yield from listed(f"{why}:", [each.name for each in chosen if each.why == why])


def listed(said: str, names: Iterable[str], indent: int = 4) -> list[str]:
    """The names behind what is said of them, in lines of the page."""
    return wrapped(f"{said} {', '.join(names)}", indent)


def wrapped(text: str, indent: int) -> list[str]:
    """The text in lines of the page."""
    space = " " * indent
    return textwrap.wrap(
        text, _WIDTH, initial_indent=space, subsequent_indent=f"{space}  ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
