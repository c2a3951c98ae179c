"""docs/add-a-timescale.md, followed in a copy of the project with an invented table and timescale:
what the page names is enough, on both engines."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers.postgresql import Server

from etl.settings import PROJECT
from etl.warehouse.migrations import CURRENT

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "docs" / "add-a-timescale.md").read_text(encoding="utf-8")
NEXT = f"{int(CURRENT) + 1:04}"
CONTRACT = '''"""A health assessment of a looked after child."""

from __future__ import annotations

from etl.contracts.contract import OF_A_CHILD, Table, day, identifier

HEALTH_ASSESSMENT = Table(
    name="health_assessment",
    warehouse="fact_health_assessment",
    grain="a health assessment of a looked after child",
    noun="health assessment",
    plural="health assessments",
    key=("health_assessment_id",),
    owned_through=("looked_after_id",),
    dated_by="assessed_date",
    columns=(
        identifier("health_assessment_id", "the source's id"),
        *OF_A_CHILD,
        identifier("looked_after_id", "its period of care", names="looked_after_period"),
        day("assessed_date", "when it was held", required=True),
    ),
)
'''
MAPPING = """source = "FACT_HEALTH"
optional_table = true

[columns]
health_assessment_id = "FACT_HEALTH_ID"
child_token = { column = "DIM_PERSON_ID", token = "child" }
looked_after_id = "FACT_CLA_ID"
assessed_date = "HELD_DTTM"
"""
VIEW = """-- title: Health assessments
-- grain: a health assessment of a looked after child
-- key: health_assessment_unique_id
select
    health.la_code || '-' || health.health_assessment_id as health_assessment_unique_id,
    health.la_code,
    health.health_assessment_id,
    health.child_key,
    health.assessed_date
from warehouse.fact_health_assessment as health
where health.known_to = date '9999-12-31'
"""
MIGRATION = f'''"""Health assessments."""

from alembic import op

from etl.warehouse.schema import every_table

revision = "{NEXT}"
down_revision = "{CURRENT}"


def upgrade() -> None:
    every_table().tables["warehouse.fact_health_assessment"].create(op.get_bind())
'''
RULE = """
INITIAL_HEALTH_ASSESSMENT = Rule(
    timescale="initial_health_assessment",
    title="Initial health assessment held in time",
    subject_type="looked_after_period",
    counted="a period of care of a child",
    starts="the start of the period of care",
    stops="the first health assessment is held",
    qualifies="Every period of care that is no series of short breaks.",
    steps=(working_days(20),),
    citation="of a test",
    is_statutory=True,
    clock=Clock(
        "looked_after_period", "looked_after_id", "started_date", unless=("is_short_break",)
    ),
    stop=Stop("health_assessment", "looked_after_id", "assessed_date"),
)

RULES: tuple[Rule, ...] = (
    INITIAL_HEALTH_ASSESSMENT,
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with what the page asks for."""
    folder = tmp_path_factory.mktemp("with_a_table")
    for name in ("etl", "sql", "expectations", "tests"):
        leave = shutil.ignore_patterns("__pycache__", "golden")
        shutil.copytree(PROJECT / name, folder / name, ignore=leave)
    write(folder, "etl/contracts/health_assessment.py", CONTRACT)
    edit(
        folder, "etl/contracts/register.py",
        ("from etl.contracts.initial_conference",
         "from etl.contracts.health_assessment import HEALTH_ASSESSMENT\n"
         "from etl.contracts.initial_conference"),
        ("    LOOKED_AFTER_PERIOD,\n", "    LOOKED_AFTER_PERIOD,\n    HEALTH_ASSESSMENT,\n"),
    )  # fmt: skip
    write(folder, "etl/sources/liquidlogic/mapping/health_assessment.toml", MAPPING)
    write(folder, "sql/views/health_assessment.sql", VIEW)
    write(folder, f"etl/warehouse/migrations/versions/{NEXT}_health_assessment.py", MIGRATION)
    edit(
        folder, "etl/warehouse/migrations/__init__.py",
        (f'CURRENT = "{CURRENT}"', f'CURRENT = "{NEXT}"'),
    )  # fmt: skip
    register = folder / "etl/derive/register.py"
    text = register.read_text(encoding="utf-8")
    left_out = re.search(
        r'    LeftOut\(\n        "initial_health_assessment".*?\n    \),\n', text, re.S
    )
    assert left_out
    edit(
        folder, "etl/derive/register.py",
        (left_out[0], ""), ("\nRULES: tuple[Rule, ...] = (\n", RULE),
    )  # fmt: skip
    return folder


def write(folder: Path, name: str, text: str) -> None:
    """A new file, of a kind that the page names."""
    assert not (folder / name).exists()
    kind = re.sub(r"health_assessment|\d{4}_health_assessment", "<table>", name)
    kind = kind.replace("liquidlogic", "<kind>")
    assert kind in PAGE or str(Path(kind).parent) in PAGE, kind
    (folder / name).write_text(text, encoding="utf-8")


def edit(folder: Path, name: str, *changes: tuple[str, str]) -> None:
    """A file that is there, and that the page names."""
    assert name.removesuffix("__init__.py") in PAGE or "as `CURRENT`" in PAGE
    text = (folder / name).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")


def run(project: Path, *arguments: str) -> str:
    """What a Python of that project says."""
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=project, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": f"{project}:{project / 'tests'}"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def told(copy: Path, tmp_path_factory: pytest.TempPathFactory, postgresql_server: Server) -> Any:
    """What two nights with the table made of a new file, and of a database of this release that was
    upgraded."""
    database = postgresql_server.new_database()
    run(PROJECT, "-m", "etl.cli", "upgrade", "--warehouse", database)
    run(copy, "-m", "etl.cli", "upgrade", "--warehouse", database)
    folder = tmp_path_factory.mktemp("nights_with_a_table")
    file = f"duckdb:///{folder / 'warehouse.duckdb'}"
    return json.loads(run(copy, "-m", "docs.invented", str(folder), file, database))


@pytest.mark.parametrize("which", [0, 1], ids=["duckdb", "postgresql, upgraded"])
class TestInAWarehouse:
    """What became of the invented table's rows."""

    def test_its_rows_are_read_linked_to_their_team_and_kept_when_held_back(
        self, told: Any, which: int
    ) -> None:
        found = told["warehouses"][which]
        # Row 2 names a period of care that there is not: loaded without it, and without its team.
        assert found["stored"] == [
            ["1", "1", "2014-02-20", "Assessment team", "9999-12-31"],
            ["2", "None", "2014-02-20", "not known", "9999-12-31"],
        ]
        assert found["view"] == [["1"], ["2"]]
        assert found["kept"] == [["0"], ["1"]]

    def test_it_is_judged_in_the_ordinary_ways(self, told: Any, which: int) -> None:
        found = told["warehouses"][which]
        assert found["held back"] == [
            ["1", "unreadable"],
            ["3", "child_missing"],
            ["4", "after_extract_date"],
            ["5", "assessed_date_missing"],
            ["6", "id_missing"],
        ]
        assert found["reported"] == [["period_of_care_unknown"]]

    def test_the_timescale_is_owed_met_and_measured(self, told: Any, which: int) -> None:
        found = told["warehouses"][which]
        # 20 working days from Monday 6 January 2014
        assert found["owed"] == [["2014-02-03", "2014-02-20"]]
        assert found["measures"] == [
            ["initial_health_assessment_as_recorded_pct"],
            ["initial_health_assessment_in_practice_pct"],
        ]


def test_it_is_documented_and_the_builders_of_the_tests_know_it(told: Any) -> None:
    assert told["documented"]
    assert told["checked"]
    assert told["built"] == {
        "DIM_PERSON_ID": "1", "FACT_HEALTH_ID": "1", "HELD_DTTM": "2014-01-06",
    }  # fmt: skip
