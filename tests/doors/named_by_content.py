"""Expected obligations of doors whose records have no ids: named by child, day and number."""

from __future__ import annotations

import csv
import gzip
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from nights.loading import Council

# What a timescale's subject is, as its id says.
_SUBJECT = {
    "single_assessment": "single_assessment",
    "single_assessment_from_referral": "referral",
    "transfer_in_conference": "referral",
    "initial_conference": "section_47_enquiry",
    "child_protection_review": "child_protection_plan",
    "child_protection_visit": "child_protection_plan",
    "looked_after_review": "looked_after_period",
    "looked_after_visit": "placement",
}
_DATES = ("started_date", "due_date", "done_date")


def content_id(*parts: str) -> str:
    """The id that is made of these: of the first 128 bits of their SHA-256, as a UUID is written.
    Said here anew, so that the ids themselves are held to what was agreed."""
    digits = hashlib.sha256("|".join(parts).encode()).hexdigest()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))


def tokens(council: Council) -> dict[str, str]:
    """The token of each child by the id that its door has for it."""
    found = council.rows(
        "select identity.case_number, child.child_token from restricted.child_identity as identity "
        "join warehouse.dim_child as child on child.child_key = identity.child_key"
    )
    return dict(found)


def obligations(file: Path, token_of: dict[str, str]) -> list[tuple[Any, ...]]:
    """The expected obligations of a gzipped CSV file with the ids that their subjects must have:
    timescale, subject_id, sequence, dates and status."""
    return sorted(
        (
            row["timescale"],
            content_id(
                _SUBJECT[row["timescale"]], token_of[row["child_id"]], row["subject_date"],
                row["subject_number"],
            ),
            int(row["sequence"]),
            *(date.fromisoformat(row[name]) if row[name] else None for name in _DATES),
            row["status"],
        )
        for row in csv.DictReader(gzip.decompress(file.read_bytes()).decode().splitlines())
    )  # fmt: skip
