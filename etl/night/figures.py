"""The figures of a night: which measures there are, and the ones that a loaded night makes."""

from __future__ import annotations

from datetime import date

from etl.derive import register
from etl.publish.causes import Records
from etl.publish.figures import publish_last_extract, publish_latest
from etl.publish.measures import Measure, measures
from etl.warehouse import Session


def every_measure() -> list[Measure]:
    """All measures of this software, those that exist for every timescale among them."""
    return measures({rule.timescale: rule.title for rule in register.RULES})


def records() -> dict[str, Records]:
    """By timescale, where it comes from: for telling why a figure has moved."""
    return {timescale: Records(*where) for timescale, where in register.records().items()}


def publish(session: Session, la_code: str, extract_date: date, run_id: str) -> None:
    """Make the figures those of a loaded night, the authority's last."""
    publish_last_extract(session, la_code, extract_date, run_id)
    publish_latest(session, la_code, extract_date, every_measure(), records())
