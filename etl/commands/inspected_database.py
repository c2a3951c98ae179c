"""What an inspection found in a database: as a page of text, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from etl import settings
from etl.answers.lost import Lost, lost
from etl.commands.inspected import carried_as_json, listed, told_of_lost, wrapped
from etl.commands.starting_file import Start
from etl.contracts.register import CONFORMED
from etl.errors import WrongUsage
from etl.sources.database.address import Address, address_at
from etl.sources.database.faults import told
from etl.sources.database.one_state import one_state
from etl.sources.mapping import mappings
from etl.sources.recognition.database import SeenSchema, look_at_database
from etl.sources.recognition.recognised import counted

_LONDON = ZoneInfo("Europe/London")
_SAID = "the URL to inspect"


@dataclass(frozen=True)
class InDatabase:
    """The schemas that hold something that is known, the best first."""

    schemas: tuple[SeenSchema, ...]

    @property
    def best(self) -> SeenSchema | None:
        """The one that a night would be asked of."""
        return self.schemas[0] if self.schemas else None

    @property
    def is_readable(self) -> bool:
        """Whether a night can be asked of it."""
        return self.best is not None and not self.best.lacking

    @property
    def lost(self) -> Lost | None:
        """What the best carries, and what not."""
        if self.best is None:
            return None
        lacking = set(self.best.may_lack)
        tables = mappings(self.best.source).tables
        return lost(
            self.best.source,
            [table.name for table in CONFORMED
             if table.name in tables and tables[table.name].source in lacking],
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        best, its_lost = self.best, self.lost
        return {
            "kind": best.source.kind if best else None,
            "readable": self.is_readable,
            "schemas": [
                {"kind": each.source.kind, "schema": each.schema, "tables": sorted(each.tables),
                 "lacking": each.lacking, "tables_lacking": each.may_lack}
                for each in self.schemas
            ],
            "timescales": carried_as_json(its_lost.timescales) if its_lost else {},
            "measures": carried_as_json(its_lost.measures) if its_lost else {},
        }  # fmt: skip

    def lines(self) -> Iterator[str]:
        """The page."""
        yield "WHAT IT IS"
        best = self.best
        if best is None or self.lost is None:
            yield from wrapped(
                "It is a database in which no table is known: of another system, or not shown to "
                "this login. No night can be loaded from it.",
                indent=2,
            )
            return
        yield from wrapped(
            f"It is a database that holds tables of kind {best.source.kind}, in schema "
            f"{best.schema}. Only names were asked for: no record was read.",
            indent=2,
        )
        for each in self.schemas[1:]:
            yield from wrapped(
                f"Schema {each.schema} holds {counted(len(each.tables), 'table')} of kind "
                f"{each.source.kind} too.",
                indent=2,
            )
        if best.lacking:
            yield from ("", "IT CANNOT BE READ AS IT IS")
            yield from listed("It lacks, or does not show to this login:", best.lacking, indent=2)
        yield from ("", "TABLES AND COLUMNS")
        for name, columns in sorted(best.tables.items()):
            yield f"  {name:<28} {counted(len(columns), 'column')} known"
        if best.may_lack:
            yield from listed("Tables that it lacks, and may:", best.may_lack, indent=2)
        yield from told_of_lost(self.lost)
        yield from ("", "CODES")
        yield from wrapped(
            "Not looked at, as that needs records: with an authority's file, `csc-etl codes "
            "--authority FILE` reads a night and shows those that no list has.",
            indent=2,
        )


def inspect_database(url: str | None) -> tuple[InDatabase, Start | None]:
    """What is in the database at the URL, or at that of the settings; and the authority's file to
    begin with where a night can be asked of it."""
    address = _address(url)
    with one_state(address, None) as state:
        of_driver = state.connection.dialect.loaded_dbapi.Error
        with told("the names of its tables", address.shown, of_driver):
            found = InDatabase(tuple(look_at_database(state.connection)))
    best = found.best
    if best is None or not found.is_readable:
        return found, None
    source = best.source
    its_own = source.database.schema if source.database else None
    keys = {} if best.schema == its_own else {"schema": (best.schema, "the schema with the tables")}
    today = datetime.now(_LONDON).date()
    title = f"the tables of {source.kind} in a database"
    return found, Start(source, title, None, keys, source.covered_from(today))


def _address(url: str | None) -> Address:
    if url is not None:
        return address_at(url, _SAID)
    try:
        return address_at(*settings.source_url("", None))
    except WrongUsage as error:
        if error.where != "settings":
            raise
        raise WrongUsage(
            f"Nothing to inspect was named, and {settings.SOURCE_URL} names no database.",
            where="command line",
            means="Nothing was looked at.",
            next="Give a file, a folder or the URL of a database.",
        ) from None
