"""What is asked of a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Asked:
    """children: of the large council; times: how often each thing is done, of which the least
    counts; authorities: how many of them share a warehouse; extracts: a folder that keeps the
    invented council's extracts, by number of children, from one time to the next."""

    children: int = 200_000
    times: int = 3
    authorities: int = 150
    extracts: Path | None = None
