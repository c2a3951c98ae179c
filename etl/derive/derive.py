"""Works out what no single row says: links, histories, obligations and monthly snapshots."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from etl.authority import Authority
from etl.calendar.working_days import check_covers
from etl.contracts.code_lists import national_codes
from etl.contracts.contract import Column, Table, code, text
from etl.contracts.frames import is_among, read_frame, write_frame, write_frames
from etl.contracts.register import CONFORMED, FACTS, KEYED_DIMENSIONS
from etl.contracts.timescale_obligation import TIMESCALE_OBLIGATION
from etl.derive import facts
from etl.derive.child_month import child_months
from etl.derive.obligations import obligations
from etl.derive.register import RULES, events
from etl.derive.standards import as_dimension, not_as_signed, rules_hash, standards
from etl.log import logger
from etl.run import Run

# What every derived fact carries so that load can find its keys.
OWNER_COLUMNS: tuple[Column, ...] = (
    text("child_token", "the child"),
    text("family_token", "the family"),
    code("team_id", "the team"),
    text("worker_token", "the worker"),
)


def derive(run: Run, authority: Authority) -> None:
    """Write ``derived/<table>.parquet`` for every fact and the keyed dimensions, and
    ``derived.json`` (counts for the audit, what meets each timescale, the rules that are not as
    they were signed, hash of the rules) to the run's work folder.

    Raises NightStopped where the calendar does not reach far enough.
    """
    check_covers(run.extract_date)
    tables = {table.name: _passed(run, table) for table in CONFORMED}
    observed = link(tables)
    tables["child_month"] = child_months(tables, pd.Timestamp(run.extract_date))
    tables["timescale"] = as_dimension(RULES, authority)
    tables["family"] = _families(tables)
    for table in (*KEYED_DIMENSIONS, *FACTS):
        if table is not TIMESCALE_OBLIGATION:
            write_frame(tables[table.name], derived_columns(table), _derived(run, table))
    skipped = _without_source(run)
    owed = write_frames(
        (
            obligations(rule, tables, standards(rule, authority))
            for rule in RULES
            if rule.timescale not in skipped
        ),
        derived_columns(TIMESCALE_OBLIGATION),
        _derived(run, TIMESCALE_OBLIGATION),
    )
    otherwise = not_as_signed(RULES, authority)
    counts = {
        "observed": observed,
        "skipped": skipped,
        "not_as_signed": otherwise,
        "events": events(),
        "rules_sha256": rules_hash(RULES),
    }
    (run.work / "derived.json").write_text(json.dumps(counts))
    logger.info("derived %s obligations", f"{owed:,}")
    _warn(skipped, otherwise)


def _warn(skipped: dict[str, list[str]], otherwise: list[str]) -> None:
    """Of rules that could not be worked out, and of those that are no longer what was signed."""
    for rule in RULES:
        if rule.timescale in skipped:
            lacking = ", ".join(skipped[rule.timescale])
            logger.warning("skipped %s, no %s: %s", rule.timescale, lacking, rule.in_words())
    for timescale in otherwise:
        logger.warning(
            "rule %s is no longer what was signed; figures are made with it as it is now: read it "
            "with `csc-etl rules --authority FILE`, then sign it anew or put it right",
            timescale,
        )


def _without_source(run: Run) -> dict[str, list[str]]:
    """The rules that cannot be worked out tonight, and which of their tables the extract lacks."""
    lacking = set(json.loads((run.work / "conformed.json").read_text())["lacking"])
    return {
        rule.timescale: [table for table in rule.tables if table in lacking]
        for rule in RULES
        if lacking & set(rule.tables)
    }


def _derived(run: Run, table: Table) -> Path:
    return run.work / "derived" / f"{table.name}.parquet"


def derived_columns(table: Table) -> tuple[Column, ...]:
    """What derive writes of a table: the stored columns, and for a fact whom it belongs to."""
    if not table.is_fact:
        passing = ("child_token", "worker_token", "family_token", "team_id")
        return tuple(column for column in table.columns if column.stored or column.name in passing)
    owners = {column.name for column in OWNER_COLUMNS}
    own = tuple(column for column in table.columns if column.stored and column.name not in owners)
    standard = tuple(column for column in table.columns if column.name == "standard_from")
    return (*own, *standard, *OWNER_COLUMNS)


def _passed(run: Run, table: Table) -> pd.DataFrame:
    """The rows that passed, and earlier versions of rows held back that the warehouse keeps."""
    passed = read_frame(run.work / "passed" / f"{table.name}.parquet")
    kept = run.work / "kept" / f"{table.name}.parquet"
    if kept.exists():
        passed = pd.concat([passed, read_frame(kept)], ignore_index=True)
    return passed


def link(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    """Everything that rows say about one another, in the order in which it can be known."""
    facts.drop_unknown_parents(tables)
    facts.fill_flags(tables)
    merged = tables["child"].loc[tables["child"]["is_merged"].astype(bool), "child_token"]
    for table in CONFORMED:
        if table.is_fact:
            frame = tables[table.name]
            frame["is_merged"] = is_among(frame["child_token"], merged).astype("boolean")
    facts.add_referral_history(tables["referral"])
    facts.add_assessment_status(tables["single_assessment"])
    facts.add_referral_outcome(tables)
    facts.add_conference_outcome(tables["section_47_enquiry"], tables["initial_conference"])
    facts.add_plan_history(tables["child_protection_plan"])
    facts.add_plan_status(tables["child_in_need_plan"])
    facts.add_legal_status(tables)
    facts.add_end_of_care(tables)
    facts.add_kind_of_placement(tables)
    facts.add_end_of_need(tables)
    observed = facts.attribute_visits(tables)
    facts.inherit(tables)
    _finish_dimensions(tables)
    return observed


def _finish_dimensions(tables: dict[str, pd.DataFrame]) -> None:
    child, worker, team = tables["child"], tables["worker"], tables["team"]
    child["ethnicity"] = child["ethnicity_code"].map(national_codes()["ethnicity"]).astype("str")
    by_name = team.drop_duplicates("name", keep=False).set_index("name")["team_id"]
    worker["team_id"] = worker["team_name"].map(by_name).astype("str")
    facts_of = [tables[table.name]["child_token"] for table in CONFORMED if table.is_fact]
    about = pd.concat(facts_of).drop_duplicates()
    # Parents and carers are persons too; only clients and children with a record are children.
    is_child = child["is_client"].fillna(True).astype(bool) | is_among(child["child_token"], about)
    tables["child"] = child[is_child].reset_index(drop=True)


def _families(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    # Obligations belong to the families of what they are owed on.
    tokens = [
        tables[table.name]["family_token"] for table in FACTS if table is not TIMESCALE_OBLIGATION
    ]
    return pd.DataFrame({"family_token": pd.concat(tokens).dropna().unique()})
