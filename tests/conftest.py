"""What several folders of tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers import postgresql


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests one process runs (`--dist loadgroup`): a file's, whose fixtures they share,
    and of several files those that look at the same two nights."""
    for item in items:
        names = getattr(item, "fixturenames", ())
        together = "two nights" if "two_nights_in" in names else item.location[0]
        item.add_marker(pytest.mark.xdist_group(together))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server, started when the first test asks for it."""
    with postgresql.running() as server:
        yield server
