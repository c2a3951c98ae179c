"""How a sample is drawn."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.worklist.sample import Drawing, allotted, draw

DRAWING = Drawing("assessments_late", date(2014, 10, 1), 3, seed=1)


@pytest.mark.parametrize(
    ("populations", "size", "expected"),
    [
        ([14, 12, 13], 18, [6, 6, 6]),
        ([50, 30, 20], 10, [5, 3, 2]),
        ([5, 3, 1], 4, [2, 1, 1]),  # 2.2, 1.3, 0.4: the last remainder is the largest
        ([98, 1, 1], 10, [8, 1, 1]),  # of each at least one
        ([1, 5, 3], 2, [0, 1, 1]),  # not enough for one of each: the largest
        ([2, 2], 1, [1, 0]),  # the earlier of two that are as large
        ([2, 1], 5, [2, 1]),  # no more than there are
    ],
)
def test_teams_are_drawn_from_in_proportion(
    populations: list[int], size: int, expected: list[int]
) -> None:
    assert allotted(populations, size) == expected


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(1, 100))
def test_as_many_are_drawn_as_were_asked_for_and_of_every_team_while_there_are_enough(
    populations: list[int], size: int
) -> None:
    shares = allotted(populations, size)
    assert sum(shares) == min(size, sum(populations))
    assert all(0 <= share <= each for share, each in zip(shares, populations, strict=True))
    assert size < len(populations) or min(shares) >= 1


def test_those_are_drawn_whose_hash_comes_first() -> None:
    def place(subject: str) -> str:
        return hashlib.sha256(f"1|assessments_late|2014-10|{subject}".encode()).hexdigest()

    ids = [str(number) for number in range(40)]
    drawn = draw(DRAWING, {"East": ids})
    assert drawn == {"East": sorted(ids, key=place)[:3]}


def test_the_order_in_which_subjects_are_read_draws_no_other() -> None:
    ids = [str(number) for number in range(40)]
    assert draw(DRAWING, {"East": ids}) == draw(DRAWING, {"East": ids[::-1]})


def test_another_seed_draws_others() -> None:
    ids = [str(number) for number in range(40)]
    other = Drawing("assessments_late", date(2014, 10, 1), 3, seed=2)
    assert draw(DRAWING, {"East": ids}) != draw(other, {"East": ids})
