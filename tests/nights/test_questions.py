"""The questions of sql/queries, asked of two councils in one warehouse: both engines answer alike,
and what can be counted otherwise is counted otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from reference.clocks import add_months
from reference.extract import Row as Loaded
from reference.extract import id_order, loaded_rows
from reference.measures import Record
from reference.timescales import (
    placements_in_care,
    status_on,
    visits_with_their_plans,
    without_merged_children,
)

from etl.demo.extract import write_extract
from etl.settings import QUERIES
from nights import editing
from nights.editing import Row
from nights.expected import expected
from nights.loading import (
    BANK_HOLIDAYS,
    WESTMERE,
    Council,
    Engine,
    asking,
    authority_of,
)
from nights.test_allocation import laid_over

pytestmark = [pytest.mark.slow, pytest.mark.analysts]

EVERY_QUERY = sorted(QUERIES.rglob("*.sql"))
GOLDEN, DEMO = date(2014, 11, 3), date(2026, 3, 3)
DAYS = {"on": date(2014, 10, 31), "known_on": GOLDEN,
        "since": date(2014, 5, 1), "until": date(2014, 10, 31)}  # fmt: skip
FOUR_WEEKS = timedelta(days=28)


@dataclass(frozen=True)
class Night:
    """A council's last night, and what plain loops read in its extract."""

    la_code: str
    extract: Path
    authority: Path
    date: date

    @cached_property
    def tables(self) -> dict[str, list[Loaded]]:
        rows = loaded_rows(self.extract, authority_of(self.authority), self.date)
        return without_merged_children(rows)

    @cached_property
    def record(self) -> Record:
        return Record(self.tables, authority_of(self.authority), BANK_HOLIDAYS)

    def open(
        self, rows: list[Loaded], on: date, starts: str = "started", ends: str = "ended"
    ) -> list[Loaded]:
        """The rows that are open at the end of the day, of children alive then."""
        return [
            row for row in rows
            if row[starts] <= on and (row[ends] is None or row[ends] > on)
            and not (self.record.died[row["child"]] and self.record.died[row["child"]] <= on)
        ]  # fmt: skip

    def statuses(self, timescale: str) -> list[tuple[Loaded, str | None]]:
        """What is owed under the timescale, and how it stands on the night."""
        return [(owed, status_on(owed, self.date)) for owed in self.record.owed_under(timescale)]


@dataclass(frozen=True)
class Answers:
    """The answers of a warehouse that holds both nights."""

    council: Council
    nights: tuple[Night, Night]

    def of(self, query: str, night: Night | None = None, **days: date) -> list[dict[str, Any]]:
        """The rows of an answer, those of one council if a night is given."""
        [file] = [file for file in EVERY_QUERY if file.stem == query]
        with asking(self.council.url) as session:
            rows: list[dict[str, Any]] = session.table(
                file.read_text(encoding="utf-8"), **{**DAYS, **days}
            ).to_pylist()
        return [row for row in rows if night is None or row["la_code"] == night.la_code]

    def cases(self, night: Night) -> dict[int, str]:
        """The case system's id of each child, by key."""
        return dict(self.council.rows(
            "select child_key, case_number from restricted.child_identity where la_code = :la_code",
            la_code=night.la_code,
        ))  # fmt: skip


def move_children(rows: list[Row]) -> list[Row]:
    """Three children who have been in one placement for long have been in three this year."""
    moved = [row for row in rows if not row["END_DTTM"] and row["START_DTTM"] < "2025-12-01"][:3]
    assert len(moved) == 3
    for number, row in enumerate(moved):
        for place, (start, end) in enumerate((("2025-12-20", "2026-01-20"), ("2026-01-20", ""))):
            rows.append({
                **row,
                "FACT_CLA_PLACEMENT_ID": str(900_000 + 10 * number + place),
                "START_DTTM": f"{start} 00:00:00.000",
                "END_DTTM": f"{end} 00:00:00.000" if end else "",
            })  # fmt: skip
        row["END_DTTM"] = "2025-12-20 00:00:00.000"
    return rows


def return_to_plans(rows: list[Row]) -> list[Row]:
    """Five children whose plan ended are on another, two of them soon after, all but one here."""
    ended = [row for row in rows if row["END_DTTM"] and row["IS_OLA"] == "N"][:5]
    assert len(ended) == 5
    for number, row in enumerate(ended):
        again = add_months(date.fromisoformat(row["END_DTTM"][:10]), 1)
        rows.append({
            **row, "FACT_CP_PLAN_ID": str(900_000 + number), "FACT_INITIAL_CP_CONFERENCE_ID": "",
            "START_DTTM": f"{again} 00:00:00.000", "END_DTTM": "",
            "IS_OLA": "Y" if number == 4 else "N",
        })  # fmt: skip
    return rows


@pytest.fixture(scope="session")
def answers_of(
    engines: dict[str, Engine], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Answers]:
    """Loads both councils into an engine, the first time it is asked."""
    folder = tmp_path_factory.mktemp("questions")
    golden = expected()
    drawn = write_extract(folder / "drawn", children=1000, extract_date=DEMO)
    demo = editing.copy_as(drawn, folder / "demo", DEMO.isoformat())
    editing.change(demo, "FACT_CLA_PLACEMENT", move_children)
    editing.change(demo, "FACT_CP_PLAN", return_to_plans)
    nights = (
        Night("874", laid_over(folder, golden.extracts[0]), golden.authority, GOLDEN),
        Night("900", demo, WESTMERE, DEMO),
    )

    @cache
    def load(engine: str) -> Answers:
        council = engines[engine].council(folder / engine, golden.authority)
        for night in nights:
            ran = replace(council, authority=night.authority).load(night.extract)
            assert ran.exit_code == 0, ran.err
        return Answers(council, nights)

    return load


@pytest.fixture(scope="session")
def answers(answers_of: Callable[[str], Answers]) -> Answers:
    """Those of the file: the other engine's are the same, by the first test."""
    return answers_of("duckdb")


@pytest.fixture(params=[0, 1], ids=["golden", "demo"])
def night(request: pytest.FixtureRequest, answers: Answers) -> Night:
    """Each council in turn."""
    return answers.nights[request.param]


def rows(council: Council, query: Path) -> Counter[tuple[Any, ...]]:
    """The answer as it stands, value for value."""
    with asking(council.url) as session:
        found = session.rows(query.read_text(encoding="utf-8"), **DAYS)
    return Counter(tuple(map(comparable, row)) for row in found)


def comparable(value: Any) -> Any:
    """A share is a decimal in one engine and a double in the other."""
    return round(float(value), 9) if isinstance(value, Decimal | float) else value


@pytest.mark.parametrize("query", EVERY_QUERY, ids=lambda query: query.stem)
def test_both_engines_give_the_same_answer(
    answers_of: Callable[[str], Answers], query: Path
) -> None:
    in_file, in_database = (
        rows(answers_of(name).council, query) for name in ("duckdb", "postgresql")
    )
    only_in_file, only_in_database = in_file - in_database, in_database - in_file
    assert (list(only_in_file)[:3], list(only_in_database)[:3]) == ([], [])
    assert in_file


TITLES = {
    "single_assessment": "Single assessment completed in time",
    "initial_conference": "Initial child protection conference held in time",
    "child_protection_review": "Child protection plan reviewed in time",
    "child_protection_visit": "Child on a protection plan visited in time",
    "looked_after_review": "Looked after child's case reviewed in time",
    "looked_after_visit": "Looked after child visited in time",
}


def counted(rows: list[dict[str, Any]], by: str, of: str) -> Counter[Any]:
    """The sums of a column by another."""
    found: Counter[Any] = Counter()
    for row in rows:
        found[row[by]] += row[of]
    return found


@pytest.mark.parametrize("timescale", TITLES)
def test_what_is_overdue_is_what_plain_loops_find(
    answers: Answers, night: Night, timescale: str
) -> None:
    overdue = sum(status == "overdue" for _, status in night.statuses(timescale))
    by_title = counted(
        answers.of("overdue_by_team_and_worker", night), "timescale_title", "overdue"
    )
    assert by_title[TITLES[timescale]] == overdue


@pytest.mark.parametrize("timescale", TITLES)
def test_what_is_due_in_ten_working_days_is_what_plain_loops_find(
    answers: Answers, night: Night, timescale: str
) -> None:
    last, working_days = night.date, 0
    while working_days < 10:
        last += timedelta(days=1)
        working_days += last.weekday() < 5 and last not in BANK_HOLIDAYS
    due = Counter(
        (owed["subject_id"], owed["due_date"]) for owed, status in night.statuses(timescale)
        if status == "not_due" and owed["due_date"] <= last
    )  # fmt: skip
    found = answers.of("due_in_ten_working_days", night)
    of_this = [row for row in found if row["timescale_title"] == TITLES[timescale]]
    assert Counter((row["subject_id"], row["due_date"]) for row in of_this) == due


def test_late_conferences_are_those_of_plain_loops(answers: Answers, night: Night) -> None:
    late = {
        (owed["subject_id"], status) for owed, status in night.statuses("initial_conference")
        if status in ("late", "overdue")
    }  # fmt: skip
    found = answers.of("late_conferences", night)
    assert {(row["enquiry_id"], row["status"]) for row in found} == late
    assert late


def test_conferences_by_month_are_those_that_a_report_printed(answers: Answers) -> None:
    [line] = [
        line for line in expected().figures
        if line["measure"] == "initial_conferences_in_time_pct"
        and (line["month"], line["known_on"]) == (date(2014, 10, 1), GOLDEN)
    ]  # fmt: skip
    [row] = [
        row for row in answers.of("conferences_in_time_by_month", answers.nights[0])
        if row["month"] == line["month"]
    ]  # fmt: skip
    assert (row["in_time"], row["held"]) == (line["numerator"], line["denominator"])
    assert row["late"] == row["held"] - row["in_time"]


def band_of_working_days(started: date, done: date) -> str:
    after = [started + timedelta(days=number + 1) for number in range((done - started).days)]
    days = sum(day.weekday() < 5 and day not in BANK_HOLIDAYS for day in after)
    limits = {"00-10": 10, "11-20": 20, "21-30": 30, "31-40": 40, "41-45": 45, "46-60": 60}
    return next((band for band, limit in limits.items() if days <= limit), "61 or more")


def financial_year(day: date) -> str:
    first = day.year - (day.month < 4)
    return f"{first}/{(first + 1) % 100:02}"


def test_assessments_by_duration_are_those_of_a_plain_count(answers: Answers, night: Night) -> None:
    by_hand = Counter(
        (financial_year(owed["done_date"]),
         band_of_working_days(owed["started_date"], owed["done_date"]))
        for owed, _ in night.statuses("single_assessment") if owed["done_date"]
    )  # fmt: skip
    found = answers.of("assessments_by_duration", night)
    assert {(row["financial_year"], row["working_days"]): row["assessments"] for row in found} == (
        by_hand
    )
    shares = counted(found, "financial_year", "pct_of_the_year")
    assert all(abs(share - 100) < 0.5 for share in map(float, shares.values()))


LENGTHS = ((3, "1 under 3 months"), (6, "2 3 to 6 months"), (12, "3 6 to 12 months"),
           (24, "4 1 to 2 years"))  # fmt: skip


def test_plans_by_category_and_length_are_those_of_a_plain_count(
    answers: Answers, night: Night
) -> None:
    on = night.date
    lengths = Counter(
        next((name for months, name in LENGTHS if add_months(plan["started"], months) > on),
             "5 2 years or more")
        for plan in night.open(night.record.plans, on)
    )  # fmt: skip
    found = answers.of("plans_by_category_and_length", night, on=on, known_on=on)
    assert counted(found, "length", "plans") == lengths
    assert sum(lengths.values()) > 3


def test_plans_by_category_add_up_to_the_figure_that_a_report_printed(answers: Answers) -> None:
    [line] = [
        line for line in expected().figures
        if line["measure"] == "plans_open"
        and (line["month"], line["known_on"]) == (date(2014, 10, 1), GOLDEN)
    ]  # fmt: skip
    found = answers.of("plans_by_category_and_length", answers.nights[0])
    assert sum(row["plans"] for row in found) == line["numerator"]


def test_children_in_need_on_31_march_are_those_of_a_plain_count(
    answers: Answers, night: Night
) -> None:
    day = date(night.date.year - (night.date.month < 4), 3, 31)
    record = night.record
    in_need = {
        row["child"] for row in [
            *night.open(record.referrals, day, "received", "closed"),
            *night.open(record.plans, day), *night.open(record.periods, day),
        ]
    }  # fmt: skip
    found = answers.of("children_in_need_at_31_march", night)
    assert counted(found, "month_end", "children")[day] == len(in_need) > 0


TEMPORARY = {"T0", "T1", "T2", "T3", "T4"}


def test_placement_stability_is_that_of_a_plain_count(answers: Answers, night: Night) -> None:
    on = night.date
    year_ago = add_months(on, -12)
    born = {child["id"]: child["born"] for child in night.tables["DIM_PERSON"]}
    placements = [
        row for row in placements_in_care(night.tables)
        if row["type"] not in TEMPORARY and row["started"] <= on and row["ended"] != row["started"]
    ]  # fmt: skip
    looked_after = night.open(night.record.periods, on)
    three_or_more = long = settled = 0
    for period in looked_after:
        own = [row for row in placements if row["period"] == period["id"]]
        recent = [row for row in own if row["ended"] is None or row["ended"] > year_ago]
        three_or_more += len(recent) >= 3
        if (
            add_months(period["started"], 30) <= on
            and add_months(born[period["child"]].replace(day=1), 12 * 16) > on
        ):
            long += 1
            latest = max((row["started"] for row in own), default=on)
            settled += add_months(latest, 24) <= on
    [found] = answers.of("placement_stability", night, on=on, known_on=on)
    assert (
        found["looked_after"], found["with_three_or_more"],
        found["looked_after_for_two_and_a_half_years"], found["of_these_two_years_in_the_same"],
    ) == (len(looked_after), three_or_more, long, settled)  # fmt: skip
    assert three_or_more == (0 if night.la_code == "874" else 3)


def test_chains_of_re_referrals_are_those_of_a_plain_walk(answers: Answers, night: Night) -> None:
    chains: Counter[tuple[str, int]] = Counter()
    for child, referrals in night.record.referrals_of_child.items():
        days = sorted(row["received"] for row in referrals)
        length = 1
        for before, day in zip(days, [*days[1:], None], strict=True):
            if day is not None and before >= add_months(day, -12):
                length += 1
                continue
            if length > 1:
                chains[child, length] += 1
            length = 1
    cases = answers.cases(night)
    found = answers.of("re_referral_chains", night)
    assert Counter((cases[row["child_key"]], row["referrals"]) for row in found) == chains


def test_repeat_plans_are_those_of_a_plain_count(answers: Answers, night: Night) -> None:
    started, repeats, soon = Counter(), Counter(), Counter()
    for plan in night.record.plans:
        year = financial_year(plan["started"])
        started[year] += 1
        before = [
            other for other in night.record.plans_of_child[plan["child"]]
            if other["started"] < plan["started"]
        ]  # fmt: skip
        repeats[year] += bool(before)
        ends = [other["ended"] for other in before if other["ended"]]
        soon[year] += bool(ends) and add_months(max(ends), 24) > plan["started"]
    found = answers.of("repeat_plans", night)
    assert counted(found, "financial_year", "plans_started") == started
    assert counted(found, "financial_year", "repeat_plans") == repeats
    assert counted(found, "financial_year", "of_these_within_two_years") == soon
    assert sum(repeats.values()) == (0 if night.la_code == "874" else 4)


def test_plans_without_a_visit_are_those_of_a_plain_count(answers: Answers, night: Night) -> None:
    seen: dict[str, date] = {}
    for visit, plan in visits_with_their_plans(night.tables):
        if visit["is_child_seen"]:
            seen[plan["id"]] = max(visit["visited"], seen.get(plan["id"], date.min))
    unseen = {
        plan["id"] for plan in night.open(night.record.plans, night.date)
        if seen.get(plan["id"], plan["started"]) < night.date - FOUR_WEEKS
    }  # fmt: skip
    found = answers.of("plans_without_visit_in_4_weeks", night)
    assert {row["plan_id"] for row in found} == unseen
    assert unseen


def test_contacts_by_source_add_up_to_those_of_twelve_months(
    answers: Answers, night: Night
) -> None:
    after = add_months(night.date, -12)
    contacts = [row for row in night.record.contacts if row["received"] > after]
    found = answers.of("contacts_by_source_and_outcome", night)
    assert sum(row["contacts"] for row in found) == len(contacts) > 100
    referred = sum(bool(row["is_new_referral"]) for row in contacts)
    assert sum(row["new_referral"] for row in found) == referred > 0


def test_who_is_on_a_plan_or_looked_after_adds_up_over_ethnicities(
    answers: Answers, night: Night
) -> None:
    on = night.date
    found = answers.of("disproportionality", night, on=on, known_on=on)
    born = {child["id"]: child["born"] for child in night.tables["DIM_PERSON"]}

    def under_18(rows: list[Loaded]) -> int:
        children = {row["child"] for row in night.open(rows, on)}
        return sum(
            born[child] is not None and add_months(born[child].replace(day=1), 12 * 18) > on
            for child in children
        )

    assert sum(row["on_plan"] for row in found) == under_18(night.record.plans)
    assert sum(row["looked_after"] for row in found) == under_18(night.record.periods)
    assert len(found) > 3


def test_where_looked_after_children_live_adds_up_to_those_looked_after(
    answers: Answers, night: Night
) -> None:
    found = answers.of("looked_after_now", night)
    in_care = night.open(night.record.periods, night.date)
    assert sum(row["children"] for row in found) == len(in_care)


def test_caseloads_now_are_those_of_any_day_asked_of_the_last_extract(
    answers: Answers, night: Night
) -> None:
    of_the_day = answers.of("caseload", night, on=night.date, known_on=night.date)
    now = answers.of("caseloads_now", night)
    assert counted(now, "worker_key", "children") == counted(of_the_day, "worker_key", "children")
    on_plans = {row["child"] for row in night.open(night.record.plans, night.date)}
    assert 0 < sum(row["of_these_on_a_plan"] for row in now) <= len(on_plans)


def test_children_with_several_changes_are_those_whom_the_query_for_any_days_counts(
    answers: Answers, night: Night
) -> None:
    days = {"since": add_months(night.date, -12), "until": night.date, "known_on": night.date}
    allocated = dict(
        answers.council.rows("select allocated_child_key, la_code from report.allocation")
    )
    changes = {
        row["child_key"]: row["changes"] for row in answers.of("changes_of_worker", night, **days)
        if row["changes"] >= 2 and row["child_key"] in allocated
    }  # fmt: skip
    found = answers.of("several_changes_of_worker", night)
    assert {row["child_key"]: row["changes"] for row in found} == changes
    assert changes


def test_a_sibling_group_has_every_child_of_the_family_that_is_open(
    answers: Answers, night: Night
) -> None:
    families = Counter(
        family for (family,) in answers.council.rows(
            "select family_key from warehouse.fact_child_month where la_code = :la_code "
            "and known_to = date '9999-12-31' and month_end = :month_end",
            la_code=night.la_code, month_end=night.date.replace(day=1) - timedelta(days=1),
        )
    )  # fmt: skip
    several = {family: children for family, children in families.items() if children > 1}
    found = answers.of("sibling_groups", night)
    assert {row["family_key"]: row["children"] for row in found} == several
    assert several


def test_teams_timeliness_is_that_of_the_council_in_every_month(answers: Answers) -> None:
    found = answers.of("timeliness_by_team")
    teams: Counter[tuple[Any, ...]] = Counter()
    for row in found:
        teams[row["la_code"], row["month"], row["title"]] += row["in_time"]
    whole = answers.council.rows(
        "select la_code, month, title, numerator from report.current_measure "
        "where measure like '%_in_practice_pct' and denominator > 0"
    )
    assert whole
    assert teams == {(la_code, month, title): in_time for la_code, month, title, in_time in whole}


def in_six_months(night: Night, rows: list[Loaded], starts: str, ends: str | None = None) -> int:
    """How many happened in the six months to the night, or were open at some time in them."""
    first = add_months(night.date, -6)
    last_days = [(row[starts], row[ends or starts]) for row in rows]
    return sum(start <= night.date and (end is None or end >= first) for start, end in last_days)


ANNEX_A: dict[str, Callable[[Record], tuple[list[Loaded], str, str | None]]] = {
    "list_1_contacts": lambda record: (record.contacts, "received", None),
    "list_2_early_help": lambda record: (record.early_help, "started", "ended"),
    "list_3_referrals": lambda record: (record.referrals, "received", None),
    "list_4_assessments": lambda record: (record.assessments, "started", "authorised"),
    "list_5_enquiries_and_conferences": lambda record: (record.enquiries, "started", "completed"),
    "list_7_child_protection": lambda record: (record.plans, "started", "ended"),
    "list_8_children_in_care": lambda record: (record.periods, "started", "ended"),
}


@pytest.mark.parametrize("name", ANNEX_A)
def test_a_list_of_annex_a_has_a_row_for_each_of_its_six_months(
    answers: Answers, night: Night, name: str
) -> None:
    records, starts, ends = ANNEX_A[name](night.record)
    found = answers.of(name, night)
    assert len(found) == in_six_months(night, records, starts, ends) > 0


def test_the_list_of_children_in_need_has_each_child_once(answers: Answers, night: Night) -> None:
    first = add_months(night.date, -6)
    children = {
        row["child"] for row in night.record.referrals
        if row["received"] <= night.date and (row["closed"] is None or row["closed"] >= first)
        and not row["is_no_further_action"]
    }  # fmt: skip
    cases = answers.cases(night)
    found = [cases[row["child_key"]] for row in answers.of("list_6_children_in_need", night)]
    assert sorted(found) == sorted(children)


def test_the_list_of_care_leavers_has_who_is_entitled_today(answers: Answers) -> None:
    demo = answers.nights[1]
    last: dict[str, Loaded] = {}
    for row in sorted(demo.tables["DIM_CLA_ELIGIBILITY"], key=id_order):
        last[row["child"]] = row
    contacted = {row["child"] for row in demo.tables["FACT_CLA_CARE_LEAVERS"]} - set(last)
    entitled = {child for child, row in last.items() if row["eligibility"]}
    cases = answers.cases(demo)
    found = answers.of("list_9_care_leavers", demo)
    assert sorted(cases[row["child_key"]] for row in found) == sorted(entitled | contacted)
    assert found


def test_earlier_referrals_in_list_3_are_those_of_a_plain_count(
    answers: Answers, night: Night
) -> None:
    by_hand: Counter[tuple[str, date, int]] = Counter()
    first = add_months(night.date, -6)
    for child, referrals in night.record.referrals_of_child.items():
        for row in referrals:
            earlier = [
                other for other in referrals if other is not row
                and add_months(row["received"], -12) <= other["received"] <= row["received"]
            ]  # fmt: skip
            if row["received"] >= first:
                by_hand[child, row["received"], len(earlier)] += 1
    cases = answers.cases(night)
    found = Counter(
        (cases[row["child_key"]], row["date_of_referral"], row["earlier_referrals_in_12_months"])
        for row in answers.of("list_3_referrals", night)
    )
    assert found == by_hand
