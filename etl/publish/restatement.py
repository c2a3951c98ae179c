"""What has moved since a freeze, and why: each thing that entered, left or changed its place in a
figure is traced to the versions of the records behind it, as known then and as known now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from etl.contracts.contract import Kind, Table
from etl.contracts.register import FACTS
from etl.contracts.timescale_obligation import TIMESCALE_OBLIGATION
from etl.publish.measures import Measure, definitions_sha256
from etl.warehouse import Session
from etl.warehouse.schema import content_columns, version_key

# In the order in which one is preferred where a thing has several.
CAUSES = ("merged child", "changed rule", "corrected date", "recorded late", "changed status",
          "added", "removed")  # fmt: skip
_READS = re.compile(r"\bwarehouse\.(fact_\w+)")
_OF_TIMESCALE = re.compile(r"\btimescale = '(\w+)'")
OBLIGATION = "fact_timescale_obligation"
# Follows from another obligation of its chain that changed: that one's cause is its own.
FOLLOWS = "follows"


class Event(NamedTuple):
    """Where what meets a timescale is: a fact table, its columns of the subject and of the day."""

    table: str
    subject: str
    day: str


Events = Mapping[str, Event]


def restate(
    session: Session,
    la_code: str,
    every: list[Measure],
    events: Events,
    *,
    now: date,
    first: date,
    last: date,
) -> None:
    """Write ``report.restatement`` and ``report.restated_subject`` anew for the freezes of the
    months from ``first`` to ``last``, which ``figures.count`` has just counted as known on ``now``,
    the authority's last extract.

    events: by timescale, where what meets it is.
    """
    values: dict[str, Any] = {
        "la_code": la_code, "now": now, "first": first, "last": last,
        "definitions_sha256": definitions_sha256(every),
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
    for table in ("moved", "moved_child", "change", "chain_change", "candidate", "measure_reads"):
        session.run(f"drop table if exists {table}")
    session.run(_MOVED, **values)
    session.run(_MOVED_CHILD)
    session.stage("measure_reads", _what_they_read(every))
    _find_changes(session, events, values)
    session.run(_RESTATED_SUBJECT, **values)
    session.run(_RESTATEMENT, **values)


def _what_they_read(every: list[Measure]) -> pa.Table:
    """measure, fact, timescale (of obligations): whose versions may move a measure."""
    rows = []
    for measure in every:
        timescales = (
            {measure.timescale} if measure.timescale else _OF_TIMESCALE.findall(measure.sql)
        )
        for fact in set(_READS.findall(measure.sql)):
            rows += [
                {"measure": measure.measure, "fact": fact, "timescale": timescale}
                for timescale in (timescales if fact == OBLIGATION else [""])
            ]
    names = ("measure", "fact", "timescale")
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in names]))


# What a figure counted then and counts now, where the two differ.
_MOVED = """
create temporary table moved as
select
    then_or_now.*,
    coalesce(child_then.is_merged, false) <> coalesce(child_now.is_merged, false)
        as is_merged_since
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
        from report.frozen_subject
        where la_code = :la_code and month between :first and :last
    ) as was
    full join (
        select frozen.label, counted.measure, counted.subject_id, counted.child_key,
            counted.team_key, counted.in_numerator, counted.in_denominator
        from counted
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


def _find_changes(session: Session, events: Events, values: dict[str, Any]) -> None:
    """Make ``candidate``: what changed about the children concerned, by each id it may be found
    under (known_on, fact, child_key, id, cause)."""
    session.run(
        "create temporary table change (known_on date, fact text, child_key bigint, "
        "was_day date, id text, cause text)"
    )
    for table in FACTS:
        if table.is_conformed:
            session.run(_changes_of(table, events), **values)
    session.run(_chain_changes(events), **values)
    session.run(_CANDIDATES)


def _both(table: Table) -> str:
    """SQL of the versions of the children's rows then and now: one row for each that either
    knows, the columns of then prefixed ``was_``, of now ``is_``."""
    fact, key = f"warehouse.{table.warehouse}", version_key(table)
    same = " and ".join(f"now.{name} = was.{name}" for name in key)
    listed = ", ".join(
        f"was.{name} as was_{name}, now.{name} as is_{name}" for name in content_columns(table)
    )
    then_known = "was.known_from <= moved_child.known_on and moved_child.known_on < was.known_to"
    now_known = "now.known_from <= :now and :now < now.known_to"
    return f"""
        select moved_child.known_on, moved_child.child_key, {listed}
        from moved_child
        join {fact} as was on was.child_key = moved_child.child_key and {then_known}
        left join {fact} as now on {same} and now.la_code = :la_code and {now_known}
        where was.la_code = :la_code
        union all
        select moved_child.known_on, moved_child.child_key, {listed}
        from moved_child
        join {fact} as now on now.child_key = moved_child.child_key and {now_known}
        left join {fact} as was on {same} and was.la_code = :la_code and {then_known}
        where now.la_code = :la_code and was.child_key is distinct from moved_child.child_key
    """


def _changes_of(table: Table, events: Events) -> str:
    """SQL that adds what changed in a table of records to ``change``, once for each id."""
    columns = table.stored_columns
    dates = [column.name for column in columns if column.kind is Kind.DATE]
    ids = [column.name for column in columns if column.kind is Kind.ID and column.name != "team_id"]
    key = table.key[0]
    days = {event.day for event in events.values() if event.table == table.warehouse}
    day = days.pop() if len(days) == 1 else None
    cause = f"""
        case
            when is_{key} is null then 'removed'
            when was_{key} is null then 'added'
            when was_child_key <> is_child_key then 'merged child'
            when {_any(dates, "was_{0} is not null and was_{0} is distinct from is_{0}")}
                then 'corrected date'
            when {_any(dates, "was_{0} is null and is_{0} <= known_on")} then 'recorded late'
            when {_any([c.name for c in columns], "was_{0} is distinct from is_{0}")}
                then 'changed status'
        end
    """
    parts = " union all ".join(
        f"select known_on, child_key, {f'was_{day}' if day else 'cast(null as date)'} as was_day, "
        f"coalesce(was_{name}, is_{name}) as id, {cause} as cause from both_sides"
        for name in ids
    )
    return f"""
        insert into change
        with both_sides as ({_both(table)})
        select distinct known_on, '{table.warehouse}', child_key, was_day, id, cause
        from ({parts}) as found
        where cause is not null and id is not null
    """


def _any(columns: list[str], condition: str) -> str:
    return " or ".join(f"({condition.format(name)})" for name in columns) or "false"


def _chain_changes(events: Events) -> str:
    """SQL that makes ``chain_change``: what changed among the obligations of the children.

    An obligation whose start moved, or that came or went within a chain, follows from the one
    before it that changed.
    """
    its_events = " ".join(
        f"when '{timescale}' then '{event.table}'" for timescale, event in events.items()
    )
    return f"""
    create temporary table chain_change as
    with both_sides as ({_both(TIMESCALE_OBLIGATION)}),
    known as (
        select both_sides.*,
            coalesce(was_timescale, is_timescale) as timescale,
            coalesce(was_subject_id, is_subject_id) as subject_id,
            coalesce(was_sequence, is_sequence) as sequence,
            frozen.rules_sha256 is distinct from run.rules_sha256
            or frozen.authority_sha256 is distinct from run.authority_sha256 as has_other_rules
        from both_sides
        join (
            select known_on, min(rules_sha256) as rules_sha256,
                min(authority_sha256) as authority_sha256
            from report.frozen_month
            where la_code = :la_code
            group by known_on
        ) as frozen
            on frozen.known_on = both_sides.known_on
        join audit.load_run as run
            on run.la_code = :la_code and run.extract_date = :now and run.status = 'loaded'
    )
    select known_on, child_key, timescale, subject_id, sequence, case
        when is_sequence is null or was_sequence is null
            then case when sequence > 1 then '{FOLLOWS}'
                when is_sequence is null then 'removed' else 'added' end
        when was_child_key <> is_child_key then 'merged child'
        when was_started_date <> is_started_date
            then case when sequence > 1 then '{FOLLOWS}' else 'corrected date' end
        when was_due_date <> is_due_date
            then case when has_other_rules or was_timescale_key <> is_timescale_key
                then 'changed rule' else 'changed status' end
        when was_done_date is null and is_done_date is not null then 'recorded late'
        when was_done_date is distinct from is_done_date then coalesce((
            select min(change.cause) from change
            where change.known_on = known.known_on and change.id = known.subject_id
            and change.child_key = known.child_key and change.was_day = known.was_done_date
            and change.fact = case known.timescale {its_events} end
        ), 'recorded late')
        when was_closed_date is null and is_closed_date <= known_on then 'recorded late'
        when was_closed_date is not null and was_closed_date is distinct from is_closed_date
            then 'corrected date'
        else 'changed status'
    end as cause
    from known
    where {_any(_OF_AN_OBLIGATION, "was_{0} is distinct from is_{0}")}
    """


_OF_AN_OBLIGATION = ["child_key", "started_date", "due_date", "done_date", "closed_date",
                     "first_recorded_date"]  # fmt: skip
_CANDIDATES = f"""
create temporary table candidate as
with resolved as (
    select known_on, child_key, timescale, subject_id, sequence, case
        when cause <> '{FOLLOWS}' then cause
        else coalesce((
            select earlier.cause from chain_change as earlier
            where earlier.known_on = chain_change.known_on
            and earlier.timescale = chain_change.timescale
            and earlier.subject_id = chain_change.subject_id
            and earlier.sequence < chain_change.sequence and earlier.cause <> '{FOLLOWS}'
            order by earlier.sequence desc
            limit 1
        ), 'changed status')
    end as cause
    from chain_change
),
found as (
    select known_on, fact, '' as timescale, child_key, id, cause from change
    union all
    select known_on, '{OBLIGATION}', timescale, child_key, subject_id, cause from resolved
    union all
    select known_on, '{OBLIGATION}', timescale, child_key,
        subject_id || '-' || cast(sequence as text), cause
    from resolved
)
select measure_reads.measure, found.known_on, found.child_key, found.id, found.cause,
    case found.cause {" ".join(f"when '{cause}' then {n}" for n, cause in enumerate(CAUSES))}
    end as preference
from found
join measure_reads
    on measure_reads.fact = found.fact and measure_reads.timescale = found.timescale
"""
# The record itself says most; else what changed about the child; else that the software counts
# otherwise; else only that the thing came or went.
_OF_THE_CHILD = """
    select candidate.cause from candidate
    where candidate.measure = moved.measure and candidate.known_on = moved.known_on
    and candidate.child_key = moved.child_key
"""
_RESTATED_SUBJECT = f"""
insert into report.restated_subject
    (la_code, label, measure, subject_id, month, cause, child_key, team_key, was_in_numerator,
    was_in_denominator, is_in_numerator, is_in_denominator)
select :la_code, label, measure, subject_id, month, case
        when is_merged_since then 'merged child'
        else coalesce(
            ({_OF_THE_CHILD} and candidate.id = moved.subject_id order by preference limit 1),
            ({_OF_THE_CHILD} order by preference limit 1),
            (
                select 'changed rule' from report.frozen_month as frozen
                where frozen.la_code = :la_code and frozen.label = moved.label
                and frozen.definitions_sha256 <> :definitions_sha256
            ),
            case when was_in_numerator is null then 'added'
                when is_in_numerator is null then 'removed' else 'changed status' end
        )
    end as cause, child_key, team_key, was_in_numerator, was_in_denominator, is_in_numerator,
    is_in_denominator
from moved
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
left join figure
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
