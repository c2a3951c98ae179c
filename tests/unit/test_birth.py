"""What is known of a child's age on a day goes on; the birth date does not."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.conform import birth
from etl.contracts.health_check import HEALTH_CHECK

BORN = {"Amy": "2013-06-20", "Ben": "2016-02-29", "Cara": None}


@pytest.mark.parametrize(
    ("child", "checked", "expected"),
    [
        ("Amy", "2018-06-19", True),
        ("Amy", "2018-06-20", False),
        # No 29 February in 2021: the birthday is the last day of the month, as every day counted
        # in months is.
        ("Ben", "2021-02-27", True),
        ("Ben", "2021-02-28", False),
        ("Cara", "2018-06-19", None),
        ("Amy", None, None),
    ],
)
def test_a_check_is_of_a_child_under_five_until_the_day_before_its_fifth_birthday(
    child: str, checked: str | None, expected: bool | None
) -> None:
    births = pd.DataFrame(
        {"date": pd.to_datetime(pd.Series(BORN)), "is_estimated": False}, index=list(BORN)
    )
    frame = pd.DataFrame({"child_token": [child], "checked_date": pd.to_datetime([checked])})
    birth.of_facts(frame, HEALTH_CHECK, births)
    [found] = frame["is_under_five"]
    assert (None if pd.isna(found) else found) == expected
