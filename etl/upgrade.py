"""Brings a warehouse of an earlier release to this one's tables and views, every row kept."""

from __future__ import annotations

from etl.errors import WrongUsage
from etl.publish.measures import publish_views
from etl.warehouse import open_warehouse


def upgrade(url: str) -> None:
    """Whole or not at all. In an empty database the tables are made.

    Raises WrongUsage where a file is not there, or holds what this release has no place for.
    """
    warehouse = open_warehouse(url)
    if warehouse.default_folder() and not warehouse.exists():
        raise WrongUsage(
            "There is no warehouse there.",
            where=warehouse.shown(),
            means="Nothing was changed.",
            next="Check the URL. A new warehouse is made by its first load.",
        )
    with warehouse.upgrading() as session:
        publish_views(session)
