"""How much time a rule gives: a number and a unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

# The most of each unit: two years, beyond which the calendar need not reach.
MOST = {"working days": 500, "days": 730, "weeks": 104, "months": 24}
UNITS = tuple(MOST)


@dataclass(frozen=True)
class Allowance:
    """``count`` of ``unit``: working days, days (calendar), weeks (7 days) or calendar months."""

    count: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"the unit '{self.unit}' is not one of {', '.join(UNITS)}")
        if self.count < 1:
            raise ValueError("an allowance is at least 1")
        if self.count > MOST[self.unit]:
            raise ValueError(f"an allowance is at most {MOST[self.unit]} {self.unit}")

    @classmethod
    def read(cls, text: str) -> Allowance:
        """From words such as '45 working days' or '1 week'. Raises ValueError for others."""
        match = re.fullmatch(r"\s*([0-9]{1,4})\s+(working days?|days?|weeks?|months?)\s*", text)
        if not match:
            raise ValueError(f"'{text}' is not a number and one of {', '.join(UNITS)}")
        unit = match[2] if match[2].endswith("s") else f"{match[2]}s"
        return cls(int(match[1]), unit)

    def in_words(self) -> str:
        """'45 working days', '1 week'."""
        return f"{self.count} {self.unit[:-1] if self.count == 1 else self.unit}"


def in_words(steps: tuple[Allowance, ...]) -> str:
    """'3 months, then every 6 months'; a single step alone stands as it is."""
    words = [step.in_words() for step in steps]
    if len(words) == 1:
        return words[0]
    return ", then ".join([*words[:-1], f"every {words[-1]}"])
