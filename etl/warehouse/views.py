"""The analysts' views of ``report``: a file each in ``sql/views/``."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter

from etl.settings import VIEWS
from etl.warehouse.session import Session
from etl.warehouse.view import View

_READS = re.compile(r"\breport\.(\w+)")


def views() -> dict[str, View]:
    """Each by its name, after those that it reads."""
    found = {
        path.stem: View(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(VIEWS.glob("*.sql"))
    }
    reads = {
        name: sorted(set(_READS.findall(view.sql)) & set(found)) for name, view in found.items()
    }
    return {name: found[name] for name in TopologicalSorter(reads).static_order()}


def publish_views(session: Session) -> None:
    """Make them the only ones of ``report``, and say in the database what they mean."""
    session.make_views(tuple(views().values()))
