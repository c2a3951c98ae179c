"""What every task of every DAG has: an owner, a time after which it is ended, what of it is tried
again, and that somebody is told where it fails. And when the DAGs begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from etl.errors import ConnectionFault, NightError
from etl.schedule.telling import tell_of_failure

START = datetime(2026, 1, 1, tzinfo=UTC)
OWNER = "csc-etl"
RETRIES = 6
RETRY_DELAY = timedelta(minutes=10)
# Far longer than the largest council's night: what takes as long hangs.
LONGEST = timedelta(hours=3)
# Only what could not be reached is worth another try: bad data stays bad.
EVERY_TASK: dict[str, Any] = {
    "owner": OWNER,
    "retries": RETRIES,
    "retry_delay": RETRY_DELAY,
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(ConnectionFault, RetryAction.RETRY, RETRY_DELAY, "not reachable yet"),
            RetryRule(NightError, RetryAction.FAIL, reason="trying again would not help"),
        ],
        default=RetryAction.FAIL,
    ),
    "execution_timeout": LONGEST,
    "on_failure_callback": tell_of_failure,
}
