"""The report's workbook, read back: its figures, its formulas, and what must not be in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from etl.report.numbers import exact
from etl.report.outline import COLUMNS, LINE, SECTIONS
from etl.report.record import (
    MISSING,
    WITHHELD,
    Band,
    Breakdown,
    HeldBackRows,
    Published,
    Report,
    Restated,
    Rule,
    Team,
    Teams,
    UsualRange,
)
from etl.report.sentences import describe
from etl.report.workbook import write_workbook
from report.records import OCTOBER, months, point, reference, report, series, steady
from report.workbooks import HEAD, Read, written

SUBJECTS = [
    "1 Early help", "2 Contacts", "3 Referrals", "4 Assessments", "5 Assessment timescales",
    "6 Section 47", "7 Plans started", "8 Plans", "9 Reviews", "10 Visits", "11 Looked after",
    "12 Ceased", "13 Care oversight", "14 In need",
]  # fmt: skip
TEAMS = Teams("visits_in_time_pct", (Team("East", 58, 63), Team("West", 2, 3), Team(None, 4, 20)))
CONTACTS_PCT = "Contacts that became a referral"
RATE = "Rate per 10,000, over 12 months"


def varied() -> Report:
    """Months that are n/c, of few, of nothing, not final and restated; targets and comparators."""
    shares = [None, None, (2, 3), (0, 0), *[(5 * n, 7 * n + 11) for n in range(1, 20)],
              (214, 905), (201, 870)]  # fmt: skip
    rates = series(
        "referral_rate_12m", [None] * 12 + [2600 + 7 * n for n in range(13)],
        target=reference("601.7"), england=reference("46.2", "2012/13"),
        neighbours=reference("634.9"),
    )  # fmt: skip
    reviews = series("reviews_in_time_pct", [(64, 64)] * 24 + [(46, 64)], target=reference("90"))
    last = replace(reviews.now, awaiting=18, published=Published(60, 64, date(2014, 11, 3)))
    return report(
        series("contacts", [700 + n for n in range(25)],
               usual=UsualRange(Decimal(801), Decimal(979), date(2013, 10, 1))),
        series("contacts_to_referral_pct", shares),
        rates,
        series("assessments_in_time_pct_ytd", [(90, 100)] * 25, target=reference("92.5")),
        replace(reviews, points=(*reviews.points[:-1], last)),
        series("visits_in_time_pct", [(270, 290)] * 25),
        teams={"visits_in_time_pct": TEAMS},
    )  # fmt: skip


def public() -> Report:
    """The same with a figure withheld, as suppression leaves it."""
    found = varied()
    contacts = found.series["contacts"]
    withheld = replace(contacts.points[5], numerator=None, state=WITHHELD)
    points = (*contacts.points[:5], withheld, *contacts.points[6:])
    series_of = {**found.series, "contacts": replace(contacts, points=points)}
    return replace(found, series=series_of, is_public=True)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return written(varied(), tmp_path_factory.mktemp("internal"))


@pytest.fixture(scope="module")
def public_book(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return written(public(), tmp_path_factory.mktemp("public"))


def test_the_sheets_stand_in_the_order_of_the_report(book: Read) -> None:
    assert book.values.sheetnames == [
        "Contents", "All figures", *SUBJECTS, "Teams", "Every figure", "Restated", "Definitions",
        "Notes",
    ]  # fmt: skip


def test_the_contents_link_to_every_sheet_and_to_nothing_else(book: Read) -> None:
    links = [
        cell.hyperlink.location for [cell] in book.values["Contents"]["A5:A40"] if cell.hyperlink
    ]
    assert links == [f"'{name}'!A1" for name in book.values.sheetnames]


def test_every_formula_gives_what_is_kept_beside_it(book: Read) -> None:
    formulas = book.every_formula()
    for sheet, place, formula, cached in formulas:
        worked_out = book.worked_out(sheet, formula)
        if cached is None or isinstance(cached, str):
            assert worked_out == cached, (sheet, place)
        else:
            assert cached == pytest.approx(float(worked_out), rel=1e-14), (sheet, place)
    assert len(formulas) > 200


@pytest.mark.parametrize(
    ("measure", "sheet", "heading"),
    [("contacts_to_referral_pct", "2 Contacts", f"{CONTACTS_PCT}: %"),
     ("referral_rate_12m", "3 Referrals", f"{RATE}: per 10,000")],
)  # fmt: skip
def test_a_share_or_rate_is_a_formula_with_the_exact_value(
    book: Read, measure: str, sheet: str, heading: str
) -> None:
    one = varied().series[measure]
    formulas = {(of, place): formula for of, place, formula, _ in book.every_formula()}
    for at, cell in zip(one.points, book.cells(sheet, heading), strict=True):
        value = exact(one.unit, at)
        if value is None or (at.denominator or 0) < 10:
            continue
        assert cell.value == float(value)
        assert "/" in formulas[sheet, cell.coordinate]


def test_a_share_has_its_numerator_and_denominator(book: Read) -> None:
    assert book.column("2 Contacts", f"{CONTACTS_PCT}: numerator")[-1] == 201
    assert book.column("2 Contacts", f"{CONTACTS_PCT}: denominator")[-1] == 870
    assert book.column("3 Referrals", f"{RATE}: population")[-1] == 45_000


def test_a_figure_that_may_not_be_compared_is_a_text_in_each_of_its_cells(book: Read) -> None:
    for what in ("numerator", "denominator", "%"):
        assert book.column("2 Contacts", f"{CONTACTS_PCT}: {what}")[:2] == ["n/c", "n/c"]
    assert book.row("All figures", "Referrals received, rate over 12 months")["October 2013"] == (
        pytest.approx(577.777777)
    )


def test_a_share_of_few_is_a_text_and_what_it_is_of_stands_beside_it(book: Read) -> None:
    assert book.column("2 Contacts", f"{CONTACTS_PCT}: numerator")[2] == 2
    assert book.column("2 Contacts", f"{CONTACTS_PCT}: denominator")[2] == 3
    assert book.column("2 Contacts", f"{CONTACTS_PCT}: %")[2] == "2 of 3"


def test_a_share_of_nothing_is_empty_not_zero(book: Read) -> None:
    [(formula, cached)] = [
        (formula, cached) for sheet, place, formula, cached in book.every_formula()
        if (sheet, place) == ("2 Contacts", f"E{HEAD + 4}")
    ]  # fmt: skip
    assert formula == f'=IF(D{HEAD + 4}=0,"",100*C{HEAD + 4}/D{HEAD + 4})'
    assert cached is None


def test_a_month_that_nobody_counted_is_empty(tmp_path: Path) -> None:
    contacts = series("contacts", [5] * 25)
    missing = replace(contacts.points[3], numerator=None, state=MISSING)
    points = (*contacts.points[:3], missing, *contacts.points[4:])
    found = written(report(replace(contacts, points=points)), tmp_path)
    assert found.column("2 Contacts", "Contacts received")[2:5] == [5, None, 5]


def test_a_rate_is_so_many_per_cent_from_its_target(book: Read) -> None:
    distances = book.column("3 Referrals", f"{RATE}: from target")
    value = Decimal(10_000) * 2684 / 45_000
    assert distances[-1] == float(100 * (value - Decimal("601.7")) / Decimal("601.7"))
    assert distances[-1] < 0


def test_a_share_is_so_many_points_from_its_target(book: Read) -> None:
    cell = book.cells("9 Reviews", "Reviews due in the month, recorded in time: from target")[-1]
    assert cell.value == 71.875 - 90
    assert " points" in cell.number_format


def test_a_target_of_nothing_has_no_distance(tmp_path: Path) -> None:
    found = written(report(series("contacts", [5] * 25, target=reference("0"))), tmp_path)
    assert found.column("2 Contacts", "Contacts received: from target")[-1] is None
    assert found.worked_out("2 Contacts", f'=IF(C{HEAD + 25}=0,"",1)') is None


def test_targets_and_comparators_stand_in_their_year_alone(book: Read) -> None:
    for heading, value in (("target 2014/15", 601.7), ("England 2012/13", 46.2),
                           ("neighbours 2014/15", 634.9)):  # fmt: skip
        column = book.column("3 Referrals", f"{RATE}: {heading}")
        assert column == [None] * 18 + [value] * 7


def test_a_column_that_would_be_empty_is_not_there(book: Read) -> None:
    assert book.headings("2 Contacts") == [
        "Month", "Contacts received", f"{CONTACTS_PCT}: numerator",
        f"{CONTACTS_PCT}: denominator", f"{CONTACTS_PCT}: %",
    ]  # fmt: skip


def test_months_and_days_are_days(book: Read) -> None:
    months_down = book.column("2 Contacts", "Month")
    assert [each.date() for each in months_down] == list(months())
    known = book.cells("Every figure", "Known on", head=1)[0]
    assert known.value == datetime(2014, 11, 3)  # noqa: DTZ001
    assert known.is_date


def test_a_measure_of_fewer_months_stands_beside_the_last(tmp_path: Path) -> None:
    found = written(report(series("contacts", [1, 2, 3, 4, 5])), tmp_path)
    assert found.column("2 Contacts", "Contacts received") == [None] * 20 + [1, 2, 3, 4, 5]
    assert found.row("All figures", "Contacts received")["October 2013"] is None


def test_a_subject_without_figures_says_so(book: Read) -> None:
    assert book.values["14 In need"]["A4"].value == (
        "No figure of this subject is published: see Notes."
    )
    assert "no figure is published" in str(book.values["Contents"]["B20"].value)


def test_all_figures_are_those_of_the_subjects(book: Read) -> None:
    row = book.row("All figures", CONTACTS_PCT)
    assert (row["Numerator"], row["Denominator"]) == (201, 870)
    assert row["October 2014"] == float(Decimal(20_100) / 870)
    assert row["September 2014"] == float(Decimal(21_400) / 905)
    places = [place for sheet, place, formula, _ in book.every_formula()
              if sheet == "All figures" and formula.startswith("='2 Contacts'!")]  # fmt: skip
    assert len(places) == 6


def test_all_figures_say_what_each_is_set_against(book: Read) -> None:
    row = book.row("All figures", "Contacts received")
    assert (row["Usual range from"], row["Usual range to"]) == (801, 979)
    row = book.row("All figures", "Referrals received, rate over 12 months")
    assert (row["Target 2014/15"], row["England"], row["Statistical neighbours"]) == (
        601.7, 46.2, 634.9,
    )  # fmt: skip
    assert row["Comparators of"] == "2012/13, 2014/15"
    assert row["From target"] == book.column("3 Referrals", f"{RATE}: from target")[-1]


def test_a_figure_that_is_not_final_is_marked_and_stays_a_number(book: Read) -> None:
    cell = book.cells("9 Reviews", "Reviews due in the month, recorded in time: %")[-1]
    assert (cell.value, cell.number_format) == (71.875, '0.0"%"" ◊†"')
    row = book.row("All figures", "Child protection reviews held in time")
    assert row["Note"] == "◊ not final: 18 awaiting their record"


def test_rows_held_back_are_noted(tmp_path: Path) -> None:
    held = (HeldBackRows("contact", 1, 0), HeldBackRows("referral", 2, 1))
    found = written(report(series("contacts", [5] * 25, held_back=held)), tmp_path)
    assert found.row("All figures", "Contacts received")["Note"] == "‡ 3 rows are held back"


def test_every_figure_is_a_row_of_its_own(book: Read) -> None:
    of = varied()
    assert len(book.column("Every figure", "Measure", head=1)) == 25 * len(of.series)
    assert book.headings("Every figure", head=1) == [
        "Measure", "Title", "Month", "Numerator", "Denominator", "Value", "Known on",
        "Comparable", "Not final", "Published value",
    ]  # fmt: skip
    last = {heading: book.column("Every figure", heading, head=1)[25 * 5 - 1]
            for heading in book.headings("Every figure", head=1)}  # fmt: skip
    assert last["Measure"] == "reviews_in_time_pct"
    assert (last["Value"], last["Published value"], last["Not final"]) == (71.875, 93.75, "yes")
    assert book.column("Every figure", "Comparable", head=1)[25:28] == ["no", "no", "yes"]


def test_a_measure_of_no_section_is_among_every_figure(tmp_path: Path) -> None:
    found = written(report(series("average_caseload", [(40, 20)] * 25)), tmp_path)
    assert found.column("Every figure", "Value", head=1) == [2] * 25


def test_teams_have_their_share_and_say_whose_they_are(book: Read) -> None:
    assert book.column("Teams", "Team", head=1) == ["East", "West", "Team not recorded"]
    assert book.column("Teams", "%", head=1) == [float(Decimal(5800) / 63), "2 of 3", 20]
    assert set(book.column("Teams", "Whose team", head=1)) == {
        "of the plan, else of the child’s referral"
    }


def test_without_teams_there_is_no_sheet_of_them(tmp_path: Path) -> None:
    assert "Teams" not in written(replace(varied(), teams={}), tmp_path).values.sheetnames


def test_what_moved_since_it_was_published_is_told_with_its_causes(tmp_path: Path) -> None:
    moved = Restated(
        "reviews_in_time_pct", OCTOBER, "2014-10 published", date(2014, 11, 3),
        point(OCTOBER, (46, 64)), point(OCTOBER, (64, 64)), {"recorded late": 18, "added": 2},
    )  # fmt: skip
    found = written(replace(varied(), restated=(moved, replace(moved, causes=None))), tmp_path)
    rows = [found.column("Restated", heading, head=1) for heading in (
        "Numerator published", "Value published", "Numerator now", "Value now", "Why")]  # fmt: skip
    assert rows == [[46, 46], [71.875, 71.875], [64, 64], [100, 100],
                    ["18 held in time, recorded late, 2 added",
                     "told only in the edition of the last extract"]]  # fmt: skip


def test_that_nothing_moved_is_said(book: Read) -> None:
    assert str(book.values["Restated"]["A2"].value).startswith("Nothing:")


def test_a_definition_has_the_rule_in_force(tmp_path: Path) -> None:
    rules = (
        Rule("child_protection_visit", "Visited in time", "15 working days", None, True,
             until=date(2014, 6, 30)),
        Rule("child_protection_visit", "Visited in time", "20 working days", "a policy", True,
             since=date(2014, 7, 1)),
        Rule("single_assessment", "Assessed", "35 working days", "a policy", False),
    )  # fmt: skip
    found = written(replace(varied(), rules=rules), tmp_path)
    row = found.row("Definitions", "Child protection plans with the child visited in time", 1,
                    "Title")  # fmt: skip
    assert row["Rule in force"] == (
        "15 working days (local standard), until 30 June 2014; "
        "20 working days (local standard, a policy), since 1 July 2014"
    )
    assert (row["Unit"], row["Better"]) == ("per cent", "higher is better")
    assert found.row("Definitions", "Contacts received", 1, "Title")["Rule in force"] is None


def test_notes_are_what_is_said_about_the_figures_and_how_to_read_them(tmp_path: Path) -> None:
    notes = [
        ("As known on", ["Every figure.", "Newest records."]),
        ("Held back", ["=1+1"]),
    ]
    found = written(varied(), tmp_path, notes)
    said = [cell.value for [cell] in found.values["Notes"]["A1:A40"] if cell.value]
    assert said[:6] == ["About these figures", "As known on", "Every figure.", "Newest records.",
                        "Held back", "=1+1"]  # fmt: skip
    assert said[6] == "How to read this workbook"
    assert any("2 of 3" in line for line in said[7:])


def test_a_breakdown_stands_below_the_charts(tmp_path: Path) -> None:
    parts = Breakdown(
        "plans_by_category", "plans_open", 290, (Band("Neglect", 155), Band("Sexual abuse", None))
    )
    of = replace(steady(), breakdowns={"plans_by_category": parts})
    rows = [row[:2] for row in written(of, tmp_path).values["8 Plans"].iter_rows(values_only=True)]
    assert rows[-4:] == [("Plans by latest category of abuse, 31 October 2014", None),
                         (155, "Neglect"), ("c", "Sexual abuse"), (290, "in all")]  # fmt: skip


def test_a_text_is_a_text_whatever_it_begins_with(tmp_path: Path) -> None:
    signs = ("=HYPERLINK(1)", "+1", "-1+2", "@SUM(A1)", "https://example.org", "12")
    teams = Teams("visits_in_time_pct", tuple(Team(sign, 40, 50) for sign in signs))
    of = replace(varied(), teams={"visits_in_time_pct": teams}, authority="=1+1", label="@x")
    found = written(of, tmp_path)
    cells = [found.formulas["Teams"].cell(row, 2) for row in range(2, 8)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(sign, "s") for sign in signs]
    assert found.formulas["Contents"]["A2"].data_type == "s"
    assert not any(cell.hyperlink for cell in cells)


def test_nothing_but_sheets_and_charts_is_in_the_file(book: Read, public_book: Read) -> None:
    for each in (book, public_book):
        everything = "\n".join(each.parts.values())
        assert not [name for name in each.parts if re.search("external|vba|macro|connect", name)]
        assert 'TargetMode="External"' not in everything
        assert "mergeCell" not in everything
        assert {sheet.sheet_state for sheet in each.values} == {"visible"}
        assert 'hidden="1"' not in re.sub(r"<definedName[^>]*>", "", everything)
        assert "<definedName" in everything


def test_a_sheet_prints_on_a4_one_page_wide_with_its_head_on_each(book: Read) -> None:
    for sheet in book.values:
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) in {(9, 1), (9, None)}
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "As known on 3 November 2014" in sheet.oddFooter.left.text
        if sheet.auto_filter.ref:
            _, head, _, _ = range_of(sheet.auto_filter.ref)
            assert sheet.print_title_rows == f"${head}:${head}"
            assert sheet.freeze_panes.endswith(str(head + 1))
            assert all(dimension.width for dimension in sheet.column_dimensions.values())
    without = {sheet.title for sheet in book.values if not sheet.auto_filter.ref}
    empty = {name for name, section in zip(SUBJECTS, SECTIONS, strict=True)
             if not any(measure in varied().series for measure in section.measures)}  # fmt: skip
    assert without == {"Notes", *empty}


def range_of(reference_of: str) -> tuple[int, int, int, int]:
    found = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", reference_of)
    assert found
    return 0, int(found[2]), 0, int(found[4])


def test_each_chart_has_a_description(tmp_path: Path) -> None:
    found = written(steady(), tmp_path)
    charts = [name for name in found.parts if name.startswith("xl/charts/chart")]
    frames = [
        frame for name, part in found.parts.items() if name.startswith("xl/drawings/drawing")
        for frame in re.findall(r"<xdr:cNvPr [^>]*>", part)
    ]  # fmt: skip
    assert len(charts) == len(frames) == sum(len(section.charts) for section in SECTIONS)
    assert all(
        re.search(r'descr="[^"]+\. (Columns|A line) for each month', each) for each in frames
    )


def test_a_description_is_that_of_the_page_without_what_is_not_drawn(book: Read) -> None:
    drawings = "".join(part for name, part in book.parts.items() if "drawings/drawing" in name)
    rate, contacts = varied().series["referral_rate_12m"], varied().series["contacts"]
    assert f'"The 12-month rate. {describe(varied(), rate, LINE, 0)}"' in drawings
    assert "The axis starts at 50%." in drawings
    without = describe(varied(), replace(contacts, usual=None), COLUMNS, 0)
    assert f'"Contacts received each month. {without}"' in drawings


def test_what_may_not_be_said_is_a_gap_in_a_chart_never_zero(book: Read) -> None:
    sheet = book.values["2 Contacts"]
    [number] = [cell.column for cell in sheet[HEAD]
                if cell.value == "Drawn: Share of contacts that became a referral"]  # fmt: skip
    drawn = [sheet.cell(HEAD + 1 + row, number).value for row in range(25)]
    assert drawn[:4] == [None] * 4
    assert drawn[4:] == book.column("2 Contacts", f"{CONTACTS_PCT}: %")[4:]
    charts = [part for name, part in book.parts.items() if name.startswith("xl/charts/")]
    # Unless it says otherwise, a chart leaves an empty cell out.
    assert charts
    assert not any("dispBlanksAs" in part for part in charts)


def test_a_year_to_date_is_drawn_as_a_line_for_each_year(book: Read) -> None:
    sheet = book.values["5 Assessment timescales"]
    drawn = {str(cell.value)[-7:]: cell.column for cell in sheet[HEAD]
             if str(cell.value).startswith("Drawn")}  # fmt: skip
    assert list(drawn) == ["2012/13", "2013/14", "2014/15"]
    filled = [
        [row for row in range(25) if sheet.cell(HEAD + 1 + row, number).value is not None]
        for number in drawn.values()
    ]
    assert filled == [list(range(6)), list(range(6, 18)), list(range(18, 25))]


def test_the_public_edition_has_values_and_no_formulas(book: Read, public_book: Read) -> None:
    assert not [name for name, part in public_book.parts.items()
                if "worksheets/" in name and "<f>" in part]  # fmt: skip
    assert public_book.every_formula() == []
    for sheet, heading in (("2 Contacts", f"{CONTACTS_PCT}: %"),
                           ("3 Referrals", f"{RATE}: from target")):  # fmt: skip
        found, expected = public_book.column(sheet, heading), book.column(sheet, heading)
        # A number is kept to 16 digits, what a formula gives to 17.
        assert [_rounded(each) for each in found] == [_rounded(each) for each in expected]


def _rounded(value: object) -> object:
    return round(value, 10) if isinstance(value, float | int) else value


def test_in_the_public_edition_what_is_withheld_is_c_in_every_place(public_book: Read) -> None:
    assert public_book.column("2 Contacts", "Contacts received")[5] == "c"
    assert public_book.column("Every figure", "Numerator", head=1)[5] == "c"
    assert public_book.column("Every figure", "Value", head=1)[5] == "c"
    everything = "\n".join(public_book.parts.values())
    assert "<v>705</v>" not in everything
    assert "<c:v>705</c:v>" not in everything


def test_the_public_edition_has_no_teams_and_says_what_c_is(public_book: Read) -> None:
    assert "Teams" not in public_book.values.sheetnames
    assert "East" not in "".join(public_book.parts.values())
    assert public_book.values["Contents"]["A3"].value == (
        "Public edition. c: 1 to 5, or withheld to protect them."
    )
    assert "Public edition" in public_book.values["Contents"]["A2"].value


def test_the_foot_of_each_printed_sheet_says_what_c_is(book: Read, public_book: Read) -> None:
    said = "c: 1 to 5, or withheld to protect them."
    assert all(said in sheet.oddFooter.left.text for sheet in public_book.values)
    assert not any(said in sheet.oddFooter.left.text for sheet in book.values)


def test_the_public_edition_tells_no_number_of_what_is_awaited_held_back_or_moved(
    tmp_path: Path,
) -> None:
    held = (HeldBackRows("contact", 3, 0),)
    contacts = series("contacts", [40] * 25, held_back=held)
    last = replace(contacts.now, awaiting=2)
    moved = Restated(
        "contacts", OCTOBER, "2014-10 published", date(2014, 11, 3), point(OCTOBER, 44),
        point(OCTOBER, 40), {"added": 4},
    )  # fmt: skip
    of = report(
        replace(contacts, points=(*contacts.points[:-1], last)), is_public=True, restated=(moved,)
    )
    found = written(of, tmp_path)
    assert found.row("All figures", "Contacts received")["Note"] == (
        "◊ not final; ‡ some rows are held back"
    )
    assert found.column("Restated", "Why", head=1) == ["added"]


def test_a_published_value_that_is_withheld_is_c(tmp_path: Path) -> None:
    contacts = series("contacts", [40] * 25)
    last = replace(contacts.now, published=Published(None, None, date(2014, 11, 3)))
    of = report(replace(contacts, points=(*contacts.points[:-1], last)), is_public=True)
    assert written(of, tmp_path).column("Every figure", "Published value", head=1)[-1] == "c"


def test_a_month_that_is_not_complete_is_said_on_every_page(tmp_path: Path) -> None:
    newest = {"contact": date(2014, 10, 20), "referral": date(2014, 10, 22), "visit": None}
    found = written(replace(varied(), is_stale=True, newest=newest), tmp_path)
    said = "This extract ends on 22 October 2014. Figures for October 2014 are not complete."
    assert all(said in sheet.oddHeader.left.text for sheet in found.values)
    assert said in found.values["Contents"]["A3"].value


def test_that_no_targets_are_set_is_said_once(tmp_path: Path) -> None:
    found = written(replace(varied(), has_targets=False, label="2014-10 published"), tmp_path)
    assert found.values["Contents"]["A3"].value == (
        "Edition 2014-10 published. No targets are set for 2014/15. Internal edition: numbers "
        "from 1 to 5 are shown. For publication use the public edition."
    )


def test_an_ampersand_in_a_name_is_an_ampersand_on_paper(tmp_path: Path) -> None:
    found = written(replace(varied(), authority="Bath & Avon"), tmp_path)
    assert "Bath &amp;&amp; Avon" in found.parts["xl/worksheets/sheet1.xml"]


def test_the_same_record_is_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write_workbook(varied(), [("A", ["b"])], first)
    write_workbook(varied(), [("A", ["b"])], second)
    assert first.read_bytes() == second.read_bytes()


def test_the_workbook_is_dated_by_the_day_it_is_known_on(book: Read) -> None:
    assert book.values.properties.created == datetime(2014, 11, 3)  # noqa: DTZ001
    assert book.values.properties.modified == datetime(2014, 11, 3)  # noqa: DTZ001


def test_a_folder_that_is_not_there_is_an_error_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_workbook(varied(), [], tmp_path / "none" / "report.xlsx")
