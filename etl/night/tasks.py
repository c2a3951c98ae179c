"""The tasks of a night by name, in order. Light: a scheduler reads this every minute."""

from __future__ import annotations

from typing import Literal, get_args

# Steps share a task where starting one costs more than the work; steps.py says which.
Task = Literal["land", "check", "load"]
TASKS: tuple[Task, ...] = get_args(Task)
