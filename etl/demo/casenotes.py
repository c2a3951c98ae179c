"""Case notes of statutory visits, of every kind."""

from __future__ import annotations

import numpy as np

from etl.demo.draws import Bands, happens, words, yes_or_no
from etl.demo.tables import FIRST_ID, Columns, SourceTable, numbered, source_table

VISIT_ENTRY: Bands = ((0.86, 0, 2), (0.11, 3, 8), (0.03, 9, 24))


def casenote_table(
    rng: np.random.Generator, notes: Columns, kind: str, first_id: int
) -> SourceTable:
    """Case notes of visits (`child`, `day`, `created`, `is_seen`)."""
    size = len(notes)
    columns = {
        "FACT_CASENOTE_ID": numbered(size, first_id),
        "DIM_PERSON_ID": notes.child + FIRST_ID,
        "DIM_LOOKUP_CASNT_TYPE_ID_CODE": words(np.zeros(size, dtype=np.int8), (kind,)),
        "EVENT_DTTM": notes.day,
        "CREATED_DTTM": notes.created,
        "SEEN_FLAG": yes_or_no(notes.is_seen),
        "SEEN_ALONE_FLAG": yes_or_no(notes.is_seen & happens(rng, size, 0.6)),
        "SEEN_BEDROOM_FLAG": yes_or_no(notes.is_seen & happens(rng, size, 0.5)),
    }
    return source_table(columns, notes.created)
