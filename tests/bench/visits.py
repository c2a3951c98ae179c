"""What ten million visits to the children on 400,000 plans cost.

One process of its own, so that its peak memory is the mechanism's: made here are only the two
tables it takes. Making them does not count.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from bench.alone import alone
from bench.asked import Asked
from bench.results import Result

from etl.derive.obligations import OWNERS

PLANS, VISITS, CHILDREN = 400_000, 10_000_000, 300_000
FIRST = np.datetime64("2010-01-01", "s")
DAY = np.timedelta64(86400, "s")


def _text(numbers: np.ndarray) -> pd.Series:
    return pd.Series(numbers).astype("int64").astype("str")


def made(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Plans of about a year over twelve years, and some 25 visits to each in no order."""
    started = rng.integers(0, 12 * 365, PLANS)
    lasted = rng.integers(90, 700, PLANS)
    of = rng.integers(0, PLANS, VISITS)
    visited = started[of] + (rng.random(VISITS) * lasted[of]).astype(np.int64)
    plans = pd.DataFrame(
        {
            "plan_id": _text(np.arange(PLANS)),
            "started_date": FIRST + started * DAY,
            "ended_date": FIRST + (started + lasted) * DAY,
            "died_date": np.full(PLANS, np.datetime64("NaT", "s")),
            "is_temporary": False,
            "is_merged": False,
            **{owner: _text(np.arange(PLANS) % CHILDREN) for owner in OWNERS},
        }
    )
    visits = pd.DataFrame(
        {
            "visit_id": _text(np.arange(VISITS)),
            "plan_id": _text(of),
            "child_token": _text(of % CHILDREN),
            "visited_date": FIRST + visited * DAY,
            "recorded_date": FIRST + (visited + rng.integers(0, 20, VISITS)) * DAY,
            "is_seen_or_unborn": rng.random(VISITS) < 0.95,
            "is_merged": False,
        }
    )
    return {"child_protection_plan": plans, "visit": visits}


def owed() -> dict[str, float]:
    """The work: the obligations to which these visits were made. Returns how many there are, and
    the process seconds that deriving them took."""
    from unit.owing import england

    from etl.derive.obligations import obligations
    from etl.derive.register import CHILD_PROTECTION_VISIT
    from etl.derive.standards import standards

    tables = made(np.random.default_rng(7))
    standard = standards(CHILD_PROTECTION_VISIT, england())
    before = time.process_time()
    found = obligations(CHILD_PROTECTION_VISIT, tables, standard)
    return {"obligations": len(found), "seconds": time.process_time() - before}


def measured(asked: Asked) -> list[Result]:
    """Once: it takes longer than what else runs on the machine would change."""
    spent = alone("bench.visits:owed")
    return [
        Result("ten million", "process seconds", spent.answer["seconds"]),
        Result("ten million: obligations", "rows", spent.answer["obligations"]),
        Result("ten million: peak memory", "GiB", spent.mebibytes / 2**10),
    ]
