"""Which allowance applies when: England's, or the authority's own from a date."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

import pandas as pd

from etl.authority import Authority
from etl.calendar.allowance import Allowance, in_words
from etl.calendar.working_days import FIRST_DAY, file_hash
from etl.derive.rule import Closer, Later, Rule

FOR_EVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Standard:
    """A rule's allowances in force from ``effective_from`` until before ``effective_to``."""

    rule: Rule
    steps: tuple[Allowance, ...]
    later: Later | None
    closer: Closer | None
    counting: str
    citation: str | None
    is_local: bool
    effective_from: date
    effective_to: date

    def in_words(self) -> str:
        """'10 working days, the start counting as day 1'."""
        words = in_words(self.steps)
        for other in (self.later, self.closer):
            words += f"; {other.in_words()}" if other else ""
        return words + (", the start counting as day 1" if self.counting == "inclusive" else "")


def standards(rule: Rule, authority: Authority) -> list[Standard]:
    """The rule's standards over time, in order and without a gap (the authority's file is refused
    where its own have one). Before an authority's first dated standard England's holds."""
    own = sorted(
        (entry for entry in authority.standards if entry.timescale == rule.timescale),
        key=lambda entry: entry.effective_from or FIRST_DAY,
    )
    starts = [entry.effective_from or FIRST_DAY for entry in own]
    found = []
    if not starts or starts[0] > FIRST_DAY:
        until = starts[0] if starts else FOR_EVER
        found.append(england(rule, until))
    for entry, start, end in zip(own, starts, [*starts[1:], FOR_EVER], strict=False):
        found.append(
            Standard(
                rule, entry.steps, None, None, entry.counting, entry.citation, True, start, end
            )
        )
    return found


def england(rule: Rule, until: date = FOR_EVER) -> Standard:
    """England's standard, or the usual default where England sets none."""
    return Standard(
        rule, rule.steps, rule.later, rule.closer, "elapsed", rule.citation, False, FIRST_DAY, until
    )


def as_dimension(rules: tuple[Rule, ...], authority: Authority) -> pd.DataFrame:
    """dim_timescale: one row per standard of each rule."""
    rows = [
        {
            "timescale": rule.timescale,
            "title": rule.title,
            "rule": rule.in_words(standard.steps if standard.is_local else ()),
            "allowance": standard.in_words(),
            "counting": standard.counting,
            "citation": standard.citation,
            "is_local": standard.is_local,
            "is_statutory": rule.is_statutory and not standard.is_local,
            "in_force_since": _since(rule, standard),
            "effective_from": pd.Timestamp(standard.effective_from),
            "effective_to": pd.Timestamp(standard.effective_to).as_unit("s"),
            "rule_sha256": standard_sha256(standard),
        }
        for rule in rules
        for standard in standards(rule, authority)
    ]
    dates = ("in_force_since", "effective_from", "effective_to")
    return pd.DataFrame(rows).astype(dict.fromkeys(dates, "datetime64[s]"))


def _since(rule: Rule, standard: Standard) -> date | None:
    """Since when the standard's source says so; England's is applied to earlier clocks too."""
    since = standard.effective_from if standard.is_local else rule.effective_from
    return since if since and since > FIRST_DAY else None


def standard_sha256(standard: Standard) -> str:
    """SHA-256 of what alone moves what is owed under a standard: where its clock starts, ends and
    stops, and the time it gives. Titles, citations and wording move nothing."""
    return hashlib.sha256(_moves(standard).encode()).hexdigest()


def signature(standards: list[Standard]) -> str:
    """SHA-256 of what a council signs: all of a rule's standards over time, and since when each
    holds. The calendar is no part of it: a bank holiday is proclaimed, not agreed."""
    said = [
        [standard.effective_from.isoformat(), standard.effective_to.isoformat(), _moves(standard)]
        for standard in standards
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def not_as_signed(rules: tuple[Rule, ...], authority: Authority) -> list[str]:
    """The timescales that the authority signed, and that are no longer what was signed."""
    return [
        rule.timescale
        for rule in rules
        if is_as_signed(signature(standards(rule, authority)), authority.signed.get(rule.timescale))
        is False
    ]


def is_as_signed(hash: str, signed: str | None) -> bool | None:
    """Whether it is the hash that was signed, of which the first digits are enough; None where
    nothing was."""
    return hash.startswith(signed) if signed else None


def _moves(standard: Standard) -> str:
    rule, later, closer = standard.rule, standard.later, standard.closer
    said = {
        "clock": asdict(rule.clock),
        "stop": asdict(rule.stop),
        "is_recurring": rule.is_recurring,
        "steps": [step.in_words() for step in standard.steps],
        "counting": standard.counting,
        "later": later and [later.only, later.after.in_words(), later.allowance.in_words()],
        "closer": closer and [closer.spans, *(step.in_words() for step in closer.steps)],
    }
    return json.dumps(said, sort_keys=True)


def rules_hash(rules: tuple[Rule, ...]) -> str:
    """SHA-256 of England's rules and the calendar: what can change figures beside the data."""
    moving = " ".join(standard_sha256(england(rule)) for rule in rules)
    return hashlib.sha256(f"{moving} {file_hash()}".encode()).hexdigest()
