"""The head, the foot and the notes of section A."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from etl.publish.causes import CAUSES
from etl.report.record import (
    WITHHELD,
    Absent,
    Account,
    Point,
    Report,
    Restated,
    Rule,
)
from etl.report.sentences import Note, about, footer, header, plain, restated_rows
from report.peterborough import october
from report.records import OCTOBER, reference, report, series

STALE = {"contact": date(2014, 10, 20), "referral": date(2014, 10, 22), "visit": None}


def test_the_head_says_of_what_and_of_which_day_it_is() -> None:
    found = header(october())
    assert (found.organisation, found.title) == (
        "Peterborough",
        "Monthly performance, October 2014",
    )
    assert found.meta == [
        "As known on **3 November 2014**", "Edition **2014-10 published**",
        "Checks: **0** of 80,076 rows held back", "**2** figures not final ◊",
    ]  # fmt: skip
    assert found.edition.startswith("Internal edition: numbers from 1 to 5 are shown.")
    assert found.warnings == []


def test_an_edition_that_is_no_freeze_says_so() -> None:
    assert "Edition **not frozen**" in header(report()).meta


def test_one_figure_that_is_not_final_is_counted_in_the_singular() -> None:
    made = series("reviews_in_time_pct", [(46, 64)])
    made = replace(made, points=(replace(made.now, awaiting=18),))
    assert header(report(made)).meta[-1] == "**1** figure not final ◊"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"is_stale": True, "newest": STALE}, ["This extract ends on 22 October 2014. Figures for "
                                               "October 2014 are not complete."]),
        ({"is_stale": True}, ["This extract ends on 3 November 2014. Figures for October 2014 are "
                              "not complete."]),
        ({"has_targets": False}, ["No targets are set for 2014/15."]),
        ({}, []),
    ],
)  # fmt: skip
def test_what_must_be_read_first_stands_at_the_head(
    more: dict[str, Any], expected: list[str]
) -> None:
    assert header(report(**more)).warnings == expected


def test_the_public_edition_says_what_c_means_at_head_and_foot() -> None:
    public = report(is_public=True)
    assert header(public).edition == "Public edition. c: 1 to 5, or withheld to protect them."
    assert footer(public)[:2] == [
        "Peterborough children’s social care, October 2014. As known on 3 November 2014. Public "
        "edition.",
        "c: 1 to 5, or withheld to protect them.",
    ]


@pytest.mark.parametrize(
    ("more", "command"),
    [({}, "csc-etl report 2014-10 --known-on 2014-11-03"),
     ({"label": "2014-10 published"}, 'csc-etl report 2014-10 --frozen "2014-10 published"'),
     ({"is_public": True}, "csc-etl report 2014-10 --known-on 2014-11-03 --public")],
)  # fmt: skip
def test_the_foot_says_how_the_report_is_made_again(more: dict[str, Any], command: str) -> None:
    assert footer(report(**more))[-1] == f"Made by csc-etl from the warehouse: {command}"


# Section A.


def note(heading: str, of: Report) -> Note:
    """The note of that heading."""
    [found] = [each for each in about(of) if each.heading == heading]
    return found


def test_the_notes_stand_in_their_order() -> None:
    assert [each.heading for each in about(october())] == [
        "As known on", "Held back", "Not in this extract", "Team", "Rules in force",
        "How to read this", "Restated since publication",
    ]  # fmt: skip
    assert "Team" not in [each.heading for each in about(october(is_public=True))]
    assert "Rules in force" not in [each.heading for each in about(october(rules=()))]


def test_the_newest_records_are_named_with_their_days() -> None:
    [text] = note("As known on", report(newest=STALE)).paragraphs
    assert text.endswith(
        "Newest records in it: contact 20 October 2014; referral 22 October 2014; visit none."
    )


@pytest.mark.parametrize(
    ("account", "paragraph", "items"),
    [
        (Account(80_076, 0, 0, {}), "0 of 80,076 rows of the extract were held back by a check, so "
         "no figure lacks a child for that reason.", ()),
        (Account(80_076, 1, 0, {"contact": 1}), "1 of 80,076 rows of the extract was held back by a"
         " check. Below each table stands how many children may be missing from it for that (‡).",
         ("Contact: 1 row",)),
        (Account(80_076, 12, 3, {"contact": 8, "visit": 4}), "12 of 80,076 rows of the extract were"
         " held back by a check. Below each table stands how many children may be missing from it "
         "for that (‡). Of 3 of them the version known before is counted still.",
         ("Contact: 8 rows", "Visit: 4 rows")),
    ],
)  # fmt: skip
def test_rows_held_back_are_accounted_for(
    account: Account, paragraph: str, items: tuple[str, ...]
) -> None:
    found = note("Held back", report(account=account))
    assert (found.paragraphs, found.items) == ((paragraph,), items)


def test_the_public_edition_tells_rows_held_back_in_all_alone() -> None:
    account = Account(80_076, 12, 0, {"contact": 8, "visit": 4})
    found = note("Held back", report(account=account, is_public=True))
    assert found.items == ()
    assert found.paragraphs == (
        "12 of 80,076 rows of the extract were held back by a check. Below each table stands "
        "whether children may be missing from it for that (‡).",
    )


def test_what_the_extract_lacks_is_named_with_what_that_costs() -> None:
    absent = (Absent("legal status", ()), Absent("disability", ()),
              Absent("involvement", ("Children per worker", "Workers' children")))  # fmt: skip
    assert note("Not in this extract", report(absent=absent)).items == (
        "**Legal status**: short breaks cannot be told apart from other care.",
        "**Disability**: no figure of this report needs it.",
        "**Involvement**: for want of it these are not published: Children per worker; "
        "Workers’ children.",
    )
    assert note("Not in this extract", report()).paragraphs == (
        "Nothing: every table that is read was there.",
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("visit", "Child's visit in time", "10 working days", "Working Together", False),
         "Child’s visit in time: **10 working days** (Working Together)"),
        (Rule("visit", "Visit", "20 working days", None, True),
         "Visit: **20 working days** (local standard)"),
        (Rule("visit", "Visit", "20 working days", "Practice standards, 2025", True),
         "Visit: **20 working days** (local standard, Practice standards, 2025)"),
        (Rule("visit", "Visit", "20 working days", "local standard, assumed", True),
         "Visit: **20 working days** (local standard, assumed)"),
        (Rule("visit", "Visit", "10 working days", None, False, until=date(2014, 6, 30)),
         "Visit: **10 working days**, until 30 June 2014"),
        (Rule("visit", "Visit", "20 working days", None, True, since=date(2014, 7, 1)),
         "Visit: **20 working days** (local standard), since 1 July 2014"),
    ],
)  # fmt: skip
def test_a_rule_stands_with_its_source_and_the_days_between_which_it_was_in_force(
    rule: Rule, expected: str
) -> None:
    assert note("Rules in force", report(rules=(rule,))).items == (expected,)


def reading(of: Report) -> str:
    return plain(" ".join(note("How to read this", of).items))


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (october(), "from 1 April to 31 October 2014. It is never compared with a single month."),
        (october(), "Usual range: what the 12 months before would lead one to expect by chance."),
        (october(), "as entered in the council’s file for 2014/15."),
        (october(), "Rates are per 10,000 children aged 0 to 17: 45,000 in the middle of 2013."),
        (october(population=None), "Rates are not given: the council’s file has no number of "
         "children of 2014 or a year before."),
        (october(), "◊ Not final: 18 child protection reviews are awaiting a record"),
        (report(), "England and neighbours: none entered in the council’s file."),
        (report(series("plans_open_rate", [1], england=reference("4", "2012/13"),
                       neighbours=reference("4", "2013/14"))), "file for 2012/13 and 2013/14."),
        (report(is_public=True), "c: 1 to 5, or withheld to protect them."),
    ],
)  # fmt: skip
def test_how_to_read_says_what_this_report_needs(of: Report, expected: str) -> None:
    assert expected in reading(of)


def test_how_to_read_says_nothing_that_is_not_in_the_report() -> None:
    assert "◊" not in reading(report())
    assert "Usual range" not in reading(report(is_public=True))
    assert "withheld" not in reading(october())


# Restated.


def moved(causes: dict[str, int] | None, measure: str = "reviews_in_time_pct") -> Restated:
    return Restated(measure, OCTOBER, "2014-10 published", date(2014, 11, 3),
                    Point(OCTOBER, 46, 64), Point(OCTOBER, 64, 64), causes)  # fmt: skip


@pytest.mark.parametrize(
    ("causes", "expected"),
    [
        ({"recorded late": 18}, "18 held in time, recorded late"),
        ({"added": 2, "merged child": 1}, "2 added, 1 merged child"),
        ({"changed rule": 18}, "rule changed"),
        ({"corrected date": 1, "changed status": 2, "removed": 1},
         "1 date corrected, 2 statuses changed, 1 removed"),
        ({}, "no single cause found"),
        (None, "told only in the edition of the last extract"),
    ],
)  # fmt: skip
def test_a_restated_figure_says_why_in_words(causes: dict[str, int] | None, expected: str) -> None:
    made = series("reviews_in_time_pct", [(64, 64)])
    assert restated_rows(report(made, restated=(moved(causes),))) == [
        ("Child protection reviews held in time, October 2014",
         "71.9% (46 of 64) on 3 November 2014", "100.0% (64 of 64)", expected)
    ]  # fmt: skip


def test_every_cause_that_the_warehouse_tells_has_words() -> None:
    made = series("contacts", [64])
    causes = dict.fromkeys(CAUSES, 2)
    [row] = restated_rows(report(made, restated=(moved(causes, "contacts"),)))
    assert row[1:3] == ("46 on 3 November 2014", "64")
    assert len(row[3].split(", ")) == len(CAUSES)


def test_the_public_edition_names_causes_without_their_numbers() -> None:
    made = series("reviews_in_time_pct", [(64, 64)])
    hidden = replace(moved({"added": 2, "merged child": 1}),
                     published=Point(OCTOBER, state=WITHHELD))  # fmt: skip
    [row] = restated_rows(report(made, restated=(hidden,), is_public=True))
    assert row[1:] == ("c on 3 November 2014", "100.0% (64 of 64)", "added, merged child")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"label": "2014-10 published"}, "Nothing: this is the first edition of October 2014, "
         "frozen as **2014-10 published**."),
        ({}, "Nothing: this is the first edition of October 2014."),
        ({"earlier": (("2014-10 published", date(2014, 11, 3)),)},
         "Nothing: every figure published before is as it was."),
        ({"restated": (moved(None),)}, "1 figure is no longer what was published."),
        ({"restated": (moved(None),) * 2}, "2 figures are no longer what was published."),
    ],
)  # fmt: skip
def test_what_was_restated_is_said_and_that_nothing_was_too(
    more: dict[str, Any], expected: str
) -> None:
    assert note("Restated since publication", report(**more)).paragraphs == (expected,)
