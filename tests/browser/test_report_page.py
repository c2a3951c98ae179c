"""The report on a telephone, a tablet, a screen and paper, by keyboard and read aloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from browser.seen import Seen, pages_of
from etl.report.files import pdf
from etl.report.outline import SECTIONS

pytestmark = pytest.mark.browser

Open = Callable[..., Seen]
# The narrowest is a screen of 1280 at four times its size.
NARROW_TOO = pytest.mark.parametrize("width", [320, 360, 768, 1280])
WIDTHS = pytest.mark.parametrize("width", [360, 768, 1280])
TELEPHONE = 360
MOST_PAGES = 14
# In pixels of CSS: 8 point.
SMALLEST_TYPE = 8 * 96 / 72
SMALLEST_TARGET = 24
# The width of what is printed of an A4 page, 182 mm.
PAPER = 688


@NARROW_TOO
def test_the_page_is_never_wider_than_the_window(opened: Open, edition: Path, width: int) -> None:
    seen = opened(edition, width)
    seen.picture(f"{edition.stem}-{width}")
    assert seen.ask("document.scrollingElement.scrollWidth") <= width


@NARROW_TOO
def test_nothing_is_wider_than_the_window_when_every_detail_is_open(
    opened: Open, edition: Path, width: int
) -> None:
    seen = opened(edition, width)
    seen.open_details()
    assert seen.ask("document.scrollingElement.scrollWidth") <= width


@WIDTHS
def test_axe_finds_no_fault(opened: Open, edition: Path, width: int) -> None:
    seen = opened(edition, width)
    seen.open_details()
    assert seen.violations() == []


def test_axe_would_find_a_fault(opened: Open, edition: Path) -> None:
    seen = opened(edition)
    seen.ask("document.body.replaceChildren(document.querySelector('header'))")
    seen.ask("document.querySelector('.organisation').style.color = '#ddd'")
    assert "color-contrast" in [each.split(":")[0] for each in seen.violations()]


def test_the_page_asks_for_nothing_and_says_nothing_on_the_console(
    opened: Open, edition: Path
) -> None:
    seen = opened(edition)
    seen.open_details()
    assert seen.asked == [edition.as_uri()]
    assert seen.said == []


def test_a_picture_slipped_into_the_page_would_be_refused(opened: Open, edition: Path) -> None:
    slipped = edition.with_name(f"{edition.stem}-with-a-picture.html")
    html = edition.read_text("utf-8")
    slipped.write_text(html.replace("<main", '<img alt="" src="none.png"><main', 1), "utf-8")
    assert any("Content Security Policy" in each for each in opened(slipped).said)


def test_the_page_is_the_same_with_scripts_off(opened: Open, edition: Path) -> None:
    texts = {opened(edition, scripts=each).page.inner_text("body") for each in (True, False)}
    assert len(texts) == 1


def test_the_first_key_leads_past_the_sections_to_the_report(opened: Open, edition: Path) -> None:
    seen = opened(edition)
    seen.page.keyboard.press("Tab")
    assert seen.ask("document.activeElement.textContent") == "Skip to the report"
    box = seen.page.locator(".skip").bounding_box()
    assert box
    assert box["x"] >= 0
    seen.page.keyboard.press("Enter")
    assert seen.ask("document.activeElement.id") == "main"
    seen.page.keyboard.press("Tab")
    assert seen.ask("document.activeElement.closest('main') !== null")


def test_keys_reach_every_link_and_every_detail_and_each_is_seen_to_be_reached(
    opened: Open, edition: Path
) -> None:
    seen = opened(edition)
    every = seen.ask("document.querySelectorAll('a, summary').length")
    for _ in range(every):
        seen.page.keyboard.press("Tab")
        assert seen.ask("document.activeElement.matches('a, summary')")
        outline = seen.ask("getComputedStyle(document.activeElement).outline")
        assert "solid 3px" in outline
    seen.page.keyboard.press("Enter")
    assert seen.ask("document.activeElement.closest('details').open")


@WIDTHS
def test_what_is_touched_is_large_enough(opened: Open, edition: Path, width: int) -> None:
    small = opened(edition, width).ask(
        "[...document.querySelectorAll('nav a, .brief a, summary')]"
        ".filter(each => { const box = each.getBoundingClientRect();"
        f" return box.height < {SMALLEST_TARGET} || box.width < {SMALLEST_TARGET} }})"
        ".map(each => each.textContent)"
    )
    assert small == []


def test_on_a_telephone_each_row_is_a_card_whose_figures_have_their_headings(
    opened: Open, edition: Path
) -> None:
    row = opened(edition, TELEPHONE).page.locator("#contacts .figures tbody tr").nth(1)
    assert row.evaluate("each => getComputedStyle(each).display") == "grid"
    headings = row.locator("td").evaluate_all(
        "every => every.filter(each => each.offsetHeight > 0)"
        ".map(each => getComputedStyle(each, '::before').content)"
    )
    assert headings[:3] == ['"October 2014"', '"Sep 2014"', '"Oct 2013"']


def test_on_a_telephone_a_card_is_read_aloud_as_a_row_of_a_table(
    opened: Open, edition: Path
) -> None:
    table = opened(edition, TELEPHONE).page.locator("#contacts .figures")
    read = table.aria_snapshot()
    assert '- table "Contacts"' in read
    assert '- columnheader "October 2014"' in read
    assert '- rowheader "Contacts received"' in read
    assert '- cell "October 2014 870"' in read


def test_a_narrow_chart_is_shown_on_a_telephone_and_a_wide_one_on_a_screen(
    opened: Open, edition: Path
) -> None:
    for width, shown, hidden in ((TELEPHONE, "narrow", "wide"), (1280, "wide", "narrow")):
        page = opened(edition, width).page
        assert page.locator(f"figure .{shown} svg").first.is_visible()
        assert not page.locator(f"figure .{hidden} svg").first.is_visible()


def test_the_report_is_printed_on_few_pages(paper: list[str]) -> None:
    assert len(paper) <= MOST_PAGES


def test_all_figures_are_on_the_second_page_and_alone_there(paper: list[str]) -> None:
    assert "In brief" in paper[0]
    assert "All figures on one page" not in paper[0]
    assert paper[1].count("All figures on one page") == 1
    assert "In need more than 9 months" in paper[1]
    assert "n/c: not comparable" in paper[1]
    assert "Early help episodes opened each month" not in paper[1]
    assert "n/c: not comparable" not in paper[2]
    assert "1 Early help" in paper[2]


def test_no_section_is_parted_between_pages(paper: list[str], opened: Open, edition: Path) -> None:
    page = opened(edition).page
    for section in SECTIONS:
        begins = page.locator(f"#{section.id} .lead").inner_text()[:40]
        [at] = [number for number, text in enumerate(paper) if begins in text]
        for chart in section.charts:
            assert chart.caption in paper[at]
        assert f"{section.number} {section.title}" in paper[at]


def test_every_printed_page_has_its_foot(paper: list[str], edition: Path) -> None:
    for number, text in enumerate(paper, start=1):
        which = "Public" if edition.stem == "public" else "Internal"
        assert f"As known on 3 November 2014. {which} edition." in text
        assert ("c: 1 to 5, or withheld to protect them." in text) == (which == "Public")
        assert f"{number} of {len(paper)}" in text
        incomplete = "Figures for October 2014 are not complete."
        assert (incomplete in text) == (edition.stem == "stale")


def test_details_are_closed_on_paper(paper: list[str]) -> None:
    assert not any("Data for these charts" in text or "Definitions of" in text for text in paper)


def test_the_pdf_that_the_command_writes_has_the_same_pages(
    paper: list[str], edition: Path, tmp_path: Path
) -> None:
    pdf(edition, tmp_path / "report.pdf")
    assert pages_of((tmp_path / "report.pdf").read_bytes()) == paper


def test_no_type_on_paper_is_smaller_than_eight_points(opened: Open, edition: Path) -> None:
    seen = opened(edition, PAPER)
    seen.page.emulate_media(media="print")
    small = seen.ask(
        """() => {
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const small = [];
            while (texts.nextNode()) {
                const text = texts.currentNode, at = text.parentElement;
                if (!text.data.trim() || at.closest('title, desc, .hidden')) continue;
                if (!at.getClientRects().length) continue;
                const drawing = at.closest('svg');
                const scale = drawing
                    ? drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width : 1;
                const size = parseFloat(getComputedStyle(at).fontSize) * scale;
                if (size < LIMIT) small.push(`${size.toFixed(2)} ${text.data.trim()}`);
            }
            return small;
        }""".replace("LIMIT", str(SMALLEST_TYPE - 0.05))
    )
    assert small == []
