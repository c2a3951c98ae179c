"""An authority's file: what it may say, and how it says what is wrong."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from etl.calendar.allowance import Allowance
from etl.errors import WrongUsage
from etl.sources.local import columns_called
from unit.builders import an_authority, an_authority_file, read


def refused(folder: Path, more: str, **plain: str) -> WrongUsage:
    with pytest.raises(WrongUsage) as error:
        an_authority(folder, more, **plain)
    assert error.value.exit_code == 2
    assert "anyshire.toml" in str(error.value)
    for part in ("What:", "Where:", "Means:", "Next:"):
        assert part in str(error.value)
    return error.value


FULL = """
[limits]
rows_lost_percent = 25
rows_held_back_percent = 2.5
[publication]
freeze_working_day = 7
[[population]]
year = 2013
children_0_17 = 45000
source = "ONS mid-year estimate"
[timescales.single_assessment]
allowance = "35 working days"
citation = "local standard"
[[timescales.child_protection_visit]]
allowance = "10 working days"
effective_from = 2012-04-01
counting = "inclusive"
[[timescales.child_protection_visit]]
allowance = ["3 weeks", "4 weeks"]
effective_from = 2014-04-01
[[target]]
measure = "referral_rate_12m"
financial_year = "2014/15"
value = 601.7
[[comparator]]
measure = "looked_after_rate"
scope = "statistical_neighbours"
financial_year = "2014/15"
value = 79
"""


def test_the_least_a_file_needs_gets_the_defaults(tmp_path):
    found = an_authority(tmp_path)
    assert found.door.date_format == "iso"
    assert found.region is None
    assert vars(found.limits) == {
        "rows_lost_percent": 20, "rows_held_back_percent": 5, "children_shared_percent": 50,
        "values_lost_percent": 20, "stale_days": 7, "extract_gib": 4,
    }  # fmt: skip
    assert (found.freeze_working_day, found.landing_months) == (5, 24)


def test_a_full_file_is_read_whole(tmp_path):
    found = an_authority(tmp_path, FULL)
    assert found.limits.rows_lost_percent == 25
    assert found.limits.rows_held_back_percent == 2.5
    assert found.limits.children_shared_percent == 50
    assert found.population[0].children_0_17 == 45000
    assert found.targets[0].value == 601.7
    assert found.comparators[0].scope == "statistical_neighbours"
    assessment, first, second = found.standards
    assert assessment.steps == (Allowance(35, "working days"),)
    assert assessment.effective_from is None
    assert (first.counting, first.effective_from) == ("inclusive", date(2012, 4, 1))
    assert second.steps == (Allowance(3, "weeks"), Allowance(4, "weeks"))


def test_a_limit_of_nothing_is_a_limit(tmp_path):
    assert an_authority(tmp_path, "[limits]\nrows_lost_percent = 0").limits.rows_lost_percent == 0


@pytest.mark.parametrize(
    ("more", "named", "nearest"),
    [
        ("[limit]\nrows_lost_percent = 5", "limit", "limits"),
        ("[limits]\nrows_lost_per_cent = 5", "rows_lost_per_cent", "rows_lost_percent"),
        ("[publication]\nfreeze_workingday = 5", "freeze_workingday", "freeze_working_day"),
        ("[timescales.single_asessment]\nallowance = '5 days'", "single_asessment",
         "single_assessment"),
        ("[timescales.single_assessment]\nalowance = '5 days'", "alowance", "allowance"),
        ("[[target]]\nmeasure = 'referal_rate_12m'\nfinancial_year = '2014/15'\nvalue = 1",
         "referal_rate_12m", "referral_rate_12m"),
        ("[[comparator]]\nmeasure = 'referrals'\nscope = 'englnd'\nfinancial_year = '2014/15'\n"
         "value = 1", "englnd", "england"),
    ],
)  # fmt: skip
def test_an_unknown_word_is_named_with_the_nearest_known_one(tmp_path, more, named, nearest):
    said = str(refused(tmp_path, more))
    assert f"'{named}'" in said
    assert f"did you mean '{nearest}'" in said


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("[limits]\nrows_lost_percent = '20'", "rows_lost_percent"),
        ("[limits]\nrows_lost_percent = true", "rows_lost_percent"),
        ("[limits]\nrows_lost_percent = 120", "rows_lost_percent"),
        ("[limits]\nrows_lost_percent = nan", "rows_lost_percent"),
        ("[limits]\nstale_days = 1001", "stale_days"),
        ("[limits]\nextract_gib = inf", "extract_gib"),
        ("[publication]\nfreeze_working_day = 'five'", "freeze_working_day"),
        ("[[population]]\nyear = 2013\nchildren_0_17 = '45000'", "children_0_17"),
        ("[[population]]\nyear = 2013", "children_0_17"),
        ("[[population]]\nyear = '2013'\nchildren_0_17 = 45000", "year"),
        ("[timescales.single_assessment]\nallowance = 35", "allowance"),
        ("[timescales.single_assessment]\nallowance = '35 sleeps'", "allowance"),
        ("[timescales.single_assessment]\nallowance = []", "allowance"),
        ("[timescales.single_assessment]\ncitation = 'none'", "allowance"),
        ("[timescales.single_assessment]\nallowance = '5 days'\neffective_from = '2014'",
         "effective_from"),
        ("[timescales.single_assessment]\nallowance = '5 days'\ncounting = 'exclusive'",
         "counting"),
        ("[[target]]\nmeasure = 'referrals'\nfinancial_year = '2014'\nvalue = 1",
         "financial_year"),
        ("[[target]]\nmeasure = 'referrals'\nfinancial_year = '2014/16'\nvalue = 1",
         "financial_year"),
        ("[[target]]\nmeasure = 'referrals'\nfinancial_year = '2014/15'\nvalue = 'many'", "value"),
        ("[target]\nmeasure = 'referrals'\nfinancial_year = '2014/15'\nvalue = 1", "target"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_an_error_that_names_its_key(tmp_path, more, key):
    assert key in str(refused(tmp_path, more))


@pytest.mark.parametrize("la_code", ["87", "8744", "Pet", ""])
def test_an_authoritys_code_is_three_digits(tmp_path, la_code):
    assert "la_code" in str(refused(tmp_path, "", la_code=la_code))


@pytest.mark.parametrize(
    "more",
    [
        "timescales = 5",
        "limits = 5",
        "population = 5",
        "[timescales]\nsingle_assessment = '35 working days'",
        "[timescales]\nsingle_assessment = ['35 working days']",
    ],
)
def test_a_part_of_the_wrong_shape_is_an_error_of_the_file(tmp_path, more):
    path = an_authority_file(tmp_path)
    path.write_text(more + path.read_text() if more[0] != "[" else path.read_text() + more)
    with pytest.raises(WrongUsage):
        read(path)


def test_everything_wrong_with_a_file_is_said_at_once(tmp_path):
    said = str(
        refused(
            tmp_path,
            "[limits]\nrows_lost_per_cent = 5\n[[population]]\nyear = 2013\n"
            "[timescales.single_assessment]\nallowance = '35 sleeps'",
            date_format="us",
        )
    )
    for word in ("rows_lost_per_cent", "children_0_17", "35 sleeps", "'us'"):
        assert word in said


def standard_since(day: str) -> str:
    return (
        "[[timescales.child_protection_visit]]\nallowance = '10 working days'\n"
        f"effective_from = {day}\n"
    )


def test_two_standards_that_start_on_one_day_are_refused(tmp_path):
    said = str(refused(tmp_path, standard_since("2014-04-01") * 2))
    assert "child_protection_visit" in said
    assert "two standards start on 2014-04-01" in said


def standard_between(start: str | None, end: str | None, allowance: str = "10 weeks") -> str:
    lines = ["[[timescales.child_protection_visit]]", f"allowance = '{allowance}'"]
    lines += [f"effective_from = {start}"] if start else []
    lines += [f"effective_to = {end}"] if end else []
    return "\n".join(lines) + "\n"


def test_one_standard_may_end_on_the_day_the_next_begins(tmp_path):
    both = standard_between("2012-04-01", "2014-04-01") + standard_between("2014-04-01", None)
    found = an_authority(tmp_path, both).standards
    assert [standard.effective_to for standard in found] == [date(2014, 4, 1), None]


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        ((("2012-04-01", "2013-01-01"), ("2013-01-02", None)),
         "none is in force from 2013-01-01 until 2013-01-02"),
        ((("2012-04-01", "2013-01-02"), ("2013-01-01", None)),
         "two standards are in force from 2013-01-01 until 2013-01-02"),
        ((("2012-04-01", "2012-04-01"), ("2012-05-01", None)),
         "the standard from 2012-04-01 has its effective_to on 2012-04-01"),
        ((("2012-04-01", "2013-01-01"),), "none is in force from 2013-01-01 on"),
        (((None, "2013-01-01"),), "none is in force from 2013-01-01 on"),
    ],
    ids=["gap", "overlap", "ends as it starts", "nothing after", "nothing after the only one"],
)  # fmt: skip
def test_standards_with_a_gap_or_a_conflict_are_refused_with_the_days(tmp_path, spans, said):
    file = "".join(standard_between(*span) for span in spans)
    assert said in str(refused(tmp_path, file))


def test_a_single_deadline_cannot_be_given_several_allowances(tmp_path):
    two = "[timescales.single_assessment]\nallowance = ['10 working days', '45 working days']"
    assert "one deadline" in str(refused(tmp_path, two))


@pytest.mark.parametrize("allowance", ["9999 working days", "25 months", "105 weeks", "731 days"])
def test_an_allowance_of_more_than_two_years_is_refused(tmp_path, allowance):
    line = f"[timescales.child_protection_visit]\nallowance = '{allowance}'"
    assert "at most" in str(refused(tmp_path, line))


def test_a_recurring_allowance_of_one_day_counted_inclusively_is_refused(tmp_path):
    line = "[timescales.child_protection_visit]\nallowance = '1 working day'\n"
    assert "never be met" in str(refused(tmp_path, line + "counting = 'inclusive'"))
    assert an_authority(tmp_path, line).standards


def test_a_timescale_without_a_single_standard_is_refused(tmp_path):
    assert "is empty" in str(refused(tmp_path, "[timescales]\nsingle_assessment = []"))


def test_of_several_standards_each_needs_its_first_day(tmp_path):
    undated = "[[timescales.child_protection_visit]]\nallowance = '10 working days'\n"
    assert "effective_from" in str(refused(tmp_path, undated + standard_since("2014-04-01")))


def test_a_first_day_with_a_time_is_refused_or_read_as_the_day(tmp_path):
    two = standard_since("2014-04-01T00:00:00") + standard_since("2013-04-01")
    try:
        starts = {standard.effective_from for standard in an_authority(tmp_path, two).standards}
    except WrongUsage as error:
        assert "effective_from" in str(error)
    else:
        assert starts == {date(2014, 4, 1), date(2013, 4, 1)}


def test_a_target_given_twice_is_refused(tmp_path):
    one = "[[target]]\nmeasure = 'referrals'\nfinancial_year = '2014/15'\nvalue = 1\n"
    assert "twice" in str(refused(tmp_path, one * 2))


HASH = "9584d6fe64ddaf8d" + 48 * "0"


@pytest.mark.parametrize(
    "written", [HASH, HASH[:16], "9584 d6fe 64dd af8d", "9584 D6FE 64DD AF8D"],
    ids=["all of it", "its first digits", "as printed", "in capitals"],
)  # fmt: skip
def test_what_was_signed_is_read_as_it_is_printed_or_whole(tmp_path, written):
    found = an_authority(tmp_path, f"[publication]\nsigned = {{ single_assessment = '{written}' }}")
    assert HASH.startswith(found.signed["single_assessment"])
    assert an_authority(tmp_path).signed == {}


def test_a_signature_of_a_timescale_that_does_not_exist_is_refused_with_the_nearest(tmp_path):
    line = f"[publication.signed]\nsingel_assessment = '{HASH}'"
    assert "did you mean 'single_assessment'?" in str(refused(tmp_path, line))


@pytest.mark.parametrize(
    "written", ["'9584'", f"'{HASH}0'", "'Jane Smith, director'", "9584", "true"]
)
def test_what_is_no_hash_is_refused_and_not_said(tmp_path, written):
    said = str(refused(tmp_path, f"[publication.signed]\nsingle_assessment = {written}"))
    assert "'single_assessment' in 'signed' in [publication] must be the hash" in said
    assert "16 to 64 hexadecimal digits" in said
    assert "Jane" not in said


def test_signatures_that_are_no_table_are_refused(tmp_path):
    assert "'signed' in [publication] must be a table" in str(
        refused(tmp_path, f"[publication]\nsigned = '{HASH}'")
    )


OF_2021 = "[[population]]\nyear = 2021\nchildren_0_17 = 10000\n"
GROUPS = (
    "[population.ethnic_groups]\nwhite = {}\nmixed = 500\nasian = 1500\nblack = 800\nother = {}"
)


def test_a_population_may_be_given_by_ethnic_group_and_age_band(tmp_path):
    more = OF_2021 + GROUPS.format(7000, 200) + "\n[population.age_bands]\n0 = 600\n16-17 = 1100"
    [population] = an_authority(tmp_path, more).population
    assert [(group.characteristic, group.group_name, group.children_0_17)
            for group in population.groups] == [
        ("ethnic_group", "White", 7000), ("ethnic_group", "Mixed", 500),
        ("ethnic_group", "Asian", 1500), ("ethnic_group", "Black", 800),
        ("ethnic_group", "Other", 200), ("age_band", "0", 600), ("age_band", "16-17", 1100),
    ]  # fmt: skip
    assert {group.year for group in population.groups} == {2021}


@pytest.mark.parametrize(("white", "other"), [(7000, 300), (7000, 100)])
def test_groups_may_differ_from_all_children_by_what_is_rounded(tmp_path, white, other):
    [population] = an_authority(tmp_path, OF_2021 + GROUPS.format(white, other)).population
    assert len(population.groups) == 5


def test_some_groups_alone_may_come_to_less(tmp_path):
    [population] = an_authority(
        tmp_path, OF_2021 + "[population.ethnic_groups]\nasian = 1500"
    ).population
    assert [group.group_name for group in population.groups] == ["Asian"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (GROUPS.format(7000, 301), "come to 10,101 children, the year has 10,000"),
        (GROUPS.format(7000, 99), "come to 9,899 children, the year has 10,000"),
        ("[population.age_bands]\n0 = 10101", "of 2021 come to 10,101 children"),
        ("[population.ethnic_groups]\nasia = 5", "'asia' in [population.ethnic_groups] of 2021 "
         "(did you mean 'asian'?)"),
        ("[population.age_bands]\n5-10 = 5", "(known are 0, 1-4,"),
        ("[population.ethnic_groups]\nasian = 1.5", "'asian' in [population.ethnic_groups]"),
        ("[population.ethnic_groups]\nasian = -1", "'asian' in [population.ethnic_groups]"),
        ("ethnic_groups = 5", "'ethnic_groups' in [[population]] must be a table"),
        ("[population.ethnic_group]\nasian = 5", "(did you mean 'ethnic_groups'?)"),
    ],
)  # fmt: skip
def test_groups_that_cannot_be_are_refused(tmp_path, more, said):
    assert said in str(refused(tmp_path, OF_2021 + more))


TARGET = "[[target]]\nmeasure = 'referrals'\nfinancial_year = '2014/15'\nvalue = {}"
CHILDREN = "[[population]]\nyear = {}\nchildren_0_17 = {}"
STANDARD = "[timescales.single_assessment]\nallowance = '5 days'\neffective_from = {}"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        *[(f"[publication]\nfreeze_working_day = {day}",
           "'freeze_working_day' in [publication] must lie between 1 and 23")
          for day in ("0", "-5", "24", "40", "1_000_000_000_000_000_000_000_000_000_000")],
        *[(f"[publication]\nlanding_months = {months}",
           "'landing_months' in [publication] must lie between 1 and 1200")
          for months in ("-3", "0", "1201")],
        *[(CHILDREN.format(2014, count),
           "'children_0_17' in [[population]] must lie between 1 and 1,000,000")
          for count in ("0", "-1", "1000001", "1" + "0" * 30)],
        *[(CHILDREN.format(year, 45000), "'year' in [[population]] must lie between 1990 and 2100")
          for year in ("0", "1989", "20013")],
        *[(TARGET.format(value), "'value' in [[target]] must lie between 0 and 1,000,000")
          for value in ("nan", "inf", "-inf", "-1", "1e300", "1" + "0" * 400)],
        (f"[limits]\nstale_days = 1{'0' * 400}", "'stale_days' in [limits] must lie between 0 and"),
        *[(STANDARD.format(day), "must lie between 1900 and 2100")
          for day in ("0001-01-01", "9999-12-31")],
        ("[[population]]\nyear = 2014\nchildren_0_17 = 1\nsource = ''", "'source' in"),
        ("[timescales.single_assessment]\nallowance = '5 days'\ncitation = ' '", "'citation' in"),
    ],
    ids=lambda text: text[:60],
)  # fmt: skip
def test_what_no_authority_can_mean_is_refused_with_what_may_be(tmp_path, more, said):
    assert said in str(refused(tmp_path, more))


@pytest.mark.parametrize("name", ["", " "])
def test_an_authority_has_a_name(tmp_path, name):
    path = an_authority_file(tmp_path)
    text = re.sub("(?m)^name = .*$", f'name = "{name}"', path.read_text())
    path.write_text(text)
    with pytest.raises(WrongUsage):
        read(path)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (f"[limits]\nstale_days = 1{'0' * 5000}", "too many digits"),
        (f"[limits]\nstale_days = {'[' * 5000}{']' * 5000}", "nested too deeply"),
        (f"{'a.' * 5000}a = 1", "unknown key"),
    ],
    ids=["digits", "brackets", "dotted key"],
)
def test_what_python_would_not_read_is_an_error_of_the_file(tmp_path, more, said):
    assert said in str(refused(tmp_path, more))


def test_what_is_not_toml_is_refused(tmp_path):
    assert "TOML" in str(refused(tmp_path, "[limits"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(WrongUsage) as error:
        read(tmp_path / "nobody.toml")
    assert "nobody.toml" in str(error.value)


def test_the_hash_of_a_file_changes_with_it(tmp_path):
    one, other = an_authority(tmp_path), an_authority(tmp_path, "[limits]\nrows_lost_percent = 9")
    assert one.sha256 != other.sha256


@pytest.mark.parametrize("text", ["West\\u0007mere", "West\\nmere", "West\\u0000mere"])
def test_a_control_character_in_a_text_is_refused_without_being_said(tmp_path, text):
    error = refused(tmp_path, f'[[population]]\nyear = 2013\nchildren_0_17 = 1\nsource = "{text}"')
    assert "holds a control character" in str(error)
    assert "\x07" not in str(error)


LOCAL = """
[codes.ethnicity]
A1 = "WIRI"
"Our own  words" = "OOTH"
[codes.legal_status]
"Regular occ. acc by LA S20(3)" = "V4"
[codes.plan_status]
cancelled = "z"
[columns.fact_single_assessment]
start_dttm = "Started on"
[answers]
authorised_date = ["FormEndDate", "Signed off"]
"""


def test_what_is_called_otherwise_here_is_read_as_it_is_compared(tmp_path):
    found = an_authority(tmp_path, LOCAL)
    assert found.codes["ethnicity"] == {"a1": "WIRI", "our own words": "OOTH"}
    assert found.codes["plan_status"] == {"cancelled": "z"}
    assert found.columns == {"FACT_SINGLE_ASSESSMENT": {"START_DTTM": "STARTED ON"}}
    assert found.answers == {"authorised_date": ("FormEndDate", "Signed off")}
    assert columns_called(tmp_path / "anyshire.toml") == found.columns
    plain = an_authority(tmp_path)
    assert (plain.codes, plain.columns, plain.answers) == ({}, {}, {})
    assert columns_called(tmp_path / "anyshire.toml") == {}
    assert columns_called(tmp_path / "not kept.toml") == {}


@pytest.mark.parametrize(
    ("more", "named", "nearest"),
    [
        ("[codes.ethnicty]\nA1 = 'WBRI'", "ethnicty", "ethnicity"),
        ("[codes.ethnicity]\nA1 = 'WBRIT'", "WBRIT", "WBRI"),
        ("[codes.visit_type]\nHV = 'child protection'", "child protection", "child_protection"),
        ("[columns.FACT_REFERALS]\nREFRL_START_DTTM = 'X'", "FACT_REFERALS", "FACT_REFERRALS"),
        ("[columns.FACT_REFERRALS]\nREFRL_STRT_DTTM = 'X'", "REFRL_STRT_DTTM",
         "REFRL_START_DTTM"),
        ("[answers]\nauthorized_date = ['X']", "authorized_date", "authorised_date"),
    ],
)  # fmt: skip
def test_an_unknown_list_table_column_or_answer_is_named_with_the_nearest(
    tmp_path, more, named, nearest
):
    said = str(refused(tmp_path, more))
    assert f"'{named}'" in said
    assert f"did you mean '{nearest}'" in said


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("[codes.ethnicity]\nA1 = 7", "'A1' in [codes.ethnicity] must be text"),
        ("[codes.ethnicity]\nA1 = ''", "'A1' in [codes.ethnicity] has no value of ours yet"),
        ("[codes.ethnicity]\n'  ' = 'WBRI'", "a key in [codes.ethnicity] is empty"),
        ("[codes.ethnicity]\nA1 = 'WBRI'\na1 = 'WIRI'", "'a1' is there twice"),
        ("[codes]\nethnicity = 'WBRI'", "[codes.ethnicity] must be a table"),
        ("codes = 'WBRI'", "'codes' in the file must be a table"),
        ("[columns.FACT_REFERRALS]\nREFRL_START_DTTM = 'REFRL_END_DTTM'", "as two columns"),
        ("[columns.FACT_REFERRALS]\nREFRL_START_DTTM = ' '", "is called nothing"),
        ("[answers]\nauthorised_date = 'FormEndDate'", "must be a list"),
        ("[answers]\nauthorised_date = []", "a list of names in quotes"),
        ("[answers]\nauthorised_date = [7]", "a list of names in quotes"),
    ],
)
def test_what_is_wrong_with_local_names_is_said(tmp_path, more, says):
    if more.startswith("codes"):
        path = an_authority_file(tmp_path)
        path.write_text(more + "\n" + path.read_text())
        with pytest.raises(WrongUsage) as error:
            read(path)
        assert says in str(error.value)
    else:
        assert says in str(refused(tmp_path, more))


def test_two_columns_may_change_their_names(tmp_path):
    more = "[columns.FACT_REFERRALS]\nREFRL_START_DTTM = 'B'\nREFRL_END_DTTM = 'REFRL_START_DTTM'"
    assert len(an_authority(tmp_path, more).columns["FACT_REFERRALS"]) == 2


STEP = """
[[publication.step]]
measure = "contacts"
month = "{}"
reason = "First Response took over the front door"
"""


def test_a_known_step_in_a_measure_is_read_with_its_month_and_reason(tmp_path):
    path = an_authority_file(tmp_path, more=STEP.format("2013-11"))
    [step] = read(path).steps
    assert step.measure == "contacts"
    assert step.month == date(2013, 11, 1)
    assert step.reason == "First Response took over the front door"


@pytest.mark.parametrize("month", ["2013", "2013-13", "Nov 2013", "0013-11"])
def test_a_month_that_is_none_is_refused(tmp_path, month):
    error = refused(tmp_path, STEP.format(month))
    assert "'month' in [[publication.step]] must look like \"2013-11\"" in error.what


def test_two_steps_of_a_measure_in_a_month_are_refused(tmp_path):
    error = refused(tmp_path, STEP.format("2013-11") * 2)
    assert "a measure and month appear twice in [[publication.step]]" in error.what


def test_a_step_of_no_measure_is_refused_with_the_nearest(tmp_path):
    error = refused(tmp_path, STEP.format("2013-11").replace('"contacts"', '"contact"'))
    assert "did you mean 'contacts'" in error.what
