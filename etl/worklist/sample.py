"""Draws a sample of records to be read: in proportion to the teams, and so that another who draws
it anew draws the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from etl.worklist.lists import Whose


@dataclass(frozen=True)
class Drawing:
    """By what a sample is drawn. measure, month: of which figure; month is its first day."""

    measure: str
    month: date
    size: int
    seed: int

    def place(self, subject_id: str) -> str:
        """By which the subjects of a team stand in order: the first are drawn."""
        text = f"{self.seed}|{self.measure}|{self.month:%Y-%m}|{subject_id}"
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Drawn:
    """A thing that was drawn. due, done, late_in, working_days_late: of what was owed, where the
    measure is of one timescale."""

    subject_id: str
    whose: Whose
    team: str
    due: date | None
    done: date | None
    late_in: str
    working_days_late: int | None


@dataclass(frozen=True)
class TeamShare:
    """Of a team, how many there are and how many of them are drawn."""

    team: str
    population: int
    drawn: int


@dataclass(frozen=True)
class Sample:
    """What was drawn, in the order of the teams, and what it was drawn from."""

    drawing: Drawing
    title: str
    la_code: str
    authority: str
    known_on: date
    shares: tuple[TeamShare, ...]
    drawn: tuple[Drawn, ...]


def allotted(populations: Sequence[int], size: int) -> list[int]:
    """How many of each team are drawn: in proportion, by the largest remainders, and of each at
    least one while there are enough; else one of each of the largest. Ties go to the earlier.

    populations: of each team, 1 or more. Never more of a team than there are.
    """
    total = sum(populations)
    if size >= total:
        return list(populations)
    order = range(len(populations))
    if size < len(populations):
        largest = sorted(order, key=lambda team: -populations[team])[:size]
        return [int(team in largest) for team in order]
    shares = [size * each // total for each in populations]
    by_remainder = sorted(order, key=lambda team: -(size * populations[team] % total))
    for team in by_remainder[: size - sum(shares)]:
        shares[team] += 1
    for team in order:
        if not shares[team]:
            # From the one that has most: it misses one least.
            shares[max(order, key=lambda other: shares[other])] -= 1
            shares[team] = 1
    return shares


def draw(drawing: Drawing, by_team: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The subjects that are drawn of each team. by_team: the ids of all, in the teams' order."""
    teams = [team for team, subjects in by_team.items() if subjects]
    shares = allotted([len(by_team[team]) for team in teams], drawing.size)
    return {
        team: sorted(by_team[team], key=drawing.place)[:share]
        for team, share in zip(teams, shares, strict=True)
    }
