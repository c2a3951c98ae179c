"""The command that writes the rules to be signed."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from etl.commands.arguments import LOADED
from etl.errors import ConnectionFault, reason

if TYPE_CHECKING:  # the command line starts without pandas
    from etl.answers.rules.sheet import Sheet


def add_rules(rules: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl rules``."""
    rules.add_argument(
        "--authority", type=Path, metavar="FILE.toml",
        help="its own standards beside England's, and what of it is signed; default: England's",
    )  # fmt: skip
    rules.add_argument(
        "--out", type=Path, default=Path("timescales.html"), metavar="FILE.html",
        help="the page to write (default: timescales.html)",
    )  # fmt: skip
    rules.set_defaults(command=_rules)


def _rules(asked: argparse.Namespace) -> int:
    from etl.answers.rules.page import page
    from etl.answers.rules.sheet import sheets
    from etl.night.begin import authority_of

    authority = authority_of(asked.authority) if asked.authority else None
    found = sheets(authority)
    try:
        asked.out.write_text(page(found, authority), encoding="utf-8")
    except OSError as error:
        raise ConnectionFault(
            f"The page of the rules cannot be written ({reason(error)}).",
            where=str(asked.out),
            means="Nothing else was to be done; no warehouse was touched.",
            next="Give a file in a folder that is there and may be written: --out FILE.html.",
        ) from None
    print(f"Wrote {asked.out}: {_told(found)}.")
    return LOADED


def _told(found: list[Sheet]) -> str:
    """'9 timescales, 2 by own standards; 1 signed, 8 not signed'."""
    own = sum(sheet.own is not None for sheet in found)
    if all(sheet.signed == "not signed" for sheet in found):
        return f"{len(found)} timescales, {own} by own standards; none is signed"
    marks = Counter(sheet.signed for sheet in found)
    told = ", ".join(f"{count} {mark}" for mark, count in marks.items())
    return f"{len(found)} timescales, {own} by own standards; {told}"
