"""Brings a warehouse of an earlier release to this one's tables and views, every row kept."""

from __future__ import annotations

from etl.warehouse.opening import existing_warehouse, open_warehouse
from etl.warehouse.views import publish_views


def upgrade(url: str) -> None:
    """Whole or not at all. In an empty database the tables are made.

    Raises WrongUsage where a file is not there, or holds what this release has no place for.
    """
    warehouse = open_warehouse(url)
    if warehouse.default_folder():
        warehouse = existing_warehouse(url)
    with warehouse.upgrading() as session:
        publish_views(session)
