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
CONTRACT = '''"""A core group of a child on a protection plan."""

from __future__ import annotations

from etl.contracts.contract import OF_A_CHILD, Table, day, identifier

CORE_GROUP = Table(
    name="core_group",
    warehouse="fact_core_group",
    grain="a core group of a child on a protection plan",
    noun="core group",
    plural="core groups",
    key=("core_group_id",),
    owned_through=("plan_id",),
    dated_by="held_date",
    columns=(
        identifier("core_group_id", "the source's id"),
        *OF_A_CHILD,
        identifier("plan_id", "its plan", names="child_protection_plan"),
        day("held_date", "when it was held", required=True),
    ),
)
'''
MAPPING = """source = "FACT_CORE_GROUP"
optional_table = true

[columns]
core_group_id = "FACT_CORE_GROUP_ID"
child_token = { column = "DIM_PERSON_ID", token = "child" }
plan_id = "FACT_CP_PLAN_ID"
held_date = "HELD_DTTM"
"""
VIEW = """-- title: Core groups
-- grain: a core group of a child on a protection plan
-- key: core_group_unique_id
select
    core.la_code || '-' || core.core_group_id as core_group_unique_id,
    core.la_code,
    core.core_group_id,
    core.child_key,
    core.held_date
from warehouse.fact_core_group as core
where core.known_to = date '9999-12-31'
"""
MIGRATION = f'''"""Core groups."""

from alembic import op

from etl.warehouse.schema import every_table

revision = "{NEXT}"
down_revision = "{CURRENT}"


def upgrade() -> None:
    every_table().tables["warehouse.fact_core_group"].create(op.get_bind())
'''
RULE = """
CORE_GROUP = Rule(
    timescale="core_group",
    title="Core group held in time",
    subject_type="child_protection_plan",
    counted="a plan of a child",
    starts="the start of the plan",
    stops="the first core group is held",
    qualifies="Every plan but the temporary ones.",
    steps=(working_days(10),),
    citation="of a test",
    is_statutory=False,
    clock=Clock("child_protection_plan", "plan_id", "started_date", unless=("is_temporary",)),
    stop=Stop("core_group", "plan_id", "held_date"),
)

RULES: tuple[Rule, ...] = (
    CORE_GROUP,
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with what the page asks for."""
    folder = tmp_path_factory.mktemp("with_a_table")
    for name in ("etl", "sql", "expectations", "tests"):
        leave = shutil.ignore_patterns("__pycache__", "golden")
        shutil.copytree(PROJECT / name, folder / name, ignore=leave)
    write(folder, "etl/contracts/core_group.py", CONTRACT)
    edit(
        folder, "etl/contracts/register.py",
        ("from etl.contracts.dimensions",
         "from etl.contracts.core_group import CORE_GROUP\n"
         "from etl.contracts.dimensions"),
        ("    CHILD_PROTECTION_PLAN,\n", "    CHILD_PROTECTION_PLAN,\n    CORE_GROUP,\n"),
    )  # fmt: skip
    write(folder, "etl/sources/liquidlogic/mapping/core_group.toml", MAPPING)
    write(folder, "sql/views/core_group.sql", VIEW)
    write(folder, f"etl/warehouse/migrations/versions/{NEXT}_core_group.py", MIGRATION)
    edit(
        folder, "etl/warehouse/migrations/__init__.py",
        (f'CURRENT = "{CURRENT}"', f'CURRENT = "{NEXT}"'),
    )  # fmt: skip
    register = folder / "etl/derive/register.py"
    text = register.read_text(encoding="utf-8")
    left_out = re.search(r'    LeftOut\(\n        "core_group".*?\n    \),\n', text, re.S)
    assert left_out
    edit(
        folder, "etl/derive/register.py",
        (left_out[0], ""), ("\nRULES: tuple[Rule, ...] = (\n", RULE),
    )  # fmt: skip
    return folder


def write(folder: Path, name: str, text: str) -> None:
    """A new file, of a kind that the page names."""
    assert not (folder / name).exists()
    kind = re.sub(r"core_group|\d{4}_core_group", "<table>", name)
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
        # Row 2 names a plan that there is not: loaded without it, and without its team.
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
            ["5", "held_date_missing"],
            ["6", "id_missing"],
        ]
        assert found["reported"] == [["plan_unknown"]]

    def test_the_timescale_is_owed_met_and_measured(self, told: Any, which: int) -> None:
        found = told["warehouses"][which]
        # 10 working days from Monday 20 January 2014
        assert found["owed"] == [["2014-02-03", "2014-02-20"]]
        assert found["measures"] == [
            ["core_group_as_recorded_pct"],
            ["core_group_in_practice_pct"],
        ]


def test_it_is_documented_and_the_builders_of_the_tests_know_it(told: Any) -> None:
    assert told["documented"]
    assert told["checked"]
    assert told["built"] == {
        "DIM_PERSON_ID": "1", "FACT_CORE_GROUP_ID": "1", "HELD_DTTM": "2014-01-06",
    }  # fmt: skip
