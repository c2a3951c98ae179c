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


def test_what_was_made_in_the_block_is_looked_through_no_more() -> None:
    with stays():
        assert not gc.isenabled()
        made = [Ring() for _ in range(10)]
    assert gc.isenabled()
    assert not {id(each) for each in made} & {id(each) for each in gc.get_objects()}


def test_what_was_garbage_before_does_not_stay() -> None:
    there = weakref.ref(Ring())
    with stays():
        pass
    assert there() is None


def test_what_becomes_garbage_afterwards_is_found() -> None:
    with stays():
        pass
    there = weakref.ref(Ring())
    gc.collect()
    assert there() is None


def test_python_looks_again_where_the_block_fails() -> None:
    with pytest.raises(ImportError), stays():
        raise ImportError
    assert gc.isenabled()
