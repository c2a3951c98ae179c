"""Writes docs/timescales.md from the register and the specifications.

``python -m spec.page`` (in tests/) writes; with ``--check`` it only says whether the page is stale.
Nothing is worked out here: that what is shown holds is what the tests of this folder say, and
``make docs`` runs them first.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from etl.calendar.allowance import in_words
from etl.contracts.register import CONFORMED
from etl.derive.register import NOT_DERIVED, RULES
from etl.derive.rule import Rule
from etl.settings import PROJECT
from etl.sources.mapping import mappings
from spec.given import read
from spec.specification import Shown

FILE = PROJECT / "docs" / "timescales.md"
HEAD = """<!-- Made by `make docs` from etl/derive/register.py and tests/spec/. Do not edit. -->

# Timescales

What is owed to each child by when, how it is counted, and examples that the program is held to on every change: each table below was worked out by hand and must come out the same from the program and from a second calculation written apart from it.

Counted the same everywhere:

- The start is day 0: something due within n working days is due on the n-th working day after it. On the due day it is in time, the day after it is late.
- A working day is Monday to Friday and no bank holiday in England, one-off ones included. Days, weeks and months are calendar time. A month ends on the day of the same number, or on the last day of a shorter month.
- A due date is never moved off a weekend or bank holiday.
- A clock that repeats starts again from what happened, not from when it was due. Late once is late once.
- A meeting or authorisation dated before its own clock starts meets nothing: a date is wrong, and the page of checks counts it.
- An event on the last day of a plan, placement or period of care counts and nothing more is owed; what comes after is ignored. For clocks that repeat, an event on the first day stops nothing.
- A child whose record was merged into another is owed nothing under the old one.
- An authority's file may set other allowances, several over time, and may count the start as day 1 ([how](authority.md)). The standard in force on the day a clock starts applies to it. Before its first dated one, England's holds. The source holds no interval set for one child's plan, so none is applied.

How a thing stands on a day: *in time* or *late* once done; *not due* while there is time, then *overdue*; *ended before due* where the plan or placement ended on or before the due day without it, *not done* where it ended after.

Three dates are kept of each: when it was due, when it was done, and when its doing was first recorded (the source's own date where it keeps one, else the first extract that held it; not known for what the very first load brought). So a visit late in practice is told from one late only in the record: done in time, first recorded after it was due. A review that is overdue, and for which one was booked and no held date recorded, is marked as awaiting its record: it stands beside what is overdue, and never counts as in time.

Ask the warehouse: `sql/queries/timescale_status.sql` for any day as known on any day, `report.timescale_obligation` for the last extract, `csc-etl explain TIMESCALE ID` for one record day by day.
"""  # noqa: E501


@dataclass(frozen=True)
class Specification:
    """A test of this folder: its sentence, what it says of itself, and what it shows."""

    sentence: str
    says: str
    shown: tuple[Shown, ...]


class Recorder:
    """Stands in for ``Specify`` where what is written is wanted, not whether it holds."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []

    def __call__(self, rule: Rule, **written: str) -> None:
        self.shown.append(Shown.written(rule, **written))


def specifications(rule: Rule) -> list[Specification]:
    """The rule's specifications, in the order of its file."""
    module = importlib.import_module(f"spec.test_{rule.timescale}")
    tests = [test for name, test in vars(module).items() if name.startswith("test_")]
    return [_specification(test) for test in tests]


def _specification(test: Callable[[Recorder], None]) -> Specification:
    recorder = Recorder()
    test(recorder)
    sentence = test.__name__.removeprefix("test_").replace("_", " ")
    says = inspect.getdoc(test) or ""
    return Specification(f"{sentence[0].upper()}{sentence[1:]}", says, tuple(recorder.shown))


def page() -> str:
    """The whole page."""
    parts = [HEAD, "\n## The rules\n\n| timescale | the rule | set by |\n|---|---|---|\n"]
    parts += [
        f"| [`{rule.timescale}`](#{rule.timescale}) | {_sentence(rule)} | {_set_by(rule)} |\n"
        for rule in RULES
    ]
    for rule in RULES:
        parts += _rule(rule)
    parts.append(
        "\n## Left out\n\nNot derived, because some date of theirs is in no table of Liquidlogic's "
        "reporting database that we know. Who knows one can add it "
        "([how](add-a-timescale.md)).\n\n| timescale | would be | why not |\n|---|---|---|\n"
    )
    parts += [f"| `{out.timescale}` | {out.would_be} | {out.why} |\n" for out in NOT_DERIVED]
    return "".join(parts)


def _sentence(rule: Rule) -> str:
    text = rule.in_words().removeprefix(f"{rule.title}: ")
    return f"{text[0].upper()}{text[1:]}"


def _set_by(rule: Rule) -> str:
    return "law or statutory guidance" if rule.is_statutory else "local practice"


def _rule(rule: Rule) -> list[str]:
    since = (
        f"{_day(rule.effective_from)}; clocks that started earlier are measured by it too"
        if rule.effective_from
        else "no date known; every clock is measured by it"
    )
    facts = {
        "Owed on": f"{rule.counted}; each sibling's counts",
        "Clock starts": rule.starts + (f", then each {rule.restarts}" if rule.restarts else ""),
        "Clock stops": rule.stops,
        "Allowance": in_words(rule.steps) + (f"; {rule.later.in_words()}" if rule.later else ""),
        "What counts": rule.qualifies,
        "Set by": f"{_set_by(rule)}: {rule.citation}",
        "In force since": since,
        "Worked out from": _columns(rule),
        "Read from": ", ".join(f"`{name}`" for name in _sources(rule)) + _if_lacking(rule),
    }
    lines = [f'\n<a id="{rule.timescale}"></a>\n\n## {rule.title}\n\n{_sentence(rule)}\n\n| | |\n']
    lines.append("|---|---|\n")
    lines += [f"| {name} | {text} |\n" for name, text in facts.items()]
    for one in specifications(rule):
        lines.append(f"\n### {one.sentence}\n\n{one.says}\n")
        for shown in one.shown:
            lines += _example(shown)
    return lines


def _columns(rule: Rule) -> str:
    names = {table.name: table.warehouse for table in CONFORMED}
    clock, stop = rule.clock, rule.stop
    columns = [
        f"`{names[clock.table]}.{clock.starts}`",
        *([f"`{names[clock.table]}.{clock.ends}`"] if clock.ends else []),
        f"`{names[stop.table]}.{stop.date}`",
    ]
    return ", ".join(columns)


def _sources(rule: Rule) -> list[str]:
    found = dict.fromkeys(
        part.source
        for mapping in mappings()
        if mapping.table in rule.tables
        for part in (mapping, *mapping.lookups)
    )
    return list(found)


def _if_lacking(rule: Rule) -> str:
    optional = [
        mapping.source
        for mapping in mappings()
        if mapping.table in rule.tables and mapping.optional_table
    ]
    if not optional:
        return ""
    return (
        f". Where an extract lacks `{optional[0]}`, the rule is skipped that night, and "
        "`audit.observation` says so"
    )


def _example(shown: Shown) -> list[str]:
    lines = ["\n"]
    if shown.local:
        lines += ["The authority's own standards:\n\n", *_table(shown.local), "\n"]
    for name, text in shown.given.items():
        lines += [f"{name[0].upper()}{name[1:]}:\n\n", *_table(text), "\n"]
    asked = _day(date.fromisoformat(shown.as_at))
    if read(shown.expect):
        return [*lines, f"Owed, as at {asked}:\n\n", *_table(shown.expect)]
    return [*lines, f"Owed, as at {asked}: nothing.\n"]


def _table(text: str) -> list[str]:
    rows = read(text)
    names = list(rows[0]) if rows else [name.strip() for name in text.strip().split("|")]
    lines = [f"| {' | '.join(names)} |\n", f"|{'---|' * len(names)}\n"]
    for row in rows:
        cells = (str(row[name] or "") for name in names)
        lines.append(f"| {' | '.join(cell.replace('_', ' ') for cell in cells)} |\n")
    return lines


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def main() -> int:
    """Write the page, or with ``--check`` return 1 where it is stale."""
    text = page()
    if "--check" in sys.argv:
        if not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
            sys.stderr.write("Stale: docs/timescales.md. Run `make docs`.\n")
            return 1
        return 0
    FILE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
