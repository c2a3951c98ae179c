"""What has moved since it was published: of every month of the report that was frozen before."""

from __future__ import annotations

from collections.abc import Mapping

from etl.publish.counting import Counting
from etl.report.asked import Asked
from etl.report.outline import SECTION_OF
from etl.report.record import COUNTED, MISSING, NOT_COMPARABLE, Point, Restated, Series


def restated_of(
    counting: Counting, asked: Asked, series: Mapping[str, Series]
) -> tuple[Restated, ...]:
    """The figures that moved, the newest month first, in the order of the sections."""
    causes = _causes(counting, asked)
    order = {measure: place for place, measure in enumerate(SECTION_OF)}
    labels = dict(counting.session.rows(_LABELS, **asked.values))
    found = [
        Restated(
            measure=one.measure,
            month=point.month,
            label=labels[point.month],
            published_on=point.published.known_on,
            published=Point(
                point.month,
                point.published.numerator,
                point.published.denominator,
                COUNTED if point.published.numerator is not None else MISSING,
            ),
            now=point,
            causes=None if causes is None else causes.get((one.measure, labels[point.month]), {}),
        )
        for one in series.values()
        if one.measure in order
        for point in one.points
        if point.published and point.state != NOT_COMPARABLE
    ]
    return tuple(sorted(found, key=lambda one: (-one.month.toordinal(), order[one.measure])))


_LABELS = """
select distinct on (month) month, label
from report.frozen_month
where la_code = :la_code and known_on < :known_on and month between :first and :month
order by month, known_on desc, frozen_at desc
"""


def _causes(counting: Counting, asked: Asked) -> dict[tuple[str, str], dict[str, int]] | None:
    """By measure and freeze, how many of each cause; None where the report is known on another day
    than the last extract's, on which alone the warehouse tells them."""
    session = counting.session
    [(last,)] = session.rows(
        "select max(extract_date) from report.last_extract where la_code = :la_code",
        la_code=asked.la_code,
    )
    if last != asked.known_on:
        return None
    rows = session.rows(
        "select measure, label, cause, count(*) from report.restated_subject "
        "where la_code = :la_code group by measure, label, cause order by count(*) desc, cause",
        la_code=asked.la_code,
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for measure, label, cause, moved in rows:
        found.setdefault((measure, label), {})[cause] = moved
    return found
