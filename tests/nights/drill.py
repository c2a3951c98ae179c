"""What figures count, one by one, beside the figures."""

from __future__ import annotations

from typing import Any

from nights.loading import ask

# The last 13 months of each authority's latest figures, as far back as it publishes.
_FIGURES = """
select figure.la_code, figure.month, figure.measure, figure.numerator, case
    when measure.unit in ('percent', 'per_worker') then figure.denominator end as denominator
from report.monthly_measure as figure
join report.measure as measure on measure.measure = figure.measure
join report.last_extract as last_extract on last_extract.la_code = figure.la_code
join warehouse.dim_date as calendar on calendar.date = last_extract.extract_date
where figure.label = 'latest'
and figure.month >= cast(calendar.month_start - interval '13 months' as date)
"""
# A percentage of nothing has the denominator 0; a count has none.
_SUMS = """
select subject.la_code, subject.month, subject.measure, sum(in_numerator) as numerator,
    sum(in_denominator) as denominator, count(*) as rows,
    count(distinct subject_id) as subjects
from report.measure_subject as subject
group by subject.la_code, subject.month, subject.measure
"""
_DIFFERING = f"""
select coalesce(figure.la_code, counted.la_code), coalesce(figure.month, counted.month),
    coalesce(figure.measure, counted.measure)
from ({_FIGURES}) as figure
full join ({_SUMS}) as counted
    on counted.la_code = figure.la_code and counted.month = figure.month
    and counted.measure = figure.measure
where figure.measure is null
or figure.numerator <> coalesce(counted.numerator, 0)
or figure.denominator <> coalesce(counted.denominator, 0)
or (figure.denominator is null) <> (counted.denominator is null) and counted.rows is not null
or counted.rows <> counted.subjects
order by 1, 2, 3
"""


def figures_that_differ(url: str) -> list[tuple[Any, ...]]:
    """Authority, month and measure of each latest figure of the last 13 months that is not the sum
    of what it counts, or counts a thing twice; and of what is counted for no such figure."""
    return ask(url, _DIFFERING)
