"""The demo: four nights of an invented council through Airflow, and what the warehouse then holds.

Run as ``python -m etl.demo.nights``. Everything is made below ``demo/``, but the warehouse, which
is ``warehouse.duckdb`` in the project's folder. Both are made anew each time.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from getpass import getuser
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from etl.commands.figures import rounded
from etl.demo.extract import write_extract
from etl.derive.register import RULES
from etl.publish.counting import count
from etl.publish.measures import Measure, measures
from etl.publish.months import month_before
from etl.settings import PROJECT, PSEUDONYM_KEY
from etl.warehouse import Session, open_warehouse
from etl.worklist.write import write_lists

LA_CODE = "900"
CHILDREN = 5000
DEMO = PROJECT / "demo"
WAREHOUSE = PROJECT / "warehouse.duckdb"
URL = f"duckdb:///{WAREHOUSE}"
PAGES = PROJECT / "pages" / LA_CODE  # the night puts them beside the warehouse
REPORTS = PROJECT / "reports" / LA_CODE  # and so does the monthly DAG
# Work lists identify children: they are refused in a folder under git, as this project's is.
WORK_LISTS = Path(tempfile.gettempdir()) / f"csc-etl-demo-work-lists-{getuser()}"
LOG = DEMO / "airflow.log"
DEMO_KEY = "westmere-demo-key-for-nobody-real"  # public on purpose: it protects invented children
CUT_TABLE, READY = "FACT_REFERRALS.csv", "READY"
TAIL = 40
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
OF_OURS = re.compile(r"\[(\d{3}-\d{4}-\d\d-\d\d-[0-9a-f]{6})\] (.+?)(?: +\[csc_etl\].*)?$")
FOUR_PARTS = re.compile(r"(What: |Where:|Means:|Next: ) .+")

console = Console(highlight=False)


@dataclass(frozen=True)
class DemoNight:
    """A night of the demo. is_refused: what must come of it."""

    extract_date: date
    about: str
    is_refused: bool = False


# The first two see the same last month: what was typed in late in between changes its figures.
NIGHTS = (
    DemoNight(date(2026, 4, 2), "the first night of the month"),
    DemoNight(date(2026, 4, 21), "later that month: late entries restate March"),
    DemoNight(date(2026, 4, 22), "half copied: must be refused", is_refused=True),
    DemoNight(date(2026, 4, 23), "whole again"),
)


class DemoFailed(Exception):
    """The demo did not go as it must."""


def main() -> None:
    """Run the demo; leaves with exit code 1 where a night went otherwise than it must."""
    started = time.monotonic()
    console.print(
        "[bold]Westmere, an invented council: four nights through Airflow.[/bold]\n"
        "[bold yellow]The pseudonym key is a DEMO KEY that everybody can read. "
        f"For real children set your own secret {PSEUDONYM_KEY}.[/bold yellow]\n"
    )
    try:
        lay_out()
        run_airflow("db", "migrate", step="Airflow's own database")
        for number, night in enumerate(NIGHTS, start=1):
            run_night(number, night)
        report = write_report()
        lists = write_work_lists()
        show_warehouse()
        show_what_next(report, lists)
    except DemoFailed as failed:
        console.print(f"\n[bold red]The demo failed:[/bold red] {failed}", soft_wrap=True)
        sys.exit(1)
    console.print(f"\nDone in {time.monotonic() - started:.0f} seconds.")


def lay_out() -> None:
    """Remove what an earlier demo left, and write the extracts and the authority's file."""
    check_only_demo()
    for folder in (DEMO, PAGES, REPORTS, WORK_LISTS):
        shutil.rmtree(folder, ignore_errors=True)
    for path in PROJECT.glob(f"{WAREHOUSE.stem}.*duckdb*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    extracts = DEMO / "extracts" / LA_CODE
    for night in NIGHTS:
        folder = write_extract(extracts, children=CHILDREN, extract_date=night.extract_date)
        if night.is_refused:
            cut_short(folder / CUT_TABLE)
        (folder / READY).touch()  # as an export does that says when it is done
    authorities = DEMO / "authorities"
    authorities.mkdir()
    shutil.copy(Path(__file__).with_name("westmere.toml"), authorities)
    console.print(f"Extracts of {len(NIGHTS)} nights written to demo/extracts/{LA_CODE}.")


def check_only_demo() -> None:
    """Raises DemoFailed where the warehouse that would be removed holds another authority."""
    if not WAREHOUSE.exists():
        return
    with open_warehouse(URL).reading() as session:
        others = session.rows(
            "select distinct la_code from audit.load_run where la_code <> :la_code",
            la_code=LA_CODE,
        )
    if others:
        raise DemoFailed(
            f"{WAREHOUSE} holds nights of another authority than the demo's, and the demo would "
            "remove it. Move it elsewhere and run the demo again."
        )


def cut_short(file: Path) -> None:
    """Keep the first half of a file's lines, as if copying had ended there."""
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[: len(lines) // 2]))


def environment() -> dict[str, str]:
    """The environment of Airflow: what a scheduled night needs, in the demo's folder."""
    wanted = {
        "AIRFLOW_HOME": DEMO / "airflow",
        "AIRFLOW__CORE__DAGS_FOLDER": PROJECT / "dags",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "CSC_ETL_AUTHORITIES": DEMO / "authorities",
        "CSC_ETL_EXTRACTS": DEMO / "extracts",
        "CSC_ETL_WAREHOUSE": URL,
        "CSC_ETL_LANDING": DEMO / "landing",
        PSEUDONYM_KEY: DEMO_KEY,
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }
    # Without compiled modules each of Airflow's starts would take twice as long.
    not_ours = ("AIRFLOW_", "CSC_ETL_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(not_ours)}
    return kept | {name: str(value) for name, value in wanted.items()}


def run_airflow(*arguments: str, step: str, must_fail: bool = False) -> list[str]:
    """Run Airflow; its chatter goes to the log, our own lines to the screen. Returns its lines.

    Raises DemoFailed where it ends otherwise than it must.
    """
    console.print(f"[bold]{step}[/bold]", soft_wrap=True)
    started = time.monotonic()
    command = [str(Path(sys.executable).with_name("airflow")), *arguments]
    lines: list[str] = []
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(  # noqa: S603 - our own command, no shell
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        for raw in process.stdout or ():
            line = COLOURS.sub("", raw).rstrip()
            log.write(f"{line}\n")
            lines.append(line)
            if ours := OF_OURS.search(line):
                console.print(f"    {ours[2]}", markup=False, soft_wrap=True)
    console.print(f"    [dim]{time.monotonic() - started:.0f} s[/dim]")
    if (process.returncode != 0) is not must_fail:
        said = "was loaded and must not be" if must_fail else "failed"
        raise DemoFailed(f"{step} {said}. The end of {LOG}:\n" + "\n".join(deque(lines, TAIL)))
    return lines


def run_night(number: int, night: DemoNight) -> None:
    """One night by the scheduled DAG. A refused one's message is shown."""
    asked = {"extract_date": str(night.extract_date), "new_warehouse": number == 1}
    lines = run_airflow(
        "dags", "test", "nightly_load", "-c", json.dumps(asked),
        step=f"Night {number}, {night.extract_date}: {night.about}",
        must_fail=night.is_refused,
    )  # fmt: skip
    if not night.is_refused:
        return
    message = dict.fromkeys(found[0] for line in lines if (found := FOUR_PARTS.search(line)))
    if len(message) != 4:
        raise DemoFailed(f"night {number} failed without saying what to do; see {LOG}")
    for part in message:
        console.print(f"    [yellow]{part}[/yellow]", soft_wrap=True)


def write_report() -> tuple[Path, Path]:
    """Both editions of the last month's report, by the DAG that freezes the month; their pages."""
    run_airflow("dags", "test", "monthly_report", step="The month is frozen and reported")
    pages = sorted(REPORTS.glob("*.html"), key=lambda page: len(page.name))
    if len(pages) != 2:
        raise DemoFailed(f"there are not two editions of the report in {REPORTS}")
    return pages[0], pages[1]


def write_work_lists() -> Path:
    """The teams' work lists of the last night; the page of the team with most on it."""
    console.print("[bold]The teams' work lists[/bold]")
    made = write_lists(URL, WORK_LISTS, done_at=datetime.now(UTC))
    pages = {name: lines for name, lines in made.files.items() if name.endswith(".html")}
    return WORK_LISTS / max(pages, key=lambda name: pages[name])


def show_warehouse() -> None:
    """The tables at the end. Raises DemoFailed where no figure was restated."""
    connection = duckdb.connect()
    connection.execute(f"attach '{WAREHOUSE}' as csc (read_only)")
    connection.execute("use csc")
    try:
        for title, columns, sql in TABLES_SHOWN:
            show_rows(connection, title, columns, sql)
        show_figures(connection.execute(FIGURES_SHOWN).fetchall())
    finally:
        connection.close()


NIGHTS_SHOWN = "select extract_date, status, message from audit.load_run order by extract_date"
LOADED_SHOWN = """
select table_name, rows_in_file, held_back, loaded, new_versions
from audit.table_load
where run_id = (select run_id from report.last_extract) and rows_in_file is not null
order by loaded desc
"""
HELD_BACK_SHOWN = """
select reason, count(*), string_agg(distinct table_name, ', ' order by table_name)
from audit.rejected_row
where run_id = (select run_id from report.last_extract)
group by reason
order by count(*) desc, reason
"""
TABLES_SHOWN = (
    ("Nights", ("extract date", "what came of it", "why"), NIGHTS_SHOWN),
    (
        "Loaded by the last night",
        ("table", "rows in file", "held back", "loaded", "new versions"),
        LOADED_SHOWN,
    ),
    ("Held back by the last night", ("reason", "rows", "tables"), HELD_BACK_SHOWN),
)
FIGURES_SHOWN = """
select measure, title, month, value, target, unit
from report.current_measure
where month = (select max(month) from report.current_measure)
and (target is not null or (unit = 'percent' and measure like '%in_time_pct%'))
order by target is null, title
"""


def show_rows(
    connection: duckdb.DuckDBPyConnection, title: str, columns: tuple[str, ...], sql: str
) -> None:
    """The rows of a query as a table; numbers to the right."""
    table = Table(title=title, title_justify="left")
    rows = connection.execute(sql).fetchall()
    for number, column in enumerate(columns):
        is_number = any(isinstance(row[number], int) for row in rows)
        table.add_column(column, justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(shown(value) for value in row))
    console.print()
    console.print(table)


def shown(value: Any) -> str:
    """A value of a table as a person reads it."""
    if isinstance(value, Decimal):
        return str(rounded(value))
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def show_figures(figures: list[tuple[Any, ...]]) -> None:
    """Last month's figures, and as the first night knew them: the history gives that back."""
    first = NIGHTS[0].extract_date
    with open_warehouse(URL).reading() as session:
        earlier = {name: share_known_on(session, name, first) for name, *_ in figures}
    table = Table(title=f"Figures for {figures[0][2]:%B %Y}", title_justify="left")
    for column in ("measure", "value", "target", f"as known on {first}"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    restated = 0
    for name, title, _, value, target, unit in figures:
        before = earlier[name] if unit == "percent" else None
        is_restated = before is not None and shown(before) != shown(value)
        restated += is_restated
        table.add_row(
            title, shown(value), shown(target), f"{shown(before)} restated" if is_restated else "",
            style="bold" if is_restated else None,
        )  # fmt: skip
    console.print()
    console.print(table)
    if not restated:
        raise DemoFailed("late entries between the first two nights restated no figure.")


def share_known_on(session: Session, name: str, known_on: date) -> Decimal | None:
    """A measure in percent for the last month, counted from what was known on a date."""
    measure = EVERY_MEASURE[name]
    if measure.unit != "percent":
        return None
    month = month_before(known_on)
    counting = count(session, LA_CODE, [measure], known_on=known_on, first=month, last=month)
    [figure] = counting.figures()
    return figure.value


EVERY_MEASURE: dict[str, Measure] = {
    measure.measure: measure for measure in measures({rule.timescale: rule.title for rule in RULES})
}


LONGEST_OVERDUE_VISIT = """
select timescale, subject_id
from report.timescale_obligation
where timescale = 'child_protection_visit' and is_overdue = 1
order by days_late desc, subject_id
limit 1
"""


def show_what_next(report: tuple[Path, Path], lists: Path) -> None:
    """The files to open next. report: its two editions."""
    page = (PAGES / f"{NIGHTS[-1].extract_date}.html").relative_to(PROJECT)
    with open_warehouse(URL).reading() as session:
        [(timescale, subject_id)] = session.rows(LONGEST_OVERDUE_VISIT)
    console.print(
        f"\n[bold]Open next, in a browser[/bold]\n"
        f"  {report[0].relative_to(PROJECT)}   the month's report; its workbook is beside it\n"
        f"  {report[1].relative_to(PROJECT)}   the same for the public\n"
        f"  {lists}   what a team still owes, and to whom\n"
        f"  {page}   the last night's checks\n"
        "[bold]And[/bold]\n"
        "  warehouse.duckdb   the warehouse; to query it in Python:\n"
        "      import duckdb\n"
        "      connection = duckdb.connect()\n"
        "      connection.execute(\"attach 'warehouse.duckdb' as csc (read_only)\")\n"
        '      connection.execute("use csc")\n'
        '      connection.sql("select * from report.current_measure")\n'
        "  the visit to a child on a plan that is most overdue, day by day:\n"
        f"      .venv/bin/csc-etl explain {timescale} {subject_id} --warehouse {URL}\n"
        "  docs/   every timescale with examples; every table, measure and check\n"
        "  demo/airflow.log   what Airflow said",
        markup=True, soft_wrap=True,
    )  # fmt: skip


if __name__ == "__main__":
    main()
