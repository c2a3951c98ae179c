"""What has moved since a freeze: each thing that entered, left or changed its place in a figure,
with its cause, and how many of each cause are behind a figure's difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from etl.publish.causes import CAUSES, find_candidates
from etl.publish.counting import Counting


def restate(counting: Counting, records: Mapping[str, Sequence[str | None]]) -> None:
    """Write ``report.restatement`` and ``report.restated_subject`` anew for the freezes of the
    months that were counted, as known on the authority's last extract.

    records: by timescale, where it comes from (see ``causes.Records``).
    """
    session = counting.session
    values: dict[str, Any] = {
        "la_code": counting.la_code, "now": counting.known_on, "first": counting.first,
        "last": counting.last,
    }  # fmt: skip
    for table in ("restatement", "restated_subject"):
        session.run(
            f"delete from report.{table} where la_code = :la_code "
            "and month between :first and :last",
            **values,
        )
    frozen = session.rows(
        "select 1 from report.frozen_month "
        "where la_code = :la_code and month between :first and :last",
        **values,
    )
    if not frozen:
        return
    for table in ("moved", "moved_child"):
        session.run(f"drop table if exists {table}")
    session.run(_MOVED.format(counted=counting.counted, figure=counting.figure), **values)
    session.run(_MOVED_CHILD)
    find_candidates(counting, records)
    session.run(_RESTATED_SUBJECT.format(measure=counting.measure), **values)
    session.run(_RESTATEMENT.format(figure=counting.figure), **values)


# What a figure counted then and counts now, where the two differ. Of one that is not published any
# more, as the source no longer holds all that it looks at, nothing is known to have moved.
_MOVED = """
create temporary table moved as
select
    then_or_now.*,
    coalesce(child_then.is_merged, false) <> coalesce(child_now.is_merged, false)
        as is_merged_since,
    child_then.died_date as was_died_date, child_now.died_date as is_died_date
from (
    select
        frozen.label, frozen.month, frozen.known_on,
        coalesce(was.measure, now.measure) as measure,
        coalesce(was.subject_id, now.subject_id) as subject_id,
        coalesce(was.child_key, now.child_key) as child_key,
        coalesce(now.team_key, was.team_key) as team_key,
        was.in_numerator as was_in_numerator, was.in_denominator as was_in_denominator,
        now.in_numerator as is_in_numerator, now.in_denominator as is_in_denominator
    from (
        select label, measure, subject_id, child_key, team_key, in_numerator, in_denominator
        from report.frozen_subject as frozen
        where la_code = :la_code and month between :first and :last
        and exists (
            select 1 from {figure} as figure
            where figure.measure = frozen.measure and figure.month = frozen.month
        )
    ) as was
    full join (
        select frozen.label, counted.measure, counted.subject_id, counted.child_key,
            counted.team_key, counted.in_numerator, counted.in_denominator
        from {counted} as counted
        join report.frozen_month as frozen
            on frozen.la_code = :la_code and frozen.month = counted.month
    ) as now
        on now.label = was.label and now.measure = was.measure
        and now.subject_id = was.subject_id
    join report.frozen_month as frozen
        on frozen.la_code = :la_code and frozen.label = coalesce(was.label, now.label)
    where was.in_numerator is distinct from now.in_numerator
    or was.in_denominator is distinct from now.in_denominator
) as then_or_now
left join warehouse.dim_child as child_then
    on child_then.child_key = then_or_now.child_key
    and child_then.known_from <= then_or_now.known_on
    and then_or_now.known_on < child_then.known_to
left join warehouse.dim_child as child_now
    on child_now.child_key = then_or_now.child_key
    and child_now.known_from <= :now and :now < child_now.known_to
"""
_MOVED_CHILD = """
create temporary table moved_child as
select distinct known_on, child_key from moved
"""


# The record itself says most, in what is its own; then what changed about the child; then what the
# record says of others. Of what was owed, the last whose clock had started by the month's end. Else
# the measure counts otherwise, or may do so where the freeze kept no hash of it; or all that is
# known is that the thing came or went.
_RESTATED_SUBJECT = """
insert into report.restated_subject
    (la_code, label, measure, subject_id, month, cause, changed_rule, child_key, team_key,
    was_in_numerator, was_in_denominator, is_in_numerator, is_in_denominator)
with reason as (
    select distinct on (moved.label, moved.measure, moved.subject_id)
        moved.label, moved.measure, moved.subject_id, candidate.cause, candidate.changed_rule
    from moved
    join warehouse.dim_date as calendar on calendar.date = moved.month
    join candidate
        on candidate.measure = moved.measure and candidate.known_on = moved.known_on
        and candidate.child_key = moved.child_key
        and (candidate.since is null or candidate.since <= calendar.month_end)
    order by moved.label, moved.measure, moved.subject_id,
        case when candidate.is_of_others then 2 else 0 end
            + case when candidate.id = moved.subject_id then 0 else 1 end,
        candidate.since desc nulls last, candidate.preference, candidate.changed_rule
),
told as (
    select moved.*, reason.changed_rule, case
        when moved.is_merged_since then 'merged child'
        when moved.is_in_numerator is null
            and moved.is_died_date < cast(moved.month + interval '1 month' as date)
            and moved.was_died_date is distinct from moved.is_died_date
            then case when moved.was_died_date is null then 'recorded late'
                else 'corrected date' end
        when reason.cause is not null then reason.cause
        when coalesce(published.definition_sha256 <> definition.definition_sha256, true)
            then 'changed rule'
        when moved.was_in_numerator is null then 'added'
        when moved.is_in_numerator is null then 'removed'
        else 'changed status'
    end as cause
    from moved
    left join report.monthly_measure as published
        on published.la_code = :la_code and published.label = moved.label
        and published.measure = moved.measure and published.month = moved.month
    left join {measure} as definition on definition.measure = moved.measure
    left join reason
        on reason.label = moved.label and reason.measure = moved.measure
        and reason.subject_id = moved.subject_id
)
select :la_code, label, measure, subject_id, month, cause,
    case when cause = 'changed rule' then coalesce(changed_rule, measure) end, child_key,
    team_key, was_in_numerator, was_in_denominator, is_in_numerator, is_in_denominator
from told
"""
_COUNTS = ", ".join(
    f"count(case when cause = '{cause}' then 1 end) as {cause.replace(' ', '_')}"
    for cause in CAUSES
)
_CAUSE_COLUMNS = [cause.replace(" ", "_") for cause in CAUSES]
_RESTATEMENT = f"""
insert into report.restatement
    (la_code, label, measure, month, published_known_on, published_numerator,
    published_denominator, published, now_known_on, now_numerator, now_denominator, now,
    difference, {", ".join(_CAUSE_COLUMNS)})
select :la_code, published.label, published.measure, published.month, published.known_on,
    published.numerator, published.denominator, published.value, :now, figure.numerator,
    figure.denominator, figure.value,
    figure.value - published.value,
    {", ".join(f"coalesce(why.{name}, 0)" for name in _CAUSE_COLUMNS)}
from report.monthly_measure as published
join report.frozen_month as frozen
    on frozen.la_code = published.la_code and frozen.label = published.label
left join {{figure}} as figure
    on figure.measure = published.measure and figure.month = published.month
left join (
    select label, measure, {_COUNTS}
    from report.restated_subject
    where la_code = :la_code
    group by label, measure
) as why
    on why.label = published.label and why.measure = published.measure
where published.la_code = :la_code and published.month between :first and :last
"""
