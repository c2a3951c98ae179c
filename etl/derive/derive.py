"""Works out what no single row says: links, histories, obligations and monthly snapshots."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from etl.authority import Authority
from etl.calendar.working_days import check_covers
from etl.contracts.code_lists import national_codes
from etl.contracts.contract import Table
from etl.contracts.doors import Doors
from etl.contracts.frames import taken
from etl.contracts.hand_overs import (
    COVERAGE,
    DERIVED,
    DERIVED_TABLES,
    KEPT,
    PASSED,
    PAST_CATEGORIES,
    PAST_EXTRACTS,
    READING,
    Derived,
)
from etl.contracts.register import CONFORMED, FACTS, KEYED_DIMENSIONS
from etl.contracts.timescale_obligation import TIMESCALE_OBLIGATION
from etl.derive import care, facts, health, leaving, need
from etl.derive.allocation import Allocation, finish_involvements, give_to_allocated
from etl.derive.child_month import MONTH_TELLERS, child_months
from etl.derive.history import places
from etl.derive.numbered import number
from etl.derive.obligations import obligations
from etl.derive.plan_category import PastCategories
from etl.derive.register import RULES, events
from etl.derive.rule import Rule
from etl.derive.running import running
from etl.derive.standards import as_dimension, not_as_signed, rules_hash, standards
from etl.log import counts, logger
from etl.run import Run


def derive(run: Run, authority: Authority) -> None:
    """Write every fact and keyed dimension as the star is to have it, and what was counted.

    Raises NightStopped where the calendar does not reach far enough.
    """
    check_covers(run.extract_date)
    doors = Doors(COVERAGE.read(run))
    lacking = doors.not_provided
    tables = {table.name: _passed(run, table, lacking) for table in CONFORMED}
    number(tables)
    observed, allocation = link(tables)
    as_at = pd.Timestamp(run.extract_date)
    past = PastCategories.of(PAST_EXTRACTS.read(run), PAST_CATEGORIES.read(run))
    tables["child_month"] = child_months(
        tables, as_at, allocation, past, _covered_from(doors, MONTH_TELLERS.values()),
        _told_of_months(doors),
    )  # fmt: skip
    tables["timescale"] = as_dimension(RULES, authority)
    tables["family"] = _families(tables)
    for table in (*KEYED_DIMENSIONS, *FACTS):
        if table is not TIMESCALE_OBLIGATION:
            DERIVED_TABLES.write(run, table, _as_provided(table, tables[table.name], lacking))
    not_carried, partly = _not_carried(doors)
    derived: Derived = {
        "observed": observed,
        "skipped": _without_source(run, doors, not_carried),
        "not_carried": not_carried,
        "partly_carried": partly,
        "not_as_signed": not_as_signed(RULES, authority),
        "events": events(),
        "rules_sha256": rules_hash(RULES),
    }
    DERIVED.write(run, derived)
    rules = [rule for rule in RULES if rule.timescale not in {*derived["skipped"], *not_carried}]
    owed = DERIVED_TABLES.write_parts(
        run,
        TIMESCALE_OBLIGATION,
        (_owed(rule, tables, authority, allocation, as_at, doors) for rule in rules),
    )
    logger.info("derived %s obligations", f"{owed:,}", extra=counts(obligations=owed))
    _tell(derived)


def _owed(
    rule: Rule,
    tables: dict[str, pd.DataFrame],
    authority: Authority,
    allocation: Allocation,
    as_at: pd.Timestamp,
    doors: Doors,
) -> pd.DataFrame:
    if rule.is_recurring and doors.tell_the_latest_alone(rule.tables):
        found = running(rule, tables, standards(rule, authority))
    else:
        since = _covered_from(doors, rule.tables)
        found = obligations(rule, tables, standards(rule, authority), since)
    give_to_allocated(found, allocation, as_at)
    return found


def _tell(derived: Derived) -> None:
    """Of rules that could not be worked out, and of those that are no longer what was signed."""
    if derived["not_carried"]:
        logger.info("not told by this kind of source: %s", ", ".join(derived["not_carried"]))
    skipped = derived["skipped"]
    for rule in RULES:
        if rule.timescale in skipped:
            lacking = ", ".join(skipped[rule.timescale])
            logger.warning("skipped %s, no %s: %s", rule.timescale, lacking, rule.in_words())
    for timescale in derived["not_as_signed"]:
        logger.warning(
            "rule %s is no longer what was signed; figures are made with it as it is now: read it "
            "with `csc-etl rules --authority FILE`, then sign it anew or put it right",
            timescale,
        )


def _covered_from(doors: Doors, tables: Iterable[str]) -> pd.Timestamp | None:
    day = doors.covered_from(tables)
    return pd.Timestamp(day) if day else None


def _told_of_months(doors: Doors) -> list[str] | None:
    """The columns of a month's snapshot that are told; None: all."""
    if len(doors.every) == 1:
        return doors.every[0]["child_month"]
    of = {column: doors.of(table)["child_month"] for column, table in MONTH_TELLERS.items()}
    return [column for column, told in of.items() if told is None or column in told]


def _not_carried(doors: Doors) -> tuple[list[str], list[str]]:
    """The timescales of which the sources tell nothing, and those of which they tell not all there
    is, in the order of the rules."""
    told = [rule for rule in RULES if doors.is_told(rule.timescale, rule.tables)]
    return (
        [rule.timescale for rule in RULES if rule not in told],
        [rule.timescale for rule in told if not doors.is_wholly(rule.timescale, rule.tables)],
    )


def _without_source(run: Run, doors: Doors, not_carried: list[str]) -> dict[str, list[str]]:
    """The rules that cannot be worked out tonight, and which of their tables the extract lacks; but
    for those that its kind of source never tells. Where that has of events the latest alone, it
    says so with their subjects."""
    lacking = set(READING.read(run)["lacking"])
    found = {}
    for rule in RULES:
        needs = rule.tables
        if rule.is_recurring and doors.tell_the_latest_alone(rule.tables):
            needs = (rule.clock.table,)
        without = [table for table in needs if table in lacking]
        if without and rule.timescale not in not_carried:
            found[rule.timescale] = without
    return found


def _passed(run: Run, table: Table, lacking: dict[str, list[str]]) -> pd.DataFrame:
    """The rows that passed, and earlier versions of rows held back that the warehouse keeps: of
    these what the source has not was worked out, and is again. lacking: by table the columns that
    the kind of source has not."""
    passed = PASSED.read(run, table)
    if KEPT.has(run, table):
        kept = KEPT.read(run, table)
        for name in lacking.get(table.name, ()):
            if name in kept and not table.column(name).stored:
                kept[name] = _emptied(kept[name])
        passed = pd.concat([passed, kept], ignore_index=True)
    return passed


def _as_provided(table: Table, frame: pd.DataFrame, lacking: dict[str, list[str]]) -> pd.DataFrame:
    """The table as the star is to have it: a flag that the kind of source has not is empty there,
    though the rules take it for no. lacking: as for ``_passed``."""
    flags = [name for name in table.flags_empty_is_no if name in lacking.get(table.name, ())]
    return frame.assign(**{name: _emptied(frame[name]) for name in flags}) if flags else frame


def _emptied(column: pd.Series) -> pd.Series:
    return column.iloc[:0].reindex(column.index)


def link(tables: dict[str, pd.DataFrame]) -> tuple[dict[str, int], Allocation]:
    """Everything that rows say about one another, in the order in which it can be known. Returns
    what was counted, and who has which child."""
    facts.drop_unknown_parents(tables)
    facts.fill_flags(tables)
    child = tables["child"]
    merged = pd.Index(child.loc[child["is_merged"].astype(bool), "child_token"].drop_duplicates())
    died = child.drop_duplicates("child_token").set_index("child_token")["died_date"]
    for table in CONFORMED:
        if table.is_fact:
            frame = tables[table.name]
            is_merged = places(frame["child_token"], merged) >= 0
            frame["is_merged"] = pd.Series(is_merged, frame.index, dtype="boolean")
            row = places(frame["child_token"], died.index)
            frame["died_date"] = taken(died, row, frame.index)
    facts.add_referral_history(tables["referral"])
    facts.add_assessment_status(tables["single_assessment"])
    facts.add_referral_outcome(tables)
    facts.add_conference_outcome(tables)
    facts.add_inquorate(tables["child_protection_review"])
    facts.add_plan_history(tables["child_protection_plan"])
    care.add_legal_status(tables)
    care.add_end_of_care(tables)
    care.add_kind_of_placement(tables)
    care.add_closer_visits(tables)
    need.add_plan_status(tables["child_in_need_plan"])
    health.add_period(tables)
    leaving.add_entitlement(tables)
    observed = facts.attribute_visits(tables)
    _add_team_of_workers(tables)
    finish_involvements(tables["involvement"], tables["worker"])
    allocation = Allocation.of(tables["involvement"])
    facts.inherit(tables, allocation)
    need.add_spells_of_need(tables)
    health.add_what_is_assessed(tables)
    _finish_dimensions(tables)
    return observed, allocation


def _add_team_of_workers(tables: dict[str, pd.DataFrame]) -> None:
    worker, team = tables["worker"], tables["team"]
    by_name = team.drop_duplicates("name", keep=False).set_index("name")["team_id"]
    worker["team_id"] = worker["team_name"].map(by_name).astype(team["team_id"].dtype)


def _finish_dimensions(tables: dict[str, pd.DataFrame]) -> None:
    child = tables["child"]
    child["ethnicity"] = child["ethnicity_code"].map(national_codes()["ethnicity"]).astype("str")
    facts_of = [tables[table.name]["child_token"] for table in CONFORMED if table.is_fact]
    about = pd.Index(pd.concat(facts_of).drop_duplicates())
    # Parents and carers are persons too; only clients and children with a record are children.
    is_client = child["is_client"].fillna(True).astype(bool)
    is_child = is_client | (places(child["child_token"], about) >= 0)
    tables["child"] = child[is_child].reset_index(drop=True)


def _families(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    # Obligations belong to the families of what they are owed on.
    tokens = [
        tables[table.name]["family_token"] for table in FACTS if table is not TIMESCALE_OBLIGATION
    ]
    return pd.DataFrame({"family_token": pd.concat(tokens).dropna().unique()})
