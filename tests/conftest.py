"""What every test shares."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors, but for those that Great Expectations causes as it is imported."""
    config.addinivalue_line(
        "filterwarnings",
        "ignore:module 'sre_(constants|parse|compile)' is deprecated:DeprecationWarning",
    )
