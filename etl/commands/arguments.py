"""Arguments that several commands take."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path

LOADED, FAILED, WRONG_USAGE, STOPPED, LATE, LAST_STOPPED = 0, 1, 2, 3, 4, 5


def day(text: str) -> date:
    """A day, such as 2014-10-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day such as 2014-10-31") from None


MOST = 1_000_000


def how_many(text: str) -> int:
    """A whole number from 1 to a million."""
    if not re.fullmatch("[0-9]{1,7}", text) or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1 to {MOST:,}")
    return int(text)


def how_many_days(text: str) -> int:
    """A whole number of days, from 0 to 9,999."""
    if not re.fullmatch("[0-9]{1,4}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of days up to 9,999")
    return int(text)


def month(text: str) -> date:
    """The first day of a month, such as 2014-10."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a month such as 2014-10") from None


def add_warehouse(parser: argparse.ArgumentParser) -> None:
    """``--warehouse``."""
    parser.add_argument(
        "--warehouse", required=True, metavar="URL",
        help="duckdb:///path or postgresql://user@host/database",
    )  # fmt: skip


def add_landing(parser: argparse.ArgumentParser) -> None:
    """``--landing``."""
    parser.add_argument(
        "--landing", type=Path, metavar="DIR",
        help="owner-only folder of landed files (default: landing/ beside a warehouse file)",
    )  # fmt: skip


def add_extract(parser: argparse.ArgumentParser) -> None:
    """The extract, ``--authority`` and ``--date``."""
    parser.add_argument(
        "extract", nargs="?",
        help="folder or file of one night: a path, or sftp://, s3://, abfs:// or gs://; none where "
        "the authority's file names a database",
    )  # fmt: skip
    parser.add_argument("--authority", type=Path, required=True, metavar="FILE.toml")
    parser.add_argument(
        "--date", type=day,
        help="the extract date, where its name is no date; of a database the day it is, without",
    )  # fmt: skip
