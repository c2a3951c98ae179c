"""The page that a council reads of a month: one file, its style and drawings inside, no script.

What it shows is ``layout``'s; every sentence is of ``sentences``, every drawing of ``charts``. What
may not be said in a public edition is gone from the record before it comes here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from etl.report import charts, sentences
from etl.report.commentary import Comment
from etl.report.layout import NONE, all_figures, defined, sections_shown
from etl.report.outline import SECTIONS
from etl.report.record import Report
from etl.report.sentences.words import day_of

# By the id of a section, what it is called in the brief.
PLACES = {section.id: str(section.number) for section in SECTIONS} | {"about": "A"}
# A mark within a sentence.
_BOLD = re.compile(r"\*\*(.+?)\*\*")
# What could end a string of CSS, or the style that it stands in, or be taken for markup.
_NOT_IN_CSS = re.compile(r"[\\\"'<>&\n]")


def page(report: Report, commentary: Mapping[str, Comment]) -> str:
    """The page's HTML, the same of the same record. commentary: by a section's id."""
    template = _environment().get_template("report.html")
    return template.render(
        report=report,
        header=sentences.header(report),
        tiles=sentences.tiles(report),
        brief=sentences.brief(report),
        all_figures=all_figures(report),
        shown=sections_shown(report, commentary),
        about=sentences.about(report),
        restated=sentences.restated_rows(report),
        defined=defined(report),
        footer=sentences.footer(report),
        definitions=charts.definitions(),
        places=PLACES,
        none_printed=NONE,
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("etl.report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["bold"] = _bold
    environment.filters["css_string"] = _css_string
    environment.filters["day"] = day_of
    return environment


def _bold(text: str) -> Markup:
    """A text with its marked words bold; all else in it is text, whatever it looks like."""
    # Every second piece is one that is marked.
    pieces = _BOLD.split(text)
    return Markup("").join(
        Markup("<b>{}</b>").format(piece) if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


def _css_string(text: str) -> Markup:
    """A text as a string of CSS: what could end the string, or the style, is written as a code."""
    coded = _NOT_IN_CSS.sub(lambda each: f"\\{ord(each[0]):x} ", text)
    return Markup('"{}"').format(coded)
