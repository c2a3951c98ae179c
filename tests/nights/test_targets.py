"""A year without targets is said, by `csc-etl status` and on the page, and stops nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from unit.builders import an_authority_file, an_extract

from nights.loading import Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

# The last night of which the last complete month is one of 2013/14, and the first of 2014/15.
OF_MARCH, OF_APRIL = date(2014, 4, 30), date(2014, 5, 1)
TARGETS = """
[limits]
stale_days = 1000
[[target]]
measure = "contacts"
financial_year = "2013/14"
value = 900
[[comparator]]
measure = "looked_after_rate"
scope = "england"
financial_year = "2014/15"
value = 60
"""
NO_ENGLAND = "874: No comparators of England are set for 2013/14: report.comparison shows none."
NONE_NEAR = ("874: No comparators of statistical neighbours are set for {}: "
             "report.comparison shows none.")  # fmt: skip
NO_TARGETS = "No targets are set for 2014/15: report.comparison shows those of 2013/14."


@dataclass(frozen=True)
class Said:
    """What is said of targets and comparators after a night: by status, and on the page."""

    status: list[str]
    page: list[str]

    @classmethod
    def of(cls, council: Council, night: date) -> Said:
        ran = command("status", "--warehouse", council.url)
        assert ran.exit_code == 0, ran.err
        status = [line for line in ran.out.splitlines() if "are set for" in line]
        page = (council.folder / "pages" / "874" / f"{night}.html").read_text(encoding="utf-8")
        return cls(status, re.findall(r"<h3>(No [^<]* are set for [^<]*)</h3>", page))


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    folder: Path = tmp_path_factory.mktemp("targets")
    return engine.council(folder / "council", an_authority_file(folder, TARGETS))


@pytest.fixture(scope="module")
def said(council: Council, tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Said]:
    """After either night."""
    found = []
    for night in (OF_MARCH, OF_APRIL):
        extract = an_extract(tmp_path_factory.mktemp("extract"), night=night)
        ran = council.load(extract)
        assert ran.exit_code == 0, ran.err
        found.append(Said.of(council, night))
    return found[0], found[1]


def test_status_says_of_each_kind_that_the_year_of_the_last_complete_month_has_none(
    said: tuple[Said, Said],
) -> None:
    assert [each.status for each in said] == [
        [NO_ENGLAND, NONE_NEAR.format("2013/14")],
        [f"874: {NO_TARGETS}", NONE_NEAR.format("2014/15")],
    ]


def test_the_nights_page_says_the_same_and_what_to_do(
    said: tuple[Said, Said], council: Council
) -> None:
    for each in said:
        assert [f"874: {line}" for line in each.page] == each.status
    page = (council.folder / "pages" / "874" / f"{OF_APRIL}.html").read_text(encoding="utf-8")
    assert "put them into the authority&#39;s file, [[target]]: the next night" in page


def test_what_is_said_is_what_the_comparison_shows(
    said: tuple[Said, Said], council: Council
) -> None:
    shown = council.rows(
        "select target_year, england_year, statistical_neighbours_year from report.comparison "
        "where month = date '2014-04-01' and measure in ('contacts', 'looked_after_rate') "
        "order by measure"
    )
    assert said[1].page[0] == NO_TARGETS
    assert shown == [("2013/14", None, None), (None, "2014/15", None)]
