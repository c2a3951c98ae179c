"""The page that a council reads: what stands where, in which order, and that it is whole."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from etl.report.commentary import Comment
from etl.report.outline import GROUPS, SECTIONS
from etl.report.page import page
from etl.report.record import (
    MISSING,
    WITHHELD,
    Band,
    Breakdown,
    Point,
    Published,
    Report,
    Restated,
    Reviews,
    Team,
    Teams,
)
from report.peterborough import october
from report.reading_pages import Element, read, rows_of, style_of
from report.records import report, series

TIMESCALES = "assessment-timescales"
SAID = Comment(
    "Assistant Director", date(2014, 12, 3),
    ("Ten posts were vacant.", ("Two are filled", "eight are advertised")),
)  # fmt: skip


def shown(of: Report, **commentary: Comment) -> Element:
    return read(page(of, {name.replace("_", "-"): each for name, each in commentary.items()}))


def section(of: Report, id: str, **commentary: Comment) -> Element:
    return shown(of, **commentary).one("section", id=id)


def headings_of(table: Element) -> list[str]:
    return rows_of(table)[0]


@pytest.fixture(scope="module")
def peterborough() -> Element:
    """Peterborough's October with what the service says of one section."""
    return shown(october(), assessment_timescales=SAID)


def test_the_same_record_is_the_same_page_byte_for_byte() -> None:
    assert page(october(), {TIMESCALES: SAID}) == page(october(), {TIMESCALES: SAID})


def test_the_page_names_nothing_outside_itself() -> None:
    html = page(october(), {TIMESCALES: SAID})
    assert not re.findall(r"https?:|//[a-z]|@import|\ssrc=|<script|<link|\son[a-z]+=", html)
    assert set(re.findall(r"url\((.*?)\)", html)) <= {"#hatch"}
    assert all(each.attributes["href"].startswith("#") for each in read(html).every("a"))


def test_the_page_forbids_a_browser_to_ask_for_anything(peterborough: Element) -> None:
    [policy] = [each for each in peterborough.every("meta") if "http-equiv" in each.attributes]
    assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert len(peterborough.every("style")) == 1


def test_the_page_says_its_language_and_its_title(peterborough: Element) -> None:
    assert peterborough.one("html").attributes["lang"] == "en-GB"
    title = "Peterborough children’s social care: Monthly performance, October 2014"
    assert peterborough.one("head").one("title").text == title


def test_no_mark_of_bold_is_left_in_the_page() -> None:
    assert "**" not in page(october(), {TIMESCALES: SAID})


def test_the_page_has_one_heading_of_its_own_and_one_of_each_section(
    peterborough: Element,
) -> None:
    assert peterborough.one("h1").text == "Monthly performance, October 2014"
    for each in peterborough.one("main").every("section"):
        [heading] = each.every("h2")
        assert each.attributes["aria-labelledby"] == heading.attributes["id"]


def test_no_heading_is_skipped(peterborough: Element) -> None:
    levels = [int(each.tag[1]) for each in peterborough.every() if re.fullmatch("h[1-6]", each.tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_id_is_there_once_and_every_reference_leads_to_one(peterborough: Element) -> None:
    every = peterborough.every()
    ids = [each.attributes["id"] for each in every if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    links = {each.attributes["href"][1:] for each in peterborough.every("a")}
    names = {name for each in every for name in each.attributes.get("aria-labelledby", "").split()}
    assert links | names <= set(ids)


def test_every_table_has_a_caption_and_every_heading_of_one_says_what_it_heads(
    peterborough: Element,
) -> None:
    for table in peterborough.every("table"):
        assert table.one("caption").text
        assert all(each.attributes["scope"] in ("col", "row", "rowgroup")
                   for each in table.every("th"))  # fmt: skip


def test_a_table_that_becomes_cards_on_a_telephone_keeps_the_roles_of_a_table(
    peterborough: Element,
) -> None:
    roles = {
        "table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"
    }  # fmt: skip
    for table in peterborough.every("table", class_="figures"):
        for tag, role in roles.items():
            every = [table] if tag == "table" else table.every(tag)
            assert {each.attributes["role"] for each in every} == {role}
        assert all(each.attributes["data-heading"] for each in table.every("td"))


def test_sections_stand_in_their_order_and_the_way_about_leads_to_each(
    peterborough: Element,
) -> None:
    ids = [each.id for each in SECTIONS]
    found = [each.attributes.get("id") for each in peterborough.one("main").every("section")]
    assert found == [None, "in-brief", "all-figures", *ids, "about"]
    links = peterborough.one("nav").every("a")
    assert [each.attributes["href"] for each in links] == [f"#{id}" for id in [*ids, "about"]]
    assert links[4].text == "5 Single assessment timescales"


def test_a_section_reads_lead_table_charts_breakdown_teams_commentary_data(
    peterborough: Element,
) -> None:
    text = peterborough.one("section", id=TIMESCALES).text
    in_order = (
        "88.8% of the single assessments", "Measure October 2014",
        "Single assessments completed in time, year to date", "How late the 39 were",
        "By team of the assessment, October 2014", "Commentary by the service",
        "Data for these charts",
    )  # fmt: skip
    places = [text.index(each) for each in in_order]
    assert places == sorted(places)


def test_tables_read_row_by_row_as_they_are_seen(peterborough: Element) -> None:
    table = peterborough.one("section", id="contacts").one("table", class_="figures")
    assert rows_of(table) == [
        ["Measure", "October 2014", "Sep 2014", "Oct 2013", "Usual range"],
        ["Contacts received", "870", "910", "725", "801 to 979"],
        ["Contacts that became a referral", "23.1% 201 of 870", "27.9%", "31.6%", "20.4% to 29.0%"],
    ]


def test_a_column_in_which_no_measure_has_anything_is_left_out(peterborough: Element) -> None:
    def columns(id: str) -> list[str]:
        return headings_of(peterborough.one("section", id=id).one("table", class_="figures"))[4:]

    assert columns("early-help") == ["Usual range", "Target", "From target"]
    assert columns("reviews") == []


def test_every_measure_of_the_record_stands_once_on_the_page_of_all_figures(
    peterborough: Element,
) -> None:
    table = peterborough.one("table", class_="all")
    rows = [row for row in rows_of(table)[1:] if len(row) > 1]
    of_groups = [row[0] for row in rows_of(table)[1:] if len(row) == 1]
    labels = [
        label for group in GROUPS.values() for measure, label in group.items()
        if october().of(measure)
    ]  # fmt: skip
    assert of_groups == list(GROUPS)
    assert [row[0].split(" ◊")[0] for row in rows] == labels
    assert len(table.every("svg", class_="spark")) == len(rows)
    assert all(each.attributes["aria-hidden"] for each in table.every("svg"))


def test_a_share_of_nothing_is_a_dash_and_no_empty_cell() -> None:
    reviews = series("reviews_in_time_pct", [(9, 10)] * 24 + [(0, 0)])
    points = (*reviews.points[:-1], replace(reviews.now, state=MISSING))
    of = report(series("contacts", [40] * 25), replace(reviews, points=points))
    for table in (shown(of).one("table", class_="all"),
                  section(of, "reviews").one("table", class_="figures")):  # fmt: skip
        [row] = [row for row in rows_of(table) if row[0].startswith("Reviews")]
        assert row[1] == "–"


def test_what_is_not_comparable_is_spelt_and_explained(peterborough: Element) -> None:
    cells = peterborough.one("section", id="plans").every("abbr")
    assert {each.text for each in cells} == {"n/c"}
    assert {each.attributes["title"] for each in cells} == {"not comparable"}


def test_a_figure_that_is_not_final_is_marked_where_it_stands(peterborough: Element) -> None:
    every = [row[0] for row in rows_of(peterborough.one("table", class_="all"))]
    assert "Reviews recorded in time ◊" in every
    own = peterborough.one("section", id="reviews").one("table", class_="figures")
    assert rows_of(own)[1][0] == "Reviews due in the month, recorded in time ◊ higher is better"
    data = peterborough.one("section", id="reviews").one("table", class_="data")
    assert [row[1] for row in rows_of(data)[1:3]] == ["71.9% ◊ 46 of 64", "100.0% 60 of 60"]


def test_what_became_of_the_reviews_is_a_bar_with_words_and_a_description(
    peterborough: Element,
) -> None:
    box = peterborough.one("section", id="reviews").one("div", class_="callout")
    bar = box.one("div", class_="stack")
    assert bar.attributes["role"] == "img"
    assert "46 recorded as held in time and 18 awaiting record" in bar.attributes["aria-label"]
    widths = [each.attributes["style"] for each in bar.every("span")]
    assert widths == ["flex:46", "flex:18"]
    # A few of many are too narrow a part to be written in.
    assert bar.text == ""
    key = box.one("ul", class_="stack-key").every("li")
    assert [each.text for each in key] == ["46 recorded as held in time", "18 awaiting record"]
    assert box.one("h3").text == "Late in the record, or late in practice?"


def test_reviews_that_are_all_recorded_in_time_have_no_bar() -> None:
    found = october().reviews
    assert found is not None
    every = replace(found, in_time=64, awaiting=0)
    assert not section(october(reviews=every), "reviews").every(class_="stack")


def test_reviews_held_late_have_their_bar_though_the_figure_is_final() -> None:
    found = october().reviews
    assert found is not None
    late = replace(found, in_time=60, late=4, awaiting=0)
    own = section(october(reviews=late), "reviews")
    assert [each.text for each in own.every("em")] == [
        "60 recorded as held in time", "4 held late"
    ]  # fmt: skip
    assert not own.every(class_="callout")


def test_reviews_held_late_never_look_like_those_held_in_time() -> None:
    late = Reviews(4, 0, 0, 3, 0, 1, date(2014, 11, 3))
    of = report(series("reviews_in_time_pct", [(0, 4)] * 25), reviews=late)
    bar = section(of, "reviews").one("div", class_="stack")
    assert [each.attributes["class"] for each in bar.every("span")] == ["late", "not-done"]


def test_each_chart_is_drawn_wide_and_narrow_with_a_name_and_a_description(
    peterborough: Element,
) -> None:
    for figure in peterborough.every("figure"):
        wide, narrow = (figure.one("div", class_=size).one("svg") for size in ("wide", "narrow"))
        for drawing in (wide, narrow):
            assert drawing.attributes["role"] == "img"
            assert drawing.one("title").text == figure.one("figcaption").one("b").text
            assert drawing.one("desc").text
        assert wide.attributes["viewbox"] != narrow.attributes["viewbox"]


def test_what_would_be_an_empty_chart_is_left_out_and_its_months_are_told_all_the_same() -> None:
    few = section(report(series("reviews_in_time_pct", [(1, 2)] * 25)), "reviews")
    assert not few.every("figure")
    assert few.one("summary").text == "Month by month"
    assert rows_of(few.one("table", class_="data"))[1][1] == "1 of 2"
    rates = series("plans_open_rate", [(40, None)] * 25)
    missing = tuple(replace(point, state=MISSING) for point in rates.points)
    none = section(report(replace(rates, points=missing)), "plans")
    assert not none.every("figure")
    assert not none.every("details")


def test_the_data_of_charts_has_every_month_the_latest_first(peterborough: Element) -> None:
    rows = rows_of(peterborough.one("section", id="plans").one("table", class_="data"))
    assert rows[0] == ["Month", "Rate per 10,000"]
    assert [row[0] for row in rows[1:3]] == ["October 2014", "September 2014"]
    assert rows[1:3] == [["October 2014", "64.4"], ["September 2014", "59.3"]]
    assert rows[-1] == ["October 2012", "n/c"]
    assert len(rows) == 26


def test_a_month_that_is_no_longer_as_published_says_what_was_published() -> None:
    of = october()
    contacts = of.series["contacts"]
    moved = replace(contacts.points[-2], published=Published(900, None, date(2014, 10, 3)))
    every = {**of.series, "contacts": replace(contacts, points=(
        *contacts.points[:-2], moved, contacts.points[-1]))}  # fmt: skip
    table = section(replace(of, series=every), "contacts").one("table", class_="data")
    assert rows_of(table)[2][1] == "910 † published 900"


def test_a_breakdown_has_a_bar_as_long_as_its_band_is_large(peterborough: Element) -> None:
    table = peterborough.one("section", id=TIMESCALES).one("table", class_="bars")
    assert rows_of(table) == [
        ["1 to 5 working days late", "7", "17.9%", ""],
        ["6 to 10", "14", "35.9%", ""],
        ["11 or more", "18", "46.2%", ""],
    ]
    assert [each.attributes["style"] for each in table.every("i")] == [
        "width:38.9%", "width:77.8%", "width:100.0%"
    ]  # fmt: skip


def test_a_band_that_is_withheld_has_neither_number_nor_share_nor_bar() -> None:
    bands = (Band("Neglect", 155), Band("Sexual abuse", None), Band("Multiple", 0))
    own = Breakdown("plans_by_category", "plans_open", None, bands)
    table = section(october(is_public=True, breakdowns={own.name: own}), "plans").one(
        "table", class_="bars"
    )
    assert [row[1:3] for row in rows_of(table)] == [["155", "c"], ["c", "c"], ["0", "c"]]
    assert len(table.every("i")) == 1


def teams(*of: Team) -> dict[str, Any]:
    measure = "assessments_in_time_pct"
    return {"teams": {measure: Teams(measure, of)}}


def test_teams_say_whose_they_are_and_the_one_not_recorded_is_last() -> None:
    of = october(**teams(Team(None, 8, 9), Team("East", 73, 85), Team("West", 72, 85)))
    table = section(of, TIMESCALES).one("table", class_="small")
    assert table.one("caption").text == "By team of the assessment, October 2014"
    assert rows_of(table) == [
        ["Team", "Completed", "Late", "In time"],
        ["East", "85", "12", "85.9%"],
        ["West", "85", "13", "84.7%"],
        ["Team not recorded", "9", "1", "8 of 9"],
    ]


def test_one_team_alone_has_no_table() -> None:
    of = october(**teams(Team("East", 73, 85)))
    assert not section(of, TIMESCALES).every("table", class_="small")


def test_what_the_service_says_is_set_off_under_its_name_and_day(peterborough: Element) -> None:
    [words] = peterborough.every("aside")
    assert [each.text for each in words.every("li")] == ["Two are filled", "eight are advertised"]
    assert words.text == (
        "Commentary by the service Ten posts were vacant. Two are filled eight are advertised "
        "Assistant Director, 3 December 2014. Not generated from the figures."
    )


def test_what_looks_like_html_in_the_service_s_words_is_shown_as_text() -> None:
    said = Comment("<i>Nobody</i>", date(2014, 12, 3), ("<script>1</script> **and**", ("<b>",)))
    words = section(october(), "contacts", contacts=said).one("aside")
    assert [each.text for each in words.every("p") + words.every("li")] == [
        "<script>1</script> **and**",
        "<i>Nobody</i>, 3 December 2014. Not generated from the figures.",
        "<b>",
    ]


def test_a_name_cannot_end_the_text_nor_the_style_that_it_stands_in() -> None:
    html = page(october(authority='"A" </style><b>&\\'), {})
    assert read(html).one("p", class_="organisation").text.startswith('"A" </style><b>&\\')
    style = style_of(html)
    assert r"\22 A\22  \3c /style\3e \3c b\3e \26 \5c " in style


def test_a_section_of_which_nothing_is_published_is_left_out_and_others_keep_their_numbers() -> (
    None
):
    of = report(series("contacts", [40] * 25), series("referrals", [40] * 25))
    found = shown(of)
    assert [each.text for each in found.one("nav").every("a")] == [
        "2 Contacts", "3 Referrals", "A About these figures"
    ]  # fmt: skip
    assert [row[0] for row in rows_of(found.one("table", class_="all"))[1:]] == [
        "Early help and front door", "Contacts received", "Referrals received"
    ]  # fmt: skip


def test_an_extract_that_ends_too_early_is_told_at_the_top_of_every_page() -> None:
    html = page(october(is_stale=True), {})
    warning = "This extract ends on 31 October 2014. Figures for October 2014 are not complete."
    assert read(html).one("header").every("p")[0].text == warning
    assert f'@top-left {{ content: "{warning}"' in style_of(html)
    assert "@top-left" not in page(october(), {})


def test_a_year_without_targets_is_told_once_in_the_head_and_on_no_other_page() -> None:
    html = page(october(has_targets=False), {})
    told = "No targets are set for 2014/15."
    assert html.count(told) == 1
    assert read(html).one("header").every("p")[-1].text == told


def test_the_foot_of_every_page_says_whose_figures_of_when_and_which_edition() -> None:
    foot = re.search(r'@bottom-left \{ content: "(.*?)"', page(october(), {}))
    assert foot
    assert foot[1] == (
        "Peterborough children’s social care, October 2014. As known on 3 November 2014. "
        "Internal edition."
    )


def test_the_foot_of_the_public_edition_says_what_c_is() -> None:
    html = page(october(is_public=True, teams={}), {})
    foot = re.search(r'@bottom-left \{ content: "(.*?)"', html)
    assert foot
    assert foot[1].endswith("Public edition. c: 1 to 5, or withheld to protect them.")
    assert "c: 1 to 5, or withheld to protect them." in read(html).one("footer").text


def test_a_figure_that_is_withheld_is_c_in_tables_and_data() -> None:
    of = october(is_public=True, teams={})
    ceased = of.series["looked_after_ceased"]
    hidden = replace(ceased.now, numerator=None, state=WITHHELD)
    every = {**of.series, ceased.measure: replace(ceased, points=(*ceased.points[:-1], hidden))}
    own = section(replace(of, series=every), "ceased")
    assert rows_of(own.one("table", class_="figures"))[1][1] == "c"
    assert rows_of(own.one("table", class_="data"))[1][1] == "c"


def test_figures_that_moved_since_they_were_published_are_listed_with_the_reason() -> None:
    month = date(2014, 10, 1)
    moved = Restated(
        "reviews_in_time_pct", month, "2014-10 published", date(2014, 11, 3),
        Point(month, 46, 64), Point(month, 64, 64), {"recorded late": 18},
    )  # fmt: skip
    table = section(october(restated=(moved,)), "about").one("table", class_="restated")
    assert rows_of(table)[0] == ["Figure", "Published", "Now", "Why"]
    assert rows_of(table)[1][1:] == [
        "71.9% (46 of 64) on 3 November 2014", "100.0% (64 of 64)", "18 held in time, recorded late"
    ]  # fmt: skip


def test_nothing_is_listed_where_nothing_moved(peterborough: Element) -> None:
    about = peterborough.one("section", id="about")
    assert not about.every("table")
    assert "Nothing: this is the first edition of October 2014" in about.text


def test_every_measure_that_is_shown_is_defined(peterborough: Element) -> None:
    about = peterborough.one("section", id="about")
    of = october()
    titles = [of.series[each].title for one in SECTIONS for each in one.measures if of.of(each)]
    assert [each.text for each in about.every("dt")] == titles
    assert about.one("summary").text == f"Definitions of the {len(titles)} measures"
