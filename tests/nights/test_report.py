"""The report as a command writes it: of golden's October, as known on either night, on both
engines."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from report.visible import tables_of, visible_text

from nights.conftest import TwoNights
from nights.loading import Council, Ran, command

pytestmark = pytest.mark.slow

FIRST, SECOND = date(2014, 11, 3), date(2014, 12, 4)
PAGE = "874-2014-10-known-{}{}.html"
# What the council's printed report says of October 2014, where the page says it.
PRINTED = (
    "79 early help episodes", "(40)", "204.2 per 10,000", "38.1% above the target", "147.9",
    "870 contacts", "201 of them went on to a referral: 23.1%", "(31.6%)",
    "201 referrals", "(254)", "576.4 per 10,000", "4.2% below the target", "601.7", "(634.9)",
    "248 of the 254 referrals of September", "251 single assessments", "(231)",
    "88.8%", "39, in 26 families", "35 working days", "none was still open past its due date",
    "76 section 47 enquiries", "40 of them", "52.6%", "46.3%", "(26.5%)", "(47.3%)", "(52.3%)",
    "37 child protection plans started", "(30)", "(41)", "80.7 per 10,000",
    "51.1% above the target", "53.4", "England (46.2)", "neighbours (54.3)",
    "30.4% above the target", "49.42", "71.9%", "93.1%", "20 children",
    "383 children were looked after", "(379)", "85.1 per 10,000", "England (60.0)", "(79.0)",
    "7 children ceased to be looked after", "31.6 per 10,000", "17.0% below the target", "38.0",
    "No child looked after had a review past its due date",
)  # fmt: skip


def report(council: Council, folder: Path, *more: object, month: str = "2014-10") -> Ran:
    return command("report", month, "--warehouse", council.url, "--out", folder, *more)


def written(council: Council, folder: Path, *more: object) -> dict[str, Path]:
    """The files of an edition, by the end of their names."""
    ran = report(council, folder, *more)
    assert ran.exit_code == 0, ran.err
    assert {Path(line) for line in ran.out.splitlines()} == {*folder.iterdir()}
    return {path.suffix: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def known_first(two_nights: TwoNights, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return written(two_nights.first, tmp_path_factory.mktemp("first"), "--known-on", FIRST)


def test_the_page_shows_every_printed_figure(known_first: dict[str, Path]) -> None:
    text = visible_text(known_first[".html"])
    assert [figure for figure in PRINTED if figure not in text] == []


def test_reviews_that_await_their_record_are_not_final_and_said_as_a_range(
    known_first: dict[str, Path],
) -> None:
    text = visible_text(known_first[".html"])
    assert (
        "71.9% of the reviews due in October 2014 are recorded as held in time (46 of 64)" in text
    )
    assert "The other 18 are booked in the system with no held date yet" in text
    assert "If all 18 were held in time, the figure is 100.0% (64 of 64)" in text
    rows = tables_of(known_first[".html"])
    assert any("◊" in row[0] and "46 of 64" in " ".join(row) for row in rows)


def test_the_second_night_shows_them_in_time_and_what_was_restated(
    two_nights: TwoNights, tmp_path: Path
) -> None:
    page = written(two_nights.council, tmp_path, "--known-on", SECOND)[".html"]
    text = visible_text(page)
    assert "64 of 64" in text
    assert "not final ◊" not in text
    assert not any("◊" in row[0] for row in tables_of(page))
    [restated] = [row for row in tables_of(page) if "18 held in time, recorded late" in row[-1]
                  and "reviews" in row[0].lower() and "64 of 64" in " ".join(row)]  # fmt: skip
    assert "46 of 64" in " ".join(restated)


def test_without_a_day_the_months_freeze_is_shown(two_nights: TwoNights, tmp_path: Path) -> None:
    files = written(two_nights.council, tmp_path)
    assert files[".html"].name == PAGE.format(FIRST, "")
    text = visible_text(files[".html"])
    assert "2014-10 published" in text
    assert "71.9%" in text


def test_the_same_warehouse_month_and_day_give_the_same_bytes(
    two_nights: TwoNights, known_first: dict[str, Path], tmp_path: Path
) -> None:
    again = written(two_nights.council, tmp_path, "--known-on", FIRST)
    for suffix, path in known_first.items():
        assert hash_of(again[suffix]) == hash_of(path), suffix


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_public_edition_is_two_files_of_its_own(two_nights: TwoNights, tmp_path: Path) -> None:
    files = written(two_nights.council, tmp_path, "--public")
    assert {path.name for path in files.values()} == {
        PAGE.format(FIRST, "-public"), PAGE.format(FIRST, "-public").replace("html", "xlsx")
    }  # fmt: skip
    assert "Family Support East" not in visible_text(files[".html"])


@pytest.mark.parametrize(
    ("month", "more", "exit_code", "said"),
    [
        ("2014-11", ["--known-on", FIRST], 2, "was not over"),
        ("2014-10", ["--frozen", "no such"], 2, "2014-10 published"),
        ("2014-10", ["--frozen", ""], 2, "2014-10 published"),
        ("2014-10", ["--known-on", date(2014, 11, 2)], 2, "Nothing was known"),
        ("2014-11", [], 3, "contact 2014-10-31"),
    ],
)
def test_what_cannot_be_reported_is_refused_and_nothing_is_written(
    two_nights: TwoNights, tmp_path: Path, month: str, more: list[object], exit_code: int, said: str
) -> None:
    folder = tmp_path / "reports"
    ran = report(two_nights.council, folder, *more, month=month)
    assert ran.exit_code == exit_code, ran.err
    assert said in ran.err
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_stale_month_is_written_where_it_is_asked_for_and_says_so(
    two_nights: TwoNights, tmp_path: Path
) -> None:
    ran = report(two_nights.council, tmp_path, "--stale-anyway", month="2014-11")
    assert ran.exit_code == 0, ran.err
    [page] = tmp_path.glob("*.html")
    text = visible_text(page)
    assert "This extract ends on" in text
    assert "Figures for November 2014 are not complete." in text
    assert "usual range (" not in text
