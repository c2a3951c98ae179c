"""Modules that are loaded once something of them is used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.put_off import put_off

NAME = "imported_by_whoever"


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A module that says here when it is loaded, and has an answer."""
    told: list[str] = []
    (tmp_path / f"{NAME}.py").write_text(
        "from builtins import told\ntold.append('loaded')\nanswer = 42\n"
    )
    monkeypatch.setattr("builtins.told", told, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    yield told
    sys.modules.pop(NAME, None)


def test_a_module_that_is_put_off_is_loaded_when_something_of_it_is_used(loaded: list[str]) -> None:
    with put_off(NAME):
        module = importlib.import_module(NAME)
    assert not loaded
    assert module.answer == 42
    assert module.answer == 42
    assert loaded == ["loaded"]


def test_another_is_loaded_where_it_is_imported(loaded: list[str]) -> None:
    with put_off("another"):
        importlib.import_module(NAME)
    assert loaded


def test_after_the_block_none_is_put_off(loaded: list[str]) -> None:
    before = list(sys.meta_path)
    with put_off(NAME):
        pass
    importlib.import_module(NAME)
    assert loaded
    assert sys.meta_path == before


def test_a_module_that_lacks_fails_where_it_is_imported() -> None:
    with put_off("no_such_module"), pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_module")
