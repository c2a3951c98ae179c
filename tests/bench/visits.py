"""What ten million visits to the children on 400,000 plans cost: ``make bench``.

One process of its own, so that its peak memory is the mechanism's: made here are only the two
tables it takes. Process time counts, since machines are shared; making the tables does not.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pandas as pd
from unit.owing import england

from etl.derive.obligations import OWNERS, obligations
from etl.derive.register import CHILD_PROTECTION_VISIT
from etl.derive.standards import standards

PLANS, VISITS = 400_000, 10_000_000
MOST_PROCESS_SECONDS, MOST_GIBIBYTES = 20, 3
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
            "is_temporary": False,
            "is_merged": False,
            **{owner: _text(np.arange(PLANS) % 300_000) for owner in OWNERS},
        }
    )
    visits = pd.DataFrame(
        {
            "plan_id": _text(of),
            "visited_date": FIRST + visited * DAY,
            "recorded_date": FIRST + (visited + rng.integers(0, 20, VISITS)) * DAY,
            "is_seen_or_unborn": rng.random(VISITS) < 0.95,
            "is_merged": False,
        }
    )
    return {"child_protection_plan": plans, "visit": visits}


def main() -> int:
    """Print the figures; 1 where one is above its limit."""
    tables = made(np.random.default_rng(7))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    before = time.process_time()
    found = obligations(
        CHILD_PROTECTION_VISIT, tables, standards(CHILD_PROTECTION_VISIT, england())
    )
    seconds = time.process_time() - before
    gibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sys.stdout.write(
        f"{VISITS:,} visits of {PLANS:,} plans: {len(found):,} obligations in {seconds:.1f} "
        f"process seconds (limit {MOST_PROCESS_SECONDS}), peak {gibibytes:.2f} GiB "
        f"(limit {MOST_GIBIBYTES}; {held:.2f} before it began)\n"
    )
    return int(seconds > MOST_PROCESS_SECONDS or gibibytes > MOST_GIBIBYTES)


if __name__ == "__main__":
    sys.exit(main())
