"""The tables of schema ``report``, beside the analysts' views."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Date, DateTime, MetaData, Text

from etl.warehouse.schema.table import EXACT, add_table


def add_report_tables(metadata: MetaData) -> None:
    """Add figures, published and frozen, and what moved since."""
    add_table(
        metadata, "report", "last_extract", "The last extract loaded of each authority.",
        la_code_=Text, extract_date=Date, run_id=Text,
    )  # fmt: skip
    add_table(
        metadata, "report", "measure", "What each measure means.",
        measure_=Text, title=Text, definition=Text, unit=Text, better=Text, citation=Text,
    )  # fmt: skip
    figures = {"numerator": BigInteger, "denominator": BigInteger, "value": EXACT}
    add_table(
        metadata, "report", "monthly_measure", "A measure of an authority in a month.",
        la_code_=Text, month_=Date, measure_=Text, label_=Text, **figures, known_on=Date,
        definition_sha256=Text, is_comparable=Boolean,
    )  # fmt: skip
    add_table(
        metadata, "report", "monthly_measure_by_team", "The same for a team.",
        la_code_=Text, month_=Date, measure_=Text, label_=Text, team_key_=BigInteger,
        **figures, known_on=Date, is_comparable=Boolean, team_name=Text,
    )  # fmt: skip
    add_table(
        metadata, "report", "measure_history",
        "Since which month a measure may be compared, as the last extract's history goes; empty "
        "where no month may.",
        la_code_=Text, measure_=Text, comparable_from=Date,
    )  # fmt: skip
    _add_what_was_published(metadata)


def _add_what_was_published(metadata: MetaData) -> None:
    """Freezes, and what has moved since."""
    add_table(
        metadata, "report", "frozen_month",
        "A month's figures kept as published, and what made them.",
        la_code_=Text, label_=Text, month=Date, known_on=Date, frozen_at=DateTime, run_id=Text,
        software_version=Text, definitions_sha256=Text, rules_sha256=Text, authority_sha256=Text,
    )  # fmt: skip
    add_table(
        metadata, "report", "frozen_subject", "What a frozen figure counted, one by one.",
        la_code_=Text, label_=Text, measure_=Text, subject_id_=Text, month=Date,
        child_key=BigInteger, team_key=BigInteger, in_numerator=BigInteger,
        in_denominator=BigInteger,
    )  # fmt: skip
    add_table(
        metadata, "report", "restatement",
        "A frozen figure beside what it is now, and how much of what it counts moved, by cause.",
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
        la_code_=Text, label_=Text, measure_=Text, subject_id_=Text, month=Date, cause=Text,
        changed_rule=Text, child_key=BigInteger, team_key=BigInteger, was_in_numerator=BigInteger,
        was_in_denominator=BigInteger, is_in_numerator=BigInteger, is_in_denominator=BigInteger,
    )  # fmt: skip
