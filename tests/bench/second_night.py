"""What the first load of a council costs, and a night in which about one row in a hundred changed.

Process seconds of the step that loads and publishes, in a DuckDB file; run by ``make bench``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import date
from pathlib import Path

from etl.demo.extract import write_extract
from etl.night.begin import begin
from etl.night.walk import load_night
from etl.settings import PROJECT, PSEUDONYM_KEY

CHILDREN = 100_000
NIGHTS = (date(2025, 10, 6), date(2025, 10, 13))
WESTMERE = PROJECT / "etl" / "demo" / "westmere.toml"
STEP = "load and publish"


def seconds(folder: Path, extract: Path) -> float:
    """Load a night; what its last step took."""
    run = begin(extract, WESTMERE, f"duckdb:///{folder / 'warehouse.duckdb'}")
    _, timings = load_night(run)
    return next(timing.process_seconds for timing in timings if timing.step == STEP)


def main() -> None:
    """Print the figures."""
    os.environ[PSEUDONYM_KEY] = "a key for this measurement alone"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extracts = [
            write_extract(folder / "extracts", children=CHILDREN, extract_date=night)
            for night in NIGHTS
        ]
        first, second = (seconds(folder, extract) for extract in extracts)
    sys.stdout.write(
        f"{STEP}, {CHILDREN:,} children: first {first:.1f} process seconds, a week later "
        f"{second:.1f}, {second / first:.0%} of it\n"
    )


if __name__ == "__main__":
    main()
