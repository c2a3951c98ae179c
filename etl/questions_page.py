"""Puts the questions of ``sql/queries/`` under the words of docs/analysts.md, each with its SQL."""

from __future__ import annotations

import re
from pathlib import Path

from etl.settings import QUERIES

# What stands above this line is written by hand.
MARK = "<!-- What follows is made by `make docs` from sql/queries/. Do not edit. -->\n"
# The twenty questions, by who asks them; a folder's files are one question.
ASKED = {
    "Today, for teams": (
        "overdue_by_team_and_worker", "due_in_ten_working_days", "awaiting_record",
        "plans_without_visit_in_4_weeks", "caseloads_now", "several_changes_of_worker",
        "sibling_groups",
    ),
    "For the performance meeting": (
        "timeliness_by_team", "conferences_in_time_by_month", "late_conferences",
        "assessments_by_duration", "contacts_by_source_and_outcome", "re_referral_chains",
        "repeat_plans",
    ),
    "For returns, inspection and scrutiny": (
        "children_in_need_at_31_march", "plans_by_category_and_length", "looked_after_now",
        "placement_stability", "disproportionality", "annex_a",
    ),
    "Of any day, as known on any day": ("timescale_status", "caseload", "changes_of_worker"),
}  # fmt: skip
# Of a folder, what its files have in common.
FOLDERS = {
    "annex_a": (
        "Annex A, lists 1 to 9",
        "As far as the record carries their columns, under names of ours, for the six months up to "
        "the last extract. Who a child is, is not in `report`: whoever may read `restricted` joins "
        "`restricted.child_identity` by `child_key`, and leaves the result where it may lie.",
    )
}
_HEAD = re.compile(r"-- (title|grain): (.*)\n")


def analysts_page(page: Path) -> str:
    """The page with its questions as they stand today. page: where its words are."""
    words, _, _ = page.read_text(encoding="utf-8").partition(MARK)
    parts = [words, MARK]
    for heading, names in ASKED.items():
        parts.append(f"\n### {heading}\n")
        for name in names:
            parts.append(_folder(name) if name in FOLDERS else _question(f"{name}.sql", "####"))
    return "".join(parts)


def _folder(name: str) -> str:
    title, said = FOLDERS[name]
    files = sorted(path.name for path in (QUERIES / name).glob("*.sql"))
    return f"\n#### {title}\n\n{said}\n" + "".join(
        _question(f"{name}/{file}", "#####") for file in files
    )


def _question(path: str, heading: str) -> str:
    """Its title, its file, a row's meaning, and the rest of the file as it stands."""
    text = (QUERIES / path).read_text(encoding="utf-8")
    head = dict(_HEAD.findall(text))
    sql = _HEAD.sub("", text).strip()
    return (
        f"\n{heading} {head['title']}\n\n`sql/queries/{path}`; a row is {head['grain']}.\n\n"
        f"```sql\n{sql}\n```\n"
    )
