"""What was measured: one kind of result, and the file that keeps the last of every subject."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Result:
    """One figure. goal: what it may be at the most, in the same unit; None where nobody set one."""

    name: str
    unit: str
    value: float
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        return None if self.goal is None else self.value <= self.goal

    def as_json(self) -> dict[str, Any]:
        """The figure, a measured one to four digits that count: more are chance."""
        value = self.value if isinstance(self.value, int) else float(f"{self.value:.4g}")
        return {
            "name": self.name, "unit": self.unit, "value": value, "goal": self.goal,
            "met": self.met,
        }  # fmt: skip


def missed(results: Iterable[Result]) -> list[Result]:
    """Those above their goals."""
    return [result for result in results if result.met is False]


def merge(kept: Path, subject: str, results: Iterable[Result], of: dict[str, Any]) -> None:
    """Put a subject's results in the place of its last ones, and leave the others' alone.

    of: when and on what it was measured, said by the caller: nothing here looks at a clock.
    """
    every = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    every[subject] = {"of": of, "results": [result.as_json() for result in results]}
    kept.write_text(json.dumps(every, indent=1, sort_keys=True) + "\n", encoding="utf-8")
