"""Modules that are loaded once something of them is used, and not where they are imported."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


@contextmanager
def put_off(*names: str) -> Iterator[None]:
    """Where the block imports one of these modules, whoever does, it gets a module that loads
    itself when the first thing is asked of it, and is like any other from then on. A module that
    lacks fails where it is imported, as ever.

    names: in full, such as ``scipy.stats``. Loaded already they stay as they are.
    """
    finder = _PuttingOff(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _PuttingOff(MetaPathFinder):
    """Finds the modules of these names where Python does, and has them loaded later."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._names:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found and found.loader:
            found.loader = LazyLoader(found.loader)
        return found
