"""The command that writes the monthly report."""

from __future__ import annotations

import argparse
from pathlib import Path

from etl.commands.arguments import LOADED, add_warehouse, day, month

# Of charts; see ``etl.report.edition.MONTHS``.
_MONTHS = (25, 37)


def add_report(report: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl report``."""
    report.add_argument("month", type=month, metavar="YYYY-MM", help="the month, such as 2014-10")
    add_warehouse(report)
    report.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the folder for its files"
    )
    edition = report.add_mutually_exclusive_group()
    edition.add_argument(
        "--known-on", type=day, metavar="DATE",
        help="as known on this day (default: the month's freeze, else the last extract)",
    )  # fmt: skip
    edition.add_argument("--frozen", metavar="LABEL", help="as frozen under this label")
    report.add_argument(
        "--public", action="store_true",
        help="the edition for anybody: numbers from 1 to 5 are withheld",
    )  # fmt: skip
    report.add_argument("--pdf", action="store_true", help="also as PDF, by an installed Chromium")
    report.add_argument(
        "--commentary", type=Path, metavar="FILE.md", help="the service's own words, by section"
    )
    report.add_argument(
        "--months", type=int, choices=_MONTHS, default=_MONTHS[0],
        help="how many months its charts show (default 25)",
    )  # fmt: skip
    report.add_argument(
        "--stale-anyway", action="store_true",
        help="write it though the extract does not reach to the month's end",
    )  # fmt: skip
    report.add_argument("--la-code", help="where the warehouse holds several authorities")
    report.set_defaults(command=_report)


def _report(asked: argparse.Namespace) -> int:
    from etl.report.commentary import numbers_not_on_page, read_commentary
    from etl.report.edition import Wanted, read_edition, write_edition
    from etl.report.page import page

    # Before the warehouse is asked: a file that is wrong is known at once.
    commentary = read_commentary(asked.commentary) if asked.commentary else {}
    found = read_edition(
        asked.warehouse,
        Wanted(
            asked.month, known_on=asked.known_on, frozen=asked.frozen, months=asked.months,
            is_public=asked.public, stale_anyway=asked.stale_anyway, la_code=asked.la_code,
        ),
    )  # fmt: skip
    written = write_edition(found, asked.out, commentary, with_pdf=asked.pdf)
    for path in written.every:
        print(path)
    if commentary:
        for section, number in numbers_not_on_page(commentary, page(found, {})):
            print(f"The commentary on {section} says {number}, which is not on the page: check it.")
    return LOADED
