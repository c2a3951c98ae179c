"""The tables of ``restricted`` that keep which records are to be mended, and since when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MendTable:
    """name: in ``restricted``. since, until: its columns of the first night that found the fault,
    and of the first that no longer did."""

    name: str
    since: str
    until: str


HELD_BACK_TABLE = MendTable("held_back", "held_from", "held_to")
REPORTED_TABLE = MendTable("reported", "reported_from", "reported_to")
MEND_TABLES = (HELD_BACK_TABLE, REPORTED_TABLE)
