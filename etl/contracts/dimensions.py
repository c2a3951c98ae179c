"""The dimensions that are made from the calendar, the rules and the authority's file."""

from __future__ import annotations

from etl.contracts.contract import (
    Column,
    Kind,
    Table,
    day,
    flag,
    text,
    whole,
)

DATE = Table(
    name="date",
    warehouse="dim_date",
    grain="a day, 1990 to the end of the calendar file",
    key=("date",),
    is_fact=False,
    is_conformed=False,
    keeps_history=False,
    has_authority=False,
    columns=(
        day("date", "the day"),
        whole("year", "calendar year"),
        day("month_start", "first day of its month"),
        day("month_end", "last day of its month"),
        text("month_name", "January ..."),
        day("week_start", "the Monday of its week"),
        text("day_name", "Monday ..."),
        whole("quarter", "calendar quarter, 1 to 4"),
        text("financial_year", "such as 2014/15; begins in April"),
        whole("financial_quarter", "1 is April to June"),
        whole("financial_month", "1 is April"),
        flag("is_weekend", "Saturday or Sunday"),
        flag("is_working_day", "Monday to Friday and no bank holiday in England"),
        whole("working_day_number", "running count of working days, this day included"),
        text("bank_holiday", "its name"),
    ),
)

AUTHORITY = Table(
    name="authority",
    warehouse="dim_authority",
    grain="an authority",
    key=(),
    is_fact=False,
    is_conformed=False,
    columns=(
        text("name", "its name"),
        text("region", "its region"),
        whole("published_months", "how many complete months its latest figures cover"),
        day("history_from", "since when it says that its extract is whole"),
    ),
)

POPULATION = Table(
    name="population",
    warehouse="dim_population",
    grain="an authority and a mid-year",
    key=("year",),
    is_fact=False,
    is_conformed=False,
    columns=(
        whole("year", "the mid-year"),
        whole("children_0_17", "children aged 0 to 17"),
        text("source", "where the figure is from"),
    ),
)

# Of child_month.age_band, those of children aged 0 to 17.
AGE_BANDS = ("0", "1-4", "5-9", "10-15", "16-17")

POPULATION_GROUP = Table(
    name="population_group",
    warehouse="dim_population_group",
    grain="a group of an authority's children at a mid-year",
    key=("year", "characteristic", "group_name"),
    is_fact=False,
    is_conformed=False,
    columns=(
        whole("year", "the mid-year"),
        text("characteristic", "by what they are grouped: ethnic_group or age_band"),
        text("group_name", "as in report.child.ethnic_group or report.child_month.age_band"),
        whole("children_0_17", "children aged 0 to 17 of the group"),
    ),
)

TIMESCALE = Table(
    name="timescale",
    warehouse="dim_timescale",
    grain="a rule of an authority, from a date",
    key=("timescale", "effective_from"),
    is_fact=False,
    has_key=True,
    is_conformed=False,
    columns=(
        text("timescale", "the rule's name"),
        text("title", "its title"),
        text("rule", "the rule as a sentence, with the allowances of this standard"),
        text("allowance", "the time given, in words"),
        text("counting", "elapsed: the start is day 0; inclusive: the start is day 1"),
        text("citation", "where the rule is from"),
        flag("is_local", "the authority's own standard"),
        flag("is_statutory", "set by law or statutory guidance"),
        day("in_force_since", "since when its source says so; empty if not known"),
        day("effective_from", "first day of the clock starts it is applied to"),
        day("effective_to", "first day of those it is no longer applied to"),
        text("rule_sha256", "the hash of what alone moves what is owed by it; empty if not kept"),
    ),
)

CODE = Table(
    name="code",
    warehouse="dim_code",
    grain="a value of a code list",
    key=("code_list", "code"),
    is_fact=False,
    is_conformed=False,
    columns=(
        text("code_list", "the list"),
        text("code", "the value"),
        text("label", "what it means"),
        text("national_code", "the national code it stands for"),
        text("code_group", "of an ethnicity, its group in the census, Refused or Not known"),
    ),
)

PUBLICATION_STEP = Table(
    name="publication_step",
    warehouse="dim_publication_step",
    grain="a known step in an authority's measure, from a month on",
    key=("measure", "month"),
    is_fact=False,
    is_conformed=False,
    columns=(
        text("measure", "the measure"),
        day("month", "first day of the first month after the step"),
        text("reason", "why it is another measure since, as the report says it"),
    ),
)

TARGET = Table(
    name="target",
    warehouse="dim_target",
    grain="a measure and financial year",
    key=("measure", "financial_year", "scope"),
    is_fact=False,
    is_conformed=False,
    columns=(
        text("measure", "the measure"),
        text("financial_year", "such as 2014/15"),
        text("scope", "always target"),
        Column("value", Kind.NUMBER, "the target"),
    ),
)

COMPARATOR = Table(
    name="comparator",
    warehouse="dim_comparator",
    grain="a measure, financial year and scope",
    key=("measure", "financial_year", "scope"),
    is_fact=False,
    is_conformed=False,
    columns=(
        text("measure", "the measure"),
        text("financial_year", "such as 2014/15"),
        text("scope", "england or statistical_neighbours"),
        Column("value", Kind.NUMBER, "their figure"),
    ),
)
