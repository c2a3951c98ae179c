"""Run in a copy of the project that knows an invented table: loads two nights with it and says, as
JSON, what became of it. See test_add_a_timescale.py."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from nights.loading import command
from unit.builders import a_row, an_authority_file, an_extract

from etl import reference_docs
from etl.contracts.register import BY_NAME
from etl.warehouse import open_warehouse

TABLE = "core_group"
TONIGHT = {"DIM_PERSON_ID": "1", "HELD_DTTM": "2014-02-20"}
FIRST = [
    {"FACT_CORE_GROUP_ID": "1", "FACT_CP_PLAN_ID": "1", **TONIGHT},
    {"FACT_CORE_GROUP_ID": "2", "FACT_CP_PLAN_ID": "9", **TONIGHT},
    {"FACT_CORE_GROUP_ID": "3", **TONIGHT, "DIM_PERSON_ID": ""},
    {"FACT_CORE_GROUP_ID": "4", **TONIGHT, "HELD_DTTM": "2015-01-01"},
    {"FACT_CORE_GROUP_ID": "5", **TONIGHT, "HELD_DTTM": ""},
    {"FACT_CORE_GROUP_ID": "", **TONIGHT},
]
SECOND = [{**FIRST[0], "HELD_DTTM": "not known"}, *FIRST[1:]]


def load(folder: Path, url: str) -> None:
    """Two nights: on the second the first row cannot be read."""
    limits = "[limits]\nrows_held_back_percent = 100\nstale_days = 1000"
    authority = an_authority_file(folder, limits)
    for day, rows in ((3, FIRST), (4, SECOND)):
        extract = an_extract(
            folder, night=date(2014, 11, day),
            DIM_DEPARTMENT=[{}], FACT_REFERRALS=[{"DIM_DEPARTMENT_ID": "1"}],
            FACT_CP_PLAN=[{"FACT_REFERRAL_ID": "1"}], FACT_CONTACTS=[{}], FACT_CORE_GROUP=rows,
        )  # fmt: skip
        ran = command("load", extract, "--authority", authority, "--warehouse", url,
                      "--landing", folder / "landing")  # fmt: skip
        assert ran.exit_code == 0, ran.err


def found(url: str) -> dict[str, Any]:
    """What the warehouse says of the table and of what is owed by it."""

    def asked(sql: str) -> list[list[str]]:
        with open_warehouse(url).reading() as session:
            return [[str(value) for value in row] for row in session.rows(sql)]

    return {
        "stored": asked(
            "select fact.core_group_id, fact.plan_id, fact.held_date, "
            "team.name, fact.known_to from warehouse.fact_core_group as fact "
            "join report.team as team on team.team_key = fact.team_key order by 1"
        ),
        "view": asked("select core_group_id from report.core_group order by 1"),
        "held back": asked(
            "select distinct record_number, reason from audit.rejected_row "
            f"where table_name = '{TABLE}' order by record_number, reason"
        ),
        "reported": asked(
            "select distinct reason from audit.expectation_result "
            f"where table_name = '{TABLE}' and action = 'report' and outcome = 'failed'"
        ),
        "kept": asked(
            f"select kept_earlier_version from audit.table_load where table_name = '{TABLE}' "
            "order by run_id"
        ),
        "owed": asked(
            "select due_date, done_date from warehouse.fact_timescale_obligation "
            "where timescale = 'core_group'"
        ),
        "measures": asked(
            "select distinct measure from report.monthly_measure "
            "where measure like 'core_group%' order by measure"
        ),
    }


def main(folder: Path, urls: list[str]) -> None:
    """Write what each of the warehouses says, and what the pages and the builders know."""
    answers = []
    for number, url in enumerate(urls):
        (folder / str(number)).mkdir()
        load(folder / str(number), url)
        answers.append(found(url))
    sys.stdout.write(
        json.dumps(
            {
                "warehouses": answers,
                "documented": "fact_core_group" in reference_docs.tables_page(),
                "checked": "Every core group has an id." in reference_docs.checks_page(),
                "built": a_row("FACT_CORE_GROUP"),
                "grain": BY_NAME[TABLE].grain,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
