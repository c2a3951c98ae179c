"""The command that writes what teams still owe, and the auditor's sample."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from etl.commands.arguments import LOADED, add_warehouse, how_many, month
from etl.errors import WrongUsage
from etl.worklist.lists import DAYS

if TYPE_CHECKING:  # the command line starts without pandas
    from etl.worklist.write import Made

# What a page can show side by side.
MOST_DAYS = 20


def add_worklist(worklist: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl worklist``."""
    add_warehouse(worklist)
    worklist.add_argument(
        "--out", type=Path, required=True, metavar="DIR",
        help="a folder that nobody but its owner can look into; made if need be",
    )  # fmt: skip
    worklist.add_argument(
        "--team", metavar="NAME", help="this team alone (default: every team, each a list)"
    )
    worklist.add_argument(
        "--days", type=_days, metavar="N",
        help=f"how many working days ahead the diary goes, up to {MOST_DAYS} (default: {DAYS})",
    )  # fmt: skip
    worklist.add_argument(
        "--month", type=month, metavar="YYYY-MM",
        help="whose late completions are listed, or are drawn from (default: the last that was "
        "over at the last extract)",
    )  # fmt: skip
    worklist.add_argument("--la-code", help="where the warehouse holds several authorities")
    sample = worklist.add_argument_group("the auditor's sample, instead of lists")
    sample.add_argument(
        "--dip-sample", type=how_many, metavar="N", help="draw so many of what a measure counts"
    )
    sample.add_argument("--of", metavar="MEASURE", help="its id, such as assessments_late")
    sample.add_argument(
        "--seed", type=how_many, metavar="N",
        help="what the draw hangs on: the same seed draws the same again (default: 1)",
    )  # fmt: skip
    worklist.set_defaults(command=_worklist)


def _days(text: str) -> int:
    days = how_many(text)
    if days > MOST_DAYS:
        raise argparse.ArgumentTypeError(f"the diary goes up to {MOST_DAYS} working days ahead")
    return days


def _worklist(asked: argparse.Namespace) -> int:
    _check(asked)
    made = _sample(asked) if asked.dip_sample else _lists(asked)
    print(f"As known on {made.known_on}, in {made.folder}:")
    for name, rows in made.files.items():
        print(f"  {name}: {rows:,} lines")
    print("They identify children. The audit has a line of it.")
    return LOADED


def _check(asked: argparse.Namespace) -> None:
    """Raises WrongUsage where arguments do not go together."""
    if asked.dip_sample and not (asked.of and asked.month):
        what, then = (
            "A sample is of a measure and a month.",
            "Add --of MEASURE and --month YYYY-MM.",
        )
    elif asked.dip_sample and (asked.team or asked.days):
        what, then = "A sample is of every team and of no days.", "Leave out --team and --days."
    elif not asked.dip_sample and (asked.of or asked.seed):
        what, then = "--of and --seed are of a sample.", "Add --dip-sample N, or leave them out."
    else:
        return
    raise WrongUsage(what, where="command line", means="Nothing was written.", next=then)


def _lists(asked: argparse.Namespace) -> Made:
    from etl.worklist.write import write_lists

    return write_lists(
        asked.warehouse, asked.out, done_at=datetime.now(UTC), la_code=asked.la_code,
        team=asked.team, days=asked.days or DAYS, month=asked.month,
    )  # fmt: skip


def _sample(asked: argparse.Namespace) -> Made:
    from etl.worklist.sample import Drawing
    from etl.worklist.write import write_sample

    drawing = Drawing(asked.of, asked.month, asked.dip_sample, asked.seed or 1)
    return write_sample(
        asked.warehouse, asked.out, drawing, done_at=datetime.now(UTC), la_code=asked.la_code
    )
