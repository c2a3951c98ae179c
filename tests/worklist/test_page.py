"""A team's page and the workbook, made of lines by hand: what stands on them, and how text does."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest

from etl.worklist.lists import RECORD, Found, Heading, InNeed, Reported, ToMend, WorkLists, by_team
from etl.worklist.names import file_names, sheet_name
from etl.worklist.page import in_css, page
from etl.worklist.sample import Drawing, Drawn, Sample, TeamShare
from etl.worklist.workbook import sample_workbook, workbook
from worklist.lines import DAYS, HEADING, awaiting, due, late, overdue, to_mend, whose

WEEKEND = date(2014, 11, 16)
EVIL = '=HYPERLINK("x") </style><script>\'\\'
FOUND = Found(
    owed=(
        overdue("11702", 5), overdue("11702", 2, what="Review"), awaiting("10844"),
        due("3061", DAYS[0]), due("16099", WEEKEND, stands_on=DAYS[8]),
    ),
    late=(late("401", 26, family="77"), late("402", 3, family="77", late_in=RECORD)),
    in_need=(InNeed(date(2012, 11, 5), date(2014, 11, 2), "Neglect", None, 23, whose("1045")),),
    to_mend=(ToMend("visit", "V9", "visited date", "Not so: every row has its date of the visit.",
                    "Enter the date in the record.", date(2014, 11, 2), whose("500"), True),
             ToMend("referral", "R7", "earlier referral open", "Not so: No other is open.",
                    "Close it.", date(2014, 11, 1), whose("501"), False)),
    mended={1: 1},
)  # fmt: skip
REPORTED = (Reported("contacts", "Every source code is mapped.", "Map it.", 20_001),)


def lists(name: str = "First Response", heading: Heading = HEADING) -> WorkLists:
    return WorkLists(heading, by_team(FOUND, {1: name}), REPORTED)


def drawn(name: str = "First Response", heading: Heading = HEADING) -> str:
    made = lists(name, heading)
    return page(made, made.teams[0])


def words(html: str) -> str:
    """The visible text, with single spaces."""
    without_style = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", without_style).split())


def sheets(book: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(book)) as content:
        return {name: content.read(name).decode() for name in content.namelist()}


@pytest.mark.parametrize(
    "said",
    [
        "Operational: identifies children. For the manager of this team only.",
        "As known on Mon 3 Nov 2014",
        "Newest visit in the system Fri 31 Oct 2014",
        "What was done since then is not here yet",
        "2 overdue",
        "1 held or missed: the record does not say",
        "Enter the held date, or rebook",
        "2 due in the next 10 working days",
        "Wed 5 Nov 2014 nothing due",
        "by Sun 16 Nov",
        "2 completed late in October 2014",
        "1 done after the due date (late in practice); 1 done in time and recorded after it",
        "1 in need over 9 months at the end of October 2014",
        "2 records to mend",
        "Held back, the longest first",
        "1 record was mended since the night before.",
        "1: Not so: No other is open. Close it. Sat 1 Nov referral R7 501",
        "20001 contacts Every source code is mapped. Map it.",
    ],
)
def test_the_page_says(said: str) -> None:
    assert said in words(drawn())


def test_the_lists_stand_in_the_order_of_what_presses() -> None:
    headings = re.findall(r'<h2 id="(\w+)">', drawn())
    assert headings == ["overdue", "awaiting", "due", "late", "need", "mend"]


def test_a_child_owed_two_things_is_one_block_with_one_number() -> None:
    assert drawn().count(">11702<") == 1
    assert '<th scope="rowgroup" rowspan="2">11702</th>' in drawn()


def test_without_allocations_the_page_says_whose_worker_it_is() -> None:
    assert "Worker (of the referral)" in drawn(heading=replace(HEADING, is_by_allocation=False))
    assert "of the referral" not in drawn()


def test_a_team_with_nothing_is_told_so_list_by_list() -> None:
    made = WorkLists(HEADING, by_team(Found(), {1: "East"}))
    told = words(page(made, made.teams[0]))
    for said in ("Nothing is overdue.", "Nothing was completed late.", "0 records to mend"):
        assert said in told


def test_of_a_check_that_many_records_fail_the_page_names_the_first_and_the_workbook_all() -> None:
    many = tuple(
        to_mend(f"V{number}", date(2014, 9, 1) + timedelta(days=number), is_held_back=False)
        for number in range(53)
    )
    made = WorkLists(HEADING, by_team(Found(to_mend=many), {1: "East"}))
    told = words(page(made, made.teams[0]))
    assert "53: wrong" in told
    assert "V49" in told
    assert "V50" not in told
    assert "and 3 more: worklist.xlsx names them all" in told
    assert ">V52<" in sheets(workbook(made))["xl/sharedStrings.xml"]


def test_the_page_has_no_script_and_asks_for_nothing_elsewhere() -> None:
    html = drawn()
    assert "default-src 'none'; style-src 'unsafe-inline'" in html
    assert '<html lang="en-GB">' in html
    assert not re.search(r"<script|<link|<img|https?:|url\(|@import", html)


def test_every_table_has_a_caption_and_every_heading_cell_a_scope() -> None:
    html = drawn()
    assert html.count("<table") == html.count("<caption") == 9
    assert not re.search(r"<th(?![^>]* scope=)[ >]", html)


def test_the_name_of_a_team_is_text_in_the_page_and_in_its_style() -> None:
    html = drawn(EVIL)
    assert html.count("</style>") == 1
    assert "<script" not in html
    assert "identifies children: keep, do not copy, shred" in html


def test_no_character_ends_a_string_of_a_style_sheet() -> None:
    assert (
        in_css('A"b\\</style>\n') == "A\\000022 b\\00005C \\00003C \\00002F style\\00003E \\00000A "
    )


def test_a_page_is_made_twice_to_the_same_bytes_and_so_is_the_workbook() -> None:
    assert drawn() == drawn()
    assert workbook(lists()) == workbook(lists())


def test_names_of_files_are_harmless_and_no_team_takes_anothers() -> None:
    teams = {4: "团队", 2: "East West", 1: "../East & West", 3: "Équipe"}
    assert file_names(teams) == {
        1: "worklist-east-west.html", 2: "worklist-east-west-2.html", 3: "worklist-equipe.html",
        4: "worklist-team.html",
    }  # fmt: skip


def test_names_of_sheets_are_those_that_excel_allows() -> None:
    long = "Child Protection and Court: [North/South] S1"
    first = sheet_name(long, [])
    second = sheet_name(long, [first.upper()])
    assert not set(first + second) & set("[]:*?/\\")
    assert len(first) <= 31
    assert second.endswith(" (2)")
    assert len(second) <= 31


def test_the_workbook_has_a_sheet_for_each_list_and_each_worker_of_a_team() -> None:
    named = re.findall(r'<sheet name="([^"]+)"', sheets(workbook(lists()))["xl/workbook.xml"])
    assert named == [
        "Contents", "Overdue", "Held or missed", "Due", "Completed late", "In need over 9 months",
        "Records to mend", "Reported and counted", "First Response S1",
    ]  # fmt: skip


def test_texts_of_the_workbook_are_texts_and_nothing_leads_out_of_it() -> None:
    parts = sheets(workbook(lists(EVIL)))
    assert not [name for name in parts if "externalLink" in name or "vba" in name.lower()]
    for name, content in parts.items():
        if name.startswith("xl/worksheets/"):
            assert "<f>" not in content
            assert "<hyperlink" not in content
    assert "=HYPERLINK" in parts["xl/sharedStrings.xml"]


def test_a_sample_says_by_what_another_draws_it_anew() -> None:
    sample = Sample(
        Drawing("assessments_late", date(2014, 10, 1), 18, 1), "Single assessments completed late",
        "874", "Peterborough", date(2014, 11, 3), (TeamShare("First Response", 14, 1),),
        (Drawn("5492", whose("401"), "First Response", date(2014, 9, 25), date(2014, 10, 31),
               "practice", 26),),
    )  # fmt: skip
    texts = sheets(sample_workbook(sample))["xl/sharedStrings.xml"]
    for said in (
        "Seed 1; asked for 18; measure assessments_late", "First Response: 1 of 14",
        "as known on Mon 3 Nov 2014", "sha256 of 1|assessments_late|2014-10|subject id, ascending",
        "Visited in time?", "Seen alone?", "Reason", "Grade", "Auditor", "Date",
    ):  # fmt: skip
        assert said in texts
