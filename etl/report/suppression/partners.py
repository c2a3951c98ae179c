"""Which figures are withheld beside the small ones, so that nobody can work those out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field

from etl.report.suppression.combined import combined
from etl.report.suppression.identities import Figure, Figures, Number
from etl.report.suppression.intervals import Intervals, Sum

# A count of these is withheld.
SMALLEST, LARGEST = 1, 5
Span = tuple[float, float]
Opened = Callable[[Span], bool]


def is_small(value: int | None) -> bool:
    """Whether a count may not be told; one that is not known is none."""
    return value is not None and SMALLEST <= value <= LARGEST


def is_narrowed(span: Span) -> bool:
    """Whether bounds tell of a small number more than that it is one."""
    low, high = span
    return low > SMALLEST or high < LARGEST


def is_told_small(span: Span) -> bool:
    """Whether bounds tell of any number that it is a small one, and more than that."""
    low, high = span
    return low >= SMALLEST and high <= LARGEST and is_narrowed(span)


@dataclass
class Reader:
    """One who has the public edition, and what else is known.

    withheld: figures. known: numbers of which the reader knows the value otherwise.
    """

    figures: Figures
    withheld: set[Figure]
    known: Mapping[Number, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        identities = self.figures.identities
        numbers = {term.number for each in identities for term in each.terms}
        numbers.update(number for told in self.figures.tells.values() for number in told)
        self._numbers = sorted(numbers)
        self._places = {number: place for place, number in enumerate(self._numbers)}
        # of others it tells nothing here
        self.known = {each: value for each, value in self.known.items() if each in self._places}
        self._sums = [
            Sum(tuple((sign, self._places[number]) for sign, number in each.terms), each.constant)
            for each in identities
        ]
        self._told_by: dict[Number, list[Figure]] = {}
        for figure, told in self.figures.tells.items():
            for number in told:
                self._told_by.setdefault(number, []).append(figure)

    def protect(
        self, numbers: Iterable[Number], is_opened: Opened, *, is_combining: bool = True
    ) -> None:
        """Withhold figures until the reader can open none of these numbers; then tell again those
        that need not be withheld for it.

        A number may stay open where nothing is left to withhold: that one of three withheld
        figures is the sum of the two others says that it is 2 at least. is_combining: whether the
        reader combines sums.
        """
        first = frozenset(self.withheld)
        guard = _Guard(self, sorted(numbers), is_opened)
        self._close(guard)  # by the sums alone, which are soon looked through
        combining = guard.places if is_combining else frozenset[int]()
        bounds = self._close(guard, combining=combining)
        guard.settle(bounds)
        if self._tell_again(self.withheld - first, guard, bounds):
            self._close(guard, combining=combining)

    def _close(self, guard: _Guard, *, combining: Set[int] = frozenset()) -> Intervals:
        """Withhold a partner of each number that is open, until none is that has one. What can be
        worked out then."""
        bounds = self._bounds(combining)
        while opened := guard.opened(bounds):
            told = self._told()
            partners = {self._partner(bounds, number, told) for number in opened} - {None}
            if not partners:
                break
            for partner in partners:
                self.withheld.update(self._told_by[partner] if partner else ())
            bounds = self._bounds(combining)
        return bounds

    def _told(self) -> dict[Number, int]:
        told = {
            number: self.figures.values[number]
            for figure, numbers in self.figures.tells.items()
            if figure not in self.withheld
            for number in numbers
            if number in self.figures.values
        }
        return {**self.known, **told}

    def _bounds(self, combining: Set[int]) -> Intervals:
        """What the reader can work out of each number; of those to be combined also by combinations
        of sums."""
        least = [int(number in self.figures.never_zero) for number in self._numbers]
        told = {self.place(number): value for number, value in self._told().items()}
        sums = [*self._sums, *combined(self._sums, told.keys(), combining)]
        return Intervals(sums, least, told)

    def place(self, number: Number) -> int:
        """Under which its bounds are found."""
        return self._places[number]

    def _partner(
        self, bounds: Intervals, number: Number, told: Mapping[Number, int]
    ) -> Number | None:
        """The smallest number that is told, and is not 0, of those that opened a number; of equal
        ones the oldest. None where there is none, or the reader knows them all otherwise."""
        candidates = [
            (told[each], each.month, each)
            for at in bounds.why(self.place(number), SMALLEST, LARGEST)
            if (each := self._numbers[at]) in self._told_by
            and each not in self.known
            and told.get(each, 0) > 0
        ]
        return min(candidates)[-1] if candidates else None

    def _tell_again(self, partners: Set[Figure], guard: _Guard, bounds: Intervals) -> bool:
        """Each partner without which nothing is opened; M's first, then larger ones. Whether there
        is one."""
        for figure in sorted(partners, key=self._worth, reverse=True):
            numbers = self.figures.tells[figure]
            moved = bounds.tell({self.place(each): self.figures.values[each] for each in numbers})
            if guard.opened(bounds):
                bounds.untell(moved)
            else:
                self.withheld.discard(figure)
        return not partners <= self.withheld

    def _worth(self, figure: Figure) -> tuple[object, ...]:
        values = [self.figures.values[number] for number in self.figures.tells[figure]]
        return (figure.month, max(values), figure.of, figure.band or "")


class _Guard:
    """Numbers that a reader may not open."""

    def __init__(self, reader: Reader, numbers: list[Number], is_opened: Opened) -> None:
        self._numbers = [(number, reader.place(number)) for number in numbers]
        self.places = frozenset(place for _, place in self._numbers)
        self._is_opened = is_opened
        self._settled: dict[Number, tuple[float, float]] = {}

    def opened(self, bounds: Intervals) -> list[Number]:
        """Those that are open; of those that had to stay open, the ones that are more so."""
        return [
            number
            for number, at in self._numbers
            if self._is_opened(span := (bounds.low[at], bounds.high[at]))
            and span != self._settled.get(number)
        ]

    def settle(self, bounds: Intervals) -> None:
        """Let stay open what is."""
        for number in self.opened(bounds):
            at = dict(self._numbers)[number]
            self._settled[number] = bounds.low[at], bounds.high[at]
