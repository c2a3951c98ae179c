"""Workers of the tests' own: where a test fails, what Airflow's parts said is shown."""

from servers.airflow import pytest_runtest_makereport

__all__ = ["pytest_runtest_makereport"]
