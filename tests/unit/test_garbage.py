"""What Python does not look through for garbage."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from etl.garbage import stays


class Ring:
    """Points to itself, as garbage does that only a look through everything finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


class Table:
    """Whatever a step holds."""


def many() -> list[Ring]:
    assert not gc.isenabled()
    return [Ring() for _ in range(10)]


def catch_and_keep() -> None:
    """As some imports do: the error holds the stack, and the stack the error."""
    try:
        raise ImportError
    except ImportError as error:
        kept = error
    assert kept


def fail() -> None:
    raise ImportError


def test_what_was_made_meanwhile_is_looked_through_no_more() -> None:
    made = stays(many)
    assert gc.isenabled()
    assert not {id(each) for each in made} & {id(each) for each in gc.get_objects()}


def test_what_was_garbage_before_does_not_stay() -> None:
    there = weakref.ref(Ring())
    stays(many)
    assert there() is None


def test_an_error_that_an_import_caught_holds_nothing_of_who_calls() -> None:
    def call() -> weakref.ref[Table]:
        table = Table()
        stays(catch_and_keep)
        return weakref.ref(table)

    assert call()() is None


def test_what_becomes_garbage_afterwards_is_found() -> None:
    stays(many)
    there = weakref.ref(Ring())
    gc.collect()
    assert there() is None


def test_python_looks_again_where_it_fails() -> None:
    with pytest.raises(ImportError):
        stays(fail)
    assert gc.isenabled()
