"""What holds of every text of every report, whatever is in its record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from etl.report.numbers import as_entered, distance, exact, printed, to_tenth
from etl.report.outline import SECTIONS
from etl.report.record import PERCENT, Point, Report, Series
from etl.report.sentences import (
    about,
    breakdown_title,
    brief,
    callout,
    caption,
    cells,
    describe,
    describe_reviews,
    footer,
    header,
    lead,
    parts_of_reviews,
    plain,
    point_cell,
    restated_rows,
    teams_title,
    tiles,
    under_table,
)
from report.invented import invented
from report.peterborough import october

SEEDS = range(150)
# Causes, praise, blame, adjectives of statistics, forecasts.
_NEVER = re.compile(
    r"\b(because|due to|owing to|thanks to|significant\w*|trends?|improv\w*|worse\w*|deteriorat\w*"
    r"|unusual\w*|good|bad|poor\w*|excellent|strong\w*|weak\w*|concern\w*|sadly|only \d+%|forecast"
    r"|will be \d|likely|alarming|fail\w*|better|best|worst|rise|rose|fell|increase\w*|decrease\w*"
    r"|up by|down by|average of averages|None(?! (of|took|was))|nan)\b|% (more|fewer)|\{|\}"
)
# Of which these are not said of a figure.
_OF_THE_COLUMNS = re.compile(
    r"(higher|lower) is better|whether that is good|more or less is better"
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAYS = re.compile(
    rf"(\d{{1,2}} )?({_MONTH})( \d{{4}})?|same period of \d{{4}}(/\d{{2}})?|\d{{4}}/\d{{2}}"
)
_FIXED = re.compile(
    r"per 10,000 children|12 months|3 months|from 1 to 5|Fewer than 6|\d+ working days"
    r"|less than 0\.1|[Ss]ection 47"
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def said_of_figures(report: Report) -> Iterator[str]:
    """Every text that tells figures of the report."""
    for section in SECTIONS:
        yield from lead(report, section)
        yield from under_table(report, section)
        yield from (breakdown_title(report, each) for each in section.breakdowns)
        if section.teams:
            yield teams_title(report, section.teams)
        for chart in section.charts:
            if series := report.of(chart.measure):
                yield caption(report, chart, series, 50)
                yield describe(report, series, chart.form, 0)
    yield from (item.text for item in brief(report))
    for tile in tiles(report):
        yield from (tile.label, tile.value, *tile.lines)
    yield from callout(report) or []
    yield describe_reviews(report)
    yield from (part.text for part in parts_of_reviews(report))


def said_beside(report: Report) -> Iterator[str]:
    """Every other text."""
    for series in report.series.values():
        yield from vars(cells(report, series)).values()
        for point in series.points:
            yield from point_cell(series.unit, point)
    head = header(report)
    yield from (head.organisation, head.title, head.edition, *head.meta, *head.warnings)
    for note in about(report):
        yield from (note.heading, *note.paragraphs, *note.items)
    for row in restated_rows(report):
        yield from row
    yield from footer(report)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_text_gives_causes_praise_or_blame(seed: int) -> None:
    report = invented(seed)
    for text in [*said_of_figures(report), *said_beside(report)]:
        assert not _NEVER.search(_OF_THE_COLUMNS.sub("", plain(text))), text


@pytest.mark.parametrize("seed", SEEDS)
def test_every_text_is_whole(seed: int) -> None:
    report = invented(seed)
    for text in said_of_figures(report):
        assert text == text.strip()
        assert "  " not in text and ".." not in text and " ." not in text, text
        assert text.count("**") % 2 == 0 and "****" not in text, text
        assert "()" not in text and "'" not in text and "<" not in text, text
    for section in SECTIONS:
        told = lead(report, section)
        assert 0 < len(told) <= 5
        for sentence in told:
            assert plain(sentence)[0].isupper() or plain(sentence)[0].isdigit(), sentence
            assert sentence.endswith("."), sentence
    assert len(brief(report)) <= 8


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_of_a_lead_is_in_the_record_or_the_difference_of_two_that_are(
    seed: int,
) -> None:
    report = invented(seed)
    allowed = set(numbers_of(report))
    for section in SECTIONS:
        for text in lead(report, section):
            stripped = _FIXED.sub("", _DAYS.sub("", plain(text)))
            unknown = [each for each in _NUMBER.findall(stripped) if value(each) not in allowed]
            assert not unknown, text


def test_the_test_of_numbers_can_fail() -> None:
    assert Decimal("204.3") not in set(numbers_of(october()))
    assert Decimal("204.2") in set(numbers_of(october()))


def value(said: str) -> Decimal:
    return Decimal(said.replace(",", ""))


def numbers_of(report: Report) -> Iterator[Decimal]:
    """What of the record may stand in a lead."""
    for series in report.series.values():
        yield from _of_series(series)
        yield from _of_usual(series)
    for found in report.breakdowns.values():
        for band in found.bands:
            yield from _of_share(report, band.number, found.total)
    if reviews := report.reviews:
        yield from map(Decimal, vars_of(reviews))
        most = reviews.in_time + reviews.awaiting
        yield Decimal(reviews.due - reviews.in_time)
        yield Decimal(reviews.in_time - (reviews.recorded_late or 0))
        yield from _of_share(report, reviews.in_time, reviews.due)
        yield from _of_share(report, most, reviews.due)
    yield Decimal(report.corrected_records)
    yield from _needed(report)


def vars_of(reviews: object) -> list[int]:
    return [number for number in vars(reviews).values() if isinstance(number, int)]


def _of_series(series: Series) -> Iterator[Decimal]:
    now = printed(series.unit, series.now)
    for point in (series.now, series.month_before, series.back(2), series.year_before):
        if point is None or not point.is_counted:
            continue
        yield from (Decimal(n) for n in (point.numerator, point.denominator) if n is not None)
        yield Decimal((point.denominator or 0) - (point.numerator or 0))
        yield Decimal(point.awaiting)
        then = printed(series.unit, point)
        if then is not None:
            yield then
        if now is not None and then is not None:
            yield abs(now - then)
    for entered in (series.target, series.england, series.neighbours):
        if entered:
            yield value(as_entered(entered.value))
    if found := distance(series):
        yield found.amount


def _of_usual(series: Series) -> Iterator[Decimal]:
    if series.usual:
        yield from (to_tenth(series.usual.low), to_tenth(series.usual.high))
        yield from (series.usual.low, series.usual.high)


def _of_share(report: Report, number: int | None, of: int | None) -> Iterator[Decimal]:
    if number is None or not of:
        return
    yield from (Decimal(number), Decimal(of))
    share = exact(PERCENT, Point(report.month, number, of))
    if share is not None:
        yield to_tenth(share)


def _needed(report: Report) -> Iterator[Decimal]:
    """What a target comes to in a month, and how many there were."""
    ceased = report.of("looked_after_ceased_rate_12m")
    if ceased and ceased.target and report.population and ceased.now.numerator is not None:
        asked = ceased.target.value * report.population.children / 10_000 / 12
        yield Decimal(int(asked + Decimal("0.5")))
        yield to_tenth(Decimal(ceased.now.numerator) / 12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_public_edition_tells_no_number_of_a_figure_that_is_withheld(seed: int) -> None:
    report = invented(seed)
    if not report.is_public:
        return
    assert not any("usual range" in text.lower() for text in said_of_figures(report))
    for series in report.series.values():
        made = cells(report, series)
        assert made.usual == ""
        if series.now.state == "withheld":
            assert (made.now, made.of, made.from_target) == ("c", "", "")
