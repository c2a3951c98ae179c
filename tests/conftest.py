"""What several folders of tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from servers import postgresql

from etl.settings import PROJECT

# As `pythonpath` in pyproject.toml, for the processes that tests begin.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])]
)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    with postgresql.running() as server:
        yield server
