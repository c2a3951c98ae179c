"""What several folders of tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import shared
from servers import postgresql

from etl.settings import PROJECT

TESTS = PROJECT / "tests"
# As `pythonpath` in pyproject.toml, for the processes that tests begin.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
)


def pytest_configure(config: pytest.Config) -> None:
    """The process that begins the run makes what its workers share."""
    if not hasattr(config, "workerinput"):
        shared.make()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files that look at the same nights go to one process, where those are made once."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class TogetherScheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return shared.together(super()._split_scope(nodeid))

    return TogetherScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is about the report and the work lists, what needs Airflow, and what is about the
    doors that records come through."""
    for item in items:
        file = item.path.relative_to(TESTS).as_posix()
        if file.startswith(shared.OF_THE_REPORT):
            item.add_marker(pytest.mark.report)
        if file.startswith(shared.OF_THE_DAGS):
            item.add_marker(pytest.mark.dags)
        if file.startswith(shared.OF_THE_DOORS):
            item.add_marker(pytest.mark.doors)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.remove()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    with postgresql.running() as server:
        yield server
