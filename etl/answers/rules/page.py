"""The timescales as one page to read, print and sign: a file that needs no other."""

from __future__ import annotations

from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from etl.answers.rules import everywhere
from etl.answers.rules.sheet import Sheet, columns, if_lacking, in_short, sources
from etl.authority import Authority
from etl.derive.register import NOT_DERIVED
from etl.sources.register import FIRST_KIND


def page(sheets: list[Sheet], authority: Authority | None = None) -> str:
    """The page of an authority's sheets, by default of England's, as HTML for A4 and screens."""
    kind = authority.door.kind if authority else FIRST_KIND
    environment = Environment(
        loader=PackageLoader("etl.answers.rules"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = lambda day: in_short(day) if day else ""
    text: str = environment.get_template("timescales.html").render(
        title=f"Timescales of {authority.name}" if authority else "Timescales in England",
        name=authority.name if authority else None,
        sheets=sheets,
        columns=columns,
        sources=partial(sources, kind=kind),
        if_lacking=partial(if_lacking, kind=kind),
        left_out=NOT_DERIVED,
        everywhere=everywhere,
    )
    return text
