"""Faults to plant in the rules, one at a time: each must fail a specification.

``tests/README.md`` lists them; a test sees to it that the list is whole.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """A fault: in ``file``, ``old`` becomes ``new`` where it first stands. spec: the timescale
    whose specifications must notice."""

    fault: str
    file: str
    old: str
    new: str
    spec: str


STATUS = "sql/queries/timescale_status.sql"
REGISTER = "etl/derive/register.py"
MECHANISM = "etl/derive/obligations.py"
CALENDAR = "etl/calendar/working_days.py"
HOLIDAYS = "etl/calendar/bank_holidays_england.csv"
HEALTH = "etl/derive/health.py"

MUTATIONS = (
    Mutation(
        "done on the due day is called late",
        STATUS, "done_date <= due_date then 'in_time'", "done_date < due_date then 'in_time'",
        "child_protection_review",
    ),
    Mutation(
        "not done on the due day is called overdue that very day",
        STATUS, "when :on <= due_date then 'not_due'", "when :on < due_date then 'not_due'",
        "initial_conference",
    ),
    Mutation(
        "a plan that ends on the due day is called not done",
        STATUS, "closed_date <= due_date then 'ended_before_due'",
        "closed_date < due_date then 'ended_before_due'",
        "child_protection_visit",
    ),
    Mutation(
        "45 working days become 44",
        REGISTER, "steps=(working_days(45),)", "steps=(working_days(44),)", "single_assessment",
    ),
    Mutation(
        "three calendar months become 91 days",
        REGISTER, "steps=(months(3), months(6))", 'steps=(Allowance(91, "days"), months(6))',
        "child_protection_review",
    ),
    Mutation(
        "the bank holiday of the State Funeral is dropped",
        HOLIDAYS, "2022-09-19,", "2022-09-18,", "single_assessment",
    ),
    Mutation(
        "the bank holiday of the royal wedding is dropped",
        HOLIDAYS, "2011-04-29,", "2011-04-30,", "initial_conference",
    ),
    Mutation(
        "a due date on a day that is not worked is moved to the next working day",
        CALENDAR, 'return _months_after(start, allowance.count) - np.timedelta64(less, "D")',
        "return np.busday_offset(_months_after(start, allowance.count), 0, "
        'roll="forward", busdaycal=_calendar())',
        "looked_after_review",
    ),
    Mutation(
        "the end of a shorter month runs over into the next",
        CALENDAR, 'np.minimum(target.astype("datetime64[D]") + day_of_month, last)',
        'target.astype("datetime64[D]") + day_of_month',
        "child_protection_review",
    ),
    Mutation(
        "the start counts as day 1",
        CALENDAR, 'less = 1 if counting == "inclusive" else 0', "less = 1",
        "child_in_need_visit",
    ),
    Mutation(
        "a start at the weekend counts from the Monday as day 0",
        CALENDAR, 'roll="backward", busdaycal=_calendar())\n    due = np.maximum',
        'roll="forward", busdaycal=_calendar())\n    due = np.maximum',
        "transfer_in_conference",
    ),
    Mutation(
        "the next clock runs from the due date, not from what happened",
        MECHANISM, "    due, allowance, standard_from = _due(chain, subjects, standards, closer)\n",
        "    due, allowance, standard_from = _due(chain, subjects, standards, closer)\n"
        "    follows = np.flatnonzero(chain.sequence > 1)\n"
        "    chain.started[follows] = due[follows - 1]\n"
        "    due, allowance, standard_from = _due(chain, subjects, standards, closer)\n",
        "child_protection_visit",
    ),
    Mutation(
        "an event on the first day stops a clock that repeats",
        MECHANISM, "day > started if rule.is_recurring", "day >= started if rule.is_recurring",
        "child_protection_review",
    ),
    Mutation(
        "an event on the first day does not meet a single deadline",
        MECHANISM, "else day >= started", "else day > started", "initial_conference",
    ),
    Mutation(
        "an event on the last day is ignored",
        MECHANISM, "~(day > subjects.ended", "~(day >= subjects.ended", "looked_after_review",
    ),
    Mutation(
        "more is owed after an event on the last day",
        MECHANISM, "is_first | ~(started >= subjects.ended[subject])",
        "is_first | ~(started > subjects.ended[subject])",
        "child_in_need_visit",
    ),
    Mutation(
        "two events on a day are two",
        MECHANISM, "kept = order[is_first]", "kept = order",
        "child_protection_visit",
    ),
    Mutation(
        "a local standard holds only from the day after its first",
        MECHANISM, "(chain.started >= begins)", "(chain.started > begins)", "single_assessment",
    ),
    Mutation(
        "the longer interval of a long-term placement begins a day late",
        MECHANISM, "chain.started >= lasted[", "chain.started > lasted[",
        "looked_after_visit",
    ),
    Mutation(
        "a visit on which the child was not seen counts",
        REGISTER, ', only=("is_seen_or_unborn",)', "", "child_protection_visit",
    ),
    Mutation(
        "a transfer-in conference counts as the initial one of an enquiry",
        REGISTER, 'unless=("is_transfer_in", "is_cancelled")', 'unless=("is_cancelled",)',
        "initial_conference",
    ),
    Mutation(
        "what is owed to a merged child's old record stays owed",
        MECHANISM, '(*clock.unless, "is_merged")', "clock.unless", "looked_after_visit",
    ),
    Mutation(
        "the 20 working days of a first health assessment become four weeks",
        REGISTER,
        'nothing more is owed.",\n    steps=(working_days(20),)',
        'nothing more is owed.",\n    steps=(weeks(4),)',
        "initial_health_assessment",
    ),
    Mutation(
        "a health assessment that is only booked counts",
        HEALTH, ' & checks["status"].eq(COMPLETED)', "", "initial_health_assessment",
    ),
    Mutation(
        "a health assessment on the first day of care does not count",
        HEALTH, 'day >= pairs["started_date"]', 'day > pairs["started_date"]',
        "initial_health_assessment",
    ),
    Mutation(
        "a dentist's check counts as a health assessment",
        HEALTH, 'checks["kind"].eq(HEALTH_ASSESSMENT) & ', "", "review_health_assessment",
    ),
    Mutation(
        "a health assessment before care starts the clock of reviews",
        HEALTH, '(day >= pairs["started_date"]) & ', "", "review_health_assessment",
    ),
    Mutation(
        "a first health assessment on the last day of care is followed by another",
        HEALTH, "started.to_numpy() >= last", "started.to_numpy() > last",
        "review_health_assessment",
    ),
    Mutation(
        "a child assessed on its fifth birthday counts as under five",
        "etl/conform/birth.py", "_is_before(dated, born + FIVE)",
        "_is_before(dated, born + FIVE + pd.Timedelta(days=1))",
        "review_health_assessment",
    ),
    Mutation(
        "the first review of a child under five has twelve months",
        REGISTER, "from_the_first=True", "from_the_first=False", "review_health_assessment",
    ),
    Mutation(
        "a child without a birth date counts as under five",
        HEALTH, '["is_under_five"].fillna(False)', '["is_under_five"].fillna(True)',
        "review_health_assessment",
    ),
)  # fmt: skip
