"""Small tables of one authority, written as they would be drawn."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from etl.authority import Authority, Limits, LocalStandard
from etl.calendar.allowance import Allowance
from etl.contracts.contract import OWNERS, Kind
from etl.contracts.frames import pandas_type
from etl.contracts.register import CONFORMED
from etl.derive.care import CLOSER_VISITS
from etl.derive.facts import CONFERENCES
from etl.derive.health import ASSESSED_PERIODS, HEALTH_ASSESSMENTS, UNDER_FIVE
from etl.derive.need import SPELLS
from etl.derive.plan_category import PastCategories
from etl.sources.door import Door

# Whose rows they are unless a test says otherwise: what is of another child counts for nobody.
ONE_CHILD = {"child_token": "c"}


def england(*local: LocalStandard) -> Authority:
    """An authority with England's standards, and these of its own."""
    return Authority(
        la_code="874", name="Anyshire", region=None, door=Door("liquidlogic_files"),
        limits=Limits(), freeze_working_day=5, landing_months=24, months=37,
        history_from=None, population=(), standards=local,
        targets=(), comparators=(), sha256="",
    )  # fmt: skip


def a_standard(
    timescale: str, *steps: str, since: date | None = None, counting: str = "elapsed"
) -> LocalStandard:
    """An authority's own standard."""
    return LocalStandard(timescale, tuple(map(Allowance.read, steps)), since, None, counting, None)


def a_table(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """A table of ours with these rows; a field that no row names is empty."""
    return _made(name, rows) if rows else _empty(name).copy()


@cache
def _empty(name: str) -> pd.DataFrame:
    return _made(name, ())


def _made(name: str, rows: tuple[dict[str, Any], ...]) -> pd.DataFrame:
    table = next(table for table in CONFORMED if table.name == name)
    kinds = {column.name: column.kind for column in table.columns}
    kinds |= dict.fromkeys(OWNERS, Kind.TEXT)
    rows = tuple({**ONE_CHILD, **row} for row in rows)
    return pd.DataFrame(
        {
            column: pd.Series([row.get(column) for row in rows], dtype="object").astype(
                pandas_type(kind)
            )
            for column, kind in kinds.items()
        }
    )


def past_categories(*extracts: str, versions: tuple[tuple[str, ...], ...] = ()) -> PastCategories:
    """What earlier nights knew of plans: their dates, and of each version of a plan its id, its
    category, and the extract that no longer held it."""
    return PastCategories.of(
        pd.DataFrame({"extract_date": pd.Series(extracts, dtype="datetime64[s]")}),
        pd.DataFrame(versions, columns=["plan_id", "latest_category", "known_to"]).astype(
            {"plan_id": "str", "latest_category": "str", "known_to": "datetime64[s]"}
        ),
    )


def tables(**rows: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """Every conformed table, empty but for these rows; and those that derive makes of them, as they
    are where no conference meets another enquiry, no plan rests, no visit is a closer one and no
    child under five."""
    found = {table.name: a_table(table.name, *rows.get(table.name, [])) for table in CONFORMED}
    return found | {
        CONFERENCES: found["initial_conference"],
        SPELLS: found["child_in_need_plan"],
        CLOSER_VISITS: a_table("placement").assign(is_reviewed=False),
        HEALTH_ASSESSMENTS: found["health_check"],
        ASSESSED_PERIODS: found["looked_after_period"],
        UNDER_FIVE: a_table("looked_after_period"),
    }
