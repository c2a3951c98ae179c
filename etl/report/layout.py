"""What the page shows, in its order: the record of figures laid out as tables, charts, bars and
words, for the template to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from etl.report import charts, sentences
from etl.report.commentary import Comment
from etl.report.numbers import to_tenth, whole
from etl.report.outline import GROUPS, SECTIONS, Chart, Section, TeamsOf
from etl.report.record import COUNT, COUNTED, PERCENT, WITHHELD, Breakdown, Point, Report, Series
from etl.report.sentences.words import month_of, short_month

# How a value that is not there is printed: never as an empty cell.
NONE = "–"
TEAM_NOT_RECORDED = "Team not recorded"
# One team alone tells nothing that the whole does not.
FEWEST_TEAMS = 2
# The section that says what is late in practice, and what in the record.
REVIEWS = "reviews"


@dataclass(frozen=True)
class Cell:
    """A figure of a table. of: ``201 of 870``. drawing: in place of a value."""

    heading: str
    value: str
    of: str = ""
    is_now: bool = False
    drawing: str = ""

    @property
    def is_none(self) -> bool:
        """Whether there is nothing to print."""
        return not self.drawing and self.value in ("", NONE)

    @property
    def looks(self) -> str:
        """By what name the style knows it."""
        if self.is_now:
            return "now"
        if self.drawing:
            return "line"
        return "none" if self.is_none else ""


@dataclass(frozen=True)
class Row:
    """A measure in a table. marks: ◊, ‡. better: ``higher is better``."""

    label: str
    marks: str
    better: str
    cells: tuple[Cell, ...]

    def of_columns(self, kept: Sequence[int]) -> Row:
        """The row with these of its cells alone."""
        return replace(self, cells=tuple(self.cells[index] for index in kept))


@dataclass(frozen=True)
class FigureTable:
    """Figures of measures. columns: a cell of each. groups: rows by their heading; "" where there
    is one group."""

    caption: str
    columns: tuple[Cell, ...]
    groups: Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True)
class Drawn:
    """A chart, drawn for a wide page, and for a telephone and paper."""

    title: str
    about: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class Bar:
    """A band of a breakdown. width: of its bar, in per cent of the longest."""

    label: str
    number: str
    share: str
    width: Decimal | None


@dataclass(frozen=True)
class Bars:
    """A breakdown, as a table with bars."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class TeamTable:
    """A share by team."""

    title: str
    of: str
    part: str
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class ReviewsBar:
    """What became of the reviews that were due, as a bar. paragraphs: while that is not final."""

    title: str
    description: str
    parts: Sequence[sentences.Part]
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class MonthRow:
    """A month of the data of charts. cells: each measure's figure, and ``201 of 870``."""

    month: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChartData:
    """What the charts of a section show, month by month, the latest first."""

    headings: tuple[str, ...]
    months: tuple[MonthRow, ...]


@dataclass(frozen=True)
class Shown:
    """A section as it is printed."""

    section: Section
    lead: Sequence[str]
    reviews: ReviewsBar | None
    figures: FigureTable
    notes: Sequence[str]
    charts: tuple[Drawn, ...]
    bars: tuple[Bars, ...]
    teams: TeamTable | None
    comment: Comment | None
    data: ChartData | None

    @property
    def has_side(self) -> bool:
        """Whether something stands beside its charts."""
        return bool(self.bars) or self.teams is not None

    @property
    def is_comment_beside(self) -> bool:
        """Whether the commentary finds room beside the last chart."""
        return (len(self.charts) + self.has_side) % 2 == 1


def sections_shown(report: Report, commentary: Mapping[str, Comment]) -> list[Shown]:
    """The sections of which anything is published."""
    return [
        _shown(report, section, commentary.get(section.id))
        for section in SECTIONS
        if _published(report, section)
    ]


def all_figures(report: Report) -> FigureTable:
    """The page of all figures."""
    return _figure_table(report, "All figures on one page", GROUPS, with_lines=True)


def defined(report: Report) -> list[Series]:
    """The measures that the page shows, in the order of its sections."""
    return [series for section in SECTIONS for series in _published(report, section)]


def _published(report: Report, section: Section) -> list[Series]:
    return [series for measure in section.measures if (series := report.of(measure))]


def _shown(report: Report, section: Section, comment: Comment | None) -> Shown:
    return Shown(
        section,
        sentences.lead(report, section),
        _reviews_bar(report) if section.id == REVIEWS else None,
        _figure_table(report, section.title, {"": section.rows}),
        sentences.under_table(report, section),
        tuple(
            _drawn(report, chart, series)
            for chart, series in _charts(report, section)
            if charts.shows_anything(series)
        ),
        tuple(
            _bars(report, breakdown)
            for each in section.breakdowns
            if (breakdown := report.breakdowns.get(each.name))
        ),
        _team_table(report, section.teams) if section.teams else None,
        comment,
        _data(report, section),
    )


def _figure_table(
    report: Report, caption: str, groups: Mapping[str, Mapping[str, str]], with_lines: bool = False
) -> FigureTable:
    """A table without the columns in which no row has anything, M's excepted. groups: by heading,
    labels by measure."""
    rows = {
        group: [
            _row(report, series, label, with_lines)
            for measure, label in labels.items()
            if (series := report.of(measure))
        ]
        for group, labels in groups.items()
    }
    every = [row.cells for of_group in rows.values() for row in of_group]
    kept = [
        index for index, column in enumerate(zip(*every, strict=True))
        if column[0].is_now or not all(cell.is_none for cell in column)
    ]  # fmt: skip
    return FigureTable(
        caption,
        tuple(every[0][index] for index in kept),
        {
            group: tuple(row.of_columns(kept) for row in of_group)
            for group, of_group in rows.items()
            if of_group
        },
    )


def _row(report: Report, series: Series, label: str, with_lines: bool) -> Row:
    """Every cell of a measure's row. with_lines: on the page of all figures, where a line of its
    months stands for its usual range."""
    said = sentences.cells(report, series)
    line = Cell(f"{len(series.points)} months", "", drawing=charts.spark(series))
    before, year_before = (short_month(report.months[each]) for each in (-2, -13))
    return Row(
        label,
        said.marks,
        "" if with_lines else said.better,
        (
            Cell(month_of(report.month), said.now, said.of, is_now=True),
            Cell(before, said.month_before),
            Cell(year_before, said.year_before),
            line if with_lines else Cell("Usual range", said.usual),
            Cell("Target", said.target),
            Cell("From target", said.from_target),
            Cell("England", said.england),
            Cell("Neighbours", said.neighbours),
        ),
    )


def _charts(report: Report, section: Section) -> list[tuple[Chart, Series]]:
    return [(each, series) for each in section.charts if (series := report.of(each.measure))]


def _drawn(report: Report, chart: Chart, series: Series) -> Drawn:
    start = charts.axis_start(series, chart.form)
    description = sentences.describe(report, series, chart.form, start)
    wide, narrow = (
        charts.draw(
            series, chart.form, wide=size == "wide", id=f"{chart.measure}-{size}",
            title=chart.caption, description=description,
        )
        for size in ("wide", "narrow")
    )  # fmt: skip
    return Drawn(chart.caption, sentences.caption(report, chart, series, start), wide, narrow)


def _bars(report: Report, breakdown: Breakdown) -> Bars:
    """Each band's bar beside that of the band with most."""
    most = max((band.number or 0 for band in breakdown.bands), default=0)
    return Bars(
        sentences.breakdown_title(report, breakdown),
        tuple(
            Bar(
                band.label,
                *_part(report, band.number, breakdown.total),
                to_tenth(Decimal(100 * band.number) / most) if band.number else None,
            )
            for band in breakdown.bands
        ),
    )


def _part(report: Report, number: int | None, total: int | None) -> tuple[str, str]:
    """How many are in a part, and what share of all that is."""
    said = COUNTED if number is not None else WITHHELD
    share = COUNTED if number is not None and total is not None else WITHHELD
    return (
        sentences.point_cell(COUNT, Point(report.month, number, state=said))[0],
        sentences.point_cell(PERCENT, Point(report.month, number, total, share))[0],
    )


def _team_table(report: Report, teams_of: TeamsOf) -> TeamTable | None:
    found = report.teams.get(teams_of.measure)
    if found is None or len(found.teams) < FEWEST_TEAMS:
        return None
    # The one that is not known is last, wherever the record has it.
    teams = sorted(found.teams, key=lambda team: team.name is None)
    return TeamTable(
        sentences.teams_title(report, teams_of),
        teams_of.of,
        teams_of.part,
        tuple(
            (
                team.name or TEAM_NOT_RECORDED,
                whole(team.denominator),
                whole(team.denominator - team.numerator),
                _part(report, team.numerator, team.denominator)[1],
            )
            for team in teams
        ),
    )


def _reviews_bar(report: Report) -> ReviewsBar | None:
    """None where there is nothing to tell apart."""
    parts, paragraphs = sentences.parts_of_reviews(report), sentences.callout(report) or []
    if len(parts) < 2 and not paragraphs:
        return None
    return ReviewsBar(
        sentences.CALLOUT_TITLE, sentences.describe_reviews(report), parts, paragraphs
    )


def _data(report: Report, section: Section) -> ChartData | None:
    """Every month of the measures that the section draws; None where it draws none."""
    drawn = [
        series
        for _, series in _charts(report, section)
        if any(_of_month(series, point.month)[0] for point in series.points)
    ]
    if not drawn:
        return None
    return ChartData(
        tuple(section.rows[series.measure] for series in drawn),
        tuple(
            MonthRow(month_of(month), tuple(_of_month(series, month) for series in drawn))
            for month in reversed(report.months)
        ),
    )


def _of_month(series: Series, month: date) -> tuple[str, str]:
    """A measure may begin later than the charts do."""
    found = [point for point in series.points if point.month == month]
    return sentences.point_cell(series.unit, found[0]) if found else (NONE, "")
