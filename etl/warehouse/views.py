"""The analysts' views of ``report``."""

from __future__ import annotations

from etl.settings import VIEWS
from etl.warehouse.session import Session


def publish_views(session: Session) -> None:
    """Make the analysts' views of ``sql/views/``, in the order of its order.txt."""
    names = (VIEWS / "order.txt").read_text(encoding="utf-8").split()
    session.make_views(
        {f"report.{name}": (VIEWS / f"{name}.sql").read_text(encoding="utf-8") for name in names}
    )
