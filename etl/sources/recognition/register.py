"""By what each kind of source that comes as files is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from etl.sources.annex_a import recognised as annex_a
from etl.sources.annex_a.source import ANNEX_A
from etl.sources.cin_census import recognised as cin_census
from etl.sources.cin_census.source import CIN_CENSUS
from etl.sources.liquidlogic import recognised as liquidlogic
from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES
from etl.sources.recognition.recognised import Recognised
from etl.sources.recognition.seen import Seen
from etl.sources.ssd import recognised as ssd
from etl.sources.ssd.source import SSD_FILES
from etl.sources.ssda903 import recognised as ssda903
from etl.sources.ssda903.source import SSDA903

RECOGNISERS: Mapping[str, Callable[[Seen], Recognised | None]] = {
    LIQUIDLOGIC_FILES.kind: liquidlogic.recognised,
    SSD_FILES.kind: ssd.recognised,
    CIN_CENSUS.kind: cin_census.recognised,
    ANNEX_A.kind: annex_a.recognised,
    SSDA903.kind: ssda903.recognised,
}


def recognise(seen: Seen) -> list[Recognised]:
    """The kinds that know it for their own, the one that takes most of its files first."""
    found = [known for of_kind in RECOGNISERS.values() if (known := of_kind(seen))]
    return sorted(found, key=lambda known: -known.files)
