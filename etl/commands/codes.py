"""The command that shows which codes of an extract no list has."""

from __future__ import annotations

import argparse
import json
import secrets
import tempfile
import textwrap
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from etl.commands.arguments import LOADED, add_extract
from etl.night.begin import authority_of, begin
from etl.night.walk import read_night

if TYPE_CHECKING:  # the command line starts without pandas
    from etl.contracts.hand_overs import ReadCodes

_WIDTH = 98


def add_codes(codes: argparse.ArgumentParser) -> None:
    """Arguments of ``csc-etl codes``."""
    add_extract(codes)
    codes.set_defaults(command=_codes)


def _codes(asked: argparse.Namespace) -> int:
    """Reads a landed copy in a temporary folder of its own, gone at the end, and loads nothing."""
    with tempfile.TemporaryDirectory() as folder:
        none = f"duckdb:///{Path(folder) / 'none.duckdb'}"
        landing = Path(folder) / "landing"
        run = begin(asked.extract, asked.authority, none, extract_date=asked.date, landing=landing)
        # Tokens serve this reading alone: any key will do.
        found = read_night(run, secrets.token_bytes())["codes"]
    lines = list(lines_to_add(found, authority_of(asked.authority).codes.keys()))
    if lines:
        print(f"# Codes of {run.extract_date} that no list has. Write our value between the empty")
        print("# quotation marks; take away the lines of those that are to stay as they are.")
        print("\n".join(lines))
    else:
        print(f"# Every code of {run.extract_date} is in a list.")
    return LOADED


def lines_to_add(found: list[ReadCodes], there: Collection[str]) -> Iterator[str]:
    """The lines to add, list by list, the codes of most records first. there: the lists that the
    authority's file has already, whose heading must not stand in it twice."""
    for name in dict.fromkeys(read["code_list"] for read in found):
        of_list = [read for read in found if read["code_list"] == name]
        if all(read["rows"] == read["rows_listed"] for read in of_list):
            continue
        yield ""
        yield f"# Put these under [codes.{name}]:" if name in there else f"[codes.{name}]"
        yield from _of_list(name, of_list)


def _of_list(name: str, found: list[ReadCodes]) -> Iterator[str]:
    from etl.contracts.values import values_of

    yield from _comment(f"our values: {', '.join(values_of(name))}")
    for read in found:
        if read["rows"] and not read["rows_listed"]:
            column = f"{read['source_table']}.{read['source_column']}"
            yield from _comment(f"no list has any code of {column}, {read['rows']:,} records")
    rows: dict[str, int] = {}
    for read in found:
        for each in read["unlisted"]:
            rows[each["code"]] = rows.get(each["code"], 0) + each["rows"]
    for code in sorted(rows, key=lambda code: (-rows[code], code)):
        yield f'{json.dumps(code, ensure_ascii=False)} = ""  # {_counted(rows[code], "record")}'
    few = sum(read["few_codes"] for read in found)
    few_rows = sum(read["few_rows"] for read in found)
    if few:
        more = "more " * bool(rows)
        yield f"# {_counted(few, f'{more}code')} of fewer than three children each, which may be"
        yield f"# names and are not shown: {_counted(few_rows, 'record')}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _comment(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="#   ")
