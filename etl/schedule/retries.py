"""When the DAGs begin, and what of theirs is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from etl.errors import ConnectionFault, NightError

START = datetime(2026, 1, 1, tzinfo=UTC)
RETRIES = 6
RETRY_DELAY = timedelta(minutes=10)
# Only what could not be reached is worth another try: bad data stays bad.
RETRYING: dict[str, Any] = {
    "retries": RETRIES,
    "retry_delay": RETRY_DELAY,
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(ConnectionFault, RetryAction.RETRY, RETRY_DELAY, "not reachable yet"),
            RetryRule(NightError, RetryAction.FAIL, reason="trying again would not help"),
        ],
        default=RetryAction.FAIL,
    ),
}
