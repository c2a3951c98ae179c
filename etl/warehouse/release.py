"""What is said of a warehouse that another release wrote."""

from __future__ import annotations

from collections.abc import Sequence

from etl.errors import WrongUsage


def of_another_version(lacking: Sequence[str], where: str) -> WrongUsage:
    """The error for a warehouse that lacks what this release writes."""
    more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    return WrongUsage(
        f"The warehouse is of another release: it lacks {lacking[0]}{more}.",
        where=where,
        means="Nothing was changed.",
        next="Run `csc-etl upgrade --warehouse URL`: it keeps every row and its history; "
        "docs/upgrade.md says how to take a copy first.",
    )
