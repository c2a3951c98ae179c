"""The analysts' views of ``report``: a file each in ``sql/views/``."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter

from etl.settings import VIEWS
from etl.warehouse.session import Session

_READS = re.compile(r"\breport\.(\w+)")


def views() -> dict[str, str]:
    """Query by name, each after those that it reads."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(VIEWS.glob("*.sql"))}
    reads = {name: sorted(set(_READS.findall(sql)) & set(found)) for name, sql in found.items()}
    return {name: found[name] for name in TopologicalSorter(reads).static_order()}


def publish_views(session: Session) -> None:
    """Make them the only ones of ``report``."""
    session.make_views({f"report.{name}": sql for name, sql in views().items()})
