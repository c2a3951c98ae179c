"""What passes between steps is written and read where it is declared to be, and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from etl.contracts import hand_overs
from etl.contracts.hand_overs import HandOver
from etl.night.steps import STEPS
from etl.night.tasks import TASKS
from etl.settings import PROJECT

DECLARED = {name: value for name, value in vars(hand_overs).items() if isinstance(value, HandOver)}
WRITES = {"write", "write_parts", "replace"}


def uses() -> Iterator[tuple[str, str, str]]:
    """Room, name of the hand-over and what is done with it, for each place in the program."""
    for path in sorted((PROJECT / "etl").rglob("*.py")):
        room = path.relative_to(PROJECT / "etl").parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id in DECLARED
            ):
                yield room, node.value.id, node.attr


USES = list(uses())


@pytest.mark.parametrize("name", DECLARED)
def test_a_hand_over_is_written_and_read_by_the_rooms_that_it_names(name):
    declared = DECLARED[name]
    writing = {room for room, used, act in USES if used == name and act in WRITES}
    every = {room for room, used, _ in USES if used == name}
    assert writing <= set(declared.by)
    assert every <= {*declared.by, *declared.to}
    # Nothing is handed over to nobody.
    assert every & set(declared.to)


def test_no_two_hand_overs_lie_in_one_place():
    paths = [declared.path for declared in DECLARED.values()]
    assert len(set(paths)) == len(paths)


def test_no_step_names_a_file_of_the_work_folder_by_itself():
    """``run.work / "..."`` is left to what a room keeps for itself alone, in load and land."""
    named = {
        (path.relative_to(PROJECT / "etl").as_posix(), node.right.value)
        for path in (PROJECT / "etl").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.BinOp)
        and isinstance(node.left, ast.Attribute)
        and node.left.attr == "work"
        and isinstance(node.right, ast.Constant)
    }
    assert named == {
        ("land/landing.py", "kept_landed"),
        ("load/changes.py", "before"),
        ("load/changes.py", "last_derived"),
    }


def test_the_steps_of_the_list_make_up_the_tasks_in_order():
    assert tuple(dict.fromkeys(step.task for step in STEPS)) == TASKS
    assert len({step.name for step in STEPS}) == len(STEPS)
