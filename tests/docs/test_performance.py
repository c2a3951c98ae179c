"""The page of what things cost says what was measured, and says plainly which goals are missed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bench.goals import GOALS, with_goals
from bench.page import KEPT, PAGE, SUBJECTS, page
from bench.results import Result, merge, missed

OF = {
    "date": "2026-01-31", "commit": "0123456789ab", "runs": 3, "machine": "a machine",
    "versions": {"python": "3.11"},
}  # fmt: skip


def kept(folder: Path, **subjects: list[Result]) -> dict[str, Any]:
    """What is kept of these subjects."""
    for subject, results in subjects.items():
        merge(folder / "kept.json", subject, results, OF)
    found: dict[str, Any] = json.loads((folder / "kept.json").read_text(encoding="utf-8"))
    return found


def lines(text: str) -> list[list[str]]:
    """The cells of each line of the page's tables."""
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]


A_NIGHT = [
    Result("people", "people", 20_547),
    Result("rows", "rows", 142_587),
    Result("floor", "process seconds", 0.75),
    Result("first load", "process seconds", 6.0),
    Result("first load: times the floor", "times", 8.0, goal=8),
    Result("first load: times the floor, without imports", "times", 5.25, goal=5),
    Result("first load: step land", "process seconds", 0.0312),
]


def test_the_page_is_what_the_kept_figures_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(json.loads(KEPT.read_text(encoding="utf-8")))


def test_every_goal_that_is_missed_is_said_and_one_just_met_is_met(tmp_path: Path) -> None:
    text = page(kept(tmp_path, golden=A_NIGHT))
    assert "1 of 2 are missed." in text
    council = SUBJECTS["golden"]
    assert [council, "first load: times the floor", "8 times", "8", "yes"] in lines(text)
    without = "first load: times the floor, without imports"
    assert [council, without, "5.25 times", "5", "**missed**"] in lines(text)
    assert [result.name for result in missed(A_NIGHT)] == [without]


def test_where_every_goal_is_met_the_page_says_so(tmp_path: Path) -> None:
    assert "All 1 are met." in page(kept(tmp_path, golden=A_NIGHT[:5]))


def test_a_night_is_shown_by_its_steps_and_what_was_not_measured_by_a_dash(tmp_path: Path) -> None:
    shown = lines(page(kept(tmp_path, golden=A_NIGHT)))
    assert ["land", "0.0312", "–"] in shown
    assert ["*whole process*", "6", "–"] in shown
    assert ["*the floor*", "0.75", "0.75"] in shown
    assert [SUBJECTS["golden"], "20,547", "142,587", "6", "–", "–", "–"] in shown


def test_a_subject_measured_again_replaces_its_figures_and_no_other(tmp_path: Path) -> None:
    kept(tmp_path, golden=A_NIGHT, visits=[Result("ten million", "process seconds", 12.5)])
    again = kept(tmp_path, golden=[Result("rows", "rows", 7)])
    assert [result["name"] for result in again["golden"]["results"]] == ["rows"]
    assert ["ten million", "12.5", "process seconds"] in lines(page(again))


def test_each_subject_says_when_and_on_what_it_was_measured(tmp_path: Path) -> None:
    said = [SUBJECTS["golden"], "2026-01-31", "`0123456789ab`", "3", "a machine", "python 3.11"]
    assert lines(page(kept(tmp_path, golden=A_NIGHT)))[-1] == said


def test_a_goal_of_nothing_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="peak memory"):
        with_goals("visits", [Result("ten million", "process seconds", 12.5)])


def test_what_is_kept_was_held_to_the_goals_as_they_are_now() -> None:
    """A goal that changes asks for another measurement."""
    for subject, of in json.loads(KEPT.read_text(encoding="utf-8")).items():
        goals = {result["name"]: result["goal"] for result in of["results"]}
        assert {name: goals[name] for name in GOALS.get(subject, {})} == GOALS.get(subject, {})
