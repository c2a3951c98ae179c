"""The files of the public edition, read as anybody may read them: whatever shows a figure of a
month shows none of those that are withheld."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from etl.errors import WrongUsage
from etl.report.edition import Wanted, read_edition, write_edition
from etl.report.outline import SECTION_OF, SECTIONS, Chart, Section
from etl.report.record import COUNT, WITHHELD, Report, Series
from etl.report.sentences.nouns import WORDS
from etl.report.suppression import public
from etl.report.workbook.subjects import name_of
from report.councils import council
from report.reading_pages import read, rows_of

# From a council of which most is withheld to one of which little is.
_COUNCILS = [(1, 4), (2, 8), (3, 30)]
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_SHEET = re.compile(r"'(.+)'!\$[A-Z]+\$(\d+)")
# The row below the head of a subject's table.
_FIRST = 5
Shown = list[tuple[str, str, date, Any]]


@dataclass(frozen=True)
class Edition:
    """Of a council, what was counted, what is told of it, and its files."""

    counted: Report
    told: Report
    page: str
    book: Path

    def withheld(self) -> set[tuple[str, date]]:
        return {
            (series.measure, point.month)
            for series in self.told.series.values()
            for point in series.points
            if point.state == WITHHELD
        }

    def shown(self) -> Shown:
        """Where a figure of a month stands, whose and which, and what stands there."""
        sheets = openpyxl.load_workbook(self.book, data_only=True)
        return [
            *_in_data_tables(self.told, self.page),
            *_in_every_figure(sheets),
            *_in_subjects(self.told, sheets),
            *_in_charts(self.told, self.book),
        ]


@pytest.fixture(scope="module", params=_COUNCILS)
def edition(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    seed, busy = request.param
    counted = council(seed, busy=busy, months=25)
    return _written(counted, public(counted), tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="module")
def internal(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    counted = council(1, busy=4, months=25)
    return _written(counted, counted, tmp_path_factory.mktemp("internal"))


def _written(counted: Report, told: Report, folder: Path) -> Edition:
    files = write_edition(told, folder, {})
    return Edition(counted, told, files.page.read_text(encoding="utf-8"), files.workbook)


def test_wherever_a_withheld_figure_would_stand_there_is_no_number(edition: Edition) -> None:
    withheld = edition.withheld()
    shown = [each for each in edition.shown() if each[1:3] in withheld]
    assert {each[1:3] for each in shown} == withheld
    assert [each for each in shown if each[3] not in ("c", None)] == []


def test_the_internal_edition_shows_them_in_each_of_those_places(internal: Edition) -> None:
    """Else nothing above could fail."""
    hidden = {(series.measure, point.month) for series in public(internal.counted).series.values()
              for point in series.points if point.state == WITHHELD}  # fmt: skip
    seen = {each[0] for each in internal.shown()
            if each[1:3] in hidden and re.match(r"\d", str(each[3]))}  # fmt: skip
    assert seen == {"data table", "every figure", "subject", "chart"}


def test_no_file_has_a_withheld_number_beside_its_noun(edition: Edition) -> None:
    texts = _texts(edition)
    found = [
        said
        for series, number, _ in _withheld_counts(edition)
        for said in _beside_its_noun(series, number, texts)
    ]
    assert found == []


def test_the_internal_edition_has_such_numbers_beside_their_nouns(internal: Edition) -> None:
    """Else nothing above could fail."""
    texts = _texts(internal)
    small = [
        said
        for series in internal.counted.series.values()
        if series.unit == COUNT and series.now.numerator in range(1, 6)
        for said in _beside_its_noun(series, series.now.numerator or 0, texts)
    ]
    assert small


def test_nothing_is_said_to_be_more_or_fewer_than_a_withheld_figure(edition: Edition) -> None:
    texts = _texts(edition)
    withheld = edition.withheld()
    for series in edition.told.series.values():
        before = series.month_before
        if series.unit != COUNT or before is None or series.measure not in SECTION_OF:
            continue
        if (series.measure, before.month) in withheld and series.now.is_counted:
            number = series.now.numerator or 0
            said = " ".join(_beside_its_noun(series, number, texts, sentence=True))
            assert f"{before.month:%B} (" not in said


def test_a_public_edition_of_more_months_is_refused() -> None:
    """Beside one of 25 months it would open what both withhold."""
    wanted = Wanted(date(2014, 10, 1), months=37, is_public=True)
    with pytest.raises(WrongUsage, match="shows 25 months, not 37"):
        read_edition("duckdb:////not/looked/for", wanted)


def _withheld_counts(edition: Edition) -> Iterator[tuple[Series, int, date]]:
    for measure, month in sorted(edition.withheld()):
        series = edition.counted.series[measure]
        point = next(each for each in series.points if each.month == month)
        if series.unit == COUNT and month == edition.told.month and point.numerator:
            yield series, point.numerator, month


def _beside_its_noun(
    series: Series, number: int, texts: str, *, sentence: bool = False
) -> list[str]:
    words = WORDS[series.measure]
    nouns = "|".join(re.escape(noun) for noun in {words.one, words.many} if noun)
    rest = r"[^.]*" if sentence else ""
    return re.findall(rf"(?<![\d,.])\b{number:,} (?:{nouns}){rest}", texts)


def _texts(edition: Edition) -> str:
    """All words of both files: of the page also those of its drawings; of the workbook every part,
    notes, descriptions and properties with them."""
    page = re.sub(r"(?s)<style.*?</style>", " ", edition.page)
    with zipfile.ZipFile(edition.book) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist()]
    described = [unescape(text) for part in parts for text in re.findall(r'descr="([^"]*)"', part)]
    plain = [unescape(re.sub(r"<[^>]+>", " ", text)) for text in (page, *parts)]
    return re.sub(r"\s+", " ", " ".join([*plain, *described]))


# Where figures of months stand.


def _in_data_tables(told: Report, page: str) -> Iterator[tuple[str, str, date, Any]]:
    months = {f"{month:%B %Y}": month for month in told.months}
    measures = {(section.number, label): measure
                for section in SECTIONS for measure, label in section.rows.items()}  # fmt: skip
    for region in read(page).every("div", role="region"):
        label = region.attributes.get("aria-label", "")
        if not (found := re.fullmatch(r"Data for the charts of section (\d+)", label)):
            continue
        head, *rows = rows_of(region.one("table"))
        for row in rows:
            for heading, cell in zip(head[1:], row[1:], strict=True):
                yield "data table", measures[int(found[1]), heading], months[row[0]], cell


def _in_every_figure(sheets: Any) -> Iterator[tuple[str, str, date, Any]]:
    rows = sheets["Every figure"].iter_rows(min_row=2, values_only=True)
    for measure, _, month, *figures in rows:
        for cell in (*figures[:3], figures[-1]):
            yield "every figure", measure, month.date(), cell


def _in_subjects(told: Report, sheets: Any) -> Iterator[tuple[str, str, date, Any]]:
    """Every column of a measure, but those of what it is compared to and of the population."""
    for section in SECTIONS:
        sheet = sheets[name_of(section)]
        for column in sheet.iter_cols(min_col=2):
            heading = str(column[_FIRST - 2].value or "")
            if measure := _measure_of(section, heading):
                cells = column[_FIRST - 1 : _FIRST - 1 + len(told.months)]
                for month, cell in zip(told.months, cells, strict=True):
                    yield "subject", measure, month, cell.value


def _measure_of(section: Section, heading: str) -> str | None:
    for measure, label in section.rows.items():
        ends = ("", ": numerator", ": denominator", ": %", ": per 10,000", ": from target",
                ": population")  # fmt: skip
        if heading in {label + end for end in ends}:
            return measure
    drawn = heading.removeprefix("Drawn: ")
    charts = [chart for chart in section.charts if drawn.startswith(chart.caption)]
    return charts[0].measure if charts and drawn != heading else None


def _in_charts(told: Report, book: Path) -> Iterator[tuple[str, str, date, Any]]:
    """What the charts of a workbook keep of the cells that they draw."""
    with zipfile.ZipFile(book) as archive:
        charts = [archive.read(name) for name in archive.namelist() if "/charts/chart" in name]
    for chart in charts:
        for line in ElementTree.fromstring(chart).iter(f"{_CHART}ser"):
            name = line.findtext(f"{_CHART}tx//{_CHART}v") or ""
            of = _chart_of(line.findtext(f"{_CHART}val//{_CHART}f") or "", name)
            if of:
                yield from _kept(told, of, line)


def _chart_of(place: str, name: str) -> Chart | None:
    sheet = _SHEET.match(place)
    section = _by_sheet()[sheet[1]] if sheet else None
    if section is None or not name.startswith("Drawn: "):
        return None
    return next(each for each in section.charts
                if name.removeprefix("Drawn: ").startswith(each.caption))  # fmt: skip


@cache
def _by_sheet() -> dict[str, Section]:
    return {name_of(section): section for section in SECTIONS}


def _kept(
    told: Report, of: Chart, line: ElementTree.Element
) -> Iterator[tuple[str, str, date, Any]]:
    points = line.findall(f"{_CHART}val//{_CHART}pt")
    kept = {int(point.attrib["idx"]): point.findtext(f"{_CHART}v") for point in points}
    for index, month in enumerate(told.months):
        yield "chart", of.measure, month, kept.get(index)
