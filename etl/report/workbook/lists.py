"""The sheets that are lists: a heading in the first row, one thing a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from etl.publish.measures import measures
from etl.report.outline import SECTION_OF
from etl.report.record import (
    COUNTED,
    NOT_COMPARABLE,
    WITHHELD,
    Point,
    Published,
    Report,
    Restated,
    Rule,
    Series,
    Team,
)
from etl.report.sentences import restated_rows
from etl.report.sentences.words import day_of
from etl.report.workbook.book import DAY, EMPTY, MONTH, Cell, Column, Rows
from etl.report.workbook.figures import reckoned, value, whole
from etl.report.workbook.words import BETTER, UNITS

_LOCAL = "local standard"

TEAMS = (
    Column("Measure", 60), Column("Team", 30), Column("Whose team", 42), Column("Numerator"),
    Column("Denominator", 12), Column("%"),
)  # fmt: skip
EVERY_FIGURE = (
    Column("Measure", 34), Column("Title", 60), Column("Month"), Column("Numerator"),
    Column("Denominator", 12), Column("Value"), Column("Known on", 12),
    Column("Comparable", 12), Column("Not final"), Column("Published value", 12),
)  # fmt: skip
RESTATED = (
    Column("Title", 40), Column("Month"), Column("Edition", 18), Column("Published on", 12),
    Column("Numerator published", 12), Column("Denominator published", 12),
    Column("Value published", 12), Column("Numerator now", 12), Column("Denominator now", 12),
    Column("Value now", 12), Column("Why", 40),
)  # fmt: skip
DEFINITIONS = (
    Column("Title", 40), Column("Definition", 70), Column("Unit", 18), Column("Better", 17),
    Column("Citation", 40), Column("Rule in force", 50),
)  # fmt: skip


def teams(report: Report) -> Rows:
    """A share of M by team; the heads of the columns are above, so a row is two down."""
    rows: Rows = []
    for measure, of in report.teams.items():
        for team in of.teams:
            rows.append(_team(report, measure, team, len(rows) + 2))
    return rows


def _team(report: Report, measure: str, team: Team, row: int) -> list[Cell]:
    series, section = report.series[measure], SECTION_OF[measure]
    point = Point(report.month, team.numerator, team.denominator)
    return [
        Cell(series.title),
        Cell(team.name or "Team not recorded"),
        Cell(section.teams.whose if section.teams else None),
        whole(point, team.numerator),
        whole(point, team.denominator),
        reckoned(series.unit, point, f"D{row}", f"E{row}"),
    ]


def every_figure(report: Report) -> Rows:
    """Each measure and month, those of no section too."""
    return [
        _figure(report, series, point)
        for series in report.series.values()
        for point in series.points
    ]


def _figure(report: Report, series: Series, point: Point) -> list[Cell]:
    return [
        Cell(series.measure),
        Cell(series.title),
        Cell(point.month, MONTH),
        whole(point, point.numerator),
        whole(point, point.denominator),
        value(series.unit, point),
        Cell(report.known_on, DAY),
        Cell("no" if point.state == NOT_COMPARABLE else "yes"),
        Cell("yes" if point.awaiting else "no"),
        _published(report, series, point.month, point.published) if point.published else EMPTY,
    ]


def _published(report: Report, series: Series, month: date, published: Published) -> Cell:
    is_withheld = report.is_public and published.numerator is None
    state = WITHHELD if is_withheld else COUNTED
    return value(series.unit, Point(month, published.numerator, published.denominator, state))


def restated(report: Report) -> Rows:
    """What moved since it was published, or that nothing did."""
    if not report.restated:
        return [[Cell("Nothing: no figure has moved since it was published.")]]
    told = [row[-1] for row in restated_rows(report)]
    return [_restated(report, each, why) for each, why in zip(report.restated, told, strict=True)]


def _restated(report: Report, moved: Restated, why: str) -> list[Cell]:
    series = report.series[moved.measure]
    return [
        Cell(series.title),
        Cell(moved.month, MONTH),
        Cell(moved.label),
        Cell(moved.published_on, DAY),
        *_three(series.unit, moved.published),
        *_three(series.unit, moved.now),
        Cell(why),
    ]


def _three(unit: str, point: Point) -> Iterator[Cell]:
    yield whole(point, point.numerator)
    yield whole(point, point.denominator)
    yield value(unit, point)


def definitions(report: Report) -> Rows:
    """What each measure is, and the rules that it is judged by."""
    rules = report.rules
    judged = {
        measure.measure: measure.timescales
        for measure in measures({rule.timescale: rule.title for rule in rules})
    }
    return [
        [
            Cell(series.title),
            Cell(series.definition),
            Cell(UNITS[series.unit]),
            Cell(BETTER[series.better]),
            Cell(series.citation),
            Cell("; ".join(
                _rule(rule) for rule in rules
                if rule.timescale in judged.get(series.measure, ())) or None),
        ]
        for series in report.series.values()
    ]  # fmt: skip


def _rule(rule: Rule) -> str:
    """Its allowance, its source, and between which days it was in force, where another was within
    the year."""
    cited = rule.citation or ""
    is_said = not rule.is_local or cited.startswith(_LOCAL)
    source = cited if is_said else ", ".join(filter(None, (_LOCAL, cited)))
    since = f", since {day_of(rule.since)}" if rule.since else ""
    until = f", until {day_of(rule.until)}" if rule.until else ""
    return f"{rule.allowance}{f' ({source})' if source else ''}{since}{until}"
