"""The tables of schema ``report``, beside the analysts' views."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, DateTime, Integer, MetaData, Text

from etl.warehouse.meanings import CAUSES, COUNTED, RECURRING
from etl.warehouse.schema.table import EXACT, add_table


def add_report_tables(metadata: MetaData) -> None:
    """Add figures, published and frozen, and what moved since."""
    add_table(
        metadata, "report", "last_extract", "The last extract loaded of each authority.",
        {**RECURRING, "extract_date": "the day that it is dated"},
        la_code_=Text, extract_date=Date, run_id=Text,
    )  # fmt: skip
    add_table(
        metadata, "report", "measure", "What each measure means.",
        {**RECURRING, "measure": "its id", "definition": "what exactly is counted",
         "citation": "where the definition is from"},
        measure_=Text, title=Text, definition=Text, unit=Text, better=Text, citation=Text,
    )  # fmt: skip
    figures = {"numerator": BigInteger, "denominator": BigInteger, "value": EXACT}
    add_table(
        metadata, "report", "monthly_measure", "A measure of an authority in a month.",
        {**RECURRING, "definition_sha256": "the hash of what moves the measure; empty if not kept"},
        la_code_=Text, month_=Date, measure_=Text, label_=Text, **figures, known_on=Date,
        definition_sha256=Text, is_comparable=Integer,
    )  # fmt: skip
    add_table(
        metadata, "report", "monthly_measure_by_team", "The same for a team.",
        {**RECURRING, "team_key": "the team; 0: not known", "team_name": "its name then"},
        la_code_=Text, month_=Date, measure_=Text, label_=Text, team_key_=BigInteger,
        **figures, known_on=Date, is_comparable=Integer, team_name=Text,
    )  # fmt: skip
    add_table(
        metadata, "report", "measure_history",
        "Since which month a measure may be compared, as the last extract's history goes; empty "
        "where no month may.",
        RECURRING,
        la_code_=Text, measure_=Text, comparable_from=Date,
    )  # fmt: skip
    # No key in the file: what DuckDB keeps to look one up would cost more than the rows.
    add_table(
        metadata, "report", "latest_subject",
        "What each latest figure of every published month counts, one by one.",
        {**RECURRING, **COUNTED},
        la_code=Text, measure=Text, month=Date, subject_id=Text, child_key=BigInteger,
        team_key=BigInteger, in_numerator=BigInteger, in_denominator=BigInteger,
    )  # fmt: skip
    _add_freezes(metadata)
    _add_what_has_moved(metadata)


def _add_freezes(metadata: MetaData) -> None:
    add_table(
        metadata, "report", "frozen_month",
        "A month's figures kept as published, and what made them.",
        {**RECURRING, "label": "the freeze's name", "frozen_at": "when it was frozen, in UTC"},
        la_code_=Text, label_=Text, month=Date, known_on=Date, frozen_at=DateTime, run_id=Text,
        software_version=Text, definitions_sha256=Text, rules_sha256=Text, authority_sha256=Text,
    )  # fmt: skip
    add_table(
        metadata, "report", "frozen_subject", "What a frozen figure counted, one by one.",
        {**RECURRING, **COUNTED, "label": "the freeze's name"},
        la_code_=Text, label_=Text, measure_=Text, subject_id_=Text, month=Date,
        child_key=BigInteger, team_key=BigInteger, in_numerator=BigInteger,
        in_denominator=BigInteger,
    )  # fmt: skip


def _add_what_has_moved(metadata: MetaData) -> None:
    """Since each freeze."""
    add_table(
        metadata, "report", "restatement",
        "A frozen figure beside what it is now, and how much of what it counts moved, by cause.",
        {**RECURRING, **CAUSES, "label": "the freeze's name",
         "published_known_on": "the extract as known on which it was frozen",
         "published_numerator": "how many were counted then",
         "published_denominator": "what they were a share of then",
         "published": "the figure as it was published",
         "now_known_on": "the extract that it is compared with: the last",
         "now_numerator": "how many are counted now",
         "now_denominator": "what they are a share of now",
         "now": "the figure as it is now",
         "difference": "now - published"},
        la_code_=Text, label_=Text, measure_=Text, month=Date, published_known_on=Date,
        published_numerator=BigInteger, published_denominator=BigInteger, published=EXACT,
        now_known_on=Date, now_numerator=BigInteger, now_denominator=BigInteger, now=EXACT,
        difference=EXACT, recorded_late=BigInteger, corrected_date=BigInteger, added=BigInteger,
        removed=BigInteger, merged_child=BigInteger, changed_status=BigInteger,
        changed_rule=BigInteger,
    )  # fmt: skip
    add_table(
        metadata, "report", "restated_subject",
        "What entered, left or changed its place in a frozen figure since, and why.",
        {**RECURRING, **COUNTED, "label": "the freeze's name", "cause": "why, in words",
         "changed_rule": "of a changed rule, which: a timescale, a measure or calendar",
         "was_in_numerator": "1: it was counted; empty: it was no part of the figure",
         "was_in_denominator": "1: it was one of those of which a share is counted",
         "is_in_numerator": "1: it is counted now; empty: it is no part of the figure",
         "is_in_denominator": "1: it is one of those of which a share is counted now"},
        la_code_=Text, label_=Text, measure_=Text, subject_id_=Text, month=Date, cause=Text,
        changed_rule=Text, child_key=BigInteger, team_key=BigInteger, was_in_numerator=BigInteger,
        was_in_denominator=BigInteger, is_in_numerator=BigInteger, is_in_denominator=BigInteger,
    )  # fmt: skip
