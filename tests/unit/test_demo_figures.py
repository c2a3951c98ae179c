"""How the demo tells its figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from etl.demo.nights import shown


@pytest.mark.parametrize(
    ("value", "told"),
    [(Decimal("608.5578446910"), "608.6"), (Decimal("12.2500000000"), "12.3"), (None, ""),
     (1234, "1,234"), ("Referrals", "Referrals")],
)  # fmt: skip
def test_a_figure_is_told_to_one_place(value: object, told: str) -> None:
    assert shown(value) == told
