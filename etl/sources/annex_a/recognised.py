"""By what Ofsted's Annex A is known: sheets or files that are called List 1, List 2, ..."""

from __future__ import annotations

from etl.errors import NightStopped
from etl.sources.annex_a.gathering import IS_MERGED
from etl.sources.annex_a.lists import CHILD_ID, LISTS, compared, number_of
from etl.sources.annex_a.source import ANNEX_A
from etl.sources.annex_a.workbook import Workbook
from etl.sources.recognition.forms import CSV, WORKBOOK
from etl.sources.recognition.recognised import Recognised, counted
from etl.sources.recognition.seen import Seen, SeenFile

# Its list of sheets and of texts; whoever reads it whole is told of its size.
_MOST_BYTES = 1 << 32
_ROWS_ABOVE = 30


def recognised(seen: Seen) -> Recognised | None:
    """What the lists are known by; None where they are none."""
    if seen.form == WORKBOOK:
        return _found(_lists_of_sheets(seen), "sheet")
    return _found(
        {number_of(file.name) for file in seen.of_form(CSV) if _has_child_id(file)}, "file"
    )


def _lists_of_sheets(seen: Seen) -> set[int | None]:
    try:
        sheets = Workbook.at(seen.where, _MOST_BYTES).sheets
    except NightStopped:  # no workbook that can be read
        return set()
    return {number_of(sheet.title) for sheet in sheets}


def _has_child_id(file: SeenFile) -> bool:
    return any(
        CHILD_ID.is_called(compared(cell)) for row in file.rows[:_ROWS_ABOVE] for cell in row
    )


def _found(numbers: set[int | None], each: str) -> Recognised | None:
    lists = sorted(LISTS.keys() & numbers)
    if not lists:
        return None
    is_whole = lists == sorted(LISTS)
    return Recognised(
        ANNEX_A.kind,
        "the lists of Ofsted's Annex A",
        f"{counted(len(lists), each)} that {'is' if len(lists) == 1 else 'are'} called List "
        f"{', '.join(map(str, lists))}",
        len(lists),
        keys={} if is_whole else {"lists": (lists, "the lists that are there")},
        from_reader=frozenset({IS_MERGED}),
    )
