"""The page a person reads after a night: what was checked, what was held back and why.

One HTML file with its style inside, readable offline, made of counts only.
"""

from __future__ import annotations

from collections import Counter

from jinja2 import Environment, PackageLoader, StrictUndefined

from etl.contracts.hand_overs import Account
from etl.contracts.register import CONFORMED
from etl.run import Run
from etl.validate.suites import Check

VERDICTS = {
    "passed": "passed",
    "failed": "failed",
    "not_applicable": "no rows to judge",
    "error": "could not be run",
}
ACTIONS = {"stop": "stops the night", "hold_back": "holds rows back", "report": "reported"}


def write_page(run: Run, authority: str, checks: list[Check], accounts: dict[str, Account]) -> None:
    """Write ``run.page`` from the night's checks and the accounts of its tables."""
    environment = Environment(
        loader=PackageLoader("etl.validate"), autoescape=True, undefined=StrictUndefined
    )
    tables = [
        {
            "name": table.name.replace("_", " "),
            "account": accounts.get(table.name),
            "checks": [check for check in checks if check.table == table.name],
        }
        for table in CONFORMED
    ]
    page = environment.get_template("checks.html").render(
        run=run,
        authority=authority,
        tables=tables,
        whole=[check for check in checks if check.table == "extract"],
        stops=[check for check in checks if is_stop(check)],
        failed=[check for check in checks if check.outcome in ("failed", "error")],
        outcomes=Counter(check.outcome for check in checks),
        verdicts=VERDICTS,
        actions=ACTIONS,
    )
    run.page.parent.mkdir(parents=True, exist_ok=True)
    run.page.write_text(page, encoding="utf-8")


def is_stop(check: Check) -> bool:
    """Whether this check stops the night."""
    return check.outcome == "error" or (check.action == "stop" and check.outcome == "failed")
