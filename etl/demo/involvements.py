"""Who has each child: an allocated worker from the referral, or the coming into care, to its end,
and the reviewing officers of looked after children.

The first weeks are the front door's; then another team takes over, and workers change.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from etl.demo.dates import NEVER, earliest, latest
from etl.demo.draws import Bands, draw_days, draw_option, happens, words, yes_or_no
from etl.demo.population import FIRST_WORKER_ID, TEAM_IDS, TEAM_NAMES, worker_count
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table, stack

WORKERS_AT_MOST = 6  # of one child, one after the other
AT_THE_FRONT_DOOR: Bands = ((0.8, 15, 60), (0.2, 60, 120))
WITH_A_WORKER: Bands = ((0.3, 60, 180), (0.5, 180, 500), (0.2, 500, 1500))
ENTERED: Bands = ((0.9, 0, 2), (0.1, 3, 14))
FRONT_DOOR = 0
LOOKED_AFTER = TEAM_NAMES.index("Looked After Children")
AFTER_THE_DOOR_SHARES = (0.0, 0.38, 0.38, 0.2, 0.02, 0.02)  # of the teams
CASE_WORKER, REVIEWING_OFFICER = "CW", "IRO"
REASONS = ("MANAGE", "LEFTRL", "TSPROC", "ABSENC")
REASON_SHARES = (0.3, 0.35, 0.3, 0.05)
UNKNOWN = -1


def involvement_table(
    rng: np.random.Generator, referrals: Columns, periods: Columns, size: int
) -> SourceTable:
    """Involvements in the order of their beginning. size: children of the council."""
    of_referrals = Columns(
        child=referrals.child, referral=referrals.referral_id, started=referrals.referred,
        ended=referrals.closed, team=np.full(len(referrals), FRONT_DOOR),
    )  # fmt: skip
    of_care = Columns(
        child=periods.child, referral=periods.referral_id, started=periods.started,
        ended=periods.ended, team=np.full(len(periods), LOOKED_AFTER),
    )  # fmt: skip
    officers = of_care.with_columns(
        role=np.ones(len(of_care), dtype=np.int8),
        is_handed_over=np.zeros(len(of_care), dtype=bool),
    )
    drawn = stack(
        [_one_after_another(rng, of_referrals), _one_after_another(rng, of_care), officers]
    )
    drawn = drawn.take(np.lexsort((drawn.child, drawn.started)))
    return _as_table(rng, drawn, size)


def _one_after_another(rng: np.random.Generator, cases: Columns) -> Columns:
    """Allocated workers of each case from its start to its end, in turn. Adds what the role is, and
    whether another worker follows."""
    size, started, team = len(cases), cases.started, cases.team
    parts = []
    for turn in range(WORKERS_AT_MOST):
        at_the_door = draw_days(rng, size, AT_THE_FRONT_DOOR)
        with_a_worker = draw_days(rng, size, WITH_A_WORKER)
        stays = np.where(team == FRONT_DOOR, at_the_door, with_a_worker)
        is_last = turn == WORKERS_AT_MOST - 1
        until = cases.ended if is_last else earliest(started + stays, cases.ended)
        worked = cases.with_columns(
            started=started, ended=until, team=team, role=np.zeros(size, dtype=np.int8),
            is_handed_over=until < cases.ended,
        )  # fmt: skip
        parts.append(worked.take(started < cases.ended))
        team = np.where(team == FRONT_DOOR, draw_option(rng, size, AFTER_THE_DOOR_SHARES), team)
        started = until
    return stack(parts)


def _as_table(rng: np.random.Generator, drawn: Columns, size: int) -> SourceTable:
    rows = len(drawn)
    of_team = worker_count(size) // len(TEAM_IDS)
    worker = FIRST_WORKER_ID + drawn.team + len(TEAM_IDS) * rng.integers(0, of_team, rows)
    team = np.array(TEAM_IDS)[drawn.team]
    is_case_worker = drawn.role == 0
    reason = np.where(drawn.is_handed_over, draw_option(rng, rows, REASON_SHARES), len(REASONS))
    recorded = drawn.started + draw_days(rng, rows, ENTERED)
    columns = {
        "FACT_INVOLVEMENTS_ID": numbered(rows),
        "DIM_PERSON_ID": drawn.child + FIRST_ID,
        "DIM_WORKER_ID": np.where(happens(rng, rows, 0.05), UNKNOWN, worker),
        "DIM_LOOKUP_INVOLVEMENT_TYPE_CODE": words(drawn.role, (CASE_WORKER, REVIEWING_OFFICER)),
        "DIM_DEPARTMENT_ID": np.where(happens(rng, rows, 0.7), UNKNOWN, team),
        "FACT_WORKER_HISTORY_DEPARTMENT_ID": np.where(happens(rng, rows, 0.1), UNKNOWN, team),
        "START_DTTM": drawn.started,
        "END_DTTM": drawn.ended,
        "DIM_LOOKUP_CWREASON_CODE": words(reason, (*REASONS, None)),
        "IS_ALLOCATED_CW_FLAG": yes_or_no(is_case_worker),
        "FACT_REFERRAL_ID": drawn.referral,
        "COMMENTS": pa.nulls(rows, pa.string()),
    }
    ended = np.where(np.isnat(drawn.ended), NEVER, drawn.ended + draw_days(rng, rows, ENTERED))
    end_recorded = latest(recorded, ended)
    changes = {name: Change(end_recorded) for name in ("END_DTTM", "DIM_LOOKUP_CWREASON_CODE")}
    return source_table(columns, recorded, changes)
