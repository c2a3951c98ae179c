"""The small tables of a specification: how they are written, and both calculations fed from them.

A table is written as text, a line a row, columns apart by bars, an empty field meaning nothing:

    plan | started    | ended
    P    | 2023-05-10 |

Its rows become those of the plain-loop reference (``reference.timescales``), and these become our
tables as derive gets them; so the histories that Hypothesis draws take the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from unit.owing import tables

from etl.authority import LocalStandard
from etl.calendar.allowance import Allowance
from etl.conform import birth
from etl.contracts.health_check import HEALTH_CHECK
from etl.derive.derive import link

Row = dict[str, Any]
Drawn = dict[str, list[Row]]
ONLY_CHILD = "C"


@dataclass(frozen=True)
class Words:
    """A table of specifications: the reference's name of it, ours, and by column the reference's
    word and our column (None: the table has no such column of its own)."""

    source: str
    ours: str
    columns: dict[str, tuple[str, str | None]]
    more: tuple[tuple[str, Any], ...] = ()


CHILD = {"child": ("child", "child_token")}
WORDS = {
    "children": Words(
        "DIM_PERSON", "child",
        {"child": ("id", "child_token"), "born": ("born", None), "died": ("died", "died_date"),
         "merged": ("merged", "is_merged")},
    ),
    "referrals": Words(
        "FACT_REFERRALS", "referral",
        {"referral": ("id", "referral_id"), **CHILD, "received": ("received", "received_date"),
         "closed": ("closed", "closed_date"), "transfer in": ("is_transfer_in", "is_transfer_in")},
    ),
    "assessments": Words(
        "FACT_SINGLE_ASSESSMENT", "single_assessment",
        {"assessment": ("id", "assessment_id"), **CHILD, "referral": ("referral", "referral_id"),
         "started": ("started", "started_date"), "authorised": ("authorised", "authorised_date"),
         "status": ("substatus", "substatus_code")},
    ),
    "enquiries": Words(
        "FACT_S47", "section_47_enquiry",
        {"enquiry": ("id", "enquiry_id"), **CHILD, "started": ("started", "started_date"),
         "to conference": ("is_to_initial_conference", "outcome")},
    ),
    "conferences": Words(
        "FACT_CP_CONFERENCE", "initial_conference",
        {"conference": ("id", "conference_id"), **CHILD, "enquiry": ("enquiry", "enquiry_id"),
         "referral": ("referral", "referral_id"), "held": ("held", "held_date"),
         "cancelled": ("is_cancelled", "is_cancelled"),
         "transfer in": ("is_transfer_in", "is_transfer_in")},
    ),
    "plans": Words(
        "FACT_CP_PLAN", "child_protection_plan",
        {"plan": ("id", "plan_id"), **CHILD, "started": ("started", "started_date"),
         "ended": ("ended", "ended_date"), "temporary": ("is_temporary", "is_temporary")},
    ),
    "reviews": Words(
        "FACT_CP_REVIEW", "child_protection_review",
        {"review": ("id", "review_id"), **CHILD, "plan": ("plan", "plan_id"),
         "held": ("held", "held_date"), "cancelled": ("is_cancelled", "is_cancelled"),
         "quorate": ("is_quorate", "is_quorate")},
    ),
    "plan visits": Words(
        "FACT_CASENOTES", "visit",
        {"visit": ("id", "visit_id"), **CHILD, "plan": ("plan", "named_plan_id"),
         "visited": ("visited", "visited_date"), "seen": ("is_child_seen", "is_child_seen")},
        (("type", "STVC"),),
    ),
    "in need plans": Words(
        "FACT_CARE_PLAN_SUMMARY", "child_in_need_plan",
        {"plan": ("id", "child_in_need_plan_id"), **CHILD, "started": ("started", "started_date"),
         "ended": ("ended", "ended_date"), "status": ("status", "status_code")},
    ),
    "in need visits": Words(
        "FACT_CASENOTES", "visit",
        {"visit": ("id", "visit_id"), **CHILD, "visited": ("visited", "visited_date"),
         "seen": ("is_child_seen", "is_child_seen")},
        (("type", "CNSTAT"),),
    ),
    "periods of care": Words(
        "FACT_CLA", "looked_after_period",
        {"period": ("id", "looked_after_id"), **CHILD, "started": ("started", "started_date"),
         "ended": ("ended", "ended_date")},
    ),
    "care reviews": Words(
        "FACT_CLA_REVIEW", "looked_after_review",
        {"review": ("id", "review_id"), **CHILD, "period": ("period", "looked_after_id"),
         "held": ("held", "held_date"), "cancelled": ("is_cancelled", "is_cancelled")},
    ),
    "placements": Words(
        "FACT_CLA_PLACEMENT", "placement",
        {"placement": ("id", "placement_id"), **CHILD, "period": ("period", "looked_after_id"),
         "started": ("started", "started_date"), "ended": ("ended", "ended_date"),
         "type": ("type", "placement_type_code")},
    ),
    "legal statuses": Words(
        "FACT_LEGAL_STATUS", "legal_status",
        {"number": ("id", "legal_status_id"), **CHILD, "status": ("label", "legal_status_code"),
         "started": ("started", "started_date"), "ended": ("expected_end", "ended_date")},
    ),
    "care visits": Words(
        "FACT_CASENOTES", "visit",
        {"visit": ("id", "visit_id"), **CHILD, "visited": ("visited", "visited_date"),
         "seen": ("is_child_seen", "is_child_seen")},
        (("type", "STVL"),),
    ),
    "health checks": Words(
        "FACT_HEALTH_CHECK", "health_check",
        {"check": ("id", "health_check_id"), **CHILD, "checked": ("checked", "checked_date"),
         "type": ("type", "kind"), "status": ("status", "status")},
        (("type", "Health assessment"), ("status", "completed")),
    ),
}  # fmt: skip
VISIT_TYPES = {"STVC": "child_protection", "STVL": "looked_after", "CNSTAT": "child_in_need"}
# What conform makes of the types that are written here.
CHECKS = {
    "Health assessment": "health_assessment",
    "Review health assessment": "health_assessment",
    "Dental check": "dental",
    "Optician": "optician",
    "Immunisation": "other",
}
FLAGS = ("merged", "transfer in", "to conference", "cancelled", "temporary", "seen", "quorate")


def read(text: str) -> list[dict[str, str | None]]:
    """The rows of a table written as text."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    header, *rows = ([field.strip() for field in line.split("|")] for line in lines)
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{' | '.join(row)} has not as many fields as {' | '.join(header)}")
    return [dict(zip(header, (field or None for field in row), strict=True)) for row in rows]


def in_reference_words(given: dict[str, list[dict[str, str | None]]]) -> Drawn:
    """The given tables as rows of the reference. A row without a child is of the only one; one
    without an id gets its number; a visit is one on which the child was seen, a health check a
    completed health assessment, unless it says otherwise."""
    found: Drawn = {words.source: [] for words in WORDS.values()} | {"FACT_CP_VISIT": []}
    for name, rows in given.items():
        words = WORDS[name]
        for fields in rows:
            row = {word: None for word, _ in words.columns.values()} | dict(words.more)
            row |= {"id": str(len(found[words.source]) + 1)}
            if "child" in row:
                row["child"] = ONLY_CHILD
            for column, text in fields.items():
                row[words.columns[column][0]] = _value(column, text)
            if "seen" in words.columns and "seen" not in fields:
                row["is_child_seen"] = True
            found[words.source].append(row)
            if row.get("plan") and words.source == "FACT_CASENOTES":
                link = {"casenote": row["id"], "plan": row["plan"], "child": row["child"]}
                found["FACT_CP_VISIT"].append({"id": row["id"], **link})
    _add_children(found)
    # A period of care ends with its last episode: here it has one.
    found["FACT_CARE_EPISODES"] = [
        {**period, "period": period["id"], "end_reason": None} for period in found["FACT_CLA"]
    ]
    return found


def _value(column: str, text: str | None) -> Any:
    if column in FLAGS:
        return {"yes": True, "no": False, None: None}[text]
    if text and len(text) == len("2023-05-10") and text[4] == text[7] == "-":
        return date.fromisoformat(text)
    return text


def _add_children(found: Drawn) -> None:
    """A child for every row about one who is not named among the children."""
    known = {child["id"] for child in found["DIM_PERSON"]}
    named = {row["child"]: None for rows in found.values() for row in rows if "child" in row}
    found["DIM_PERSON"] += [
        {"id": child, "born": None, "died": None, "merged": None}
        for child in named
        if child not in known
    ]


def in_our_words(drawn: Drawn) -> dict[str, pd.DataFrame]:
    """Rows of the reference as our tables, with everything that derive says of them."""
    rows: dict[str, list[Row]] = {}
    for words in {words.source: words for words in WORDS.values()}.values():
        columns = {word: ours for word, ours in words.columns.values() if ours}
        rows[words.ours] = [
            {columns[word]: value for word, value in row.items() if word in columns}
            for row in drawn.get(words.source, [])
        ]
    for child in rows["child"]:
        child["is_merged"] = bool(child["is_merged"])
    for enquiry in rows["section_47_enquiry"]:
        enquiry["outcome"] = "initial_conference" if enquiry["outcome"] else None
    rows["visit"] = list(_visits(drawn))
    for check in rows["health_check"]:
        check["kind"] = CHECKS[check["kind"]]
    rows["care_episode"] = [
        {"episode_id": period["looked_after_id"], **period}
        for period in rows["looked_after_period"]
    ]
    found = tables(**rows)
    birth.of_facts(found["health_check"], HEALTH_CHECK, _births(drawn))
    link(found)
    return found


def _births(drawn: Drawn) -> pd.DataFrame:
    """What conform knows of when each child was born."""
    children = drawn["DIM_PERSON"]
    dates = pd.to_datetime(pd.Series([child["born"] for child in children], dtype="object"))
    births = pd.DataFrame({"date": dates, "is_estimated": False})
    return births.set_index(pd.Index([child["id"] for child in children]))


def _visits(drawn: Drawn) -> Iterator[Row]:
    born = {child["id"]: child["born"] for child in drawn["DIM_PERSON"]}
    named = {record["casenote"]: record["plan"] for record in drawn["FACT_CP_VISIT"]}
    for row in drawn["FACT_CASENOTES"]:
        birth = born[row["child"]]
        yield {
            "visit_id": row["id"],
            "child_token": row["child"],
            "visit_type": VISIT_TYPES[row["type"]],
            "visited_date": row["visited"],
            "is_child_seen": row["is_child_seen"],
            "named_plan_id": named.get(row["id"]),
            "is_before_birth": birth is not None and row["visited"] < birth,
        }


def local_standards(timescale: str, text: str) -> tuple[LocalStandard, ...]:
    """An authority's own standards: columns allowance (steps apart by commas), from, until,
    counting."""
    return tuple(
        LocalStandard(
            timescale,
            tuple(Allowance.read(step) for step in (row["allowance"] or "").split(",")),
            _value("from", row.get("from")),
            _value("until", row.get("until")),
            row.get("counting") or "elapsed",
            None,
        )
        for row in read(text)
    )


def in_an_authoritys_words(standards: tuple[LocalStandard, ...]) -> dict[str, Any]:
    """The same as the reference reads them from an authority's file."""
    found: dict[str, list[dict[str, Any]]] = {}
    for own in standards:
        entry = {
            "allowance": [step.in_words() for step in own.steps],
            "effective_from": own.effective_from,
            "effective_to": own.effective_to,
            "counting": own.counting,
        }
        entry = {key: value for key, value in entry.items() if value is not None}
        found.setdefault(own.timescale, []).append(entry)
    return {"timescales": found}
