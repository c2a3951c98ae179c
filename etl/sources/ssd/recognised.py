"""By what the Standard Safeguarding Dataset as files is known: files named for its tables, with
their columns."""

from __future__ import annotations

from etl.sources.recognition.recognised import Recognised, counted, named_for_tables
from etl.sources.recognition.seen import Seen
from etl.sources.ssd.source import SSD_FILES


def recognised(seen: Seen) -> Recognised | None:
    """What a dataset is known by; None where it is none."""
    files = named_for_tables(seen, SSD_FILES)
    if not files:
        return None
    return Recognised(
        SSD_FILES.kind,
        "the Standard Safeguarding Dataset, as files",
        f"{counted(len(files), 'file')} named for its tables, with their columns",
        len(files),
    )
