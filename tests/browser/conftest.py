"""A Chromium that is on the machine, and the report in it.

Where there is none, these tests are skipped with the reason; in CI, which installs it, they fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from report.peterborough import october

from browser.seen import OUTPUT, Seen, printed
from etl.errors import WrongUsage
from etl.report import files
from etl.report.commentary import Comment
from etl.report.page import page
from etl.report.record import WITHHELD, Point, Report, Restated

_WORDS = (
    "Staff sickness, maternity leave and ten and a half vacant posts delayed these.",
    ("In a dip sample the visits had been made within the time allowed.",
     "The assessments were written up later."),
)  # fmt: skip
COMMENTED = ("assessment-timescales", "section-47", "plans-started", "reviews", "ceased")


def _moved() -> tuple[Restated, ...]:
    month = date(2014, 9, 1)
    return tuple(
        Restated(measure, month, "2014-09 published", date(2014, 10, 3), Point(month, 40, 64),
                 Point(month, 64, 64), {"recorded late": 24})
        for measure in ("reviews_in_time_pct", "plans_reviewed_in_time_pct")
    )  # fmt: skip


def internal() -> Report:
    """With something in every place of the page."""
    return october(restated=_moved())


def stale() -> Report:
    """Of an extract that ends too early, by a council with a long name and no targets."""
    long = "Bournemouth, Christchurch and Poole"
    every = {name: replace(one, target=None) for name, one in october().series.items()}
    return october(is_stale=True, has_targets=False, authority=long, series=every)


def public() -> Report:
    """With no teams, and figures of 1 to 5 withheld."""
    every = {
        name: replace(one, points=tuple(map(_withheld_if_small, one.points)), usual=None)
        for name, one in october().series.items()
    }
    return october(is_public=True, teams={}, breakdowns={}, reviews=None, series=every)


def _withheld_if_small(point: Point) -> Point:
    if 0 < (point.numerator or 0) < 10:
        return Point(point.month, state=WITHHELD)
    return point


EDITIONS: dict[str, Callable[[], Report]] = {
    "internal": internal,
    "stale": stale,
    "public": public,
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own: nothing is downloaded."""
    try:
        found = files.browser()
    except WrongUsage as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> Path:
    """A report as a file, with what the service says of some sections."""
    comment = Comment("Assistant Director", date(2014, 12, 3), _WORDS)
    OUTPUT.mkdir(exist_ok=True)
    file = OUTPUT / f"{request.param}.html"
    made = page(EDITIONS[request.param](), dict.fromkeys(COMMENTED, comment))
    file.write_text(made, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def paper(browser: Browser, edition: Path) -> list[str]:
    """The text of each printed page of the report."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(edition.as_uri())
        return printed(page, edition.stem)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Seen]]:
    """Opens a file in a window of its own, so wide, with or without scripts."""
    contexts = []

    def open_file(file: Path, width: int = 1280, *, scripts: bool = True) -> Seen:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts
        )
        contexts.append(context)
        seen = Seen(context.new_page(), [], [])
        seen.page.on("request", lambda each: seen.asked.append(each.url))
        seen.page.on("console", lambda each: seen.said.append(each.text))
        seen.page.on("pageerror", lambda each: seen.said.append(str(each)))
        seen.page.goto(file.as_uri())
        return seen

    yield open_file
    for context in contexts:
        context.close()
