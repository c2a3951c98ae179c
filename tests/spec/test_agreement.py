"""On histories that Hypothesis draws, the product and the plain loops say the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.owing import england

from etl.derive.obligations import obligations
from etl.derive.register import RULES
from etl.derive.standards import standards
from spec.both_ways import DATES, as_day, by_plain_loops
from spec.given import (
    Drawn,
    in_our_words,
    in_reference_words,
    local_standards,
)
from spec.histories import Given, histories

pytestmark = pytest.mark.slow

# England's standards, and those of an authority that has changed most of them, some more than once.
AUTHORITIES = {
    "England": (),
    "own standards": (
        *local_standards(
            "child_protection_visit",
            """
            allowance       | from       | until      | counting
            15 working days | 2012-06-01 | 2020-05-01 | elapsed
            2 weeks         | 2020-05-01 |            | inclusive
            """,
        ),
        *local_standards(
            "looked_after_review",
            """
            allowance                  | from
            28 days, 2 months, 5 months | 2020-01-01
            """,
        ),
        *local_standards(
            "single_assessment",
            """
            allowance       | from       | counting
            35 working days | 2012-04-01 | elapsed
            45 working days | 2022-09-01 | inclusive
            """,
        ),
        *local_standards(
            "looked_after_visit",
            """
            allowance       | from
            1 week, 4 weeks | 2023-01-01
            """,
        ),
        *local_standards(
            "child_protection_review",
            """
            allowance          | from       | counting
            10 weeks, 5 months | 2023-02-01 | inclusive
            """,
        ),
        *local_standards("review_health_assessment", "allowance | from\n9 months | 2022-09-05"),
    ),
}
Owed = tuple[str, str, int, date | None, date | None, date | None, date | None]


def by_the_product(drawn: Drawn, authority: str) -> set[Owed]:
    tables = in_our_words(drawn)
    council = england(*AUTHORITIES[authority])
    return {
        (row.timescale, row.subject_id, row.sequence, *(as_day(getattr(row, d)) for d in DATES))
        for rule in RULES
        for row in obligations(rule, tables, standards(rule, council)).itertuples()
    }


def by_the_reference(drawn: Drawn, authority: str) -> set[Owed]:
    return {
        (row["timescale"], row["subject_id"], row["sequence"], *(row[name] for name in DATES))
        for row in by_plain_loops(drawn, AUTHORITIES[authority])
    }


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(history=histories(), authority=st.sampled_from(sorted(AUTHORITIES)))
def test_what_is_owed_on_any_history_is_the_same_both_ways(history: Given, authority: str) -> None:
    drawn = in_reference_words(history)
    assert by_the_product(drawn, authority) == by_the_reference(drawn, authority)
