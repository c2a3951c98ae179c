"""Writes docs/timescales/ from the register and the specifications.

``python -m spec.page`` (in tests/) writes; with ``--check`` it only says whether a page is stale.
What a council prints and signs is made by the product; here the specifications are put under it.
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
from pathlib import Path

from etl.answers.rules import everywhere
from etl.answers.rules.owed import Owed
from etl.answers.rules.page import page
from etl.answers.rules.sheet import (
    Sheet,
    columns,
    if_lacking,
    in_full,
    in_short,
    sheets,
    sources,
)
from etl.derive.register import NOT_DERIVED
from etl.derive.rule import Rule
from etl.settings import PROJECT
from spec.given import read
from spec.specification import Shown

FOLDER = PROJECT / "docs" / "timescales"
MADE = "<!-- Made by `make docs` from etl/derive/register.py and tests/spec/. Do not edit. -->\n\n"
KEPT = """Three dates are kept of each: when it was due, when it was done, and when its doing was first recorded (the source's own date where it keeps one, else the first extract that held it, and with it the extract before; not known for what the very first load brought). So a visit late in practice is told from one late only in the record: done in time, and known to be recorded after it was due. What was typed on its due day arrives with the next day's extract, and is not late. A review that is overdue, and for which one was booked and no held date recorded, is marked as awaiting its record: it stands beside what is overdue, and never counts as in time.

Ask the warehouse: `sql/queries/timescale_status.sql` for any day as known on any day, `report.timescale_obligation` for the last extract, `csc-etl explain TIMESCALE ID` for one record day by day.
"""  # noqa: E501
TO_PRINT = """To print and sign, eleven sheets of A4: [timescales.html](timescales.html). A council's own, its standards beside England's: `csc-etl rules --authority FILE` ([how it is signed](../authority.md)).
"""  # noqa: E501
EXAMPLES = """## Worked examples

Each table below was worked out by hand and must come out the same from the program and from a second calculation written apart from it, on every change.
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


def pages() -> dict[str, str]:
    """Every file of docs/timescales/ by its name: the index, a page and a picture of each
    timescale, and the page to print."""
    england = sheets()
    found = {"README.md": index(england), "timescales.html": page(england)}
    for sheet in england:
        found[f"{sheet.rule.timescale}.md"] = sheet_with_examples(sheet)
        found[f"{sheet.rule.timescale}.svg"] = sheet.picture
    return found


def index(england: list[Sheet]) -> str:
    """The timescales in a row each, what counts the same everywhere, and what is left out."""
    parts = [
        f"{MADE}# Timescales\n\nWhat is owed to each child by when, how it is counted, and who "
        f"sets it. {TO_PRINT}\n| timescale | the rule | set by |\n|---|---|---|\n",
        *(
            f"| [`{sheet.rule.timescale}`]({sheet.rule.timescale}.md) | {sheet.sentence} "
            f"| {sheet.set_by} |\n"
            for sheet in england
        ),
        "\n## Counted the same everywhere\n\n",
        *(f"- {line}\n" for line in everywhere.COUNTED),
        "\n## How a thing stands on a day\n\n| | |\n|---|---|\n",
        *(f"| *{word}* | {meaning} |\n" for word, meaning in everywhere.STANDING),
        f"\n{KEPT}\n## Left out\n\n{everywhere.LEFT_OUT} Who knows one can add it "
        "([how](../add-a-timescale.md)).\n\n| timescale | would be | why not |\n|---|---|---|\n",
        *(f"| `{out.timescale}` | {out.would_be} | {out.why} |\n" for out in NOT_DERIVED),
        f"\n## Signed\n\n{everywhere.SIGNED} [How](../authority.md).\n",
    ]
    return "".join(parts)


def sheet_with_examples(sheet: Sheet) -> str:
    """A timescale's page: all that its printed sheet says, and under it the specifications."""
    rule = sheet.rule
    lines = [
        f"{MADE}# {rule.title}\n\n{sheet.sentence}\n\n"
        f"![The clock: {sheet.sentence}]({rule.timescale}.svg)\n",
        *_boundary(sheet),
        *_follow_on(sheet),
        *_facts(sheet),
        "\n| name | role | date | the rule as it stands here |\n|---|---|---|---|\n"
        f"| | | | `{sheet.hash_to_sign}` |\n\n[All timescales](README.md)\n\n{EXAMPLES}",
    ]
    for one in specifications(rule):
        lines.append(f"\n### {one.sentence}\n\n{one.says}\n")
        for shown in one.shown:
            lines += _example(shown)
    return "".join(lines)


def _boundary(sheet: Sheet) -> list[str]:
    [example] = sheet.examples
    step = example.standard.steps[0].in_words()
    lines = [f"\n## On the boundary\n\n{step} from {in_short(example.started)}. "]
    lines.append(" ".join(example.calendar))
    lines.append(
        "\n\n| | started | due | done | ended | as at | status |\n|---|---|---|---|---|---|---|\n"
    )
    for case in example.cases:
        owed = case.owed
        if owed is None:
            cells = ["", "", "", "", "", "nothing ends it: it stays owed until it is done"]
        else:
            days = (owed.started, owed.due, owed.done, owed.ended, owed.as_at)
            cells = [*(in_short(day) if day else "" for day in days), f"**{owed.in_words()}**"]
        lines.append(f"| {' | '.join([case.says, *cells])} |\n")
    return lines


def _follow_on(sheet: Sheet) -> list[str]:
    if not sheet.follow_on:
        return []
    head = "| | started | time given | due | done | status |\n|---|---|---|---|---|---|\n"
    lines = [f"\n## How one clock follows on another\n\n{head}", *map(_link, sheet.follow_on)]
    if sheet.rule.later and sheet.later_on:
        words = sheet.rule.later.in_words()
        lines.append(f"\nThe same, each done on its due day: {words}.\n\n{head}")
        lines += map(_link, sheet.later_on)
    return lines


def _link(owed: Owed) -> str:
    done = in_short(owed.done) if owed.done else ""
    cells = (str(owed.sequence), in_short(owed.started), owed.allowance, in_short(owed.due), done)
    return f"| {' | '.join(cells)} | **{owed.in_words()}** |\n"


def _facts(sheet: Sheet) -> list[str]:
    rule = sheet.rule
    facts = {
        line.whose: f"**{line.allowance}**, {line.in_force}. Source: {line.source}."
        for line in sheet.in_force
    }
    facts |= sheet.facts()
    facts["Read from"] = ", ".join(f"`{name}`" for name in sources(rule)) + _if_lacking(rule)
    facts["Worked out from"] = ", ".join(f"`{name}`" for name in columns(rule))
    lines = ["\n## Whose standard\n\n| | |\n|---|---|\n"]
    return [*lines, *(f"| {name} | {text} |\n" for name, text in facts.items())]


def _if_lacking(rule: Rule) -> str:
    table = if_lacking(rule)
    if not table:
        return ""
    return (
        f". Where an extract lacks `{table}`, the rule is skipped that night, and "
        "`audit.observation` says so"
    )


def _example(shown: Shown) -> list[str]:
    lines = ["\n"]
    if shown.local:
        lines += ["The authority's own standards:\n\n", *_table(shown.local), "\n"]
    for name, text in shown.given.items():
        lines += [f"{name[0].upper()}{name[1:]}:\n\n", *_table(text), "\n"]
    asked = in_full(date.fromisoformat(shown.as_at))
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


def main(folder: Path = FOLDER) -> int:
    """Write the pages, or with ``--check`` return 1 where one is stale."""
    made = pages()
    there = {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*"))}
    if "--check" in sys.argv:
        stale = [name for name in sorted({*made, *there}) if made.get(name) != there.get(name)]
        if stale:
            sys.stderr.write(f"Stale in docs/timescales/: {', '.join(stale)}. Run `make docs`.\n")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in there.keys() - made.keys():
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
