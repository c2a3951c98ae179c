"""Loads what was derived into the star: keys for tokens, then versions, in the load's session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.authority import Authority
from etl.calendar.working_days import every_day
from etl.contracts.contract import DIMENSION_KEYS, Table
from etl.contracts.dimensions import (
    AUTHORITY,
    CODE,
    COMPARATOR,
    DATE,
    POPULATION,
    POPULATION_GROUP,
    PUBLICATION_STEP,
    TARGET,
)
from etl.contracts.frames import pandas_type, to_arrow
from etl.contracts.hand_overs import DERIVED, DERIVED_TABLES, GIVEN_KEYS, KEPT
from etl.contracts.register import (
    DIMENSIONS,
    FACTS,
    KEYED_DIMENSIONS,
    TIMESCALE_OBLIGATION,
)
from etl.errors import NOTHING_CHANGED, UnexpectedFault
from etl.load.changes import Changes, LastGiven, everything, last_given
from etl.load.national_codes import load_national_codes
from etl.load.versions import Versions, write_first_versions, write_versions
from etl.run import Run
from etl.warehouse import Session
from etl.warehouse.keys import (
    KEYS_IN_DIMENSIONS,
    LAST_FROZEN_KEY,
    OWN_KEYS,
    before_first_key,
    content_columns,
    key_columns,
    version_key,
)

_CURRENT = "known_to = date '9999-12-31'"


def load_star(
    session: Session,
    run: Run,
    authority: Authority,
    *,
    first_extract: date,
    last_run_id: str | None,
) -> dict[str, Versions]:
    """Every table of the star. Returns what came of each. Raises UnexpectedFault on an orphan.

    first_extract: the date of the authority's first load, tonight's if it is that. last_run_id: of
    the last load.
    """
    _load_dates(session)
    _stage_kept(session, run)
    done = {}
    known = last_given(run, last_run_id)
    for table in KEYED_DIMENSIONS:
        _assign_keys(session, run, table)
    for table in KEYED_DIMENSIONS:
        if last_run_id is None:
            done[table.name] = _load_first_members(session, run, table)
        else:
            done[table.name] = _load_members(session, run, table, known)
    for table, frame in _from_authority(authority):
        done[table.name] = _load_from_authority(session, run, table, frame)
    done[CODE.name] = load_national_codes(session, run)
    if last_run_id is None:
        done |= {table.name: _load_first(session, run, table) for table in FACTS}
    else:
        done |= _load_facts(session, run, known, first_extract)
    session.refresh_statistics(run.la_code)
    _check_no_orphan(session, run, done)
    return done


def _load_facts(
    session: Session, run: Run, known: LastGiven | None, first_extract: date
) -> dict[str, Versions]:
    """The facts of a later night. Which obligations to look at is known once the rest is loaded."""
    others = [table for table in FACTS if table is not TIMESCALE_OBLIGATION]
    found = {table.name: _changes(session, run, table, known) for table in others}
    _make_named(session, found.values())
    done = {}
    for table in FACTS:
        to_look_at = found.pop(table.name, None) or _changes(session, run, table, known)
        done[table.name] = _load_fact(session, run, table, to_look_at, first_extract)
    return done


def _make_named(session: Session, found: Iterable[Changes]) -> None:
    """Make ``named_<dimension>``: the keys of the members that the rows to look at name, where it
    is known which these are. Of few it is looking through all members, once for each fact, that
    costs."""
    rows = [each.rows for each in found if each.rows is not None]
    if not rows:
        return
    for key, (token, _) in DIMENSION_KEYS.items():
        name = key.removesuffix("_key")
        tokens = pa.concat_tables([each.select([token]) for each in rows])
        session.stage("token", tokens.group_by(token, use_threads=False).aggregate([]))
        named = f"select * from key_{name} where {token} in (select {token} from token)"
        session.make(f"named_{name}", named)
        session.drop("token")


def _changes(session: Session, run: Run, table: Table, known: LastGiven | None) -> Changes:
    """What of a fact's rows to look at: all of them also where what is gone is named by tokens that
    were made anew since, by another key."""
    derived = DERIVED_TABLES.of(run, table)
    if known is None:
        return everything(derived)
    is_dated = table is TIMESCALE_OBLIGATION and DERIVED_TABLES.rows(run, table)
    events = _events_of_tonight(session, run) if is_dated else None
    found = known.changes(table, derived, events)
    if found.gone and "child_token" in table.key:
        named = f"named_{table.name}"
        session.stage(named, found.gone.select(["child_token"]))
        is_of_another_key = session.rows(
            f"select 1 from {named} where child_token not in (select child_token "
            "from warehouse.dim_child where child_token is not null) limit 1"
        )
        session.drop(named)
        if is_of_another_key:
            return everything(derived)
    return found


def _load_dates(session: Session) -> None:
    """dim_date is the calendar file; it is written anew when the file has changed."""
    stored = session.rows("select count(*), sum(working_day_number) from warehouse.dim_date")[0]
    days = every_day()
    if tuple(stored) == (len(days), int(days["working_day_number"].sum())):
        return
    session.wait_for_shared()
    session.run("delete from warehouse.dim_date")
    session.stage("arriving_date", to_arrow(_dates(days), DATE.columns))
    columns = ", ".join(column.name for column in DATE.columns)
    session.run(f"insert into warehouse.dim_date ({columns}) select {columns} from arriving_date")


def _dates(days: pd.DataFrame) -> pd.DataFrame:
    day = days["date"]
    financial_month = (day.dt.month - 4) % 12 + 1
    april = day.dt.year - (day.dt.month < 4)
    return days.assign(
        year=day.dt.year,
        month_start=day.dt.to_period("M").dt.start_time,
        month_end=day.dt.to_period("M").dt.end_time.dt.normalize(),
        month_name=day.dt.month_name(),
        week_start=day - day.dt.day_of_week.to_numpy().astype("timedelta64[D]"),
        day_name=day.dt.day_name(),
        quarter=day.dt.quarter,
        financial_year=april.astype(str) + "/" + ((april + 1) % 100).astype(str).str.zfill(2),
        financial_quarter=(financial_month - 1) // 3 + 1,
        financial_month=financial_month,
        is_weekend=day.dt.day_of_week >= 5,
    )


def _assign_keys(session: Session, run: Run, table: Table) -> None:
    """Make ``key_<table>``: the key of each member of tonight, new ones after all others.

    A key once given to a token stays with it, also through times when the source lacks it, and
    where the night is loaded again. No key that a frozen figure names goes to anybody else. Each
    authority numbers within a range of its own, so that two loads at once give no key twice.
    """
    name, key = table.name, OWN_KEYS[table.name]
    named = ", ".join(table.key)
    match = " and ".join(f"known.{column} = arriving.{column}" for column in table.key)
    session.stage_file(f"derived_{name}", DERIVED_TABLES.of(run, table))
    session.stage(f"given_{name}", _keys_given_before(run, table))
    frozen = LAST_FROZEN_KEY.get(name, "0")
    session.make(
        f"key_{name}",
        f"""
        with known as (
            select {named}, {key} from warehouse.{table.warehouse} where la_code = :la_code
            union
            select {named}, {key} from given_{name}
        ),
        arriving as (select distinct {named} from derived_{name}),
        last as (
            select greatest(coalesce(max({key}), 0), :before_first, {frozen}) as key from known
        ),
        found as (
            select arriving.*, known.{key} from arriving left join known on {match}
        )
        select {named}, {key} from found where {key} is not null
        union all
        select {named}, last.key + row_number() over (order by {named})
        from found cross join last
        where {key} is null
        """,
        la_code=run.la_code,
        before_first=before_first_key(run.la_code),
    )
    session.drop(f"given_{name}")


def _keys_given_before(run: Run, table: Table) -> pa.Table:
    """Those of members that came after the night that is loaded, where it is loaded late."""
    path = GIVEN_KEYS.at(run) / f"{table.name}.parquet"
    if path.exists():
        return pq.read_table(path)
    text = [(column, pa.date32() if column.endswith("_from") else pa.string())
            for column in table.key]  # fmt: skip
    return pa.schema([*text, (OWN_KEYS[table.name], pa.int64())]).empty_table()


def _with_keys(table: Table, *, is_first: bool, members: str = "key") -> str:
    """SQL of the rows of tonight with keys in place of tokens: exactly the content columns.

    is_first: whether no night of the authority was loaded before. members: what the tables of all
    members that these rows name are called, before the dimension.
    """
    joins, found = [], {}
    if table.name in OWN_KEYS:
        match = " and ".join(f"own.{name} = derived.{name}" for name in table.key)
        joins.append(f"join key_{table.name} as own on {match}")
        found[OWN_KEYS[table.name]] = f"own.{OWN_KEYS[table.name]}"
    for key in key_columns(table):
        if key == "timescale_key":
            match = "timescale.timescale = derived.timescale "
            match += "and timescale.effective_from = derived.standard_from"
            joins.append(f"left join key_timescale as timescale on {match}")
            found[key] = "coalesce(timescale.timescale_key, 0)"
            continue
        token, _ = DIMENSION_KEYS[key]
        name = key.removesuffix("_key")
        joins.append(f"left join {members}_{name} as {name} on {name}.{token} = derived.{token}")
        found[key] = f"coalesce({name}.{key}, 0)"
    if table.name == "timescale_obligation" and is_first:
        found["first_recorded_date"] = _FIRST_RECORDED_BY_THE_SOURCE
        found["not_recorded_before"] = "cast(null as date)"
    elif table.name == "timescale_obligation":
        joins.append(_FIRST_RECORDED_JOINS)
        found["first_recorded_date"] = _FIRST_RECORDED
        found["not_recorded_before"] = _NOT_RECORDED_BEFORE
    columns = ", ".join(
        f"{found.get(name, f'derived.{name}')} as {name}" for name in content_columns(table)
    )
    return f"select {columns} from derived_{table.name} as derived {' '.join(joins)}"


def _every_event(run: Run) -> str:
    """SQL of every version of what can meet an obligation, by timescale and subject."""
    rows = []
    for timescale, event in DERIVED.read(run)["events"].items():
        holds = [f"coalesce({flag}, false)" for flag in event["only"]]
        holds += [f"not coalesce({flag}, false)" for flag in event["unless"]]
        rows.append(
            f"select '{timescale}' as timescale, {event['subject']} as subject_id, child_key, "
            f"{event['id']} as event_id, {event['day']} as done_date, known_from, known_to "
            f"from warehouse.{event['table']} "
            f"where {' and '.join(['la_code = :la_code', event['day'] + ' is not null', *holds])}"
        )
    return " union all ".join(rows)


def _events_of_tonight(session: Session, run: Run) -> pa.Table:
    """Timescale, subject_id and event_id of every event of which a version began or ended tonight.
    The facts they are read from are loaded."""
    return session.table(
        f"select timescale, subject_id, event_id from ({_every_event(run)}) as event "
        "where known_from = :extract_date or known_to = :extract_date",
        la_code=run.la_code,
        extract_date=run.extract_date,
    )


_EVENTS = ("undated", "event_of_subject", "known_event", "extract_before")


def _stage_events(session: Session, run: Run) -> None:
    """Make ``known_event``: since when the warehouse has had each record on its day, whoever's it
    was then; ``event_of_subject``: those that are known tonight of a subject and its child; and
    ``extract_before``: the extract before each since which one was known. Of all what an obligation
    is met by whose recording day the source does not tell (``undated``).

    Each is a table of its own, as PostgreSQL plans a join of such unions without their sizes.
    """
    events = _every_event(run)
    for name, query in (
        (
            "undated",
            "select distinct timescale, subject_id, event_id from derived_timescale_obligation "
            "where done_date is not null and first_recorded_date is null",
        ),
        (
            "event_of_subject",
            "select timescale, subject_id, child_key, event_id, done_date "
            f"from ({events}) as event where event.{_CURRENT} "
            "and subject_id in (select subject_id from undated)",
        ),
        (
            "known_event",
            "select timescale, event_id, done_date, min(known_from) as known_since "
            f"from ({events}) as event where event_id in ("
            "select event_id from undated union select event_id from event_of_subject) "
            "group by timescale, event_id, done_date",
        ),
        (
            "extract_before",
            "select since.known_since, max(run.extract_date) as extract_date "
            "from (select distinct known_since from known_event) as since "
            "join audit.load_run as run on run.la_code = :la_code and run.status = 'loaded' "
            "and run.extract_date < since.known_since group by since.known_since",
        ),
    ):
        session.make(name, query, la_code=run.la_code)


# Since when the warehouse has had what met each obligation: the first extract that held that very
# record on that day, or another that meets it tonight and is of that day. A record of another id
# is another event, and so is one of another day.
_FIRST_RECORDED_JOINS = """
left join known_event as its_event
    on its_event.timescale = derived.timescale
    and its_event.event_id = derived.event_id
    and its_event.done_date = derived.done_date
left join (
    select event.timescale, event.subject_id, event.child_key, event.done_date,
        min(known_event.known_since) as known_since
    from event_of_subject as event
    join known_event
        on known_event.timescale = event.timescale and known_event.event_id = event.event_id
        and known_event.done_date = event.done_date
    group by event.timescale, event.subject_id, event.child_key, event.done_date
) as of_that_day
    on of_that_day.timescale = derived.timescale
    and of_that_day.subject_id = derived.subject_id
    and of_that_day.child_key = child.child_key
    and of_that_day.done_date = derived.done_date
left join extract_before
    on extract_before.known_since = least(its_event.known_since, of_that_day.known_since)
"""
# The source's own recording date, else the first extract that held the event; null for what the
# very first load brought.
_FIRST_RECORDED = """
case
    when derived.done_date is null then null
    when derived.first_recorded_date is not null then derived.first_recorded_date
    when least(its_event.known_since, of_that_day.known_since) > :first_extract
        then least(its_event.known_since, of_that_day.known_since)
end
"""
# What the very first load brings.
_FIRST_RECORDED_BY_THE_SOURCE = (
    "case when derived.done_date is not null then derived.first_recorded_date end"
)
# Of what is dated by an extract, the one before: it was recorded after that one was taken. There is
# none before the very first.
_NOT_RECORDED_BEFORE = """
case
    when derived.done_date is not null and derived.first_recorded_date is null
        then extract_before.extract_date
end
"""


def _load_first_members(session: Session, run: Run, table: Table) -> Versions:
    done = write_first_versions(session, run, table, _with_keys(table, is_first=True))
    session.drop(f"derived_{table.name}")
    return done


def _load_members(session: Session, run: Run, table: Table, known: LastGiven | None) -> Versions:
    """Write the members that may differ from what is stored, and end those that are not there."""
    found = known.members[table.name] if known else everything(DERIVED_TABLES.of(run, table))
    derived, arriving, kept = (f"{what}_{table.name}" for what in ("derived", "arriving", "kept"))
    if found.rows is not None:
        session.drop(derived)
        session.stage(derived, found.rows)
    session.make(arriving, _with_keys(table, is_first=False))
    session.drop(derived)
    loaded = found.count - (_kept_of_tonight(run, table) if KEPT.has(run, table) else 0)
    _make_kept_members(session, run, table)
    touched = _touched_members(session, run, table)
    done = write_versions(
        session, run, table, arriving, la_code=run.la_code, kept=kept, touched=touched,
        loaded=loaded,
    )  # fmt: skip
    session.drop(arriving, touched)
    return done


def _touched_members(session: Session, run: Run, table: Table) -> str:
    """Make ``touched_<dimension>``: the keys of what arrives, and of the members that tonight has
    not, though the last night may not have had them either: they stayed for rows held back."""
    name, key = f"touched_{table.name}", OWN_KEYS[table.name]
    session.make(
        name,
        f"select {key} from arriving_{table.name} union "
        f"select {key} from warehouse.{table.warehouse} as member "
        f"where la_code = :la_code and {_CURRENT} and not exists ("
        f"select 1 from key_{table.name} as own where own.{key} = member.{key})",
        la_code=run.la_code,
    )
    return name


def _load_from_authority(session: Session, run: Run, table: Table, frame: pd.DataFrame) -> Versions:
    arriving = f"arriving_{table.name}"
    session.stage(arriving, to_arrow(frame, table.stored_columns))
    done = write_versions(
        session, run, table, arriving, la_code=run.la_code, kept=None, loaded=len(frame)
    )
    session.drop(arriving)
    return done


def _load_first(session: Session, run: Run, table: Table) -> Versions:
    """A fact of an authority of which nothing is stored: no row can be another version of one."""
    derived = f"derived_{table.name}"
    session.stage_file(derived, DERIVED_TABLES.of(run, table))
    done = write_first_versions(session, run, table, _with_keys(table, is_first=True))
    session.drop(derived)
    return done


def _load_fact(
    session: Session, run: Run, table: Table, found: Changes, first_extract: date
) -> Versions:
    """Everything that it makes is gone after it: the next fact needs the memory."""
    kept = f"kept_{table.name}" if KEPT.has(run, table) else None
    loaded = found.count - (_kept_of_tonight(run, table) if kept else 0)
    if found.is_nothing:
        return Versions(loaded=loaded, unchanged=loaded, new=0, closed=0)
    arriving = _arriving(session, run, table, found, first_extract)
    touched = None if found.gone is None else _touched(session, table, found.gone)
    done = write_versions(
        session, run, table, arriving, la_code=run.la_code, kept=kept, touched=touched,
        loaded=loaded,
    )  # fmt: skip
    session.drop(arriving, *([touched] if touched else []))
    return done


def _arriving(session: Session, run: Run, table: Table, found: Changes, first_extract: date) -> str:
    """Make ``arriving_<table>``: the rows to look at, with keys."""
    derived, arriving = f"derived_{table.name}", f"arriving_{table.name}"
    if found.rows is None:
        session.stage_file(derived, DERIVED_TABLES.of(run, table))
    else:
        session.stage(derived, found.rows)
    events = _EVENTS if table.name == "timescale_obligation" else ()
    if events:
        _stage_events(session, run)
    members = "key" if events or found.rows is None else "named"
    session.make(
        arriving,
        _with_keys(table, is_first=False, members=members),
        la_code=run.la_code,
        first_extract=first_extract,
    )
    session.drop(derived, *events)
    return arriving


def _touched(session: Session, table: Table, gone: pa.Table) -> str:
    """Make ``touched_<table>``: the version keys of what arrives and of what is gone."""
    name = f"touched_{table.name}"
    session.stage(f"gone_{table.name}", gone)
    child = ""
    if "child_token" in table.key:
        child = "join (select distinct child_token, child_key from warehouse.dim_child "
        child += f"where child_token in (select child_token from gone_{table.name})) as child "
        child += "on child.child_token = gone.child_token"
    key = version_key(table)
    arriving = f"select {', '.join(key)} from arriving_{table.name}"
    went = f"select {', '.join(key)} from gone_{table.name} as gone {child}"
    session.make(name, f"{arriving} union {went}")
    session.drop(f"gone_{table.name}")
    return name


def _kept_of_tonight(run: Run, table: Table) -> int:
    """How many of tonight's derived rows are those whose earlier version stays."""
    columns = list(table.key)
    kept = pq.read_table(KEPT.of(run, table), columns=columns)
    derived = pq.read_table(DERIVED_TABLES.of(run, table), columns=columns)
    return derived.join(kept, columns, join_type="left semi").num_rows


def _stage_kept(session: Session, run: Run) -> None:
    """Make ``kept_<table>`` of the ids of rows whose current versions stay tonight."""
    for table in (*KEYED_DIMENSIONS, *FACTS):
        if KEPT.has(run, table):
            name = "kept_ids_" if table.name in OWN_KEYS else "kept_"
            ids = pq.read_table(KEPT.of(run, table), columns=list(table.key))
            session.stage(f"{name}{table.name}", ids)


def _make_kept_members(session: Session, run: Run, table: Table) -> None:
    """Make ``kept_<table>``: the dimension's members that stay."""
    parts = _kept_parts(run, table)
    name, key = table.name, OWN_KEYS[table.name]
    for other in KEYED_DIMENSIONS:
        if key in KEYS_IN_DIMENSIONS.get(other.name, ()):
            parts.append(
                f"select member.{key} from warehouse.dim_{other.name} as member "
                "where member.la_code = :la_code and member.known_to = date '9999-12-31' "
                f"and member.{OWN_KEYS[other.name]} in ({' union '.join(_kept_parts(run, other))}) "
                f"and member.{key} not in (select {key} from key_{name})"
            )
    session.make(f"kept_{name}", " union ".join(parts), la_code=run.la_code)


def _kept_parts(run: Run, table: Table) -> list[str]:
    """SQL of the keys of members that were held back, and of those that the extract lacks but that
    facts which stay refer to."""
    name, key = table.name, OWN_KEYS[table.name]
    parts = [f"select cast(null as bigint) as {key} where false"]
    if KEPT.has(run, table):
        parts.append(
            f"select own.{key} from key_{name} as own "
            f"join kept_ids_{name} as ids using ({', '.join(table.key)})"
        )
    for fact in FACTS:
        if key in key_columns(fact) and KEPT.has(run, fact):
            parts.append(
                f"select fact.{key} from warehouse.{fact.warehouse} as fact "
                f"join kept_{fact.name} as kept using ({', '.join(fact.key)}) "
                "where fact.la_code = :la_code and fact.known_to = date '9999-12-31' "
                f"and fact.{key} not in (select {key} from key_{name})"
            )
    return parts


def _from_authority(authority: Authority) -> list[tuple[Table, pd.DataFrame]]:
    """The dimensions that the authority's file makes."""
    groups = [vars(group) for row in authority.population for group in row.groups]
    return [
        (AUTHORITY, _frame(AUTHORITY, [_about(authority)])),
        (POPULATION, _frame(POPULATION, [vars(row) for row in authority.population])),
        (POPULATION_GROUP, _frame(POPULATION_GROUP, groups)),
        (PUBLICATION_STEP, _frame(PUBLICATION_STEP, [vars(row) for row in authority.steps])),
        (TARGET, _frame(TARGET, [vars(row) for row in authority.targets])),
        (COMPARATOR, _frame(COMPARATOR, [vars(row) for row in authority.comparators])),
    ]


def _about(authority: Authority) -> dict[str, object]:
    return {
        "name": authority.name,
        "region": authority.region,
        "published_months": authority.months,
        "history_from": authority.history_from,
    }


def _frame(table: Table, rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    types = {column.name: pandas_type(column.kind) for column in table.columns}
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _members_gone(session: Session, run: Run, done: Mapping[str, Versions]) -> dict[str, str]:
    """By key, a temporary table of the members whose last version ended tonight, where any did."""
    found = {}
    for table in (table for table in KEYED_DIMENSIONS if done[table.name].closed):
        key, gone = OWN_KEYS[table.name], f"members_gone_{table.name}"
        rows = session.make(
            gone,
            f"select member.{key} from warehouse.{table.warehouse} as member "
            "where member.la_code = :la_code and member.known_to = :extract_date and not exists ("
            f"select 1 from warehouse.{table.warehouse} as current "
            f"where current.{key} = member.{key} and current.known_to = date '9999-12-31')",
            la_code=run.la_code,
            extract_date=run.extract_date,
        )
        if rows:
            found[key] = gone
    return found


def _check_no_orphan(session: Session, run: Run, done: Mapping[str, Versions]) -> None:
    """Every key of a current row must name a current row of its dimension. Each night found it so:
    tonight's rows can lack a member, and those of before one that went."""
    members_gone = _members_gone(session, run, done)
    looked_at: dict[tuple[str, ...], list[str]] = {}
    for table in (*FACTS, *(table for table in DIMENSIONS if table.name in KEYS_IN_DIMENSIONS)):
        keys = key_columns(table)
        if done[table.name].new or members_gone.keys() & set(keys):
            looked_at.setdefault(keys, []).append(table.warehouse)
    orphans = [
        f"{count:,} rows of {stored} by {key}"
        for keys, tables in looked_at.items()
        for stored, *counts in session.rows(
            _orphans(tables, keys, members_gone), la_code=run.la_code, extract_date=run.extract_date
        )
        for key, count in zip(keys, counts, strict=True)
        if count
    ]
    if orphans:
        raise UnexpectedFault(
            f"Rows refer to members that are not current: {'; '.join(orphans)}.",
            where=f"load, {run.run_id}",
            means=NOTHING_CHANGED,
            next="This is a fault of the program: report it with this text.",
        )


def _orphans(tables: Sequence[str], keys: Sequence[str], members_gone: Mapping[str, str]) -> str:
    """SQL that counts, by table and for each of the keys that all of them hold, the rows whose
    member is not current; of a member there is one current row at most. Of all tables at once: the
    members are looked through once."""
    rows = " union all ".join(
        part for table in tables for part in _looked_at(table, keys, members_gone)
    )
    counts = ", ".join(f"count(case when {key}_of.{key} is null then 1 end)" for key in keys)
    members = " ".join(
        f"left join warehouse.dim_{key.removesuffix('_key')} as {key}_of "
        f"on {key}_of.{key} = looked_at.{key} and {key}_of.{_CURRENT}"
        for key in keys
    )
    return (
        f"select stored, {counts} from ({rows}) as looked_at {members} "
        "group by stored order by stored"
    )


def _looked_at(table: str, keys: Sequence[str], members_gone: Mapping[str, str]) -> Iterator[str]:
    """SQL of the table's name and keys: of tonight's rows, and of those of before that name a
    member who went, with the unknown member in the place of every other."""
    current = f"from warehouse.{table} where la_code = :la_code and {_CURRENT} and known_from"
    yield f"select '{table}' as stored, {', '.join(keys)} {current} = :extract_date"
    for gone in keys:
        if gone in members_gone:
            named = ", ".join(gone if key == gone else f"0 as {key}" for key in keys)
            of_them = f"{gone} in (select {gone} from {members_gone[gone]})"
            yield f"select '{table}' as stored, {named} {current} <> :extract_date and {of_them}"
