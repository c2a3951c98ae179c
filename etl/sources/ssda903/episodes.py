"""Periods of care, placements and whose reviews are whose, made of the episodes of the return.

The return has one row per episode and no ids: a new row begins whenever the legal status or the
placement changes, on the day on which the last one ended. What a row begins with (RNE) says what
it goes on with: nothing (S: the child became looked after), the same placement (L: the legal status
alone changed), or another one (P, T, B, U).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from etl.contracts.contract import Kind
from etl.contracts.periods_of_care import ends
from etl.sources.arranging import RECORD_NUMBER, Arrangement, Arranging
from etl.sources.ssda903.files import EPISODES, REVIEWS

PERIODS, PLACEMENTS = "PERIODS", "PLACEMENTS"
_STARTED_CARE = "S"
_ANOTHER_PLACEMENT = ("P", "B", "T", "U")
_CODES = ("RNE", "LS", "PLACE", "PLACE_PROVIDER", "REC", "REASON_PLACE_CHANGE")


def _make(arranging: Arranging) -> Iterator[tuple[str, pd.DataFrame]]:
    episodes = _episodes(arranging)
    placed = _with_numbers(_in_order(episodes))
    placed = placed.assign(PERIOD_ID=_period_ids(arranging, placed))
    periods = _periods(placed)
    _note(arranging, placed, periods)
    by_episode = placed.set_index("EPISODE_ID")["PERIOD_ID"]
    yield (
        EPISODES,
        _made(EPISODES, episodes.assign(PERIOD_ID=episodes["EPISODE_ID"].map(by_episode))),
    )
    yield PERIODS, _made(PERIODS, periods)
    yield PLACEMENTS, _made(PLACEMENTS, _placements(arranging, placed, periods))
    yield REVIEWS, _made(REVIEWS, _reviews(arranging, periods))


ARRANGEMENT = Arrangement(
    needs={
        EPISODES: dict.fromkeys(("CHILD", "DECOM", "DEC", *_CODES), False),
        REVIEWS: dict.fromkeys(("CHILD", "REVIEW"), False),
    },
    makes={
        EPISODES: ("EPISODE_ID", "CHILD", "PERIOD_ID", "DECOM", "DEC", "RNE", "REC", "LS"),
        PERIODS: ("PERIOD_ID", "CHILD", "DECOM", "IS_START_KNOWN"),
        PLACEMENTS: ("PLACEMENT_ID", "CHILD", "PERIOD_ID", "DECOM", "DEC", "PLACE",
                     "PLACE_PROVIDER", "REASON_PLACE_CHANGE"),
        REVIEWS: ("REVIEW_ID", "CHILD", "PERIOD_ID", "REVIEW"),
    },
    make=_make,
)  # fmt: skip


def _made(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    return rows[[*ARRANGEMENT.makes[table], RECORD_NUMBER]].reset_index(drop=True)


def _episodes(arranging: Arranging) -> pd.DataFrame:
    """The rows in the order of the file, with what is read of them and their ids; codes in
    capitals."""
    rows = arranging.rows(EPISODES)
    for column in _CODES:
        code = arranging.read(rows[column], Kind.CODE).values
        rows[column] = code.str.upper().fillna(rows[column])
        rows[f"{column} read"] = code.str.upper()
    ended = arranging.read(rows["DEC"], Kind.DATE)
    rows = rows.assign(
        token=arranging.child_tokens(arranging.read(rows["CHILD"], Kind.ID).values),
        started=arranging.read(rows["DECOM"], Kind.DATE).values,
        ended=ended.values,
        is_end_unreadable=ended.unreadable,
        **{RECORD_NUMBER: rows.index + 1},
    )
    content = rows[["ended", "is_end_unreadable", *(f"{column} read" for column in _CODES)]]
    rows["EPISODE_ID"] = arranging.content_ids(
        "care_episode", rows["token"], rows["started"], content
    )
    return rows


def _in_order(episodes: pd.DataFrame) -> pd.DataFrame:
    """Each episode of which child and start are known, once, by child; of a child by start, then
    end (none last), then as in the file: one of no length comes before another of that day."""
    once = episodes.dropna(subset=["EPISODE_ID"]).drop_duplicates("EPISODE_ID")
    ordered = once.sort_values(["token", "started", "ended"], kind="stable", na_position="last")
    return ordered.reset_index(drop=True)


def _with_numbers(ordered: pd.DataFrame) -> pd.DataFrame:
    """The episodes with the numbers of their period and placement, and the first of each told."""
    is_childs_first = ~ordered["token"].duplicated()
    is_start = ordered["RNE read"].eq(_STARTED_CARE).fillna(False).astype(bool)
    is_periods_first = is_childs_first | is_start
    is_move = ordered["RNE read"].isin(_ANOTHER_PLACEMENT)
    return ordered.assign(
        is_start=is_start,
        period=is_periods_first.cumsum(),
        placement=(is_periods_first | is_move).cumsum(),
    )


def _period_ids(arranging: Arranging, placed: pd.DataFrame) -> pd.Series:
    """By episode. Two periods of one child that begin on one day are told apart by their order."""
    first = placed.drop_duplicates("period")
    ids = arranging.content_ids(
        "looked_after_period", first["token"], first["started"], first[["period"]]
    )
    return placed["period"].map(pd.Series(ids.to_numpy(), index=first["period"]))


def _periods(placed: pd.DataFrame) -> pd.DataFrame:
    """One row each: its child, its first day, its last as ``etl.contracts.periods_of_care`` says,
    and DEC, that day as it is written: empty where it goes on, and what cannot be read where its
    last episode ends so."""
    first = placed.drop_duplicates("period").reset_index(drop=True)
    last = placed.drop_duplicates("period", keep="last").reset_index(drop=True)
    readable = placed[~placed["is_end_unreadable"]]
    ended = ends(
        pd.DataFrame(
            {
                "looked_after_id": readable["PERIOD_ID"],
                "episode_id": readable["EPISODE_ID"],
                "started_date": readable["started"],
                "ended_date": readable["ended"],
                "end_reason_code": readable["REC read"],
            }
        )
    )["ended_date"]
    unreadable = last["is_end_unreadable"]
    end = pd.Series(ended.reindex(first["PERIOD_ID"]).to_numpy(), index=first.index)
    end = end.mask(unreadable)
    return first.assign(
        IS_START_KNOWN=first["is_start"].map({True: "Y", False: "N"}).astype("str"),
        ended=end,
        DEC=last["DEC"].where(end.notna() | unreadable),
    )


def _placements(arranging: Arranging, placed: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """One row each: its first day is its first episode's, what kind it is says its last; it ends
    where the next of its period begins, or with the period."""
    first = placed.drop_duplicates("placement").reset_index(drop=True)
    last = placed.drop_duplicates("placement", keep="last").reset_index(drop=True)
    is_followed = first["period"].eq(first["period"].shift(-1))
    end_of_period = first["PERIOD_ID"].map(periods.set_index("PERIOD_ID")["DEC"])
    return first.assign(
        PLACEMENT_ID=arranging.content_ids(
            "placement", first["token"], first["started"], first[["placement"]]
        ),
        DEC=first["DECOM"].shift(-1).where(is_followed, end_of_period),
        **{name: last[name] for name in ("PLACE", "PLACE_PROVIDER", "REASON_PLACE_CHANGE")},
    )


def _reviews(arranging: Arranging, periods: pd.DataFrame) -> pd.DataFrame:
    """One row per record, with the child's period that it falls into: after its first day, up to
    its last. Of two that overlap, the later."""
    rows = arranging.rows(REVIEWS)
    rows = rows.assign(
        token=arranging.child_tokens(arranging.read(rows["CHILD"], Kind.ID).values),
        held=arranging.read(rows["REVIEW"], Kind.DATE).values,
        **{RECORD_NUMBER: rows.index + 1},
    )
    rows["REVIEW_ID"] = arranging.content_ids(
        "looked_after_review", rows["token"], rows["held"], rows[["held"]]
    )
    of_child = periods[["token", "started", "ended", "PERIOD_ID"]].dropna(subset=["token"])
    pairs = rows[["token", "held", RECORD_NUMBER]].merge(of_child, on="token")
    is_within = (pairs["held"] > pairs["started"]) & ~(pairs["held"] > pairs["ended"])
    within = pairs[is_within].sort_values("started", kind="stable")
    latest = within.drop_duplicates(RECORD_NUMBER, keep="last").set_index(RECORD_NUMBER)
    return rows.assign(PERIOD_ID=rows[RECORD_NUMBER].map(latest["PERIOD_ID"]).astype("str"))


def _note(arranging: Arranging, placed: pd.DataFrame, periods: pd.DataFrame) -> None:
    """Tell what is not mended: an open episode before another, episodes that overlap, and periods
    whose first episode is not in the file."""
    is_last = ~placed["token"].duplicated(keep="last")
    is_open = placed["ended"].isna() & ~placed["is_end_unreadable"]
    arranging.note(
        "open_before_another",
        "care_episode: has no end, and the child's next one has begun; its period counts as open",
        int((is_open & ~is_last).sum()),
    )
    arranging.note(
        "episodes_overlap",
        "care_episode: begins before an earlier one of the child ended, or on the day of another",
        int(_overlaps(placed).sum()),
    )
    is_unknown = periods["IS_START_KNOWN"].eq("N")
    arranging.note(
        "start_not_known",
        "looked_after_period: its first episode is not in the return, it began earlier than shown",
        int(is_unknown.sum()),
    )
    if arranging.covered_from is not None:
        arranging.note(
            "start_not_known_though_covered",
            "looked_after_period: the same, though the return should hold its start: taken to have "
            "begun before",
            int((is_unknown & (periods["started"] >= arranging.covered_from)).sum()),
        )


def _overlaps(placed: pd.DataFrame) -> pd.Series:
    """Which episodes begin before an earlier one of their child ended, or with another that is not
    of one day alone."""
    latest = placed["ended"].groupby(placed["token"]).cummax()
    earlier = latest.groupby(placed["token"]).ffill().groupby(placed["token"]).shift()
    is_of_no_length = placed["ended"].eq(placed["started"])
    lasting = placed[~is_of_no_length]
    is_second = lasting.duplicated(["token", "started"]).reindex(placed.index, fill_value=False)
    return (earlier > placed["started"]) | is_second
