"""A child open to the service at a month's end."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    TEAM,
    WORKER,
    Table,
    code,
    day,
    flag,
    text,
)

CHILD_MONTH = Table(
    name="child_month",
    warehouse="fact_child_month",
    grain="a child open to the service at the end of a month",
    key=("child_token", "month_end"),
    dated_by="month_end",
    is_conformed=False,
    columns=(
        CHILD,
        FAMILY,
        TEAM,
        WORKER,
        day("month_end", "the month's last day"),
        flag("is_in_need", "a referral is open"),
        flag("is_on_plan", "a child protection plan is open; temporary ones do not count"),
        code(
            "plan_category",
            "its category of abuse, as first known after the month",
            "abuse_category",
        ),
        flag("is_looked_after", "looked after; short breaks do not count"),
        text("age_band", "unborn, 0, 1-4, 5-9, 10-15, 16-17, 18+ or not known"),
    ),
)
