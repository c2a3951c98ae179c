"""What the rules bring to the figures, which know no rule themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from etl.derive import register
from etl.publish import publish as figures
from etl.warehouse import Session


def titles() -> dict[str, str]:
    """The title of each timescale: for the measures that exist for every one."""
    return {rule.timescale: rule.title for rule in register.RULES}


def records() -> Mapping[str, Sequence[str | None]]:
    """By timescale, where it comes from: for telling why a figure has moved."""
    return register.records()


def publish(
    session: Session, la_code: str, extract_date: date, run_id: str, why_whole: str | None = None
) -> None:
    """Make the figures those of a loaded night, the authority's last. why_whole: see
    ``etl.publish.publish``."""
    figures.publish(
        session, la_code, extract_date, run_id, titles=titles(), records=records(),
        why_whole=why_whole,
    )  # fmt: skip
