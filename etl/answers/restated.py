"""What has moved since a freeze, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from etl.errors import WrongUsage
from etl.publish.causes import CAUSES
from etl.publish.counting import Figure
from etl.publish.freezes import nights_since
from etl.toml_reader import nearest
from etl.warehouse import Session, existing_warehouse, the_authority


@dataclass(frozen=True)
class Restated:
    """A frozen measure beside what it is now, where that is still published. causes: how many of
    the things counted moved, by cause in words, which name a changed rule; those that none did are
    left out."""

    measure: str
    published: Figure
    now: Figure
    difference: Decimal | None
    causes: dict[str, int]

    @property
    def is_published(self) -> bool:
        """Whether the month's figure is published still: the source may not hold any more what the
        measure looks at."""
        return self.now.numerator is not None

    @property
    def has_moved(self) -> bool:
        """Whether anything about it is not as published, were it only what it counts."""
        if not self.is_published:
            return False
        same = (self.published.numerator, self.published.denominator)
        return bool(self.causes) or same != (self.now.numerator, self.now.denominator)


@dataclass(frozen=True)
class Restatement:
    """What has moved in the month of a freeze. now_known_on: the last extract it was compared
    with; a month is compared as long as it is one of the last 25. nights_since: what became of the
    nights that it was made of."""

    la_code: str
    label: str
    month: date
    published_known_on: date
    now_known_on: date
    measures: tuple[Restated, ...]
    nights_since: tuple[str, ...]


def restatement(
    url: str, month: date, *, label: str | None = None, la_code: str | None = None
) -> Restatement:
    """What has moved in a month since it was frozen.

    label: of the freeze; default: the month's only one. Raises WrongUsage where there is none.
    """
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    with warehouse.reading() as session:
        label = _the_label(session, la_code, month, label)
        rows = session.rows(_RESTATEMENT, la_code=la_code, label=label)
        causes = _causes(session, la_code, label)
        since = nights_since(session, la_code, label)
    published, now = rows[0][:2]
    return Restatement(
        la_code, label, month, published, now,
        tuple(_restated(month, row[2:], causes.get(row[2], {})) for row in rows), tuple(since),
    )  # fmt: skip


def _causes(session: Session, la_code: str, label: str) -> dict[str, dict[str, int]]:
    """By measure, how many things each cause moved, in the order of causes."""
    rows = session.rows(
        "select measure, cause, changed_rule, count(*) from report.restated_subject "
        "where la_code = :la_code and label = :label group by measure, cause, changed_rule",
        la_code=la_code,
        label=label,
    )
    found: dict[str, dict[str, int]] = {}
    for measure, cause, rule, moved in sorted(
        rows, key=lambda row: (CAUSES.index(row[1]), row[2] or "")
    ):
        found.setdefault(measure, {})[_in_words(cause, rule)] = moved
    return found


def _in_words(cause: str, changed_rule: str | None) -> str:
    """The cause, and which rule it was that changed."""
    return f"{cause} ({changed_rule})" if changed_rule else cause


def moved_subjects(url: str, found: Restatement, measure: str) -> list[tuple[str, str, str, str]]:
    """What moved in one measure of a restatement: id, cause, which names a changed rule, and its
    place then and now, in words.

    Raises WrongUsage where there is no such measure.
    """
    known = [restated.measure for restated in found.measures]
    if measure not in known:
        raise WrongUsage(
            f"There is no measure '{measure}'{nearest(measure, known)}.",
            where="measure",
            means="Nothing was changed.",
            next="docs/reference/measures.md describes each.",
        )
    with existing_warehouse(url).reading() as session:
        rows = session.rows(
            "select subject_id, cause, changed_rule, was_in_numerator, was_in_denominator, "
            "is_in_numerator, is_in_denominator from report.restated_subject "
            "where la_code = :la_code and label = :label and measure = :measure "
            "order by cause, changed_rule, subject_id",
            la_code=found.la_code, label=found.label, measure=measure,
        )  # fmt: skip
    return [
        (subject, _in_words(cause, rule), _place(*row[:2]), _place(*row[2:]))
        for subject, cause, rule, *row in rows
    ]


def _place(in_numerator: int | None, in_denominator: int | None) -> str:
    if in_numerator is None:
        return "not counted"
    if in_denominator is None:
        return "counted"
    return "counts for" if in_numerator else "counts against"


def _the_label(session: Session, la_code: str, month: date, asked: str | None) -> str:
    rows = session.rows(
        "select label from report.frozen_month where la_code = :la_code and month = :month "
        "order by frozen_at",
        la_code=la_code,
        month=month,
    )
    there = [label for (label,) in rows]
    if asked in there or (asked is None and len(there) == 1):
        return asked or there[0]
    raise WrongUsage(
        f"{month:%B %Y} has no freeze{' of that label' if there and asked else ''}."
        if asked or not there
        else f"{month:%B %Y} has several freezes.",
        where=f"authority {la_code}",
        means="Nothing was changed.",
        next=f"Say which with --label: {'; '.join(there)}."
        if there
        else f"Freeze it first: `csc-etl freeze {month:%Y-%m}`.",
    )


_RESTATEMENT = """
select published_known_on, now_known_on, measure, published_numerator, published_denominator,
    published, now_numerator, now_denominator, now, difference
from report.restatement
where la_code = :la_code and label = :label
order by measure
"""


def _restated(month: date, row: tuple[Any, ...], causes: dict[str, int]) -> Restated:
    measure, published, now, difference = row[0], row[1:4], row[4:7], row[7]
    return Restated(
        measure,
        Figure(measure, month, *published),
        Figure(measure, month, *now),
        difference,
        causes,
    )
