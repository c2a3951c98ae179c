"""What a measure counts on the days at which it begins and ends to count, row by row: a small
invented night, the month before it frozen."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from unit.builders import an_authority_file, an_extract

from nights.loading import Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

# October 2014, and a February after a leap year's.
MONTHS = ("2014-10", "2014-02")
AUTHORITY = """
[limits]
stale_days = 1000
[[population]]
year = 2012
children_0_17 = 9000
[population.ethnic_groups]
black = 90
[[population]]
year = 2013
children_0_17 = 10000
[population.ethnic_groups]
asian = 500
black = 100
[[population]]
year = 2014
children_0_17 = 11000
[[population]]
year = 2015
children_0_17 = 12000
[population.ethnic_groups]
white = 9000
"""
Row = dict[str, str]
# By the subject's id, whether it is in the numerator.
Counted = Callable[[str], dict[str, int]]


def plan(plan_id: str, child: str, started: str, ended: str = "", *, is_ours: bool = True) -> Row:
    return {
        "FACT_CP_PLAN_ID": plan_id, "DIM_PERSON_ID": child, "START_DTTM": started,
        "END_DTTM": ended, "IS_OLA": "N" if is_ours else "Y",
    }  # fmt: skip


PLANS = [
    plan("1", "1", "2012-01-01", "2012-10-15"), plan("2", "1", "2014-10-15"),
    plan("3", "2", "2012-01-01", "2012-10-14"), plan("4", "2", "2014-10-15"),
    plan("5", "3", "2014-01-01"), plan("6", "3", "2014-10-15"),
    plan("7", "4", "2012-01-01", "2013-01-01", is_ours=False), plan("8", "4", "2014-10-15"),
    # an earlier plan of three, not the last, ended within two years
    plan("9", "5", "2010-01-01", "2013-01-01"), plan("10", "5", "2011-01-01", "2012-01-01"),
    plan("11", "5", "2014-10-31"),
    plan("12", "6", "2011-01-01", "2012-02-29"), plan("13", "6", "2014-02-28", "2014-03-01"),
    plan("14", "7", "2014-10-01"),
]  # fmt: skip


def enquiry(enquiry_id: str, started: str) -> Row:
    return {"FACT_S47_ID": enquiry_id, "START_DTTM": started, "OUTCOME_CP_CONFERENCE_FLAG": "Y"}


def conference(conference_id: str, of_enquiry: str, held: str) -> tuple[Row, Row]:
    """A conference of child 1 and its meeting."""
    meeting = {"FACT_MEETING_ID": conference_id, "ACTUAL_DTTM": held}
    named = {"FACT_CP_CONFERENCE_ID": conference_id, "FACT_S47_ID": of_enquiry}
    return named | {"FACT_MEETING_ID": conference_id}, meeting


ENQUIRIES = [
    enquiry("1", "2013-10-31"), enquiry("2", "2013-11-01"), enquiry("3", "2014-10-31"),
    enquiry("4", "2014-11-01"),
]  # fmt: skip
CONFERENCES, MEETINGS = zip(
    conference("1", "1", "2013-10-31"), conference("2", "2", "2013-11-01"),
    # reconvened: held in October 2013 first
    conference("3", "1", "2014-10-31"), conference("4", "3", "2014-10-31"),
    strict=True,
)  # fmt: skip


def care(
    child: str,
    *placements: tuple[str, str, str, str],
    since: str = "2013-01-01",
    ended: str = "",
    period: str = "",
) -> tuple[list[Row], list[Row], list[Row]]:
    """A period of care, its one episode and its placements: id, start, end, type. The period has
    the child's own number unless another is given."""
    period = period or child
    own = {"DIM_PERSON_ID": child, "FACT_CLA_ID": period}
    episode = {
        **own, "FACT_CARE_EPISODES_ID": period, "CARE_START_DATE": since, "CARE_END_DATE": ended,
        "CARE_REASON_END_CODE": "E4" if ended else "",
    }  # fmt: skip
    placed = [
        {**own, "FACT_CLA_PLACEMENT_ID": placement, "START_DTTM": start, "END_DTTM": end,
         "DIM_LOOKUP_PLACEMENT_TYPE_CODE": kind}
        for placement, start, end, kind in placements
    ]  # fmt: skip
    return [{**own, "START_DTTM": since}], [episode], placed


IN_CARE = [
    # in force on the second day of the twelve months, not only on the first
    care("11", ("1", "2013-01-01", "2013-11-02", "U6"), ("2", "2013-11-02", "2014-05-01", "U6"),
         ("3", "2014-05-01", "", "U6")),
    care("12", ("4", "2013-01-01", "2013-11-01", "U6"), ("5", "2013-11-01", "2014-05-01", "U6"),
         ("6", "2014-05-01", "", "U6")),
    # begun and ended on the first day
    care("13", ("7", "2013-11-01", "2013-11-01", "U6"), ("8", "2013-11-01", "2014-05-01", "U6"),
         ("9", "2014-05-01", "", "U6")),
    care("14", ("10", "2013-01-01", "2014-05-01", "U6"), ("11", "2014-05-01", "2014-05-09", "T1"),
         ("12", "2014-05-09", "", "U6")),
    care("15", ("13", "2013-01-01", "2014-05-01", "U6"), ("14", "2014-05-01", "2014-11-01", "U6"),
         ("15", "2014-11-01", "", "U6")),
    # left open when care ended before the twelve months, and begun after that
    care("16", ("16", "2013-01-01", "", "U6"), ("17", "2014-01-01", "2014-02-01", "U6"),
         ended="2013-10-01", period="160"),
    care("16", ("18", "2014-03-01", "2014-05-01", "U6"), ("19", "2014-05-01", "", "U6"),
         since="2014-03-01"),
    # two of the three within an earlier period
    care("17", ("20", "2013-01-01", "2014-01-01", "U6"), ("21", "2014-01-01", "", "U6"),
         ended="2014-02-01", period="170"),
    care("17", ("22", "2014-03-01", "", "U6"), since="2014-03-01"),
    # in care for two and a half years at the end of the month, and a day less
    care("21", ("31", "2012-04-30", "", "U4"), since="2012-04-30"),
    care("22", ("32", "2012-05-01", "", "U4"), since="2012-05-01"),
    care("23", ("33", "2012-01-01", "2012-10-31", "U4"), ("34", "2012-10-31", "", "U4"),
         since="2012-01-01"),
    care("24", ("35", "2012-01-01", "2012-11-01", "U4"), ("36", "2012-11-01", "", "U4"),
         since="2012-01-01"),
    # sixteen in the month, and a month later
    care("25", ("37", "2012-01-01", "", "U4"), since="2012-01-01"),
    care("26", ("38", "2012-01-01", "", "U4"), since="2012-01-01"),
    # away for a while, for more than two years, on the last day
    care("27", ("39", "2012-01-01", "", "T0"), since="2012-01-01"),
    care("28", ("40", "2012-01-01", "2014-10-31", "U4"), since="2012-01-01"),
]  # fmt: skip
PERIODS, EPISODES, PLACEMENTS = (
    [row for part in of_all for row in part] for of_all in zip(*IN_CARE, strict=True)
)
BORN = {"25": "1998-10-31", "26": "1998-11-01", "31": "2014-10-20"}


def visit(visit_id: str, day: str, seen: str, alone: str, child: str = "7") -> Row:
    return {
        "FACT_CASENOTE_ID": visit_id, "DIM_PERSON_ID": child, "EVENT_DTTM": day,
        "DIM_LOOKUP_CASNT_TYPE_ID_CODE": "STVC", "SEEN_FLAG": seen, "SEEN_ALONE_FLAG": alone,
    }  # fmt: skip


VISITS = [
    visit("1", "2014-10-02", "Y", "Y"), visit("2", "2014-10-03", "Y", "N"),
    visit("3", "2014-10-04", "Y", ""), visit("4", "2014-10-05", "N", "N"),
    visit("5", "2014-10-31", "Y", "Y"), visit("6", "2014-11-01", "Y", "Y"),
    visit("7", "2014-10-06", "Y", "Y", child="21"),  # on no plan
    visit("8", "2014-10-19", "Y", "Y", child="31"),  # the day before its birth
    visit("9", "2014-10-20", "Y", "N", child="31"),
    {**visit("10", "2014-10-07", "Y", "Y"), "DIM_LOOKUP_CASNT_TYPE_ID_CODE": "STVL"},
]  # fmt: skip


def involved(
    involvement_id: str, child: str, worker: str, team: str, since: str = "2014-01-01",
    ended: str = "", *, is_allocated: str = "Y",
) -> Row:  # fmt: skip
    return {
        "FACT_INVOLVEMENTS_ID": involvement_id, "DIM_PERSON_ID": child, "DIM_WORKER_ID": worker,
        "DIM_DEPARTMENT_ID": team, "START_DTTM": since, "END_DTTM": ended,
        "IS_ALLOCATED_CW_FLAG": is_allocated,
    }  # fmt: skip


INVOLVEMENTS = [
    # worker 1 has most of three children in team 1
    involved("1", "1", "1", "1"), involved("2", "2", "1", "2"), involved("3", "3", "1", "1"),
    involved("4", "4", "2", "2", ended="2014-10-31"),
    involved("5", "5", "2", "2", ended="2014-10-30"),
    involved("6", "6", "2", "2"), involved("7", "6", "", "2", since="2014-05-01"),
    involved("8", "7", "3", "1", since="2014-11-01"),
    # of two begun on one day the one of the higher number
    involved("9", "11", "3", "1"), involved("10", "11", "2", "2"),
    involved("11", "12", "3", "1", is_allocated="N"),
]  # fmt: skip
# Asian of the case system and of the nation, refused, nothing, Black, a word of no list, White.
ETHNICITY = {"1": "C2", "2": "chne", "3": "E3", "4": "", "5": "D1", "7": "WXYZ", "31": "A1",
             "11": "C1", "12": "E2"}  # fmt: skip
CHILDREN = [
    {"DIM_PERSON_ID": child, "BIRTH_DTTM": BORN.get(child, "2005-05-05"),
     "ETHNICITY_MAIN_CODE": ETHNICITY.get(child, "E5")}
    for child in map(str, range(1, 32))
]  # fmt: skip


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    folder = tmp_path_factory.mktemp("boundaries")
    extract = an_extract(
        folder, DIM_PERSON=CHILDREN, FACT_CP_PLAN=[*PLANS, plan("15", "31", "2014-10-01")],
        FACT_S47=ENQUIRIES, FACT_CP_CONFERENCE=list(CONFERENCES), FACT_MEETINGS=list(MEETINGS),
        FACT_CLA=PERIODS, FACT_CARE_EPISODES=EPISODES, FACT_CLA_PLACEMENT=PLACEMENTS,
        FACT_CASENOTES=VISITS, FACT_INVOLVEMENTS=INVOLVEMENTS,
        DIM_WORKER=[{"DIM_WORKER_ID": number} for number in ("1", "2", "3")],
        DIM_DEPARTMENT=[{"DIM_DEPARTMENT_ID": number, "NAME": f"Team {number}"}
                        for number in ("1", "2")],
    )  # fmt: skip
    made = engine.council(folder / "council", an_authority_file(folder, AUTHORITY))
    ran = made.load(extract)
    assert ran.exit_code == 0, ran.err
    assert made.rows("select * from audit.rejected_row") == []
    for month in MONTHS:
        frozen = command("freeze", month, "--warehouse", made.url)
        assert frozen.exit_code == 0, frozen.err
    return made


@pytest.fixture
def counted(council: Council) -> Counted:
    def ask(measure: str, month: str = "2014-10") -> dict[str, int]:
        return dict(
            council.rows(
                "select subject_id, in_numerator from report.frozen_subject "
                "where measure = :measure and label = :label "
                "and coalesce(in_denominator, 1) = 1",
                measure=measure, label=f"{month} published",
            )
        )  # fmt: skip

    return ask


def test_a_plan_is_repeated_to_the_day_two_years_after_an_earlier_one(counted: Counted) -> None:
    found = counted("plans_repeat_within_2_years_pct")
    assert found == {"2": 1, "4": 0, "6": 1, "8": 0, "11": 1, "14": 0, "15": 0}


def test_two_years_after_a_leap_day_end_with_february(counted: Counted) -> None:
    assert counted("plans_repeat_within_2_years_pct", "2014-02") == {"13": 1}


def test_twelve_months_begin_with_the_first_day_of_the_first(counted: Counted) -> None:
    assert counted("section_47_rate_12m") == {"2": 1, "3": 1}
    assert counted("initial_conference_rate_12m") == {"2": 1, "4": 1}


def test_a_conference_held_before_and_reconvened_now_is_not_of_the_month(counted: Counted) -> None:
    assert counted("initial_conferences_held") == {"4": 1}
    assert counted("initial_conferences_in_time_pct") == {"4": 1}


def test_three_placements_are_those_of_a_day_in_the_twelve_months(counted: Counted) -> None:
    found = counted("placements_3_or_more_pct")
    assert {child for child, in_numerator in found.items() if in_numerator} == {"11", "13", "17"}
    assert {"12", "14", "15", "16"} < set(found)
    assert not {"160", "170"} & set(found)


def test_a_placement_lasts_two_years_to_the_day_of_children_long_in_care(counted: Counted) -> None:
    assert counted("same_placement_2_years_pct") == {
        "21": 1, "23": 1, "24": 0, "26": 1, "27": 0, "28": 0,
    }  # fmt: skip


def test_a_visit_counts_where_its_record_says_whether_the_child_was_alone(
    counted: Counted,
) -> None:
    assert counted("visits_seen_alone_pct") == {"1": 1, "2": 0, "5": 1, "9": 0}


def test_a_child_is_in_the_rate_of_its_ethnic_group_or_among_those_not_known(
    counted: Counted,
) -> None:
    groups = ("white", "mixed", "asian", "black", "other")
    by_group = [set(counted(f"plans_open_rate_{group}")) for group in groups]
    assert by_group == [{"15"}, set(), {"2", "4"}, {"11"}, set()]
    not_known = set(counted("plans_open_ethnicity_not_known"))
    assert not_known == {"5", "6", "8", "14"}
    assert set(counted("plans_open")) == not_known.union(*by_group)
    by_group = [set(counted(f"looked_after_rate_{group}")) for group in groups]
    assert by_group == [set(), set(), {"11"}, set(), {"12"}]
    not_known = set(counted("looked_after_ethnicity_not_known"))
    assert set(counted("looked_after")) == not_known.union(*by_group)


def test_a_group_is_divided_by_its_children_of_the_latest_year_that_gives_them(
    council: Council,
) -> None:
    found = council.rows(
        "select measure, numerator, denominator, value from report.current_measure "
        "where month = date '2014-10-01' and measure like 'plans_open_rate%' order by measure"
    )
    assert found == [
        ("plans_open_rate", 8, 11000, Decimal("7.2727272727")),
        ("plans_open_rate_asian", 2, 500, 40),
        ("plans_open_rate_black", 1, 100, 100),
        ("plans_open_rate_mixed", 0, None, None),
        ("plans_open_rate_other", 0, None, None),
        ("plans_open_rate_white", 1, None, None),
    ]


def test_a_month_before_the_last_change_of_population_has_its_own(council: Council) -> None:
    found = council.rows(
        "select denominator from report.current_measure "
        "where month = date '2012-10-01' and measure = 'plans_open_rate_black'"
    )
    assert found == [(90,)]


def test_children_and_populations_of_a_group_bear_one_name(council: Council) -> None:
    children = council.rows(
        "select distinct ethnicity_code, ethnic_group from report.child "
        "where child_key <> 0 order by 1"
    )
    assert dict(children) == {
        None: "Not known", "AIND": "Asian", "APKN": "Asian", "BCRB": "Black", "CHNE": "Asian",
        "NOBT": "Not known", "OOTH": "Other", "REFU": "Refused", "WBRI": "White",
        "WXYZ": "Not known",
    }  # fmt: skip
    groups = council.rows(
        "select year, group_name, children_0_17 from report.population_group "
        "where characteristic = 'ethnic_group' order by year, group_name"
    )
    assert groups == [
        (2012, "Black", 90), (2013, "Asian", 500), (2013, "Black", 100), (2015, "White", 9000),
    ]  # fmt: skip


def test_children_per_worker_are_counted_where_each_is_allocated_on_the_last_day(
    council: Council,
) -> None:
    said = "where measure = 'average_caseload' and month = date '2014-10-01'"
    figure = f"select numerator, denominator, value from report.monthly_measure {said}"
    assert council.rows(f"{figure} and label = 'latest'") == [(5, 2, 2.5)]
    by_team = council.rows(
        "select team_name, numerator, denominator, value from report.monthly_measure_by_team "
        f"{said} and label = 'latest' and numerator > 0 order by team_name"
    )
    assert by_team == [("Team 1", 3, 1, 3), ("Team 2", 2, 1, 2)]
    counted = council.rows(
        f"select subject_id from report.frozen_subject {said} and in_numerator = 1"
    )
    assert {involvement for (involvement,) in counted} == {"1", "2", "3", "4", "10"}
