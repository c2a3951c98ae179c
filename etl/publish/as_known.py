"""All that measures read: the months, the children and each fact as known on a day, as temporary
views. Their SQL is in ``sql/measures/shared/``.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from graphlib import TopologicalSorter

from etl.contracts.register import FACTS
from etl.settings import MEASURES
from etl.warehouse import Session
from etl.warehouse.keys import content_columns

SHARED = MEASURES / "shared"
EACH_FACT = "known_each_fact"
# By its view, the fact that is seen as known on the day.
FACT_OF = {f"known_{fact.name}": fact for fact in FACTS}
_VALUE = re.compile(r":(\w+)")
_WORDS = re.compile(r"--[^\n]*|('(?:[^']|'')*'|\w+|[^\w\s])")
_READS = re.compile(r"\b(?:from|join) (\w+)(?: as (\w+))?")


@dataclass(frozen=True)
class AsKnown:
    """Whose records, as known on which day, and the first days of the first and last month."""

    la_code: str
    known_on: date
    first_month: date
    last_month: date

    def literal(self, name: str) -> str:
        """SQL of one of them. No engine takes parameters in a view, so this can be three digits
        or a day, and nothing else."""
        value = getattr(self, name)
        if isinstance(value, date):
            return f"date '{value:%Y-%m-%d}'"
        if not re.fullmatch(r"[0-9]{3}", value):
            raise ValueError("an authority's code is three digits")
        return f"'{value}'"


@cache
def shared_views() -> dict[str, str]:
    """SQL of every view that a measure may read, by its name; the values are parameters."""
    views = {path.stem: path.read_text(encoding="utf-8") for path in sorted(SHARED.glob("*.sql"))}
    each = views.pop(EACH_FACT)
    return views | {
        name: each.replace("{fact}", str(fact.warehouse)) for name, fact in FACT_OF.items()
    }


@cache
def said(sql: str) -> str:
    """The SQL word by word, a space between any two: without comments, however it is laid out."""
    return " ".join(word for word in _WORDS.findall(sql) if word)


def views_read(sql: str) -> dict[str, set[str]]:
    """By name, the shared views that SQL reads, itself or through another of them, and the columns
    of each that are named: each is written with the view's alias."""
    found: dict[str, set[str]] = {}
    waiting = [sql]
    while waiting:
        words = said(waiting.pop())
        for view, alias in _READS.findall(words):
            if view not in shared_views():
                continue
            if view not in found:
                waiting.append(shared_views()[view])
            columns = re.findall(rf"\b{alias or view} \. (\w+)", words)
            found.setdefault(view, set()).update(columns)
    return found


@contextmanager
def seen_as_known(
    session: Session,
    asked: AsKnown,
    names: Iterable[str],
    *,
    tables: Container[str] = (),
    children: str | None = None,
) -> Iterator[None]:
    """Make these of the shared views, for as long as the block runs. What one of them reads must
    be among them. A flag of which the contract says so is no where it is empty.

    tables: those that are made as temporary tables: what many measures read is worked out once.
    children: a temporary table of the only child_key of whom there is anything; all without.
    """
    reads = {name: sorted(views_read(shared_views()[name])) for name in sorted(set(names))}
    wanted = [(name, "table" if name in tables else "view")
              for name in TopologicalSorter(reads).static_order()]  # fmt: skip
    for name, kind in wanted:
        sql = _VALUE.sub(lambda found: asked.literal(found[1]), shared_views()[name])
        of_children = _of_children(name, _with_flags(name, sql), children)
        session.run(f"create temporary {kind} {name} as {of_children}")
        if kind == "table":
            session.run(f"analyze {name}")  # else PostgreSQL plans for tables of a few rows
    yield
    for name, kind in reversed(wanted):
        session.run(f"drop {kind} {name}")


def _of_children(name: str, sql: str, children: str | None) -> str:
    """SQL of a view that has rows of children itself, and not through others, with those of these
    children alone."""
    if children is None or name not in (*FACT_OF, "children"):
        return sql
    return (
        f"select * from ({sql}) as every_one where child_key in (select child_key from {children})"
    )


def _with_flags(name: str, sql: str) -> str:
    """SQL of a view; of a fact whose flags may be empty because its source has none, with these as
    no. It is no part of a measure's definition: what a source has all counts as it did."""
    flags = FACT_OF[name].flags_empty_is_no if name in FACT_OF else ()
    if not flags:
        return sql
    table = FACT_OF[name]
    columns = ("la_code", *content_columns(table), "run_id", "known_from", "known_to")
    listed = ", ".join(
        f"coalesce({column}, false) as {column}" if column in flags else column
        for column in columns
    )
    return f"select {listed} from ({sql}) as known"
