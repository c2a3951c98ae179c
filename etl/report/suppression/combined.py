"""What a reader learns who adds or subtracts two sums, so that numbers that are not told cancel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from itertools import chain

from etl.report.suppression.intervals import Sum

# A combination with more numbers that are not told says too little of any.
_MOST_LEFT = 5
# How often combinations are combined in turn.
_ROUNDS = 3

_Left = dict[int, int]


def combined(sums: Sequence[Sum], told: Set[int], guarded: Set[int]) -> list[Sum]:
    """Combinations of two sums in which all that both have and is not told cancels, and no more is
    left than in the longer of the two; and combinations of these. Of sums that hang together with
    a guarded number: others can tell nothing of one."""
    found = [(each, _left(each, told)) for each in sums]
    near = _hanging_together([left for _, left in found], guarded)
    found = [(each, left) for each, left in found if len(left) > 1 and near & left.keys()]
    seen = {_key(left) for _, left in found}
    start = whole = len(found)
    newest = range(start)
    for _ in range(_ROUNDS):
        for one, other in _sharing([left for _, left in found], newest):
            pair = _pair(found[one][1], found[other][1])
            if pair is None or (key := _key(pair[1])) in seen:
                continue
            seen.add(key)
            found.append((_added(found[one][0], found[other][0], pair[0]), pair[1]))
        newest = range(start, len(found))
        start = len(found)
    return [each for each, _ in found[whole:]]


def _hanging_together(lefts: list[_Left], guarded: Set[int]) -> set[int]:
    """The numbers that are in a sum with a guarded one, or with one that is so."""
    having: dict[int, list[int]] = {}
    for place, left in enumerate(lefts):
        for number in left:
            having.setdefault(number, []).append(place)
    near, waiting = set(guarded), list(guarded)
    while waiting:
        for place in having.get(waiting.pop(), ()):
            waiting += lefts[place].keys() - near
            near |= lefts[place].keys()
    return near


def _left(of: Sum, told: Set[int]) -> _Left:
    """The terms that are not told: by number, their sign."""
    return {number: sign for sign, number in of.terms if number not in told}


def _key(left: _Left) -> frozenset[tuple[int, int]]:
    """The same of a combination and of its opposite."""
    turned = left[min(left)] if left else 1
    return frozenset((number, sign * turned) for number, sign in left.items())


def _sharing(lefts: list[_Left], newest: range) -> list[tuple[int, int]]:
    """Pairs that share enough for little to be left, one of them a newest one."""
    having: dict[int, list[int]] = {}
    for place, left in enumerate(lefts):
        for number in left:
            having.setdefault(number, []).append(place)
    pairs = []
    for place in newest:
        length = len(lefts[place])
        shared = Counter(chain.from_iterable(having[number] for number in lefts[place]))
        pairs += [
            (place, other)
            for other, count in shared.items()
            if 0
            < length + (its := len(lefts[other])) - 2 * count
            <= min(_MOST_LEFT, max(length, its))
            and other != place
            and (other < place or other not in newest)
        ]
    return pairs


def _pair(one: _Left, other: _Left) -> tuple[int, _Left] | None:
    """With which sign the other is added so that all that they share cancels, and what is left;
    None where not all does."""
    shared = one.keys() & other.keys()
    signs = {-one[number] * other[number] for number in shared}
    if len(signs) > 1:
        return None
    [sign] = signs
    left = {number: its for number, its in one.items() if number not in shared}
    return sign, left | {
        number: sign * its for number, its in other.items() if number not in shared
    }


def _added(one: Sum, other: Sum, sign: int) -> Sum:
    terms: Counter[int] = Counter()
    for times, of in ((1, one), (sign, other)):
        for its, number in of.terms:
            terms[number] += times * its
    return Sum(
        tuple((its, number) for number, its in terms.items() if its),
        one.constant + sign * other.constant,
    )
