"""Every kind of source that a night can come from."""

from __future__ import annotations

from etl.sources.liquidlogic.source import LIQUIDLOGIC_DATABASE, LIQUIDLOGIC_FILES
from etl.sources.source import Source
from etl.sources.ssd.source import SSD_DATABASE, SSD_FILES

SOURCES: dict[str, Source] = {
    source.kind: source
    for source in (LIQUIDLOGIC_FILES, LIQUIDLOGIC_DATABASE, SSD_FILES, SSD_DATABASE)
}
# Of what a landed night is that does not say: the releases that did not note it knew one kind.
FIRST_KIND = LIQUIDLOGIC_FILES.kind
