from __future__ import annotations

import pytest

from spec.specification import Specify


@pytest.fixture
def specify() -> Specify:
    """Checks a specification both ways."""
    return Specify()
