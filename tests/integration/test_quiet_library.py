"""Great Expectations, which is talkative, says nothing in the log of a night, and what it imports
for charts and distributions is never loaded."""

from __future__ import annotations

import subprocess
import sys

# A process of its own, as a task of Airflow has one: there every line of level INFO is kept.
JUDGE = """
import logging, sys
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(name)s: %(message)s")
import pandas as pd
from etl.contracts.child import CHILD_TABLE
from etl.validate.suites import run_suite
columns = {column.name: pd.Series(dtype=object) for column in CHILD_TABLE.columns}
checks = run_suite("child", pd.DataFrame(columns), {})
assert "great_expectations" in sys.modules, "nothing was judged by it"
logging.getLogger("csc_etl").info("%s checks", len(checks) > 0)
unused = [type(sys.modules[name]).__name__ for name in ("scipy.stats", "altair")]
logging.getLogger("csc_etl").info("not loaded: %s", unused.count("_LazyModule"))
"""


def test_great_expectations_logs_nothing_and_loads_no_charts_or_distributions() -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", JUDGE], capture_output=True, text=True, check=True
    )
    assert told.stdout == "csc_etl: [-] True checks\ncsc_etl: [-] not loaded: 2\n"
