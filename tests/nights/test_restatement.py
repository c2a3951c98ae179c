"""What was published stays, and what has moved since is told by its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from etl.demo.extract import write_extract
from etl.night.publishing import records, titles
from etl.publish.counting import Figure, count
from etl.publish.measures import measures
from etl.publish.restatement import restate as restate_counted
from etl.warehouse import open_warehouse
from nights import editing
from nights.conftest import FROZEN, TwoNights
from nights.editing import Row
from nights.loading import WESTMERE, Council, Engine, Ran, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

FIRST, SECOND, THIRD = (date(2026, 3, day) for day in (3, 10, 17))
MONTH, LABEL = "2026-02", "2026-02 published"
# The third night is the first's extract, two weeks on.
STRICTER = """
[limits]
stale_days = 30

[[timescales.single_assessment]]
allowance = "5 working days"
effective_from = 2026-01-01
citation = "Invented, for a test"
"""


def restate(council: Council, *more: str) -> Ran:
    return command("restate", MONTH, "--warehouse", council.url, *more)


def in_february(row: Row, column: str) -> bool:
    return row[column].startswith("2026-02")


@dataclass(frozen=True)
class Happened:
    """The ids of what something happens to between the nights, each of a child of its own."""

    added: str
    removed: str
    merged: str
    other_status: str
    corrected: str
    held: str
    held_on: str
    children: dict[str, str]


def choose(extract: Path) -> Happened:
    taken: set[str] = set()

    def first(rows: Iterator[Row]) -> Row:
        found = next(row for row in rows if row["DIM_PERSON_ID"] not in taken)
        taken.add(found["DIM_PERSON_ID"])
        return found

    review = first(
        row
        for row in editing.read(extract, "FACT_CP_REVIEW")
        if in_february(row, "MEETING_DTTM")
        and in_february(row, "DUE_DTTM")
        and row["OUTCOME_CONTINUE_CP_FLAG"] == "Y"
    )
    referrals = editing.read(extract, "FACT_REFERRALS")
    seen = Counter(row["DIM_PERSON_ID"] for row in referrals)
    referral = first(
        row for row in referrals
        if in_february(row, "REFRL_START_DTTM") and seen[row["DIM_PERSON_ID"]] == 1
    )  # fmt: skip
    taken |= set(seen)
    contacts = [row for row in editing.read(extract, "FACT_CONTACTS")
                if in_february(row, "CONTACT_DTTM")]  # fmt: skip
    quiet = [row for row in contacts if row["OUTCOME_NEW_REFERRAL_FLAG"] == "N"]
    added, removed, merged, status = (first(iter(quiet)) for _ in range(4))
    key = "FACT_CONTACT_ID"
    return Happened(
        added=added[key], removed=removed[key], merged=merged[key], other_status=status[key],
        corrected=referral["FACT_REFERRAL_ID"], held=review["FACT_CP_REVIEW_ID"],
        held_on=review["MEETING_DTTM"],
        children={"merged": merged["DIM_PERSON_ID"]},
    )  # fmt: skip


def write_nights(folder: Path) -> tuple[Happened, list[Path]]:
    """The first lacks what is recorded late or added; the second has it, and what was mended."""
    drawn = write_extract(
        folder / "drawn", children=1500, extract_date=FIRST, faults_per_thousand=0
    )
    happened = choose(drawn)
    first, second, third = (
        editing.copy_as(drawn, folder / "extracts", night.isoformat())
        for night in (FIRST, SECOND, THIRD)
    )
    contact, key = "FACT_CONTACTS", "FACT_CONTACT_ID"
    editing.drop_row(first, contact, key, happened.added)
    editing.change_row(first, "FACT_CP_REVIEW", "FACT_CP_REVIEW_ID", happened.held, MEETING_DTTM="")
    for later in (second, third):
        editing.drop_row(later, contact, key, happened.removed)
        editing.change_row(
            later, contact, key, happened.other_status,
            OUTCOME_NEW_REFERRAL_FLAG="Y", OUTCOME_NFA_FLAG="N",
        )  # fmt: skip
        editing.change_row(
            later, "FACT_REFERRALS", "FACT_REFERRAL_ID", happened.corrected,
            REFRL_START_DTTM="2026-01-30 00:00:00.000",
        )  # fmt: skip
        editing.change_row(
            later, "DIM_PERSON", "DIM_PERSON_ID", happened.children["merged"],
            DUPLICATED_DTTM="2026-03-05 00:00:00.000",
        )  # fmt: skip
    return happened, [first, second, third]


@dataclass(frozen=True)
class Moved:
    """The council after the second night, frozen after the first, and what was said on the way."""

    council: Council
    happened: Happened
    third: Path
    published: list[tuple[object, ...]]
    said_at_once: Ran
    copy: Callable[[Path], Council]

    def causes(self, measure: str) -> dict[str, str]:
        """By id, why it moved in a measure."""
        return dict(
            self.council.rows(
                "select subject_id, cause from report.restated_subject "
                "where label = :label and measure = :measure",
                label=LABEL,
                measure=measure,
            )
        )


FIGURES = (
    "select measure, label, numerator, denominator, value, known_on "
    "from report.monthly_measure where label = :label order by measure"
)


@pytest.fixture(scope="module")
def moved(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Moved:
    folder = tmp_path_factory.mktemp("moved")
    happened, (first, second, third) = write_nights(folder)
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8"), encoding="utf-8")
    council = engine.council(folder / "council", authority)
    assert council.load(first).exit_code == 0
    frozen = command("freeze", MONTH, "--warehouse", council.url)
    assert frozen.exit_code == 0, frozen.err
    published = council.rows(FIGURES, label=LABEL)
    said_at_once = restate(council)
    ran = council.load(second)
    assert ran.exit_code == 0, ran.err
    return Moved(
        council, happened, third, published, said_at_once,
        lambda folder: engine.copy(council, folder),
    )  # fmt: skip


def test_at_once_nothing_has_moved(moved: Moved) -> None:
    assert moved.said_at_once.exit_code == 0
    every = len(moved.published)
    assert moved.said_at_once.out.endswith(f"{every} of {every} measures have not moved.\n")


def test_a_later_night_leaves_what_was_published(moved: Moved) -> None:
    assert len(moved.published) > 50
    assert moved.council.rows(FIGURES, label=LABEL) == moved.published


def test_a_review_that_is_held_but_not_recorded_is_recorded_late(moved: Moved) -> None:
    causes = moved.causes("reviews_in_time_pct")
    assert set(causes.values()) == {"recorded late"}
    plan = moved.council.rows(
        "select plan_id from report.child_protection_review where review_id = :id",
        id=moved.happened.held,
    )[0][0]
    assert {subject.partition("-")[0] for subject in causes} == {plan}


def test_contacts_that_come_go_or_are_of_a_merged_child_are_told_apart(moved: Moved) -> None:
    happened = moved.happened
    assert moved.causes("contacts") == {
        happened.added: "added", happened.removed: "removed", happened.merged: "merged child",
    }  # fmt: skip


def test_another_outcome_is_a_changed_status(moved: Moved) -> None:
    causes = moved.causes("contacts_to_referral_pct")
    assert causes[moved.happened.other_status] == "changed status"


def test_a_referral_moved_to_another_month_has_a_corrected_date(moved: Moved) -> None:
    assert moved.causes("referrals") == {moved.happened.corrected: "corrected date"}


def test_every_difference_has_its_causes_and_nothing_else_moved(moved: Moved) -> None:
    """A figure differs by what entered it less what left it."""
    wrong = moved.council.rows(
        "select restatement.measure from report.restatement as restatement "
        "left join (select measure, "
        "sum(coalesce(is_in_numerator, 0) - coalesce(was_in_numerator, 0)) as moved, count(*) as n "
        "from report.restated_subject where label = :label group by measure) as why "
        "on why.measure = restatement.measure where label = :label and ("
        "now_numerator - published_numerator <> coalesce(moved, 0) or coalesce(n, 0) <> "
        "recorded_late + corrected_date + added + removed + merged_child + changed_status "
        "+ changed_rule)",
        label=LABEL,
    )
    assert wrong == []


def test_what_is_now_is_what_the_last_night_published(moved: Moved) -> None:
    wrong = moved.council.rows(
        "select restatement.measure from report.restatement as restatement "
        "join report.monthly_measure as latest on latest.measure = restatement.measure "
        "and latest.month = restatement.month and latest.label = 'latest' "
        "where restatement.label = :label and (latest.numerator <> now_numerator "
        "or latest.denominator is distinct from now_denominator "
        "or latest.value is distinct from now or latest.known_on <> now_known_on)",
        label=LABEL,
    )
    assert wrong == []
    assert moved.council.rows("select count(*) from report.restatement") == [
        (len(moved.published),)
    ]


def test_counted_again_as_known_then_the_figures_are_those_of_the_freeze(moved: Moved) -> None:
    ran = command("measures", "--known-on", FIRST, "--month", MONTH, "--csv",
                  "--warehouse", moved.council.url)  # fmt: skip
    assert ran.exit_code == 0, ran.err
    published = {
        row[0]: [str(row[2]), "" if row[3] is None else str(row[3])] for row in moved.published
    }
    counted = [line.split(",") for line in ran.out.splitlines()[1:]]
    assert {line[0]: line[1:3] for line in counted} == published
    assert ran.err.strip() == f"The freeze '{LABEL}' says the same."


def test_a_second_freeze_under_a_label_is_refused_and_changes_nothing(moved: Moved) -> None:
    ran = command("freeze", MONTH, "--label", LABEL, "--warehouse", moved.council.url)
    assert ran.exit_code == 2
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert "There is a freeze of that label already" in ran.err
    assert moved.council.rows(FIGURES, label=LABEL) == moved.published


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["freeze", "2026-03"], "was not over"),
        (["freeze", "1900-10"], "The calendar has no October 1900: it begins with January 1990"),
        (["freeze", "2026-02", "--label", "Latest"], "'latest' is that of what the last night"),
        (["freeze", "2026-02", "--label", "2026-03 published"], "another month's own freeze"),
        (["freeze", "2026-02", "--label", ""], "The label is empty"),
        (["freeze", "2026-02", "--label", " "], "The label is empty"),
        (["freeze", "2026-02", "--label", "for the board "], "begins or ends with a space"),
        (["freeze", "2026-02", "--label", "for  the board"], "several in a row"),
        (["freeze", "2026-02", "--label", "for\nthe board"], "a character that cannot be printed"),
        (["freeze", "2026-02", "--label", "x" * 101], "has 101 characters; it can have up to 100"),
        (["freeze", "2026-02", "--known-on", "2026-03-01"], "Nothing was known"),
        (["freeze", "2026-13"], "is not a month"),
        (["restate", "2026-01"], "has no freeze"),
        (["restate", "2026-02", "--label", "other"], "has no freeze of that label"),
        (
            ["restate", "2026-02", "--measure", "refferals"],
            "(did you mean 'referrals'?).\n",
        ),
        (["measures", "--known-on", "2026-03-02"], "Nothing was known"),
        (["measures", "--known-on", "2026-03-20", "--month", "2026-03"], "was not over"),
        (["measures", "--known-on", "2026-03-20", "--month", "1066-10"], "no October 1066"),
        (["measures", "--known-on", "2026-03-20", "--la-code", "901"], "no night of that"),
    ],
    ids=lambda value: repr(" ".join(value)) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_refused_in_four_parts(
    moved: Moved, arguments: list[str], what: str
) -> None:
    ran = command(*arguments, "--warehouse", moved.council.url)
    assert ran.exit_code == 2
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert what in ran.err
    assert len(ran.err.splitlines()) == 4


def test_the_command_tells_what_moved_and_lists_it_by_id(moved: Moved) -> None:
    said = restate(moved.council)
    assert "\ncontacts\n  published" in said.out
    assert "because    1 merged child, 1 added, 1 removed" in said.out
    listed = restate(moved.council, "--measure", "contacts", "--csv")
    assert listed.out.splitlines() == [
        "id,cause,then,now",
        f"{moved.happened.added},added,not counted,counted",
        f"{moved.happened.merged},merged child,counted,not counted",
        f"{moved.happened.removed},removed,counted,not counted",
    ]
    in_words = restate(moved.council, "--measure", "contacts").out
    compared = (
        f"February 2026 of authority 900: '{LABEL}', as known on {FIRST}, and now, as known on "
        f"{SECOND}."
    )
    assert in_words.startswith(f"contacts, what moved in {compared}\nid ")
    still = restate(moved.council, "--measure", "looked_after")
    assert (still.exit_code, still.out) == (0, f"looked_after: nothing moved in {compared}\n")
    listed = restate(moved.council, "--measure", "looked_after", "--csv")
    assert listed.out.splitlines() == ["id,cause,then,now"]


def test_another_standard_is_a_changed_rule(moved: Moved, tmp_path: Path) -> None:
    council = moved.copy(tmp_path / "copy")
    authority = tmp_path / "stricter.toml"
    text = council.authority.read_text(encoding="utf-8")
    authority.write_text(text + STRICTER, encoding="utf-8")
    ran = command(*Council(council.folder, authority, council.database).arguments(moved.third))
    assert ran.exit_code == 0, ran.err
    causes = Counter(
        cause
        for (cause,) in council.rows(
            "select cause from report.restated_subject where measure = 'assessments_in_time_pct'"
        )
    )
    assert causes["changed rule"] >= 3
    assert set(causes) <= {"changed rule"}
    changed = "changed rule (single_assessment)"
    said = restate(council).out.partition("\nassessments_in_time_pct\n")[2]
    assert f"because    {causes['changed rule']} {changed}\n" in said.partition("\n\n")[0] + "\n"
    listed = restate(council, "--measure", "assessments_in_time_pct", "--csv").out.splitlines()
    assert {line.split(",")[1] for line in listed[1:]} == {changed}
    in_all = [line for line in restate(council, "--csv").out.splitlines()
              if line.startswith("assessments_in_time_pct,")]  # fmt: skip
    assert [line.rpartition(",")[2] for line in in_all] == [f"{causes['changed rule']} {changed}"]


FEBRUARY = date(2026, 2, 1)


def figures(council: Council, label: str) -> tuple[Figure, ...]:
    rows = council.rows(
        "select measure, month, numerator, denominator, value from report.monthly_measure "
        "where label = :label and month = :month order by measure",
        label=label,
        month=FEBRUARY,
    )
    return tuple(Figure(*row) for row in rows)


def test_two_countings_of_one_session_do_not_disturb_one_another(
    moved: Moved, tmp_path: Path
) -> None:
    council, every = moved.copy(tmp_path / "copy"), measures(titles())
    told = [council.rows(f"select * from report.{table} order by 1, 2, 3, 4")
            for table in ("restatement", "restated_subject")]  # fmt: skip
    with open_warehouse(council.url).writing("900") as session:
        now, then = (
            count(session, "900", every, known_on=night, first=FEBRUARY, last=FEBRUARY)
            for night in (SECOND, FIRST)
        )
        assert now.figures() == figures(moved.council, "latest")
        assert then.figures() == figures(moved.council, LABEL) != now.figures()
        restate_counted(now, records())
        then.drop()
        assert now.figures() == figures(moved.council, "latest")
    assert told == [council.rows(f"select * from report.{table} order by 1, 2, 3, 4")
                    for table in ("restatement", "restated_subject")]  # fmt: skip


def test_the_figures_of_both_nights_are_those_expected(two_nights: TwoNights) -> None:
    """The golden nights: 46 of 64 reviews, then 64 of 64."""
    expected, council = two_nights.expected, two_nights.council
    month = date.fromisoformat(f"{FROZEN}-01")
    found = council.rows(
        "select measure, published_numerator, published_denominator, now_numerator, "
        "now_denominator from report.restatement order by measure"
    )
    wanted: dict[str, list[object]] = {}
    for night in expected.nights:
        for line in expected.figures:
            if (line["known_on"], line["month"]) == (night, month):
                wanted.setdefault(line["measure"], []).extend(
                    [line["numerator"], line["denominator"]]
                )
    assert wanted
    assert {row[0]: list(row[1:]) for row in found if row[0] in wanted} == wanted


def test_late_minutes_are_told_as_recorded_late(two_nights: TwoNights) -> None:
    """There are 18; asked here of the obligations themselves too."""
    council, nights = two_nights.council, two_nights.expected.nights
    month = date.fromisoformat(f"{FROZEN}-01")
    late = council.rows(
        "select now.subject_id || '-' || cast(now.started_date as text) "
        "from warehouse.fact_timescale_obligation as was "
        "join warehouse.fact_timescale_obligation as now on now.subject_id = was.subject_id "
        "and now.sequence = was.sequence and now.timescale = was.timescale "
        "join warehouse.dim_date as calendar on calendar.date = was.due_date "
        "where was.timescale = 'child_protection_review' and calendar.month_start = :month "
        "and was.known_from <= :first and :first < was.known_to and was.done_date is null "
        "and now.known_from <= :second and :second < now.known_to "
        "and now.done_date <= calendar.month_end and now.done_date <= now.due_date",
        month=month, first=nights[0], second=nights[1],
    )  # fmt: skip
    found = council.rows(
        "select subject_id from report.restated_subject where cause = 'recorded late' "
        "and measure = 'reviews_in_time_pct' and is_in_numerator = 1"
    )
    assert late
    assert sorted(found) == sorted(late)
    assert len(found) == 18
    assert council.rows(
        "select published_numerator, published_denominator, now_numerator, now_denominator, "
        "recorded_late from report.restatement where measure = 'reviews_in_time_pct'"
    ) == [(46, 64, 64, 64, 18)]
