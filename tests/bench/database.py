"""What it costs to read a night from a database, beside the same night from files; and how much
memory a table takes that has many records.

Process seconds of the steps that land and conform the golden night, the least of three; run by
``make bench``. The server's own work is not counted.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from datetime import date
from pathlib import Path

import psycopg
from doors.filling import fill
from servers.postgresql import running
from sqlalchemy import make_url

from etl.log import logger
from etl.night.begin import begin
from etl.night.tasks import TASKS
from etl.night.walk import in_hand, run_task
from etl.settings import PROJECT, PSEUDONYM_KEY, SOURCE_URL
from etl.sources.database.reading import read_database
from etl.sources.door import Door
from etl.sources.liquidlogic.source import LIQUIDLOGIC_DATABASE
from etl.sources.local import Local
from etl.sources.mapping import known_columns
from etl.sources.source import Expected

GOLDEN = PROJECT / "tests" / "golden"
NIGHT = date(2014, 11, 3)
STEPS = ("land", "conform")
TIMES, MOST = 3, 1.5
MANY = 3_000_000


def seconds(folder: Path, extract: Path | None, authority: Path) -> float:
    """What landing and conforming the night took."""
    run = begin(extract, authority, f"duckdb:///{folder / 'none.duckdb'}", extract_date=NIGHT)
    with in_hand(run):
        took = [timing for task in TASKS[:-1] for timing in run_task(run, task)[1]]
    return sum(timing.process_seconds for timing in took if timing.step in STEPS)


def mebibytes_more(url: str) -> float:
    """By how much the peak of memory grows when a table of many records is read."""
    with psycopg.connect(url) as connection:
        connection.execute(
            'insert into "Child_Social"."FACT_CASENOTES" ("FACT_CASENOTE_ID", "DIM_PERSON_ID", '
            "\"DIM_LOOKUP_CASNT_TYPE_ID_CODE\") select 1000000 + n, 1, 'STVC' "
            f"from generate_series(1, {MANY}) as n"
        )
    asked = Expected(
        known_columns(LIQUIDLOGIC_DATABASE), 1 << 40, "874", Door("liquidlogic_database")
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for table in read_database(LIQUIDLOGIC_DATABASE, asked, Local()):
        for _ in table.content:
            pass
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> None:
    """Print the figures. Raises SystemExit where the database takes too long."""
    os.environ[PSEUDONYM_KEY] = "a key for this measurement alone"
    logger.setLevel("ERROR")
    with tempfile.TemporaryDirectory() as name, running() as server:
        folder, extract = Path(name), GOLDEN / f"{NIGHT}.zip"
        url = server.new_database()
        fill(url, extract)
        os.environ[SOURCE_URL] = make_url(url).render_as_string(hide_password=False)
        said = (GOLDEN / "peterborough.toml").read_text(encoding="utf-8")
        asks = folder / "asks.toml"
        asks.write_text(said.replace("liquidlogic_files", "liquidlogic_database"), encoding="utf-8")
        files = min(seconds(folder, extract, GOLDEN / "peterborough.toml") for _ in range(TIMES))
        database = min(seconds(folder, None, asks) for _ in range(TIMES))
        more = mebibytes_more(url)
    sys.stdout.write(
        f"a night landed and conformed: from files {files:.1f} process seconds, from its database "
        f"{database:.1f}, {database / files:.2f} times; {MANY:,} more records of a table take "
        f"{more:,.0f} MiB more\n"
    )
    if database > MOST * files:
        raise SystemExit(f"from its database it may take {MOST} times as long, no more")


if __name__ == "__main__":
    main()
