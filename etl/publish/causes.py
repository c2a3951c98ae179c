"""Why things moved in a figure: what changed, since the extract of a freeze, in the versions of the
records behind them.

A cause is looked for in three places: in the columns of records that the measure reads; in what is
owed, which changes with the records that it is worked out from, with its rule or the calendar, or
with what was owed before it; and, last, in the rest of what the measure reads about the child.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from etl.contracts.contract import Column, Kind, Table
from etl.contracts.register import FACTS
from etl.contracts.timescale_obligation import TIMESCALE_OBLIGATION
from etl.publish.as_known import FACT_OF
from etl.publish.counting import Counting
from etl.publish.measures import Measure
from etl.warehouse.keys import content_columns, version_key

# In the order in which one is preferred where a thing has several.
CAUSES = ("merged child", "changed rule", "corrected date", "recorded late", "changed status",
          "added", "removed")  # fmt: skip
# What a changed rule is called that is no timescale's own: the bank holidays.
CALENDAR = "calendar"
# A change of the record as a whole, not of a column: it came, went, or is of another child.
_WHOLE = ""
_FAMILY = "family_key"


class Records(NamedTuple):
    """Where a timescale comes from: the fact table and id column of its subject, the columns in
    which its clock starts and ends, and the table, id column and day of what meets it."""

    subject_table: str
    subject_id_column: str
    starts: str
    ends: str | None
    event_table: str
    event_id_column: str
    event_day: str


def find_candidates(counting: Counting, records: Mapping[str, Sequence[str | None]]) -> None:
    """Make ``candidate``, of the children in ``moved_child`` (known_on, child_key): what may be why
    a measure moved (measure, known_on, child_key, id, since, is_of_others, cause, changed_rule,
    preference).

    id: under which the measure may count it. since: of what is owed, when the clock started.
    changed_rule: the timescale whose rule changed, or the calendar. records: by timescale, in the
    order of ``Records``.
    """
    session, of = counting.session, {name: Records._make(each) for name, each in records.items()}
    for name in ("change", "record", "owed_change", "candidate", "measure_reads"):
        session.run(f"drop table if exists {name}")
    session.stage("measure_reads", _what_they_read(counting.measures))
    session.stage("record", _as_table(of))
    session.run(
        "create temporary table change (known_on date, child_key bigint, fact text, "
        "id_column text, id text, was_day date, is_day date, column_name text, "
        "is_of_others boolean, cause text)"
    )
    asked = {"la_code": counting.la_code, "now": counting.known_on}
    for table in FACTS:
        if table.is_conformed:
            session.run(_changes_of(table, of.values()), **asked)
    for name in ("moved_child", "change"):
        session.run(f"analyze {name}")  # else PostgreSQL plans for tables of a few rows
    session.run(_owed_changes(), **asked)
    session.run(_CANDIDATES)


def _what_they_read(every: Iterable[Measure]) -> pa.Table:
    """measure, fact, timescale (of what is owed), column_name: what may move a measure."""
    rows = []
    for measure in every:
        for fact, columns in facts_read(measure).items():
            if fact is TIMESCALE_OBLIGATION:
                named = [(timescale, _WHOLE) for timescale in measure.timescales]
            else:
                named = [("", name) for name in (*columns, _WHOLE)]
            rows += [(measure.measure, fact.warehouse, *each) for each in named]
    names = ("measure", "fact", "timescale", "column_name")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def facts_read(measure: Measure) -> dict[Table, set[str]]:
    """The facts that a measure reads, each with those of its columns that a cause is looked for
    in."""
    return {
        fact: columns & {*(column.name for column in fact.stored_columns), _FAMILY}
        for view, columns in measure.reads.items()
        if (fact := FACT_OF.get(view))
    }


def _as_table(records: Mapping[str, Records]) -> pa.Table:
    """timescale, and what is known of each."""
    rows = [{"timescale": timescale, **each._asdict()} for timescale, each in records.items()]
    names = ("timescale", *Records._fields)
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in names]))


def _both_sides(table: Table) -> str:
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


def _changes_of(table: Table, records: Iterable[Records]) -> str:
    """SQL that adds the changes of a table's records to ``change``: one for each column, or for the
    record as a whole, under each id that the record has."""
    key = table.key[0]
    ids = [
        column.name
        for column in table.stored_columns
        if column.kind is Kind.ID and column.name != "team_id"
    ]
    # One day places an event, whichever timescale it is for.
    days = sorted({each.event_day for each in records if each.event_table == table.warehouse})
    was_day, is_day = (f"{side}_{days[0]}" if days else "cast(null as date)"
                       for side in ("was", "is"))  # fmt: skip
    whole = f"""
        case when is_{key} is null then 'removed' when was_{key} is null then 'added'
            when was_child_key <> is_child_key then 'merged child' end
    """
    causes = [
        f"('{_WHOLE}', false, {whole})",
        f"('{_FAMILY}', true, {_unlike(_FAMILY, key)})",
        *(
            f"('{column.name}', {str(column.of_others).lower()}, {_cause(column, key)})"
            for column in table.stored_columns
            if column.name != key
        ),
    ]
    each_id = ", ".join(f"('{name}', coalesce(was_{name}, is_{name}))" for name in ids)
    return f"""
        insert into change
        with both_sides as ({_both_sides(table)})
        select distinct known_on, child_key, '{table.warehouse}', id_column, id, {was_day},
            {is_day}, column_name, is_of_others, cause
        from both_sides
        cross join lateral (values {", ".join(causes)}) as each (column_name, is_of_others, cause)
        cross join lateral (values {each_id}) as named (id_column, id)
        where cause is not null and id is not null
    """


def _cause(column: Column, key: str) -> str:
    """SQL of why a column of a record that both sides know differs; null where it does not.

    A date after the extract of the freeze is as good as none: no month that was over knows it.
    """
    if column.kind is not Kind.DATE:
        return _unlike(column.name, key)
    was, now = (f"case when {side}_{column.name} <= known_on then {side}_{column.name} end"
                for side in ("was", "is"))  # fmt: skip
    return f"""
        case when was_{key} is null or is_{key} is null or ({was}) is not distinct from ({now})
            then null
            when was_{column.name} is null then 'recorded late' else 'corrected date' end
    """


def _unlike(name: str, key: str) -> str:
    return (
        f"case when was_{key} is not null and is_{key} is not null "
        f"and was_{name} is distinct from is_{name} then 'changed status' end"
    )


def _in_order(cause: str) -> str:
    """SQL of the place of a cause in the order of preference."""
    places = " ".join(f"when '{name}' then {place}" for place, name in enumerate(CAUSES))
    return f"case {cause} {places} end"


def _owed_changes() -> str:
    """SQL that makes ``owed_change``: why each of the children's obligations differs.

    What meets it says most, then the subject's own dates, then its rule, then what else is known
    of the subject and of what could meet it. An obligation whose start moved, or that came or went
    within a chain, follows from the one before it that changed.
    """
    return f"""
    create temporary table owed_change as
    with {_OTHER_RULES},
    both_sides as ({_both_sides(TIMESCALE_OBLIGATION)}),
    owed as ({_OWED}),
    reason as ({_REASONS}),
    own as ({_OWN})
    {_WITH_WHAT_FOLLOWS}
    """


_OF_AN_OBLIGATION = ("child_key", "started_date", "due_date", "done_date", "closed_date",
                     "first_recorded_date", "not_recorded_before")  # fmt: skip
_OWED = f"""
    select both_sides.known_on, child_key,
        coalesce(was_timescale, is_timescale) as timescale,
        coalesce(was_subject_id, is_subject_id) as subject_id,
        coalesce(was_sequence, is_sequence) as sequence,
        coalesce(was_started_date, is_started_date) as since,
        was_child_key, is_child_key, was_sequence, is_sequence, was_started_date,
        is_started_date, was_due_date, is_due_date, was_done_date, is_done_date,
        was_closed_date, is_closed_date,
        coalesce(was_timescale_key <> is_timescale_key or standard.is_other, false)
            as has_other_rule,
        other_rules.known_on is not null and coalesce(standard.is_unknown, true)
            as may_have_other_rule,
        other_rules.known_on is not null and is_allowance like '%working day%'
            and coalesce(was_allowance = is_allowance, true) as may_have_other_calendar
    from both_sides
    left join other_rules on other_rules.known_on = both_sides.known_on
    left join standard
        on standard.known_on = both_sides.known_on
        and standard.timescale_key = coalesce(was_timescale_key, is_timescale_key)
    where {" or ".join(f"was_{n} is distinct from is_{n}" for n in _OF_AN_OBLIGATION)}
"""
# Whether the nights of then and now had other rules or another calendar: they keep one hash of
# both. And of each standard whether its rule is another, by the hash of what alone moves what is
# owed under it; where an earlier release kept none, the words of its allowance may tell; if they
# do not, it is unknown.
_OTHER_RULES = """
    known as (select distinct known_on from moved_child),
    other_rules as (
        select known.known_on
        from known
        join audit.load_run as run
            on run.la_code = :la_code and run.status = 'loaded'
            and run.extract_date in (known.known_on, :now)
        group by known.known_on
        having count(distinct coalesce(run.rules_sha256, '')) > 1
    ),
    standard as (
        select known.known_on, every.timescale_key,
            case
                when was.timescale_key is null or now.timescale_key is null then true
                when was.rule_sha256 is null or now.rule_sha256 is null
                    then coalesce(was.allowance <> now.allowance, false)
                        or coalesce(was.counting <> now.counting, false)
                else was.rule_sha256 <> now.rule_sha256
            end as is_other,
            was.rule_sha256 is null or now.rule_sha256 is null as is_unknown
        from known
        cross join (
            select distinct timescale_key from warehouse.dim_timescale where la_code = :la_code
        ) as every
        left join warehouse.dim_timescale as was
            on was.timescale_key = every.timescale_key
            and was.known_from <= known.known_on and known.known_on < was.known_to
        left join warehouse.dim_timescale as now
            on now.timescale_key = every.timescale_key
            and now.known_from <= :now and :now < now.known_to
    )
"""
_REASONS = f"""
    select known_on, child_key, timescale, subject_id, sequence, 0 as place,
        'merged child' as cause, cast(null as text) as changed_rule
    from owed where was_child_key <> is_child_key
    union all
    select known_on, child_key, timescale, subject_id, sequence, 0, 'changed rule',
        case when has_other_rule then timescale else '{CALENDAR}' end
    from owed
    where (has_other_rule or may_have_other_calendar)
    and was_started_date = is_started_date and was_due_date <> is_due_date
    union all
    select owed.known_on, owed.child_key, timescale, owed.subject_id, sequence,
        case when was_day = was_done_date or is_day = is_done_date then 1 else 5 end,
        case when cause = 'added' and is_day = is_done_date then 'recorded late' else cause end,
        null
    from owed
    join record using (timescale)
    join change
        on change.known_on = owed.known_on and change.child_key = owed.child_key
        and change.fact = event_table and change.id_column = event_id_column
        and change.id = owed.subject_id
    where not (is_of_others and (was_day = was_done_date or is_day = is_done_date))
    union all
    select owed.known_on, owed.child_key, timescale, owed.subject_id, sequence,
        case when column_name in ('', starts, ends) then 2 else 4 end, cause, null
    from owed
    join record using (timescale)
    join change
        on change.known_on = owed.known_on and change.child_key = owed.child_key
        and change.fact = subject_table and change.id_column = subject_id_column
        and change.id = owed.subject_id
    where column_name in ('', starts, ends) or cause = 'changed status'
    union all
    select known_on, child_key, timescale, subject_id, sequence,
        case when has_other_rule then 3 else 6 end, 'changed rule', timescale
    from owed where has_other_rule or may_have_other_rule
    union all
    select known_on, child_key, timescale, subject_id, sequence, 7, case
        when was_done_date is null and is_done_date <= known_on then 'recorded late'
        when was_closed_date is null and is_closed_date <= known_on then 'recorded late'
        else 'changed status'
    end, null
    from owed
"""
_OWN = f"""
    select distinct on (owed.known_on, owed.child_key, owed.timescale, owed.subject_id,
        owed.sequence)
        owed.*, owed.sequence > 1 and (was_sequence is null or is_sequence is null
            or was_started_date <> is_started_date) as is_following,
        reason.cause, reason.changed_rule
    from owed
    join reason using (known_on, child_key, timescale, subject_id, sequence)
    order by owed.known_on, owed.child_key, owed.timescale, owed.subject_id, owed.sequence,
        reason.place, {_in_order("reason.cause")}
"""
_WITH_WHAT_FOLLOWS = """
    select distinct on (own.known_on, own.child_key, own.timescale, own.subject_id, own.sequence)
        own.known_on, own.child_key, own.timescale, own.subject_id, own.sequence, own.since,
        own.was_started_date, own.is_started_date, coalesce(earlier.cause, own.cause) as cause,
        case when earlier.cause is null then own.changed_rule else earlier.changed_rule end
            as changed_rule
    from own
    left join own as earlier
        on own.is_following and not earlier.is_following
        and earlier.known_on = own.known_on and earlier.child_key = own.child_key
        and earlier.timescale = own.timescale and earlier.subject_id = own.subject_id
        and earlier.sequence < own.sequence
    order by own.known_on, own.child_key, own.timescale, own.subject_id, own.sequence,
        earlier.sequence desc nulls last
"""
_CANDIDATES = f"""
create temporary table candidate as
with found as (
    select known_on, fact, '' as timescale, child_key, id, column_name,
        cast(null as date) as since, is_of_others, cause, cast(null as text) as changed_rule
    from change
    union all
    select known_on, '{TIMESCALE_OBLIGATION.warehouse}', timescale, child_key, id, '', since,
        false, cause, changed_rule
    from owed_change
    cross join lateral (
        values (subject_id), (subject_id || '-' || cast(was_started_date as text)),
            (subject_id || '-' || cast(is_started_date as text))
    ) as named (id)
    where id is not null
)
select distinct measure_reads.measure, found.known_on, found.child_key, found.id, found.since,
    found.is_of_others, found.cause, found.changed_rule, {_in_order("found.cause")} as preference
from found
join measure_reads
    on measure_reads.fact = found.fact and measure_reads.timescale = found.timescale
    and measure_reads.column_name = found.column_name
"""
