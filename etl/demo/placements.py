"""Within a period of care: placements, legal statuses, and the episodes that follow from both."""

from __future__ import annotations

import numpy as np

from etl.demo.dates import NEVER, latest, working_day_on_or_after
from etl.demo.draws import Bands, draw_days, draw_option, happens, words
from etl.demo.front_door import AT_ONCE, NEED_CODES, NEED_SHARES, WITHIN_A_WEEK
from etl.demo.tables import (
    FIRST_ID,
    Change,
    Columns,
    SourceTable,
    numbered,
    source_table,
    stack,
)

# Legal statuses: label, what may follow, how likely, after how many days at least and at most.
STATUSES = (
    ("C1 - Interim care order", 1, 0.85, 150, 330),
    ("C2 - Full care order", 2, 0.10, 60, 300),
    ("E1 - Placement order", 2, 0.0, 1, 1),
    ("V2 - Accommodated under section 20", 0, 0.25, 20, 150),
    ("L2 - Emergency protection order", 0, 1.0, 3, 8),
    ("J1 - Remanded to local authority accommodation", 5, 0.0, 1, 1),
    ("V3 - Short breaks (each one recorded)", 6, 0.0, 1, 1),
    ("V4 - Short breaks (the agreement recorded)", 7, 0.0, 1, 1),
)
EACH_BREAK, BREAKS_AGREED = 6, 7
STATUSES_AT_MOST = 4

PLACEMENT_TYPES = ("U1", "U3", "U4", "U6", "K2", "P1", "H5")
LONG_TERM_FOSTERING = ("U1", "U4")
PLACEMENT_SHARES = (0.12, 0.06, 0.15, 0.42, 0.13, 0.07, 0.05)
PLACEMENT_LENGTH: Bands = ((0.22, 5, 60), (0.33, 61, 300), (0.45, 301, 1600))
PLACEMENTS_AT_MOST = 12

START_REASONS = (
    "S - Started to be looked after",
    "P - Change of placement and carer only",
    "L - Change of legal status",
    "B - Change of legal status and of placement and carer",
)
STARTED, MOVED, STATUS_CHANGED, BOTH_CHANGED = range(4)
END_CODES = ("E4A", "E48", "E12", "E41", "E8", "E15", "X1")
AT_EIGHTEEN, GOES_ON = 5, 6


def is_short_break(periods: Columns) -> np.ndarray:
    """Periods that are outside every measure of looked after children."""
    return periods.status >= EACH_BREAK


def draw_placements(rng: np.random.Generator, periods: Columns, last_day: np.datetime64) -> Columns:
    """Placements in order of period and date, without gaps; the last ends with the period."""
    period = np.arange(len(periods))
    started, recorded = periods.started, periods.recorded
    settles = is_short_break(periods)
    parts = []
    for _ in range(PLACEMENTS_AT_MOST):
        length = draw_days(rng, len(period), PLACEMENT_LENGTH)
        move = working_day_on_or_after(started + length)
        stays = settles[period] | (move > periods.ended[period] - 7)
        ended = np.where(stays, periods.ended[period], move)
        parts.append(Columns(period=period, started=started, ended=ended, recorded=recorded))
        goes_on = ~stays & (ended <= last_day)
        period, started, recorded = period[goes_on], ended[goes_on], recorded[goes_on]
        recorded = latest(recorded, started + draw_days(rng, len(started), AT_ONCE))
    placements = stack(parts)
    placements = placements.take(np.lexsort((placements.started, placements.period)))
    return _close_when_next_is_recorded(periods, placements)


def _is_followed(period: np.ndarray) -> np.ndarray:
    """True where the next row belongs to the same period."""
    return np.append(period[1:] == period[:-1], False)


def _close_when_next_is_recorded(periods: Columns, rows: Columns) -> Columns:
    """A move or change is typed in once, so the end of one and the start of the next show
    together; the last row shows its end with the period's."""
    following = np.append(rows.recorded[1:], NEVER)
    ended_recorded = np.where(
        _is_followed(rows.period), following, periods.ended_recorded[rows.period]
    )
    return rows.with_columns(ended_recorded=ended_recorded)


def with_types(rng: np.random.Generator, placements: Columns) -> Columns:
    """Adds the type of each placement, and whether it is long-term fostering."""
    option = draw_option(rng, len(placements), PLACEMENT_SHARES)
    is_long_term = np.isin(np.array(PLACEMENT_TYPES), LONG_TERM_FOSTERING)[option]
    return placements.with_columns(type=option, is_long_term=is_long_term)


def placement_table(rng: np.random.Generator, periods: Columns, placements: Columns) -> SourceTable:
    """Placements; the postcode is that of a made-up home."""
    size = len(placements)
    homes = tuple(f"ZZ{n + 20} {n % 9 + 1}DM" for n in range(40))
    columns = {
        "FACT_CLA_PLACEMENT_ID": numbered(size),
        "FACT_CLA_ID": periods.period_id[placements.period],
        "DIM_PERSON_ID": periods.child[placements.period] + FIRST_ID,
        "START_DTTM": placements.started,
        "END_DTTM": placements.ended,
        "DIM_LOOKUP_PLACEMENT_TYPE_CODE": words(placements.type, PLACEMENT_TYPES),
        "DIM_LOOKUP_PLACEMENT_PROVIDER_CODE": words(
            draw_option(rng, size, (0.6, 0.4)), ("PR1", "PR4")
        ),
        "POSTCODE": words(rng.integers(0, len(homes), size), homes),
    }
    changes = {"END_DTTM": Change(placements.ended_recorded)}
    return source_table(columns, placements.recorded, changes)


def draw_statuses(rng: np.random.Generator, periods: Columns) -> Columns:
    """Legal statuses in order of period and date, without gaps."""
    _, follows, chance, shortest, longest = (np.array(c) for c in zip(*STATUSES, strict=True))
    period = np.arange(len(periods))
    started, recorded, status = periods.started, periods.recorded, periods.status
    parts = []
    for _ in range(STATUSES_AT_MOST):
        width = longest[status] - shortest[status] + 1
        length = shortest[status] + (rng.random(len(period)) * width).astype(np.int64)
        is_last = ~happens(rng, len(period), chance[status])
        is_last |= started + length >= periods.ended[period]
        ended = np.where(is_last, periods.ended[period], started + length)
        parts.append(
            Columns(period=period, started=started, ended=ended, recorded=recorded, status=status)
        )
        goes_on = ~is_last
        period, started, recorded = period[goes_on], ended[goes_on], recorded[goes_on]
        status = follows[status[goes_on]]
        recorded = latest(recorded, started + draw_days(rng, len(started), WITHIN_A_WEEK))
    statuses = stack(parts)
    statuses = statuses.take(np.lexsort((statuses.started, statuses.period)))
    return _close_when_next_is_recorded(periods, statuses)


def status_table(periods: Columns, statuses: Columns) -> SourceTable:
    """Legal statuses: the only table that tells short breaks from care."""
    columns = {
        "FACT_LEGAL_STATUS_ID": numbered(len(statuses)),
        "DIM_PERSON_ID": periods.child[statuses.period] + FIRST_ID,
        "DIM_LOOKUP_LGL_STATUS_DESC": words(statuses.status, tuple(s[0] for s in STATUSES)),
        "START_DTTM": statuses.started,
        "END_DTTM": statuses.ended,
    }
    changes = {"END_DTTM": Change(statuses.ended_recorded)}
    return source_table(columns, statuses.recorded, changes)


def draw_episodes(periods: Columns, placements: Columns, statuses: Columns) -> Columns:
    """A new episode begins with each placement and each change of legal status.

    A placement and a status that begin on one day begin one episode.
    """
    moves = Columns(
        period=placements.period,
        started=placements.started,
        recorded=placements.recorded,
        placement=np.arange(len(placements)),
    )
    is_change = statuses.started > periods.started[statuses.period]
    changed = statuses.take(is_change)
    changes = Columns(
        period=changed.period,
        started=changed.started,
        recorded=changed.recorded,
        placement=np.full(len(changed), -1),
    )
    rows = stack([moves, changes])
    rows = rows.take(np.lexsort((rows.placement < 0, rows.started, rows.period)))
    repeats = _is_followed(rows.period) & (np.append(rows.started[1:], NEVER) == rows.started)
    is_move = rows.placement >= 0
    reason = np.where(repeats, BOTH_CHANGED, np.where(is_move, MOVED, STATUS_CHANGED))
    is_first = ~np.append(False, _is_followed(rows.period)[:-1])
    rows = rows.with_columns(
        reason=np.where(is_first, STARTED, reason),
        placement=np.maximum.accumulate(rows.placement),
    )
    rows = rows.take(~np.append(False, repeats[:-1]))
    return _close_episodes(periods, placements, rows)


def _close_episodes(periods: Columns, placements: Columns, episodes: Columns) -> Columns:
    """Adds when each episode was recorded, ended and closed, and how."""
    recorded = latest(episodes.recorded, placements.recorded[episodes.placement])
    following = np.append(episodes.started[1:], NEVER)
    goes_on = _is_followed(episodes.period)
    episodes = episodes.with_columns(
        recorded=recorded,
        ended=np.where(goes_on, following, periods.ended[episodes.period]),
        end_code=np.where(goes_on, GOES_ON, periods.end_code[episodes.period]),
    )
    episodes = _close_when_next_is_recorded(periods, episodes)
    ended_recorded = latest(episodes.recorded, episodes.ended_recorded)
    return episodes.with_columns(ended_recorded=ended_recorded)


def episode_table(
    rng: np.random.Generator, periods: Columns, placements: Columns, statuses: Columns
) -> SourceTable:
    """Episodes: X1 ends one that another follows, another code the last of a period."""
    episodes = draw_episodes(periods, placements, statuses)
    need = draw_option(rng, len(periods), NEED_SHARES)
    columns = {
        "FACT_CARE_EPISODES_ID": numbered(len(episodes)),
        "FACT_CLA_ID": periods.period_id[episodes.period],
        "FACT_CLA_PLACEMENT_ID": episodes.placement + FIRST_ID,
        "DIM_PERSON_ID": periods.child[episodes.period] + FIRST_ID,
        "CARE_START_DATE": episodes.started,
        "CARE_END_DATE": episodes.ended,
        "CARE_REASON_DESC": words(episodes.reason, START_REASONS),
        "CARE_REASON_END_CODE": words(episodes.end_code, END_CODES),
        "CIN_903_CODE": words(need[episodes.period], NEED_CODES),
    }
    ended = Change(episodes.ended_recorded)
    changes = {"CARE_END_DATE": ended, "CARE_REASON_END_CODE": ended}
    return source_table(columns, episodes.recorded, changes)
