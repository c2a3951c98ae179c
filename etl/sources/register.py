"""Every kind of source that a night can come from."""

from __future__ import annotations

from etl.sources.annex_a.source import ANNEX_A
from etl.sources.cin_census.source import CIN_CENSUS
from etl.sources.liquidlogic.source import LIQUIDLOGIC_DATABASE, LIQUIDLOGIC_FILES
from etl.sources.source import Source
from etl.sources.ssd.source import SSD_DATABASE, SSD_FILES
from etl.sources.ssda903.source import SSDA903

SOURCES: dict[str, Source] = {
    source.kind: source
    for source in (
        LIQUIDLOGIC_FILES,
        LIQUIDLOGIC_DATABASE,
        SSD_FILES,
        SSD_DATABASE,
        CIN_CENSUS,
        ANNEX_A,
        SSDA903,
    )
}
# Of what a landed night is that does not say: the releases that did not note it knew one kind.
FIRST_KIND = LIQUIDLOGIC_FILES.kind
