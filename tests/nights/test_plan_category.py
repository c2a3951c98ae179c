"""A child's month keeps the category of abuse that its plan had, in whatever order nights came."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from unit.builders import an_authority_file, an_extract

from nights.loading import Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

# By night, the category that the source then has of each plan, the latest. The first plan changes
# in April and again in June; the second is recorded in May, without one at first.
NIGHTS = {
    "2014-03-28": {"1": "Neglect"},
    "2014-04-02": {"1": "Neglect"},
    "2014-04-20": {"1": "Emotional Abuse"},
    "2014-05-03": {"1": "Emotional Abuse", "2": ""},
    "2014-05-10": {"1": "Emotional Abuse", "2": "Physical Abuse"},
    "2014-06-05": {"1": "Sexual Abuse", "2": "Neglect"},
}
STARTED = "2014-01-20"
EXPECTED = {
    ("1", "2014-01-31"): "NEG", ("1", "2014-02-28"): "NEG", ("1", "2014-03-31"): "NEG",
    ("1", "2014-04-30"): "EMO", ("1", "2014-05-31"): "SAB",
    ("2", "2014-01-31"): "PHY", ("2", "2014-02-28"): "PHY", ("2", "2014-03-31"): "PHY",
    ("2", "2014-04-30"): "PHY", ("2", "2014-05-31"): "NEG",
}  # fmt: skip
LIMITS = "[limits]\nstale_days = 1000\nvalues_lost_percent = 100\nrows_lost_percent = 100\n"
# Every version, the child by its plan.
MONTHS = """
select distinct plan.plan_id, cast(month.month_end as text), month.plan_category,
    cast(month.known_from as text), cast(month.known_to as text)
from warehouse.fact_child_month as month
join warehouse.fact_child_protection_plan as plan on plan.child_key = month.child_key
"""


def write_night(folder: Path, night: str) -> Path:
    plans = [
        {"FACT_CP_PLAN_ID": plan, "DIM_PERSON_ID": plan, "START_DTTM": STARTED,
         "INIT_CATEGORY_DESC": "Neglect", "CP_CATEGORY_DESC": category}
        for plan, category in NIGHTS[night].items()
    ]  # fmt: skip
    persons = [{"DIM_PERSON_ID": plan["DIM_PERSON_ID"]} for plan in plans]
    written = an_extract(folder / night, DIM_PERSON=persons, FACT_CP_PLAN=plans)
    return Path(shutil.move(written, folder / "extracts" / night))


def load(council: Council, extract: Path, *more: str) -> None:
    ran = command(*council.arguments(extract), *more)
    assert ran.exit_code == 0, ran.err


@dataclass(frozen=True)
class InOrder:
    """The council after its nights in their order, and every version of its children's months."""

    extracts: dict[str, Path]
    council: Council
    versions: Counter[tuple[Any, ...]]


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("categories")
    (folder / "extracts").mkdir()
    return {night: write_night(folder, night) for night in NIGHTS}


def new_council(engine: Engine, folder: Path) -> Council:
    return engine.council(folder / "council", an_authority_file(folder, LIMITS))


@pytest.fixture(scope="module")
def in_order(
    engine: Engine, extracts: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> InOrder:
    council = new_council(engine, tmp_path_factory.mktemp("in_order"))
    for extract in extracts.values():
        load(council, extract)
    return InOrder(extracts, council, Counter(council.rows(MONTHS)))


def test_a_month_keeps_the_category_with_which_it_could_first_be_reported(
    in_order: InOrder,
) -> None:
    now = {(plan, month): category for plan, month, category, _, known_to in in_order.versions
           if known_to == "9999-12-31"}  # fmt: skip
    assert now == EXPECTED


def test_a_changed_category_gives_no_earlier_month_a_version(in_order: InOrder) -> None:
    of_first = [row for row in in_order.versions if row[0] == "1"]
    assert sorted(of_first) == sorted(set(of_first))
    assert {(month, known_from) for _, month, _, known_from, _ in of_first} == {
        ("2014-01-31", "2014-03-28"), ("2014-02-28", "2014-03-28"), ("2014-03-31", "2014-04-02"),
        ("2014-04-30", "2014-05-03"), ("2014-05-31", "2014-06-05"),
    }  # fmt: skip


def test_nights_out_of_order_and_taken_back_end_as_in_their_order(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    """Those taken back load again with every row looked at."""
    council = new_council(engine, tmp_path)
    extracts = list(in_order.extracts.values())
    for which in (1, 3, 0, 2, 4, 5):
        load(council, extracts[which], "--backfill")
    assert Counter(council.rows(MONTHS)) == in_order.versions
    for extract in extracts[:3:-1]:
        assert command("undo", extract.name, "--warehouse", council.url).exit_code == 0
    shutil.rmtree(council.folder / "landing" / "874" / "last_derived")
    for extract in extracts[4:]:
        load(council, extract)
    assert Counter(council.rows(MONTHS)) == in_order.versions
