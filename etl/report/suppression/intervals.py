"""What a reader can work out of numbers that are not told: between which bounds each must lie, by
sums that all of them are known to keep.

Whole numbers, none negative. A bound is drawn from one sum and the bounds of its other terms, and
again until nothing moves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Sum:
    """Terms, each times a number, that come to a constant. One that is not told is added (1) or
    taken away (-1)."""

    terms: tuple[tuple[int, int], ...]
    constant: int = 0


# What a bound was before: number, low, high, and the sums that they were drawn from.
_Before = tuple[int, float, float, int | None, int | None]


class Intervals:
    """Bounds of each number, from the sums, the least that each can be, and the told ones.

    low, high: by number. low_from, high_from: the sum that a bound was last drawn from.
    """

    def __init__(self, sums: Sequence[Sum], least: Sequence[int], told: Mapping[int, int]) -> None:
        self.sums = sums
        self.low: list[float] = [told.get(each, low) for each, low in enumerate(least)]
        self.high: list[float] = [told.get(each, inf) for each in range(len(least))]
        self.low_from: list[int | None] = [None] * len(least)
        self.high_from: list[int | None] = [None] * len(least)
        self._in_sums: list[list[int]] = [[] for _ in least]
        for place, each in enumerate(sums):
            for _, number in each.terms:
                self._in_sums[number].append(place)
        self._tighten(range(len(sums)))

    def tell(self, told: Mapping[int, int]) -> list[_Before]:
        """Tell more numbers, and draw what follows. What to give ``untell`` to forget them."""
        moved: list[_Before] = []
        for number, value in told.items():
            moved.append(self._as_it_is(number))
            self.low[number] = self.high[number] = value
        moved += self._tighten({place for number in told for place in self._in_sums[number]})
        return moved

    def untell(self, moved: list[_Before]) -> None:
        """Forget what was told, and all that followed."""
        for number, low, high, low_from, high_from in reversed(moved):
            self.low[number], self.high[number] = low, high
            self.low_from[number], self.high_from[number] = low_from, high_from

    def why(self, number: int, low: int, high: int) -> set[int]:
        """The numbers that a number's bounds were drawn from, back to the first: its low one if
        that is above this, its high one if below."""
        waiting = [(number, True)] if self.low[number] > low else []
        waiting += [(number, False)] if self.high[number] < high else []
        seen = set(waiting)
        while waiting:
            for bound in self._drawn_from(*waiting.pop()):
                if bound not in seen:
                    seen.add(bound)
                    waiting.append(bound)
        return {each for each, _ in seen} - {number}

    def _drawn_from(self, number: int, is_low: bool) -> list[tuple[int, bool]]:
        """The bounds that one was last drawn from, each a number and whether it is its low one."""
        place = (self.low_from if is_low else self.high_from)[number]
        if place is None:
            return []
        terms = self.sums[place].terms
        own = next(sign for sign, each in terms if each == number)
        return [(each, is_low if sign != own else not is_low)
                for sign, each in terms if each != number]  # fmt: skip

    def _as_it_is(self, number: int) -> _Before:
        return (
            number, self.low[number], self.high[number],
            self.low_from[number], self.high_from[number],
        )  # fmt: skip

    def _tighten(self, places: Iterable[int]) -> list[_Before]:
        """Draw bounds from these sums, then from those of each number that moved."""
        moved: list[_Before] = []
        waiting = deque(places)
        is_waiting = set(waiting)
        while waiting:
            place = waiting.popleft()
            is_waiting.discard(place)
            for before in self._drawn(place):
                moved.append(before)
                for other in self._in_sums[before[0]]:
                    if other not in is_waiting:
                        is_waiting.add(other)
                        waiting.append(other)
        return moved

    def _drawn(self, place: int) -> list[_Before]:
        """Draw the bounds of a sum's terms, each from those of the others."""
        of = self.sums[place]
        spans = [self._span(sign, number) for sign, number in of.terms]
        least = sum(low for low, _ in spans if low != -inf)
        most = sum(high for _, high in spans if high != inf)
        bottomless = sum(low == -inf for low, _ in spans)
        topless = sum(high == inf for _, high in spans)
        moved = []
        for (sign, number), (low, high) in zip(of.terms, spans, strict=True):
            if low == high:
                continue
            others_least = _without(least, bottomless, low, -inf)
            others_most = _without(most, topless, high, inf)
            top, bottom = of.constant - others_least, of.constant - others_most
            if sign < 0:
                top, bottom = -bottom, -top
            before = self._as_it_is(number)
            if self._narrow(number, bottom, top, place):
                moved.append(before)
        return moved

    def _span(self, times: int, number: int) -> tuple[float, float]:
        low, high = times * self.low[number], times * self.high[number]
        return (low, high) if times > 0 else (high, low)

    def _narrow(self, number: int, bottom: float, top: float, place: int) -> bool:
        """Whether a number's bounds moved. Bounds that contradict one another are not drawn."""
        low, high = max(self.low[number], bottom), min(self.high[number], top)
        if low > high or (low == self.low[number] and high == self.high[number]):
            return False
        if low > self.low[number]:
            self.low[number], self.low_from[number] = low, place
        if high < self.high[number]:
            self.high[number], self.high_from[number] = high, place
        return True


def _without(total: float, unbounded: int, own: float, endless: float) -> float:
    """A total of bounds without a term's own; endless if another's is."""
    if own == endless:
        return endless if unbounded > 1 else total
    return endless if unbounded else total - own
