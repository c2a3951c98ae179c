"""What several folders of tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers import postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    with postgresql.running() as server:
        yield server
