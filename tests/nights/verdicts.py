"""What Great Expectations says of a table is remembered for the length of one run of the tests.

Great Expectations costs a small night more than its rows do, and most tables that the tests load
were judged before: on the other engine, or on another night that did not touch them.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pyarrow as pa
import shared

from etl.validate import suites
from etl.validate.asked import Answer, Entry

Entries = dict[int, Entry]
Ask = Callable[[pd.DataFrame, Entries, dict[str, Any]], dict[int, Answer]]


def remembered() -> AbstractContextManager[object]:
    """Inside the block Great Expectations is asked once: the same expectations of the same rows,
    columns, types and parameters are answered as they were then, whichever process of the run
    asked. What the product makes of the answers it does anew each time."""
    folder = shared.folder()
    if folder is None:
        return nullcontext()
    return mock.patch.object(suites, "ask", _remembering(suites.ask, folder))


def _remembering(ask: Ask, folder: Path) -> Ask:
    def answer(
        frame: pd.DataFrame, entries: Entries, parameters: dict[str, Any]
    ) -> dict[int, Answer]:
        rows, found = _bytes_of(frame), {}
        for part, given in _by_whether_the_night_matters(entries, parameters):
            asked = json.dumps([part, given]).encode()
            kept = folder / f"{hashlib.sha256(asked + rows).hexdigest()}.pickle"
            if not kept.exists():
                _put(kept, ask(frame, part, given))
            found |= pickle.loads(kept.read_bytes())
        return found

    return answer


def _by_whether_the_night_matters(
    entries: Entries, parameters: dict[str, Any]
) -> list[tuple[Entries, dict[str, Any]]]:
    """The expectations that name a parameter, such as the night's date, and those that do not."""
    names = {at: "$PARAMETER" in json.dumps(entry) for at, entry in entries.items()}
    parts = (
        ({at: entry for at, entry in entries.items() if names[at]}, parameters),
        ({at: entry for at, entry in entries.items() if not names[at]}, {}),
    )
    return [(part, given) for part, given in parts if part]


def _bytes_of(frame: pd.DataFrame) -> bytes:
    """The frame's rows, columns and types: the same for equal frames."""
    table = pa.Table.from_pandas(frame).combine_chunks()
    written = pa.BufferOutputStream()
    with pa.ipc.new_stream(written, table.schema) as stream:
        stream.write_table(table)
    return bytes(written.getvalue())


def _put(kept: Path, answers: dict[int, Answer]) -> None:
    """Put in place whole: another process may ask the same meanwhile."""
    written = kept.with_suffix(f".{os.getpid()}")
    written.write_bytes(pickle.dumps(answers))
    written.replace(kept)
