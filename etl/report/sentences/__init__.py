"""All that a reader reads and nobody wrote: sentences made from the record of figures, and from
nothing else. A text is a ``str`` in which ``**...**`` is set off; ``plain`` takes the marks out."""

from etl.report.sentences.about import (
    Header,
    Note,
    about,
    footer,
    header,
    restated_rows,
)
from etl.report.sentences.brief import Item, Tile, brief, tiles
from etl.report.sentences.charts import caption, describe
from etl.report.sentences.leads import lead
from etl.report.sentences.reviews import (
    CALLOUT_TITLE,
    Part,
    callout,
    describe_reviews,
    parts_of_reviews,
)
from etl.report.sentences.tables import (
    Cells,
    breakdown_title,
    cells,
    point_cell,
    teams_title,
    under_table,
)
from etl.report.sentences.words import plain

__all__ = [
    "CALLOUT_TITLE", "Cells", "Header", "Item", "Note", "Part", "Tile", "about", "breakdown_title",
    "brief", "callout", "caption", "cells", "describe", "describe_reviews", "footer", "header",
    "lead", "parts_of_reviews", "plain", "point_cell", "restated_rows", "teams_title", "tiles",
    "under_table",
]  # fmt: skip
