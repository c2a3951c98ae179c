"""The authority's file that somebody begins with who has just learnt what their records are."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from etl.sources.source import Source

# What `la_code` says until somebody has written it; no file is read that says so.
TO_FILL_IN = "three digits"
_NO_NAME = 'name = ""'
_WIDTH = 96
_MEANS = {
    "child_id": (
        'child_id = "legacy_id"',
        "Tokens of children are made of the case system's own id of a person. Where the same "
        "children come through another door too, which knows them by the number that staff use, "
        "take that one instead.",
    ),
    "open_assessments": (
        "open_assessments = true",
        "Where the export holds assessments that are still open. Most lose them: then those "
        "overdue cannot be counted, and are not published.",
    ),
    "lists": (
        "lists = [1, 3]",
        "Where an inspection asks for some of the lists only: those are read, and no others.",
    ),
    "schema": ('schema = "Child_Social"', "Where the tables are in another schema than that."),
    "connection": (
        'connection = "airflow://council_reporting"',
        "The connection of Airflow's that the nightly DAG asks. By hand, and where there is none, "
        "CSC_ETL_SOURCE_URL says where the database is; never write a password here.",
    ),
}


@dataclass(frozen=True)
class Start:
    """What is known of it. la_code: None where nobody said. keys: what ``[source]`` must say, and
    why. covered_from: the kind's own first day. codes: lines of codes that no list has."""

    source: Source
    title: str
    la_code: str | None
    keys: Mapping[str, tuple[Any, str]]
    covered_from: date | None
    codes: tuple[str, ...] = ()

    def text(self) -> str:
        """The file's content."""
        return "\n".join([*self._authority(), *self._source(), *self._rest(), *self._codes(), ""])

    def filled(self, la_code: str, name: str) -> str:
        """The same with its blanks filled."""
        text = replace(self, la_code=la_code).text()
        return text.replace(_NO_NAME, f'name = "{name}"', 1)

    def _authority(self) -> Iterator[str]:
        yield from _comment(
            f"An authority's file to begin with, for {self.title}. Fill in [authority], and what "
            "else is to be said; docs/authority.md describes every key."
        )
        yield "[authority]"
        if self.la_code is None:
            yield from _comment('The Department\'s number of the authority, such as "874".')
        yield f'la_code = "{self.la_code or TO_FILL_IN}"'
        yield f"{_NO_NAME}  # as it is to stand on reports"
        yield '# region = "East of England"'

    def _source(self) -> Iterator[str]:
        yield from ("", "[source]", f'kind = "{self.source.kind}"')
        for key, (value, why) in self.keys.items():
            yield from _comment(why[0].upper() + why[1:] + ".")
            yield f"{key} = {_as_toml(value)}"
        yield from _comment(self._why_covered_from())
        yield f"# covered_from = {self.covered_from or date(2020, 4, 1)}"
        for key in self.source.keys:
            if key not in self.keys and key in _MEANS:
                line, why = _MEANS[key]
                yield from _comment(why)
                yield f"# {line}"

    def _why_covered_from(self) -> str:
        taken = (
            f"of this extract {self.covered_from} is taken, as is usual for its kind, and moves on "
            "with its date"
            if self.covered_from
            else "it is taken to hold all there were"
        )
        return (
            "The first day from which the source holds every event. Without it "
            f"{taken}. Figures that look further back are not published."
        )

    def _rest(self) -> Iterator[str]:
        yield ""
        yield from _comment(
            "Children of the authority, by year, for rates per 10,000; without it there are none."
        )
        yield from (
            "# [[population]]", "# year = 2025", "# children_0_17 = 45000",
            '# source = "ONS mid-year estimates"', "",
        )  # fmt: skip
        yield from _comment(
            "Standards of the authority's own, where they are stricter than England's or England "
            "sets none. `csc-etl rules` prints the timescales to read and sign."
        )
        yield from (
            "# [timescales.child_protection_visit]", '# allowance = "20 working days"',
            '# citation = "where the standard is written down"',
        )  # fmt: skip

    def _codes(self) -> Iterator[str]:
        if not self.codes:
            return
        yield ""
        yield from _comment(
            "Codes of the extract that no list has. Take the number sign away from a list's "
            "heading and from the codes that you know, and write our value between the empty "
            "quotation marks; those that stay as they are need no line."
        )
        yield from (
            line if line.startswith("#") or not line else f"# {line}" for line in self.codes
        )


def _comment(text: str) -> Iterable[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")


def _as_toml(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
