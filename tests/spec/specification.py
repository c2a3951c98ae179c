"""A specification: what is given, and what is owed by it, checked both ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from etl.derive.rule import Rule
from spec.both_ways import Owed, of_the_product, of_the_reference
from spec.given import in_reference_words, local_standards, read

# What a line of an expected table may say, beside the subject under its own name.
EXPECTED = {
    "number": "sequence",
    "started": "started_date",
    "due": "due_date",
    "done": "done_date",
    "closed": "closed_date",
    "status": "status",
}
# Situations that every rule is to be shown in, where its kind allows.
ALWAYS = {
    "on the due day", "a day late", "open on the due day", "open the day after", "before the start",
    "on the start day", "two on a day", "start at a weekend", "nothing happened",
    "merged child",
}  # fmt: skip
IN_WORKING_DAYS = {"Easter", "Christmas", "May", "one-off day"}
IN_MONTHS = {"month end", "leap year", "due on a holiday"}
RECURRING = {"missed, then done later"}
WITH_AN_END = {"ends before the due day", "ends on the due day", "ends after the due day"}
LOCAL = {"local standards over time"}
OF_ONE_RULE = {
    "single_assessment": {"reopened", "draft or cancelled", "counted inclusively"},
    "single_assessment_from_referral": {"draft or cancelled", "several events"},
    "initial_conference": {
        "transfer in", "cancelled", "several events", "another child's", "another enquiry's",
    },
    "transfer_in_conference": {"transfer in", "cancelled", "several events"},
    "child_protection_review": {
        "cancelled", "temporary plan", "on the last day", "another child's", "inquorate",
        "child has died",
    },
    "child_protection_visit": {
        "unborn child", "child not seen", "temporary plan", "on the last day",
        "counted inclusively",
    },
    "child_in_need_visit": {
        "cancelled", "unborn child", "on the last day", "another plan or care", "clock anew",
    },
    "looked_after_review": {
        "cancelled", "on the last day", "second period of care", "short break",
    },
    "looked_after_visit": {
        "placement move", "on the last day", "long-term placement", "short break",
        "period of care ended", "closer visits",
    },
    "initial_health_assessment": {
        "not completed", "dental check", "another child's", "on the last day",
        "second period of care", "short break", "child has died",
    },
    "review_health_assessment": {
        "not completed", "dental check", "another child's", "on the last day",
        "second period of care", "short break", "child has died", "turns five", "no birth date",
    },
}  # fmt: skip


def situations(rule: Rule) -> set[str]:
    """The situations that the rule must be shown in."""
    units = {step.unit for step in rule.steps}
    found = ALWAYS | LOCAL | OF_ONE_RULE[rule.timescale]
    found = found | (IN_WORKING_DAYS if "working days" in units else set())
    found = found | (IN_MONTHS if "months" in units else set())
    found = found | (RECURRING if rule.is_recurring else set())
    return found | (WITH_AN_END if rule.clock.ends else set())


@dataclass(frozen=True)
class Shown:
    """One specification as it is written."""

    rule: Rule
    shows: tuple[str, ...]
    as_at: str
    local: str
    given: dict[str, str]
    expect: str

    @classmethod
    def written(
        cls, rule: Rule, *, shows: str, as_at: str, expect: str, local: str = "", **given: str
    ) -> Shown:
        """From a call of ``specify``: situations apart by semicolons, and in the names of the given
        tables an underscore for a space."""
        words = tuple(word.strip() for word in shows.split(";"))
        tables = {name.replace("_", " "): text for name, text in given.items()}
        return cls(rule, words, as_at, local, tables, expect)


class Specify:
    """Checks a specification: called with the rule, the situations it shows, the day as at which
    status is asked, the authority's own standards if any, the given tables and the expected one.

    Only the columns that the expected table names are compared, but every row counts.
    """

    def __call__(self, rule: Rule, **written: str) -> None:
        shown = Shown.written(rule, **written)
        unknown = set(shown.shows) - situations(rule)
        assert not unknown, f"no such situation of {rule.timescale}: {unknown}"
        drawn = in_reference_words({name: read(text) for name, text in shown.given.items()})
        own = local_standards(rule.timescale, shown.local) if shown.local else ()
        expected = read(shown.expect)
        day = date.fromisoformat(shown.as_at)
        for way in (of_the_product, of_the_reference):
            found = [_as_written(owed, expected) for owed in way(rule, drawn, own, day)]
            assert found == expected, way.__name__


def _as_written(owed: Owed, expected: list[dict[str, Any]]) -> dict[str, str | None]:
    """What is owed, in the columns of the expected table."""
    subject, *others = expected[0] if expected else ("subject",)
    line = {name: owed[EXPECTED[name]] for name in others}
    written = {name: None if value is None else str(value) for name, value in line.items()}
    return {subject: owed["subject_id"], **written}
