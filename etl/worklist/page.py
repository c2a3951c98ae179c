"""One team's work list as a page to print: no script, nothing from elsewhere."""

from __future__ import annotations

import re
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from etl.worklist.lists import (
    RECORD,
    Day,
    Heading,
    Owed,
    TeamList,
    WorkLists,
    blocks,
    diary,
    families,
    matrix,
)

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]")


def page(lists: WorkLists, team: TeamList) -> str:
    """The page of one of the teams."""
    environment = Environment(
        loader=PackageLoader("etl.worklist"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {
        "day": day, "short": short, "css": in_css, "blocks": blocks,
        "families": families, "near": near,
    }  # fmt: skip
    days = diary(team.due, lists.heading)
    return environment.get_template("worklist.html").render(
        heading=lists.heading,
        team=team,
        reported=lists.reported,
        days=days,
        matrix=matrix(days),
        worker=worker_column(lists.heading),
        late_in_record=sum(line.late_in == RECORD for line in team.late),
        true_day=true_day,
    )


def worker_column(heading: Heading) -> str:
    """What the column of workers says of whose they are."""
    return "Worker" if heading.is_by_allocation else "Worker (of the referral)"


def true_day(line: Owed, under: Day) -> str:
    """The due day where it is not the one that the line stands under."""
    return "" if line.due == under.day else f"by {short(line.due)}"


def day(value: date | None) -> str:
    """``Mon 3 Nov 2014``; of no day nothing."""
    return f"{value:%a} {value.day} {value:%b %Y}" if value else ""


def short(value: date | None) -> str:
    """``Mon 3 Nov``; of no day nothing."""
    return f"{value:%a} {value.day} {value:%b}" if value else ""


def near(value: date | None, known_on: date) -> str:
    """A day of a list: its year is said where it is not that of the extract."""
    return short(value) if value and value.year == known_on.year else day(value)


def in_css(text: str) -> Markup:
    """The text inside a string of a style sheet, in which no character can end it."""
    return Markup(_NOT_PLAIN.sub(lambda found: f"\\{ord(found[0]):06X} ", text))  # noqa: S704
