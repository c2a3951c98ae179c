"""What came of a check on the last nights, beside tonight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from etl.contracts.hand_overs import CheckRow

# A check of the whole extract names what failed where others name their column.
_WHOLE = ("extract", "columns")
_HEIGHT, _STEP = 24, 10


@dataclass(frozen=True)
class Bar:
    """One night in the picture, in its pixels."""

    x: int
    y: float
    height: float


@dataclass(frozen=True)
class Trend:
    """Rows that failed, night by night, tonight last; None where a night did not judge it."""

    failed: Sequence[int | None]

    @property
    def is_new(self) -> bool:
        """It fails tonight, and more rows than on the night before that judged it."""
        return bool(self._tonight) and self._before is not None and self._tonight > self._before

    @property
    def is_mended(self) -> bool:
        """It failed on the night before, and does not tonight."""
        return bool(self._before) and self._tonight == 0

    @property
    def _tonight(self) -> int:
        return self.failed[-1] or 0

    @property
    def _before(self) -> int | None:
        known = [rows for rows in self.failed[:-1] if rows is not None]
        return known[-1] if known else None

    @property
    def in_words(self) -> str:
        """'0, 3, 12'; a night that did not judge it is a dash."""
        return ", ".join("–" if rows is None else f"{rows:,}" for rows in self.failed)

    @property
    def bars(self) -> list[Bar]:
        """A picture of it, as high as the worst night."""
        most = max((rows or 0 for rows in self.failed), default=0) or 1
        heights = [_HEIGHT * (rows or 0) / most for rows in self.failed]
        return [
            Bar(_STEP * n, round(_HEIGHT - high, 1), round(max(high, 1), 1))
            for n, high in enumerate(heights)
        ]

    @property
    def width(self) -> int:
        """Of the picture."""
        return _STEP * len(self.failed)


def trends(checks: list[CheckRow], past: pd.DataFrame | None) -> Iterator[tuple[CheckRow, Trend]]:
    """Each check of tonight with what came of it before."""
    before = {} if past is None or past.empty else _by_check(past)
    nights = max((len(rows) for rows in before.values()), default=0)
    for check in checks:
        column = "" if check["table_name"] in _WHOLE else check["column_name"]
        name = (check["table_name"], check["reason"], column, check["says"])
        rows = before.get(name, [None] * nights)
        yield check, Trend((*rows, check["rows_failed"]))


def _by_check(past: pd.DataFrame) -> dict[tuple[str, ...], list[int | None]]:
    """By check, how many rows failed it, night by night, the oldest first."""
    judged = past[past["outcome"].isin(["passed", "failed", "not_applicable"])]
    column = judged["column_name"].mask(judged["table_name"].isin(_WHOLE), "")
    found = judged.assign(column_name=column).pivot_table(
        index=["table_name", "reason", "column_name", "says"], columns="extract_date",
        values="rows_failed", aggfunc="sum",
    )  # fmt: skip
    counts = [[None if pd.isna(rows) else int(rows) for rows in row] for row in found.to_numpy()]
    return dict(zip(found.index, counts, strict=True))
