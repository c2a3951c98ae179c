"""The public edition of the golden night: what is withheld of it, and that nothing follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from report.resolving import opened

from etl.report import edition
from etl.report.asked import Asked
from etl.report.edition import Wanted
from etl.report.reading import read_report
from etl.report.record import WITHHELD, Report
from etl.report.suppression import public
from etl.warehouse import open_warehouse
from nights.conftest import TwoNights
from nights.loading import Engine, command

pytestmark = pytest.mark.slow

OCTOBER, FIRST, SECOND = date(2014, 10, 1), date(2014, 11, 3), date(2014, 12, 4)


@pytest.fixture(scope="module")
def record(two_nights: TwoNights) -> Report:
    """Of October, as its first night knew it."""
    with open_warehouse(two_nights.first.url).reading() as session:
        return read_report(session, Asked("874", OCTOBER, FIRST, None, 25))


def test_only_the_conferences_of_which_few_were_late_are_withheld(record: Report) -> None:
    told = public(record)
    withheld = [series.measure for series in told.series.values() for point in series.points
                if point.state == WITHHELD]  # fmt: skip
    assert withheld == ["initial_conferences_in_time_pct"] * 12
    assert told.reviews == record.reviews


def test_no_number_of_the_night_can_be_narrowed(record: Report) -> None:
    told = public(record)
    counted = replace(
        record,
        series={name: record.series[name] for name in told.series},
        breakdowns={name: record.breakdowns[name] for name in told.breakdowns},
    )
    assert opened(counted, told) == {}


def test_the_edition_before_is_made_as_it_was_published(
    engine: Engine, two_nights: TwoNights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the one before it, back to the first of the frozen months that follow one another; and
    what is told of a month again, after that month's own freeze."""
    url = engine.copy(two_nights.council, tmp_path / "council").url
    for month in ("2014-06", "2014-08", "2014-09"):
        ran = command("freeze", month, "--warehouse", url, "--known-on", FIRST)
        assert ran.exit_code == 0, ran.err
    made: list[tuple[str, str | None]] = []

    def noting(report: Report, previous: Report | None = None) -> Report:
        made.append((_called(report), _called(previous) if previous else None))
        return report

    monkeypatch.setattr(edition, "public", noting)
    edition.read_edition(url, Wanted(OCTOBER, known_on=SECOND, is_public=True))
    assert made == [
        ("2014-08 on 2014-11-03", None),
        ("2014-09 on 2014-11-03", "2014-08 on 2014-11-03"),
        ("2014-10 on 2014-11-03", "2014-09 on 2014-11-03"),
        ("2014-10 on 2014-12-04", "2014-10 on 2014-11-03"),
    ]


def _called(report: Report) -> str:
    return f"{report.month:%Y-%m} on {report.known_on}"
